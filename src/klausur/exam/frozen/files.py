"""The files of an exam: read from its folder when it is kept, written into an empty one to typeset it."""

from collections.abc import Sequence
from pathlib import Path

from klausur.base.errors import NotFoundError, RefusedError
from klausur.exam import check, fonts, own_paper
from klausur.exam.frozen.model import Frozen, in_folder
from klausur.exam.inside import inside
from klausur.exam.model import Exam
from klausur.exam.svg_links import linked


def gather(exams: Sequence[Exam], folder: Path) -> Frozen:
    """Variants of an exam as they were parsed, with their files out of the exam's folder.

    Args:
        exams: at least one, in any order, each in the order of its source.
        folder: what their figures' paths are relative to.

    Raises:
        NotFoundError: a file that they name cannot be read.
    """
    named = {f.path: None for exam in exams for f in check.figures_of(exam.problems, exam.instructions)}
    own = {own_paper.PDF: None} if any(exam.own_paper is not None for exam in exams) else {}
    files = {path: _bytes(folder, path) for path in (*named, *own, *fonts.fonts_of(folder))}
    waiting = list(files)
    while waiting:
        path = waiting.pop()
        for other in linked(path, files[path]):
            # A drawing may name a file that is not there: checking the exam reports it, when Typst refuses.
            if other not in files and inside(folder, other) is not None:
                files[other] = _bytes(folder, other)
                waiting.append(other)
    return Frozen(tuple(sorted(exams, key=lambda exam: exam.variant)), dict(sorted(files.items())))


def _bytes(folder: Path, path: str) -> bytes:
    try:
        return (folder / path).read_bytes()
    except OSError as error:
        message = f"{folder / path} cannot be read: {error.strerror}"
        raise NotFoundError(message, "put it back, or see that you may read it") from error


def materialise(frozen: Frozen, folder: Path) -> Frozen:
    """Write all files into an empty folder, so that the exams, which are said to live there, can be typeset.

    Raises:
        RefusedError: the folder holds something already.
        NotFoundError: there is no such folder.
    """
    try:
        if next(folder.iterdir(), None) is not None:
            raise RefusedError(f"{folder} is not empty", "name an empty folder")
    except (FileNotFoundError, NotADirectoryError) as error:
        raise NotFoundError(f"{folder} is no folder", "make it first") from error
    for path, data in frozen.files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    return in_folder(frozen, folder)
