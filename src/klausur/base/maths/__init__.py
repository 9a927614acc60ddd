r"""Formulas: from an author's TeX to what is printed, shown in a browser and told in plain text.

Temml reads the TeX (`engine`), and what it read is written as Typst (`to_typst`, with a module for each
family of nodes), as MathML (`mathml`) and as text (`plain`). What it cannot read, or what cannot be set as
TeX means it, is a `Mistake`: nothing is dropped without a word.
"""

from klausur.base.maths.formula import PLAIN, Formula, Notation, typeset
from klausur.base.maths.labels import resolved
from klausur.base.maths.mistakes import Mistake

__all__ = ["PLAIN", "Formula", "Mistake", "Notation", "resolved", "typeset"]
