"""The outline of a line of the pen, thick where it was pressed: by the very file that browsers run.

perfect-freehand reckons in pixels, of which `SCALE` are a mm. It is a pure function without loops of its own
making: a line of two thousand points takes 0.1 s.
"""

import json
import re
from collections.abc import Sequence
from importlib import resources

from klausur.base.guard import refuse_if_locked

SCALE = 10
"""Pixels to a mm. It leaves out what lies less than 3 pixels before a line's end."""

_OPTIONS = {"size": 7, "thinning": 0.5, "smoothing": 0.5, "streamline": 0.35, "last": True}
"""As in ``web/grading/drawing.js``."""

_EXPORTED = re.compile(r"export\{.*?(\w+) as getStroke\b.*", re.DOTALL)

Point = tuple[float, float, float]


def outlines(lines: Sequence[Sequence[Point]]) -> list[list[tuple[float, float]]]:
    """The corners of the outline of each line, in mm.

    Args:
        lines: their points: x and y in mm and the pressure; 0.5 throughout where nothing knew it, and then
            the line is thin where the hand was fast.
    """
    refuse_if_locked("drawing the outlines of lines")
    if not lines:
        return []
    import quickjs  # noqa: PLC0415 - takes 5 ms, for drawings alone

    source = resources.files(__package__).joinpath("freehand/perfect-freehand.js").read_text("utf-8")
    engine = quickjs.Context()
    engine.eval(_EXPORTED.sub(r"globalThis.getStroke=\1;", source))
    engine.eval(
        "function outlines(asked){"
        "return JSON.stringify(JSON.parse(asked).map(([points,options])=>getStroke(points,options)))}"
    )
    asked = [
        (
            [(x * SCALE, y * SCALE, force) for x, y, force in line],
            {**_OPTIONS, "simulatePressure": all(force == 0.5 for _, _, force in line)},
        )
        for line in lines
    ]
    found = json.loads(str(engine.get("outlines")(json.dumps(asked))))
    return [[(x / SCALE, y / SCALE) for x, y in each] for each in found]
