"""What was drawn on a page: with which tool, and where."""

from dataclasses import dataclass
from enum import StrEnum


class Tool(StrEnum):
    """What it was drawn with."""

    PEN = "pen"
    HIGHLIGHT = "highlight"
    TICK = "tick"
    CROSS = "cross"
    TEXT = "text"

    @property
    def strokes(self) -> bool:
        """Whether it draws lines; the others are set at one point."""
        return self in {Tool.PEN, Tool.HIGHLIGHT}


@dataclass(frozen=True, slots=True)
class Drawing:
    """Something drawn on a page: a line, or a tick, a cross or a text at a point.

    Attributes:
        tool: what it was drawn with.
        points: x and y in mm from the page's top left corner, and the pressure there from 0 to 1, 0.5 for
            what knows none. At its point a tick has its lower corner, a cross its middle, a text the left end
            of its base line.
        text: of a text.
    """

    tool: Tool
    points: tuple[tuple[float, float, float], ...]
    text: str = ""
