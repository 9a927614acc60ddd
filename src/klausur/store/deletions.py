"""How long data are to be kept, and what was deleted because its time was over."""

from collections.abc import Iterable
from datetime import UTC, datetime

from klausur import __version__
from klausur.state.facts import Author
from klausur.state.retention import Data, RetentionTerms, StoredDeletion
from klausur.store import models, state_json
from klausur.store.verify import tables

KEPT_TABLES = frozenset(
    {
        *("edition", "printing", "printed", "keydecision", "paperapproved"),
        *("rubricversion", "arrangement", "marksample", "publicationstep", "gradessigned"),
        *("retentionset", "deletion", "jobeffect", "booklet", "candidate", "hometimesset", "scriptplace"),
    }
)
"""Tables of what stays when results are deleted: the paper, its key and rubrics, and who examined; numbers of
booklets, and the bare numbers of candidates that they name, of whom nothing is known any more. All others are
about candidates, also such as are added later."""


def terms() -> RetentionTerms | None:
    """How long data are kept; None if nobody has said so of this exam."""
    value = models.RetentionSet.objects.order_by("-pk").values_list("value", flat=True).first()
    return None if value is None else state_json.value(value, RetentionTerms)


def set_terms(terms: RetentionTerms, author: Author) -> None:
    """Record how long data are kept from now on. For a transaction of `writing`."""
    models.RetentionSet(
        value=state_json.text(terms),
        who=author.who,
        when=datetime.now(UTC),
        why=author.why,
        software=__version__,
    ).save()


def all_() -> tuple[StoredDeletion, ...]:
    """All deletions, the oldest first."""
    rows = models.Deletion.objects.order_by("pk")
    columns = ("pk", "act", "what", "certificate", "who", "when", "why")
    return tuple(
        StoredDeletion(pk, act, frozenset(map(Data, what.split())), certificate, who, when, why)
        for pk, act, what, certificate, who, when, why in rows.values_list(*columns)
    )


def append(act: str, what: Iterable[Data], certificate: str, author: Author) -> None:
    """Record a deletion, before its rows are deleted. For a transaction of `writing`."""
    models.Deletion(
        act=act,
        what=" ".join(sorted(what)),
        certificate=certificate,
        who=author.who,
        when=datetime.now(UTC),
        why=author.why,
        software=__version__,
    ).save()


def about_people() -> dict[type[models.Appended], list[int]]:
    """The keys of all rows that are about candidates, by table."""
    found: dict[type[models.Appended], list[int]] = {}
    for model in tables():
        if model._meta.model_name not in KEPT_TABLES:  # noqa: SLF001 - Django documents it
            keys = list(model.objects.order_by("pk").values_list("pk", flat=True))
            if keys:
                found[model] = keys
    return found


def remaining() -> dict[str, int]:
    """How many rows each table has that stays, where it has any."""
    counts = {
        model._meta.model_name: model.objects.count()  # noqa: SLF001 - the same
        for model in tables()
        if model._meta.model_name in KEPT_TABLES  # noqa: SLF001 - the same
    }
    return {name: count for name, count in counts.items() if count}
