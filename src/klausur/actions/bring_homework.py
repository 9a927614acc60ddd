"""Bring homework in: credits that candidates have earned beforehand, by a column of a list."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

from klausur.actions import grade, up_to_date
from klausur.actions.compare_key import Recorded, recall
from klausur.actions.key_effects import Effect, effects
from klausur.actions.office_file import bytes_of, named
from klausur.actions.roles import Verb, allow
from klausur.actions.take_over_key import see_that_nothing_is_newer
from klausur.base.credits import Credits, parse_credits, show_credits
from klausur.base.errors import KlausurError, UsageError
from klausur.exam.frozen import Frozen, freeze
from klausur.report.grade_list import people
from klausur.report.grade_list.headings import Headings, chosen
from klausur.report.grade_list.office_list import OfficeList, readings
from klausur.report.grade_list.people import People
from klausur.report.grade_list.request import Wanted
from klausur.report.results import Results
from klausur.state.facts import Author
from klausur.store import audit, exams
from klausur.store.folder import opened, writing
from klausur.store.frame import Frame


@dataclass(frozen=True, slots=True)
class HomeworkCredits:
    """What a candidate brings along, and brought along so far."""

    registration: str
    name: str
    old: Credits
    new: Credits


@dataclass(frozen=True, slots=True)
class BroughtHomework:
    """What is brought in, or would be: ``recorded`` says which.

    Attributes:
        credits: of all candidates who have some, before or after.
        strangers: rows of the list that are nobody's: the line, and what stands there.
        capped: how many had more than the most.
        effects: whose results change.
        recorded: whether it counts from now on.
    """

    credits: tuple[HomeworkCredits, ...]
    strangers: tuple[tuple[int, str], ...] = ()
    capped: int = 0
    effects: tuple[Effect, ...] = ()
    recorded: bool = False


def homework(folder: Path) -> BroughtHomework:
    """What candidates bring along by now.

    Raises:
        NotFoundError: nothing was printed yet.
    """
    with opened(folder) as records:
        frame = up_to_date.look(records)
        known = grade.homework(frame)
        return BroughtHomework(_beside(frame, known, known))


def bring_homework(
    folder: Path,
    file: Path,
    column: str,
    author: Author,
    *,
    most: Credits | None = None,
    dry_run: bool = False,
) -> BroughtHomework:
    """Let the credits of a list count from now on, in place of those that were brought in before.

    Args:
        folder: the exam folder.
        file: the list, CSV or XLSX, with registration numbers.
        column: the heading of the credits; an empty cell is 0.
        author: who decides, and why.
        most: more than that counts as that.
        dry_run: record nothing.

    Raises:
        NotFoundError: nothing was printed yet, or there is no such list.
        UsageError: there is no reason for what is recorded, or no such column.
        RefusedError: their role does not include it, or somebody has decided something else meanwhile.
        KlausurError: the list cannot be read, or holds what is no number of credits.
    """
    allow(author.actor, Verb.BRING_HOMEWORK)
    if not (dry_run or author.why.strip()):
        raise UsageError("credits are not brought in without a reason", "add --why TEXT")
    if most is not None and most < 0:
        raise UsageError(f"the most is {show_credits(most)}", "write --most with credits above 0")
    data = bytes_of(file)
    with opened(folder) as records:
        frame = up_to_date.look(records)
        before = grade.computed(folder, frame).results
        with named(file):
            office, headings = chosen(
                readings(data),
                dict(frame.exams.first.candidate_columns),
                ((column, Wanted.CREDITS),),
                by_name=False,
            )
            earned, strangers = _read(office, headings, before)
        capped = 0 if most is None else sum(credits > most for credits in earned.values())
        counting = {r: c if most is None else min(c, most) for r, c in earned.items() if c}
        known = [recall(frame, number) for number in sorted({p.edition for p in frame.papers.finished})]
        keys = {each.edition: _with(each, counting) for each in known}
        other = frame.under(exams.printed(frame.papers.printings, frame.folder, keys))
        found = effects(before, grade.tried(folder, other).results)
        credits = _beside(frame, grade.homework(frame), counting)
        if not dry_run:
            what = (f"homework of {len(counting)} candidates, by column {column} of {file.name}",)
            texts = [(each, freeze(keys[each.edition]), freeze(_base(each))) for each in known]
            with writing():
                for each, exam, source in texts:
                    see_that_nothing_is_newer(each)
                    exams.decide(each.edition, exam, source, each.digests[0], what, author)
                audit.append("bring-homework", author.actor, _detail(file, column, author, counting, found))
    return BroughtHomework(credits, strangers, capped, found, not dry_run)


def _read(
    office: OfficeList, headings: Headings, results: Results
) -> tuple[dict[str, Credits], tuple[tuple[int, str], ...]]:
    """The credits by registration number, and rows that are nobody's.

    Raises:
        KlausurError: cells that are no credits, and candidates with several rows, all of them at once.
    """
    known = People(results.rows)
    (target,) = headings.targets
    earned: dict[str, Credits] = {}
    strangers: list[tuple[int, str]] = []
    wrong: list[str] = []
    for row in office.rows[headings.row + 1 : headings.end]:
        number, cell = people.number(headings, row), "".join(row.cells[target.column : target.column + 1])
        found = known.by_number(number) if number else None
        if found is None or not people.alike(people.name(headings, row), found.name):
            if any(row.cells):
                strangers.append((row.line, " ".join(filter(None, (number, people.name(headings, row))))))
            continue
        try:
            credits = parse_credits(cell) if cell else Fraction(0)
        except ValueError as error:
            wrong.append(f"line {row.line}: {error}")
            continue
        if credits < 0:
            wrong.append(f"line {row.line}: {found.registration} has {cell}, which is below 0")
        elif found.registration in earned:
            wrong.append(f"line {row.line}: {found.registration} has a row already")
        else:
            earned[found.registration] = credits
    if wrong:
        raise KlausurError(
            "the list cannot be brought in:\n  " + "\n  ".join(wrong),
            "mend these cells; nothing was recorded",
        )
    return earned, tuple(strangers)


def _with(recorded: Recorded, credits: dict[str, Credits]) -> Frozen:
    """An edition by the key that counts, with other homework."""
    if recorded.counts is None:
        raise exams.not_kept()
    pairs = tuple(sorted(credits.items()))
    return replace(
        recorded.counts,
        exams=tuple(
            replace(exam, grading=replace(exam.grading, homework=pairs)) for exam in recorded.counts.exams
        ),
    )


def _base(recorded: Recorded) -> Frozen:
    """The source as it was looked at last."""
    if recorded.base is None:
        raise exams.not_kept()
    return recorded.base


def _beside(frame: Frame, old: dict[str, Credits], new: dict[str, Credits]) -> tuple[HomeworkCredits, ...]:
    names = {e.candidate.registration: e.candidate.name for e in frame.papers.enrolled}

    def each() -> Iterator[HomeworkCredits]:
        for number in sorted(old.keys() | new.keys()):
            yield HomeworkCredits(
                number, names.get(number, ""), old.get(number, Fraction(0)), new.get(number, Fraction(0))
            )

    return tuple(each())


def _detail(
    file: Path, column: str, author: Author, counting: dict[str, Credits], found: tuple[Effect, ...]
) -> dict[str, object]:
    return {
        "list": file.name,
        "column": column,
        "why": author.why,
        "candidates": len(counting),
        "booklets": [e.booklet for e in found],
    }
