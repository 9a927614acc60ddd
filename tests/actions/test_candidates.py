"""The list after printing: who is added, corrected, withdrawn; a newer list; what the results show."""

import csv
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import IntegrityError
from tests.cast import EXAMINER, PROCTOR
from tests.open_points import told

from klausur.actions.attendance import Finding, attendance
from klausur.actions.candidates import Listing, history, listing
from klausur.actions.change_candidate import Correction, add, change
from klausur.actions.grade import grade
from klausur.actions.log import EventFilter, log
from klausur.actions.mark_candidates import mark, mark_many, unmark
from klausur.actions.settle_tie import settle_booklet
from klausur.actions.status import status
from klausur.actions.update_candidates import Updated, update_candidates
from klausur.base.errors import KlausurError, MeanwhileError, NotFoundError, RefusedError, UsageError
from klausur.base.stamps import stamp
from klausur.report.results import ResultRow, Status
from klausur.roster.model import Candidate
from klausur.state.facts import Actor, Author, Bond, Enrolled, Role, Standing
from klausur.state.owners import Source
from klausur.store import audit, derive
from klausur.store import candidates as stored
from klausur.store.derive import Touched
from klausur.store.folder import opened, writing
from klausur.store.frame import Frame

from .conftest import ADA_RIGHT, Record, result

ADA, JUERGEN = Candidate("0371", "Ada Example"), Candidate("0372", "Jürgen Muster")
WALK_IN = Candidate("0399", "Zoë Neu", "Hall 1", "C4", 15, "front row")
BY = Author(Actor("Prof. Example", Role.EXAMINER), "as on the list of the office")


def people(folder: Path) -> tuple[Enrolled, ...]:
    with opened(folder):
        assert list(derive.verify(Frame(folder))) == [], "State is what the records amount to"
        return stored.enrolled()


def events(folder: Path) -> list[str]:
    with opened(folder):
        return [event.verb for event in audit.events() if event.verb != "by-hand"]


def rows(folder: Path) -> dict[str, ResultRow]:
    return {row.registration: row for row in grade(folder, actor=EXAMINER).results.rows}


