"""How the crosses of one multiple-choice Question earn credits: six schemes, exact.

Write C for the question's credits, n for its choices, r of them right and w = n - r wrong; h is how many
right choices are chosen, f how many wrong ones.

================== ========================================= =====================================
scheme             credits                                   source
================== ========================================= =====================================
all-or-nothing     C if h = r and f = 0, else 0              the reference exam; "dichotomous"
per-choice         C · (h + w - f) / n                       "PS1/n", doi:10.1007/s10459-017-9805-y
right-minus-wrong  max(floor, C · (h' - f / max(r, 1)))      "plus/minus", doi:10.1177/0013164421994636;
                                                             R/exams ``exams_eval(rule = "true")``
partial            max(0, C · (h' - f / w))                  R/exams ``exams_eval(rule = "false")``
weights            max(floor, Σ of the crossed ones' weights)
formula            what the formula gives                    the exam's author; `klausur.exam.formula`
================== ========================================= =====================================

h' is h / r, the share of the right choices that were chosen; of no right choices, all are chosen: h' = 1
for r = 0. Leaving every box empty is then the full answer in every scheme. With w = 0 nothing can be
taken off, and partial gives C · h'. Where right and wrong choices balance (r = w), partial is
right-minus-wrong with floor 0. The right answer always gives C; that of a formula is seen to in
`klausur.exam.check`.

In a table of n rows a row is right if exactly its right boxes are crossed. k rows are right, and f are
crossed otherwise; an empty row is neither.

================== ========================================= =====================================
scheme             credits                                   source
================== ========================================= =====================================
per-row            C · k / n
kprim              C if k = n, C / 2 if k = n - 1, else 0    Krebs 1997, "The Swiss way to score
                                                             multiple true-false items"
right-minus-wrong  max(floor, C · (k - f) / n)
all-or-nothing     C if k = n, else 0
================== ========================================= =====================================

A question may accept other sets of choices beside the right ones: each is a key of its own, and of what they
give the most counts.

Of a question of which exactly one choice is right (`QuestionKind.SINGLE`), one cross is an answer; no cross
and several crosses are none, and give 0 in every scheme.

Which letters were chosen is decided elsewhere (`klausur.read.resolve` and people).
"""

from fractions import Fraction
from typing import assert_never

from klausur.base.credits import Credits
from klausur.exam import formula
from klausur.exam.model import Question, QuestionKind, Scheme, SchemeKind


def score(question: Question, chosen: frozenset[str], scheme: Scheme) -> Credits:
    """The credits that the chosen letters earn, by the formulas above.

    Args:
        question: a multiple-choice question.
        chosen: the letters of the choices that count as crossed.
        scheme: the scheme to use; the question's own one is not looked at.

    Returns:
        At most the question's credits; at least 0, or ``scheme.floor`` for right-minus-wrong. By a formula
        it is what the formula says.

    Raises:
        ValueError: the question is no multiple choice, has no choices, or lacks a chosen letter; or the
            scheme's formula is none.
        ZeroDivisionError: the scheme's formula divides by zero.
    """
    if not question.kind.chosen or not question.choices:
        raise ValueError(f"question {question.number} has no choices, so no scheme can score it")
    unknown = chosen - {choice.id for choice in question.choices}
    if unknown:
        raise ValueError(f"question {question.number} has no choice {', '.join(sorted(unknown))}")
    if question.kind is QuestionKind.SINGLE and len(chosen) != 1:
        return Fraction(0)
    if question.kind is QuestionKind.TABLE:
        return _by_rows(question, chosen, scheme)
    return max(_by_key(question, chosen, key, scheme) for key in question.keys)


def _by_rows(question: Question, chosen: frozenset[str], scheme: Scheme) -> Credits:
    """The credits of a table, each row of which is right or not."""
    rows = [frozenset(choice.id for choice in row) for row in question.rows]
    good = sum(_is_right(question, row, chosen) for row in rows)
    share = question.credits * Fraction(good, len(rows))
    match scheme.kind:
        case SchemeKind.PER_ROW:
            return share
        case SchemeKind.KPRIM:
            return question.credits * max(Fraction(0), 1 - Fraction(len(rows) - good, 2))
        case SchemeKind.RIGHT_MINUS_WRONG:
            bad = sum(bool(row & chosen) and not _is_right(question, row, chosen) for row in rows)
            return max(scheme.floor, share - question.credits * Fraction(bad, len(rows)))
        case _:
            return question.credits if good == len(rows) else Fraction(0)


def _is_right(question: Question, row: frozenset[str], chosen: frozenset[str]) -> bool:
    """Whether what is crossed in a row is what is right there, or what is accepted there as well."""
    right, *accepted = question.keys
    return chosen & row in {right & row, *accepted}


def _by_key(question: Question, chosen: frozenset[str], key: frozenset[str], scheme: Scheme) -> Credits:
    """The credits where these letters are the right ones."""
    right = len(key)
    wrong = len(question.choices) - right
    hits = len(chosen & key)
    faults = len(chosen) - hits
    share = Fraction(hits, right) if right else Fraction(1)

    match scheme.kind:
        case SchemeKind.ALL_OR_NOTHING:
            return question.credits if share == 1 and not faults else Fraction(0)
        case SchemeKind.PER_CHOICE:
            return question.credits * Fraction(hits + wrong - faults, right + wrong)
        case SchemeKind.RIGHT_MINUS_WRONG:
            earned = question.credits * (share - Fraction(faults, max(right, 1)))
            # a floor above the credits would otherwise give more than the question is worth
            return min(question.credits, max(scheme.floor, earned))
        case SchemeKind.PARTIAL:
            taken = Fraction(faults, wrong) if wrong else Fraction(0)
            return max(Fraction(0), question.credits * (share - taken))
        case SchemeKind.FORMULA:
            return formula.value(scheme.formula, formula.counts(right, wrong, hits, faults, question.credits))
        case SchemeKind.WEIGHTS:
            given = sum((c.weight or Fraction(0) for c in question.choices if c.id in chosen), Fraction(0))
            return min(question.credits, max(scheme.floor, given))
        case SchemeKind.PER_ROW | SchemeKind.KPRIM:
            raise ValueError(f"question {question.number} has no rows, which {scheme.kind} is about")
        case _:
            assert_never(scheme.kind)
