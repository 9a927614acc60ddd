"""Who is handed which answers, and which come again for comparison."""

from datetime import UTC, datetime

from klausur.state.arrangements import (
    Arrangements,
    Assigned,
    Done,
    JudgingRules,
    OpenAnswer,
    StoredAssignment,
    last_seed,
    shown_again,
    theirs,
)
from klausur.state.judgements import Round

NOW = datetime(2026, 2, 18, 9, tzinfo=UTC)


def assignment(number: int, question: str, to: str) -> StoredAssignment:
    return StoredAssignment(number, question, Assigned(to), "Eva", NOW)


def test_what_is_assigned_of_one_question_is_nothing_of_another() -> None:
    arranged = Arrangements(assignments=(assignment(1, "x", "Ada"), assignment(2, "y", "Ben")))
    answers = [OpenAnswer(1), OpenAnswer(2)]

    def handed(question: str, who: str) -> tuple[set[int], set[int], set[int]]:
        found = theirs(question, who, answers, arranged, [1, 2])
        return set(found.mine), set(found.free), set(found.others)

    assert handed("x", "Ada") == ({1, 2}, set(), set())
    assert handed("x", "Ben") == (set(), set(), {1, 2})
    assert handed("y", "Ben") == ({1, 2}, set(), set())
    assert handed("z", "Ada") == (set(), {1, 2}, set()), "nobody is assigned anything of it"


def test_every_fourth_answer_is_a_seed_until_all_were_shown() -> None:
    rules = JudgingRules(seeds=(101, 102))
    done: list[Done] = []
    for booklet in range(1, 12):
        again = shown_again("x", rules, done, frozenset(), None)
        done.append(Done(booklet, Round.FIRST) if again is None else Done(*again))
    shown = {at: each.booklet for at, each in enumerate(done, start=1) if each.round is Round.SEED}
    assert list(shown) == [3, 7]
    assert set(shown.values()) == {101, 102}
    assert last_seed("x", rules, done, frozenset()) is None
