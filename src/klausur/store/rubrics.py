"""Rubrics that were changed while others grade, and judgements that are to be looked at again."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, TypeVar

import msgspec

from klausur import __version__
from klausur.exam.frozen import Frozen
from klausur.exam.model import Exam, Problem, Question
from klausur.exam.rubric_lines import RubricLine
from klausur.exam.rubric_of_lines import rubric_of
from klausur.state.facts import Author
from klausur.state.rubric_changes import NewLook
from klausur.store import models, state_json

At = TypeVar("At")


@dataclass(frozen=True, slots=True)
class StoredRubric:
    """A rubric as somebody changed it: ``what`` is what they changed, in words; ``key`` as the row has it."""

    id: int
    edition: int
    question: str
    key: int
    lines: tuple[RubricLine, ...]
    what: tuple[str, ...]
    undoes: int | None
    who: str
    when: datetime
    why: str


_COLUMNS = (
    *("pk", "edition__number", "question", "key", "lines", "what", "undoes_id", "who", "when", "why"),
)


def versions(edition: int | None = None, question: str | None = None) -> tuple[StoredRubric, ...]:
    """All changes of rubrics, of one edition or question perhaps, the oldest first."""
    rows = models.RubricVersion.objects.order_by("pk")
    rows = rows if edition is None else rows.filter(edition__number=edition)
    return tuple(
        map(_stored, (rows if question is None else rows.filter(question=question)).values_list(*_COLUMNS))
    )


def one(number: int) -> StoredRubric | None:
    """A change of a rubric by its number."""
    return next(map(_stored, models.RubricVersion.objects.filter(pk=number).values_list(*_COLUMNS)), None)


def in_force(edition: int, key: int) -> dict[str, StoredRubric]:
    """By question, the newest change of each rubric since the decision about the key with this number."""
    return {found.question: found for found in versions(edition) if found.key == key}


def newest(edition: int) -> int:
    """A number that grows with each change of a rubric of an edition; 0 before the first."""
    rows = models.RubricVersion.objects.filter(edition__number=edition).order_by("-pk")
    return rows.values_list("pk", flat=True).first() or 0


def append(
    edition: int,
    question: str,
    key: int,
    lines: Sequence[RubricLine],
    what: Iterable[str],
    author: Author,
    *,
    undoes: int | None = None,
) -> StoredRubric:
    """Record a rubric as it is from now on. For a transaction of `writing`."""
    row = models.RubricVersion(
        edition=models.Edition.objects.get(number=edition),
        question=question,
        key=key,
        lines=state_json.text(tuple(lines)),
        what=msgspec.json.encode(tuple(what)).decode(),
        undoes_id=undoes,
        who=author.who,
        when=datetime.now(UTC),
        why=author.why,
        software=__version__,
    )
    row.save()
    told = tuple(msgspec.json.decode(row.what))
    return StoredRubric(
        row.pk, edition, question, key, tuple(lines), told, undoes, row.who, row.when, row.why
    )


def want_looks(
    rubric: int, wanted: Mapping[int, Iterable[NewLook]], author: Author, *, no_more: Iterable[int] = ()
) -> None:
    """Have judgements looked at again, each for its reasons, or no more. For a transaction of `writing`."""
    now = datetime.now(UTC)
    rows: list[tuple[int, bool, str]] = [
        *((number, True, " ".join(reasons)) for number, reasons in wanted.items()),
        *((number, False, "") for number in no_more),
    ]
    models.NewLook.objects.bulk_create(
        models.NewLook(
            judgement_id=number,
            rubric_id=rubric,
            wanted=is_,
            reasons=reasons,
            who=author.who,
            when=now,
            software=__version__,
        )
        for number, is_, reasons in rows
    )


@dataclass(frozen=True, slots=True)
class WantedLook:
    """That a judgement is to be looked at again: why, and which change of the rubric wants it so."""

    judgement: int
    rubric: StoredRubric
    reasons: tuple[NewLook, ...]


def wanted_look(judgement: int) -> WantedLook | None:
    """Why a judgement is to be looked at again; None if it is not."""
    row = models.NewLook.objects.filter(judgement=judgement).order_by("-pk").first()
    if row is None or not row.wanted:
        return None
    rubric = one(row.rubric_id)
    if rubric is None:
        raise ValueError(f"new look {row.pk} names no rubric")
    return WantedLook(judgement, rubric, tuple(map(NewLook, row.reasons.split())))


def looks_wanted_by(rubric: int) -> frozenset[int]:
    """The judgements that a change of a rubric has put back, by their numbers."""
    rows = models.NewLook.objects.filter(rubric=rubric, wanted=True)
    return frozenset(rows.values_list("judgement_id", flat=True))


def looks_before(rubric: int, judgements: Iterable[int]) -> dict[int, tuple[NewLook, ...]]:
    """Of these judgements those that were to be looked at before a change of a rubric, and why."""
    rows = models.NewLook.objects.filter(judgement__in=list(judgements), rubric__lt=rubric).order_by("pk")
    last = {
        number: (wanted, reasons)
        for number, wanted, reasons in rows.values_list("judgement_id", "wanted", "reasons")
    }
    return {
        number: tuple(map(NewLook, reasons.split())) for number, (wanted, reasons) in last.items() if wanted
    }


def over(frozen: Frozen, found: Mapping[str, StoredRubric]) -> Frozen:
    """An exam by the key that counts, with the rubrics in force."""
    if not found:
        return frozen
    return Frozen(tuple(over_variants(dict(enumerate(frozen.exams)), found).values()), frozen.files)


def over_variants(exams: Mapping[At, Exam], found: Mapping[str, StoredRubric]) -> dict[At, Exam]:
    """Variants of one exam with the rubrics in force; what they share they go on sharing."""
    if not found:
        return dict(exams)
    known: dict[int, Question] = {}

    def asked(question: Question) -> Question:
        version = found.get(question.id)
        if version is None:
            return question
        if id(question) not in known:
            rubric = rubric_of(version.lines, question.rubric, question.place)
            known[id(question)] = replace(question, rubric=rubric)
        return known[id(question)]

    def problem(one: Problem) -> Problem:
        if not any(question.id in found for question in one.questions):
            return one
        return replace(one, questions=tuple(map(asked, one.questions)))

    return {at: replace(exam, problems=tuple(map(problem, exam.problems))) for at, exam in exams.items()}


def _stored(row: tuple[Any, ...]) -> StoredRubric:
    pk, edition, question, key, lines, what, undoes, who, when, why = row
    return StoredRubric(
        pk,
        edition,
        question,
        key,
        state_json.value(lines, tuple[RubricLine, ...]),
        tuple(msgspec.json.decode(what)),
        undoes,
        who,
        when,
        why,
    )
