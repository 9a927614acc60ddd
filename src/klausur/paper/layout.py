"""The Layout: the Fields of every page of a print run, and its file ``layout.json``.

Made by printing, consumed by reading, never edited. Equal pages are written once: ``pages`` holds each
distinct page, ``booklets[].pages`` names them by index, in page order. docs/reference/layout.md is the
schema for other programs.
"""

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, TypeVar

import msgspec

from klausur.base.credits import parse_credits, show_credits
from klausur.base.errors import NotFoundError, ToolError
from klausur.base.geometry import Box, Size
from klausur.exam.model import Marking
from klausur.paper.code import PageCode, Sheet
from klausur.paper.fields import Field, FieldKind

SCHEMA = "klausur-layout/1"

T = TypeVar("T", bound="_Schema")


@dataclass(frozen=True, slots=True)
class PageLayout:
    """One distinct page: its number in the booklet (from 1) and its Fields."""

    number: int
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class BookletLayout:
    """One booklet: its serial number, and for each of its pages the index into ``Layout.pages``.

    ``variant`` is the number of the exam's variant that is printed in it.
    """

    number: int
    pages: tuple[int, ...]
    variant: int = 1


@dataclass(frozen=True, slots=True)
class SheetLayout:
    """A sheet that is no booklet (attendance list, extra sheet …): its kind, number and pages, as there."""

    sheet: Sheet
    number: int
    pages: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """Where everything lies in a print run. ``exam_number`` is the number in the page codes.

    ``sheets`` are the papers beside the booklets that have page codes of their own.
    """

    exam_number: int
    exam: str
    source_digest: str
    paper: str
    size: Size
    pages: tuple[PageLayout, ...]
    booklets: tuple[BookletLayout, ...]
    sheets: tuple[SheetLayout, ...] = ()

    def page(self, booklet: int, number: int) -> PageLayout | None:
        """The page ``number`` (from 1) of a booklet, or None if this print run has no such page."""
        found = _by_number(self).get(booklet)
        if found is None or not 1 <= number <= len(found.pages):
            return None
        return self.pages[found.pages[number - 1]]

    def at(self, code: PageCode) -> PageLayout | None:
        """The page that a code names, of a booklet or of another sheet; None if there is no such page."""
        if code.sheet is Sheet.BOOKLET:
            return self.page(code.booklet, code.page)
        found = next((s for s in self.sheets if (s.sheet, s.number) == (code.sheet, code.booklet)), None)
        if found is None or not 1 <= code.page <= len(found.pages):
            return None
        return self.pages[found.pages[code.page - 1]]

    def fields(self, booklet: int) -> Iterator[tuple[int, Field]]:
        """All Fields of a booklet, each with its page number."""
        found = _by_number(self).get(booklet)
        for number, index in enumerate(found.pages if found else (), start=1):
            for field in self.pages[index].fields:
                yield number, field


def with_sheets(layout: Layout, pages: tuple[PageLayout, ...], sheets: tuple[SheetLayout, ...]) -> Layout:
    """A Layout with more sheets, whose ``pages`` count from 0 within the pages given here."""
    first = len(layout.pages)
    moved = tuple(replace(s, pages=tuple(first + index for index in s.pages)) for s in sheets)
    return replace(layout, pages=layout.pages + pages, sheets=layout.sheets + moved)


def merged(layouts: Sequence[Layout]) -> Layout:
    """All papers of several printings of one exam in one Layout. Pages that are alike are held once.

    Raises:
        ValueError: they are of several exams or on several paper sizes, or two have a paper of the same
        number.
    """
    first, newest = layouts[0], layouts[-1]
    if len(layouts) == 1:
        return first
    if any((one.exam_number, one.paper) != (first.exam_number, first.paper) for one in layouts):
        raise ValueError("printings of several exams, or on several paper sizes, have no common layout")
    pages: dict[PageLayout, int] = {}
    booklets: list[BookletLayout] = []
    sheets: list[SheetLayout] = []
    for one in layouts:
        at = [pages.setdefault(page, len(pages)) for page in one.pages]
        booklets += [replace(b, pages=tuple(at[index] for index in b.pages)) for b in one.booklets]
        sheets += [replace(s, pages=tuple(at[index] for index in s.pages)) for s in one.sheets]
    names = [b.number for b in booklets]
    if len(set(names)) < len(names) or len({(s.sheet, s.number) for s in sheets}) < len(sheets):
        raise ValueError("two printings have a paper of the same number")
    return replace(newest, pages=tuple(pages), booklets=tuple(booklets), sheets=tuple(sheets))


