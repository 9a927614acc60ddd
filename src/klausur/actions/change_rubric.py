"""Change a rubric: an examiner adds, rewords, re-values, orders and removes its lines while others grade.

The exam as it was printed stays what it was; each change is a record of its own, and the newest is in force.
What was judged keeps what it gave. Whoever changes a rubric is shown first what becomes of it, and says
whether what is judged is counted anew, as their own judgement, and what is looked at again.
"""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from pathlib import Path

from klausur.actions import up_to_date
from klausur.actions.roles import Verb, allow
from klausur.base.errors import MeanwhileError, NotFoundError, RefusedError, UsageError
from klausur.exam.content import Content
from klausur.exam.model import Question
from klausur.exam.rubric import Rubric
from klausur.exam.rubric_lines import (
    LineChange,
    RubricLine,
    changes,
    contents_of,
    lines_of,
    together,
    with_ids,
)
from klausur.exam.rubric_of_lines import rubric_of
from klausur.exam.typed_text import typed
from klausur.roster.model import Candidate
from klausur.state import rounds
from klausur.state.facts import Author
from klausur.state.judgements import WITH_RUBRIC, StoredJudgement, by_answer
from klausur.state.rubric_changes import NewLook, RubricEffect, effect
from klausur.store import audit, derive, exams, judgements, owner_rows, put_off, rubrics
from klausur.store.derive import Touched
from klausur.store.folder import opened, writing
from klausur.store.frame import Frame
from klausur.store.rubrics import StoredRubric

_AT_ONCE = 8
"""Booklets that are derived in the transaction itself; more than these follow in portions."""


@dataclass(frozen=True, slots=True)
class RubricNow:
    """The rubric of a question as it is in force.

    Attributes:
        edition: of which edition.
        question: with that rubric, of the lowest variant.
        lines: the rubric's, each with its words as they would be typed.
        stamp: its name.
        versions: all changes of it, the newest last.
        decided: the decision about the key that it has its words of.
        editions: the editions that people judge this question in.
        varies: whether some words are not the same in all variants.
    """

    edition: int
    question: Question
    lines: tuple[RubricLine, ...]
    stamp: str
    versions: tuple[StoredRubric, ...]
    decided: int
    editions: tuple[int, ...]
    varies: bool

    @property
    def last(self) -> StoredRubric | None:
        """The change that is in force, if one can be taken back."""
        found = self.versions[-1] if self.versions else None
        return found if found is not None and found.key == self.decided else None


@dataclass(frozen=True, slots=True)
class RubricChange:
    """What a change of a rubric comes to, or came to.

    Attributes:
        now: the rubric before.
        after: the other rubric, in the words of the lowest variant.
        lines: its lines, each with its id and its words.
        changes: line by line.
        effects: of those answers that are judged and concerned.
        judged: how many are judged.
        recorded: the change as it was recorded; None where it only would be.
        moved: the booklets of which credits were changed.
        again: those that are looked at again.
        people: whose booklets are, where that is known.
    """

    now: RubricNow
    after: Rubric
    lines: tuple[RubricLine, ...]
    changes: tuple[LineChange, ...]
    effects: tuple[RubricEffect, ...]
    judged: int
    recorded: StoredRubric | None = None
    moved: tuple[int, ...] = ()
    again: tuple[int, ...] = ()
    people: Mapping[int, Candidate] = field(default_factory=dict)


class RubricMeanwhileError(MeanwhileError):
    """Somebody else has changed the rubric since whoever changes it now has looked.

    Attributes:
        who: they.
        theirs: what they made of it: their change.
        mine: what this change comes to beside what both began with.
        both: both together, and the ids of lines that both changed, where this change holds.
    """

    def __init__(
        self,
        who: str,
        theirs: tuple[LineChange, ...],
        mine: tuple[LineChange, ...],
        both: tuple[tuple[RubricLine, ...], tuple[str, ...]],
    ) -> None:
        self.who, self.theirs, self.mine, self.both = who, theirs, mine, both
        super().__init__(f"{who} changed this rubric meanwhile", "look at both, and choose")


def rubric_now(folder: Path, question: str, *, edition: int | None = None) -> RubricNow:
    """The rubric of a question as it is in force.

    Args:
        folder: the exam folder.
        question: the question's id, or its number in the source's order.
        edition: the edition's number; the newest that has the question if None.

    Raises:
        NotFoundError: nothing was printed, or there is no such edition or question.
        UsageError: people do not judge it by a rubric.
    """
    with opened(folder) as records:
        return _now(up_to_date.frame(records), question, edition)


