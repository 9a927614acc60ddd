"""Which booklet scanned pages belong to, by the order they lie in."""

from klausur.convert.own_order import InOrder, LookedAt, in_order


def of(*pages: int | None) -> list[tuple[int, int]]:
    """Booklet and page of images that show these pages of a paper with three."""
    return [(each.booklet, each.page) for each in in_order([LookedAt(page) for page in pages], 3)]


def looks(*pages: int | None) -> list[str]:
    return [each.look for each in in_order([LookedAt(page) for page in pages], 3)]


def test_booklets_follow_each_other_each_from_its_first_page_on() -> None:
    assert of(1, 2, 3, 1, 2, 3) == [(1, 1), (1, 2), (1, 3), (2, 1), (2, 2), (2, 3)]
    assert looks(1, 2, 3, 1, 2, 3) == [""] * 6


def test_a_pile_may_lie_from_its_last_page_to_its_first() -> None:
    assert of(3, 2, 1, 3, 2, 1) == [(2, 3), (2, 2), (2, 1), (1, 3), (1, 2), (1, 1)]


def test_what_is_no_page_lies_between_and_disturbs_nothing() -> None:
    found = in_order([LookedAt(1), LookedAt(None, why="nothing is on it"), LookedAt(2), LookedAt(3)], 3)
    assert found[1] == InOrder(why="nothing is on it")
    assert [each.booklet for each in found] == [1, 0, 1, 1]


def test_a_missing_page_is_said_at_its_booklet_and_none_is_made_up() -> None:
    assert of(1, 3, 1, 2, 3) == [(1, 1), (1, 3), (2, 1), (2, 2), (2, 3)]
    assert looks(1, 3, 1, 2, 3) == ["page 2 not found", "", "", "", ""]
    assert looks(1, 2, 3, 2, 3)[3] == "page 1 not found"


def test_a_page_that_is_there_twice_is_said() -> None:
    assert of(1, 2, 2, 3) == [(1, 1), (1, 2), (1, 2), (1, 3)]
    assert looks(1, 2, 2, 3) == ["", "", "page 2 twice", ""]


def test_pages_in_disorder_stay_with_their_booklet_and_are_said() -> None:
    assert of(1, 3, 2, 1, 2, 3) == [(1, 1), (1, 3), (1, 2), (2, 1), (2, 2), (2, 3)]
    assert looks(1, 3, 2, 1, 2, 3) == ["", "", "out of order", "", "", ""]


def test_pages_that_look_alike_are_told_by_their_place_while_the_booklet_is_whole() -> None:
    alike = LookedAt(2, alike=(3,))
    whole = in_order([LookedAt(1), alike, alike, LookedAt(1), alike, alike], 3)
    assert [(each.booklet, each.page) for each in whole] == [(1, 1), (1, 2), (1, 3), (2, 1), (2, 2), (2, 3)]
    assert [each.look for each in whole] == [""] * 6
    part = in_order([LookedAt(1), alike], 3)
    assert part[1].look == "looks like page 3 as well"


def test_one_page_is_one_booklet() -> None:
    assert [each.booklet for each in in_order([LookedAt(1)] * 3, 1)] == [1, 2, 3]


def test_what_shows_little_print_is_looked_at() -> None:
    found = in_order([LookedAt(1, seen=0.62, sure=False)], 1)
    assert found[0].look == "only 62 % of the print is seen"
