"""State is what the records amount to, after whatever happens in whatever order.

Random events befall a printed exam of three candidates with stickers; after each, all State rows are computed
from nothing and compared. What an event may not do it is refused, and then State must hold as well.
"""

import itertools
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.cast import EXAMINER
from tests.exams import by_hand, copy_exam

from klausur.actions.change_candidate import Correction, add, change
from klausur.actions.change_rubric import change_rubric, rubric_now, undo_rubric
from klausur.actions.judge import Ticked, judge
from klausur.actions.judge import take_back as take_back_judgement
from klausur.actions.mark_candidates import mark
from klausur.actions.record import Desk, record
from klausur.actions.settle import Decision, Marked, TakenBack, settle
from klausur.actions.settle_page import settle_page
from klausur.actions.settle_tie import settle_booklet, settle_extra, settle_signature
from klausur.actions.take_back import take_back
from klausur.actions.waive_pages import waive_pages
from klausur.base.errors import KlausurError
from klausur.base.geometry import Box
from klausur.exam.frozen import Frozen, freeze
from klausur.exam.model import ONE, Exam, Grading, Strike
from klausur.exam.rubric_lines import RubricLine
from klausur.paper.answers import Chosen, Worth
from klausur.paper.code import PageCode, Sheet
from klausur.paper.fields import Field, FieldKind, Mark, Signed
from klausur.paper.layout import BookletLayout, Layout, PageLayout, SheetLayout, with_sheets
from klausur.paper.run import Booklet, PrintRun, plan
from klausur.read.model import PageResult, Reading
from klausur.roster.model import Candidate
from klausur.scan.model import PageImage, Quality, Reason, SourceForm, Unplaced
from klausur.state.facts import Author, Bond, Spot, Standing, Verdict
from klausur.store import derive, exams, models, pages, printings, put_off
from klausur.store.folder import opened, writing
from klausur.store.frame import Frame
from klausur.store.pages import Decided
from klausur.store.printings import Amount

from .conftest import EXAM_NUMBER, print_by_hand, write_exam

WHO = Author(EXAMINER, "a test")
PEOPLE = (
    Candidate("0371", "Ada Example", "Hall 1"),
    Candidate("0382", "Jürgen Muster", "Hall 1"),
    Candidate("0955", "Eva Beispiel", "Hall 2"),
)
BOX = Box(20, 20, 28, 9)
STICKER, NUMBER = "cover/sticker", "cover/registration"
BOOKLETS, EXTRAS = 5, 2
QUALITY = Quality(0.01, 300.0, 180.0, 0.9, 4)

Event = Callable[[Path], object]


@pytest.fixture(scope="module")
def printed(layout: Layout) -> Layout:
    cover = (
        Field(STICKER, FieldKind.STICKER_SPOT, BOX),
        Field(NUMBER, FieldKind.DIGIT_ROW, BOX, cells=4),
    )
    first, second = layout.pages
    signed = tuple(Field(f"candidate/{c.registration}/signature", FieldKind.SIGNATURE, BOX) for c in PEOPLE)
    extra = PageLayout(1, (Field("extra/booklet", FieldKind.DIGIT_ROW, BOX, cells=4),))
    booklets = replace(
        layout,
        pages=(replace(first, fields=first.fields + cover), second),
        booklets=tuple(BookletLayout(n, (0, 1)) for n in range(1, BOOKLETS + 1)),
    )
    sheets = (
        SheetLayout(Sheet.ATTENDANCE, 1, (0,)),
        *(SheetLayout(Sheet.EXTRA, n, (1,)) for n in range(1, EXTRAS + 1)),
    )
    return with_sheets(booklets, (PageLayout(1, signed), extra), sheets)


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory, printed: Layout) -> Path:
    folder = tmp_path_factory.mktemp("random") / "exam"
    write_exam(folder)
    print_by_hand(folder, plan(EXAM_NUMBER, PEOPLE, 2, stickers=True, extras=EXTRAS), printed)
    return folder


booklets = st.integers(1, BOOKLETS + 1)
registrations = st.sampled_from([*(c.registration for c in PEOPLE), "4711", "4712"])
written = st.sampled_from(["0371", "0382", "0955", "03?1", "9999", ""])
marks = st.sampled_from([Mark.EMPTY, Mark.CROSSED, Mark.OTHER])
files = (f"{n:064x}" for n in itertools.count(1))