def change_rubric(  # noqa: PLR0913 - who changes a rubric says all of this
    folder: Path,
    question: str,
    lines: Sequence[RubricLine],
    author: Author,
    *,
    edition: int | None = None,
    looked: str | None = None,
    apply: bool = False,
    again: bool = False,
    dry_run: bool = False,
) -> RubricChange:
    """Let a rubric be this from now on.

    Args:
        folder: the exam folder.
        question: the question's id, or its number in the source's order.
        lines: of the rubric; one without an id is new, one with the words that it has now keeps them.
        author: who changes it, and why.
        edition: the edition's number; the newest that has the question if None.
        looked: the name of the rubric that they have seen; None if they want to have the last word.
        apply: whether answers that are judged are counted anew, each by a judgement of who changes it.
        again: whether answers that want a new look are put back among the open ones.
        dry_run: record nothing.

    Raises:
        NotFoundError: nothing was printed, or there is no such edition or question.
        UsageError: the lines make no rubric, or nothing is changed.
        RubricMeanwhileError: somebody else has changed it since they looked.
    """
    allow(author.actor, Verb.CHANGE_RUBRIC)
    with opened(folder) as records:
        frame = up_to_date.look(records)
        while True:
            frame.keep_up()
            known = frame.known
            now = _now(frame, question, edition)
            used = _used(frame, now)
            _see_that_they_are_known(now, used, lines)
            if looked is not None and looked != now.stamp:
                _see_both(frame, now, looked, lines)
            other = _Other(frame, now, with_ids(_with_words_of(now, lines), used))
            found = other.change()
            if not found.changes:
                raise UsageError("nothing of the rubric is changed", "change a line of it first")
            if dry_run:
                whose = {tie.booklet: tie.candidate for tie in owner_rows.tied()}
                return replace(found, people={b: who for b, who in whose.items() if who is not None})
            frame.prepare()
            with writing():
                frame.keep_up()
                if frame.known == known:
                    made = _record(frame, now, other, author, apply=apply, again=again)
                    break
        up_to_date.look(records)
    return made


def undo_rubric(folder: Path, version: int, author: Author) -> StoredRubric:
    """Take the newest change of a rubric back, with the judgements and new looks that came with it.

    What somebody has judged since stays.

    Args:
        folder: the exam folder.
        version: the number of the change.
        author: who takes it back, and why.

    Raises:
        NotFoundError: there is no such change.
        RefusedError: it is not the newest of its question, or the key was decided anew since.
    """
    allow(author.actor, Verb.CHANGE_RUBRIC)
    with opened(folder) as records:
        frame = up_to_date.look(records)
        frame.prepare()
        with writing():
            was = rubrics.one(version)
            if was is None:
                raise NotFoundError(f"there is no change {version} of a rubric", "see 'klausur rubric show'")
            known = rubrics.versions(was.edition, was.question)
            if known[-1].id != was.id:
                raise RefusedError(
                    f"the rubric was changed again since, by {known[-1].who}", "take that back first"
                )
            if was.key != exams.decided(was.edition):
                raise RefusedError(
                    "the key was decided anew since, with this rubric", "change the rubric instead"
                )
            before = [each for each in known[:-1] if each.key == was.key]
            lines = before[-1].lines if before else _lines_of_key(frame, was)
            made = rubrics.append(
                *(was.edition, was.question, was.key, lines, (f"change {was.id} was taken back",), author),
                undoes=was.id,
            )
            touched = _take_back(was, made, author)
            _derive(frame, was.question, touched)
            audit.append(
                "undo-rubric",
                author.actor,
                {"question": was.question, "edition": was.edition, "rubric": was.id, "why": author.why}
                | {"booklets": sorted(touched)},
            )
        up_to_date.look(records)
    return made


def _now(frame: Frame, question: str, edition: int | None) -> RubricNow:
    printed = frame.exams_with_texts
    asked: dict[int, Question] = {}
    meant = {
        number: {q.id for q in exam.questions if question in {q.id, q.number}}
        for number, exam in printed.by_edition.items()
    }
    for (number, _), exam in sorted(printed.known.items(), key=lambda at: at[0]):
        for q in exam.questions:
            if q.id in meant[number]:
                asked.setdefault(number, q)
    if not asked:
        names = ", ".join(q.id for q in printed.first.questions if q.kind.corrected)
        raise NotFoundError(f"there is no question {question!r}", f"people judge: {names or 'none'}")
    chosen = max(asked) if edition is None else edition
    if chosen not in asked:
        raise NotFoundError(
            f"edition {chosen} has no question {question!r}",
            f"editions that have: {', '.join(map(str, asked))}",
        )
    numbers = {q.id: q.number for q in printed.by_edition[chosen].questions}
    found = replace(asked[chosen], number=numbers[asked[chosen].id])
    if not found.kind.corrected:
        raise UsageError(f"{found.id} is scored by what is crossed or written in it", "see 'klausur key'")
    if found.rubric is None:
        raise UsageError(f"question {found.number} has no rubric", "its credits are given without one")
    words = {
        tuple(None if c is None else c.text for c in contents_of(q.rubric).values())
        for (number, _), exam in printed.known.items()
        if number == chosen
        for q in exam.questions
        if q.id == found.id
    }
    return RubricNow(
        chosen,
        found,
        _typed(found.rubric),
        printed.changed.get((chosen, found.id)) or printed.stamps[chosen],
        rubrics.versions(chosen, found.id),
        exams.decided(chosen),
        tuple(asked),
        len(words) > 1,
    )


