"""What examiners arrange about the judging: who judges what until when, and by which rules.

Arrangements are records: appended, and taken back by newer ones. What they amount to is a query over the
answers that are there; nobody's work is a list that was copied.
"""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from fractions import Fraction

from klausur.base.credits import Credits
from klausur.state.judgements import Round, order

SOON = timedelta(days=3)
"""So long before it is due people are reminded of what is left."""

SEED_EVERY = 4
"""One of so many answers is a seed, until a corrector has had all of them."""


class Counts(StrEnum):
    """Which credits count where first and second Judgement lie within the tolerance."""

    FIRST = "first"
    MEAN = "mean"
    """Rounded to the question's step; half a step goes up."""
    SECOND = "second"


@dataclass(frozen=True, slots=True)
class SecondCorrection:
    """A second person judges an answer; where the two differ by more than ``tolerance``, a third decides.

    Attributes:
        blind: the second does not see what the first has given.
        percent: so many of a hundred answers are judged again, drawn by ``seed``.
        grades: only those in booklets with one of these grades; empty for all. A booklet's grade is that by
            its first Judgements and by the key as it is written; while it is open, it has none.
        tolerance: by so many credits the two may differ.
        counts: what counts if they do not differ by more.
    """

    blind: bool = True
    percent: int = 100
    seed: int = 0
    grades: tuple[str, ...] = ()
    tolerance: Credits = Fraction(0)
    counts: Counts = Counts.MEAN


@dataclass(frozen=True, slots=True)
class Repeats:
    """Each ``every``-th answer is one of the corrector's own, given at least ``after`` answers ago."""

    every: int
    after: int


@dataclass(frozen=True, slots=True)
class JudgingRules:
    """How a question is judged. ``seeds`` are booklets whose answers every corrector is shown once.

    ``only_named``: nobody is given an answer that is not assigned to them.
    """

    second: SecondCorrection | None = None
    repeats: Repeats | None = None
    seeds: tuple[int, ...] = ()
    only_named: bool = False


PLAIN = JudgingRules()
"""How a question is judged of which nothing was arranged: once, by whoever comes."""


