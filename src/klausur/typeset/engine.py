"""The one place that calls Typst: one verb, and errors as values.

Only the fonts inside the `typst` package and in the exam's own folder are used, so that a page looks the same
on every machine.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from importlib import resources
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import typst

from klausur.base.errors import ToolError
from klausur.base.guard import refuse_if_locked
from klausur.exam.fonts import FOLDER, fonts_of
from klausur.typeset.typst_process import apart


@dataclass(frozen=True, slots=True)
class TypstFault:
    """What Typst refused: its words, its advice, and the line of the source.

    ``line`` counts from 1, 0 if unknown; ``column`` from 0, as Typst does.
    """

    message: str
    hints: tuple[str, ...]
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Typeset:
    """A PDF, and the values of its metadata with the label ``<fact>``."""

    pdf: bytes
    facts: tuple[Mapping[str, Any], ...]


_LINE = re.compile(r"┌─ .*?:(\d+):(\d+)")


_LARGE = 50_000
"""Characters of source and rows from which they are typeset apart: an exam of twelve pages. That takes 0.2 s
more, and leaves this process 200 MB smaller."""


def typeset(
    source: str,
    data: Mapping[str, object],
    *,
    root: Path,
    rows: Sequence[object] = (),
    ask: bool = False,
    day: date | None = None,
) -> Typeset | TypstFault:
    """Typeset a source, and ask for its facts: where its boxes lie.

    Args:
        source: Typst markup.
        data: what the source finds as JSON in ``sys.inputs.data``.
        root: the folder that paths beginning with a slash count from.
        rows: what the source finds as JSON in ``sys.inputs.rows``. Many values belong here: Typst hashes all
            of the data again for each context that mentions any of them.
        ask: whether to report facts; else there are none.
        day: the PDF's date; equal input then gives equal bytes.

    Raises:
        ToolError: Typst itself fails, whatever the source says.
    """
    refuse_if_locked("typesetting")
    inputs = {"data": json.dumps(data, ensure_ascii=False), "rows": json.dumps(rows, ensure_ascii=False)}
    made = datetime(*(day or date(2000, 1, 1)).timetuple()[:3], tzinfo=UTC)
    if len(source) + len(inputs["rows"]) > _LARGE:
        return apart(_typeset, source, root, inputs, made, ask)
    return _typeset(source, root, inputs, made, ask)


def _typeset(
    source: str,
    root: Path,
    inputs: dict[str, str],
    made: datetime,
    ask: bool,  # noqa: FBT001 - by its place
) -> Typeset | TypstFault:
    try:
        with _written(source, root) as (main, seen):
            compiler = _compiler(main, seen, root, inputs)
            pdf = compiler.compile(format="pdf", timestamp=made, pdf_tags=False)
            if isinstance(main, bytes):  # which a compiler forgets after one call
                compiler = _compiler(main, seen, root, inputs)
            facts = compiler.query("<fact>", field="value") if ask else "[]"
    except typst.TypstError as error:
        at = _LINE.search(error.diagnostic)
        line, column = (int(at[1]), int(at[2])) if at else (0, 0)
        return TypstFault(error.message, tuple(error.hints), line, column)
    except (OSError, RuntimeError) as error:
        raise ToolError(f"Typst failed: {error}", "see that the exam's folder can be read") from error
    if not isinstance(pdf, bytes):
        raise ToolError("Typst made no PDF", "install the pinned version of the package typst")
    return Typeset(pdf, tuple(json.loads(facts)))


_NO_GLYPH = re.compile(r'the text `"(.+?)"` could not be displayed')


def without_glyph(source: str, data: Mapping[str, object], *, root: Path) -> frozenset[str]:
    """The characters that no font can show; only the strict form PDF/A-2b minds them.

    What else it minds is passed over, and a source that Typst refuses has none.
    """
    try:
        inputs = {"data": json.dumps(data, ensure_ascii=False)}
        _compiler(source.encode(), root, root, inputs).compile(format="pdf", pdf_standards=["a-2b"])
    except typst.TypstError as error:
        return frozenset("".join(_NO_GLYPH.findall(error.diagnostic)))
    return frozenset()


_MAIN = "klausur-typesets-this.typ"


@contextmanager
def _written(source: str, root: Path) -> Iterator[tuple[Path | bytes, Path]]:
    """A source as a file, and the folder that it is in, which shows all that is in the root.

    Of a file, a compiler remembers what it has laid out when it is asked for facts; of bytes it does not, and
    lays all out again, which takes as long. Nothing is written into the root, which may be somebody's exam.
    Where no links can be made (on Windows, for most people) the source is bytes after all.
    """
    there = [path for path in root.resolve().iterdir() if path.name != _MAIN]
    with TemporaryDirectory(prefix="klausur-") as name:
        folder = Path(name).resolve()
        try:
            for path in there:
                (folder / path.name).symlink_to(path)
        except OSError:
            yield source.encode(), root
            return
        (folder / _MAIN).write_bytes(source.encode())
        yield folder / _MAIN, folder


def _compiler(main: Path | bytes, seen: Path, root: Path, inputs: dict[str, str]) -> typst.Compiler:
    refuse_if_locked("typesetting")
    own = root.resolve() / FOLDER if fonts_of(root) else None
    source: Any = main  # either will do, and typst's types want to know which
    return typst.Compiler(source, root=str(seen.resolve()), font_paths=_fonts(own), sys_inputs=inputs)


def _fonts(own: Path | None) -> typst.Fonts:
    """The built-in fonts, and those of an exam's own folder, which may change."""
    return (
        _built_in()
        if own is None
        else typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[str(own)])
    )


@cache
def _built_in() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True)


@cache
def template(*names: str) -> str:
    """The named files of the template, one after the other."""
    folder = resources.files("klausur.typeset") / "template"
    return "\n".join((folder / f"{name}.typ").read_text(encoding="utf-8") for name in names)
