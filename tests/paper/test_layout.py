"""The Layout and its file."""

import json
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from klausur.base.errors import NotFoundError, ToolError
from klausur.base.geometry import Box, Size
from klausur.paper.code import PageCode, Sheet
from klausur.paper.fields import Field, FieldKind
from klausur.paper.layout import (
    BookletLayout,
    Layout,
    LayoutFile,
    PageLayout,
    SheetLayout,
    from_json,
    merged,
    read,
    to_json,
    with_sheets,
    write,
)

lengths = st.integers(0, 300_000).map(lambda n: n / 1000)
names = st.text(max_size=12)
fields = st.builds(
    Field,
    id=names,
    kind=st.sampled_from(FieldKind),
    box=st.builds(Box, lengths, lengths, lengths, lengths),
    question=st.none() | names,
    choice=st.none() | st.sampled_from("abc"),
    credits=st.none() | st.integers(0, 80).map(lambda n: Fraction(n, 4)),
    step=st.none() | st.sampled_from([Fraction(1), Fraction(1, 2), Fraction(1, 3)]),
)


@st.composite
def layouts(draw: st.DrawFn) -> Layout:
    """Any Layout whose booklets name pages that are there."""
    pages = draw(
        st.lists(
            st.builds(PageLayout, st.integers(1, 255), st.lists(fields, max_size=4).map(tuple)),
            min_size=1,
            max_size=4,
        )
    )
    shown = st.lists(st.integers(0, len(pages) - 1), max_size=6).map(tuple)
    booklets = draw(st.lists(shown, max_size=4))
    return Layout(
        exam_number=draw(st.integers(0, 2**32 - 1)),
        exam=draw(names),
        source_digest=draw(names),
        paper=draw(st.sampled_from(["a4", "letter"])),
        size=draw(st.builds(Size, lengths, lengths)),
        pages=tuple(pages),
        booklets=tuple(BookletLayout(n, shown) for n, shown in enumerate(booklets, start=1)),
    )


def small() -> Layout:
    """Two booklets that share a page of three."""
    box = Field("q/choice/a", FieldKind.CHOICE_BOX, Box(1, 2, 4, 4), "q", "a")
    worth = Field("q/credit/0.5", FieldKind.CREDIT_BOX, Box(1, 12, 4, 4), "q", credits=Fraction(1, 2))
    pages = (PageLayout(1, ()), PageLayout(2, (box,)), PageLayout(2, (box, worth)))
    return Layout(
        7, "exam", "00", "a4", Size(210, 297), pages, (BookletLayout(1, (0, 1)), BookletLayout(2, (0, 2)))
    )


@given(layouts())
def test_what_is_written_is_read(layout: Layout) -> None:
    assert from_json(to_json(layout)) == layout


@given(layouts(), st.frozensets(st.integers(0, 6)))
def test_a_part_is_read_alone(layout: Layout, numbers: frozenset[int]) -> None:
    data = to_json(layout)
    whole, part = from_json(data), LayoutFile(data).part(numbers, {Sheet.EXTRA})
    assert [b.number for b in part.booklets] == [b.number for b in whole.booklets if b.number in numbers]
    for booklet in part.booklets:
        assert list(part.fields(booklet.number)) == list(whole.fields(booklet.number))
    assert [(s.sheet, s.number) for s in part.sheets] == [
        (s.sheet, s.number) for s in whole.sheets if s.sheet is Sheet.EXTRA
    ]


@given(layouts(), st.lists(st.frozensets(st.integers(0, 6)), max_size=4))
def test_a_file_that_is_kept_answers_as_one_that_is_read_anew(
    layout: Layout, asked: list[frozenset[int]]
) -> None:
    kept = LayoutFile(to_json(layout))
    for numbers in asked:
        assert kept.part(numbers) == LayoutFile(to_json(layout)).part(numbers)


@given(layouts())
def test_pages_are_found_by_booklet_and_number(layout: Layout) -> None:
    for booklet in layout.booklets:
        for number, index in enumerate(booklet.pages, start=1):
            assert layout.page(booklet.number, number) is layout.pages[index]
        assert layout.page(booklet.number, len(booklet.pages) + 1) is None
        assert layout.page(booklet.number, 0) is None
    assert layout.page(len(layout.booklets) + 1, 1) is None


def test_of_other_sheets_those_that_are_wanted_are_read_alone() -> None:
    layout = with_sheets(small(), (PageLayout(1, ()),), (SheetLayout(Sheet.EXTRA, 3, (0,)),))
    layout = with_sheets(layout, (PageLayout(1, ()),), (SheetLayout(Sheet.ATTENDANCE, 1, (0,)),))
    part = LayoutFile(to_json(layout)).part(sheets={Sheet.ATTENDANCE})
    assert [(s.sheet, s.number) for s in part.sheets] == [(Sheet.ATTENDANCE, 1)]


def test_pages_of_other_sheets_are_found_by_their_code() -> None:
    pages = PageLayout(1, ()), PageLayout(2, ())
    extra, lists = SheetLayout(Sheet.EXTRA, 3, (0, 1)), SheetLayout(Sheet.ATTENDANCE, 3, (1,))
    layout = with_sheets(small(), pages, (extra,))
    layout = with_sheets(layout, pages, (lists,))
    assert layout.pages == (*small().pages, *pages, *pages)

    def at(number: int, page: int, sheet: Sheet) -> PageLayout | None:
        return layout.at(PageCode(7, number, page, sheet))

    assert (at(3, 1, Sheet.EXTRA), at(3, 2, Sheet.EXTRA)) == pages
    assert at(3, 1, Sheet.ATTENDANCE) == pages[1]
    assert at(1, 2, Sheet.BOOKLET) == small().pages[1]
    for number, page in ((3, 0), (3, 3), (2, 1)):
        assert at(number, page, Sheet.EXTRA) is None
    assert at(3, 1, Sheet.PROTOCOL) is None


