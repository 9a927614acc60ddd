"""What correctors decided about answers: which judgement counts, and in which order answers are judged."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache
from hashlib import blake2b

from klausur.base.credits import Credits


class Round(StrEnum):
    """What a Judgement is among those about one answer (`klausur.state.rounds`)."""

    FIRST = "first"
    SECOND = "second"
    THIRD = "third"
    FINAL = "final"
    """The examiner's word: it counts, whatever the others are."""
    REPEAT = "repeat"
    """A comparison, which never counts: the corrector was shown an answer of their own again."""
    SEED = "seed"
    """A comparison: every corrector was shown this answer."""


WITH_RUBRIC = "rubric-"
"""How the names of acts begin by which answers were counted anew when a rubric was changed."""

COMPARISONS = frozenset({Round.REPEAT, Round.SEED})
"""Judgements that never count: they are held against those that do."""


@dataclass(frozen=True, slots=True)
class GivenItem:
    """A rubric item that was ticked: what it said and was worth then, and how often it was ticked.

    With ``full`` it is a deduction from these credits.
    """

    id: str
    text: str
    credits: Credits
    count: int = 1
    full: Credits | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """What a corrector decides about an Answer.

    Attributes:
        credits: what it earns, as `klausur.score.rubric` counts the items, with the adjustment.
        items: those that were ticked, in the order of the rubric.
        adjustment: what is added to what the items give; all of it where there is no rubric.
        reason: why there is an adjustment.
        comment: for the candidate, with TeX.
        rubric: names the rubric that it was made by; two that give the same are the same by any rubric.
    """

    credits: Credits
    items: tuple[GivenItem, ...] = ()
    adjustment: Credits = Fraction(0)
    reason: str = ""
    comment: str = ""
    rubric: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class StoredJudgement:
    """A Judgement in the records.

    ``images`` are those that counted as the pages of the answer when it was judged; ``act`` names the act
    of judging, so that one that is sent twice counts once. ``taken_back`` says that it no longer counts;
    ``again`` that somebody wants it looked at again, as the rubric has changed. ``round`` is what it is among
    those about the answer.
    """

    id: int
    booklet: int
    question: str
    judged: Judged
    images: frozenset[int]
    act: str
    who: str
    when: datetime
    taken_back: bool = False
    again: bool = False
    round: Round = Round.FIRST

    @property
    def counted_anew(self) -> bool:
        """Whether nobody looked at the answer for it: an earlier one was counted by a changed rubric."""
        return self.act.startswith(WITH_RUBRIC)


@dataclass(frozen=True, slots=True)
class StoredParking:
    """An answer that a corrector put aside with a question; ``reply`` is what the examiner said to it."""

    id: int
    booklet: int
    question: str
    text: str
    who: str
    when: datetime
    reply: str | None = None
    replied: str = ""


MEMBER = "."
"""Between the name of a group's act and the number of one of its booklets."""


def group_name(act: str) -> str:
    """What the acts of a group's judgements begin with, by the name of the act that judged all of them."""
    return blake2b(act.encode(), digest_size=12).hexdigest()


def act_of_member(group: str, booklet: int) -> str:
    """The name of the act by which one answer of a group is judged: each judgement has its own."""
    return f"{group}{MEMBER}{booklet}"


def group_of(act: str) -> str:
    """The name of the group that an act has judged a member of; empty for an act about one answer alone."""
    return act.rpartition(MEMBER)[0]


def counting(judgements: Iterable[StoredJudgement]) -> StoredJudgement | None:
    """Of those about one answer, the newest that was not taken back and is no comparison.

    Where an answer is judged more than once, `klausur.state.rounds` says what counts.
    """
    standing = [each for each in judgements if not each.taken_back and each.round not in COMPARISONS]
    return max(standing, key=lambda each: each.id, default=None)


def judged_elsewhere(judgement: StoredJudgement, images: Iterable[int]) -> bool:
    """Whether a judgement was made beside other images than those that count as the answer's pages now."""
    return judgement.images != set(images)


def order(question: str, booklets: Iterable[int]) -> list[int]:
    """The order in which a question's answers are judged: the same for all, and another for each question.

    Whoever judges one booklet's question after a good one is stricter with it; in an order that differs by
    question, no booklet always follows the same other one.
    """
    return sorted(booklets, key=lambda number: (_place(question, number), number))


def following(question: str, booklets: Iterable[int], after: int | None) -> list[int]:
    """The same, begun behind a booklet and round to it again; from the beginning if it is None."""
    if after is None:
        return order(question, booklets)
    here = _place(question, after), after
    return sorted(
        booklets,
        key=lambda number: ((_place(question, number), number) <= here, _place(question, number), number),
    )


@lru_cache(maxsize=1 << 16)
def _place(question: str, booklet: int) -> bytes:
    return blake2b(f"{question}/{booklet}".encode(), digest_size=8).digest()


def by_answer(
    judgements: Iterable[StoredJudgement],
) -> Mapping[tuple[int, str], Sequence[StoredJudgement]]:
    """Judgements by booklet and question."""
    found: dict[tuple[int, str], list[StoredJudgement]] = {}
    for each in judgements:
        found.setdefault((each.booklet, each.question), []).append(each)
    return found
