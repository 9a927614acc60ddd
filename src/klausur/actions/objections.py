"""Objections: a candidate objects to what they were told, and somebody else than who decided it answers.

The answer gives a reason, or the question was judged anew by who answers; what it earns follows from that
judgement, as it does for every other. What was told and what came of it stay beside the objection.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from klausur.actions import up_to_date
from klausur.actions.own_results import own_images
from klausur.actions.roles import Verb, allow
from klausur.base.credits import Credits
from klausur.base.errors import MeanwhileError, NotFoundError, RefusedError, UsageError
from klausur.base.geometry import Size
from klausur.exam.model import Question
from klausur.state import objections as rules
from klausur.state import rounds
from klausur.state.facts import Author, Enrolled
from klausur.state.judgements import Judged, StoredJudgement
from klausur.state.objections import About, Figures, Marked, Refusal, Said, StoredObjection, Told
from klausur.state.publication import Part, Publication
from klausur.store import audit, candidates, judgements, publication, readings, results
from klausur.store import objections as stored
from klausur.store.folder import opened, writing
from klausur.store.frame import Frame

LONGEST = 4000
"""Letters of an objection, and of an answer."""


@dataclass(frozen=True, slots=True)
class SeenObjection:
    """An objection before who answers it.

    Attributes:
        objection: as it was raised, with its answer.
        candidate: whose it is.
        booklet: the booklet that is theirs now.
        question: as this booklet asks it; None where it is about none, or there is no such question any more.
        number: the question's number on this paper.
        credits: what it earns now; None while it is open.
        judged: what is given now, if it was judged.
        judges: who has decided it as it is now.
    """

    objection: StoredObjection
    candidate: Enrolled
    booklet: int | None
    question: Question | None = None
    number: str = ""
    credits: Credits | None = None
    judged: Judged | None = None
    judges: tuple[str, ...] = ()

    def may_answer(self, who: str) -> bool:
        """Whether somebody may answer it, if it is not answered."""
        return rules.may_answer(self.objection, who)

    def judged_anew(self, who: str) -> bool:
        """Whether somebody has judged it since it was raised, and that counts."""
        return self.judged is not None and who in self.judges and who not in self.objection.told.judges


def raise_objection(
    folder: Path, candidate: Enrolled, said: Said, author: Author, *, act: str, at_table: bool = False
) -> StoredObjection:
    """Object to results.

    Args:
        folder: the exam folder.
        candidate: whose results.
        said: what they object to.
        author: they, or who does it for them.
        act: names this act; the same one again is no other objection.
        at_table: they look at their script on site.

    Raises:
        NotFoundError: nothing was printed yet, no booklet is theirs, or it has no such question.
        UsageError: nothing is said, too much is, or the place is on no page of theirs.
        RefusedError: nothing is published, it is not the time, or one like it waits for its answer.
    """
    allow(author.actor, Verb.OBJECT)
    text = said.text.strip()
    if not 0 < len(text) <= LONGEST:
        raise UsageError("an objection says why", f"write 1 to {LONGEST} letters")
    with opened(folder) as records:
        frame = up_to_date.look(records)
        booklet = results.booklet_of(candidate.id)
        asked = None if said.about.clerical else _question(frame, booklet, said.question)
        name = "" if asked is None else asked.id
        fields = () if booklet is None else _fields(frame, booklet, name)
        size = frame.papers_of(frozenset() if booklet is None else frozenset({booklet})).size
        with writing():
            sent = stored.by_act(act)
            if sent is not None:
                return _sent_again(sent, candidate, said.about, name)
            now = publication.now().at_table() if at_table else publication.now()
            before = stored.of_candidate(candidate.id)
            refusal = rules.refuses(now, before, said.about, name, datetime.now(UTC))
            if refusal is not None:
                raise _refusal(refusal)
            if said.mark is not None:
                if not now.shows(Part.SCRIPT):
                    raise RefusedError("no pages are published", "say it in words")
                _check_mark(said.mark, booklet, size)
            told = Told() if asked is None or booklet is None else _told(frame, booklet, asked, fields)
            made = stored.append(
                candidate.id, booklet, replace(said, question=name, text=text), told, act, author
            )
            audit.append(
                "object",
                author.actor,
                {
                    "objection": made.id,
                    "candidate": candidate.candidate.registration,
                    "about": said.about.value,
                    "question": name,
                },
            )
    return made


def may_raise(
    publication_: Publication, before: Iterable[StoredObjection], about: About, question: str
) -> bool:
    """Whether a candidate with these objections may object to this now."""
    return rules.refuses(publication_, before, about, question, datetime.now(UTC)) is None


def answer(folder: Path, objection: int, text: str, author: Author) -> StoredObjection:
    """Answer an objection: by a reason, or by having judged the question anew, with a word or without.

    Args:
        folder: the exam folder.
        objection: its number.
        text: what its candidate is told.
        author: who answers.

    Raises:
        NotFoundError: there is no such objection.
        MeanwhileError: somebody has answered it.
        RefusedError: who answers had decided it themselves, or the question is open.
        UsageError: no reason is given, and nothing was judged anew; or it is too long.
    """
    allow(author.actor, Verb.ANSWER_OBJECTION)
    said = text.strip()
    if len(said) > LONGEST:
        raise UsageError("this answer is too long", f"write {LONGEST} letters at most")
    with opened(folder) as records:
        frame = up_to_date.look(records)
        frame.prepare()
        with writing():
            found = stored.one(objection)
            if found is None:
                raise NotFoundError(f"there is no objection {objection}", "load the list again")
            if found.reply is not None:
                raise MeanwhileError(f"{found.reply.who} has answered it", "nothing: it is answered")
            if not rules.may_answer(found, author.who):
                raise RefusedError("you had decided this yourself", "leave the answer to somebody else")
            credits, anew = None, None
            if not found.about.clerical:
                booklet = _booklet(found)
                credits = results.credits_of([booklet]).get(booklet, {}).get(found.question)
                if credits is None:
                    raise RefusedError("this question is open", "judge it, or settle it, first")
                anew = _judged_anew(frame, booklet, found, author.who)
            if not said and anew is None:
                raise UsageError("an answer gives a reason", "say why, or judge the question anew first")
            outcome = rules.outcome(found, credits)
            stored.reply(found.id, outcome, said, credits, None if anew is None else anew.id, author)
            audit.append(
                "answer-objection",
                author.actor,
                {
                    "objection": found.id,
                    "outcome": outcome.value,
                    "judgement": None if anew is None else anew.id,
                    "why": author.why,
                },
            )
            return stored.one(found.id) or found


def listed(folder: Path) -> tuple[SeenObjection, ...]:
    """All objections, those that wait first, of each the oldest first; without what their questions earn.

    Raises:
        NotFoundError: nothing was printed yet.
    """
    with opened(folder) as records:
        found = sorted(stored.all_(), key=lambda each: (each.reply is not None, each.id))
        frame = up_to_date.look(records)
        people = candidates.with_ids({each.candidate for each in found})
        theirs = results.booklets_of(people)
        return tuple(
            _named(frame, each, people[each.candidate], theirs.get(each.candidate, each.booklet))
            for each in found
        )


def seen_one(folder: Path, objection: int) -> SeenObjection:
    """One of them.

    Raises:
        NotFoundError: there is no such objection.
    """
    with opened(folder) as records:
        found = stored.one(objection)
        if found is None:
            raise NotFoundError(f"there is no objection {objection}", "load the list again")
        return _seen(up_to_date.look(records), found)


def of_candidate(folder: Path, candidate: Enrolled) -> tuple[StoredObjection, ...]:
    """A candidate's, the oldest first."""
    with opened(folder):
        return stored.of_candidate(candidate.id)


