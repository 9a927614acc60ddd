"""Bring questions from another system's files into a new exam folder, and see that nothing was lost."""

import re
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path, PurePosixPath

from klausur.base.diagnostics import Diagnostic
from klausur.base.errors import KlausurError, RefusedError
from klausur.convert import bring, counting, writer
from klausur.convert import source as foreign
from klausur.convert.bring import Brought, FileBrought
from klausur.convert.model import Counts
from klausur.exam import draw, scaffold, source


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
    return _imported(folder, made, written, parsed)


def _imported(folder: Path, made: Brought, written: tuple[Path, ...], parsed: source.Parsed) -> Imported:
    """What became of the files, held against what a parse of what was written holds."""
    there = Counts() if parsed.exam is None else counting.of_exam(parsed.exam)
    # a figure that did not lie beside the file is named in its question, and waited for
    there += Counts(figures=sum(name not in made.files for name in _named(made)))
    lost = (*made.differences, *(f"in the exam: {words}" for words in made.written.differences(there)))
    return Imported(folder, written, made.brought, made.written, lost, parsed.diagnostics)


def import_banks(
    paths: Sequence[Path], folder: Path, *, form: str = "", dry: bool = False, today: date | None = None
) -> Imported:
    """Write foreign files as banks into an exam's folder, each as ``banks/NAME.md``; nothing is written over.

    Arguments and errors as for `import_exam`.
    """
    day = scaffold.some_day(today or date.today())  # noqa: DTZ011 - the day where the author is
    taken = _ids(folder)
    made = bring.bring([foreign.load(path) for path in paths], day, form=form, banks=True, known=taken)
    _refuse_nothing(made)
    there = [name for name in made.files if (folder / name).exists()]
    if there:
        raise RefusedError(f"{folder / there[0]} is there already", "rename it, or the file that you import")
    with tempfile.TemporaryDirectory() as name:
        aside = Path(name) / "exam"
        names = [path.removesuffix(".md") for path in _texts_of(made, draw.FOLDER)]
        tables = "".join(f"\n[draw.{PurePosixPath(path).name}]\n" for path in names)
        macros = {name: body for one in made.brought for name, body in one.macros}
        head = writer.exam_toml("Banks", day, (), macros).decode()
        scaffold.put(aside, {**made.files, "exam.toml": (head + tables).encode()})
        parsed = source.parse(aside)
    written = () if dry else scaffold.add(folder, made.files)
    return _imported(folder, made, written, parsed)


def _ids(folder: Path) -> set[str]:
    """The ids that headings of an exam's folder have already."""
    texts = (path.read_text("utf-8", "replace") for path in folder.glob("*/*.md"))
    return {name for text in texts for name in re.findall(r"(?m)^##\s.*\{[^}\n]*#([\w-]+)", text)}


def _texts_of(made: Brought, *folders: str) -> list[str]:
    return [path for path in made.files if path.split("/", 1)[0] in folders]


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
    for path in _texts_of(made, "problems", draw.FOLDER):
        yield from re.findall(r"\]\(\.\./(figures/[^)\s]+)\)", made.files[path].decode())
