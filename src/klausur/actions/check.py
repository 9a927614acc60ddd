"""Check an exam: its source, its sense, and whether all of its papers can be typeset."""

from dataclasses import dataclass
from pathlib import Path

from klausur.actions.progress import Progress, quiet
from klausur.base.diagnostics import Diagnostic, errors
from klausur.exam import source
from klausur.exam.model import Exam
from klausur.typeset.papers import Form, Paper, compile_paper


@dataclass(frozen=True, slots=True)
class Checked:
    """All findings in one list, and what could be made: ``exam`` and its ``papers``."""

    exam: Exam | None
    papers: tuple[Paper, ...]
    diagnostics: tuple[Diagnostic, ...]

    @property
    def errors(self) -> tuple[Diagnostic, ...]:
        """The findings that stop printing."""
        return errors(self.diagnostics)


def check(folder: Path, *, progress: Progress = quiet) -> Checked:
    """Check the exam in a folder. Nothing is written, and no finding is an exception."""
    parsed = source.parse(folder)
    if parsed.exam is None:
        return Checked(None, (), parsed.diagnostics)
    papers = []
    for done, form in enumerate(Form):
        progress(done, len(Form))
        papers.append(compile_paper(parsed.exam, form))
    progress(len(Form), len(Form))
    # The three papers share most of their text, and so what is wrong with it.
    found = dict.fromkeys((*parsed.diagnostics, *(d for paper in papers for d in paper.diagnostics)))
    return Checked(parsed.exam, tuple(papers), tuple(found))