def figures(folder: Path) -> Figures:
    """How many there are, and how long they take."""
    with opened(folder):
        return rules.figures(stored.all_(), datetime.now(UTC))


def _named(frame: Frame, each: StoredObjection, candidate: Enrolled, booklet: int | None) -> SeenObjection:
    """An objection with its question as the booklet asks it."""
    question = None if booklet is None or each.about.clerical else _find(frame, booklet, each.question)
    if booklet is None or question is None:
        return SeenObjection(each, candidate, booklet)
    return SeenObjection(each, candidate, booklet, question, frame.exams.numbers(booklet)[question.id])


def _seen(frame: Frame, each: StoredObjection) -> SeenObjection:
    """An objection with what its question earns, and who has decided that."""
    (candidate,) = candidates.with_ids({each.candidate}).values()
    found = _named(frame, each, candidate, results.booklet_of(each.candidate) or each.booklet)
    booklet, question = found.booklet, found.question
    if booklet is None or question is None:
        return found
    about = judgements.about(frozenset({booklet}), question.id)
    second = frame.arrangements.of(question.id).second
    told = _told(frame, booklet, question, _fields(frame, booklet, question.id))
    judged = rounds.told(about, second, question.step)
    return replace(found, credits=told.credits, judged=judged, judges=told.judges)


