"""Variants by seat, and the papers of the day that people read: who is on them, where, with which paper."""

from collections import Counter
from datetime import datetime
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from tests.cast import EXAMINER
from tests.exam import varied
from tests.exams import copy_exam

from klausur.actions.change_candidate import Correction, add, change
from klausur.actions.check import Checked, check
from klausur.actions.day import CHECKLIST, DOORS, PLANS, SIGNS, make_day_papers
from klausur.actions.mark_candidates import mark
from klausur.actions.print_booklets import print_booklets
from klausur.actions.print_request import PrintRequest
from klausur.actions.seat_variants import lying
from klausur.base.errors import NotFoundError, UsageError
from klausur.paper import layout as layouts
from klausur.roster import rooms as files
from klausur.roster.deal import clashes
from klausur.roster.model import Candidate
from klausur.roster.rooms import spots
from klausur.state.facts import Author, Papers, Standing
from klausur.store import printings
from klausur.store.folder import opened

pytestmark = pytest.mark.above_records

ROOMS = """
[[room]]
name = "Hall"
rows = 4
seats_per_row = 5
free_seats = 1
blocked = ["C5"]
aisles = [2]

[[room]]
name = "Quiet room"
rows = 1
seats_per_row = 2
reserved = true
"""

PEOPLE = (
    "01,Zoë Öttinger,,", "02,Łukasz Łaski,,", "03,Ada Example,30,", "04,Ben Osterman,,sits at the door",
    '05,"Zander, Cy",,', "06,Di Nguyen,,", "07,Eva Muster,,", "08,Fay Oberst,,", "09,Gil Muster,,",
)  # fmt: skip
NOW = datetime(2026, 2, 9, 17, 5)  # noqa: DTZ001 - as the people there write it


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory) -> Checked:
    return check(write_exam(tmp_path_factory.mktemp("source") / "exam"))


@pytest.fixture(scope="module")
def with_stickers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write_exam(tmp_path_factory.mktemp("day") / "exam")
    put_people(folder, *PEOPLE)
    wanted = PrintRequest(spare=3, extras=2, stickers="L7160", by_variant=True)
    assert print_booklets(folder, actor=EXAMINER, wanted=wanted, seed=7).files
    return folder


@pytest.fixture
def folder(with_stickers: Path, tmp_path: Path) -> Path:
    return copy_exam(with_stickers, tmp_path / "exam")


def write_exam(folder: Path, variants: str = varied.VARIANTS) -> Path:
    """An exam that is shuffled, and nothing else: no program has to run."""
    return varied.write(folder, variants=variants, balls=varied.WORDS.replace("{#", "{#x-"), balls_py="")


def put_people(folder: Path, *rows: str) -> None:
    text = "\n".join(("Registration number,Name,Extra minutes,Notes", *rows)) + "\n"
    (folder / "candidates.csv").write_text(text, encoding="utf-8")
    (folder / "rooms.toml").write_text(ROOMS, encoding="utf-8")


def papers_of(folder: Path) -> Papers:
    with opened(folder):
        return printings.papers()


def shown(path: Path) -> list[str]:
    with pdfium.PdfDocument(path) as pdf:
        return [" ".join(page.get_textpage().get_text_range().split()) for page in pdf]


def test_neighbours_have_different_variants_with_stickers_too(with_stickers: Path) -> None:
    papers = papers_of(with_stickers)
    known, lies = spots(files.read(with_stickers / "rooms.toml").rooms), lying(papers)
    assert set(lies) == {f"{n:02d}" for n in range(1, 10)}
    dealt = {
        known[c.room.casefold(), c.seat.casefold()][1]: lies[c.registration]
        for c in papers.candidates
        if c.room == "Hall"
    }
    assert clashes(dealt) == 0


def test_the_booklets_of_each_variant_are_in_a_file_of_their_own(with_stickers: Path) -> None:
    papers = papers_of(with_stickers)
    (printing,) = papers.finished
    counted = Counter(printing.variants.of(n) for n in printing.booklets)
    (place,) = (with_stickers / "print").glob("*-1")
    for variant, count in counted.items():
        pages = shown(place / f"booklets-variant-{variant}.pdf")
        assert all(f"Variant {variant}" in page for page in pages)
        assert len(pages) == count * len(shown(place / "exam.pdf"))
    assert sorted(counted) == [1, 2, 3]
    layout = layouts.read(place / "layout.json")
    assert {b.number: b.variant for b in layout.booklets} == {
        n: printing.variants.of(n) for n in printing.booklets
    }


def test_latecomers_differ_from_who_sits_beside_them(folder: Path, checked: Checked) -> None:
    put_people(folder, *PEOPLE[:-1], "10,Late Comer,,", PEOPLE[-1])
    before = lying(papers_of(folder))
    done = print_booklets(folder, actor=EXAMINER, checked=checked)
    assert done.candidates == 1
    papers = papers_of(folder)
    known, lies = spots(files.read(folder / "rooms.toml").rooms), lying(papers)
    assert {number: lies[number] for number in before} == before
    dealt = {
        known[c.room.casefold(), c.seat.casefold()][1]: lies[c.registration]
        for c in papers.candidates
        if c.room == "Hall"
    }
    assert len(dealt) == 9
    assert clashes(dealt) == 0


