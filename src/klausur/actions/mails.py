"""Mails to candidates: who is to get one, how it reads, and asking for it. `send_mails` has them leave.

What is asked for is recorded, each with an address and what it is about, and so is what becomes of it. The
text is not kept, and neither is the personal link in it, which is made when the mail leaves.
"""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path

from klausur.actions import up_to_date
from klausur.actions.candidates import known
from klausur.actions.personal_links import LONGEST
from klausur.actions.roles import Verb, allow
from klausur.base.errors import RefusedError, UsageError
from klausur.report import letters
from klausur.report.letters import Letter
from klausur.state import mails as rules
from klausur.state.facts import Author, Enrolled
from klausur.state.mails import MailKind, Recipient, Recipients, StoredMail
from klausur.state.publication import Publication
from klausur.store import audit, candidates, objections, publication
from klausur.store import mails as stored
from klausur.store.folder import opened, writing

GOOD_FOR = timedelta(days=60)
"""How long the link in a mail is good, if nothing else is said."""

NO_LINK = "https://…"
"""What stands in a preview where the link will be: it is made when the mail leaves."""


@dataclass(frozen=True, slots=True)
class MailRequest:
    """What is asked for.

    Attributes:
        kind: what the mails tell.
        language: of their text; that of the exam if empty, or English where it has no words.
        until: how long their links are good; `GOOD_FOR` from now if None.
        registrations: to whom; to all who are to get one if empty.
        again: also to those who had it, which needs `registrations`; names this act of asking.
    """

    kind: MailKind
    language: str = ""
    until: datetime | None = None
    registrations: tuple[str, ...] = ()
    again: str = ""


@dataclass(frozen=True, slots=True)
class Planned:
    """What would be asked for: whom mails go to, in which language, how long links are good, an example."""

    recipients: Recipients
    language: str
    until: datetime
    example: Letter | None


@dataclass(frozen=True, slots=True)
class SeenMail:
    """A mail, and whose it is."""

    mail: StoredMail
    candidate: Enrolled


def plan(folder: Path, wanted: MailRequest, *, site: str, zone: tzinfo) -> Planned:
    """Who would get a mail, and how the first one reads; nothing is recorded.

    Args:
        folder: the exam folder.
        wanted: what is asked for.
        site: what the site is called.
        zone: where times are read.

    Raises:
        NotFoundError: nothing was printed yet, or nobody has one of the registration numbers.
        RefusedError: results are not published.
        UsageError: the links cannot be good so long, or the words cannot be used.
    """
    with opened(folder) as records:
        exam = up_to_date.look(records).exams.first
        now = _published()
        language, until = _language(wanted, exam.language), _until(wanted)
        found = _recipients(wanted, now)
        first = next(iter((*found.to, *found.without, *found.had)), None)
        words = letters.words(wanted.kind, language, folder)
        values = (
            None if first is None else _Values(first.candidate, exam.title, until, now, site, zone, language)
        )
    example = None if values is None else letters.filled(words, values.of(NO_LINK))
    return Planned(found, language, until, example)


def ask(folder: Path, wanted: MailRequest, author: Author) -> tuple[StoredMail, ...]:
    """Record that mails are to be sent. What was asked for before is not recorded again.

    Args:
        folder: the exam folder.
        wanted: what is asked for.
        author: who asks.

    Returns:
        The mails that are new.

    Raises:
        NotFoundError, RefusedError, UsageError: as `plan` has it.
    """
    allow(author.actor, Verb.SEND_MAIL)
    with opened(folder) as records:
        language = _language(wanted, up_to_date.look(records).exams.first.language)
        letters.words(wanted.kind, language, folder)  # what cannot be used is told now, not to the worker
        until = _until(wanted)
        with writing():
            found = _recipients(wanted, _published())
            new = tuple(
                StoredMail(
                    0,
                    each.candidate.id,
                    wanted.kind,
                    key,
                    str(uuid.uuid4()),
                    each.about,
                    each.candidate.candidate.mail,
                    language,
                    until,
                    author.who,
                    datetime.now(UTC),
                )
                for each, key in _keys(wanted, found)
            )
            if new:
                stored.append(new, author)
                people = [each.candidate.candidate.registration for each, _ in _keys(wanted, found)]
                audit.append(
                    "ask-mail",
                    author.actor,
                    {"kind": wanted.kind.value, "candidates": people, "why": author.why},
                )
    return new


