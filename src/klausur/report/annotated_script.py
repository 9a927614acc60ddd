"""The annotated script: a booklet's scanned pages with what was drawn on them, and what its answers earned.

Scans stay the pictures that they are; all that is added lies over them as vectors. What stands in it comes
from `klausur.actions.annotated_script`; names of correctors are none of it.
"""

import io
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory

import pikepdf
from pikepdf import Name

from klausur.base.errors import ToolError
from klausur.base.geometry import Size
from klausur.base.ink import Drawing, svg
from klausur.base.maths import Formula, Notation, running_text
from klausur.read.scan_picture import ScanPicture
from klausur.report.said import said
from klausur.typeset import engine
from klausur.typeset.stamps import POINT

_SCAN = Name("/Scan")
"""How a page names its picture."""


class Tone(StrEnum):
    """What a line round a box says."""

    CHOSEN = "chosen"
    """It counts as chosen."""
    RIGHT = "right"
    """The key says so."""


@dataclass(frozen=True, slots=True)
class Outline:
    """A line round a box, by the corners where the picture shows it, in mm."""

    corners: tuple[tuple[float, float], ...]
    tone: Tone


class Beside(StrEnum):
    """Which notes stand on a page, and at which of their corners they are held."""

    TOTAL = "total"
    """What the booklet earned; by its top right corner."""
    CREDITS = "credits"
    """What a question earned; by its top right corner."""
    READ = "read"
    """What was read below it; by its bottom left corner."""


@dataclass(frozen=True, slots=True)
class Note:
    """Something that is written on a page, at a point in mm; ``under`` stands below it, in small print."""

    at: tuple[float, float]
    beside: Beside
    text: str
    under: str = ""


@dataclass(frozen=True, slots=True)
class ScriptPage:
    """A scanned page, and what lies over it where its picture shows it: drawings, outlines, notes."""

    picture: ScanPicture
    drawings: tuple[Drawing, ...]
    outlines: tuple[Outline, ...] = ()
    notes: tuple[Note, ...] = ()


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
            if page.drawings:
                files.append(f"drawn-{at}.svg")
                (root / files[-1]).write_text(svg(page.drawings, script.size), encoding="utf-8")
        made = _typeset(script, root, files, maths=True)
        if isinstance(made, engine.TypstFault):  # a formula that Typst refuses: all are shown as typed
            made = _typeset(script, root, files, maths=False)
    if isinstance(made, engine.TypstFault):
        raise ToolError(f"Typst refuses the annotated script: {made.message}", "report this exam as a bug")
    return _over_scans(made.pdf, [page.picture for page in script.pages])


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
    outlines = {outline.tone for page in script.pages for outline in page.outlines}
    say = said(script.language, "script.")
    data = {
        "title": script.title,
        "beside": script.beside,
        "language": script.language,
        "w": script.size.w,
        "h": script.size.h,
        "watermark": script.watermark,
        "pages": [
            {
                "frame": asdict(page.picture.frame),
                "drawn": bool(page.drawings),
                "outlines": [asdict(each) for each in page.outlines],
                "notes": [asdict(each) for each in page.notes],
            }
            for page in script.pages
        ],
        "legend": [{"tone": tone, "says": say[tone]} for tone in Tone if tone in outlines],
        "answers": [asdict(each) for each in script.answers],
    }
    return engine.typeset(source, data, root=root, files=files)


def _over_scans(made: bytes, pictures: Sequence[ScanPicture]) -> bytes:
    """The PDF with each picture below what is drawn on its page."""
    with pikepdf.open(io.BytesIO(made)) as pdf:
        for page, picture in zip(pdf.pages, pictures, strict=False):
            image = pikepdf.Stream(
                pdf,
                picture.data,
                Type=Name.XObject,
                Subtype=Name.Image,
                Width=picture.width,
                Height=picture.height,
                ColorSpace=Name.DeviceGray if picture.colours == 1 else Name.DeviceRGB,
                BitsPerComponent=picture.bits,
                Filter=Name.DCTDecode if picture.jpeg else Name.FlateDecode,
            )
            page.add_resource(image, Name.XObject, _SCAN)
            page.contents_add(_placed(picture), prepend=True)
        out = io.BytesIO()
        pdf.save(
            out,
            deterministic_id=True,
            stream_decode_level=pikepdf.StreamDecodeLevel.none,
            compress_streams=False,
        )
    return out.getvalue()


def _placed(picture: ScanPicture) -> bytes:
    """Content that shows a picture where it lies, in points from the lower left corner of its frame.

    A PDF's images fill the square from 0 to 1, whose lower edge is theirs.
    """
    (a, b, c, d, e, f), frame = picture.lies, picture.frame
    matrix = (a, -d, -b, e, b + c - frame.x, frame.bottom - e - f)
    numbers = " ".join(f"{POINT * number:.4f}" for number in matrix)
    return f"q {numbers} cm {_SCAN} Do Q\n".encode()


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
