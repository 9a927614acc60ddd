"""In which round somebody judges an answer, what they may see before, and what it was handed to them as."""

from collections.abc import Sequence
from hashlib import blake2b
from typing import TypeVar

from klausur.base.errors import RefusedError, UsageError
from klausur.state import rounds
from klausur.state.annotations import StoredAnnotation
from klausur.state.arrangements import OpenAnswer, theirs
from klausur.state.facts import Actor, Role
from klausur.state.judgements import COMPARISONS, Round, StoredJudgement, StoredParking
from klausur.store import judgements
from klausur.store.frame import Frame

Left = TypeVar("Left", StoredAnnotation, StoredParking)
"""What people leave on an answer beside judgements."""


def round_of(
    frame: Frame, about: Sequence[StoredJudgement], booklet: int, question: str, actor: Actor
) -> Round | None:
    """In which round somebody's judgement of an answer is; None if it is others'.

    Args:
        frame: of the open folder.
        about: all judgements of the answer.
        booklet: the booklet's number.
        question: the question's id.
        actor: who judges.

    Raises:
        RefusedError: only those named may judge it, and they are not.
    """
    rules = frame.arrangements.of(question)
    waits = None if rules.second is None else judgements.awaiting_of(booklet, question)
    found = rounds.round_for(actor.name, about, rules.second, waits)
    if rules.only_named and found is not None and actor.role is not Role.EXAMINER:
        own = rounds.standing(about).get(found)
        if own is None or own.who != actor.name:
            _see_that_it_is_theirs(frame, OpenAnswer(booklet, found), question, actor)
    return found


def visible(
    frame: Frame, about: Sequence[StoredJudgement], question: str, round_: Round | None, actor: Actor
) -> tuple[StoredJudgement, ...]:
    """The judgements that somebody may see who judges an answer in this round; of comparisons nothing."""
    if round_ in COMPARISONS:
        return ()
    second = frame.arrangements.of(question).second
    return rounds.visible(actor.name, about, second, round_, examiner=actor.role is Role.EXAMINER)


def told_of(
    frame: Frame, left: Sequence[Left], question: str, round_: Round | None, actor: Actor
) -> tuple[Left, ...]:
    """What of that which people drew on an answer, or asked, is told: one's own where judgements are hidden.

    Whoever compares sees nothing: a drawing would say that the answer was judged before.
    """
    if round_ in COMPARISONS:
        return ()
    second = frame.arrangements.of(question).second
    if rounds.sees_all(second, round_, examiner=actor.role is Role.EXAMINER):
        return tuple(left)
    return tuple(each for each in left if each.who == actor.name)


def token(handed: Round | None, booklet: int, question: str, actor: Actor) -> str:
    """What an answer is handed to somebody as, in letters that do not say it: they judge the same way."""
    said = f"{handed or ''}/{question}/{booklet}/{actor.name}"
    return blake2b(said.encode(), digest_size=8, person=b"klausur hands").hexdigest()


def handed_by(said: str, booklet: int, question: str, actor: Actor) -> Round | None:
    """What the answer was handed to them as, by its token; none is as good as that of an answer in its turn.

    Raises:
        UsageError: it is another answer's, or somebody else's.
    """
    if not said:
        return None
    for handed in (None, Round.REPEAT, Round.SEED, Round.FINAL):
        if token(handed, booklet, question, actor) == said:
            return handed
    raise UsageError("this answer was handed to somebody else", "load the page again")


def _see_that_it_is_theirs(frame: Frame, answer: OpenAnswer, question: str, actor: Actor) -> None:
    there = judgements.booklets_there(question)
    if answer.booklet not in theirs(question, actor.name, [answer], frame.arrangements, there).mine:
        raise RefusedError(
            f"booklet {answer.booklet} is not assigned to {actor.name}",
            "judge what is: the examiner has others judge the rest",
        )
