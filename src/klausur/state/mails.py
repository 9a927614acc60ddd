"""Mails to candidates: of which kinds they are, what became of each, and who is to get one.

A mail is recorded as begun before it leaves, and as sent once the mail server has taken it. Who is killed in
between leaves one of which nobody knows whether it left: it is not sent again by itself, and people see that.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from klausur.state.facts import Enrolled, Standing
from klausur.state.objections import StoredObjection


class MailKind(StrEnum):
    """What a mail tells."""

    RESULTS = "results"
    """Results are published; with a link to them."""
    REMINDER = "reminder"
    """Objections are taken for some time yet; to those who were sent their results."""
    ANSWERED = "answered"
    """An objection was answered."""


class MailStep(StrEnum):
    """What happens to a mail."""

    BEGUN = "begun"
    SENT = "sent"
    """The mail server has taken it."""
    REFUSED = "refused"
    """The mail server would not take it."""
    BOUNCED = "bounced"
    """It came back."""


class MailStatus(StrEnum):
    """How far a mail is."""

    WAITING = "waiting"
    UNCLEAR = "unclear"
    """It was begun, and nothing more is known: it may have left."""
    SENT = "sent"
    REFUSED = "refused"
    BOUNCED = "bounced"


@dataclass(frozen=True, slots=True)
class StoredStep:
    """A step in the records."""

    step: MailStep
    detail: str
    when: datetime


@dataclass(frozen=True, slots=True)
class StoredMail:
    """A mail in the records.

    Attributes:
        id, act: it.
        candidate: whose it is, by their number.
        kind: what it tells.
        key: what it is about: another mail of the same key is never recorded.
        about: the step of the publication, or the objection, that it tells of.
        address: where to.
        language: of its text.
        until: how long its link is to be good.
        who, when: who asked for it.
        steps: what became of it, the oldest first.
    """

    id: int
    candidate: int
    kind: MailKind
    key: str
    act: str
    about: int
    address: str
    language: str
    until: datetime
    who: str
    when: datetime
    steps: tuple[StoredStep, ...] = ()

    @property
    def status(self) -> MailStatus:
        """How far it is: that it came back counts most, then what the mail server said."""
        there = {each.step for each in self.steps}
        for step in (MailStep.BOUNCED, MailStep.REFUSED, MailStep.SENT):
            if step in there:
                return MailStatus(step.value)
        return MailStatus.UNCLEAR if there else MailStatus.WAITING

    @property
    def detail(self) -> str:
        """What was said of the newest step."""
        return self.steps[-1].detail if self.steps else ""


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who is to get a mail, about which step of the publication or which objection."""

    candidate: Enrolled
    about: int


@dataclass(frozen=True, slots=True)
class Recipients:
    """Whom a kind of mail goes to.

    Attributes:
        to: those who have an address and had none yet.
        without: those of whom no address is known.
        had: those who had it.
    """

    to: tuple[Recipient, ...] = ()
    without: tuple[Recipient, ...] = ()
    had: tuple[Recipient, ...] = ()


def key(kind: MailKind, who: Recipient) -> str:
    """What a mail is about, in letters: the same is recorded once."""
    return f"{kind}:{who.about}:{who.candidate.id}"


def wanted(
    kind: MailKind,
    people: Iterable[Enrolled],
    step: int,
    sent: Sequence[StoredMail],
    objections: Iterable[StoredObjection],
) -> Recipients:
    """Who is to get a kind of mail.

    Results go to all who take the exam; a reminder to those of them whom a mail with these results reached,
    as far as is known; an answer to whoever objected.

    Args:
        kind: which.
        people: all candidates.
        step: the number of the step that published.
        sent: all mails that were ever asked for.
        objections: all of them.
    """
    known = {each.id: each for each in people}
    if kind is MailKind.ANSWERED:
        found = [
            Recipient(known[each.candidate], each.id)
            for each in objections
            if each.reply is not None and each.candidate in known
        ]
    else:
        reached = {
            mail.candidate
            for mail in sent
            if (mail.kind, mail.about, mail.status) == (MailKind.RESULTS, step, MailStatus.SENT)
        }
        found = [
            Recipient(each, step)
            for each in known.values()
            if each.standing is Standing.REGISTERED and (kind is MailKind.RESULTS or each.id in reached)
        ]
    had = {mail.key for mail in sent}
    fresh = [each for each in found if key(kind, each) not in had]
    return Recipients(
        tuple(each for each in fresh if each.candidate.candidate.mail),
        tuple(each for each in fresh if not each.candidate.candidate.mail),
        tuple(each for each in found if key(kind, each) in had),
    )
