"""Boxes that are chosen by filling them: taken back over the edge, or not."""

import cv2
import numpy as np
import pytest

from klausur.base.geometry import Box
from klausur.exam.model import Marking
from klausur.paper.fields import Field, FieldKind
from klausur.read import marks, spill
from klausur.read.model import Mark, Reading
from klausur.read.resolve import resolve
from klausur.rehearse import pen
from klausur.rehearse.hands import Population, hand, stream
from klausur.rehearse.ruled_marks import RuledStyle, ruled, strokes
from klausur.scan.model import Pixels

BOX = Box(2.0, 2.0, 4.0, 4.0)


def windows(style: RuledStyle, count: int) -> Pixels:
    """Boxes that many hands have marked in a style, (count, 80, 80, 1)."""
    made = []
    for n in range(count):
        page = np.full((80, 80), 245, np.uint8)
        cv2.rectangle(page, (20, 20), (59, 59), 0, 3)
        page[23:57, 23:57] = 245
        rng = stream(Population.JUDGE, n, len(style))
        who = hand(rng, Population.JUDGE)
        pen.ink(page, strokes(style, BOX, who, rng), 10.0, (0.0, 0.0), who, rng)
        made.append(cv2.GaussianBlur(page, (0, 0), 0.8))
    return np.stack(made)[..., None].astype(np.uint8)


def test_a_filled_box_is_called_filled_and_mostly_stays_inside() -> None:
    cut = windows(RuledStyle.FILLED, 60)
    assert sum(seen.value is Mark.FILLED for seen in marks.shipped().read(cut)) >= 58
    assert spill.over_edge(cut).mean() < 0.5


@pytest.mark.parametrize("style", [RuledStyle.CROSSED_OUT, RuledStyle.STRUCK])
def test_what_is_taken_back_reaches_over_the_edge(style: RuledStyle) -> None:
    assert spill.over_edge(windows(style, 60)).mean() > 0.95


@pytest.mark.parametrize("rule", Marking)
def test_how_people_mark_follows_the_rule(rule: Marking) -> None:
    rng = np.random.default_rng(1)
    chosen = {ruled(Mark.CROSSED, rule, rng)[1] for _ in range(200)}
    back = {ruled(Mark.FILLED, rule, rng)[1] for _ in range(20)}
    assert (
        chosen
        == {
            Marking.CROSS: {None},
            Marking.ANY: {None, RuledStyle.FILLED, RuledStyle.TICK},
            Marking.FILL: {RuledStyle.FILLED},
        }[rule]
    )
    assert back == {{Marking.CROSS: None, Marking.ANY: RuledStyle.STRUCK}.get(rule, RuledStyle.CROSSED_OUT)}
    assert ruled(Mark.EMPTY, rule, rng) == (Mark.EMPTY, None)


@pytest.mark.parametrize("rule", Marking)
def test_a_lone_cross_is_unclear_where_boxes_are_filled(rule: Marking) -> None:
    box = Field("q/choice/a", FieldKind.CHOICE_BOX, BOX, "q", choice="a", rule=rule)
    reading = Reading(box.id, box.kind, "q", Mark.CROSSED, 0.99, flagged=False, reader="marks", version="1")
    assert resolve("q", [box], {box.id: reading}, {}).open is (rule is Marking.FILL)
    assert not resolve("q", [box], {box.id: reading}, {box.id: Mark.CROSSED}).open
