"""How long data are kept, by the day."""

from datetime import date

import pytest

from klausur.state.retention import Data, Stage, months_later, term

EXAM = date(2026, 2, 17)


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2026, 2, 17), 12, date(2027, 2, 17)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2027, 12, 31), 2, date(2028, 2, 29)),
        (date(2026, 12, 1), 1, date(2027, 1, 1)),
        (date(2026, 11, 30), 13, date(2027, 12, 30)),
    ],
)
def test_months_later(day: date, months: int, later: date) -> None:
    assert months_later(day, months) == later


@pytest.mark.parametrize(
    ("today", "stage"),
    [
        (date(2027, 1, 17), Stage.KEPT),
        (date(2027, 1, 18), Stage.SOON),
        (date(2027, 2, 16), Stage.SOON),
        (date(2027, 2, 17), Stage.DUE),
        (date(2040, 1, 1), Stage.DUE),
    ],
)
def test_people_are_told_thirty_days_before(today: date, stage: Stage) -> None:
    found = term(Data.SCANS, 12, EXAM, today, ())
    assert (found.until, found.stage) == (date(2027, 2, 17), stage)
    assert term(Data.SCANS, 12, EXAM, today, {Data.SCANS}).stage is Stage.DELETED
    assert term(Data.SCANS, None, EXAM, today, {Data.RESULTS}) == term(Data.SCANS, None, EXAM, EXAM, ())
