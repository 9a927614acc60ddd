"""Judge: a corrector decides what an answer earns, by its question's rubric. Recorded beside the readings.

A judgement keeps what it gave as it was then: an item that is reworded later changes no word of it. Each act
of judging has a name, so that one that is sent twice, because its answer was lost, is recorded once.

Where a second person judges an answer too, a judgement is one of a round (`klausur.state.rounds`): that which
is awaited, or the corrector's own, which they correct so. One that was asked for as a comparison is recorded
and never counts.
"""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import suppress
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

from klausur.actions import judging_rounds, up_to_date
from klausur.actions.crossed_credits import crossed_credits
from klausur.actions.roles import Verb, allow
from klausur.base.credits import Credits, show_credits
from klausur.base.errors import MeanwhileError, NotFoundError, RefusedError, UsageError
from klausur.exam.model import Question
from klausur.exam.rubric_lines import LineChange
from klausur.paper.code import Sheet
from klausur.score import rubric
from klausur.state.facts import Actor, Author, Spot
from klausur.state.judgements import COMPARISONS, GivenItem, Judged, Round, StoredJudgement, counting
from klausur.state.rubric_changes import changed_for
from klausur.store import audit, derive, exams, judgements, pages
from klausur.store.derive import Touched
from klausur.store.folder import opened, writing
from klausur.store.frame import Frame


@dataclass(frozen=True, slots=True)
class Ticked:
    """What a corrector ticks and says.

    Attributes:
        items: item id to how often it is ticked.
        adjustment: credits on top of what the items give, negative to take some away; where the question has
            no rubric, what the answer earns.
        reason: why there is an adjustment; a question with a rubric wants one.
        comment: for the candidate, with TeX.
        as_crossed: what is crossed on the paper is confirmed; then nothing is ticked nor adjusted.
    """

    items: Mapping[str, int] = field(default_factory=dict)
    adjustment: Credits = Fraction(0)
    reason: str = ""
    comment: str = ""
    as_crossed: bool = False


AS_CROSSED = "as crossed on the paper"
"""The reason of credits that are confirmed as they stand on the paper."""


class JudgedMeanwhileError(MeanwhileError):
    """Somebody else judged since whoever judges now has looked; ``last`` is what they gave."""

    def __init__(self, last: StoredJudgement) -> None:
        self.last = last
        super().__init__(
            f"{last.who} gave {show_credits(last.judged.credits)} meanwhile", "look at it again, and choose"
        )


class RubricChangedError(MeanwhileError):
    """The rubric that whoever judges has seen was changed since, in what they ticked or could not know."""

    def __init__(self, booklet: int, changed: tuple[LineChange, ...]) -> None:
        self.booklet, self.changed = booklet, changed
        super().__init__("the rubric was changed meanwhile", "look at the answer again: your ticks are kept")


class AskedAnewError(Exception):
    """The question, or its rubric, was changed while it was judged."""


