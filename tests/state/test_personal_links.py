"""Personal links: the newest of a candidate lets in, until it is revoked or its time has come."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from klausur.state.personal_links import StoredLink, lets_in, newest

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
OLD = StoredLink(1, 7, NOW + HOUR, "Ada", NOW - HOUR)
NEW = replace(OLD, id=2)
OTHERS = replace(OLD, id=3, candidate=8)


def test_a_link_is_not_revoked_to_begin_with() -> None:
    assert not OLD.revoked


def test_it_is_good_until_its_end_and_while_it_is_not_revoked() -> None:
    assert OLD.is_good(NOW)
    assert not OLD.is_good(NOW + HOUR)
    assert not replace(OLD, revoked=True).is_good(NOW)
    assert not replace(OLD, revoked=True).is_good(NOW + HOUR)


def test_a_newer_link_takes_the_place_of_an_older_one() -> None:
    links = (NEW, OLD, OTHERS)
    assert newest(links) == {7: NEW, 8: OTHERS}
    assert lets_in(NEW, links, NOW)
    assert not lets_in(OLD, links, NOW)
    assert not lets_in(NEW, links, NOW + HOUR)
    revoked = replace(NEW, revoked=True)
    assert not lets_in(revoked, (OLD, revoked), NOW)
    assert not lets_in(OLD, (OLD, revoked), NOW), "an older one is not good again"
