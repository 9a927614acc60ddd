"""A whole exam day: rooms and seats, stickers, extra sheets, attendance lists; scanned back, settled, graded.

Who really sat where, wrote what and signed is known from the rehearsal's truth alone; nothing that Klausur
says may contradict it, and what it leaves open a person settles from that truth.
"""

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from klausur.rehearse.truth import FieldTruth, read_fields, read_marks
from klausur.roster import made_up
from klausur.store import printings
from klausur.store.folder import opened

from .conftest import Desk

pytestmark = pytest.mark.long

CANDIDATES, SPARE, EXTRA = 12, 2, 5
SEED = 17

ROOMS = """\
rule = "spread"

[[room]]
name = "Hall 1"
rows = 8
seats_per_row = 6
free_seats = 1

[[room]]
name = "Seminar room 2"
rows = 3
seats_per_row = 4
reserved = true
"""

EXAM = ("--exam", "endterm")
FINDINGS = (0, 1)
"""Exit codes of a command that may find something."""


@dataclass(frozen=True, slots=True)
class Truth:
    """What really happened: whose each used booklet is, whose booklet each extra sheet is, who signed."""

    owners: dict[int, str]
    extras: dict[int, int]
    signed: dict[str, bool]


@pytest.fixture(scope="module")
def folder(desk: Desk) -> Path:
    """The exam, its candidates in a workbook with German headings, one with more time, and the rooms."""
    desk.run("new", "endterm")
    place = desk.folder / "endterm"
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(["Matrikelnummer", "Nachname", "Vorname", "Zusatzminuten"])
    for number, person in enumerate(made_up.made_up(CANDIDATES, SEED)):
        first, _, last = person.name.partition(" ")
        sheet.append([person.registration, last, first, 30 if number == 2 else None])
    book.save(place / "candidates.xlsx")
    (place / "rooms.toml").write_text(ROOMS, encoding="utf-8")
    return place


@pytest.fixture(scope="module")
def scanned(desk: Desk, folder: Path) -> Desk:
    printed = desk.ask(
        "print", "endterm", "--stickers", "L4731", "--spare", str(SPARE), "--extra", str(EXTRA)
    )
    assert (printed["booklets"], printed["candidates"]) == (CANDIDATES + SPARE, CANDIDATES)
    desk.run("rehearse", "endterm", "--seed", str(SEED), "--jobs", "2")
    done = desk.ask("scan", *EXAM, "--jobs", "2", str(folder / "rehearsal"))
    with (folder / "rehearsal/truth-pages.csv").open(encoding="utf-8", newline="") as rows:
        images = [row for row in csv.DictReader(rows) if row["file"]]
    assert done["pages"] == len(images)
    assert {row["sheet"] for row in images} == {"booklet", "extra", "attendance", "protocol"}
    return desk


@pytest.fixture(scope="module")
def truth(scanned: Desk, folder: Path) -> Truth:
    """Read from what the rehearsal wrote down; stickers are told by the print run's own numbers."""
    with opened(folder):
        papers = printings.papers()
    stickers = {str(s.number): s.candidate.registration for s in papers.stickers}
    found = read_fields(folder / "rehearsal/truth-fields.csv")
    covers: dict[int, dict[str, str]] = {}
    extras: dict[int, int] = {}
    signed: dict[str, bool] = {}
    for row in found:
        if row.field in {"cover/sticker", "cover/registration"}:
            covers.setdefault(row.number, {})[row.field] = row.value
        elif row.field.endswith("/signature"):
            signed[row.field.split("/")[1]] = row.value == "signed"
    owners = {n: _owner(cover, stickers) for n, cover in covers.items()}
    by_owner = {registration: n for n, registration in owners.items()}
    for row in found:
        if row.field == "extra/booklet" and row.value:
            extras[row.number] = int(row.value)
        elif row.field == "extra/registration" and row.value:
            extras.setdefault(row.number, by_owner[row.value])
    assert scanned.folder == folder.parent
    return Truth(owners, extras, signed)


def _owner(cover: dict[str, str], stickers: dict[str, str]) -> str:
    written, stuck = cover.get("cover/registration", ""), cover.get("cover/sticker", "")
    return written or stickers[stuck.split("+", maxsplit=1)[0]]


def status(desk: Desk) -> dict[int, Any]:
    return {b["booklet"]: b for b in desk.ask("status", "endterm")["booklets"]}


def tied(booklet: dict[str, Any]) -> str | None:
    return booklet["candidate"]["registration"] if booklet["candidate"] else None


def test_nobody_s_booklet_is_given_to_somebody_else(scanned: Desk, truth: Truth) -> None:
    booklets = status(scanned)
    used = {n for n, b in booklets.items() if b["found"]}
    assert used == set(truth.owners)
    wrong = {n: tied(booklets[n]) for n in used if tied(booklets[n]) not in {None, truth.owners[n]}}
    assert wrong == {}
    assert all(booklets[n]["doubts"] for n in used if tied(booklets[n]) is None)
    assert sum(tied(booklets[n]) is not None for n in used) >= 0.7 * len(used)