@dataclass(frozen=True, slots=True)
class Part:
    """The ``number``-th (from 1) of ``of`` equal parts of a question's answers, in their order."""

    number: int = 1
    of: int = 1

    def within(self, ordered: Sequence[int]) -> Sequence[int]:
        """The booklets that it has of these."""
        return ordered[len(ordered) * (self.number - 1) // self.of : len(ordered) * self.number // self.of]


@dataclass(frozen=True, slots=True)
class Stretch:
    """The answers from the ``first`` (from 1) to the ``last`` in a question's order, both among them."""

    first: int
    last: int

    def within(self, ordered: Sequence[int]) -> Sequence[int]:
        """The booklets that it has of these."""
        return ordered[self.first - 1 : self.last]


@dataclass(frozen=True, slots=True)
class Assigned:
    """What somebody is to judge: a share of a question, in a round, until the end of the day ``due``.

    ``stretch`` counts where there is one, else ``part``.
    """

    to: str
    part: Part = Part()
    stretch: Stretch | None = None
    round: Round = Round.FIRST
    due: date | None = None
    note: str = ""

    @property
    def share(self) -> Part | Stretch:
        """Which answers."""
        return self.part if self.stretch is None else self.stretch


@dataclass(frozen=True, slots=True)
class StoredAssignment:
    """An assignment in the records that was not withdrawn."""

    id: int
    question: str
    assigned: Assigned
    who: str
    when: datetime

    def due_in(self, today: date) -> int | None:
        """The days until it is due; negative if it is late, None if it never is."""
        return None if self.assigned.due is None else (self.assigned.due - today).days


@dataclass(frozen=True, slots=True)
class Arrangements:
    """All that counts now: the rules by question, and what is assigned, the oldest first."""

    rules: Mapping[str, JudgingRules] = field(default_factory=dict)
    assignments: tuple[StoredAssignment, ...] = ()

    def of(self, question: str) -> JudgingRules:
        """How a question is judged."""
        return self.rules.get(question, PLAIN)

    def assigned(self, question: str) -> tuple[StoredAssignment, ...]:
        """What is assigned of a question."""
        return tuple(each for each in self.assignments if each.question == question)


@dataclass(frozen=True, slots=True)
class OpenAnswer:
    """A booklet's answer that awaits a Judgement of this round, by none of these ``judges``."""

    booklet: int
    awaits: Round = Round.FIRST
    judges: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Theirs:
    """What may be handed to somebody: what is assigned to them, and what nobody is assigned; booklets.

    ``others``: what is assigned to others alone, or may only be judged by those named.
    """

    mine: frozenset[int]
    free: frozenset[int]
    others: frozenset[int]


def theirs(
    question: str,
    who: str,
    answers: Iterable[OpenAnswer],
    arranged: Arrangements,
    there: Iterable[int],
) -> Theirs:
    """Which open answers may be handed to somebody.

    Args:
        question: its id.
        who: they.
        answers: those that are open.
        arranged: what is arranged.
        there: all booklets in which the question's answer is there.
    """
    may = [each for each in answers if who not in each.judges]
    holders = covered(question, arranged.assigned(question), there)
    mine, free, others = set(), set(), set()
    for each in may:
        named = set(holders.get((each.awaits, each.booklet), ())) - {*each.judges}
        if who in named:
            mine.add(each.booklet)
        elif named or arranged.of(question).only_named:
            others.add(each.booklet)
        else:
            free.add(each.booklet)
    return Theirs(frozenset(mine), frozenset(free), frozenset(others))


def covered(
    question: str, assignments: Sequence[StoredAssignment], there: Iterable[int]
) -> Mapping[tuple[Round, int], AbstractSet[str]]:
    """To whom answers are assigned, by round and booklet; those that are nobody's are left out."""
    if not assignments:
        return {}
    ordered = order(question, there)
    found: dict[tuple[Round, int], set[str]] = {}
    for each in assignments:
        for booklet in each.assigned.share.within(ordered):
            found.setdefault((each.assigned.round, booklet), set()).add(each.assigned.to)
    return found


@dataclass(frozen=True, slots=True)
class Done:
    """A Judgement of a corrector's own on one question that was not taken back, as the queue knows it."""

    booklet: int
    round: Round


def shown_again(
    question: str,
    rules: JudgingRules,
    done: Sequence[Done],
    besides: AbstractSet[int],
    after: int | None,
) -> tuple[int, Round] | None:
    """The answer that is handed to a corrector for comparison instead of the next one, if it is time for one.

    Args:
        question: its id.
        rules: how it is judged.
        done: what they have judged of it, the oldest first.
        besides: booklets that they have before them.
        after: the one that they had last.
    """
    own = [each.booklet for each in done if each.round not in (Round.REPEAT, Round.SEED)]
    compared = {each.booklet for each in done if each.round in (Round.REPEAT, Round.SEED)}
    newest = done[-1].booklet if done else None
    if after in {*own, *rules.seeds} - compared - besides and after != newest:
        return None  # it was shown for comparison and left for later: something else comes first
    sent = {each.booklet for each in done[-3:]}  # recorded while the browser still had them before it
    place = len(done) + len(besides - sent) + 1
    repeats = rules.repeats
    if repeats is not None and place % repeats.every == 0:
        old = {*own[: max(0, len(own) - repeats.after)]} - {*own[max(0, len(own) - repeats.after) :]}
        old -= compared | besides
        if old:
            return order(f"again/{question}", old)[0], Round.REPEAT
    if rules.seeds and place % SEED_EVERY == SEED_EVERY - 1:
        return last_seed(question, rules, done, besides)
    return None


def last_seed(
    question: str, rules: JudgingRules, done: Sequence[Done], besides: AbstractSet[int]
) -> tuple[int, Round] | None:
    """A seed that a corrector has not had, if one is left."""
    left = set(rules.seeds) - {each.booklet for each in done} - besides
    return (order(f"seed/{question}", left)[0], Round.SEED) if left else None
