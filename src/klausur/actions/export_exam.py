"""Take an exam away: its questions and key in another system's form, and what that cannot carry."""

from dataclasses import dataclass
from pathlib import Path

from klausur.base.diagnostics import stop_at_errors
from klausur.convert import exports
from klausur.exam import scaffold, source


@dataclass(frozen=True, slots=True)
class Taken:
    """The files, how many of its questions are in them, and what is not as it was."""

    files: tuple[Path, ...]
    questions: int
    of: int
    said: tuple[tuple[str, str], ...]


def export_exam(folder: Path, form: str, out: Path) -> Taken:
    """Write the exam of a folder in another system's form into a new or empty folder.

    Raises:
        UsageError: there is no such form.
        KlausurError: the exam's source has errors.
        RefusedError: the folder holds something already.
        ToolError: pandoc cannot be run.
    """
    target = exports.of(form)
    parsed = source.parse(folder)
    stop_at_errors(parsed.diagnostics, "the source has errors", "run 'klausur check', and mend them first")
    exam = parsed.exam
    if exam is None:  # an exam that cannot be built has errors
        raise AssertionError(folder)
    made = target.write(exam)
    written = scaffold.put(out, made.files)
    return Taken(written, made.questions, sum(1 for _ in exam.questions), made.said)
