"""The one place that calls Typst: one verb, and errors as values."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import typst

from klausur.base.errors import ToolError
from klausur.base.guard import refuse_if_locked
from klausur.exam.fonts import fonts_of
from klausur.typeset import compilers
from klausur.typeset.typst_process import apart, is_shared, shared


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
    """A PDF, and the values of its metadata with the label ``<fact>``.

    ``barrier`` is what keeps a PDF that shall be PDF/UA-1 from being it, in Typst's words.
    """

    pdf: bytes
    facts: tuple[Mapping[str, Any], ...]
    barrier: str = ""


_LINE = re.compile(r"┌─ .*?:(\d+):(\d+)")


_LARGE = 50_000
"""Characters of source and rows from which they are typeset apart: an exam of twelve pages. That takes 0.2 s
more, and leaves this process 200 MB smaller. What shows the exam's pictures or uses its fonts is typeset
apart, within limits, however short. The worst list of names that is shorter than this takes 5 s."""


def typeset(  # noqa: PLR0913 - what a paper is made of
    source: str,
    data: Mapping[str, object],
    *,
    root: Path,
    files: Sequence[str] = (),
    rows: Sequence[object] = (),
    ask: bool = False,
    day: date | None = None,
    keep: str = "",
    tagged: bool = False,
) -> Typeset | TypstFault:
    """Typeset a source, and ask for its facts: where its boxes lie.

    Args:
        source: Typst markup.
        data: what the source finds as JSON in ``sys.inputs.data``.
        root: the folder that paths beginning with a slash count from, and that may hold fonts.
        files: what the source may read of it, by their paths in it. All else is out of its reach.
        rows: what the source finds as JSON in ``sys.inputs.rows``. Many values belong here: Typst hashes all
            of the data again for each context that mentions any of them.
        ask: whether to report facts; else there are none.
        day: the PDF's date; equal input then gives equal bytes.
        keep: a name for papers that are typeset again and again: where one process stays for all
            (`typst_process.together`), it remembers what it laid out under this name.
        tagged: whether the PDF shall be one that a screen reader can read, PDF/UA-1; where something keeps it
            from that, it still has tags.

    Raises:
        ToolError: Typst itself fails, whatever the source says.
    """
    refuse_if_locked("typesetting")
    inputs = {"data": json.dumps(data, ensure_ascii=False), "rows": json.dumps(rows, ensure_ascii=False)}
    made = datetime(*(day or date(2000, 1, 1)).timetuple()[:3], tzinfo=UTC)
    wanted = _Wanted(made, ask, tagged, keep)
    if keep and is_shared():
        return shared(keep, _typeset, source, root, tuple(files), inputs, wanted)
    wanted = replace(wanted, keep="")
    if files or fonts_of(root) or len(source) + len(inputs["rows"]) > _LARGE:
        return apart(_typeset, source, root, tuple(files), inputs, wanted)
    return _typeset(source, root, files, inputs, wanted)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What is made of a source: a PDF of some day, with tags or without, and facts if they are asked for."""

    made: datetime
    ask: bool
    tagged: bool
    keep: str


def _typeset(
    source: str, root: Path, files: Sequence[str], inputs: dict[str, str], wanted: _Wanted
) -> Typeset | TypstFault:
    try:
        with compilers.of_source(source, root, files, inputs, wanted.keep) as compiler:
            pdf, barrier = _exported(compiler, wanted)
            facts = compiler.query("<fact>", field="value") if wanted.ask else "[]"
    except typst.TypstError as error:
        at = _LINE.search(error.diagnostic)
        line, column = (int(at[1]), int(at[2])) if at else (0, 0)
        return TypstFault(error.message, tuple(error.hints), line, column)
    except (OSError, RuntimeError) as error:
        raise ToolError(f"Typst failed: {error}", "see that the exam's folder can be read") from error
    if not isinstance(pdf, bytes):
        raise ToolError("Typst made no PDF", "install the pinned version of the package typst")
    return Typeset(pdf, tuple(json.loads(facts)), barrier)


_BARRIERS = {"PDF/UA-1 error: ": "", "embedding PDFs": "a figure that is a PDF: it has no tags; "}
"""How Typst begins to say what keeps a PDF from being PDF/UA-1, and what stands for that beginning."""


def _exported(compiler: typst.Compiler, wanted: _Wanted) -> tuple[object, str]:
    """The PDF, and what keeps one with tags from being PDF/UA-1."""
    if not wanted.tagged:
        return compiler.compile(format="pdf", timestamp=wanted.made, pdf_tags=False), ""
    try:
        return compiler.compile(format="pdf", timestamp=wanted.made, pdf_standards=["ua-1"]), ""
    except typst.TypstError as error:
        begins = next((begin for begin in _BARRIERS if error.message.startswith(begin)), None)
        if begins is None:
            raise
        barrier = _BARRIERS[begins] + error.message.removeprefix(begins).strip()
    return compiler.compile(format="pdf", timestamp=wanted.made), barrier


_NO_GLYPH = re.compile(r'the text `"(.+?)"` could not be displayed')


def without_glyph(
    source: str, data: Mapping[str, object], *, root: Path, files: Sequence[str] = ()
) -> frozenset[str]:
    """The characters that no font can show; only the strict form PDF/A-2b minds them.

    What else it minds is passed over, and a source that Typst refuses has none.
    """
    refuse_if_locked("typesetting")
    inputs = {"data": json.dumps(data, ensure_ascii=False)}
    given = source, root, tuple(files), inputs
    return shared("glyphs", _without_glyph, *given) if is_shared() else _without_glyph(*given)


def _without_glyph(source: str, root: Path, files: Sequence[str], inputs: dict[str, str]) -> frozenset[str]:
    try:
        with compilers.of_source(source, root, files, inputs) as compiler:
            compiler.compile(format="pdf", pdf_standards=["a-2b"])
    except typst.TypstError as error:
        return frozenset("".join(_NO_GLYPH.findall(error.diagnostic)))
    return frozenset()


@cache
def template(*names: str) -> str:
    """The named files of the template, one after the other."""
    folder = resources.files("klausur.typeset") / "template"
    return "\n".join((folder / f"{name}.typ").read_text(encoding="utf-8") for name in names)
