"""Arrange the judging: who judges what until when, second correction, answers that are shown again.

An assignment names a share of a question's answers, and what it has of them is looked up whenever somebody
asks. Rules of a question replace those before them; what was judged stays as it was, and State is derived
anew by them.
"""

import secrets
from collections.abc import Iterable, Iterator, Sequence
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
from klausur.store.folder import opened, writing
from klausur.store.frame import Frame

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
    return share_out(folder, question, [assigned], author)[0]


def share_out(
    folder: Path, question: str, wanted: Sequence[Assigned], author: Author
) -> tuple[StoredAssignment, ...]:
    """Assign shares of a question to several people, all or none; raises what `assign` does."""
    allow(author.actor, Verb.ASSIGN)
    said = [replace(each, to=each.to.strip(), note=each.note.strip()[:_LONGEST]) for each in wanted]
    for each in said:
        _check(each)
    with opened(folder) as records:
        asked = question_of(up_to_date.frame(records), question)
        with writing():
            before = {each.assigned for each in arrangements.all_().assigned(asked.id)}
            if before & {*said}:
                raise RefusedError("just that is assigned already", "see 'klausur judge assignments'")
            made = tuple(arrangements.assign(asked.id, each, author) for each in said)
            audit.append(
                "assign",
                author.actor,
                {"assigned": [_detail(each) for each in made], "why": author.why},
            )
    return made


def withdraw(folder: Path, assignment: int, author: Author) -> StoredAssignment:
    """Have an assignment count no more: what it had is given to whoever asks, or is assigned to others.

    Raises:
        NotFoundError: nothing is assigned by this number.
    """
    allow(author.actor, Verb.ASSIGN)
    with opened(folder), writing():
        found = _standing(assignment)
        arrangements.withdraw(found, author)
        audit.append("withdraw-assignment", author.actor, {**_detail(found), "why": author.why})
    return found


def hand_over(folder: Path, assignment: int, to: str, author: Author) -> StoredAssignment:
    """Assign what somebody was assigned to somebody else instead, with its day and note.

    Raises:
        NotFoundError: nothing is assigned by this number.
        UsageError: nobody is named.
        RefusedError: just that is assigned to them already.
    """
    allow(author.actor, Verb.ASSIGN)
    with opened(folder), writing():
        found = _standing(assignment)
        said = replace(found.assigned, to=to.strip())
        _check(said)
        if said in {each.assigned for each in arrangements.all_().assigned(found.question)}:
            raise RefusedError("just that is assigned already", "see 'klausur judge assignments'")
        arrangements.withdraw(found, author)
        made = arrangements.assign(found.question, said, author)
        detail = {"assigned": [_detail(made)], "instead": found.id, "why": author.why}
        audit.append("assign", author.actor, detail)
    return made


def _standing(assignment: int) -> StoredAssignment:
    found = next((each for each in arrangements.all_().assignments if each.id == assignment), None)
    if found is None:
        raise NotFoundError(
            f"nothing is assigned by the number {assignment}", "see 'klausur judge assignments'"
        )
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


def grades(folder: Path) -> tuple[str, ...]:
    """The grades that a booklet may have, from the best to the one that fails; none without a grade key.

    Raises:
        NotFoundError: nothing was printed yet.
    """
    with opened(folder) as records:
        return _grades(up_to_date.frame(records))


def _grades(frame: Frame) -> tuple[str, ...]:
    key = frame.exams.first.grades
    return tuple(dict.fromkeys((*(name for name, _ in key.thresholds), key.fail)))


def set_rules(folder: Path, question: str, rules: JudgingRules, author: Author) -> JudgingRules:
    """Say how a question is judged from now on; the rules before are kept.

    Args:
        folder: the exam folder.
        question: the question's id, or its number in the exam's source.
        rules: all of them. A sample without a seed gets one; it keeps that of the rules before.
        author: who says so; nothing is recorded if it is so already.

    Raises:
        NotFoundError: there is no such question.
        UsageError: nobody judges it, or the rules cannot be.
    """
    allow(author.actor, Verb.SET_JUDGING)
    with opened(folder) as records:
        frame = up_to_date.frame(records)
        asked = question_of(frame, question)
        _check_rules(rules, _grades(frame))
        with writing():
            before = arrangements.all_().of(asked.id)
            wanted = _seeded(rules, before)
            if wanted == before:
                return wanted
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


def _check_rules(rules: JudgingRules, grades: Sequence[str]) -> None:
    second, repeats = rules.second, rules.repeats
    remedy = "see 'klausur judge rules --help'"
    if second is not None:
        if not 1 <= second.percent <= 100:
            raise UsageError(f"{second.percent} % is no sample", remedy)
        if second.tolerance < 0:
            raise UsageError("a tolerance is not below 0", remedy)
        for name in second.grades:
            if name not in grades:
                raise UsageError(f"there is no grade {name}", f"the grades are {', '.join(grades)}")
    if repeats is not None and not (2 <= repeats.every <= 1000 and 0 <= repeats.after <= 1000):
        raise UsageError("own answers come again as each 2nd to 1000th, 0 to 1000 answers later", remedy)


def _seeded(rules: JudgingRules, before: JudgingRules) -> JudgingRules:
    second = rules.second
    if second is None or second.percent == 100 or second.seed:
        return rules
    kept = 0 if before.second is None else before.second.seed
    return replace(rules, second=replace(second, seed=kept or 1 + secrets.randbelow(10**9)))


def _detail(assignment: StoredAssignment) -> dict[str, object]:
    return {
        "assignment": assignment.id,
        "question": assignment.question,
        **arrangements.plain(assignment.assigned),
    }
