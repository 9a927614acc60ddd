"""Marks out of use: parted by hand, and two readers held against each other on them."""

import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from klausur.base.errors import NotFoundError
from klausur.learn.from_use import KnownMarks, Outcome, compared, main, outcome, used
from klausur.paper.fields import Mark
from klausur.read.mark_files import MarkFile, write
from klausur.read.marks import SHIPPED, SeenMark
from klausur.scan.model import Pixels
from klausur.scan.tones import ScanKind

STATES = tuple(Mark)


@dataclass(frozen=True)
class Reader:
    """Reads what stands in a window's first pixel, wrongly or with a flag where it is told to."""

    wrong: frozenset[int] = frozenset()
    flagged: frozenset[int] = frozenset()

    def read(self, windows: Pixels, kind: ScanKind | None = None) -> Sequence[SeenMark]:
        assert kind is not None or not len(windows)
        return [
            SeenMark(STATES[(int(w[0, 0, 0]) + (n in self.wrong)) % len(STATES)], 0.9, n in self.flagged)
            for n, w in enumerate(windows)
        ]


def known(*states: Mark) -> KnownMarks:
    windows = np.zeros((len(states), 80, 80, 3), np.uint8)
    windows[:, 0, 0, 0] = [STATES.index(state) for state in states]
    return KnownMarks(windows, states, (ScanKind.GREY,) * len(states), 1)


SET = known(Mark.EMPTY, Mark.CROSSED, Mark.FILLED, Mark.CROSSED)
ROW = MarkFile(
    "",
    "",
    "",
    Mark.EMPTY,
    Mark.EMPTY,
    1.0,
    flagged=False,
    reader="marks",
    version="1",
    scan=ScanKind.GREY,
    dpi=300.0,
)


def png(grey: int) -> bytes:
    out = io.BytesIO()
    Image.fromarray(np.full((80, 80), grey, np.uint8)).save(out, "PNG")
    return out.getvalue()


def exported(place: Path, hands: int) -> Path:
    write(place, [(replace(ROW, hand=f"{n:04x}"), png(n)) for n in range(hands) for _ in range(2)], "tests")
    return place


def greys(marks: KnownMarks) -> set[int]:
    return {int(window[0, 0, 0]) for window in marks.windows}


def test_no_hand_is_both_learnt_and_held_out(tmp_path: Path) -> None:
    learnt, held = used(exported(tmp_path, 60))
    assert not greys(learnt) & greys(held)
    assert greys(learnt) | greys(held) == set(range(60))
    assert (learnt.hands, held.hands) == (len(greys(learnt)), len(greys(held)))
    assert 10 <= held.hands <= 30
    assert len(learnt.states) == 2 * learnt.hands
    assert set(held.states) == {Mark.EMPTY}


def test_more_hands_change_the_part_of_none(tmp_path: Path) -> None:
    few, many = (used(exported(tmp_path / str(n), n))[1] for n in (20, 60))
    assert greys(few) == {hand for hand in greys(many) if hand < 20}


def test_one_hand_is_too_few(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="too few hands"):
        used(exported(tmp_path, 1))


def test_what_is_wrong_and_nobody_is_asked_about_is_silent() -> None:
    assert outcome(Reader(), SET) == Outcome(4, 0, 0)
    assert outcome(Reader(wrong=frozenset({1, 2}), flagged=frozenset({2, 3})), SET) == Outcome(4, 1, 2)


def test_a_mark_that_a_person_must_read_costs_nobody_a_flag() -> None:
    odd = known(Mark.OTHER, Mark.OTHER)
    assert outcome(Reader(flagged=frozenset({0})), odd) == Outcome(2, 0, 0)
    assert outcome(Reader(wrong=frozenset({0, 1}), flagged=frozenset({0})), odd) == Outcome(2, 1, 0)


def test_a_reader_takes_another_s_place_where_it_is_worse_on_neither() -> None:
    sets = {"held out": SET, "test": known(*[Mark.CROSSED] * 3)}
    one, two = Reader(wrong=frozenset({1})), Reader(flagged=frozenset({1}))
    assert compared(one, one, sets).worse == ()
    assert compared(one, Reader(), sets).worse == ()
    assert compared(one, two, sets).worse == (
        "held out: 1 of 4 left to people, 0 before",
        "test: 1 of 3 left to people, 0 before",
    )
    silent = compared(Reader(), Reader(wrong=frozenset({3})), sets).worse
    assert silent == ("held out: 1 of 4 misread without a flag, 0 before",)


def test_the_shipped_reader_is_no_worse_than_itself(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(exported(tmp_path, 12)), str(SHIPPED), "--hands", "4"]) == 0
    said = capsys.readouterr().out
    assert said.count("before") == 2
    assert "worse" not in said
