"""Judge alike: a group of answers that have something in common is judged as one act, all or none.

Each answer gets a judgement of its own, by an act of its own that is named after the group's; so each can be
looked at, changed and explained like any other. The group is taken back as a whole.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from klausur.actions import judge, up_to_date
from klausur.actions.judge import AskedAnewError, JudgedMeanwhileError, Judging, RubricChangedError, Ticked
from klausur.actions.roles import Verb, allow
from klausur.base.errors import UsageError
from klausur.state.facts import Author
from klausur.state.judgements import StoredJudgement, act_of_member, group_name
from klausur.store import audit, derive, judgements
from klausur.store.derive import Touched
from klausur.store.folder import opened, writing
from klausur.store.frame import Frame


@dataclass(frozen=True, slots=True)
class Member:
    """What who judges a group has been shown of one of its answers.

    ``images`` are those of its pages; ``by`` is the name of its rubric, that of the one in force if None.
    """

    images: frozenset[int]
    by: str | None = None


@dataclass(frozen=True, slots=True)
class JudgedAlike:
    """What came of it: the judgements ``made``, and newer ones of other people that stand instead."""

    made: tuple[StoredJudgement, ...]
    meanwhile: tuple[StoredJudgement, ...] = ()


def judge_alike(
    folder: Path,
    question: str,
    answers: Mapping[int, Member],
    ticked: Ticked,
    author: Author,
    *,
    act: str,
    looked: int,
) -> JudgedAlike:
    """Record what all answers of a group earn.

    Args:
        folder: the exam folder.
        question: the question's id.
        answers: the booklets, each with what was shown of it.
        ticked: what is given to each of them.
        author: who judges.
        act: names this act; the same one again records nothing more.
        looked: the newest judgement, of whatever answer, when the group was shown. Answers that somebody
            else judged since, otherwise, are left as they are.

    Raises:
        NotFoundError: there is no such booklet or question.
        RefusedError: no page of an answer was found.
        UsageError: no answer is named, the question is not judged by people, or what is ticked does not fit.
        RubricChangedError: a rubric was changed since, in what matters to this judgement.
    """
    allow(author.actor, Verb.JUDGE)
    if not answers:
        raise UsageError("no answer is named", "say which are judged")
    group = group_name(act)
    with opened(folder) as records:
        frame = up_to_date.frame(records)
        while True:
            known = frame.known
            frame.papers_of(frozenset(answers))  # looked up once for all
            wanted = [
                _wanted(frame, booklet, question, ticked, member, act_of_member(group, booklet))
                for booklet, member in sorted(answers.items())
            ]
            frame.prepare()
            with suppress(AskedAnewError), writing():
                before = judgements.by_group(group, question, author.who)
                if before:
                    return JudgedAlike(before)
                done = _append(frame, wanted, author, looked)
                if done.made:
                    touched = {(each.booklet, each.question) for each in done.made}
                    derive.refresh(frame, Touched(answers=touched))
                    audit.append("judge-alike", author.actor, _told(question, done, author))
                if frame.known != known:  # the key or a rubric, since it was looked up
                    raise AskedAnewError
                return done


def _wanted(
    frame: Frame, booklet: int, question: str, ticked: Ticked, member: Member, act: str
) -> Judging | RubricChangedError:
    asked, judged = judge.judged_by(frame, booklet, question, ticked, member.by)
    if isinstance(judged, RubricChangedError):
        return judged
    here = judge.answer_pages(frame, booklet, asked.id)
    return Judging(booklet, asked, judged, here, act, member.images)


def _append(
    frame: Frame, wanted: list[Judging | RubricChangedError], author: Author, looked: int
) -> JudgedAlike:
    made, meanwhile = [], []
    for one in wanted:
        if isinstance(one, RubricChangedError):
            raise one
        try:
            made.append(judge.append(frame, one, author, looked))
        except JudgedMeanwhileError as error:
            meanwhile.append(error.last)
    return JudgedAlike(tuple(made), tuple(meanwhile))


def _told(question: str, done: JudgedAlike, author: Author) -> dict[str, object]:
    return {
        "question": question,
        "answers": [
            {"booklet": each.booklet, "judgement": each.id, "credits": str(each.judged.credits)}
            for each in done.made
        ],
        "why": author.why,
    }
