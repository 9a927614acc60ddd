"""PDF portfolios, and PDF files that carry scans along: the pages of the files inside, as pages of the PDF.

Programs that know portfolios show the files inside, and not the sheet before them that says so. So the files'
pages come first to last after the PDF's own ones, of which a portfolio's count only where they show a picture
or a note. A file inside that cannot be used becomes one page without bytes that names it. What a PDF that is
no portfolio carries along beside its pages counts only if it is a scan: mostly it is a bill in XML.
"""

import re
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import BinaryIO

import pikepdf

from klausur.base import file_names
from klausur.scan import formats
from klausur.scan.cut_short import BrokenError, size_of
from klausur.scan.limits import MEBIBYTE, Limits
from klausur.scan.model import SourceForm
from klausur.scan.pdf import PdfPages
from klausur.scan.raw_page import Leaf, Pages
from klausur.scan.tiff import too_large, too_many

_UNPACK = "save the files inside by themselves, and scan those"

_DAMAGE = (
    pikepdf.PdfError,
    pikepdf.PasswordError,
    pikepdf.DependencyError,
    AttributeError,
    LookupError,
    TypeError,
    ValueError,
    ArithmeticError,
    RuntimeError,
)
"""What pikepdf raises on attachments that are none."""

_INLINE = re.compile(rb"\bBI\b")

Inside = Callable[[BinaryIO, Limits], Pages]


@dataclass(frozen=True, slots=True)
class PortfolioPages:
    """The pages of a PDF that has files inside: its own, if they count, and then those of the files."""

    stream: BinaryIO
    limits: Limits
    inside: Inside
    """Gives the pages of a file inside."""

    def count(self) -> int:
        """How many pages there are.

        Raises:
            BrokenError: the PDF cannot be used, or there are too many.
        """
        own = PdfPages(self.stream, self.limits).count()
        with _opened(self.stream) as pdf:
            count = own if _own_count(pdf) else 0
            for name in _names(pdf):
                with self._file(pdf, name) as pages:
                    count += 0 if pages is None else 1 if isinstance(pages, Leaf) else pages.count()
                if count > self.limits.pages:
                    raise too_many("PDF", self.limits)
        return count

    def read(self, start: int) -> Iterator[Leaf]:
        """The pages from ``start`` on."""
        with _opened(self.stream) as pdf:
            own = PdfPages(self.stream, self.limits)
            before = own.count() if _own_count(pdf) else 0
            if start < before:
                yield from own.read(start)
            for name in _names(pdf):
                with self._file(pdf, name) as pages:
                    if isinstance(pages, Leaf) and start <= before:
                        yield pages
                    if isinstance(pages, Leaf) or pages is None:
                        before += pages is not None
                        continue
                    count, skip = pages.count(), max(start - before, 0)
                    if skip < count:
                        yield from islice(pages.read(skip), count - skip)
                    before += count

    @contextmanager
    def _file(self, pdf: pikepdf.Pdf, name: str) -> Iterator[Pages | Leaf | None]:
        """The pages of one file inside; a page that says why it has none; None if it is no scan."""
        with tempfile.TemporaryFile() as own:
            found: Pages | Leaf | None
            try:
                own.write(pdf.attachments[name].get_file().read_bytes())
                own.flush()
                found = self._pages(own, portfolio="/Collection" in pdf.Root)
            except BrokenError as error:
                found = _lost(name, str(error))
            except _DAMAGE:
                found = _lost(name, "it is damaged")
            yield found

    def _pages(self, file: BinaryIO, *, portfolio: bool) -> Pages | None:
        if size_of(file) > self.limits.page_size * MEBIBYTE:
            raise too_large(self.limits)
        file.seek(0)
        found = formats.of(file.read(formats.HEAD))
        if found is None and not portfolio:
            return None
        if found is not None and found.opener == "zip":
            raise BrokenError("it is a ZIP")
        pages = self.inside(file, self.limits)
        if isinstance(pages, PortfolioPages):
            raise BrokenError("it is another PDF with files inside")
        pages.count()
        return pages


def _lost(name: str, why: str) -> Leaf:
    return Leaf(SourceForm.IMAGE, b"", f"the file {file_names.short(name)} in the PDF: {why}; {_UNPACK}")


def _own_count(pdf: pikepdf.Pdf) -> bool:
    """Whether the PDF's own pages count: those of a portfolio that only say that it is one do not."""
    return "/Collection" not in pdf.Root or any(_shows_more(page) for page in pdf.pages)


def _opened(stream: BinaryIO) -> pikepdf.Pdf:
    stream.seek(0)
    return pikepdf.open(stream, access_mode=pikepdf.AccessMode.stream)


def pages(stream: BinaryIO, limits: Limits, inside: Inside) -> Pages:
    """The pages of a PDF, with those of the files inside if it has any.

    Raises:
        BrokenError: it should have some, and has none.
    """
    try:
        with _opened(stream) as pdf:
            has = bool(_names(pdf))
            lacks = not has and "/Collection" in pdf.Root
    except _DAMAGE:  # what is wrong with it is said where its pages are counted
        has = lacks = False
    if lacks:
        raise BrokenError("the PDF is a portfolio, and no file can be found in it", _UNPACK)
    return PortfolioPages(stream, limits, inside) if has else PdfPages(stream, limits)


def _names(pdf: pikepdf.Pdf) -> tuple[str, ...]:
    """The names of the files inside, in the order of the PDF's own list."""
    names = pdf.Root.get("/Names")
    if not isinstance(names, pikepdf.Dictionary) or "/EmbeddedFiles" not in names:
        return ()
    return tuple(pdf.attachments)


def _shows_more(page: pikepdf.Page) -> bool:
    """Whether a page of a portfolio shows more than text: a picture, a form or a note."""
    try:
        if "/Annots" in page.obj or page.resources.get("/XObject"):
            return True
        content = page.obj.get("/Contents")
        parts = list(content) if isinstance(content, pikepdf.Array) else [content]
        return any(_INLINE.search(part.read_bytes()) for part in parts if isinstance(part, pikepdf.Stream))
    except _DAMAGE:
        return True
