"""Slots of the review on site: who gets which time, and whom a code lets in."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from klausur.state.review_slots import (
    CODE_GOOD_FOR,
    EARLY,
    SlotFault,
    SlotGrid,
    SlotStatus,
    SlotStep,
    SlotTime,
    StoredSlot,
    StoredSlotStep,
    fault,
    spread,
)

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HALF = timedelta(minutes=30)
TABLES = st.lists(st.sampled_from(["A", "B", "C"]), min_size=1, max_size=3, unique=True)
STEPS = st.lists(st.tuples(st.sampled_from(SlotStep), st.sampled_from(["k1", "k2"])), max_size=6)


def slot(
    *steps: tuple[SlotStep, str], begin: datetime = NOW, candidate: int = 1, table: str = "A"
) -> StoredSlot:
    taken = tuple(StoredSlotStep(n, step, key, "Petra", NOW) for n, (step, key) in enumerate(steps))
    return StoredSlot(1, candidate, SlotTime(begin, begin + HALF, table), "Ada", NOW, taken)


@given(st.integers(0, 12), TABLES, st.integers(5, 60), st.integers(0, 30), st.integers(0, 300))
def test_times_that_are_spread_never_meet_at_a_table(
    many: int, tables: list[str], length: int, pause: int, hours: int
) -> None:
    grid = SlotGrid(NOW, NOW + hours * MINUTE, length * MINUTE, pause * MINUTE, tuple(tables))
    before = (slot(begin=NOW + 20 * MINUTE, candidate=99, table=tables[0]),)
    found = spread(range(many), grid, before, NOW)
    assert [who for who, _ in found] == list(range(len(found)))
    times = [time for _, time in found] + [before[0].time]
    for n, one in enumerate(times):
        assert not any(one.table == other.table and one.meets(other) for other in times[:n])
        assert one.end <= grid.end or one == before[0].time
    for who, time in found:
        assert fault(who, time, before, NOW) is None


@given(STEPS, st.integers(-40, 60))
def test_only_the_newest_code_lets_in_and_only_while_the_slot_is_open(
    steps: list[tuple[SlotStep, str]], minutes: int
) -> None:
    one, at = slot(*steps), NOW + minutes * MINUTE
    opened = [key for step, key in steps if step is SlotStep.OPENED]
    over = {SlotStep.ENDED, SlotStep.CANCELLED} & {step for step, _ in steps} or at >= one.time.end
    for key in ("k1", "k2", "", "k3"):
        newest = bool(opened) and opened[-1] == key
        assert one.shows(key, at) == (newest and not over)
        taken = (SlotStep.TAKEN, key) in steps
        assert one.takes(key, at) == (newest and not over and not taken and at < NOW + CODE_GOOD_FOR)


def test_how_far_a_slot_is() -> None:
    opened = (SlotStep.OPENED, "k1")
    before, after = NOW - EARLY, NOW + HALF
    assert slot().status(NOW) is SlotStatus.PLANNED
    assert slot().status(after) is SlotStatus.MISSED
    assert slot(opened).status(NOW) is SlotStatus.OPEN
    assert slot(opened).status(after) is SlotStatus.ENDED
    assert slot(opened, (SlotStep.ENDED, "")).status(NOW) is SlotStatus.ENDED
    assert slot((SlotStep.CANCELLED, "")).status(after) is SlotStatus.CANCELLED
    assert slot().may_open(before)
    assert not slot().may_open(before - MINUTE)
    assert not slot().may_open(after)


def test_what_cannot_be_planned() -> None:
    time = SlotTime(NOW, NOW + HALF, "A")
    assert fault(2, time, [slot()], NOW) is SlotFault.TABLE_TAKEN
    assert fault(1, SlotTime(NOW, NOW + HALF, "B"), [slot()], NOW) is SlotFault.ELSEWHERE
    assert fault(2, time, [slot((SlotStep.CANCELLED, ""))], NOW) is None
    assert fault(2, SlotTime(NOW + HALF, NOW, "A"), [], NOW) is SlotFault.BACKWARDS
    assert fault(2, SlotTime(NOW, NOW + timedelta(hours=9), "A"), [], NOW) is SlotFault.LONG
    assert fault(2, time, [], NOW + HALF) is SlotFault.PAST
    assert fault(2, SlotTime(NOW, NOW + HALF, " "), [], NOW) is SlotFault.NO_TABLE
