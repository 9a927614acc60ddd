"""The exams that were printed, as the records keep them, and the decisions about their keys.

Each printing keeps the variants that it was the first to print; a decision about the key keeps the whole
edition again with the key that counts from then on. Nothing is read from the exam's folder.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

import msgspec

from klausur import __version__
from klausur.base.errors import RefusedError
from klausur.exam.frozen import Frozen, joined, thaw, thaw_bare
from klausur.exam.merged import completed, solved
from klausur.exam.model import Exam
from klausur.exam.rubric import Rubric
from klausur.exam.rubric_of_lines import rubric_of
from klausur.state.exams import PrintedExams
from klausur.state.facts import Author, Printing
from klausur.store import models, rubrics

Thaw = Callable[[str, Path], Frozen]


@dataclass(frozen=True, slots=True)
class StoredKey:
    """A decision about the key of an edition: when, by whom and why, and what it changed, in words."""

    id: int
    edition: int
    what: tuple[str, ...]
    source_digest: str
    who: str
    when: datetime
    why: str


@lru_cache(maxsize=4)
def _whole(text: str, folder: Path) -> Frozen:
    """An exam with its texts: asked for anew after each change of a rubric."""
    return thaw(text, folder)


@lru_cache(maxsize=8)
def _bare(text: str, folder: Path) -> Frozen:
    """An exam without its texts. Each decision asks for it: thawing took a quarter of one's time."""
    return thaw_bare(text, folder)


def printed(
    printings: Sequence[Printing],
    folder: Path,
    keys: Mapping[int, Frozen] | None = None,
    *,
    texts: bool = False,
) -> PrintedExams:
    """The exams of all printings by the keys that count, without their texts: what scoring and grading need.

    Args:
        printings: all printings.
        folder: what the exams shall name as their folder.
        keys: editions by a key that is tried instead.
        texts: with the texts: what is shown to people.

    Raises:
        RefusedError: an older Klausur printed, which did not keep the exam.
    """
    known: dict[tuple[int, int], Exam] = {}
    thawed = _whole if texts else _bare
    for edition in sorted({p.edition for p in printings if p.done is not None}):
        counting = (keys or {}).get(edition) or key(edition, folder, thawed=thawed)
        base = as_printed(edition, folder, thawed=thawed)
        if counting is None and base is None:
            raise not_kept()
        if base is not None:
            known |= {(edition, exam.variant): exam for exam in base.exams}
        if counting is not None:
            # What an edition's variants share is decided for all of them, also for those printed later.
            known |= {at: _ruled(exam, counting.first) for at, exam in known.items() if at[0] == edition}
            known |= {(edition, exam.variant): exam for exam in counting.exams}
    if not texts:
        return PrintedExams(tuple(printings), known)
    stamps: dict[int, str] = {}
    of_questions: dict[tuple[int, str], str] = {}
    for edition in {number for number, _ in known}:
        decision = decided(edition)
        found = rubrics.in_force(edition, decision)
        known |= rubrics.over_variants({at: exam for at, exam in known.items() if at[0] == edition}, found)
        stamps[edition] = stamp(decision, 0)
        of_questions |= {(edition, q): stamp(decision, one.id) for q, one in found.items()}
    return PrintedExams(tuple(printings), known, stamps, of_questions)


def stamp(key: int, rubric: int) -> str:
    """The name of a question's rubric: the decision about the key, and the change of it since."""
    return f"{key}.{rubric}"


def rubric_at(edition: int, question: str, name: str, folder: Path, variant: int) -> Rubric | None:
    """The rubric of a question as it had this name; as it was printed where the name is none of ours.

    Raises:
        LookupError: there is no such edition, variant or question.
    """
    decision, version = _named(name)
    row = models.KeyDecision.objects.filter(edition__number=edition, pk=decision).first()
    frozen = as_printed(edition, folder, thawed=_whole) if row is None else _whole(row.exam, folder)
    if frozen is None:
        raise LookupError(f"edition {edition} was not kept")
    if variant not in frozen.numbers:
        frozen = as_printed(edition, folder, thawed=_whole) or frozen
    asked = next((q for q in frozen.of(variant).questions if q.id == question), None)
    if asked is None:
        raise LookupError(f"there is no question {question}")
    found = rubrics.one(version) if version else None
    if found is None or (found.edition, found.question) != (edition, question):
        return asked.rubric
    return rubric_of(found.lines, asked.rubric, asked.place)


class NotKeptError(RefusedError):
    """An older Klausur printed, which did not keep the exam."""


def not_kept() -> NotKeptError:
    """What to say where an older Klausur printed, which did not keep the exam."""
    return NotKeptError(
        "the exam itself was not kept with its booklets, as an older Klausur printed them",
        "take the source over as it was printed: klausur key --take-over --why 'records of an older Klausur'",
    )