def test_no_extra_sheet_goes_to_another_booklet(scanned: Desk, truth: Truth) -> None:
    found = {e["number"]: e for e in scanned.ask("status", "endterm")["extras"]}
    assert set(found) == set(truth.extras)
    for number, extra in found.items():
        assert extra["booklet"] in {None, truth.extras.get(number)}, extra
        assert extra["doubts"] or extra["booklet"]


def test_attendance_agrees_with_who_signed(scanned: Desk, truth: Truth) -> None:
    found = scanned.ask("attendance", "endterm", expect=FINDINGS)
    assert {c["registration"] for c in found["candidates"]} == set(truth.signed)
    for candidate in found["candidates"]:
        says = "signed" if truth.signed[candidate["registration"]] else "unsigned"
        assert candidate["presence"] in {says, "unclear"}, candidate


def test_a_dry_run_and_an_undo_leave_everything_as_it_was(scanned: Desk, truth: Truth) -> None:
    before = status(scanned)
    booklet = min(truth.owners)
    scanned.run("settle", *EXAM, "--booklet", str(booklet), "--nobody", "--dry-run")
    assert status(scanned) == before
    scanned.run("settle", *EXAM, "--booklet", str(booklet), "--nobody")
    assert status(scanned)[booklet]["nobody"]
    scanned.run("settle", *EXAM, "--booklet", str(booklet), "--undo")
    assert status(scanned) == before


def test_people_settle_the_rest_and_everybody_has_a_result(scanned: Desk, truth: Truth, folder: Path) -> None:
    for number, booklet in status(scanned).items():
        if booklet["found"] and tied(booklet) is None:
            scanned.run("settle", *EXAM, "--booklet", str(number), "--candidate", truth.owners[number])
    waits = scanned.ask("settle", *EXAM, "--list")
    for extra in waits["extras"]:
        decided = truth.extras.get(extra["number"])
        to = ("--nobody",) if decided is None else ("--booklet", str(decided))
        scanned.run("settle", *EXAM, "--extra", str(extra["number"]), *to)
    for image in waits["images"]:
        decision = "--ignore" if image["image"]["unplaced"]["reason"] == "duplicate" else "--accept"
        scanned.run("settle", *EXAM, "--image", str(image["image"]["id"]), decision)
    for candidate in scanned.ask("attendance", "endterm", expect=FINDINGS)["candidates"]:
        if candidate["presence"] == "unclear":
            registration = candidate["registration"]
            answer = "--signed" if truth.signed[registration] else "--unsigned"
            scanned.run("settle", *EXAM, "--candidate", registration, answer)
    _settle_questions(scanned, folder)

    graded = scanned.ask("grade", "endterm")
    assert graded["extras_open"] == 0
    rows = {row["registration"]: row for row in graded["rows"]}
    assert set(rows) == set(truth.signed), "every candidate has a row, and no booklet is nobody's"
    owners = {registration: n for n, registration in truth.owners.items()}
    for registration, row in rows.items():
        assert row["booklet"] == owners.get(registration)
        assert row["status"] == ("final" if registration in owners else "missing"), row
        assert bool(row["grade"]) == (registration in owners)

    last = scanned.ask("attendance", "endterm", expect=FINDINGS)
    disagree = {c["registration"] for c in last["candidates"] if c["finding"]}
    assert disagree == {r for r, yes in truth.signed.items() if yes != (r in owners)}
    assert (last["nobodys"], last["pages"]) == ([], [])


def _settle_questions(desk: Desk, folder: Path) -> None:
    """Every open question as the paper shows it."""
    marks = read_marks(folder / "rehearsal/truth-marks.csv")
    for question in desk.ask("settle", *EXAM, "--list")["questions"]:
        where = (question["booklet"], question["question"])
        boxes = [m for m in marks if (m.booklet, m.question) == where]
        crossed = [m.field.rsplit("/", 1)[1] for m in boxes if m.mark == "crossed"]
        words = ("settle", *EXAM, str(where[0]), where[1], "--why", "seen on the paper")
        if any("/choice/" in m.field for m in boxes):
            desk.run(*words, "--chosen", ",".join(crossed) or "none")
        else:
            desk.run(*words, "--credits", crossed[0] if crossed else "0")


def test_every_field_that_is_read_is_as_it_was_written_or_left_to_people(scanned: Desk, folder: Path) -> None:
    truths: dict[tuple[str, int, str], FieldTruth] = {
        (row.sheet.value, row.number, row.field): row
        for row in read_fields(folder / "rehearsal/truth-fields.csv")
    }
    kinds = ("--kind", "sticker-spot", "--kind", "digit-row", "--kind", "signature")
    seen = scanned.ask("readings", "endterm", *kinds)
    assert {reading["kind"] for reading in seen} == set(kinds[1::2])
    for reading in seen:
        true = truths[reading["sheet"], reading["booklet"], reading["field"]]
        value = reading["value"].strip("?") if reading["kind"] == "digit-row" else reading["value"]
        assert reading["flagged"] or value == true.value, (reading, true)
