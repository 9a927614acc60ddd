"""Settle: a person decides what is in a booklet's boxes. Recorded beside the readings, never over them."""

from dataclasses import dataclass
from pathlib import Path

from klausur.actions import up_to_date
from klausur.actions.roles import Verb, allow
from klausur.base.credits import show_credits
from klausur.base.errors import NotFoundError, RefusedError, UsageError
from klausur.paper.answering import way
from klausur.paper.answers import Decided, Written, WrittenBlanks
from klausur.paper.fields import ANSWERING, Field
from klausur.state.facts import Author, StoredSettlement
from klausur.store import audit, derive
from klausur.store import readings as stored
from klausur.store.derive import Touched
from klausur.store.folder import opened, writing
from klausur.store.frame import Frame


@dataclass(frozen=True, slots=True)
class Marked:
    """One box holds this: a `Mark`, or what else its kind may be settled as."""

    mark: str


@dataclass(frozen=True, slots=True)
class TakenBack:
    """What people settled here no longer counts; the readings count again."""


Decision = Marked | Decided | TakenBack


class SettledMeanwhileError(RefusedError):
    """Somebody else decided since whoever decides now has looked; ``last`` is what they said."""

    def __init__(self, last: StoredSettlement) -> None:
        self.last = last
        what = "took back what was settled" if last.value is None else f"settled it as {last.value}"
        super().__init__(f"{last.who} {what} meanwhile", "look at it again, and choose")


def settle(
    folder: Path,
    booklet: int,
    target: str,
    decision: Decision,
    author: Author,
    *,
    dry_run: bool = False,
    looked: int | None = None,
) -> tuple[StoredSettlement, ...]:
    """Record a person's decision.

    Args:
        folder: the exam folder.
        booklet: the booklet's number.
        target: a question's id or number (``4.1``), or the id of one field (``4.1/choice/b``).
        decision: what is decided.
        author: who decides, and why.
        dry_run: say what would be recorded, and record nothing.
        looked: the newest settlement of these boxes that who decides has seen, 0 for none; None if they want
            to have the last word whatever others said. Who has said just that since they looked got no
            answer, and asks once more: nothing is recorded a second time.

    Returns:
        One settlement for each box that was settled.

    Raises:
        NotFoundError: there is no such booklet, question or field, or nothing to take back.
        UsageError: the decision does not fit the question.
        SettledMeanwhileError: a newer settlement than the one they looked at says something else.
    """
    allow(author.actor, Verb.SETTLE)
    with opened(folder) as records:
        frame = up_to_date.frame(records)
        fields = _fields(frame, booklet, target)
        frame.prepare()
        with writing(keep=not dry_run):
            said = stored.settlements(booklet)
            heard = () if looked is None else _heard(target, fields, decision, said, author, looked)
            if heard:
                return heard
            marks = _marks(target, fields, decision, said)
            if not marks:
                raise NotFoundError(f"nothing is settled at {target} of booklet {booklet}")
            if looked is not None:
                _refuse_newer(said, marks, looked)
            made = stored.settle(booklet, marks, author)
            asked = {(booklet, field.question) for field in fields if field.question is not None}
            derive.refresh(frame, Touched(answers=asked))
            audit.append(
                "settle",
                author.actor,
                {
                    "booklet": booklet,
                    "marks": {s.field: s.value for s in made},
                    "why": author.why,
                },
            )
    return made


def _heard(
    target: str,
    fields: tuple[Field, ...],
    decision: Decision,
    every: tuple[StoredSettlement, ...],
    author: Author,
    looked: int,
) -> tuple[StoredSettlement, ...]:
    """What the same person has settled so since they looked, if that is all that they decide now."""
    here = {field.id for field in fields}
    said = {s.field: s for s in every if s.field in here}
    since = [s for s in said.values() if s.id > looked and s.who == author.actor.name]
    if isinstance(decision, TakenBack):
        return tuple(since) if all(s.value is None for s in said.values()) else ()
    wanted = dict(_marks(target, fields, decision, every))
    heard = tuple(s for s in since if s.field in wanted and s.value == wanted[s.field])
    return heard if len(heard) == len(wanted) else ()


def _refuse_newer(
    every: tuple[StoredSettlement, ...], marks: tuple[tuple[str, str | None], ...], looked: int
) -> None:
    wanted = dict(marks)
    for said in every:
        if said.field in wanted and said.id > looked and said.value != wanted[said.field]:
            raise SettledMeanwhileError(said)


def _fields(frame: Frame, booklet: int, target: str) -> tuple[Field, ...]:
    """The boxes that ``target`` names."""
    boxes = [field for _, field in frame.papers_of({booklet}).fields(booklet) if field.kind in ANSWERING]
    if not boxes:
        raise NotFoundError(f"there is no booklet {booklet}", "see 'klausur status'")
    name, _, rest = target.partition("/")
    if name not in {box.question for box in boxes}:
        name = _by_number(frame, booklet, name) or name
    wanted = f"{name}/{rest}" if rest else name
    found = tuple(box for box in boxes if wanted in {box.id, box.question})
    if not found:
        questions = ", ".join(dict.fromkeys(box.question for box in boxes if box.question))
        raise NotFoundError(
            f"booklet {booklet} has no question or box {target!r}",
            f"the questions are {questions}; their boxes stand in 'klausur readings --booklet {booklet}'",
        )
    return found


def _by_number(frame: Frame, booklet: int, number: str) -> str | None:
    """The id of the question that has this number in the booklet."""
    if not number.replace(".", "").isdigit():
        return None
    numbers = frame.exams.numbers(booklet)
    return next((name for name, shown in numbers.items() if shown == number), None)


def _marks(
    target: str, fields: tuple[Field, ...], decision: Decision, every: tuple[StoredSettlement, ...]
) -> tuple[tuple[str, str | None], ...]:
    """What the decision amounts to for each box; nothing where there is nothing to take back."""
    match decision:
        case Marked(mark):
            if len(fields) != 1:
                some = fields[0].id
                raise UsageError(f"{target} has {len(fields)} boxes", f"name one of them, such as {some}")
            kind = fields[0].kind
            if not fields[0].sayable(mark):
                raise UsageError(f"{str(mark)!r} settles nothing in a {kind}", f"say {_sayable(fields[0])}")
            return ((fields[0].id, kind.holds(mark)),)
        case TakenBack():
            here = {s.field for s in every if s.value is not None}
            return tuple((field.id, None) for field in fields if field.id in here)
        case _:
            return _all_of(target, fields, decision)


def _sayable(field: Field) -> str:
    """What a box may be settled as, in words."""
    number = "a number, or " if field.kind.row.typed else "one of "
    if field.step is not None and field.credits is not None:
        number = f"0 to {show_credits(field.credits)}, in steps of {show_credits(field.step)}, or "
    return f"{number}{', '.join(field.kind.row.settled_as)}"


def _all_of(target: str, fields: tuple[Field, ...], given: Decided) -> tuple[tuple[str, str], ...]:
    """What each box of a whole question holds if this is its answer; or its one blank, a number."""
    if "/" in target and not isinstance(given, Written):
        raise UsageError(f"{target} is a single box", f"name the question: {target.partition('/')[0]}")
    first, *_ = fields  # all boxes of a question are of one kind
    answered = way(first.kind)
    if isinstance(given, Written) and answered.gives is WrittenBlanks:
        given = WrittenBlanks((given.number,))
    if not isinstance(given, answered.gives):
        raise UsageError(f"{target} is another kind of question", answered.hint)
    return tuple(answered.held(target, fields, given).items())