def _told(frame: Frame, booklet: int, question: Question, fields: Iterable[str]) -> Told:
    """What is told of a question now, and who has decided it."""
    about = judgements.about(frozenset({booklet}), question.id)
    by = rounds.told_by(about, frame.arrangements.of(question.id).second, question.step)
    settled = readings.settled_by(booklet, fields)
    return Told(
        results.credits_of([booklet]).get(booklet, {}).get(question.id),
        tuple(sorted({each.who for each in by} | settled)),
        tuple(each.id for each in by),
    )


def _judged_anew(frame: Frame, booklet: int, objection: StoredObjection, who: str) -> StoredJudgement | None:
    """The judgement of who answers that counts now, and did not when it was raised."""
    asked = frame.exams.of(booklet).questions
    step = next((each.step for each in asked if each.id == objection.question), None)
    if step is None:
        return None
    about = judgements.about(frozenset({booklet}), objection.question)
    by = rounds.told_by(about, frame.arrangements.of(objection.question).second, step)
    return next((each for each in by if each.who == who and each.id not in objection.told.judgements), None)


def _question(frame: Frame, booklet: int | None, question: str) -> Question:
    if booklet is None:
        raise NotFoundError("no booklet of yours was found", "say so: your script is missing")
    found = _find(frame, booklet, question)
    if found is None:
        raise NotFoundError(f"your booklet has no question {question!r}", "load the page again")
    return found


def _find(frame: Frame, booklet: int, question: str) -> Question | None:
    asked = frame.exams_with_texts.of(booklet).questions
    return next((each for each in asked if each.id == question), None)


def _fields(frame: Frame, booklet: int, question: str) -> tuple[str, ...]:
    """The Fields of a question on its paper."""
    fields = frame.papers_of(frozenset({booklet})).fields(booklet)
    return tuple(field.id for _, field in fields if question and field.question == question)


def _booklet(objection: StoredObjection) -> int:
    booklet = results.booklet_of(objection.candidate) or objection.booklet
    if booklet is None:
        raise RefusedError("no booklet of this candidate is found", "look for it first")
    return booklet


def _refusal(refusal: Refusal) -> RefusedError:
    match refusal:
        case Refusal.NOT_PUBLISHED:
            return RefusedError("no results are published", "wait until they are")
        case Refusal.NOT_NOW:
            return RefusedError("no objection is taken now", "ask the examiner")
        case Refusal.WAITING:
            return RefusedError(
                "you have objected to this already, and nobody has answered yet", "wait for the answer"
            )
        case Refusal.TOO_OFTEN:
            return RefusedError("you have objected to this too often", "ask the examiner")


def _check_mark(mark: Marked, booklet: int | None, size: Size) -> None:
    spots = () if booklet is None else {image.spot for image in own_images(booklet)}
    if mark.spot not in spots or mark.box.w < 0 or mark.box.h < 0 or not mark.box.inside(size):
        raise UsageError("this place is on no page of yours", "mark it again")


def _sent_again(before: StoredObjection, candidate: Enrolled, about: About, question: str) -> StoredObjection:
    if (before.candidate, before.about, before.question) != (candidate.id, about, question):
        raise UsageError("this act was about something else", "load the page again")
    return before
