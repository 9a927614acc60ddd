"""What is done in rooms: recorded once, carried over to the list and to whose papers are, and counted."""

from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
from tests.actions.conftest import EXAM_NUMBER, print_by_hand, result, scan_by_hand, write_exam
from tests.cast import EXAMINER, PROCTOR

from klausur.actions.archive import archive
from klausur.actions.candidates import about, listing
from klausur.actions.exam_day import ExamDay, exam_day, ids, stamp
from klausur.actions.keep_day import KeptAct, keep_day
from klausur.actions.mark_candidates import mark
from klausur.actions.restore import restore
from klausur.actions.room_record import room_records
from klausur.actions.settle_tie import settle_booklet
from klausur.base.errors import NotFoundError
from klausur.paper.code import Sheet
from klausur.paper.layout import Layout
from klausur.paper.run import Booklet, PrintRun
from klausur.roster.model import Candidate
from klausur.state.day import ActFault, ActKind, CheckIn, Counted, DayAct, Difference, Incident
from klausur.state.facts import Author, Bond, Standing
from klausur.store import audit, deletions, derive, models, ties
from klausur.store import verify as stored
from klausur.store.folder import opened
from klausur.store.frame import Frame

PETRA = Author(PROCTOR)
NOW = datetime.now(UTC)
NAMES = count()


@pytest.fixture
def exam(layout: Layout, tmp_path: Path) -> Path:
    """Ada and Jürgen have booklets 1 and 2, booklet 3 and extra sheets 1 and 2 are for anybody."""
    place = tmp_path / "exam"
    write_exam(place)
    ada, juergen = (
        Candidate("0371", "Ada Example", "Hall", "A1"),
        Candidate("0372", "Jürgen Muster", "Hall", "A2", extra_minutes=15),
    )
    booklets = Booklet(1, ada), Booklet(2, juergen), Booklet(3)
    print_by_hand(place, PrintRun(EXAM_NUMBER, booklets, extras=(1, 2)), layout)
    return place


def act(kind: ActKind, minute: float = -60, **values: object) -> DayAct:
    at = NOW + timedelta(minutes=minute)
    return DayAct(f"act-{next(NAMES)}", kind, at, **{"room": "Hall", **values})  # type: ignore[arg-type]


def done(place: Path, *acts: DayAct) -> tuple[KeptAct, ...]:
    return keep_day(place, acts, PETRA)


def sound(place: Path) -> ExamDay:
    """The day, while State and records agree and nothing was changed."""
    with opened(place):
        assert list(derive.verify(Frame(place))) == []
        assert list(stored.verify()) == []
    return exam_day(place)


def events(place: Path) -> int:
    with opened(place):
        head = audit.head()
    return 0 if head is None else head.number


def words(place: Path) -> list[CheckIn]:
    return [each.check_in for each in exam_day(place).rooms[0].people]


def standings(place: Path) -> list[Standing]:
    return [each.enrolled.standing for each in listing(place).people]


def test_an_act_is_recorded_once_however_often_it_is_sent(exam: Path) -> None:
    one = act(ActKind.CHECK_IN, candidate=1, value=CheckIn.PRESENT)
    two = act(ActKind.CHECK_IN, candidate=2, value=CheckIn.LATE)
    before = events(exam)
    (first,) = done(exam, one)
    again, second, _ = done(exam, one, two, two)
    assert (first.again, again.again, second.again) == (False, True, False)
    assert first.id == again.id
    assert events(exam) == before + 2
    assert done(exam, one, two) == (KeptAct(one.act, 1, again=True), KeptAct(two.act, 2, again=True))
    assert events(exam) == before + 2
    found = sound(exam)
    assert [each.done.act for each in found.acts] == [one.act, two.act]
    assert words(exam) == [CheckIn.PRESENT, CheckIn.LATE]
    assert (found.all.by[CheckIn.PRESENT], found.all.handed, found.newest) == (1, 2, 2)