def write(folder: Path, *lines: str) -> Path:
    path = folder / "newer.csv"
    path.write_text("Matrikelnummer,Name\n" + "".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


def test_before_printing_the_file_is_the_list(tmp_path: Path) -> None:
    (tmp_path / "exam.toml").write_text('[candidates]\nregistration = "Kennung"\n', encoding="utf-8")
    path = tmp_path / "candidates.csv"
    path.write_text("Kennung,Name\n0371,Ada Example\n0371,Ada Again\n", encoding="utf-8")
    found = listing(tmp_path)
    assert found.file == path
    assert [p.enrolled.candidate for p in found.people] == [ADA]
    assert [d.code for d in found.diagnostics] == ["roster-duplicate", "roster-zeros"]
    assert not (tmp_path / ".klausur").exists(), "who only looks leaves nothing behind"
    path.unlink()
    with pytest.raises(NotFoundError, match="no list of candidates"):
        listing(tmp_path)
    with pytest.raises(NotFoundError, match="no folder"):
        listing(path)


@pytest.mark.usefixtures("scanned")
def test_the_list_says_which_papers_are_whose(folder: Path) -> None:
    found = listing(folder)
    assert found == Listing(found.people), "the records have it, without findings"
    assert [(p.enrolled.candidate, p.booklets, p.booklet, p.source) for p in found.people] == [
        (ADA, (1,), 1, Source.PRINT),
        (JUERGEN, (2,), 2, Source.PRINT),
    ]


def test_a_walk_in_is_added_with_their_booklet_and_graded(
    folder: Path, record: Record, layout: object
) -> None:
    record(
        result(layout, 0, 3, 1, crossed=ADA_RIGHT),  # type: ignore[arg-type]
        result(layout, 1, 3, 2, crossed="word/credit/2"),  # type: ignore[arg-type]
    )
    assert rows(folder)[""].status is Status.OPEN
    added = add(folder, WALK_IN, BY, booklet=3)
    assert added.candidate == WALK_IN
    assert [e.candidate for e in people(folder)] == [ADA, JUERGEN, WALK_IN]
    assert (rows(folder)["0399"].booklet, rows(folder)["0399"].grade) == (3, "1.0")
    ours = listing(folder).people[2]
    assert (ours.booklet, ours.source, ours.enrolled.why) == (3, Source.PERSON, BY.why)
    assert [verb for verb in events(folder) if verb != "grade"] == ["add-candidate"]


def test_nothing_is_recorded_in_a_dry_run(folder: Path) -> None:
    before, trail = people(folder), events(folder)
    add(folder, WALK_IN, BY, booklet=3, dry_run=True)
    change(folder, "0371", Correction(registration="0999"), BY, dry_run=True)
    mark(folder, "0371", Standing.ILL, BY, dry_run=True)
    update_candidates(folder, write(folder, "0400,Max Neu"), BY, withdraw_missing=True, dry_run=True)
    assert (people(folder), events(folder)) == (before, trail)


@pytest.mark.parametrize(
    ("who", "booklet", "error", "says"),
    [
        (Candidate("0371", "Zoë Neu"), None, RefusedError, "Ada Example"),
        (WALK_IN, 1, RefusedError, "printed for 0371 Ada Example"),
        (WALK_IN, 9, NotFoundError, "no booklet 9"),
        (Candidate("none", "Zoë Neu"), None, UsageError, "no registration number"),
        (Candidate("0399", " "), None, UsageError, "no name"),
        (Candidate("0399", "Zoë", extra_minutes=-5), None, UsageError, "extra minutes"),
    ],
)
def test_who_cannot_be_added(
    folder: Path, who: Candidate, booklet: int | None, error: type[KlausurError], says: str
) -> None:
    before, trail = people(folder), events(folder)
    with pytest.raises(error, match=says):
        add(folder, who, BY, booklet=booklet)
    assert (people(folder), events(folder)) == (before, trail), "all of it is recorded, or nothing"


def test_a_spare_booklet_that_was_settled_is_somebody_s(folder: Path) -> None:
    settle_booklet(folder, 3, Bond.TIED, BY, registration="0372")
    with pytest.raises(RefusedError, match="settled to be that of 0372"):
        add(folder, WALK_IN, BY, booklet=3)
    settle_booklet(folder, 3, Bond.UNDONE, BY)
    assert add(folder, WALK_IN, BY, booklet=3).candidate == WALK_IN


def test_a_number_stands_on_the_list_once_whatever_was_looked_at(folder: Path) -> None:
    def twice() -> None:
        with opened(folder), writing():
            stored.add([Candidate("0371", "Somebody Else")], BY)
            derive.refresh(Frame(folder), Touched(candidates=True, owners=True))

    with pytest.raises(IntegrityError):
        twice()
    assert [e.candidate for e in people(folder)] == [ADA, JUERGEN]


ADDING = """
import sys
from pathlib import Path
from klausur.actions.change_candidate import add
from klausur.base.errors import RefusedError
from klausur.roster.model import Candidate
from klausur.state.facts import Actor, Author, Role
print("ready", flush=True)
sys.stdin.readline()
try:
    by = Author(Actor("me", Role.EXAMINER), "came late")
    add(Path(sys.argv[1]), Candidate(sys.argv[2], "Zoë Neu"), by, booklet=3)
except RefusedError as error:
    print("refused:", error)
else:
    print("added")
"""


@pytest.mark.parametrize("numbers", [("0399", "0399"), ("0398", "0399")])
def test_two_who_add_at_once_do_not_share_a_number_or_a_booklet(
    folder: Path, numbers: tuple[str, str]
) -> None:
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", ADDING, str(folder), number],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for number in numbers
    ]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    said = sorted(process.communicate()[0].strip() for process in processes)
    assert said[0] == "added"
    assert said[1].startswith("refused: "), said
    assert len(people(folder)) == 3


def test_reasons_must_be_given_where_they_matter(folder: Path) -> None:
    with pytest.raises(UsageError, match="no reason"):
        add(folder, WALK_IN, Author(Actor("me", Role.EXAMINER)))
    with pytest.raises(UsageError, match="no reason"):
        mark(folder, "0371", Standing.ILL, Author(Actor("me", Role.EXAMINER), "  "))


def test_a_corrected_number_keeps_the_printed_papers(folder: Path) -> None:
    before, now = change(
        folder,
        "0371",
        Correction(registration="0999", name="Ada  Beispiel", seat="B2"),
        Author(Actor("me", Role.EXAMINER), "typo"),
    )
    assert (before.candidate, now.candidate) == (ADA, Candidate("0999", "Ada Beispiel", "", "B2"))
    first = listing(folder).people[0]
    assert (first.enrolled.candidate, first.enrolled.former, first.booklets) == (
        now.candidate,
        ("0371",),
        (1,),
    )
    with pytest.raises(NotFoundError, match="0371") as caught:
        mark(folder, "0371", Standing.ILL, BY)
    assert "0999" in caught.value.remedy
    back = change(folder, "0999", Correction(registration="0371"), BY)[1]
    assert back.candidate.registration == "0371", "and back"


