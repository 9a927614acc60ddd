"""Mails to candidates, and what became of each: appended, and read with all steps."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from klausur import __version__
from klausur.state.facts import Author
from klausur.state.mails import MailKind, MailStep, StoredMail, StoredStep
from klausur.store import models

_COLUMNS = (
    *("pk", "candidate_id", "kind", "key", "act", "about", "address", "language", "until", "who", "when"),
)


def all_() -> tuple[StoredMail, ...]:
    """All mails, the oldest first."""
    return _stored(models.Mail.objects.all(), models.MailStep.objects.all())


def of_candidate(candidate: int) -> tuple[StoredMail, ...]:
    """Those to a candidate, the oldest first."""
    return _stored(
        models.Mail.objects.filter(candidate=candidate),
        models.MailStep.objects.filter(mail__candidate=candidate),
    )


def one(number: int) -> StoredMail | None:
    """A mail by its number."""
    rows = models.Mail.objects.filter(pk=number), models.MailStep.objects.filter(mail=number)
    return next(iter(_stored(*rows)), None)


def waiting() -> tuple[StoredMail, ...]:
    """Those that were not begun, the oldest first."""
    return _stored(models.Mail.objects.filter(steps__isnull=True), models.MailStep.objects.none())


def append(mails: Iterable[StoredMail], author: Author) -> None:
    """Record mails that somebody asks for, whatever their ids say. For a transaction of `writing`."""
    models.Mail.objects.bulk_create(
        [
            models.Mail(
                candidate_id=each.candidate,
                kind=each.kind.value,
                key=each.key,
                act=each.act,
                about=each.about,
                address=each.address,
                language=each.language,
                until=each.until,
                who=author.who,
                when=each.when,
                software=__version__,
            )
            for each in mails
        ]
    )


def step(mail: int, what: MailStep, author: Author, detail: str = "") -> None:
    """Record what happens to a mail. For a transaction of `writing`."""
    models.MailStep(
        mail_id=mail,
        step=what.value,
        detail=detail,
        who=author.who,
        when=datetime.now(UTC),
        software=__version__,
    ).save()


def _stored(mails: models.Append, steps: models.Append) -> tuple[StoredMail, ...]:
    of: dict[int, list[StoredStep]] = {}
    for mail, name, detail, when in steps.order_by("pk").values_list("mail_id", "step", "detail", "when"):
        of.setdefault(mail, []).append(StoredStep(MailStep(name), detail, when))
    return tuple(_mail(row, tuple(of.get(row[0], ()))) for row in mails.order_by("pk").values_list(*_COLUMNS))


def _mail(row: tuple[Any, ...], steps: tuple[StoredStep, ...]) -> StoredMail:
    pk, candidate, kind, key, act, about, address, language, until, who, when = row
    return StoredMail(
        pk, candidate, MailKind(kind), key, act, about, address, language, until, who, when, steps
    )