def digits(field: str, number: str) -> Reading:
    scores = []
    for character in number.ljust(4):
        at = {" ": {10: 1.0}, "?": dict.fromkeys(range(10), 0.1)}.get(character) or {int(character): 1.0}
        scores.append(tuple(at.get(k, 0.0) for k in range(11)))
    value = "".join(c if c.isdigit() else "?" for c in number.ljust(4))
    return Reading(field, FieldKind.DIGIT_ROW, None, value, 0.9, "?" in number, "hand", "1", tuple(scores))


@st.composite
def scans(draw: st.DrawFn) -> Event:
    """A page of a booklet, an extra sheet, a list, or an image that is no page."""
    kind = draw(st.sampled_from(["page", "page", "page", "cover", "extra", "list", "lost"]))
    number, page = draw(booklets), 1 if kind == "cover" else draw(st.integers(1, 2))
    drawn = draw(st.lists(marks, min_size=8, max_size=8))
    sticker = draw(st.sampled_from(["", "1", "2", "3", "1+2"]))
    text, flagged = draw(written), draw(st.booleans())
    yes = draw(st.sampled_from(Signed))

    def happen(place: Path) -> None:
        file = next(files)
        with opened(place) as records:
            frame = Frame(place)
            layout = frame.layout
            code = PageCode(EXAM_NUMBER, number, page)
            if kind == "extra":
                code = PageCode(EXAM_NUMBER, 1 + number % EXTRAS, 1, Sheet.EXTRA)
            elif kind == "list":
                code = PageCode(EXAM_NUMBER, 1, 1, Sheet.ATTENDANCE)
            at = layout.at(code)
            if kind == "lost" or at is None:
                found = PageResult(file, 0, None, None, Unplaced(Reason.NO_CODE, resembles=page))
            else:
                state = itertools.cycle(drawn)
                readings = []
                for field in at.fields:
                    if field.kind is FieldKind.DIGIT_ROW:
                        readings.append(digits(field.id, text if field.id == NUMBER else str(number)))
                        continue
                    value = {
                        FieldKind.STICKER_SPOT: sticker,
                        FieldKind.SIGNATURE: str(yes),
                    }.get(field.kind) or str(next(state))
                    doubt = value == Mark.OTHER or (flagged and field.kind is FieldKind.STICKER_SPOT)
                    value = sticker if field.kind is FieldKind.STICKER_SPOT else value
                    readings.append(
                        Reading(field.id, field.kind, field.question, value, 0.9, doubt, "hand", "1")
                    )
                found = PageResult(file, 0, code, QUALITY, None, tuple(readings))
            with by_hand():
                pages.append_file(file, f"{file[-4:]}.pdf", 1)
            empty = PageImage(file, 0, SourceForm.IMAGE, b"")
            record(Desk(records, frame, layout, EXAMINER, None), [(found,)], {(file, 0): empty})

    return happen


def question(number: int, name: str, decision: Decision) -> Event:
    return lambda place: settle(place, number, name, decision, WHO)


decisions = st.one_of(
    st.builds(
        question,
        booklets,
        st.sampled_from(["letters", "numbers"]),
        st.sets(st.sampled_from("ab")).map(lambda letters: Chosen(frozenset(letters))),
    ),
    st.builds(
        question, booklets, st.just("word"), st.sampled_from([0, 1, 2]).map(lambda n: Worth(Fraction(n)))
    ),
    st.builds(
        question,
        booklets,
        st.sampled_from(["letters/choice/a", "numbers/choice/b"]),
        st.sampled_from([Mark.EMPTY, Mark.CROSSED]).map(Marked),
    ),
    st.builds(question, booklets, st.sampled_from(["letters", "numbers", "word"]), st.just(TakenBack())),
)


def judged(number: int, ticks: int) -> Event:
    """A word is judged, whatever was judged there before."""
    act = next(files)[-36:]
    return lambda place: judge(place, number, "word", Ticked({"1": ticks}), WHO, act=act)


judgements = st.one_of(
    st.builds(judged, booklets, st.sampled_from([0, 1])),
    st.just(lambda place: take_back_judgement(place, "word", WHO)),
)