def judge(  # noqa: PLR0913 - who judges says all of this
    folder: Path,
    booklet: int,
    question: str,
    ticked: Ticked,
    author: Author,
    *,
    act: str,
    looked: int | None = None,
    images: frozenset[int] | None = None,
    by: str | None = None,
    handed: Round | None = None,
    dry_run: bool = False,
) -> StoredJudgement:
    """Record what an answer earns. What is crossed in its credit boxes no longer matters then.

    Args:
        folder: the exam folder.
        booklet: the booklet's number.
        question: the question's id, or its number on this paper (``4.1``).
        ticked: what is given.
        author: who judges.
        act: names this act; the same one again is no other judgement.
        looked: the newest judgement of this answer that who judges has seen, 0 for none; None if they want
            to have the last word.
        images: those that they have seen of the answer's pages; those that count now if None.
        by: the name of the rubric that they have seen; that of the one in force if None.
        handed: as what they were given the answer, if not to judge it in its turn: `Round.REPEAT` and
            `Round.SEED` are comparisons, `Round.FINAL` is an examiner's last word.
        dry_run: say what would be recorded, and record nothing.

    Raises:
        NotFoundError: there is no such booklet or question.
        RefusedError: no page of the answer was found, or others judge it.
        UsageError: the question is not judged by people, or what is ticked does not fit it.
        JudgedMeanwhileError: a newer judgement than the one they looked at gives something else.
        RubricChangedError: the rubric was changed since, in what matters to this judgement.
    """
    allow(author.actor, Verb.JUDGE)
    if handed is Round.FINAL:
        allow(author.actor, Verb.OVERRULE)
    with opened(folder) as records:
        frame = up_to_date.frame(records)
        while True:
            known = frame.known
            asked, judged = judged_by(frame, booklet, question, ticked, by)
            here = answer_pages(frame, booklet, asked.id)
            frame.prepare()
            with suppress(AskedAnewError), writing(keep=not dry_run, together=True):
                _ask_ahead(frame, booklet, asked.id, here, act)
                before = judgements.by_act(act)
                if before is not None:
                    return _sent_again(before, booklet, asked.id)
                if isinstance(judged, RubricChangedError):
                    raise judged
                about = judgements.about(frozenset({booklet}), asked.id)
                made = append(
                    frame, Judging(booklet, asked, judged, here, act, images), author, looked, handed, about
                )
                if made.round in COMPARISONS:
                    _record(frame, "compare", author, made)
                    return made
                _record(frame, "judge", author, made, (*about, made))
                if frame.known != known:  # the key or a rubric, since it was looked up
                    raise AskedAnewError
                return made


def _ask_ahead(frame: Frame, booklet: int, question: str, here: AbstractSet[int], act: str) -> None:
    """All that is asked before a judgement is written, and what it amounts to needs beside it."""
    judgements.ahead(booklet, question, act)
    pages.ahead(Sheet.BOOKLET, booklet, here)
    derive.ahead(frame, booklet, question)
    audit.ahead()


@dataclass(frozen=True, slots=True)
class Judging:
    """A judgement that is to be recorded; ``pages`` are those of the booklet on which the answer stands."""

    booklet: int
    question: Question
    judged: Judged
    pages: frozenset[int]
    act: str
    images: frozenset[int] | None = None


def append(
    frame: Frame,
    one: Judging,
    author: Author,
    looked: int | None,
    handed: Round | None = None,
    about: Sequence[StoredJudgement] | None = None,
) -> StoredJudgement:
    """Record a judgement, without bringing State up to date. For a transaction of `writing`.

    ``about`` are all judgements of the answer, where they were looked up within it.

    Raises:
        RefusedError, JudgedMeanwhileError: as `judge` does.
    """
    booklet, asked = one.booklet, one.question
    known = judgements.about(frozenset({booklet}), asked.id) if about is None else about
    round_ = handed or _round(frame, one, known, author.actor, looked)
    seen = pages.at(Spot(booklet, page) for page in one.pages)
    if not seen:
        raise RefusedError(
            f"no page of question {asked.number} of booklet {booklet} was found",
            "scan it first, or settle its credits",
        )
    shown = frozenset(image.id for image in seen.values()) if one.images is None else one.images
    made = judgements.append(booklet, asked.id, one.judged, shown, one.act, author, round_)
    if round_ not in COMPARISONS:
        _bring_back(asked.id, booklet, author)
    return made


def _round(
    frame: Frame, one: Judging, about: Sequence[StoredJudgement], actor: Actor, looked: int | None
) -> Round:
    """In which round somebody judges an answer; within the transaction."""
    booklet, asked = one.booklet, one.question
    found = judging_rounds.round_of(frame, about, booklet, asked.id, actor)
    if found is None:
        raise RefusedError(
            f"others have judged question {asked.number} of booklet {booklet}",
            "judge another one: an examiner has the last word on this one",
        )
    newest = counting(judging_rounds.visible(frame, about, asked.id, found, actor))
    if looked is not None and newest is not None and newest.id > looked and newest.judged != one.judged:
        raise JudgedMeanwhileError(newest)
    return found