def test_a_correction_that_takes_another_s_number_is_refused(folder: Path) -> None:
    with pytest.raises(RefusedError, match="Jürgen Muster"):
        change(folder, "0371", Correction(registration="0372"), BY)
    with pytest.raises(UsageError, match="like that already"):
        change(folder, "0371", Correction(name="Ada Example"), BY)
    with pytest.raises(UsageError, match="no name"):
        change(folder, "0371", Correction(name=""), BY)
    with pytest.raises(NotFoundError):
        change(folder, "9999", Correction(name="Ada"), BY)
    assert [e.candidate for e in people(folder)] == [ADA, JUERGEN]


@pytest.mark.usefixtures("scanned")
@pytest.mark.parametrize("standing", [s for s in Standing if s is not Standing.REGISTERED])
def test_a_standing_shows_everywhere_and_is_taken_back(folder: Path, standing: Standing) -> None:
    graded = rows(folder)["0371"]
    assert (graded.status, graded.grade, graded.standing) == (Status.FINAL, "1.0", "")
    mark(folder, "0371", standing, Author(Actor("me", Role.EXAMINER), "so it is"))
    assert people(folder)[0].standing is standing
    shown = rows(folder)["0371"]
    assert (shown.status, shown.grade, shown.total) == (Status.UNGRADED, "", None)
    assert (shown.questions, shown.booklet) == (graded.questions, 1), "credits stay in sight"
    assert shown.standing == f"{standing}: so it is"
    with (folder / "results.csv").open(encoding="utf-8", newline="") as file:
        assert next(iter(csv.DictReader(file)))["standing"] == shown.standing
    found = status(folder)
    assert [(e.candidate, e.standing) for e in found.excused] == [(ADA, standing)]
    assert ADA not in found.absent
    person = attendance(folder).people[0]
    assert person.standing is standing
    assert person.finding == (Finding.ABSENT if standing is Standing.ABSENT else None)
    mark(folder, "0371", Standing.REGISTERED, Author(Actor("me", Role.EXAMINER), "mistake"))
    assert rows(folder)["0371"] == graded
    with pytest.raises(UsageError, match="already"):
        mark(folder, "0371", Standing.REGISTERED, Author(Actor("me", Role.EXAMINER), "mistake"))


def test_who_is_excused_is_not_counted_as_absent(folder: Path) -> None:
    mark(folder, "0372", Standing.ILL, Author(Actor("me", Role.EXAMINER), "certificate"))
    found = status(folder)
    assert (found.absent, [e.candidate for e in found.excused]) == ((ADA,), [JUERGEN])
    shown = rows(folder)["0372"]
    assert (shown.status, shown.standing, told(shown)) == (
        *(Status.UNGRADED, "ill: certificate"),
        ("no page scanned",),
    )


def test_the_history_keeps_everything(folder: Path) -> None:
    change(
        folder,
        "0372",
        Correction(room="Hall 2", extra_minutes=30),
        Author(Actor("me", Role.EXAMINER), "moved"),
    )
    mark(folder, "0372", Standing.EXCLUDED, Author(Actor("Prof. Example", Role.EXAMINER), "notes"))
    change(folder, "0372", Correction(registration="0373"), Author(Actor("me", Role.EXAMINER), "typo"))
    found = history(folder, "0373")
    assert [(e.who, e.changed, e.enrolled.standing, e.enrolled.why) for e in found] == [
        ("Ada Example", (), Standing.REGISTERED, ""),
        ("me", ("room", "extra_minutes"), Standing.REGISTERED, "moved"),
        ("Prof. Example", ("standing",), Standing.EXCLUDED, "notes"),
        ("me", ("registration",), Standing.EXCLUDED, "notes"),
    ]
    assert [e.enrolled.candidate.registration for e in found] == ["0372", "0372", "0372", "0373"]


def test_a_booklet_that_is_not_scanned_yet_is_theirs_all_the_same(folder: Path) -> None:
    add(folder, WALK_IN, BY, booklet=3)
    ours = listing(folder).people[2]
    assert (ours.booklets, ours.booklet, ours.source) == ((), 3, Source.PERSON)
    newer = write(folder, "0371,Ada Example")
    found = update_candidates(folder, newer, BY, withdraw_missing=True).update
    assert [e.candidate for e in found.sat] == [WALK_IN], "nor are they withdrawn by a list"
    assert [e.standing for e in people(folder)] == [
        *(Standing.REGISTERED, Standing.WITHDRAWN, Standing.REGISTERED)
    ]


