"""What is drawn on answers: recorded once, in mm of the page, taken back, and not changed by a new scan."""

from dataclasses import replace
from pathlib import Path

import pytest
from tests.actions.conftest import Record, nowhere, result
from tests.cast import CORRECTOR, EXAMINER

from klausur.actions import annotate as annotating
from klausur.actions.annotate import annotate, erase
from klausur.actions.answer_seen import answer_seen
from klausur.actions.archive import archive
from klausur.actions.arrange_judging import set_rules
from klausur.actions.judge import Ticked, judge, overrule
from klausur.actions.restore import restore
from klausur.actions.settle_page import settle_page
from klausur.actions.sheet_seen import sheet_seen
from klausur.actions.used_comments import UsedComment, used_comments
from klausur.base.errors import NotFoundError, RefusedError, UsageError
from klausur.base.ink import Drawing, Tool
from klausur.base.maths import Notation
from klausur.paper.code import PageCode, Sheet
from klausur.paper.layout import Layout
from klausur.scan.model import Reason
from klausur.state.arrangements import JudgingRules, SecondCorrection
from klausur.state.facts import Actor, Author, Role, Spot, Verdict
from klausur.state.judgements import Round
from klausur.store import annotations, audit, derive, trail
from klausur.store import verify as stored
from klausur.store.folder import opened
from klausur.store.frame import Frame

KONRAD, ADA = Author(CORRECTOR), Author(EXAMINER)
KARLA = Author(Actor("Karla Korrektorin", Role.CORRECTOR))
LINE = Drawing(Tool.PEN, ((20.004, 60.128, 0.5), (21, 61, 0.5)))
TICK = Drawing(Tool.TICK, ((50, 60, 0.5),))
HERE = Spot(2, 2)
scanned = pytest.mark.usefixtures("scanned")


def draw(folder: Path, drawing: Drawing = TICK, act: str = "one", author: Author = KONRAD) -> object:
    return annotate(folder, 2, "word", HERE, drawing, author, act=act)


def drawn(folder: Path) -> list[Drawing]:
    """What stands on the answer, while State and records agree and nothing was changed."""
    with opened(folder):
        assert list(derive.verify(Frame(folder))) == []
        assert list(stored.verify()) == []
    return [each.drawing for each in answer_seen(folder, 2, "word").annotations]


@scanned
def test_a_drawing_is_kept_in_hundredths_of_mm_and_taken_back(folder: Path) -> None:
    draw(folder, LINE)
    kept = replace(LINE, points=((20.0, 60.13, 0.5), (21, 61, 0.5)))
    draw(folder, TICK, "two")
    assert drawn(folder) == [kept, TICK]
    erase(folder, "one", KONRAD)
    erase(folder, "one", KONRAD)  # sent again
    assert drawn(folder) == [TICK]
    with opened(folder):
        assert [event.verb for event in audit.events()][-3:] == [
            "annotate",
            "annotate",
            "take-back-annotation",
        ]
        assert {event.number for event in audit.events()[-3:]} <= trail.about_booklet(2)
    with pytest.raises(NotFoundError, match="not there"):
        erase(folder, "nothing", KONRAD)


@scanned
def test_what_is_sent_twice_stands_once(folder: Path) -> None:
    made = draw(folder)
    assert draw(folder, LINE) == made
    assert drawn(folder) == [TICK]
    with pytest.raises(UsageError, match="another answer"):
        annotate(folder, 1, "word", Spot(1, 2), TICK, KONRAD, act="one")


@scanned
def test_only_who_drew_it_or_an_examiner_rubs_it_out(folder: Path) -> None:
    draw(folder)
    draw(folder, LINE, "two")
    with pytest.raises(RefusedError, match="may not take back what others judged"):
        erase(folder, "one", KARLA)
    erase(folder, "one", ADA)
    assert len(drawn(folder)) == 1


def test_a_new_scan_of_the_page_keeps_what_was_drawn(folder: Path, record: Record, layout: Layout) -> None:
    twice = PageCode(layout.exam_number, 2, 2)
    record(result(layout, 0, 2, 2), nowhere(1, Reason.TWICE, twice), result(layout, 2, 2, 1))
    draw(folder)
    settle_page(folder, 1, Verdict.IGNORED, ADA)
    seen = answer_seen(folder, 2, "word")
    assert [image.id for image in seen.pages] != [1]
    assert [each.drawing for each in seen.annotations] == [TICK]