def listed(folder: Path) -> tuple[SeenMail, ...]:
    """All mails, the newest first."""
    with opened(folder):
        people = {each.id: each for each in candidates.enrolled()}
        return tuple(SeenMail(each, people[each.candidate]) for each in reversed(stored.all_()))


def untold(folder: Path) -> int:
    """How many objections were answered whose candidates have an address and were sent no mail about it."""
    with opened(folder):
        if not publication.now().published:
            return 0
        people = {each.candidate for each in objections.all_()}
        enrolled = candidates.with_ids(people).values()
        found = rules.wanted(MailKind.ANSWERED, enrolled, 0, stored.all_(), objections.all_())
        return len(found.to)


def letter_of(folder: Path, mail: StoredMail, link: str, *, site: str, zone: tzinfo) -> Letter:
    """A mail with its link in it, to be sent; in an open folder.

    Raises:
        RefusedError: results are not published any more.
        UsageError: the words cannot be used.
    """
    with opened(folder) as records:
        exam = up_to_date.look(records).exams.first
        who = candidates.with_ids({mail.candidate})[mail.candidate]
        words = letters.words(mail.kind, mail.language, folder)
        values = _Values(who, exam.title, mail.until, _published(), site, zone, mail.language)
    return letters.filled(words, values.of(link))


@dataclass(frozen=True, slots=True)
class _Values:
    """What belongs into the places of a letter."""

    candidate: Enrolled
    exam: str
    until: datetime
    publication: Publication
    site: str
    zone: tzinfo
    language: str

    def of(self, link: str) -> dict[str, str]:
        """The values, with this link."""
        window = self.publication.terms.objections
        ends = None if window is None else self._time(window.ends)
        return {
            "name": self.candidate.candidate.name,
            "exam": self.exam,
            "link": link,
            "until": self._time(self.until),
            "objections": "" if ends is None else letters.objections(ends, self.language),
            "site": self.site,
        }

    def _time(self, when: datetime) -> str:
        return letters.until(when.astimezone(self.zone), self.language)


def _published() -> Publication:
    now = publication.now()
    if not now.published:
        raise RefusedError("the results are not published", "publish them first")
    return now


def _language(wanted: MailRequest, of_exam: str) -> str:
    there = letters.languages()
    if wanted.language and wanted.language not in there:
        raise UsageError(f"there are no mails in {wanted.language!r}", f"name one of {', '.join(there)}")
    return wanted.language or (of_exam if of_exam in there else there[0])


def _until(wanted: MailRequest) -> datetime:
    now = datetime.now(UTC)
    until = wanted.until or now + GOOD_FOR
    if not now < until <= now + LONGEST:
        raise UsageError(
            "a link is good for a time from now on", f"name a day within the next {LONGEST.days}"
        )
    return until


def _recipients(wanted: MailRequest, now: Publication) -> Recipients:
    step = 0 if now.step is None else now.step.id
    people = candidates.enrolled()
    sent, raised = stored.all_(), objections.all_()
    found = rules.wanted(wanted.kind, people, step, sent, raised)
    if wanted.again and not wanted.registrations:
        raise UsageError("nobody is named who is to get a mail once more", "name candidates")
    if not wanted.registrations:
        return found
    named = {known(each).id for each in wanted.registrations}
    return Recipients(*(_only(some, named) for some in (found.to, found.without, found.had)))


def _only(some: tuple[Recipient, ...], named: Collection[int]) -> tuple[Recipient, ...]:
    return tuple(each for each in some if each.candidate.id in named)


def _keys(wanted: MailRequest, found: Recipients) -> list[tuple[Recipient, str]]:
    """Who gets a mail, each with what it is about."""
    keys = [(each, rules.key(wanted.kind, each)) for each in found.to]
    if wanted.again:
        there = {each.key for each in stored.all_()}
        newest = {each.candidate.id: each for each in found.had if each.candidate.candidate.mail}
        keys += [
            (each, key)
            for each in newest.values()
            if (key := f"{rules.key(wanted.kind, each)}:{wanted.again}") not in there
        ]
    return keys
