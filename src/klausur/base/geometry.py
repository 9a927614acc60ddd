"""Places on paper, in millimetres from the top left corner of the page, x to the right and y down."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Size:
    """Width and height of a sheet in mm."""

    w: float
    h: float


PAPERS: dict[str, Size] = {"a4": Size(210.0, 297.0), "letter": Size(215.9, 279.4)}
"""The sheets Klausur prints on, by the name that ``exam.toml`` uses."""


@dataclass(frozen=True, slots=True)
class Box:
    """An upright rectangle in mm: its top left corner and its size."""

    x: float
    y: float
    w: float
    h: float

    @property
    def right(self) -> float:
        """The x of the right edge."""
        return self.x + self.w

    @property
    def bottom(self) -> float:
        """The y of the lower edge."""
        return self.y + self.h

    @property
    def centre(self) -> tuple[float, float]:
        """The middle, (x, y)."""
        return self.x + self.w / 2, self.y + self.h / 2

    @property
    def corners(self) -> tuple[tuple[float, float], ...]:
        """Top left, top right, bottom right, bottom left."""
        return (self.x, self.y), (self.right, self.y), (self.right, self.bottom), (self.x, self.bottom)

    def grown(self, by: float) -> "Box":
        """The box with ``by`` mm added on every side; a negative number shrinks it."""
        return Box(self.x - by, self.y - by, self.w + 2 * by, self.h + 2 * by)

    def inside(self, size: Size) -> bool:
        """Whether the box lies wholly on a sheet of this size."""
        return self.x >= 0 and self.y >= 0 and self.right <= size.w and self.bottom <= size.h

    def overlaps(self, other: "Box") -> bool:
        """Whether the two boxes share more than an edge."""
        return (
            self.x < other.right and other.x < self.right and self.y < other.bottom and other.y < self.bottom
        )