def take_back(folder: Path, question: str, author: Author) -> StoredJudgement:
    """Take back their own newest judgement on a question: the one before it counts, or the answer is open.

    If it was one of a group that was judged in one act, all of these are taken back; the newest is returned.

    Args:
        folder: the exam folder.
        question: the question's id.
        author: who judged, and takes it back.

    Raises:
        NotFoundError: they have judged nothing there that still counts.
    """
    allow(author.actor, Verb.JUDGE)
    with opened(folder) as records:
        frame = up_to_date.frame(records)
        frame.prepare()
        with writing():
            found = judgements.last_by(author.who, question)
            if found is None:
                raise NotFoundError("there is no judgement of yours to take back", "see 'klausur judge list'")
            for each in judgements.of_group(found):
                if not each.taken_back:
                    _take_back(frame, each, author)
    return found


def judged_with(folder: Path, judgement: StoredJudgement) -> tuple[StoredJudgement, ...]:
    """The judgements that were made in one act with this one, itself among them, by their numbers."""
    with opened(folder):
        return judgements.of_group(judgement)


def overrule(folder: Path, judgement: int, author: Author) -> StoredJudgement:
    """Take any judgement back.

    Args:
        folder: the exam folder.
        judgement: its number.
        author: who takes it back, and why.

    Raises:
        NotFoundError: there is no such judgement.
        RefusedError: it was taken back already.
    """
    allow(author.actor, Verb.OVERRULE)
    with opened(folder) as records:
        frame = up_to_date.frame(records)
        frame.prepare()
        with writing():
            found = judgements.one(judgement)
            if found is None:
                raise NotFoundError(f"there is no judgement {judgement}", "see 'klausur judge list'")
            if found.taken_back:
                raise RefusedError(
                    f"judgement {judgement} was taken back already", "nothing: it counts no more"
                )
            _take_back(frame, found, author)
    return found


def asked_of(frame: Frame, booklet: int, question: str) -> Question:
    """A question as a booklet asks it, with its texts.

    Raises:
        NotFoundError: there is no such booklet or question.
        UsageError: nobody judges it.
    """
    try:
        exam = frame.exams_with_texts.of(booklet)
        numbers = frame.exams.numbers(booklet)
    except LookupError as error:
        raise NotFoundError(f"there is no booklet {booklet}", "see 'klausur status'") from error
    name = next((name for name, shown in numbers.items() if shown == question), question)
    found = next((q for q in exam.questions if q.id == name), None)
    if found is None:
        raise NotFoundError(
            f"booklet {booklet} has no question {question!r}", f"its questions are {', '.join(numbers)}"
        )
    if not found.kind.corrected:
        raise UsageError(
            f"{found.id} is scored by what is crossed or written in it", "settle that instead: klausur settle"
        )
    return found


def news_of_rubric(
    frame: Frame, booklet: int, question: Question, ticked: Ticked, by: str | None
) -> tuple[LineChange, ...]:
    """What of a rubric has changed that who ticked these items must know of.

    Args:
        frame: all that was printed.
        booklet: the booklet's number.
        question: as this booklet asks it now.
        ticked: the items.
        by: the name of the rubric that they have seen; that of the one in force if None.
    """
    printed = frame.exams_with_texts
    if by is None or by == printed.stamp(booklet, question.id):
        return ()
    edition, variant = printed.at(booklet)
    was = exams.rubric_at(edition, question.id, by, frame.folder, variant)
    return changed_for({name for name, count in ticked.items.items() if count}, was, question.rubric)


def judged_by(
    frame: Frame, booklet: int, question: str, ticked: Ticked, by: str | None
) -> tuple[Question, Judged | RubricChangedError]:
    """A question, and what is ticked there as a judgement: by the rubric that counts, if they know it."""
    asked = asked_of(frame, booklet, question)
    news = news_of_rubric(frame, booklet, asked, ticked, by)
    if news:
        return asked, RubricChangedError(booklet, news)
    stamp = frame.exams_with_texts.stamp(booklet, asked.id)
    if ticked.as_crossed:
        return asked, _as_crossed(frame, booklet, asked, ticked, stamp)
    return asked, judgement_of(asked, ticked, stamp)


