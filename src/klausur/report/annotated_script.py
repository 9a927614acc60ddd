"""The annotated script: a booklet's scanned pages with what was drawn on them, and what its answers earned.

What stands in it comes from `klausur.actions.annotated_script`; names of correctors are none of it.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from klausur.base.errors import ToolError
from klausur.base.geometry import Size
from klausur.base.ink import Drawing, svg
from klausur.base.maths import Formula, Notation, running_text
from klausur.typeset import engine


@dataclass(frozen=True, slots=True)
class ScriptPage:
    """A scanned page as a JPEG file of all of it, and what was drawn on it."""

    jpeg: bytes
    drawings: tuple[Drawing, ...]


@dataclass(frozen=True, slots=True)
class ScriptAnswer:
    """What an answer earned: ``items`` are credits and words of what it was given them for.

    ``credits`` of so many ``of`` are as people write them; ``comment`` has formulas between dollars.
    """

    number: str
    title: str
    credits: str
    of: str
    items: tuple[tuple[str, str], ...]
    comment: str


@dataclass(frozen=True, slots=True)
class AnnotatedScript:
    """A booklet's script.

    ``beside`` stands under the title; ``notation`` is how the exam writes maths. ``watermark`` stands across
    each page, if there is one.
    """

    title: str
    beside: str
    language: str
    size: Size
    pages: tuple[ScriptPage, ...]
    answers: tuple[ScriptAnswer, ...]
    notation: Notation
    watermark: str = ""


def compile_script(script: AnnotatedScript) -> bytes:
    """The PDF.

    Raises:
        ToolError: Typst refuses it.
    """
    with TemporaryDirectory(prefix="klausur-script-") as name:
        root = Path(name)
        files = []
        for at, page in enumerate(script.pages):
            drawn = svg(page.drawings, script.size).encode()
            for called, data in ((f"page-{at}.jpg", page.jpeg), (f"drawn-{at}.svg", drawn)):
                (root / called).write_bytes(data)
                files.append(called)
        made = _typeset(script, root, files, maths=True)
        if isinstance(made, engine.TypstFault):  # a formula that Typst refuses: all are shown as typed
            made = _typeset(script, root, files, maths=False)
    if isinstance(made, engine.TypstFault):
        raise ToolError(f"Typst refuses the annotated script: {made.message}", "report this exam as a bug")
    return made.pdf


def _typeset(
    script: AnnotatedScript, root: Path, files: Sequence[str], *, maths: bool
) -> engine.Typeset | engine.TypstFault:
    comments = (_comment(each.comment, script.notation, maths=maths) for each in script.answers)
    source = "\n".join(
        (
            engine.template("fonts"),
            "#let data = json(bytes(sys.inputs.data))",
            f"#let comments = ({''.join(f'{each},' for each in comments)})",
            engine.template("script"),
        )
    )
    data = {
        "title": script.title,
        "beside": script.beside,
        "language": script.language,
        "w": script.size.w,
        "h": script.size.h,
        "watermark": script.watermark,
        "pages": len(script.pages),
        "answers": [asdict(each) for each in script.answers],
    }
    return engine.typeset(source, data, root=root, files=files)


def _comment(text: str, notation: Notation, *, maths: bool) -> str:
    """A comment as Typst: strings, and formulas."""
    if not text:
        return "none"
    pieces = running_text.pieces(text, notation)
    return "".join(("[", *(_piece(piece, maths=maths) for piece in pieces), "]"))


def _piece(piece: running_text.Piece, *, maths: bool) -> str:
    if maths and isinstance(piece.made, Formula):
        return piece.made.typst
    lines = (f"#{json.dumps(line, ensure_ascii=False)};" for line in piece.typed.split("\n"))
    return "#linebreak();".join(lines)