def _typed(rubric: Rubric | None) -> tuple[RubricLine, ...]:
    """The lines of a rubric with their words as they would be typed."""
    words = contents_of(rubric)
    return tuple(replace(line, text=_words(words, line.id)) for line in lines_of(rubric))


def _words(words: Mapping[str, Content | None], name: str) -> str:
    content = words.get(name)
    return "" if content is None else typed(content)


def _with_words_of(now: RubricNow, lines: Sequence[RubricLine]) -> tuple[RubricLine, ...]:
    """The same; lines that say what they say now, or nothing, say it in the words that were printed."""
    known = {line.id: line.text for line in now.lines}
    last = {} if now.last is None else {line.id: line.text for line in now.last.lines}

    def words(line: RubricLine) -> str:
        said = " ".join(line.text.split())
        return last.get(line.id, "") if line.id in known and said in {"", known[line.id]} else said

    return tuple(replace(line, text=words(line)) for line in lines)


def _see_that_they_are_known(now: RubricNow, used: AbstractSet[str], lines: Iterable[RubricLine]) -> None:
    unknown = [line.id for line in lines if line.id and line.id not in used]
    if unknown:
        names = ", ".join(line.id for line in now.lines)
        raise UsageError(f"the rubric has no item {unknown[0]!r}", f"its items are {names}")


def _used(frame: Frame, now: RubricNow) -> set[str]:
    """All ids that a line of this question ever had."""
    base = exams.rubric_at(
        now.edition,
        now.question.id,
        exams.stamp(0, 0),
        frame.folder,
        _lowest(frame, now.edition, now.question.id),
    )
    return {
        *contents_of(base),
        *contents_of(now.question.rubric),
        *(line.id for version in now.versions for line in version.lines),
    }


def _lowest(frame: Frame, edition: int, question: str) -> int:
    """The lowest variant that asks a question."""
    return min(
        variant
        for (number, variant), exam in frame.exams.known.items()
        if number == edition and any(q.id == question for q in exam.questions)
    )


def _see_both(frame: Frame, now: RubricNow, looked: str, lines: Sequence[RubricLine]) -> None:
    """Tell of what somebody else changed, unless that is nothing."""
    variant = _lowest(frame, now.edition, now.question.id)
    base = exams.rubric_at(now.edition, now.question.id, looked, frame.folder, variant)
    theirs = changes(base, now.question.rubric)
    if not theirs:
        return
    said = contents_of(base)
    mine = [replace(line, text=line.text or _words(said, line.id)) for line in lines]
    wanted = rubric_of(with_ids(mine, _used(frame, now)), base, now.question.place)
    who = now.versions[-1].who if now.versions else exams.decisions()[-1].who
    both = together(_typed(base), now.lines, mine)
    raise RubricMeanwhileError(who, theirs, changes(base, wanted), both)


def _of_key(frame: Frame, now: RubricNow, variant: int) -> Rubric | None:
    """The rubric by the key that counts, before it was changed since."""
    name = exams.stamp(now.decided, 0)
    return exams.rubric_at(now.edition, now.question.id, name, frame.folder, variant)


def _lines_of_key(frame: Frame, was: StoredRubric) -> tuple[RubricLine, ...]:
    name = exams.stamp(was.key, 0)
    variant = _lowest(frame, was.edition, was.question)
    return lines_of(exams.rubric_at(was.edition, was.question, name, frame.folder, variant))


