"""The one place that calls Typst: one verb, and errors as values.

Only the fonts inside the `typst` package and in the exam's own folder are used, so that a page looks the same
on every machine.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from importlib import resources
from pathlib import Path
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
        pdf = _compiler(source, root, inputs).compile(format="pdf", timestamp=made, pdf_tags=False)
        # A compiler forgets a source given as bytes after one call, so a second one is asked.
        facts = _compiler(source, root, inputs).query("<fact>", field="value") if ask else "[]"
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
        _compiler(source, root, inputs).compile(format="pdf", pdf_standards=["a-2b"])
    except typst.TypstError as error:
        return frozenset("".join(_NO_GLYPH.findall(error.diagnostic)))
    return frozenset()


def _compiler(source: str, root: Path, inputs: dict[str, str]) -> typst.Compiler:
    refuse_if_locked("typesetting")
    own = root.resolve() / FOLDER if fonts_of(root) else None
    return typst.Compiler(
        source.encode(), root=str(root.resolve()), font_paths=_fonts(own), sys_inputs=inputs
    )


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