@pytest.mark.usefixtures("scanned")
def test_a_newer_list_is_taken_over(folder: Path) -> None:
    add(folder, WALK_IN, BY)
    path = write(folder, "0400,Max Neu", "0371,Ada Married")
    seen = update_candidates(folder, path, BY, dry_run=True)
    assert seen == update_candidates(folder, path, BY), "the dry form says what is done"
    assert [e.candidate for e in people(folder)] == [
        *(Candidate("0371", "Ada Married"), JUERGEN, WALK_IN, Candidate("0400", "Max Neu"))
    ]
    update = seen.update
    assert [c.fields for c in update.changed] == [("name",)]
    assert [e.candidate for e in update.gone] == [WALK_IN], "room and note stay: the list has no such columns"
    assert [e.candidate for e in update.sat] == [JUERGEN]
    assert {e.standing for e in people(folder)} == {Standing.REGISTERED}
    trail = events(folder)
    again = update_candidates(folder, path, BY)
    assert (again.update.came, again.update.changed, events(folder)) == ((), (), trail)
    update_candidates(folder, path, Author(Actor("me", Role.EXAMINER)), withdraw_missing=True)
    now = {e.candidate.registration: e for e in people(folder)}
    assert now["0400"].why == BY.why, "the first time it was taken over for a reason"
    assert (now["0399"].standing, now["0399"].why) == (Standing.WITHDRAWN, "by the list newer.csv")
    assert now["0372"].standing is Standing.REGISTERED, "their booklet was found"


def test_a_number_that_may_be_corrected_waits_for_a_person(folder: Path) -> None:
    found = update_candidates(
        folder, write(folder, "0371,Ada Example", "0999,Jürgen Muster"), BY, withdraw_missing=True
    )
    assert found.open == 1
    assert [e.candidate for e in people(folder)] == [ADA, JUERGEN]
    change(folder, "0372", Correction(registration="0999"), BY)
    assert update_candidates(folder, write(folder, "0371,Ada Example", "0999,Jürgen Muster"), BY).open == 0


def test_who_is_withdrawn_by_a_newer_list_is_gone_from_it(folder: Path) -> None:
    path = folder / "newer.csv"
    path.write_text(
        "Registration number,Name,Status\n0371,Ada Example,registered\n0372,Jürgen Muster,withdrawn\n",
        encoding="utf-8",
    )
    found = update_candidates(folder, path, BY, withdraw_missing=True)
    assert [e.candidate for e in found.update.gone] == [JUERGEN]
    assert "roster-left-out" in {d.code for d in found.diagnostics}
    now = {e.candidate.registration: e.standing for e in people(folder)}
    assert now == {"0371": Standing.REGISTERED, "0372": Standing.WITHDRAWN}


def test_a_list_with_errors_changes_nothing(folder: Path) -> None:
    found = update_candidates(folder, write(folder, "0400,Max Neu", "x,Nobody"), BY)
    assert [d.code for d in found.diagnostics] == ["roster-number", "roster-zeros"]
    assert found == Updated(found.update, found.diagnostics, roster=found.roster)
    assert [e.candidate for e in people(folder)] == [ADA, JUERGEN]


def test_seats_of_a_newer_list_are_held_against_the_rooms(folder: Path) -> None:
    (folder / "rooms.toml").write_text('[[room]]\nname = "Hall"\nrows = 2\nseats_per_row = 4\n')
    head = "Registration number,Name,Room,Seat"
    path = folder / "newer.csv"
    path.write_text(f"{head}\n0371,Ada Example,Hall,A1\n0372,Jürgen Muster,Hall,a1\nx,Ben,Hall,Z9\n")
    found = update_candidates(folder, path, BY)
    codes = [d.code for d in found.diagnostics if d.code != "roster-zeros"]
    assert codes == ["roster-number", "seat-taken", "seat-unknown"]


def test_seats_that_rooms_toml_gave_are_not_taken_from_a_list(folder: Path) -> None:
    change(folder, "0371", Correction(room="Hall 1", seat="A2"), BY)
    path = folder / "newer.csv"
    path.write_text("Matrikel,Name,Raum\n0371,Ada Example,Hörsaal 9\n0372,Jürgen Muster,\n", encoding="utf-8")
    rooms = folder / "rooms.toml"
    rooms.write_text('[[room]]\nname = "Hall 1"\nrows = 2\nseats_per_row = 4\n', encoding="utf-8")
    found = update_candidates(folder, path, BY)
    assert (found.seats_kept, found.update.changed) == (True, ())
    rooms.unlink()
    found = update_candidates(folder, path, BY)
    assert [c.fields for c in found.update.changed] == [("room",)]