@scanned
@pytest.mark.parametrize(
    ("drawing", "says"),
    [
        (Drawing(Tool.PEN, ()), "nothing is drawn"),
        (Drawing(Tool.TICK, ((1, 1, 0.5), (2, 2, 0.5))), "several places"),
        (Drawing(Tool.PEN, ((-1, 1, 0.5),)), "beside the page"),
        (Drawing(Tool.PEN, ((211, 1, 0.5),)), "beside the page"),
        (Drawing(Tool.PEN, ((1, 298, 0.5),)), "beside the page"),
        (Drawing(Tool.PEN, ((float("nan"), 1, 0.5),)), "beside the page"),
        (Drawing(Tool.PEN, ((1, 1, float("inf")),)), "beside the page"),
        (Drawing(Tool.PEN, ((1, 1, 0.5),) * (annotating.POINTS + 1)), "at most 2000 points"),
        (Drawing(Tool.TEXT, ((1, 1, 0.5),)), "a text has words"),
        (Drawing(Tool.TICK, ((1, 1, 0.5),), "x"), "a text has words"),
        (Drawing(Tool.TEXT, ((1, 1, 0.5),), "x" * 201), "at most 200 characters"),
        (Drawing(Tool.TEXT, ((1, 1, 0.5),), "x\x00y"), "control characters"),
    ],
)
def test_what_is_no_drawing_is_refused(folder: Path, drawing: Drawing, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        draw(folder, drawing)
    assert drawn(folder) == []


@scanned
def test_only_pages_of_the_answer_are_drawn_on(folder: Path) -> None:
    for spot in (Spot(2, 1), Spot(1, 2), Spot(1, 1, Sheet.EXTRA), Spot(2, 2, Sheet.ATTENDANCE)):
        with pytest.raises(NotFoundError, match=r"is no page of question 2\.1 of booklet 2"):
            annotate(folder, 2, "word", spot, TICK, KONRAD, act="one")
    with pytest.raises(UsageError, match="scored by"):
        annotate(folder, 2, "letters", HERE, TICK, KONRAD, act="one")


@scanned
def test_an_archive_keeps_what_was_drawn_and_rubbed_out(folder: Path) -> None:
    draw(folder)
    draw(folder, LINE, "two")
    erase(folder, "two", KONRAD)
    archive(folder, folder.with_suffix(".zip"), actor=EXAMINER)
    again = folder.with_name("again")
    restore(folder.with_suffix(".zip"), again, actor=EXAMINER)
    assert drawn(again) == [TICK]
    with opened(again):
        rubbed = annotations.by_act("two")
    assert rubbed is not None
    assert rubbed.taken_back


@scanned
def test_an_answer_is_not_drawn_full(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(annotating, "EACH", 2)
    draw(folder)
    draw(folder, LINE, "two")
    with pytest.raises(RefusedError, match="2 drawings stand"):
        draw(folder, LINE, "three")
    erase(folder, "one", KONRAD)
    draw(folder, LINE, "three")
    with opened(folder):
        assert annotations.count(2, "word") == 2


@scanned
def test_who_judges_blind_sees_their_own_drawings_alone(folder: Path) -> None:
    def seen_by(actor: Actor, handed: Round | None = None) -> list[Drawing]:
        return [each.drawing for each in answer_seen(folder, 2, "word", actor, handed=handed).annotations]

    draw(folder)
    judge(folder, 2, "word", Ticked({"1": 1}), KONRAD, act="of one")
    draw(folder, LINE, "two", KARLA)
    assert len(seen_by(KARLA.actor)) == len(seen_by(CORRECTOR)) == len(seen_by(EXAMINER)) == 2
    set_rules(folder, "word", JudgingRules(SecondCorrection(blind=True)), ADA)
    assert [each.tool for each in seen_by(KARLA.actor)] == [Tool.PEN]
    assert [each.tool for each in seen_by(CORRECTOR)] == [Tool.TICK]
    assert len(seen_by(EXAMINER, Round.FINAL)) == 2
    assert seen_by(KARLA.actor, Round.REPEAT) == []
    with opened(folder):
        before = audit.head()
    for shown in (Round.REPEAT, Round.SEED):  # what is drawn on a comparison stays on nobody's script
        assert annotate(folder, 2, "word", HERE, LINE, KARLA, act="three", handed=shown) is None
        assert erase(folder, "three", KARLA, handed=shown) is None
    with opened(folder):
        assert audit.head() == before


def test_comments_are_found_again_own_ones_first_then_by_use(
    folder: Path, record: Record, layout: Layout
) -> None:
    record(*(result(layout, n, n + 1, 2) for n in range(3)))

    def say(booklet: int, comment: str, author: Author, act: str) -> int:
        return judge(folder, booklet, "word", Ticked({"1": 1}, comment=comment), author, act=act).id

    say(1, "Sign forgotten: $-x$", KONRAD, "a")
    say(2, "Sign forgotten: $-x$", KONRAD, "b")
    say(2, "Sign forgotten: $-x$", KONRAD, "b again")  # the same answer counts once
    say(1, "Well done", KONRAD, "c")
    say(3, "No word", KARLA, "d")
    wrong = say(3, "Nonsense", KARLA, "e")
    overrule(folder, wrong, ADA)
    say(3, "", KARLA, "f")
    sign = UsedComment("Sign forgotten: $-x$", 2, own=False)
    done, none = UsedComment("Well done", 1, own=False), UsedComment("No word", 1, own=False)
    assert used_comments(folder, "word", "Nobody").offered == (sign, none, done)
    assert used_comments(folder, "word", KARLA.who).offered == (replace(none, own=True), sign, done)
    assert used_comments(folder, "word", "Nobody", "FORGOTTEN sign").offered == (sign,)
    assert used_comments(folder, "word", "Nobody", "Well done ").offered == ()
    assert used_comments(folder, "letters", "Nobody").offered == ()


@scanned
def test_comments_are_written_as_the_exam_writes_maths(folder: Path) -> None:
    notation = Notation((("\\half", "\\frac{#1}{2}"),), comma=False)
    assert used_comments(folder, "word", "Nobody").notation == notation
    assert answer_seen(folder, 2, "word").notation == notation
    assert sheet_seen(folder, "word", [1, 2], "Nobody").notation == notation