def _as_crossed(frame: Frame, booklet: int, question: Question, ticked: Ticked, rubric_name: str) -> Judged:
    fields = (field for _, field in frame.papers_of(frozenset({booklet})).fields(booklet))
    crossed = crossed_credits(booklet, question.id, fields).only
    if crossed is None or ticked.items or ticked.adjustment:
        raise UsageError("there is no single cross on this paper to confirm", "tick what applies instead")
    return Judged(crossed, (), crossed, AS_CROSSED, ticked.comment.strip(), rubric_name)


def judgement_of(question: Question, ticked: Ticked, rubric_name: str) -> Judged:
    """What is ticked as a judgement: the items as they are now, and what they give.

    Args:
        question: with the rubric that counts, which has this name.
        ticked: what is given.
        rubric_name: that.

    Raises:
        UsageError: an item that the rubric does not have, or has once; an adjustment without a reason.
    """
    known = {} if question.rubric is None else {item.id: item for item in question.rubric.root.items}
    given = {name: count for name, count in ticked.items.items() if count}
    try:
        if question.rubric is None:
            if given:
                raise UsageError(f"question {question.number} has no rubric", "say its credits")
            earned = Fraction(0)
        else:
            earned = rubric.earned(question.rubric, given, question.credits)
    except ValueError as error:
        raise UsageError(f"{error}", f"its items are {', '.join(known)}") from error
    if ticked.adjustment and question.rubric is not None and not ticked.reason.strip():
        raise UsageError("credits that no item gives need a reason", "say why")
    credits = earned + ticked.adjustment
    if not 0 <= credits <= question.credits:
        worth = show_credits(question.credits)
        raise UsageError(
            f"{show_credits(credits)} are no credits for question {question.number}",
            f"give 0 to {worth}",
        )
    return Judged(
        credits,
        tuple(
            GivenItem(name, item.content.text, item.credits, given[name], item.full)
            for name, item in known.items()
            if name in given
        ),
        ticked.adjustment,
        ticked.reason.strip(),
        ticked.comment.strip(),
        rubric_name,
    )


def answer_pages(frame: Frame, booklet: int, question: str) -> frozenset[int]:
    """The pages of a booklet on which something of a question stands."""
    fields = frame.papers_of(frozenset({booklet})).fields(booklet)
    return frozenset(page for page, one in fields if one.question == question)


def _take_back(frame: Frame, found: StoredJudgement, author: Author) -> None:
    judgements.take_back(found.id, author)
    _record(frame, "take-back-judgement", author, found)


def _bring_back(question: str, booklet: int, author: Author) -> None:
    """What was judged waits for nobody, and nobody looks at it."""
    for parking in judgements.waiting_parkings(question):
        if parking.booklet == booklet:
            judgements.reply(parking.id, "", author)
    judgements.let_go(question, [booklet], author.who)


def _sent_again(before: StoredJudgement, booklet: int, question: str) -> StoredJudgement:
    if (before.booklet, before.question) != (booklet, question):
        raise UsageError("this act has judged another answer", "make a new one for each act of judging")
    return before


def _record(
    frame: Frame,
    verb: str,
    author: Author,
    made: StoredJudgement,
    about: Sequence[StoredJudgement] | None = None,
) -> None:
    """Bring State up to date, and say what was done; ``about`` are all judgements of the answer, if known."""
    if made.round not in COMPARISONS:
        answer = made.booklet, made.question
        derive.refresh(frame, Touched(answers=frozenset({answer})), {} if about is None else {answer: about})
    audit.append(
        verb,
        author.actor,
        {
            "booklet": made.booklet,
            "question": made.question,
            "judgement": made.id,
            "credits": str(made.judged.credits),
            "round": made.round.value,
            "why": author.why,
        },
    )