def test_nothing_is_changed_before_anything_is_printed(tmp_path: Path) -> None:
    newer = write(tmp_path, "0371,Ada")
    with pytest.raises(NotFoundError, match="nothing was printed"):
        add(tmp_path, WALK_IN, BY)
    with pytest.raises(NotFoundError, match="nothing was printed"):
        change(tmp_path, "0371", Correction(name="Ada"), BY)
    with pytest.raises(NotFoundError, match="nothing was printed"):
        mark(tmp_path, "0371", Standing.ILL, BY)
    with pytest.raises(NotFoundError, match="nothing was printed"):
        update_candidates(tmp_path, newer, BY)
    with pytest.raises(NotFoundError, match="nothing was printed"):
        history(tmp_path, "0371")


def test_many_are_marked_at_once_and_it_is_taken_back(folder: Path) -> None:
    before = {who.candidate.registration: who for who in people(folder)}
    done = mark_many(folder, {"0371": "", "0372": ""}, Standing.ABSENT, BY)
    now = {who.candidate.registration: who for who in people(folder)}
    assert [now[r].standing for r in ("0371", "0372")] == [Standing.ABSENT] * 2
    assert [now[r].why for r in ("0371", "0372")] == [BY.why] * 2
    (event,) = log(folder, EventFilter(("mark-candidate",))).events
    assert event.number == done.event, "one event for all"
    unmark(folder, done.event, Author(EXAMINER))
    assert {who.candidate.registration: who for who in people(folder)} == before
    last = log(folder, EventFilter(("mark-candidate",)), verify=True)
    assert last.wrong == ()
    unmark(folder, last.events[-1].number, Author(EXAMINER))  # and that is taken back, too
    assert [who.standing for who in people(folder)] == [Standing.ABSENT] * 2


def test_of_many_all_are_marked_or_none(folder: Path) -> None:
    with pytest.raises(NotFoundError, match="9999"):
        mark_many(folder, {"0371": "", "9999": ""}, Standing.ABSENT, BY)
    ada = next(who for who in people(folder) if who.candidate.registration == "0371")
    mark(folder, "0371", Standing.ILL, BY)
    with pytest.raises(MeanwhileError):
        mark_many(folder, {"0372": "", "0371": stamp(ada)}, Standing.ABSENT, BY)
    with pytest.raises(UsageError, match="nobody is named"):
        mark_many(folder, {}, Standing.ABSENT, BY)
    assert {who.candidate.registration: who.standing for who in people(folder)} == {
        "0371": Standing.ILL,
        "0372": Standing.REGISTERED,
    }


def test_who_is_marked_so_already_is_left_and_of_nobody_is_refused(folder: Path) -> None:
    mark(folder, "0371", Standing.ABSENT, BY)
    done = mark_many(folder, {"0371": "", "0372": ""}, Standing.ABSENT, BY)
    assert [who.candidate.registration for who in done.people] == ["0372"]
    with pytest.raises(UsageError, match="absent already"):
        mark_many(folder, {"0371": "", "0372": ""}, Standing.ABSENT, BY)


def test_a_mark_is_not_taken_back_over_what_somebody_said_since(folder: Path) -> None:
    done = mark_many(folder, {"0371": "", "0372": ""}, Standing.ABSENT, BY)
    mark(folder, "0371", Standing.ILL, BY)
    with pytest.raises(RefusedError, match="says something else of Ada"):
        unmark(folder, done.event, BY)
    with pytest.raises(RefusedError, match="marked nobody"):
        unmark(folder, 1, BY)
    with pytest.raises(NotFoundError, match="no event 99"):
        unmark(folder, 99, BY)
    assert [who.standing for who in people(folder)] == [Standing.ILL, Standing.ABSENT]


def test_proctors_mark_many_absent_and_exclude_nobody(folder: Path) -> None:
    proctor = Author(PROCTOR, "not in the room")
    done = mark_many(folder, {"0371": "", "0372": ""}, Standing.ABSENT, proctor)
    unmark(folder, done.event, proctor)
    with pytest.raises(RefusedError, match="may not exclude"):
        mark_many(folder, {"0371": ""}, Standing.EXCLUDED, proctor)
    excluded = mark_many(folder, {"0371": ""}, Standing.EXCLUDED, BY)
    with pytest.raises(RefusedError, match="may not exclude"):
        unmark(folder, excluded.event, proctor)