class _Other:
    """Another rubric, counted twice: for a look, and once more under the lock, as others go on judging."""

    def __init__(self, frame: Frame, now: RubricNow, lines: tuple[RubricLine, ...]) -> None:
        self.now, self.lines = now, lines
        self._frame = frame
        self._made: dict[int, Rubric] = {}
        self._known: dict[tuple[str, int], Rubric] = {}
        self.here = self._after(_lowest(frame, now.edition, now.question.id))

    def change(self) -> RubricChange:
        """What it comes to now."""
        now, words = self.now, contents_of(self.here)
        judged = self._counting()
        effects = (self._effect(each) for each in judged)
        return RubricChange(
            now,
            self.here,
            tuple(replace(line, text=_words(words, line.id)) for line in self.lines),
            changes(now.question.rubric, self.here),
            tuple(each for each in effects if each.concerned),
            len(judged),
        )

    def _effect(self, judgement: StoredJudgement) -> RubricEffect:
        variant = self._frame.exams.at(judgement.booklet)[1]
        name = judgement.judged.rubric or exams.stamp(0, 0)
        credits = next(
            q.credits
            for q in self._frame.exams.known[self.now.edition, variant].questions
            if q.id == self.now.question.id
        )
        return effect(judgement, self._before(name, variant), self._after(variant), credits)

    def _after(self, variant: int) -> Rubric:
        if variant not in self._made:
            of_key = _of_key(self._frame, self.now, variant)
            self._made[variant] = rubric_of(self.lines, of_key, self.now.question.place)
        return self._made[variant]

    def _before(self, name: str, variant: int) -> Rubric:
        at = name, variant
        if at not in self._known:
            question = self.now.question.id
            found = exams.rubric_at(self.now.edition, question, name, self._frame.folder, variant)
            self._known[at] = found or self._after(variant)
        return self._known[at]

    def _counting(self) -> list[StoredJudgement]:
        """The judgements of the question that count in a round, of booklets of the edition."""
        found = by_answer(judgements.about(question=self.now.question.id))
        return [
            one
            for (booklet, _), each in sorted(found.items())
            if self._frame.exams.at(booklet)[0] == self.now.edition
            for one in rounds.standing(each).values()
        ]


def _record(
    frame: Frame, now: RubricNow, other: _Other, author: Author, *, apply: bool, again: bool
) -> RubricChange:
    """Record a change with what comes with it. Within the transaction."""
    found = other.change()
    made = rubrics.append(
        *(now.edition, now.question.id, now.decided, other.lines, (c.text for c in found.changes), author)
    )
    stamp = exams.stamp(now.decided, made.id)
    moved, again_in = [], []
    looks: dict[int, tuple[NewLook, ...]] = {}
    for each in found.effects:
        standing = each.judgement
        before = rubrics.wanted_look(standing.id) if standing.again else None
        reasons = tuple(dict.fromkeys((*(before.reasons if before else ()), *(each.looks if again else ()))))
        if apply and each.judged is not None and (each.touched or each.moves):
            act, judged = f"{_acts(made)}{standing.id}", replace(each.judged, rubric=stamp)
            standing = judgements.append(
                *(standing.booklet, standing.question, judged, standing.images, act, author),
                standing.round,
            )
            moved += [standing.booklet] if each.moves else []
        if reasons:
            looks[standing.id] = reasons
            again_in.append(standing.booklet)
    rubrics.want_looks(made.id, looks, author)
    _derive(frame, now.question.id, {each.judgement.booklet for each in found.effects})
    audit.append(
        "change-rubric",
        author.actor,
        {
            "question": now.question.id,
            "edition": now.edition,
            "rubric": made.id,
            "what": list(made.what),
            "why": author.why,
            "booklets": moved,
            "again": again_in,
        },
    )
    return replace(found, recorded=made, moved=tuple(moved), again=tuple(again_in))


def _acts(change: StoredRubric) -> str:
    """How the names of acts begin by which answers were counted anew."""
    return f"{WITH_RUBRIC}{change.id}-"


def _take_back(was: StoredRubric, made: StoredRubric, author: Author) -> set[int]:
    """Take back what came with a change: the booklets that this is about. Within the transaction."""
    touched: set[int] = set()
    of_question = judgements.about(question=was.question)
    by_id = {one.id: one for one in of_question}
    for one in of_question:
        if one.act.startswith(_acts(was)) and not one.taken_back:
            judgements.take_back(
                one.id, replace(author, why=author.why or "the rubric's change was taken back")
            )
            touched.add(one.booklet)
    wanted = rubrics.looks_wanted_by(was.id)
    earlier = rubrics.looks_before(was.id, wanted)
    rubrics.want_looks(made.id, earlier, author, no_more=sorted(wanted - earlier.keys()))
    return touched | {by_id[number].booklet for number in wanted if number in by_id}


def _derive(frame: Frame, question: str, booklets: AbstractSet[int]) -> None:
    if len(booklets) <= _AT_ONCE:
        derive.refresh(frame, Touched(answers=frozenset((number, question) for number in booklets)))
    else:
        put_off.put_off(booklets)