def rubric_changed(credits: int, *, new: bool, apply: bool, again: bool) -> Event:
    """The word's rubric gives something else, and perhaps for one thing more."""
    lines = [RubricLine("1", credits=Fraction(credits), text="a word")]
    more = [RubricLine("", credits=Fraction(1), text="another")] if new else []

    def happen(place: Path) -> None:
        change_rubric(place, "word", [*lines, *more], WHO, apply=apply, again=again)

    return happen


def rubric_back(place: Path) -> None:
    """The newest change of the word's rubric is taken back."""
    last = rubric_now(place, "word").last
    if last is not None:
        undo_rubric(place, last.id, WHO)


rubrics = st.one_of(
    st.builds(rubric_changed, st.integers(1, 2), new=st.booleans(), apply=st.booleans(), again=st.booleans()),
    st.just(rubric_back),
)


def tied(number: int, bond: Bond, registration: str) -> Event:
    named = registration if bond is Bond.TIED else None
    return lambda place: settle_booklet(place, number, bond, WHO, registration=named)


def extra(number: int, bond: Bond, booklet: int) -> Event:
    named = booklet if bond is Bond.TIED else None
    return lambda place: settle_extra(place, number, bond, WHO, booklet=named)


def signature(registration: str, signed: Signed | None) -> Event:
    return lambda place: settle_signature(place, registration, signed, WHO)


def image(number: int, verdict: Verdict, spot: Spot | None) -> Event:
    """People's word about an image; what is read where they place it is recorded as if it had been read."""

    def happen(place: Path) -> None:
        if verdict is not Verdict.PLACED:
            settle_page(place, number, verdict, WHO)
            return
        with opened(place):
            frame = Frame(place)
            page = None if spot is None else frame.layout.page(spot.booklet, spot.page)
            with by_hand():
                found = pages.image(number)
                if found is None or page is None or spot is None or pages.replaced(number):
                    return
                other = pages.occupant(spot)
                if other is not None and other.id != number:
                    pages.settle([Decided(other, Verdict.IGNORED)], WHO)
                read = tuple(
                    Reading(
                        f.id, f.kind, f.question, Mark.CROSSED, 0.9, flagged=False, reader="hand", version="2"
                    )
                    for f in page.fields
                    if f.kind in {FieldKind.CHOICE_BOX, FieldKind.CREDIT_BOX}
                )
                pages.settle([Decided(found, Verdict.PLACED, spot, read)], WHO)
                derive.refresh(frame, derive.about(frozenset({number}), [found.spot, spot]))

    return happen


images = st.builds(
    image,
    st.integers(1, 12),
    st.sampled_from(Verdict),
    st.builds(Spot, booklets, st.integers(1, 2)),
)


def missed(pages: set[tuple[int, int]], *, undo: bool) -> Event:
    return lambda place: waive_pages(place, list(pages), WHO, undo=undo)


def taken_back(number: int) -> Event:
    return lambda place: take_back(place, number, WHO)


def key(wrong: bool, struck: Strike | None) -> Event:  # noqa: FBT001 - drawn
    """Another key counts from now on."""

    def mended(exam: Exam) -> Exam:
        problems = []
        for problem in exam.problems:
            asked = tuple(
                replace(
                    q,
                    choices=tuple(
                        replace(c, right=c.right is not (wrong and c.id == "a")) for c in q.choices
                    ),
                )
                for q in problem.questions
            )
            problems.append(replace(problem, questions=asked))
        strikes = () if struck is None else (("numbers", struck),)
        return replace(exam, problems=tuple(problems), grading=Grading(None, strikes))

    def happen(place: Path) -> None:
        with opened(place):
            base = exams.as_printed(1, place)
            assert base is not None
            now = Frozen(tuple(mended(exam) for exam in base.exams), base.files)
            with by_hand():
                exams.decide(1, freeze(now), freeze(base), "0" * 64, ["a test"], WHO)
                put_off.put_off(models.BookletState.objects.values_list("number", flat=True))

    return happen


def walk_in(registration: str) -> Event:
    return lambda place: add(place, Candidate(registration, "Late Example"), WHO)


def corrected(registration: str, name: str, number: str | None) -> Event:
    return lambda place: change(place, registration, Correction(number, name), WHO)


