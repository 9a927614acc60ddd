"""All differences between what was printed and what is on disk, in both classes."""

from klausur.exam.differences.key import key_differences
from klausur.exam.differences.model import Difference, DifferenceKind
from klausur.exam.differences.paper import paper_differences
from klausur.exam.frozen.model import Frozen

OTHER_QUESTION = frozenset({DifferenceKind.QUESTION_EXCHANGED, DifferenceKind.QUESTION_KIND})
"""After these a question's key is another question's."""
OTHER_LETTERS = frozenset(
    {DifferenceKind.CHOICE_ADDED, DifferenceKind.CHOICE_REMOVED, DifferenceKind.CHOICE_EXCHANGED}
)
"""After these a letter means another choice."""
BY_LETTER = frozenset({DifferenceKind.RIGHT, DifferenceKind.ACCEPTED, DifferenceKind.WEIGHTS})
"""What a key says of choices by their letters."""
READS = frozenset(
    {
        DifferenceKind.WORDING,
        DifferenceKind.PROBLEM_TEXT,
        DifferenceKind.SHARED_TEXT,
        DifferenceKind.CHOICE_REWORDED,
        DifferenceKind.FIGURE,
    }
)
"""It reads otherwise; whether it still means what was printed, a person must say."""
LOOKS = frozenset(
    {
        DifferenceKind.ORDER,
        DifferenceKind.SPACE,
        DifferenceKind.COLUMNS,
        DifferenceKind.VARIANTS,
        DifferenceKind.COVER,
        DifferenceKind.INSTRUCTIONS,
        DifferenceKind.PAPER_SIZE,
        DifferenceKind.LANGUAGE,
        DifferenceKind.REGISTRATION,
        DifferenceKind.EXTRA_PAGES,
        DifferenceKind.FONTS,
    }
)
"""It would look otherwise on paper; what an answer means does not change."""


def differences(printed: Frozen, disk: Frozen) -> tuple[Difference, ...]:
    """Everything: paper differences first, then the key's, as far as these mean anything beside them.

    Raises:
        LookupError: ``disk`` lacks a variant of ``printed``.
    """
    paper = paper_differences(printed, disk)
    key = (d for d in key_differences(printed, disk, parsed=True) if not _moot(d, paper))
    return (*paper, *key)


def _moot(difference: Difference, paper: tuple[Difference, ...]) -> bool:
    """Whether a key difference of a question is part of what the paper differences say of it already."""
    kinds = {d.kind for d in paper if d.question == difference.question is not None}
    if difference.kind in BY_LETTER and kinds & OTHER_LETTERS:
        return True
    if difference.kind is DifferenceKind.CREDITS and DifferenceKind.CREDIT_BOXES in kinds:
        return True
    return bool(kinds & OTHER_QUESTION)