_index: dict[int, tuple[Layout, dict[int, BookletLayout]]] = {}


def _by_number(layout: Layout) -> dict[int, BookletLayout]:
    """Booklets by number, computed once per Layout object (frozen, so it cannot go stale)."""
    known = _index.get(id(layout))
    if known is None or known[0] is not layout:
        _index.clear()
        known = _index[id(layout)] = (layout, {b.number: b for b in layout.booklets})
    return known[1]


def to_json(layout: Layout) -> bytes:
    """The bytes of ``layout.json``; lengths in mm rounded to a thousandth."""
    return msgspec.json.format(msgspec.json.encode(_plain(layout)), indent=1)


def write(layout: Layout, path: Path) -> None:
    """Write ``layout.json``."""
    path.write_bytes(to_json(layout))


def read(path: Path) -> Layout:
    """Read ``layout.json``.

    Raises:
        NotFoundError: there is no such file.
        ToolError: the file is damaged or of another version.
    """
    try:
        return from_json(path.read_bytes())
    except FileNotFoundError:
        raise NotFoundError(f"{path} is not there", "run 'klausur print' first") from None
    except (OSError, ValueError) as error:
        raise ToolError(
            f"{path} cannot be used: {error}", "restore it from a backup, or print again"
        ) from error


def from_json(data: bytes | str) -> Layout:
    """The Layout in the bytes of ``layout.json``. Keys that this version does not know are passed over.

    Raises:
        ValueError: the bytes are no JSON, of another schema, or contradict themselves.
    """
    plain = _decoded(data, _File)
    papers = [(f"booklet {b.number}", b.pages) for b in plain.booklets]
    papers += [(f"{s.sheet} {s.number}", s.pages) for s in plain.sheets]
    for name, indices in papers:
        if not all(0 <= index < len(plain.pages) for index in indices):
            raise ValueError(f"{name} names a page that is not there")
    return Layout(
        exam_number=plain.exam.number,
        exam=plain.exam.id,
        source_digest=plain.exam.source,
        paper=plain.paper.name,
        size=Size(plain.paper.w, plain.paper.h),
        pages=tuple(PageLayout(page.number, tuple(_field(f) for f in page.fields)) for page in plain.pages),
        booklets=tuple(BookletLayout(b.number, tuple(b.pages), b.variant) for b in plain.booklets),
        sheets=tuple(SheetLayout(s.sheet, s.number, tuple(s.pages)) for s in plain.sheets),
    )


class LayoutFile:
    """``layout.json`` of which few papers are asked for at a time: pages are read when they first are.

    Of 1,000 booklets one is found in a tenth of the time that all take, and in a hundredth once its pages
    were read. May be kept and shared by threads.
    """

    def __init__(self, data: bytes | str) -> None:
        """Look through the file.

        Args:
            data: its text.

        Raises:
            ValueError: as for `from_json`.
        """
        self._plain = _decoded(data, _Parts)
        self._booklets = {b.number: b for b in self._plain.booklets}
        self._pages: dict[int, PageLayout] = {}

    def part(
        self, booklets: AbstractSet[int] = frozenset(), sheets: AbstractSet[Sheet] = frozenset()
    ) -> Layout:
        """The Layout of some papers alone.

        Args:
            booklets: the numbers of those that are wanted; one that is not there is passed over.
            sheets: the kinds of other sheets that are wanted.

        Raises:
            ValueError: as for `from_json`.
        """
        plain = self._plain
        here = [_whole(self._booklets[n]) for n in sorted(booklets) if n in self._booklets]
        others = [s for s in plain.sheets if s.sheet in sheets]
        wanted = sorted({*(i for b in here for i in b.pages), *(i for s in others for i in s.pages)})
        at = {index: n for n, index in enumerate(wanted)}
        return Layout(
            exam_number=plain.exam.number,
            exam=plain.exam.id,
            source_digest=plain.exam.source,
            paper=plain.paper.name,
            size=Size(plain.paper.w, plain.paper.h),
            pages=tuple(map(self._page, wanted)),
            booklets=tuple(BookletLayout(b.number, tuple(at[n] for n in b.pages), b.variant) for b in here),
            sheets=tuple(SheetLayout(s.sheet, s.number, tuple(at[n] for n in s.pages)) for s in others),
        )

    def _page(self, index: int) -> PageLayout:
        found = self._pages.get(index)
        if found is None:
            try:
                page = msgspec.json.decode(self._plain.pages[index], type=_Page)
            except (IndexError, msgspec.MsgspecError) as error:
                raise ValueError(f"a page cannot be used: {error}") from error
            found = self._pages[index] = PageLayout(page.number, tuple(map(_field, page.fields)))
        return found


