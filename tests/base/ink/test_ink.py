"""Drawings as SVG: at their place in mm, thick where it was pressed, and by the file that browsers run."""

import hashlib
import math
import re

from klausur.base.geometry import Size
from klausur.base.ink import FREEHAND, Drawing, Tool, svg
from klausur.base.ink.outline import Point, outlines

A4 = Size(210, 297)
WAVE: tuple[Point, ...] = tuple((20 + n * 0.4, 100 + 5 * math.sin(n / 6), 0.5) for n in range(150))


def test_the_vendored_file_is_the_one_that_is_named() -> None:
    said = (FREEHAND / "README.md").read_text("utf-8")
    found = hashlib.sha256((FREEHAND / "perfect-freehand.js").read_bytes()).hexdigest()
    assert found in said


def test_an_outline_lies_round_its_line() -> None:
    (found,) = outlines([WAVE])
    for x, y in found:
        assert min(math.hypot(x - a, y - b) for a, b, _ in WAVE) < 0.6
    assert min(x for x, _ in found) < 20.5
    assert max(x for x, _ in found) > 79


def test_a_line_is_thick_where_it_was_pressed() -> None:
    flat = [(20.0 + n, 50.0, 0.1) for n in range(40)] + [(60.0 + n, 50.0, 1.0) for n in range(40)]
    (found,) = outlines([flat])
    thin = max(abs(y - 50) for x, y in found if 30 < x < 50)
    thick = max(abs(y - 50) for x, y in found if 70 < x < 90)
    assert thick > 1.5 * thin


def test_several_lines_are_drawn_at_once_and_a_dot_is_seen() -> None:
    dot: list[Point] = [(50, 60, 0.5)]
    found = outlines([WAVE, dot, WAVE])
    assert found[0] == found[2]
    assert len(found[1]) > 8
    assert outlines([]) == []


def test_a_page_shows_each_drawing_at_its_place() -> None:
    drawings = [
        Drawing(Tool.PEN, WAVE),
        Drawing(Tool.HIGHLIGHT, ((30, 40, 0.5), (60, 40, 0.5))),
        Drawing(Tool.TICK, ((10, 20, 0.5),)),
        Drawing(Tool.CROSS, ((11.5, 20, 0.5),)),
        Drawing(Tool.TEXT, ((12, 30, 0.5),), "n < 3 & <script>"),
    ]
    page = svg(drawings, A4)
    assert page.startswith('<svg xmlns="http://www.w3.org/2000/svg" width="210mm" height="297mm"')
    assert re.search(r'<path d="M[\d.]+ [\d.]+Q', page)
    assert 'points="30.00 40.00 60.00 40.00 60.00 40.00"' in page
    assert 'd="M10.00 20.00m' in page
    assert 'd="M11.50 20.00m' in page
    assert ">n &lt; 3 &amp; &lt;script&gt;</text>" in page
