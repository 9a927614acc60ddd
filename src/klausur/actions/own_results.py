"""Own results: what one candidate is shown of their exam, and nothing of anybody else.

What is not published does not leave this module. Credits are those that count now; while a person looks at an
answer again there are none, and no total.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from string import ascii_uppercase

from klausur.actions import results_so_far, up_to_date
from klausur.actions.judge import answer_pages
from klausur.base.credits import Credits
from klausur.base.errors import NotFoundError
from klausur.base.geometry import PAPERS, Size
from klausur.base.ink import Drawing
from klausur.base.maths import Notation
from klausur.exam.content import Content
from klausur.exam.model import Exam, Question, QuestionKind, Strike
from klausur.exam.variants import as_printed
from klausur.paper.answers import Chosen, Given, Written, WrittenBlanks
from klausur.paper.code import Sheet
from klausur.report.results import ResultRow, Status
from klausur.state import rounds
from klausur.state.facts import Enrolled, Spot, Standing, StoredImage
from klausur.state.judgements import Judged, StoredJudgement, by_answer
from klausur.state.publication import Part, Terms
from klausur.store import annotations, judgements, looks, pages, results
from klausur.store.folder import opened
from klausur.store.frame import Frame

FEWEST = 5
"""Statistics of fewer final booklets would tell one candidate of another."""


@dataclass(frozen=True, slots=True)
class OwnChoice:
    """A choice as it stands on the candidate's paper. What is not shown is None.

    ``letter`` is that of its box, in a table its row's with the column's number; ``crossed`` what counts of
    what was read; ``right`` and ``content`` belong to the solution.
    """

    letter: str
    crossed: bool
    right: bool | None
    content: Content | None


@dataclass(frozen=True, slots=True)
class OwnQuestion:
    """What a question earned.

    Attributes:
        id, number, title: the question's, as it stands on the candidate's paper.
        of: what it is worth.
        credits: what it earned; None while a person looks at it.
        struck: what became of it, if it does not simply count.
        choices: of a question that is answered by crosses.
        written: the numbers that were read, of one that is answered by them; None where nothing stands.
        expected: the right ones, in the solution.
        judged: what was given, where people judge and items are shown.
        by: who judged, if that is shown.
        solution: the sample solution, if it is shown.
        pages: where it stands, of those pages that were found.
    """

    id: str
    number: str
    title: str
    of: Credits
    credits: Credits | None
    struck: Strike | None
    choices: tuple[OwnChoice, ...] = ()
    written: tuple[Fraction | None, ...] = ()
    expected: tuple[tuple[Fraction, ...], ...] = ()
    judged: Judged | None = None
    by: tuple[str, ...] = ()
    solution: Content | None = None
    pages: tuple[Spot, ...] = ()


@dataclass(frozen=True, slots=True)
class OwnStatistics:
    """All final booklets: how many, the mean, and how many have which grade."""

    people: int
    mean: Credits
    grades: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class OwnResults:
    """What a candidate is shown.

    Attributes:
        candidate: they.
        exam: its title.
        notation: how it writes maths.
        booklet: the number of theirs; None if none was found that is plainly theirs.
        final: whether total and grade stand.
        total, of, grade: None, and empty, while they do not, or where they are not shown.
        questions: in the order of their paper, if they are shown.
        pages: those of their script that were found, if it is shown.
        size: of a page.
        statistics: if they are shown, and of enough people.
    """

    candidate: Enrolled
    exam: str
    notation: Notation
    booklet: int | None
    final: bool = False
    total: Credits | None = None
    of: Credits | None = None
    grade: str = ""
    questions: tuple[OwnQuestion, ...] = ()
    pages: tuple[Spot, ...] = ()
    size: Size = PAPERS["a4"]
    statistics: OwnStatistics | None = None

    @property
    def standing(self) -> Standing:
        """Whether they simply take the exam."""
        return self.candidate.standing


@dataclass(frozen=True, slots=True)
class OwnPage:
    """The image that counts as a page of a candidate's script, what is drawn on it, and the page's size."""

    image: StoredImage
    drawings: tuple[Drawing, ...]
    size: Size


def own_results(folder: Path, candidate: Enrolled, terms: Terms) -> OwnResults:
    """What a candidate is shown by these terms.

    Raises:
        NotFoundError: nothing was printed yet.
        RefusedError: an older Klausur printed, which did not keep the exam.
    """
    with opened(folder) as records:
        frame = up_to_date.look(records)
        booklet = results.booklet_of(candidate.id)
        exam = frame.exams.first if booklet is None else _asked(frame, booklet)
        table = results_so_far.so_far(folder)
        row = _row(table.results.rows, candidate)
        final = row is not None and row.status is Status.FINAL
        total = Part.TOTAL in terms.shows and final and row is not None
        summary, statistics = table.summary, None
        if Part.STATISTICS in terms.shows and summary.final >= FEWEST and summary.mean is not None:
            statistics = OwnStatistics(summary.final, summary.mean, summary.grades)
        found = () if booklet is None else tuple(own_images(booklet))
        return OwnResults(
            candidate,
            exam.title,
            exam.notation,
            booklet,
            final,
            row.total if total and row is not None else None,
            row.worth if total and row is not None else None,
            row.grade if total and row is not None else "",
            ()
            if booklet is None or Part.QUESTIONS not in terms.shows
            else tuple(_questions(frame, booklet, exam, terms, found)),
            tuple(i.spot for i in found if i.spot is not None) if Part.SCRIPT in terms.shows else (),
            frame.papers_of(frozenset() if booklet is None else frozenset({booklet})).size,
            statistics,
        )


def own_page(folder: Path, candidate: Enrolled, spot: Spot) -> OwnPage:
    """A page of a candidate's own script.

    Raises:
        NotFoundError: it is no page of theirs, or was not found.
    """
    with opened(folder) as records:
        frame = up_to_date.look(records)
        booklet = results.booklet_of(candidate.id)
        images = () if booklet is None else tuple(own_images(booklet))
        image = next((each for each in images if each.spot == spot), None)
        if booklet is None or image is None:
            raise NotFoundError("there is no such page of yours", "look at your results again")
        drawn = tuple(each.drawing for each in annotations.about(booklet) if each.spot == spot)
        return OwnPage(image, drawn, frame.papers_of(frozenset({booklet})).size)


def own_images(booklet: int) -> Iterator[StoredImage]:
    """The images that count as the pages of a booklet, then as those of its extra sheets, in their order."""
    own = [i for i in pages.images(booklet) if i.spot is not None and i.spot.sheet is Sheet.BOOKLET]
    yield from sorted(own, key=lambda image: 0 if image.spot is None else image.spot.page)
    yield from (i for i in pages.of_extras(judgements.extra_sheets(booklet)) if i.spot is not None)


def _asked(frame: Frame, booklet: int) -> Exam:
    try:
        return as_printed(frame.exams_with_texts.of(booklet))
    except LookupError as error:
        raise NotFoundError(f"there is no booklet {booklet}", "see 'klausur status'") from error


def _row(rows: Iterable[ResultRow], candidate: Enrolled) -> ResultRow | None:
    return next((row for row in rows if row.registration == candidate.candidate.registration), None)


def _questions(
    frame: Frame, booklet: int, exam: Exam, terms: Terms, found: Sequence[StoredImage]
) -> Iterator[OwnQuestion]:
    answered = {each.question: each for each in looks.answers(booklet=booklet)}
    about = by_answer(judgements.about(frozenset({booklet})))
    there = {spot.page for image in found if (spot := image.spot) is not None and spot.booklet == booklet}
    for question in exam.questions:
        each = answered.get(question.id)
        credits = None if each is None else each.credits
        judged, by = _told(frame, question, about.get((booklet, question.id), ()), terms)
        solved = Part.SOLUTION in terms.shows
        shown = answer_pages(frame, booklet, question.id) & there if Part.SCRIPT in terms.shows else ()
        given = None if each is None else each.answer.given
        yield OwnQuestion(
            question.id,
            question.number,
            question.title,
            question.credits,
            credits,
            exam.grading.strike(question.id),
            tuple(_choices(question, given, solved=solved)),
            _written(given),
            tuple(_expected(question)) if solved else (),
            None if credits is None else judged,
            () if credits is None else by,
            question.solution if solved else None,
            tuple(Spot(booklet, page) for page in sorted(shown)),
        )


def _told(
    frame: Frame, question: Question, about: Sequence[StoredJudgement], terms: Terms
) -> tuple[Judged | None, tuple[str, ...]]:
    """What counts of the judgements of an answer, and whose it is, as far as it is shown."""
    second = frame.arrangements.of(question.id).second
    judged = rounds.told(about, second, question.step) if Part.ITEMS in terms.shows else None
    by = rounds.told_by(about, second, question.step) if terms.correctors else ()
    return judged, tuple(dict.fromkeys(each.who for each in by))


def _choices(question: Question, given: Given | None, *, solved: bool) -> Iterator[OwnChoice]:
    """The choices in the order of the paper, of a question whose answer was read."""
    if not question.kind.chosen or not isinstance(given, Chosen):
        return
    right = question.keys[0]
    table = question.kind is QuestionKind.TABLE
    for at, choice in enumerate(question.choices):
        yield OwnChoice(
            choice.id.upper() if table else ascii_uppercase[at],
            choice.id in given.letters,
            choice.id in right if solved else None,
            choice.content if solved else None,
        )


def _written(given: Given | None) -> tuple[Fraction | None, ...]:
    match given:
        case Written(number):
            return (number,)
        case WrittenBlanks(numbers):
            return numbers
        case _:
            return ()


def _expected(question: Question) -> Iterator[tuple[Fraction, ...]]:
    """The right numbers, of each place where one is asked for."""
    if question.kind is QuestionKind.NUMBER:
        yield tuple(one.value for one in question.expected)
    for blank in question.blanks:
        yield tuple(one.value for one in blank.expected)
