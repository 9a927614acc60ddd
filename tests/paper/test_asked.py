"""What was asked against what the source says now."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from klausur.exam.model import QuestionKind
from klausur.paper.asked import Asked, AskedChoice, Change, Changed, changes

PICK = Asked(
    "pick",
    QuestionKind.CHOICE,
    (
        AskedChoice("a", "one", right=True),
        AskedChoice("b", "two", right=False),
        AskedChoice("c", "six", right=False),
    ),
)


def now(*texts: str, right: str = "a") -> tuple[Asked, ...]:
    letters = "abcdef"
    choices = (AskedChoice(letters[n], text, letters[n] in right) for n, text in enumerate(texts))
    return (replace(PICK, choices=tuple(choices)),)


def test_nothing_changed() -> None:
    assert changes((PICK,), now("one", "two", "six")) == ()


def test_a_moved_x_is_a_change_of_the_key() -> None:
    assert changes((PICK,), now("one", "two", "six", right="b")) == (Changed("pick", Change.KEY, ("a", "b")),)


def test_choices_that_changed_places_are_exchanged() -> None:
    assert changes((PICK,), now("two", "one", "six")) == (Changed("pick", Change.EXCHANGED, ("a", "b")),)


def test_a_choice_taken_out_moves_those_after_it() -> None:
    assert changes((PICK,), now("one", "six")) == (Changed("pick", Change.EXCHANGED, ("b",)),)


def test_a_mended_misprint_is_reworded() -> None:
    assert changes((PICK,), now("one", "too", "six")) == (Changed("pick", Change.REWORDED, ("b",)),)


def test_questions_that_came_or_went_are_somebody_else_s_matter() -> None:
    assert changes((PICK,), (replace(PICK, question="other"),)) == ()
    assert changes((), (PICK,)) == ()


texts = st.lists(st.sampled_from("pqrstuv"), min_size=1, max_size=6, unique=True)


@given(texts, st.randoms())
def test_every_other_order_is_seen(printed: list[str], random: "st.randoms") -> None:  # type: ignore[valid-type]
    other = list(printed)
    random.shuffle(other)  # type: ignore[attr-defined]
    found = {c.change for c in changes(now(*printed), now(*other))}
    assert found == ({Change.EXCHANGED} if other != printed else set())
