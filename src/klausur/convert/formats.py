"""The formats that Klausur takes questions from: a row says how one is known and who reads it."""

from collections.abc import Callable
from dataclasses import dataclass

from klausur.base.errors import KlausurError
from klausur.convert import amc_latex, amc_txt, exam_class, gift, moodle, qti1, qti2, rexams, word
from klausur.convert.model import Found
from klausur.convert.source import Source


@dataclass(frozen=True, slots=True)
class Format:
    """One format: its name for ``--from``, what it is called, how a file of it is known, who reads it."""

    name: str
    called: str
    knows: Callable[[Source], bool]
    read: Callable[[Source], Found]


FORMATS = (
    Format("moodle", "Moodle XML", moodle.knows, moodle.read),
    Format("docx", "Word", word.knows, word.read),
    Format("qti", "QTI 2.1 or 2.2", qti2.knows, qti2.read),
    Format("qti1", "QTI 1.2", qti1.knows, qti1.read),
    Format("exam", "LaTeX of the exam class", exam_class.knows, exam_class.read),
    Format("rexams", "Rmd of R/exams", rexams.knows, rexams.read),
    Format("amc", "LaTeX of Auto Multiple Choice", amc_latex.knows, amc_latex.read),
    Format("amc-txt", "AMC-TXT", amc_txt.knows, amc_txt.read),
    Format("gift", "GIFT", gift.knows, gift.read),
)
"""All formats, in the order in which a file is tried: those that are known surely come first."""


def of(source: Source, name: str = "") -> Format:
    """The format of a file: that of this name, else the first that knows it.

    Raises:
        KlausurError: none does.
    """
    for one in FORMATS:
        if one.name == name or (not name and one.knows(source)):
            return one
    known = ", ".join(one.called for one in FORMATS)
    raise KlausurError(
        f"{source.name} is in no form that is known", f"known are {known}; name one with --from"
    )
