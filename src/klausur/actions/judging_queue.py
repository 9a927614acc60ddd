"""The queue of a question's answers: which is judged next, by whom, and what was put aside.

Nobody is handed a list. Who asks for the next answer gets the first in the question's own order that is open,
that was not put aside, and that nobody looks at; they hold it for some minutes. What they do not judge comes
back by itself, and nothing is left out because somebody has gone. What is assigned to them comes before what
is nobody's, and what is others' does not come to them; nor does what they have judged in another round.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType

from klausur.actions import judge, judging_groups, judging_rounds, up_to_date
from klausur.actions.judging_groups import Like
from klausur.actions.roles import Verb, allow
from klausur.base.errors import NotFoundError, RefusedError, UsageError
from klausur.state.arrangements import JudgingRules, OpenAnswer, last_seed, shown_again, theirs
from klausur.state.facts import Actor, Author
from klausur.state.judgements import COMPARISONS, Round, StoredParking, following
from klausur.store import alike, audit, judgements
from klausur.store.folder import opened, writing

LEASE = timedelta(minutes=5)
"""How long who was given an answer has it for themselves; each sign of life begins it anew."""


@dataclass(frozen=True, slots=True)
class Next:
    """What is to be judged next, if anything is; so many are open, so many of them held by others.

    ``booklets`` are none where nothing is left that nobody else looks at, and several where a group is handed
    out, of which ``alike`` says what its answers have in common, or where several were asked for. ``there``
    counts all answers whose page was found, without ``others``: those that are assigned to others; the
    comparisons that somebody has made are there too. ``parked`` were put aside, and nobody has judged them.
    ``handed`` is the token of what the first one is handed as; several are all handed out in their turn.

    Of the booklets that somebody had before them, ``done`` are judged and ``aside`` put aside by now: who has
    sent these and not heard of them yet counts them no second time.
    """

    booklets: tuple[int, ...]
    there: int
    open: int
    held: int
    parked: int
    others: int = 0
    handed: str = ""
    alike: str = ""
    done: tuple[int, ...] = ()
    aside: tuple[int, ...] = ()

    @property
    def booklet(self) -> int | None:
        """The first of them."""
        return self.booklets[0] if self.booklets else None


def next_answer(  # noqa: PLR0913 - what somebody is given depends on all of this
    folder: Path,
    question: str,
    actor: Actor,
    *,
    after: int | None = None,
    besides: frozenset[int] = frozenset(),
    most: int = 1,
    alone: frozenset[int] | None = None,
    like: Mapping[int, Like] = MappingProxyType({}),
    now: datetime | None = None,
) -> Next:
    """Take the next answer to a question, or the next ones, or a group of them, and hold what is taken.

    Args:
        folder: the exam folder.
        question: the question's id.
        actor: who judges.
        after: begin behind this booklet; at the beginning if None.
        besides: booklets that they have before them already; they go on holding these.
        most: so many are taken one by one, if there are.
        alone: where the next answer is one of several that are alike, take all of these that are free, but
            for these booklets, which somebody has taken out of such a group; no groups if None.
        like: by booklet, which answers look as if the same was written.
        now: the time, in UTC; the clock's if None.

    Raises:
        NotFoundError: nothing was printed yet.
    """
    allow(actor, Verb.JUDGE)
    moment = datetime.now(UTC) if now is None else now
    with opened(folder) as records:
        frame = up_to_date.look(records)
        arranged = frame.arrangements
        rules = arranged.of(question)
        with writing(outlasts=False, together=True):
            judgements.ahead_of_queue(question)
            if alone is not None:
                alike.ahead(question)
            parked = {parking.booklet for parking in judgements.waiting_parkings(question)}
            unknown = judgements.awaiting(question)
            known = {each.booklet for each in unknown}
            waits = [each for each in unknown if each.booklet not in parked]
            all_ = judgements.booklets_there(question) if arranged.assigned(question) else ()
            may = theirs(question, actor.name, waits, arranged, all_)
            open_ = may.mine | may.free
            held = {b for b, who in judgements.held(question, moment).items() if who != actor.name}
            free = [
                number
                for some in (may.mine, may.free)
                for number in following(question, some - held - besides, after)
            ]
            compares = (rules.repeats is not None or bool(rules.seeds)) and (most == 1 or not free)
            done = judgements.done_by(actor.name, question) if compares else ()
            again = shown_again(question, rules, done, besides, after) if compares else None
            if again is None and not free:
                again = last_seed(question, rules, done, besides)
            if again is not None:
                taken = judging_groups.HandedOut((again[0],))
            else:
                together = _together(rules, waits, free)
                if alone is not None and together:
                    taken = judging_groups.group(frame, question, together, alone, like)
                else:
                    taken = judging_groups.HandedOut(tuple(together[:most]))
            holds = {*(taken.booklets if again is None else ()), *(besides & open_ - held)}
            there = judgements.there(question) + sum(each.round in COMPARISONS for each in done)
            judgements.hold(question, holds, actor.name, moment, LEASE)
    handed = None if again is None else again[1]
    return Next(
        taken.booklets,
        there - len(may.others),
        len(open_),
        len(open_ & held),
        len(unknown) - len(waits),
        len(may.others),
        judging_rounds.token(handed, taken.booklets[0], question, actor) if taken.booklets else "",
        taken.alike,
        tuple(sorted(besides - known)),
        tuple(sorted(besides & known & parked)),
    )


def _together(rules: JudgingRules, waits: Iterable[OpenAnswer], free: Sequence[int]) -> Sequence[int]:
    """Which may be judged together; the first alone, if what others gave is shown beside it."""
    rounds = {Round.THIRD}
    if rules.second is not None and not rules.second.blind:
        rounds.add(Round.SECOND)
    apart = {each.booklet for each in waits if each.awaits in rounds}
    return free[:1] if apart & {*free[:1]} else [number for number in free if number not in apart]


def hold_on(
    folder: Path, question: str, booklets: frozenset[int], actor: Actor, *, now: datetime | None = None
) -> frozenset[int]:
    """Hold these answers for another while, those that are open and nobody else looks at; which these are."""
    allow(actor, Verb.JUDGE)
    moment = datetime.now(UTC) if now is None else now
    with opened(folder), writing(outlasts=False):
        held = judgements.held(question, moment)
        there = booklets.intersection(judgements.open_answers(question))
        mine = frozenset(number for number in there if held.get(number, actor.name) == actor.name)
        judgements.hold(question, mine, actor.name, moment, LEASE)
    return mine


def let_go(folder: Path, question: str, booklets: frozenset[int], actor: Actor) -> None:
    """Hold these answers no longer: whoever asks next may be given them."""
    allow(actor, Verb.JUDGE)
    with opened(folder), writing(outlasts=False):
        held = judgements.held(question, datetime.min.replace(tzinfo=UTC))  # also what is over
        judgements.let_go(question, booklets & held.keys(), actor.name)


def park(folder: Path, booklet: int, question: str, text: str, author: Author, *, act: str) -> None:
    """Put an answer aside with a question to the examiner; it is given to nobody until they reply.

    Args:
        folder: the exam folder.
        booklet: the booklet's number.
        question: the question's id, or its number on this paper.
        text: what is asked.
        author: who asks.
        act: names this act; the same one again is nothing new.

    Raises:
        NotFoundError: there is no such booklet or question.
        UsageError: nothing is asked, or the question is not judged by people.
    """
    allow(author.actor, Verb.PARK)
    if not text.strip():
        raise UsageError("nothing is asked", "say what the examiner shall decide")
    with opened(folder) as records:
        frame = up_to_date.frame(records)
        asked = judge.asked_of(frame, booklet, question)
        with writing():
            if judgements.parked_by(act):
                return
            judgements.park(booklet, asked.id, text.strip(), act, author)
            judgements.let_go(asked.id, [booklet], author.who)
            audit.append(
                "park", author.actor, {"booklet": booklet, "question": asked.id, "text": text.strip()}
            )


def reply(folder: Path, parking: int, text: str, author: Author) -> StoredParking:
    """Say something to an answer that was put aside: it is judged like the others again.

    Raises:
        NotFoundError: nothing was put aside by this number.
        RefusedError: somebody replied already, or the answer was judged.
        UsageError: nothing is said.
    """
    allow(author.actor, Verb.REPLY)
    if not text.strip():
        raise UsageError("nothing is said", "say how the answer shall be judged")
    with opened(folder), writing():
        found = judgements.parking(parking)
        if found is None:
            raise NotFoundError(f"nothing was put aside by the number {parking}", "see 'klausur judge list'")
        if found.reply is not None:
            said = f"replied: {found.reply}" if found.reply else "judged it"
            raise RefusedError(f"{found.replied} {said}", "nothing: it is in the queue, or judged")
        judgements.reply(parking, text.strip(), author)
        audit.append(
            "reply",
            author.actor,
            {"booklet": found.booklet, "question": found.question, "parking": parking, "text": text.strip()},
        )
    return found
