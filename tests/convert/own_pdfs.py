"""Finished exams as other programs make them: PDFs of several looks, out of our own typesetter."""

from pathlib import Path
from tempfile import TemporaryDirectory

from klausur.typeset import engine

TELLTALE = "kaleidoscope"
"""A word of the paper that the blackened one must not tell."""

_SQUARE = "#box(width: 3.2mm, height: 3.2mm, stroke: 0.5pt)"

ROOMY = rf"""
#set document(title: "{TELLTALE}", author: "Ada Lovelace", keywords: ("{TELLTALE}",))
#set page(paper: "a4", margin: 29mm)
#set text(size: 11pt)
#align(center, text(size: 16pt)[*Optics, endterm*])
#line(length: 100%)
#v(8mm)
*Problem 1* Lenses (4 points)

Explain how a lens makes a picture of the sun in a {TELLTALE}.
#v(70mm)
*Problem 2* Which of these are convex? (2 points)
#set par(spacing: 6mm)

{_SQUARE} #h(3mm) a magnifying glass

{_SQUARE} #h(3mm) the back of a spoon

{_SQUARE} #h(3mm) the inside of a spoon
#pagebreak()
*Problem 3* Mirrors

(a) Draw the way of a ray between two mirrors. [2]
#v(60mm)
(b) Which mirrors make things larger? \_\_\_/3
#set par(spacing: 2mm)

#box(width: 2.8mm, height: 2.8mm, stroke: 0.5pt)~plane ones

#box(width: 2.8mm, height: 2.8mm, stroke: 0.5pt)~hollow ones

#box(width: 2.8mm, height: 2.8mm, stroke: 0.5pt)~broken ones
"""
"""Wide margins, room between boxes of one question and none between those of another."""

COVERED = ROOMY.replace("*Problem 1*", "Name: #v(40mm) Number: #pagebreak() *Problem 1*")
"""With a cover of its own."""

FULL = ROOMY.replace("margin: 29mm", "margin: (x: 9mm, top: 5mm, bottom: 20mm)")
"""Print runs into the corners and up to the left edge."""


def pdf(source: str) -> bytes:
    """The PDF of a source."""
    with TemporaryDirectory() as name:
        made = engine.typeset(source, {}, root=Path(name))
    assert isinstance(made, engine.Typeset), made
    return made.pdf