def test_piles_by_variant_where_there_are_none_are_a_slip(tmp_path: Path) -> None:
    for variants, said in (("", "has one variant"), ('[variants]\ncount = "each"\nseed = 1\n', "of its own")):
        place = tmp_path / said.replace(" ", "-")
        write_exam(place, variants)
        with pytest.raises(UsageError, match=said):
            print_booklets(place, actor=EXAMINER, wanted=PrintRequest(spare=2, by_variant=True), dry_run=True)


def test_all_papers_are_made_and_say_who_sits_where(folder: Path) -> None:
    made = make_day_papers(folder, actor=EXAMINER, name_signs=True, now=NOW)
    assert [path.name for path in made.files] == sorted((CHECKLIST, DOORS, SIGNS, PLANS))
    assert (made.people, made.unseated, made.alike, made.diagnostics) == (9, (), (), ())
    whole, hall, quiet = shown(folder / "day" / DOORS)
    order = [
        "Example, Ada",
        "Łaski",
        "Muster, Eva",
        "Muster, Gil",
        "Nguyen",
        "Oberst",
        "Osterman",
        "Öttinger",
    ]
    at = [whole.index(name) for name in (*order, "Zander, Cy")]
    assert at == sorted(at)
    assert "Example, Ada" in quiet
    assert "Example, Ada" not in hall
    assert all("9 Feb 2026, 17:05" in page for page in (whole, hall, quiet))
    plan, other = shown(folder / "day" / PLANS)
    assert "Zander" in plan
    assert "+30 min" in other
    assert "Zoë Öttinger" in " ".join(shown(folder / "day" / SIGNS))
    (listed,) = shown(folder / "day" / CHECKLIST)
    lies = Counter(lying(papers_of(folder)).values())
    spare = Counter({1: 1, 2: 1, 3: 1})
    assert f"In all 9 {' '.join(str((lies + spare)[v]) for v in (1, 2, 3))} 12" in listed
    assert "9 stickers · 2 extra sheets" in listed
    assert "+30 min, until 11:30" in listed
    assert "sits at the door" in listed


def test_who_withdrew_is_on_no_paper_and_their_papers_are_taken_out(folder: Path) -> None:
    mark(folder, "06", Standing.WITHDRAWN, Author(EXAMINER, "by mail"))
    add(folder, Candidate("11", "Walker, In"), Author(EXAMINER, "came without a registration"))
    made = make_day_papers(folder, actor=EXAMINER, now=NOW, out=folder / "elsewhere")
    assert {path.parent.name for path in made.files} == {"elsewhere"}
    assert made.people == 9
    assert not any("Nguyen" in page for name in (DOORS, PLANS) for page in shown(folder / "elsewhere" / name))
    (sticker,) = (s.number for s in papers_of(folder).stickers if s.candidate.registration == "06")
    (listed,) = shown(folder / "elsewhere" / CHECKLIST)
    assert f"out of the piles: {sticker}." in listed
    assert "no room 1 – – – 0" in listed


def test_door_lists_may_show_numbers_and_no_names(folder: Path) -> None:
    make_day_papers(folder, actor=EXAMINER, numbers=True, now=NOW)
    pages = shown(folder / "day" / DOORS)
    assert "01" in pages[0]
    assert not any("Muster" in page for page in pages)


def test_neighbours_that_are_alike_are_counted(folder: Path) -> None:
    papers = papers_of(folder)
    lies = lying(papers)
    hall = {c.seat: c.registration for c in papers.candidates if c.room == "Hall"}
    same = next(number for seat, number in hall.items() if seat != "A1" and lies[number] == lies[hall["A1"]])
    change(folder, same, Correction(seat="A2"), Author(EXAMINER, "moved"))
    assert dict(make_day_papers(folder, actor=EXAMINER, now=NOW).alike)["Hall"] >= 1


def test_without_rooms_there_is_no_plan_and_seats_that_rooms_lack_are_named(folder: Path) -> None:
    (folder / "rooms.toml").write_text('[[room]]\nname = "Quiet room"\nrows = 1\nseats_per_row = 2\n')
    made = make_day_papers(folder, actor=EXAMINER, now=NOW)
    assert len(made.unseated) == 8
    (folder / "rooms.toml").unlink()
    made = make_day_papers(folder, actor=EXAMINER, now=NOW)
    assert (PLANS not in {path.name for path in made.files}, made.unseated) == (True, ())


def test_errors_in_the_rooms_are_told_and_nothing_is_made(folder: Path) -> None:
    (folder / "rooms.toml").write_text("[[room]]\n", encoding="utf-8")
    made = make_day_papers(folder, actor=EXAMINER, now=NOW)
    assert made.files == ()
    assert {d.code for d in made.diagnostics} == {"attribute-missing"}
    assert not (folder / "day").exists()


def test_before_printing_there_is_nothing_to_make(tmp_path: Path) -> None:
    folder = write_exam(tmp_path / "exam")
    with pytest.raises(NotFoundError):
        make_day_papers(folder, actor=EXAMINER, now=NOW)
