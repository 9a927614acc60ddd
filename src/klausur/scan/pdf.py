"""PDF files to pages that can be decoded one by one: the image that the page is, or a PDF of this page only.

A scanner's page is one image that fills the sheet (`klausur.scan.pdf_image`). Its bytes are taken as they
are, without decoding (0.1 ms instead of 86 ms for rendering it). Everything else, such as unusual places,
other codings, masks or text, travels as a PDF of one page, and the worker renders it.
"""

import io
import itertools
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import BinaryIO

import pikepdf

from klausur.scan import pdf_settings
from klausur.scan.cut_short import BrokenError
from klausur.scan.limits import MEBIBYTE, Limits
from klausur.scan.model import SourceForm
from klausur.scan.pdf_image import only_image, shown_size
from klausur.scan.raw_page import Leaf
from klausur.scan.tiff import too_large, too_many

_BATCH = 1000
"""Pages until the file is opened anew: qpdf keeps 3.5 kB for each page that it has seen. Opening a PDF of
16,000 pages takes 0.12 s."""

_OPEN_FILE = re.compile(r"^(stream <.*>[: ]*|.*?offset \d+\)?: )")

_HARMLESS = re.compile(r"stream length|expected endstream|lacks /Length|^page object")
"""What qpdf says of a stream that is longer or shorter than it states, whose end it then looks for; and of a
page's content, which is held to account when it is decoded."""

_PRINT = "open it in the program that made it, and print it to a new PDF ('print', not 'save as')"
_RESAVE = "scan again; or save it to a new PDF with another program, and count its pages"