def _decoded(data: bytes | str, kind: type[T]) -> T:
    """The file as these types; what is wrong with one of another schema is its schema, whatever else."""
    try:
        found = msgspec.json.decode(data, type=kind)
    except msgspec.MsgspecError as error:
        _refuse_other_schema(data)
        raise ValueError(str(error)) from error
    if found.schema != SCHEMA:
        _refuse_other_schema(data)
    return found


def _refuse_other_schema(data: bytes | str) -> None:
    try:
        schema = msgspec.json.decode(data, type=_Schema).schema
    except msgspec.MsgspecError as error:
        raise ValueError(str(error)) from error
    if schema != SCHEMA:
        raise ValueError(f"schema is {schema!r}, this Klausur reads {SCHEMA!r}")


class _Schema(msgspec.Struct):
    schema: str


class _Exam(msgspec.Struct):
    id: str
    number: int
    source: str


class _Paper(msgspec.Struct):
    name: str
    w: float
    h: float
    unit: Literal["mm"] = "mm"


class _Field(msgspec.Struct, kw_only=True, omit_defaults=True):
    id: str
    kind: FieldKind
    question: str | None = None
    choice: str | None = None
    credits: str | None = None
    cells: int | None = None
    decimals: int | None = None
    sign: bool = False
    blank: int | None = None
    step: str | None = None
    rule: Marking = Marking.CROSS
    x: float
    y: float
    w: float
    h: float


class _Page(msgspec.Struct):
    number: int
    fields: list[_Field]


class _Booklet(msgspec.Struct, omit_defaults=True):
    number: int
    pages: list[int]
    variant: int = 1


class _Sheet(msgspec.Struct):
    sheet: Sheet
    number: int
    pages: list[int]


class _Unread(msgspec.Struct):
    """A booklet whose pages were not looked at yet: most of 1,000 never are."""

    number: int
    pages: msgspec.Raw
    variant: int = 1


def _whole(booklet: _Unread) -> _Booklet:
    return _Booklet(booklet.number, msgspec.json.decode(booklet.pages, type=list[int]), booklet.variant)


class _Parts(_Schema):
    """The file with its pages as they stand there."""

    exam: _Exam
    paper: _Paper
    pages: list[msgspec.Raw]
    booklets: list[_Unread]
    sheets: list[_Sheet] = []


class _File(_Schema, omit_defaults=True):
    exam: _Exam
    paper: _Paper
    pages: list[_Page]
    booklets: list[_Booklet]
    sheets: list[_Sheet] = []


def _plain(layout: Layout) -> _File:
    return _File(
        schema=SCHEMA,
        exam=_Exam(layout.exam, layout.exam_number, layout.source_digest),
        paper=_Paper(layout.paper, layout.size.w, layout.size.h),
        pages=[_Page(page.number, [_plain_field(f) for f in page.fields]) for page in layout.pages],
        booklets=[_Booklet(b.number, list(b.pages), b.variant) for b in layout.booklets],
        sheets=[_Sheet(s.sheet, s.number, list(s.pages)) for s in layout.sheets],
    )


def _plain_field(field: Field) -> _Field:
    x, y, w, h = (round(length, 3) for length in (field.box.x, field.box.y, field.box.w, field.box.h))
    return _Field(
        id=field.id,
        kind=field.kind,
        question=field.question,
        choice=field.choice,
        credits=None if field.credits is None else show_credits(field.credits),
        cells=field.cells,
        decimals=field.decimals,
        sign=field.sign,
        blank=field.blank,
        step=None if field.step is None else show_credits(field.step),
        rule=field.rule,
        x=x,
        y=y,
        w=w,
        h=h,
    )


def _field(plain: _Field) -> Field:
    return Field(
        id=plain.id,
        kind=plain.kind,
        box=Box(plain.x, plain.y, plain.w, plain.h),
        question=plain.question,
        choice=plain.choice,
        credits=None if plain.credits is None else parse_credits(plain.credits),
        cells=plain.cells,
        decimals=plain.decimals,
        sign=plain.sign,
        blank=plain.blank,
        step=None if plain.step is None else parse_credits(plain.step),
        rule=plain.rule,
    )
