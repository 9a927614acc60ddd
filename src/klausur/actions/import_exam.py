"""Bring questions from another system's files into a new exam folder, and see that nothing was lost."""

import re
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from klausur.base.diagnostics import Diagnostic
from klausur.base.errors import KlausurError
from klausur.convert import bring, counting
from klausur.convert import source as foreign
from klausur.convert.bring import Brought, FileBrought
from klausur.convert.model import Counts
from klausur.exam import scaffold, source


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of the files.

    Attributes:
        folder: the new exam's.
        files: what was written there; nothing in a dry run.
        brought: each foreign file, with what was changed and refused.
        written: what the exam holds.
        lost: in words, what is neither in the exam nor refused by name: a bug of Klausur's.
        diagnostics: what `klausur check` finds in the new folder.
    """

    folder: Path
    files: tuple[Path, ...]
    brought: tuple[FileBrought, ...]
    written: Counts
    lost: tuple[str, ...]
    diagnostics: tuple[Diagnostic, ...]


def import_exam(
    paths: Sequence[Path],
    folder: Path,
    *,
    form: str = "",
    title: str = "",
    dry: bool = False,
    today: date | None = None,
) -> Imported:
    """Write an exam folder out of foreign files; with ``dry`` into none, to see what would become of them.

    Raises:
        NotFoundError: there is no such file.
        RefusedError: the folder holds something already.
        KlausurError: a file is broken or in no known form; the folder cannot be written.
        ToolError: pandoc cannot be run.
    """
    day = scaffold.some_day(today or date.today())  # noqa: DTZ011 - the day where the author is
    made = bring.bring([foreign.load(path) for path in paths], day, form=form, title=title)
    _refuse_nothing(made)
    if not dry:
        written = scaffold.put(folder, made.files)
        parsed = source.parse(folder)
    else:
        written = ()
        with tempfile.TemporaryDirectory() as name:
            scaffold.put(Path(name) / "exam", made.files)
            parsed = source.parse(Path(name) / "exam")
    there = Counts() if parsed.exam is None else counting.of_exam(parsed.exam)
    # a figure that did not lie beside the file is named in its question, and waited for
    there += Counts(figures=sum(name not in made.files for name in _named(made)))
    lost = (*made.differences, *(f"in the exam: {words}" for words in made.written.differences(there)))
    return Imported(folder, written, made.brought, made.written, lost, parsed.diagnostics)


def _refuse_nothing(made: Brought) -> None:
    """An exam without questions helps nobody; why there is none does."""
    if made.written.questions:
        return
    told = [f"{r.file}:{r.line}: {r.what}: {r.done}" for one in made.brought for r in one.remarks]
    raise KlausurError(
        "\n  ".join(["no question could be taken:", *told]), "look at what was refused; nothing was written"
    )


def _named(made: Brought) -> Iterator[str]:
    """The figures that the problems name, as paths in the folder."""
    for path, data in made.files.items():
        if path.startswith("problems/"):
            yield from re.findall(r"\]\(\.\./(figures/[^)\s]+)\)", data.decode())