DAMAGE = (
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


def hold_to(limits: Limits) -> None:
    """Set the limits of pikepdf's library, which hold for the whole process."""
    most = limits.page_size * MEBIBYTE
    pikepdf.settings.set_qpdf_limits(
        parser_max_nesting=100,
        max_stream_filters=4,
        flate_max_memory=most,
        png_max_memory=most,
        run_length_max_memory=most,
        tiff_max_memory=most,
    )


@dataclass(frozen=True, slots=True)
class PdfPages:
    """The pages of a PDF file."""

    stream: BinaryIO
    limits: Limits

    def count(self) -> int:
        """How many pages there are.

        Raises:
            BrokenError: it is encrypted, damaged beyond reading, a form whose pages no renderer here builds,
                has no pages or too many.
        """
        try:
            with self._opened() as pdf:
                count = sum(1 for _ in itertools.islice(_leaves(pdf), self.limits.pages + 1))
                stated = int(pdf.Root["/Pages"]["/Count"])
                mended = any("reconstruct" in warning for warning in pdf.get_warnings())
                built = _is_built_when_opened(pdf)
        except pikepdf.PasswordError as error:
            raise BrokenError(
                "the PDF is encrypted", "remove its password: open it, and save or print it to a new PDF"
            ) from error
        except DAMAGE as error:
            raise BrokenError(f"the PDF is damaged: {_first_line(error, self.stream.name)}") from error
        if built:
            raise BrokenError(
                "the PDF is a form (XFA) whose pages are built by the program that opens it", _PRINT
            )
        if not count:
            raise BrokenError("the PDF has no pages")
        if count > self.limits.pages:
            raise too_many("PDF", self.limits)
        if mended:  # qpdf has then made a new page tree, too, of the pages that it could save
            raise BrokenError("the PDF is damaged: its table of objects is wrong", _RESAVE)
        if stated > count:
            raise BrokenError(
                f"the PDF is damaged: it says that it has {stated} pages, but {count} are there"
            )
        return count

    def read(self, start: int) -> Iterator[Leaf]:
        """The pages from ``start`` on, to the end of those that can be found; a damaged one has no bytes."""
        given = start
        while True:
            before = given
            try:
                with self._opened() as pdf:
                    for leaf in itertools.islice(_leaves(pdf), given, given + _BATCH):
                        yield self._page(pdf, leaf)
                        given += 1
            except DAMAGE:  # the file changed while it was read
                return
            if given < before + _BATCH:
                return

    def _opened(self) -> pikepdf.Pdf:
        """Open by reading, not by mapping into memory: mapped pages of the file count as memory taken."""
        name = self.stream.name  # a number, if the file has none
        source = name if isinstance(name, str) else self.stream  # by name, four times as fast
        self.stream.seek(0)
        return pikepdf.open(source, access_mode=pikepdf.AccessMode.stream, inherit_page_attributes=False)

    def _page(self, pdf: pikepdf.Pdf, leaf: pikepdf.Object | None) -> Leaf:
        if leaf is None:
            return Leaf(SourceForm.PDF_PAGE, b"")
        pdf.get_warnings()  # of the file and its tree of pages, which `count` has heard
        try:
            page = pikepdf.Page(leaf)
            image = only_image(page)
            found = (
                Leaf(SourceForm.PDF_PAGE, self._alone(pdf, page))
                if image is None
                else Leaf(SourceForm.IMAGE, image.data, size=image.size)
            )
            if len(found.data) > self.limits.page_size * MEBIBYTE:
                raise too_large(self.limits)
            _refuse_losses(pdf)
        except BrokenError as error:
            return Leaf(SourceForm.PDF_PAGE, b"", str(error))
        except DAMAGE as error:
            return Leaf(SourceForm.PDF_PAGE, b"", f"the page is damaged in its file: {_first_line(error)}")
        # Last: what qpdf may say of a page's boxes takes nothing from what is drawn on it.
        return replace(found, size=_size(page)) if image is None else found

    def _alone(self, pdf: pikepdf.Pdf, page: pikepdf.Page) -> bytes:
        """A PDF with this page only, and of what it shares with others only what it draws."""
        with pikepdf.new() as single:
            single.pages.append(page)
            single.remove_unreferenced_resources()
            pdf_settings.keep(pdf, single)
            for image in single.pages[0].images.values():
                if int(image["/Width"]) * int(image["/Height"]) > self.limits.pixels:
                    size = f"{image['/Width']} × {image['/Height']}"
                    raise BrokenError(f"an image of {size} pixels is too large for a page")
            return saved(single)


def _is_built_when_opened(pdf: pikepdf.Pdf) -> bool:
    """Whether the pages in the file are not those that people see: XML tells what these show (XFA)."""
    form = pdf.Root.get("/AcroForm")
    described = isinstance(form, pikepdf.Dictionary) and "/XFA" in form
    return described and pdf.Root.get("/NeedsRendering", False) is True


def _refuse_losses(pdf: pikepdf.Pdf) -> None:
    """Raise BrokenError if qpdf found damage since it was last asked: what it cannot read, it leaves out."""
    lost = [warning for warning in pdf.get_warnings() if not _HARMLESS.search(warning)]
    if lost:
        raise BrokenError(f"the page is damaged in its file: {_first_line(lost[0])}")


def saved(pdf: pikepdf.Pdf) -> bytes:
    """The bytes of a PDF, its streams coded as they are."""
    out = io.BytesIO()
    # It may be warned of form fields that belong to no form, which files have, and renderers do not mind.
    with warnings.catch_warnings(action="ignore", category=pikepdf.PageCopyWarning):
        pdf.save(
            out,
            compress_streams=False,
            stream_decode_level=pikepdf.StreamDecodeLevel.none,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
            deterministic_id=True,  # else it hangs on the time of day
        )
    return out.getvalue()


def _size(page: pikepdf.Page) -> tuple[float, float] | None:
    """How wide and high in mm a page is shown; None where its boxes are damaged, which harms nothing else."""
    try:
        return shown_size(page)
    except DAMAGE:
        return None


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


def _first_line(error: BaseException, name: object = "") -> str:
    """What an error says, without the name of the open file that pikepdf puts before it: a path of ours."""
    text = _OPEN_FILE.sub("", str(error).removeprefix(f"{name}: "))
    return text.splitlines()[0] if text else type(error).__name__