def test_who_is_absent_is_so_on_the_list_and_the_last_word_by_time_holds(exam: Path) -> None:
    done(exam, act(ActKind.CHECK_IN, -30, candidate=1, value=CheckIn.ABSENT, device="one"))
    assert standings(exam) == [Standing.ABSENT, Standing.REGISTERED]
    assert about(exam, 1).listed.enrolled.why == "check-in: absent"
    # The other tablet was without a network: what it did before is no last word, what it did after is.
    done(exam, act(ActKind.CHECK_IN, -40, candidate=1, value=CheckIn.PRESENT, device="two"))
    assert words(exam)[0] is CheckIn.ABSENT
    assert len(sound(exam).rooms[0].people[0].conflicts) == 1
    done(exam, act(ActKind.CHECK_IN, -20, candidate=1, value=CheckIn.LATE, device="two"))
    assert standings(exam) == [Standing.REGISTERED, Standing.REGISTERED]
    assert words(exam)[0] is CheckIn.LATE
    assert sound(exam).all.conflicts == 1
    done(exam, act(ActKind.CHECK_IN, -10, candidate=1, value=CheckIn.LATE, device="one", seen=3))
    assert sound(exam).all.conflicts == 0
    # Who is out of the exam stays out, whatever is said at the door.
    mark(exam, "0372", Standing.WITHDRAWN, Author(EXAMINER, "by mail"))
    done(exam, act(ActKind.CHECK_IN, candidate=2, value=CheckIn.ABSENT))
    assert (standings(exam)[1], words(exam)[1]) == (Standing.WITHDRAWN, CheckIn.OUT)


def test_who_sits_elsewhere_does_so_on_the_list(exam: Path) -> None:
    done(exam, act(ActKind.SEAT, candidate=1, value="C7", room="Annex"))
    found = sound(exam)
    assert [room.name for room in found.rooms] == ["Annex", "Hall"]
    assert found.rooms[0].people[0].enrolled.candidate.seat == "C7"
    done(exam, act(ActKind.SEAT, -90, candidate=1, value="A9"))
    assert listing(exam).people[0].enrolled.candidate.seat == "C7"


def test_a_booklet_and_a_sheet_that_were_handed_out_are_tied_where_ties_are_kept(exam: Path) -> None:
    done(
        exam,
        act(ActKind.EXTRA, candidate=1, number=2),
        act(ActKind.BOOKLET, -50, candidate=1, number=3, text="the first was spilt on"),
    )
    with opened(exam):
        (booklet,), (sheet,) = ties.ties(Sheet.BOOKLET), ties.ties(Sheet.EXTRA)
    assert (booklet.number, booklet.bond, booklet.why) == (3, Bond.TIED, "the first was spilt on")
    assert booklet.candidate is not None
    assert booklet.candidate.registration == "0371"
    assert (sheet.number, sheet.booklet) == (2, 3)  # tied to what they write in now
    found = sound(exam)
    assert found.rooms[0].people[0].booklets == (1, 3)
    assert (found.spare, found.extras) == ((), (1,))
    # It was Jürgen's: the last word takes it from Ada, whose first booklet counts again.
    done(exam, act(ActKind.BOOKLET, -40, candidate=2, number=3))
    with opened(exam):
        assert [t.candidate.registration for t in ties.ties(Sheet.BOOKLET) if t.candidate] == ["0372"]
    ada, juergen = sound(exam).rooms[0].people
    assert (ada.booklet, juergen.booklet) == (1, 3)
    # An older word that comes late changes nothing.
    done(exam, act(ActKind.BOOKLET, -55, candidate=1, number=3))
    assert sound(exam).rooms[0].people[1].booklet == 3


def test_what_people_settled_elsewhere_is_seen_here(exam: Path) -> None:
    settle_booklet(exam, 3, Bond.TIED, PETRA, registration="0372")
    assert exam_day(exam).rooms[0].people[1].booklets == (2, 3)


