"""Arrange the judging: who judges what until when, second correction, answers that are shown again.

An assignment names a share of a question's answers, and what it has of them is looked up whenever somebody
asks. Rules of a question replace those before them; what was judged stays as it was, and State is derived
anew by them.
"""

import secrets
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from klausur.actions import up_to_date
from klausur.actions.roles import Verb, allow
from klausur.base.errors import NotFoundError, RefusedError, UsageError
from klausur.exam.model import Question
from klausur.state.arrangements import Assigned, JudgingRules, StoredAssignment
from klausur.state.facts import Author
from klausur.state.judgements import Round
from klausur.store import arrangements, audit, judgements, put_off
from klausur.store.derive import Frame
from klausur.store.folder import opened, writing

_LONGEST = 500
"""Letters of a note."""


def assign(folder: Path, question: str, assigned: Assigned, author: Author) -> StoredAssignment:
    """Assign a share of a question to somebody.

    Args:
        folder: the exam folder.
        question: the question's id, or its number in the exam's source.
        assigned: to whom, which share, until when.
        author: who assigns it.

    Raises:
        NotFoundError: there is no such question.
        UsageError: nobody judges it, or there is no such share.
        RefusedError: just that is assigned already.
    """
    allow(author.actor, Verb.ASSIGN)
    said = replace(assigned, to=assigned.to.strip(), note=assigned.note.strip()[:_LONGEST])
    _check(said)
    with opened(folder) as records:
        asked = question_of(up_to_date.frame(records), question)
        with writing():
            same = (each for each in arrangements.all_().assigned(asked.id) if each.assigned == said)
            if next(same, None) is not None:
                raise RefusedError("just that is assigned already", "see 'klausur judge assignments'")
            made = arrangements.assign(asked.id, said, author)
            audit.append("assign", author.actor, _detail(made, author))
    return made


def withdraw(folder: Path, assignment: int, author: Author) -> StoredAssignment:
    """Have an assignment count no more: what it had is given to whoever asks, or is assigned to others.

    Raises:
        NotFoundError: nothing is assigned by this number.
    """
    allow(author.actor, Verb.ASSIGN)
    with opened(folder), writing():
        standing = arrangements.all_().assignments
        found = next((each for each in standing if each.id == assignment), None)
        if found is None:
            raise NotFoundError(
                f"nothing is assigned by the number {assignment}", "see 'klausur judge assignments'"
            )
        arrangements.withdraw(found, author)
        audit.append("withdraw-assignment", author.actor, _detail(found, author))
    return found


def rules_of(folder: Path, question: str) -> JudgingRules:
    """How a question is judged now.

    Raises:
        NotFoundError: there is no such question.
        UsageError: nobody judges it.
    """
    with opened(folder) as records:
        frame = up_to_date.frame(records)
        return frame.arrangements.of(question_of(frame, question).id)


def set_rules(folder: Path, question: str, rules: JudgingRules, author: Author) -> JudgingRules:
    """Say how a question is judged from now on; the rules before are kept in the records.

    Args:
        folder: the exam folder.
        question: the question's id, or its number in the exam's source.
        rules: all of them. A sample without a seed gets one; it keeps that of the rules before.
        author: who says so.

    Raises:
        NotFoundError: there is no such question.
        UsageError: nobody judges it, or the rules cannot be.
        RefusedError: these are its rules.
    """
    allow(author.actor, Verb.SET_JUDGING)
    with opened(folder) as records:
        frame = up_to_date.frame(records)
        asked = question_of(frame, question)
        names = {frame.exams.first.grades.fail, *(n for n, _ in frame.exams.first.grades.thresholds)}
        _check_rules(rules, names)
        with writing():
            before = arrangements.all_().of(asked.id)
            wanted = _seeded(rules, before)
            if wanted == before:
                raise RefusedError(
                    f"question {asked.number} is judged so already", "nothing: those are its rules"
                )
            missing = sorted(set(wanted.seeds) - judgements.judged_among(asked.id, wanted.seeds))
            if missing:
                raise UsageError(
                    f"nobody has judged question {asked.number} of booklet {missing[0]}",
                    "choose answers as seeds that were judged",
                )
            arrangements.set_rules(asked.id, wanted, author)
            if wanted.second != before.second:
                put_off.put_off(n for p in frame.exams.printings for n in p.booklets)
            audit.append(
                "set-judging",
                author.actor,
                {"question": asked.id, "rules": arrangements.plain(wanted), "why": author.why},
            )
        up_to_date.look(records)
    return wanted


def question_of(frame: Frame, question: str) -> Question:
    """A question that people judge, by its id or its number in the exam's source.

    Raises:
        NotFoundError: there is none.
        UsageError: nobody judges it.
    """
    asked = frame.exams.first.questions
    found = next((q for q in asked if question in {q.id, q.number}), None)
    if found is None:
        raise NotFoundError(f"there is no question {question!r}", f"its ids are {', '.join(_ids(asked))}")
    if not found.kind.corrected:
        raise UsageError(f"nobody judges {found.id}", f"people judge {', '.join(_ids(asked))}")
    return found


def _ids(questions: Iterable[Question]) -> Iterator[str]:
    return (q.id for q in questions if q.kind.corrected)


def _check(said: Assigned) -> None:
    if not said.to:
        raise UsageError("nobody is named", "say who judges it")
    if said.round not in {Round.FIRST, Round.SECOND, Round.THIRD}:
        raise UsageError(f"nobody is assigned a {said.round} judgement", "name first, second or third")
    if not 1 <= said.part.number <= said.part.of <= 100:
        raise UsageError(f"there is no part {said.part.number} of {said.part.of}", "name one as 1/3")
    if said.stretch is not None and not 1 <= said.stretch.first <= said.stretch.last:
        raise UsageError("answers are named from the first to the last", "name them as 1-50")


def _check_rules(rules: JudgingRules, grades: set[str]) -> None:
    second, repeats = rules.second, rules.repeats
    remedy = "see 'klausur judge rules --help'"
    if second is not None:
        if not 1 <= second.percent <= 100:
            raise UsageError(f"{second.percent} % is no sample", remedy)
        if second.tolerance < 0:
            raise UsageError("a tolerance is not below 0", remedy)
        for name in second.grades:
            if name not in grades:
                raise UsageError(f"there is no grade {name}", f"the grades are {', '.join(sorted(grades))}")
    if repeats is not None and not (2 <= repeats.every <= 1000 and 0 <= repeats.after <= 1000):
        raise UsageError("own answers come again as each 2nd to 1000th, 0 to 1000 answers later", remedy)


def _seeded(rules: JudgingRules, before: JudgingRules) -> JudgingRules:
    second = rules.second
    if second is None or second.percent == 100 or second.seed:
        return rules
    kept = 0 if before.second is None else before.second.seed
    return replace(rules, second=replace(second, seed=kept or 1 + secrets.randbelow(10**9)))


def _detail(assignment: StoredAssignment, author: Author) -> dict[str, object]:
    return {
        "assignment": assignment.id,
        "question": assignment.question,
        "assigned": arrangements.plain(assignment.assigned),
        "why": author.why,
    }
