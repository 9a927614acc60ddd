"""Which booklet an extra sheet belongs to: the rule."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from klausur.paper.code import Sheet
from klausur.paper.fields import FieldKind
from klausur.paper.run import plan
from klausur.read.model import Reading
from klausur.roster.match import MARGIN
from klausur.roster.model import Candidate
from klausur.state.extras import ExtraDoubt, LegibleSheet, Numbers, ReadNumber, belonging, decide, numbers
from klausur.state.facts import Bond, Spot, StoredReading, StoredTie
from klausur.state.owners import Source, Tie

from .conftest import papers

ADA, EVA = Candidate("03710001", "Ada Example"), Candidate("03744556", "Eva Beispiel")
RUN = plan(1, (ADA, EVA), 300, extras=9)
TIES = (Tie(1, ADA, Source.PRINT), Tie(2, EVA, Source.PRINT), Tie(12, None, None))


def row(text: str, cells: int) -> Reading:
    """What a reader sees in a row: digits, blanks for empty cells, ``?`` for what may be any digit."""
    scores = []
    for character in text.ljust(cells):
        at = {" ": {10: 1.0}, "?": dict.fromkeys(range(10), 0.1)}.get(character) or {int(character): 1.0}
        scores.append(tuple(at.get(k, 0.0) for k in range(11)))
    value = "".join(c if c.isdigit() else "?" for c in text.ljust(cells))
    seen = Reading("extra/booklet", FieldKind.DIGIT_ROW, None, value, 0.9, "?" in text, "digits", "1")
    return replace(seen, scores=tuple(scores))


@pytest.mark.parametrize("text", ["12", "  12", "0012", "012", "1 2", " 12 "])
def test_a_number_is_found_however_it_is_written(text: str) -> None:
    (extra,) = decide(papers(RUN), {4: Numbers(row(text, 4))}, TIES, {})
    assert (extra.number, extra.booklet, extra.source, extra.doubts) == (4, 12, Source.DIGITS, ())


@pytest.mark.parametrize(
    ("booklets", "text"), [(9, "07"), (9, "0007"), (9, "000007"), (1000, "0007"), (1000, "1000")]
)
def test_zeros_may_fill_the_row_however_wide_it_is(booklets: int, text: str) -> None:
    (extra,) = decide(papers(plan(1, (), booklets, extras=1)), {1: Numbers(row(text, len(text)))}, (), {})
    assert (extra.booklet, extra.doubts) == (int(text), ())


@pytest.mark.parametrize(
    ("booklet", "registration", "doubts"),
    [
        ("", "", (ExtraDoubt.BLANK,)),
        ("999", "", (ExtraDoubt.UNCLEAR,)),
        ("1?", "", (ExtraDoubt.UNCLEAR,)),
        ("1", "03744556", (ExtraDoubt.DISAGREE,)),
    ],
)
def test_what_is_not_plain_is_open(booklet: str, registration: str, doubts: tuple[ExtraDoubt, ...]) -> None:
    numbers = Numbers(row(booklet, 4), row(registration, 8))
    (extra,) = decide(papers(RUN), {1: numbers}, TIES, {})
    assert (extra.booklet, extra.doubts) == (None, doubts)


def test_the_registration_number_helps_where_the_booklet_s_is_unclear() -> None:
    (extra,) = decide(papers(RUN), {1: Numbers(row("?", 4), row("03744556", 8))}, TIES, {})
    assert extra.booklet == 2


def unsure(text: str, cells: int, second: float) -> Reading:
    """A row whose last digit may also be the next one, with this probability."""
    plain = row(text, cells)
    at = len(text) - 1
    last = [0.0] * 11
    last[int(text[-1])], last[(int(text[-1]) + 1) % 10] = 1 - second, second
    return replace(plain, scores=(*plain.scores[:at], tuple(last), *plain.scores[at + 1 :]))


def test_a_number_that_is_not_quite_sure_needs_the_other_one_beside_it() -> None:
    booklet, other = unsure("2", 4, 0.003), unsure("1", 4, 0.003)
    registration = row("03744556", 8)
    alone, both, against = decide(
        papers(RUN),
        {1: Numbers(booklet), 2: Numbers(booklet, registration), 3: Numbers(other, registration)},
        TIES,
        {},
    )
    assert (alone.booklet, alone.doubts) == (None, (ExtraDoubt.UNCLEAR,))
    assert 2 in alone.likeliest
    assert (both.booklet, both.doubts) == (2, ())
    assert (against.booklet, against.doubts) == (None, (ExtraDoubt.DISAGREE,))


def test_one_number_alone_must_be_ahead_by_the_whole_margin() -> None:
    sheets = {
        1: LegibleSheet("2", ReadNumber("2", MARGIN - 0.5, ("2",))),
        2: LegibleSheet("2", ReadNumber("2", MARGIN, ("2",))),
    }
    unclear, plain = belonging(sheets, {}, {})
    assert (unclear.booklet, unclear.doubts) == (None, (ExtraDoubt.UNCLEAR,))
    assert (plain.booklet, plain.doubts) == (2, ())


def test_several_sheets_belong_to_one_booklet() -> None:
    found = decide(papers(RUN), {n: Numbers(row("7", 4)) for n in (3, 1, 2)}, TIES, {})
    assert [(e.number, e.booklet) for e in found] == [(1, 7), (2, 7), (3, 7)]
    assert not any(e.nobody for e in found)


def test_a_person_beats_the_digits() -> None:
    now = datetime(2026, 2, 17, tzinfo=UTC)
    word = StoredTie(1, Sheet.EXTRA, 1, Bond.TIED, None, 9, "Ada Example", now, "")
    numbers = {1: Numbers(row("12", 4)), 2: Numbers(row("12", 4))}
    first, second = decide(
        papers(RUN), numbers, TIES, {1: word, 2: replace(word, number=2, bond=Bond.NOBODY, booklet=None)}
    )
    assert (first.booklet, first.source, first.read) == (9, Source.PERSON, "12??")
    assert (second.booklet, second.nobody, second.open) == (None, True, False)


def test_whoever_has_no_booklet_is_none_that_a_sheet_may_belong_to() -> None:
    unclear = ReadNumber(None, 1.0, (ADA.registration, "03799999", EVA.registration))
    (extra,) = belonging(
        {1: LegibleSheet("037?????", registration=unclear)}, {ADA.registration: 1, EVA.registration: 2}, {}
    )
    assert (extra.likeliest, extra.doubts) == ((1, 2), (ExtraDoubt.UNCLEAR,))


def test_what_stands_on_a_booklet_s_cover_is_not_read_as_an_extra_sheet_s() -> None:
    mine, other = row("12", 4), row("3", 4)
    found = [
        StoredReading(1, 1, Spot(4, 1, Sheet.EXTRA), mine, None),
        StoredReading(2, 2, Spot(4, 1), other, None),
        StoredReading(3, 2, Spot(5, 1), other, None),
    ]
    assert numbers([4, 5], found) == {4: Numbers(mine), 5: Numbers()}