def test_what_cannot_be_is_refused_by_itself(exam: Path) -> None:
    good = act(ActKind.COUNTED, number=1, value=Counted.IN)
    wrong = {
        ActFault.NO_CANDIDATE: act(ActKind.CHECK_IN, candidate=99, value=CheckIn.PRESENT),
        ActFault.NO_BOOKLET: act(ActKind.COUNTED, number=4, value=Counted.IN),
        ActFault.NO_EXTRA: act(ActKind.EXTRA, candidate=1, number=3),
        ActFault.CLOCK: act(ActKind.BEGAN, -60 * 49),
        ActFault.NOBODY: act(ActKind.BOOKLET, number=3),
    }
    kept = done(exam, *wrong.values(), good)
    assert [each.refused for each in kept] == [*wrong, None]
    assert [each.id is None for each in kept] == [True] * 5 + [False]
    assert len(sound(exam).acts) == 1


SIGNATURE = "10,200 40,60 80,210;120,90 160,180 210,150"


def test_a_signature_on_glass_is_kept_where_the_exam_asks_for_it_and_goes_with_the_results(
    layout: Layout, tmp_path: Path
) -> None:
    signed, place = act(ActKind.SIGNED, candidate=1, text=SIGNATURE), tmp_path / "signs"
    write_exam(place)
    with (place / "exam.toml").open("a") as toml:
        toml.write("\n[day]\nsignature = true\n")
    booklets = Booklet(1, Candidate("0371", "Ada Example")), Booklet(2), Booklet(3)
    print_by_hand(place, PrintRun(EXAM_NUMBER, booklets), layout)
    wrong = act(ActKind.SIGNED, candidate=1, text="10,20 30")
    assert [each.refused for each in done(place, signed, wrong)] == [None, ActFault.NO_SIGNATURE]
    day = sound(place)
    (ada,) = day.rooms[0].people
    assert ada.signed is not None
    assert ada.signed.done.text == SIGNATURE
    assert room_records(place).startswith(b"%PDF")
    with opened(place):
        assert models.DayAct in deletions.about_people()


def test_no_signature_is_taken_where_the_exam_asks_for_none(exam: Path) -> None:
    (kept,) = done(exam, act(ActKind.SIGNED, candidate=1, text=SIGNATURE))
    assert kept.refused is ActFault.NOT_ASKED


def test_nothing_is_later_than_now(exam: Path) -> None:
    done(exam, act(ActKind.BEGAN, 600))
    assert exam_day(exam).rooms[0].clock.begin <= datetime.now(UTC)


def test_booklets_are_counted_against_what_was_handed_out_and_later_scanned(
    exam: Path, layout: Layout
) -> None:
    there = [act(ActKind.CHECK_IN, candidate=n, value=CheckIn.PRESENT) for n in (1, 2)]
    done(exam, *there, act(ActKind.COUNTED, number=1, value=Counted.IN))
    found = sound(exam)
    assert [(each.number, each.differences) for each in found.differences] == [(2, (Difference.NOT_COUNTED,))]
    before = stamp(exam)
    scan_by_hand(exam, result(layout, 0, 2, 1))
    assert stamp(exam) != before
    found = sound(exam)
    assert [(each.number, each.differences) for each in found.differences] == [
        (1, (Difference.NOT_SCANNED,)),
        (2, (Difference.PAGES_MISSING, Difference.SCANNED_UNCOUNTED)),
    ]
    assert found.rooms[0].count.handed == 2


def test_the_day_goes_with_the_records(exam: Path, tmp_path: Path) -> None:
    done(exam, act(ActKind.INCIDENT, candidate=1, value=Incident.CHEATING, text="a phone"))
    archive(exam, tmp_path / "exam.zip", actor=EXAMINER)
    restore(tmp_path / "exam.zip", tmp_path / "again", actor=EXAMINER)
    assert exam_day(tmp_path / "again").acts == exam_day(exam).acts


def test_people_are_named_by_their_numbers(exam: Path) -> None:
    assert ids(exam, ["0372", "0371"]) == (2, 1)
    with pytest.raises(NotFoundError, match="0379"):
        ids(exam, ["0379"])
