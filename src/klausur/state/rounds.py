"""Rounds: what the Judgements of one answer amount to where more than one person judges it.

The first Judgement stays what it was; a second by somebody else stands beside it. Where the two lie within
the tolerance, the rule of the question says what counts; where they do not, a third person's counts. The
examiner's final word beats all of them. In each round the newest counts that was not taken back.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from fractions import Fraction
from hashlib import blake2b

from klausur.base.credits import Credits, show_credits
from klausur.state.arrangements import Counts, OpenAnswer, SecondCorrection
from klausur.state.judgements import COMPARISONS, Judged, Round, StoredJudgement

_PEOPLE = Round.FIRST, Round.SECOND, Round.THIRD


@dataclass(frozen=True, slots=True)
class Counted:
    """What the Judgements of an answer amount to.

    Attributes:
        credits: what it earns by them; while a round is awaited, what it would earn without that; None where
            nobody has judged.
        by: the Judgements that this follows from.
        awaits: the round that somebody must judge in before it is final; None if it is.
        judges: who may not, because they judge in another round.
    """

    credits: Credits | None
    by: tuple[StoredJudgement, ...]
    awaits: Round | None = None
    judges: tuple[str, ...] = ()


def standing(judgements: Iterable[StoredJudgement]) -> Mapping[Round, StoredJudgement]:
    """The Judgement of each round: the newest that was not taken back. Comparisons are none.

    One that was only counted anew with another rubric is still that of who judged.
    """
    found: dict[Round, StoredJudgement] = {}
    for each in sorted(judgements, key=lambda each: each.id):
        if not each.taken_back and each.round not in COMPARISONS:
            before = found.get(each.round)
            found[each.round] = (
                each if before is None or not each.counted_anew else replace(each, who=before.who)
            )
    return found


def counted(
    judgements: Iterable[StoredJudgement],
    second: SecondCorrection | None,
    step: Credits,
    stale: AbstractSet[int] = frozenset(),
) -> Counted:
    """What the Judgements of one answer amount to.

    Args:
        judgements: all about it.
        second: how it is judged a second time; None if it is not, whoever did so before.
        step: what the mean is rounded to.
        stale: the numbers of those that were made beside other pages than count now.
    """
    by_round = standing(judgements)
    final = by_round.get(Round.FINAL)
    if final is not None:
        return Counted(final.judged.credits, (final,))
    if second is None:
        one = next((by_round[each] for each in _PEOPLE if each in by_round), None)
        return Counted(None, (), Round.FIRST) if one is None else Counted(one.judged.credits, (one,))
    found = _by_rounds(by_round, second, step)
    old = next((each.round for each in found.by if each.again or each.id in stale), None)
    awaits = found.awaits if old is None else old
    if awaits is None:
        return found
    people = {by_round[each].who for each in _PEOPLE if each in by_round and each is not awaits}
    return Counted(found.credits, found.by, awaits, tuple(sorted(people)))


def _by_rounds(by_round: Mapping[Round, StoredJudgement], second: SecondCorrection, step: Credits) -> Counted:
    one, other, third = (by_round.get(each) for each in _PEOPLE)
    if one is None:
        return Counted(None, (), Round.FIRST)
    if other is None or other.who == one.who:
        return Counted(one.judged.credits, (one,), Round.SECOND)
    both = one.judged.credits, other.judged.credits
    if third is not None and third.who not in {one.who, other.who}:
        return Counted(third.judged.credits, (third,))
    if abs(both[0] - both[1]) > second.tolerance:
        return Counted(mean(*both, step), (one, other), Round.THIRD)
    match second.counts:
        case Counts.FIRST:
            credits = both[0]
        case Counts.SECOND:
            credits = both[1]
        case Counts.MEAN:
            credits = mean(*both, step)
    return Counted(credits, (one, other))


def told(
    judgements: Sequence[StoredJudgement], second: SecondCorrection | None, step: Credits
) -> Judged | None:
    """What a candidate is told of an answer: the Judgement that counts, in the credits that count.

    Where these are the mean of two, it is the first's, with what the mean differs by as an adjustment.

    Args:
        judgements: all about it.
        second: how its question is judged a second time, if it is.
        step: what the mean is rounded to.
    """
    found = _told(judgements, second, step)
    if found.credits is None:
        return None
    exact = [each.judged for each in found.by if each.judged.credits == found.credits]
    if exact:
        return exact[0]
    first = found.by[0].judged
    both = " + ".join(show_credits(each.judged.credits) for each in found.by)
    return replace(
        first,
        credits=found.credits,
        adjustment=first.adjustment + found.credits - first.credits,
        reason="; ".join(filter(None, (first.reason, f"({both}) / {len(found.by)}"))),
    )


def told_by(
    judgements: Sequence[StoredJudgement], second: SecondCorrection | None, step: Credits
) -> tuple[StoredJudgement, ...]:
    """The Judgements from which that follows which a candidate is `told`."""
    return _told(judgements, second, step).by


def _told(judgements: Sequence[StoredJudgement], second: SecondCorrection | None, step: Credits) -> Counted:
    """What the Judgements amount to; one that nobody has judged a second time is judged once."""
    return counted(judgements, second if Round.SECOND in standing(judgements) else None, step)


def mean(one: Credits, other: Credits, step: Credits) -> Credits:
    """The mean as a multiple of the step; of two multiples that are equally near the higher one."""
    return math.floor((one + other) / 2 / step + Fraction(1, 2)) * step


def due(second: SecondCorrection, question: str, booklet: int, grade: str | None) -> bool:
    """Whether an answer is judged a second time.

    Args:
        second: how its question is.
        question: the question's id.
        booklet: the booklet's number.
        grade: the booklet's; None while it has none.
    """
    return (not second.grades or grade in second.grades) and drawn(second, question, booklet)


def drawn(second: SecondCorrection, question: str, booklet: int) -> bool:
    """Whether an answer is in the sample: by its seed alone, so that anybody can draw the same again.

    The first eight bytes of BLAKE2b of ``seed/question/booklet``, as a number below 2**64, are below as many
    hundredths of that as answers are to be drawn.
    """
    digest = blake2b(f"{second.seed}/{question}/{booklet}".encode(), digest_size=8).digest()
    return int.from_bytes(digest) * 100 < second.percent << 64


def round_for(
    who: str,
    judgements: Iterable[StoredJudgement],
    second: SecondCorrection | None,
    answer: OpenAnswer | None,
) -> Round | None:
    """In which round somebody's Judgement of an answer is; None if it is others' and they may not.

    Who has judged it corrects their own round's. Else it is the round that is awaited, if they have no part
    in the others.

    Args:
        who: they.
        judgements: all about the answer.
        second: how its question is judged a second time, if it is.
        answer: what it awaits; None where it is not open.
    """
    by_round = standing(judgements)
    if Round.FINAL in by_round:
        return None
    if second is None:
        return Round.FIRST
    own = [each for each in _PEOPLE if each in by_round and by_round[each].who == who]
    if own:
        return own[-1]
    if answer is None and not by_round:
        return Round.FIRST  # its credits are crossed on the paper, and somebody judges it all the same
    return answer.awaits if answer is not None and who not in answer.judges else None


def sees_all(second: SecondCorrection | None, round_: Round | None, *, examiner: bool) -> bool:
    """Whether somebody may see what others gave and drew before they judge; what is asked is as below."""
    if second is None or not second.blind or round_ in {Round.THIRD, Round.FINAL}:
        return True
    return round_ is None and examiner


def visible(
    who: str,
    judgements: Iterable[StoredJudgement],
    second: SecondCorrection | None,
    round_: Round | None,
    *,
    examiner: bool,
) -> tuple[StoredJudgement, ...]:
    """The Judgements that somebody may see before they judge; comparisons are never among them.

    Where the second is blind, each sees their own alone; who decides as the third, or has the final word,
    sees all, and so does an examiner who has no part in it.

    Args:
        who: they.
        judgements: all about the answer.
        second: how its question is judged a second time, if it is.
        round_: in which round they would judge it.
        examiner: whether they are one.
    """
    real = tuple(each for each in judgements if each.round not in COMPARISONS)
    if sees_all(second, round_, examiner=examiner):
        return real
    own = {each.id for each in standing(real).values() if each.who == who}
    return tuple(each for each in real if each.id in own or (each.who == who and not each.counted_anew))
