"""Comments found again: those already given to a question, for who writes another one."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from klausur.actions import up_to_date
from klausur.base.maths import Notation
from klausur.store import judgements
from klausur.store.folder import opened

MOST = 8
"""Comments that are offered at once."""


@dataclass(frozen=True, slots=True)
class UsedComments:
    """What is offered to who writes a comment, and how the newest edition of the exam writes maths."""

    offered: tuple["UsedComment", ...]
    notation: Notation


@dataclass(frozen=True, slots=True)
class UsedComment:
    """A comment on answers to a question: on how many it stands, and whether who asks has given it."""

    text: str
    answers: int
    own: bool


def used_comments(folder: Path, question: str, who: str, typed: str = "") -> UsedComments:
    """The comments that stand on answers to a question: one's own first, then those on most answers.

    Where a second person judges blind, others' are not offered: they may be about the very answer.

    Args:
        folder: the exam folder.
        question: the question's id.
        who: the name of who writes.
        typed: words that shall stand in them, in any case; the same text itself is not offered.
    """
    with opened(folder) as records:
        given = judgements.comments(question)
        frame = up_to_date.frame(records)
        second = frame.arrangements.of(question).second
        notation = frame.exams_with_texts.first.notation
        if second is not None and second.blind:
            given = [each for each in given if each[1] == who]
    wanted, same = typed.casefold().split(), typed.strip()
    answers = Counter(text for text, _ in {(text, booklet) for booklet, _, text in given})
    own = {text for _, author, text in given if author == who}
    found = [
        UsedComment(text, number, text in own)
        for text, number in answers.items()
        if text != same and all(word in text.casefold() for word in wanted)
    ]
    found.sort(key=lambda each: (not each.own, -each.answers, each.text))
    return UsedComments(tuple(found[:MOST]), notation)
