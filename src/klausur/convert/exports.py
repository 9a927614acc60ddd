"""The forms that an exam can be taken away in: a row says how one is called and who writes it."""

from collections.abc import Callable
from dataclasses import dataclass

from klausur.base.errors import UsageError
from klausur.convert import to_gift, to_latex, to_moodle, to_pages, to_qti
from klausur.convert.leaving import Exported
from klausur.convert.written_out import written_out
from klausur.exam.model import Exam


@dataclass(frozen=True, slots=True)
class Target:
    """One form: its name for ``--to``, what it is called, who writes it."""

    name: str
    called: str
    write: Callable[[Exam], Exported]


def _without_macros(write: Callable[[Exam], Exported]) -> Callable[[Exam], Exported]:
    """The writer of a form whose formulas know no macros of the exam's."""
    return lambda exam: write(written_out(exam))


TARGETS = (
    Target("moodle", "Moodle XML", _without_macros(to_moodle.export)),
    Target("gift", "GIFT", _without_macros(to_gift.export)),
    Target("qti", "QTI 2.1", _without_macros(to_qti.export_qti)),
    Target("canvas", "Canvas", _without_macros(to_qti.export_canvas)),
    Target("latex", "LaTeX of the exam class", to_latex.export_exam),
    Target("amc", "Auto Multiple Choice", to_latex.export_amc),
    Target("html", "HTML", to_pages.export_html),
    Target("docx", "Word", to_pages.export_docx),
)


def of(name: str) -> Target:
    """The form of this name.

    Raises:
        UsageError: there is none.
    """
    for one in TARGETS:
        if one.name == name:
            return one
    raise UsageError(f"there is no form {name!r}", "known are " + ", ".join(one.name for one in TARGETS))
