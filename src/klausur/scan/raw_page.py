"""A page as it comes out of its file, and the stream of them.

Not yet a PageImage, which also knows the file and its place in it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from klausur.scan.model import SourceForm


@dataclass(frozen=True, slots=True)
class Leaf:
    """The bytes of a page and how they are to be decoded; no bytes, and why, if it is damaged.

    ``size`` is as in `klausur.scan.model.PageImage`.
    """

    form: SourceForm
    data: bytes
    fault: str = ""
    size: tuple[float, float] | None = None


class Pages(Protocol):
    """The pages of a file."""

    def count(self) -> int:
        """How many there are; raises BrokenError for a file that cannot be used."""
        ...

    def read(self, start: int) -> Iterator[Leaf]:
        """The pages from ``start`` (from 0) on, cheaply wherever that is; those damaged have no bytes."""
        ...