def marked(registration: str, standing: Standing) -> Event:
    return lambda place: mark(place, registration, standing, WHO)


def printed_later(registration: str) -> Event:
    """One more booklet, for somebody on the list."""

    def happen(place: Path) -> None:
        with opened(place):
            papers = printings.papers()
            whose = papers.by_registration().get(registration)
            if whose is None:
                return
            with by_hand():
                after = papers.printings[-1].number
                more = printings.reserve(1, Amount(1), ONE, "Ada Example", after=after)
                number = more.booklets.first
                layout = replace(
                    printings.layout(),
                    booklets=(BookletLayout(number, (0, 1)),),
                    sheets=(),
                    pages=printings.layout().pages[:2],
                )
                run = PrintRun(EXAM_NUMBER, (Booklet(number, whose.candidate),))
                printings.finish(more, run, layout, people={registration: whose.id})
                derive.refresh(Frame(place), derive.printed(frozenset({number})))

    return happen


events = st.one_of(
    scans(),
    scans(),
    scans(),
    decisions,
    judgements,
    rubrics,
    images,
    st.builds(tied, booklets, st.sampled_from(Bond), registrations),
    st.builds(extra, st.integers(1, EXTRAS), st.sampled_from(Bond), booklets),
    st.builds(signature, registrations, st.sampled_from([None, *Signed])),
    st.builds(
        missed,
        st.sets(st.tuples(booklets, st.integers(1, 2)), min_size=1, max_size=2),
        undo=st.sampled_from([False, False, True]),
    ),
    st.builds(taken_back, st.integers(2, 14)),
    st.builds(key, st.booleans(), st.sampled_from([None, *Strike])),
    st.builds(walk_in, registrations),
    st.builds(
        corrected,
        registrations,
        st.sampled_from(["Ada Muster", "Zoë Beispiel"]),
        st.sampled_from([None, "4713", "0382"]),
    ),
    st.builds(marked, registrations, st.sampled_from(Standing)),
    st.builds(printed_later, registrations),
)


def differences(place: Path) -> list[str]:
    with opened(place):
        frame = Frame(place)
        put_off.catch_up(frame)
        return list(derive.verify(frame))


@pytest.mark.long
@settings(
    max_examples=30,
)
@given(happens=st.lists(events, min_size=4, max_size=14))
def test_state_is_what_the_records_amount_to_after_every_event(
    once: Path, tmp_path_factory: pytest.TempPathFactory, happens: list[Event]
) -> None:
    place = tmp_path_factory.mktemp("events") / "exam"
    copy_exam(once, place)
    for event in happens:
        with suppress(KlausurError):
            event(place)
        assert differences(place) == []


def test_what_another_key_changes_is_derived_in_portions_whatever_happens_between(
    once: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "exam"
    copy_exam(once, place)
    monkeypatch.setattr(put_off, "PORTION", 1)
    for number in (1, 2, 3):
        question(number, "letters", Chosen(frozenset("a")))(place)
    assert differences(place) == []
    key(wrong=True, struck=None)(place)
    with opened(place):
        assert list(derive.verify(Frame(place))) == ["State is not up to date"]
    question(3, "letters", Chosen(frozenset("b")))(place)
    with opened(place), by_hand():
        put_off._portion(Frame(place))  # noqa: SLF001 - whoever began to catch up was stopped here
    key(wrong=True, struck=Strike.FULL)(place)
    with opened(place):
        assert derive.stale()
    assert differences(place) == []


def test_what_was_changed_by_hand_is_found(once: Path, tmp_path: Path) -> None:
    place = tmp_path / "exam"
    copy_exam(once, place)
    question(1, "letters", Chosen(frozenset("a")))(place)
    assert differences(place) == []
    with opened(place), writing():
        models.AnswerState.objects.filter(question="letters").update(credits="7")
        models.BookletState.objects.filter(number=2).update(used=True)
        models.CandidateState.objects.filter(registration="0955").delete()
    found = differences(place)
    assert any(text.startswith("AnswerState (1, 'letters'): credits is '7'") for text in found)
    assert any(text.startswith("BookletState 2: used is True") for text in found)
    assert "CandidateState 3 is missing" in found
