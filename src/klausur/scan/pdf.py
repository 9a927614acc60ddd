"""PDF pages to bytes that a worker can decode: the page's own JPEG if it is one, a one-page PDF otherwise.

A scanner's page is one JPEG that fills the sheet. Its bytes are taken as they are, without decoding (0.1 ms
instead of 86 ms for rendering it). Everything else, such as turned pages, unusual places, other codings,
masks or text, travels as a PDF of one page, and the worker renders it.
"""

import io
import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pikepdf

from klausur.scan.model import SourceForm
from klausur.scan.whole import BrokenError

_BATCH = 1000
"""Pages until the file is opened anew: qpdf keeps 3.5 kB for each page that it has seen. Opening a PDF of
16,000 pages takes 0.12 s."""

_DEPTH = 50  # of page trees; a balanced one of a million pages is 10 deep
_LONG_CONTENT = 4096  # bytes; the content of a page that is one image is shorter than 100
_FILLS = 0.01  # how far an image's edge may lie from the page's, as a part of the page
_SQUARE = 0.01  # how far pixels may be from square

_RESAVE = "scan again; or save it to a new PDF with another program, and count its pages"

_DAMAGE = (
    pikepdf.PdfError,
    pikepdf.DependencyError,
    AttributeError,
    KeyError,
    IndexError,
    TypeError,
    ValueError,
    ArithmeticError,
    NotImplementedError,
    RuntimeError,
)
"""What pikepdf raises on objects that are not what they should be."""


@dataclass(slots=True)
class PdfPages:
    """The pages of a PDF file.

    Raises:
        BrokenError: it is encrypted, damaged beyond reading, or has no pages.
    """

    path: Path
    count: int = 0

    def __post_init__(self) -> None:
        try:
            with _open(self.path) as pdf:
                self.count = sum(1 for _ in _leaves(pdf))
                stated = int(pdf.Root["/Pages"]["/Count"])
                mended = any("reconstruct" in warning for warning in pdf.get_warnings())
        except pikepdf.PasswordError as error:
            raise BrokenError(
                "the PDF is encrypted", "remove its password: open it, and save or print it to a new PDF"
            ) from error
        except _DAMAGE as error:
            raise BrokenError(f"the PDF is damaged: {_first_line(error)}") from error
        if not self.count:
            raise BrokenError("the PDF has no pages")
        if mended:  # qpdf has then made a new page tree, too, of the pages that it could save
            raise BrokenError("the PDF is damaged: its table of objects is wrong", _RESAVE)
        if stated > self.count:
            raise BrokenError(
                f"the PDF is damaged: it says that it has {stated} pages, but {self.count} are there"
            )

    def read(self, start: int) -> Iterator[tuple[SourceForm, bytes]]:
        """The pages from ``start`` on; a damaged one has no bytes."""
        given = start
        while given < self.count:
            try:
                with _open(self.path) as pdf:
                    for leaf in itertools.islice(_leaves(pdf), given, given + _BATCH):
                        yield _page(leaf)
                        given += 1
            except _DAMAGE:  # the file changed while it was read: the rest goes to a person
                for _ in range(given, self.count):
                    yield SourceForm.PDF_PAGE, b""
                return


def _open(path: Path) -> pikepdf.Pdf:
    """Open by reading, not by mapping into memory: mapped pages of the file would count as memory taken."""
    return pikepdf.open(path, access_mode=pikepdf.AccessMode.stream, inherit_page_attributes=False)


def _leaves(pdf: pikepdf.Pdf) -> Iterator[pikepdf.Object | None]:
    """The pages in order, None for each that is damaged.

    qpdf's own list leaves damaged pages out, as if they had never been there.
    """
    seen: set[tuple[int, int]] = set()
    waiting: list[pikepdf.Object | None] = [pdf.Root["/Pages"]]
    while waiting:
        node = waiting.pop()
        if not isinstance(node, pikepdf.Dictionary):
            yield None
        elif "/Kids" not in node:
            yield node
        elif node.is_indirect and node.objgen in seen:  # a tree that runs in a circle has an end, too
            yield None
        else:
            seen.add(node.objgen)
            kids = node["/Kids"]
            waiting += reversed(list(kids)) if isinstance(kids, pikepdf.Array) else (None,)


