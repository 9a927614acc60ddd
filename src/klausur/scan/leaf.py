"""A page as it comes out of its file: not yet a PageImage, which also knows the file and its place in it."""

from dataclasses import dataclass

from klausur.scan.model import SourceForm


@dataclass(frozen=True, slots=True)
class Leaf:
    """The bytes of a page and how they are to be decoded; no bytes, and why, if it is damaged."""

    form: SourceForm
    data: bytes
    fault: str = ""
