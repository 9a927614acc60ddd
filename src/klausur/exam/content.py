"""Rich text of the exam's source in the forms that later rooms need."""

import re
from dataclasses import dataclass

from klausur.base.diagnostics import Place


@dataclass(frozen=True, slots=True)
class Figure:
    """A picture named in the source: its path relative to the exam folder, and where it is named.

    ``described``: whether words say what it shows, for those who cannot see it.
    """

    path: str
    place: Place
    described: bool = True


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula as Typst markup, with its dollars, and where it stands in the source."""

    typst: str
    place: Place


@dataclass(frozen=True, slots=True)
class Content:
    """A piece of text with maths and figures.

    ``typst`` is Typst markup whose image paths are relative to the exam folder, ``html`` is an HTML
    fragment with MathML, ``text`` is plain text for tables, CSV and messages.
    """

    typst: str
    html: str
    text: str
    place: Place
    figures: tuple[Figure, ...] = ()
    formulas: tuple[Formula, ...] = ()

    @property
    def seen(self) -> str:
        """Its Typst markup without what is only read out: the TeX of formulas, written in many ways."""
        return _READ_OUT.sub("", self.typst)


_READ_OUT = re.compile(r'#set math\.equation\(alt: "(?:[^"\\]|\\.)*"\);')
