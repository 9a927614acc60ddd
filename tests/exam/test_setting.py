"""What a variant's number says of its setting."""

from hypothesis import given
from hypothesis import strategies as st

from klausur.exam.setting import APART, USUAL, Setting, drawn, numbered, setting_of
from klausur.paper.code import MAX_BOOKLET

SETTINGS = st.builds(Setting, st.booleans(), st.integers(0, 20))


def test_the_usual_setting_keeps_the_number() -> None:
    assert numbered(7, USUAL) == 7
    assert APART > MAX_BOOKLET  # each booklet may be a variant of its own


@given(st.integers(1, MAX_BOOKLET), SETTINGS, SETTINGS)
def test_a_number_says_what_was_drawn_and_how_it_is_set(variant: int, one: Setting, other: Setting) -> None:
    number = numbered(variant, one)
    assert (drawn(number), setting_of(number)) == (variant, one)
    assert setting_of(numbered(number, other)) == other
    assert (numbered(variant, other) == number) == (one == other)
