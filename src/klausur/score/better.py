"""Which of the struck questions count for one Booklet: those with which it comes out best.

A question that is struck as ``better`` harms nobody. Let a Booklet have T credits of W without such
questions, and c of C in each of them. By a key in percent, the questions are taken up in falling order of
c / C, and as many count as make (T + Σc) / (W + ΣC) the highest. No other choice gives more, as long as
totals are not rounded; and it is never less than if all of them counted, or none. By a key in credits, a
question counts if that gives more. Bonus questions have no part in W.

Source of the rule: §14 (4) of the German licensing regulation for doctors (ÄAppO): questions that are faulty
do not count, which must not be to anybody's disadvantage.
"""

from collections.abc import Callable, Sequence
from fractions import Fraction

from klausur.base.credits import Credits
from klausur.exam.model import Question

Earned = tuple[Question, Credits]
"""A question and what was earned in it."""


def counting(
    without: Credits,
    worth: Credits,
    struck: Sequence[Earned],
    *,
    percent: bool,
    rounded: Callable[[Credits], Credits] = lambda total: total,
) -> frozenset[str]:
    """The ids of those of the struck questions that count.

    Args:
        without: what was earned in all others.
        worth: what percentages are of without them; above 0 by a key in percent.
        struck: the questions, each with what was earned in it.
        percent: thresholds of the key are in percent.
        rounded: what becomes of a total.
    """
    bonus = [(q, c) for q, c in struck if c > 0 and (q.bonus or not percent)]
    taken = frozenset(q.id for q, _ in bonus)
    if not percent:
        return taken
    total = without + sum((c for _, c in bonus), Fraction(0))
    others = sorted(((q, c) for q, c in struck if not q.bonus), key=lambda each: each[1] / each[0].credits)
    best, share = taken, rounded(total) / worth
    for question, credits in reversed(others):
        total, worth, taken = total + credits, worth + question.credits, taken | {question.id}
        if rounded(total) / worth >= share:
            best, share = taken, rounded(total) / worth
    return best