def _page(leaf: pikepdf.Object | None) -> tuple[SourceForm, bytes]:
    if leaf is None:
        return SourceForm.PDF_PAGE, b""
    try:
        page = pikepdf.Page(leaf)
        image = _only_image(page)
        if image is not None:
            return SourceForm.IMAGE, image.read_raw_bytes()
        return SourceForm.PDF_PAGE, _alone(page)
    except _DAMAGE:
        return SourceForm.PDF_PAGE, b""


def _inherited(node: pikepdf.Object, key: str) -> pikepdf.Object | None:
    """What a page, or the nearest node above it, says under ``key``."""
    for _ in range(_DEPTH):
        if key in node:
            return node[key]
        if "/Parent" not in node:
            break
        node = node["/Parent"]
    return None


def _alone(page: pikepdf.Page) -> bytes:
    """A PDF with this page only."""
    with pikepdf.new() as single:
        single.pages.append(page)
        out = io.BytesIO()
        single.save(out, compress_streams=False, object_stream_mode=pikepdf.ObjectStreamMode.disable)
        return out.getvalue()


def _only_image(page: pikepdf.Page) -> pikepdf.Stream | None:
    """The plain grey or RGB JPEG that is all of this page and fills it upright, or None."""
    if int(_inherited(page.obj, "/Rotate") or 0) % 360 or "/Annots" in page.obj:
        return None
    drawn = _one_drawing(page)
    if drawn is None:
        return None
    name, (a, b, c, d, e, f) = drawn
    image = page.resources["/XObject"][name]
    if not isinstance(image, pikepdf.Stream):
        raise TypeError("what the page draws is no image")
    left, low, right, high = (float(x) for x in page.cropbox)
    width, height = right - left, high - low
    near = (
        abs(e - left) <= _FILLS * width
        and abs(e + a - right) <= _FILLS * width
        and abs(f - low) <= _FILLS * height
        and abs(f + d - high) <= _FILLS * height
        and abs(b) + abs(c) <= 1e-3 * min(width, height)
    )
    if not near or not _is_plain_jpeg(image):
        return None
    aspect = (a / int(image["/Width"])) / (d / int(image["/Height"]))
    return image if abs(math.log(aspect)) <= _SQUARE else None


def _is_plain_jpeg(image: pikepdf.Stream) -> bool:
    """Whether the bytes of an image are a JPEG that means in itself what it means on the page."""
    filters = image.get("/Filter")
    if isinstance(filters, pikepdf.Array) and len(filters) == 1:
        filters = filters[0]
    if filters != "/DCTDecode" or any(key in image for key in ("/Decode", "/DecodeParms", "/SMask", "/Mask")):
        return False
    space = image.get("/ColorSpace")
    if isinstance(space, pikepdf.Array) and space[0] == "/ICCBased":
        return int(space[1]["/N"]) in {1, 3}
    return space in ("/DeviceGray", "/DeviceRGB")


def _one_drawing(page: pikepdf.Page) -> tuple[str, tuple[float, ...]] | None:
    """The name and the matrix of the one image that the page's content draws, if it does nothing else."""
    contents = page.obj.get("/Contents")
    if contents is None and page.resources.get("/XObject"):
        raise TypeError(
            "the page has images, but its content is gone"
        )  # rendered, it would pass for a blank page
    if contents is None or (
        isinstance(contents, pikepdf.Stream) and len(contents.get_raw_stream_buffer()) > _LONG_CONTENT
    ):
        return None
    matrix = pikepdf.Matrix()
    drawn: tuple[str, tuple[float, ...]] | None = None
    for step in pikepdf.parse_content_stream(page):
        operands, word = step.operands, str(step.operator)
        if word == "cm":
            matrix = pikepdf.Matrix(*(float(x) for x in operands)) @ matrix
        elif word == "Do" and drawn is None:
            drawn = str(operands[0]), matrix.shorthand
        elif word not in {"q", "Q"} or (word == "Q" and drawn is None):
            return None
    return drawn


def _first_line(error: BaseException) -> str:
    return str(error).splitlines()[0] if str(error) else type(error).__name__