def test_fields_of_a_booklet_come_with_their_page() -> None:
    assert [(n, f.id) for n, f in small().fields(2)] == [(2, "q/choice/a"), (2, "q/credit/0.5")]
    assert list(small().fields(3)) == []


def test_two_layouts_at_once_are_kept_apart() -> None:
    one, two = small(), small()
    assert one.page(1, 1) is one.pages[0]
    assert two.page(1, 1) is two.pages[0]
    assert one.page(2, 2) is one.pages[2]


def test_the_file_holds_exact_credits_and_leaves_out_what_is_not() -> None:
    plain = json.loads(to_json(small()))
    choice, credit = plain["pages"][2]["fields"]
    assert list(choice) == ["id", "kind", "question", "choice", "x", "y", "w", "h"]
    assert credit["credits"] == "0.5"


def test_a_file_round_trip(tmp_path: Path) -> None:
    write(small(), tmp_path / "layout.json")
    assert read(tmp_path / "layout.json") == small()


def test_unknown_keys_are_passed_over() -> None:
    plain = json.loads(to_json(small()))
    plain["later"] = plain["pages"][0]["later"] = 1
    assert from_json(json.dumps(plain).encode()) == small()


def changed(path: tuple[str | int, ...], value: object) -> bytes:
    """The small Layout's file with one value changed."""
    plain = json.loads(to_json(small()))
    inner = plain
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    return json.dumps(plain).encode()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "truncated"),
        (b"[]", "Expected `object`"),
        (b"{}", "schema"),
        (b'{"schema": "klausur-layout/1"}', "exam"),
        (b"\xff\xfe\x00", "JSON"),
        (changed(("schema",), "klausur-layout/9"), "klausur-layout/9"),
        (changed(("booklets", 0, "pages", 0), 3), "booklet 1"),
        (changed(("booklets", 0, "pages", 0), -1), "booklet 1"),
        (changed(("pages", 1, "fields", 0, "kind"), "hat"), "hat"),
        (changed(("pages", 1, "fields", 0, "x"), "left"), "float"),
        (changed(("pages", 2, "fields", 1, "credits"), "much"), "much"),
    ],
)
def test_a_damaged_file_ends_with_a_remedy(tmp_path: Path, data: bytes, said: str) -> None:
    (tmp_path / "layout.json").write_bytes(data)
    with pytest.raises(ToolError, match=said) as caught:
        read(tmp_path / "layout.json")
    assert caught.value.remedy


def test_a_missing_file_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError) as caught:
        read(tmp_path / "layout.json")
    assert "klausur print" in caught.value.remedy


def test_layouts_of_printings_are_one_and_equal_pages_are_held_once() -> None:
    first = small()
    assert merged([first]) is first
    later = replace(first, booklets=(BookletLayout(3, (0, 2)), BookletLayout(4, (1, 0), 2)))
    other = PageLayout(1, first.pages[1].fields)
    later = replace(later, pages=(other, *first.pages[1:]), source_digest="11")
    both = merged([first, later])
    assert both.pages == (*first.pages, other)
    for one in (first, later):
        for booklet in one.booklets:
            assert list(both.fields(booklet.number)) == list(one.fields(booklet.number))
    assert [b.variant for b in both.booklets] == [1, 1, 1, 2]
    assert both.source_digest == "11", "of the newest"


@pytest.mark.parametrize("changes", [{"exam_number": 8}, {"paper": "letter"}])
def test_printings_of_several_exams_are_none(changes: dict[str, object]) -> None:
    later = replace(small(), booklets=(BookletLayout(3, (0, 2)),))
    with pytest.raises(ValueError, match="several"):
        merged([small(), later, replace(later, booklets=(BookletLayout(4, (0,)),), **changes)])  # type: ignore[arg-type]  # of any type


def test_no_two_printings_have_a_paper_of_one_number() -> None:
    later = replace(small(), booklets=(BookletLayout(3, (0, 2)),))
    with pytest.raises(ValueError, match="same number"):
        merged([small(), replace(later, booklets=(BookletLayout(2, (0,)),))])
    extra = with_sheets(small(), (PageLayout(1, ()),), (SheetLayout(Sheet.EXTRA, 1, (0,)),))
    with pytest.raises(ValueError, match="same number"):
        merged([extra, with_sheets(later, (PageLayout(1, ()),), (SheetLayout(Sheet.EXTRA, 1, (0,)),))])
    lists = with_sheets(later, (PageLayout(1, ()),), (SheetLayout(Sheet.ATTENDANCE, 1, (0,)),))
    assert [s.sheet for s in merged([extra, lists]).sheets] == [Sheet.EXTRA, Sheet.ATTENDANCE]


def test_a_file_of_another_schema_is_refused_before_anything_else_is_said() -> None:
    newer = to_json(small()).replace(b"klausur-layout/1", b"klausur-layout/9")
    for data in (newer, newer.replace(b'"w"', b'"width"')):
        with pytest.raises(ValueError, match="klausur-layout/9"):
            from_json(data)
        with pytest.raises(ValueError, match="klausur-layout/9"):
            LayoutFile(data)