def _named(name: str) -> tuple[int, int]:
    """The decision about the key, and the change of the rubric, that a name stands for; 0 for none."""
    parts = name.split(".")
    if len(parts) != 2 or not all(part.isascii() and part.isdecimal() and len(part) < 16 for part in parts):
        return 0, 0
    return int(parts[0]), int(parts[1])


def as_printed(edition: int, folder: Path, *, thawed: Thaw = thaw) -> Frozen | None:
    """All variants of an edition as they were printed.

    In records of an older Klausur they are what somebody has said was printed; None before that. ``thawed``
    reads what is kept: with its texts, or without.
    """
    rows = models.Printed.objects.filter(printing__edition__number=edition).exclude(frozen="")
    found = [thawed(text, folder) for text in rows.order_by("pk").values_list("frozen", flat=True)]
    if found:
        return joined(*found)
    said = models.KeyDecision.objects.filter(edition__number=edition).order_by("pk").first()
    return None if said is None else thawed(said.exam, folder)


def key(edition: int, folder: Path, *, thawed: Thaw = thaw) -> Frozen | None:
    """An edition with the key that counts by people's decision; None if that is the one that was printed.

    Rubrics that were changed since are in it, but where it is read without texts.
    """
    rows = models.KeyDecision.objects.filter(edition__number=edition).order_by("-pk")
    pk, text = rows.values_list("pk", "exam").first() or (0, None)
    if thawed is _bare:
        return None if text is None else thawed(text, folder)
    changed = rubrics.in_force(edition, pk)
    found = thawed(text, folder) if text is not None else None
    if found is None and changed:
        found = as_printed(edition, folder, thawed=thawed)
    return None if found is None else rubrics.over(found, changed)


def before(edition: int, decision: int, folder: Path) -> tuple[Frozen, Frozen, str]:
    """What counted before a decision about a key, rubrics and all; the source as it was looked at then.

    Returns:
        The exam, the source, and the digest of that.

    Raises:
        RefusedError: an older Klausur did not keep it.
    """
    rows = models.KeyDecision.objects.filter(edition__number=edition, pk__lt=decision).order_by("-pk")
    printed_ = as_printed(edition, folder)
    row = rows.first()
    if printed_ is None:
        raise not_kept()
    if row is None:
        digest = models.Edition.objects.get(number=edition).source_digest
        return rubrics.over(printed_, rubrics.in_force(edition, 0)), printed_, digest
    exam = solved(printed_, thaw(row.exam, folder))
    source = completed(thaw(row.source, folder), printed_)
    return rubrics.over(exam, rubrics.in_force(edition, row.pk)), source, row.source_digest


def taken_over(edition: int, folder: Path) -> Frozen | None:
    """The source as it was when its key was taken over last; None if it never was."""
    row = models.KeyDecision.objects.filter(edition__number=edition).order_by("-pk").first()
    return None if row is None else thaw(row.source, folder)


def sources(edition: int, folder: Path) -> tuple[Frozen, ...]:
    """The source as it was at each decision about the key of an edition, the newest first."""
    rows = models.KeyDecision.objects.filter(edition__number=edition).order_by("-pk")
    return tuple(thaw(text, folder) for text in dict.fromkeys(rows.values_list("source", flat=True)))


def decided(edition: int) -> int:
    """A number that grows with each decision about the key of an edition; 0 before the first."""
    rows = models.KeyDecision.objects.filter(edition__number=edition).order_by("-pk")
    return rows.values_list("pk", flat=True).first() or 0


def decide(
    edition: int, exam: str, source: str, source_digest: str, what: Iterable[str], author: Author
) -> StoredKey:
    """Record the key that counts from now on. For a transaction of `writing`.

    Args:
        edition: the number of the edition.
        exam: it, with that key, as `klausur.exam.frozen` writes it.
        source: the exam as the source says it now, likewise.
        source_digest: of the source's files.
        what: the differences in words.
        author: who decides, and why.
    """
    row = models.KeyDecision(
        edition=models.Edition.objects.get(number=edition),
        exam=exam,
        source=source,
        source_digest=source_digest,
        what=msgspec.json.encode(tuple(what)).decode(),
        who=author.who,
        when=datetime.now(UTC),
        why=author.why,
        software=__version__,
    )
    row.save()
    return _stored(row)


def decisions() -> tuple[StoredKey, ...]:
    """All decisions about keys, oldest first."""
    rows = models.KeyDecision.objects.select_related("edition").defer("exam", "source")
    return tuple(_stored(row) for row in rows.order_by("pk"))


def _stored(row: models.KeyDecision) -> StoredKey:
    what = msgspec.json.decode(row.what, type=tuple[str, ...])
    return StoredKey(row.pk, row.edition.number, what, row.source_digest, row.who, row.when, row.why)


def _ruled(exam: Exam, by: Exam) -> Exam:
    """A variant with the rules over all questions that another one has."""
    return replace(exam, scheme=by.scheme, grades=by.grades, grading=by.grading)
