"""Whose a booklet is: the rule, source by source and contradiction by contradiction."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from klausur.paper.code import Sheet
from klausur.paper.fields import FieldKind
from klausur.paper.run import PrintRun, plan
from klausur.read.model import Reading
from klausur.roster.model import Candidate
from klausur.state.facts import Bond, Spot, StoredReading, StoredTie
from klausur.state.owners import Cover, Source, Tie, TieDoubt, blank, by_candidate, covers, decide, doubled

from .conftest import papers

ADA = Candidate("03710001", "Ada Example")
JUERGEN = Candidate("03719382", "Jürgen Muster")
EVA = Candidate("03744556", "Eva Beispiel")
PEOPLE = (ADA, JUERGEN, EVA)

STICKERS = plan(1, PEOPLE, 1, stickers=True)
"""Four unnamed booklets, and stickers 1 to 3."""
PERSONAL = plan(1, PEOPLE, 2)
"""Booklets 1 to 3 are personalised, 4 and 5 are spare."""

BLANK = (0.0,) * 10 + (1.0,)


def sticker(value: str, *, flagged: bool = False) -> Reading:
    return Reading("cover/sticker", FieldKind.STICKER_SPOT, None, value, 1.0, flagged, "sticker", "1")


def written(number: str, *, sure: float = 0.999) -> Reading:
    """A row of eight cells in which ``number`` stands; ``?`` may be any digit, a blank is an empty cell."""
    cells: list[tuple[float, ...]] = []
    for character in number.ljust(8):
        if character == " ":
            cells.append(BLANK)
        elif character == "?":
            cells.append((0.1,) * 10 + (0.0,))
        else:
            rest = (1 - sure) / 10
            cells.append((*(sure if k == int(character) else rest for k in range(10)), rest))
    value = "".join("?" if c == " " else c for c in number.ljust(8))
    flagged = "?" in number
    row = Reading("cover/registration", FieldKind.DIGIT_ROW, None, value, 0.9, flagged, "digits", "1")
    return replace(row, scores=tuple(cells))


def said(booklet: int, who: Candidate | None, bond: Bond = Bond.TIED) -> StoredTie:
    now = datetime(2026, 2, 17, tzinfo=UTC)
    return StoredTie(1, Sheet.BOOKLET, booklet, bond, who, None, "Prof. Example", now, "")


def found(run: PrintRun, covers: dict[int, Cover], *people: StoredTie) -> dict[int, Tie]:
    used = set(covers) | {s.number for s in people if s.bond is Bond.TIED}
    return {t.booklet: t for t in decide(papers(run), used, covers, {s.number: s for s in people})}


def test_a_printed_name_is_enough() -> None:
    tie = found(PERSONAL, {1: Cover()})[1]
    assert (tie.candidate, tie.source, tie.doubts) == (ADA, Source.PRINT, ())
    assert tie.found_by is None, "nothing had to be found"


def test_a_booklet_of_which_nothing_was_found_raises_no_doubt() -> None:
    ties = found(STICKERS, {1: Cover(sticker("2"))})
    assert (ties[1].candidate, ties[1].source, ties[1].found_by) == (JUERGEN, Source.STICKER, Source.STICKER)
    assert [ties[n].doubts for n in (2, 3, 4)] == [(), (), ()]


def test_a_sticker_ties() -> None:
    ties = found(STICKERS, {n: Cover(sticker(str(4 - n))) for n in (1, 2, 3)})
    assert [ties[n].candidate for n in (1, 2, 3)] == [EVA, JUERGEN, ADA]


def test_a_written_number_ties_and_says_what_was_read() -> None:
    tie = found(STICKERS, {4: Cover(sticker(""), written("03719382"))})[4]
    assert (tie.candidate, tie.source) == (JUERGEN, Source.DIGITS)
    assert tie.claims[0].read == "03719382"


def test_numbers_are_matched_all_at_once() -> None:
    """One row fits Ada and Eva equally, the other is Eva's for sure: so the first is Ada's, or open."""
    either = written("037?????")
    ties = found(STICKERS, {1: Cover(None, either), 2: Cover(None, written("03744556"))})
    assert ties[2].candidate == EVA
    assert ties[1].candidate in {ADA, None}
    assert ties[1].candidate is not None or ties[1].doubts == (TieDoubt.DIGITS,)
    assert EVA.registration in ties[1].claims[0].likeliest


@pytest.mark.parametrize(
    ("cover", "doubts"),
    [
        (None, (TieDoubt.COVER_MISSING,)),
        (Cover(), (TieDoubt.NOTHING,)),
        (Cover(sticker(""), written("")), (TieDoubt.NOTHING,)),
        (Cover(sticker("", flagged=True)), (TieDoubt.STICKER,)),
        (Cover(sticker("1+3", flagged=True)), (TieDoubt.STICKER,)),
        (Cover(sticker("9")), (TieDoubt.STICKER,)),
        (Cover(sticker("2"), written("03710001")), (TieDoubt.DISAGREE,)),
        (Cover(sticker("2"), written("99999999")), (TieDoubt.DISAGREE,)),
        (Cover(None, written("99999999")), (TieDoubt.DIGITS,)),
        (Cover(None, written("????????")), (TieDoubt.DIGITS,)),
        (Cover(sticker("2"), None, twice=True), (TieDoubt.COVER_TWICE,)),
    ],
)
def test_what_is_not_plain_is_open(cover: Cover | None, doubts: tuple[TieDoubt, ...]) -> None:
    covers = {} if cover is None else {1: cover}
    (tie, *_) = decide(papers(STICKERS), {1}, covers, {})
    assert (tie.candidate, tie.source, tie.doubts) == (None, None, doubts)


def test_a_sticker_and_an_untidy_number_that_fits_it_agree() -> None:
    tie = found(STICKERS, {1: Cover(sticker("2"), written("0371?38?"))})[1]
    assert (tie.candidate, tie.source) == (JUERGEN, Source.STICKER)


def test_doubled_stickers_are_shown_with_both_candidates() -> None:
    tie = found(STICKERS, {1: Cover(sticker("1+3", flagged=True))})[1]
    assert tie.claims[0].read == "sticker 1 and 3"
    assert tie.claims[0].likeliest == (ADA.registration, EVA.registration)


@pytest.mark.parametrize(
    "second", [Cover(sticker("2")), Cover(sticker(""), written("03719382"))], ids=["sticker", "digits"]
)
def test_one_candidate_with_two_booklets_is_open_on_both(second: Cover) -> None:
    ties = found(STICKERS, {1: Cover(sticker("2")), 4: second})
    for number, other in ((1, 4), (4, 1)):
        assert ties[number].candidate is None
        assert ties[number].doubts == (TieDoubt.SEVERAL,)
        assert ties[number].others == (other,)
        assert ties[number].claims[0].candidate == JUERGEN
    assert doubled(ties.values())[JUERGEN.registration] == (1, 4)


def test_a_sticker_on_the_booklet_of_somebody_else_is_open() -> None:
    run = replace(PERSONAL, stickers=plan(1, [JUERGEN], 0, stickers=True).stickers)
    tie = found(run, {1: Cover(sticker("1"))})[1]
    assert TieDoubt.DISAGREE in tie.doubts
    assert {c.candidate for c in tie.claims} == {ADA, JUERGEN}


def test_a_spare_booklet_in_place_of_a_spoilt_one_is_tied_by_its_number() -> None:
    tie = found(PERSONAL, {4: Cover(None, written("03710001"))})[4]
    assert (tie.candidate, tie.source) == (ADA, Source.DIGITS)


def test_a_spare_booklet_beside_the_printed_one_is_open_on_both() -> None:
    covers = {4: Cover(None, written("03710001")), 1: Cover()}
    ties = found(PERSONAL, covers)
    for number, other in ((1, 4), (4, 1)):
        assert (ties[number].doubts, ties[number].others) == ((TieDoubt.SEVERAL,), (other,))
    settled = found(PERSONAL, covers, said(1, None, Bond.NOBODY))
    assert (settled[4].candidate, settled[1].nobody) == (ADA, True)


def test_a_sticker_of_somebody_with_a_printed_booklet_is_open() -> None:
    run = replace(PERSONAL, stickers=plan(1, [ADA], 0, stickers=True).stickers)
    tie = found(run, {4: Cover(sticker("1"))})[4]
    assert (tie.candidate, tie.doubts, tie.others) == (None, (TieDoubt.PRINTED,), (1,))
    settled = found(run, {4: Cover(sticker("1"))}, said(1, None, Bond.NOBODY))
    assert settled[4].candidate == ADA


def test_a_person_beats_every_source_and_others_open_up() -> None:
    covers = {1: Cover(sticker("2")), 2: Cover(sticker("3"))}
    ties = found(STICKERS, covers, said(1, EVA))
    assert (ties[1].candidate, ties[1].source) == (EVA, Source.PERSON)
    assert ties[2].doubts == (TieDoubt.SEVERAL,), "its sticker says Eva, too"
    nobody = found(STICKERS, covers, said(1, None, Bond.NOBODY))
    assert (nobody[1].candidate, nobody[1].nobody, nobody[1].open) == (None, True, False)
    assert by_candidate(nobody.values(), {1, 2}) == {EVA.registration: 2}


@pytest.mark.parametrize(
    ("number", "nothing"),
    [("        ", True), ("4       ", False), ("       4", False), ("03710001", False), ("?       ", False)],
)
def test_a_row_is_blank_if_no_cell_of_it_holds_anything(number: str, nothing: object) -> None:
    row = written(number)
    assert blank(replace(row, value=number.replace("?", " "))) is nothing


def test_each_reading_of_a_cover_is_what_its_field_says() -> None:
    label, number = sticker("2"), written("03719382")
    other = replace(number, field="cover/elsewhere")
    read = [StoredReading(n, 1, Spot(7, 1), r, None) for n, r in enumerate((number, other, label))]
    stray = StoredReading(9, 1, Spot(8, 1), label, None)
    assert covers([*read, stray], [7, 5], {7}) == {7: Cover(label, number, twice=True), 5: Cover()}


def test_what_is_claimed_stands_in_the_order_of_trust() -> None:
    tie = found(STICKERS, {1: Cover(sticker("2"), written("03719382"))})[1]
    assert [claim.source for claim in tie.claims] == [Source.STICKER, Source.DIGITS]
    assert (tie.claims[0].read, tie.claims[1].read) == ("sticker 2", "03719382")
    assert tie.source is Source.STICKER
