"""Sending mails to candidates that were asked for: each at most once, whoever is killed or doubled meanwhile.

That a mail is begun is recorded before it leaves, that it was sent once the mail server has taken it. Who is
killed between the two leaves a mail that is unclear: it may have left, and nobody but a person sends it
again.
"""

import secrets
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import tzinfo
from pathlib import Path
from typing import Protocol

from klausur.actions import mails
from klausur.actions.personal_links import BYTES, digest
from klausur.actions.progress import Progress, quiet
from klausur.actions.roles import Verb, allow
from klausur.base.errors import RefusedError
from klausur.report.letters import Letter
from klausur.state.facts import Author
from klausur.state.mails import MailStatus, MailStep, StoredMail
from klausur.store import audit, jobs, personal_links
from klausur.store import mails as stored
from klausur.store.folder import opened, writing


class MailRefusedError(RefusedError):
    """The mail server does not take this mail; others it may."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A mail that leaves: ``act`` names it in what may come back of it."""

    act: str
    to: str
    letter: Letter


class Post(Protocol):
    """How mail leaves a site.

    Attributes:
        site: what it is called.
        zone: where its times are read.
    """

    site: str
    zone: tzinfo

    def link(self, secret: str) -> str:
        """The address of somebody's results."""

    def connected(self) -> AbstractContextManager[Callable[[Outgoing], None]]:
        """What takes mails, one after the other.

        Raises:
            ToolError: there is no mail server, or it was lost.
            MailRefusedError: it does not take a mail.
        """


@dataclass(frozen=True, slots=True)
class SendDone:
    """How many mails were sent, and how many the mail server refused."""

    sent: int
    refused: int


def send(folder: Path, post: Post, author: Author, progress: Progress = quiet) -> SendDone:
    """Send all mails that were asked for and not begun.

    Args:
        folder: the exam folder.
        post: how mail leaves.
        author: who has them sent.
        progress: told the mails that left.

    Raises:
        NotFoundError: nothing was printed yet.
        RefusedError: results are not published any more.
        ToolError: the mail server cannot be used; mails that were not begun still wait.
    """
    allow(author.actor, Verb.SEND_MAIL)
    tally: Counter[MailStep] = Counter()
    with opened(folder):
        waiting = stored.waiting()
        if waiting:
            with post.connected() as deliver:
                for done, mail in enumerate(waiting, start=1):
                    _send(folder, mail, post, deliver, author, tally)
                    progress(done, len(waiting))
        result = SendDone(tally[MailStep.SENT], tally[MailStep.REFUSED])
        if waiting or jobs.here():
            with writing():
                said = {"sent": result.sent, "refused": result.refused}
                jobs.effect(said)
                audit.append("send-mails", author.actor, said)
    return result


def _send(
    folder: Path,
    mail: StoredMail,
    post: Post,
    deliver: Callable[[Outgoing], None],
    author: Author,
    tally: Counter[MailStep],
) -> None:
    secret = secrets.token_urlsafe(BYTES)
    letter = mails.letter_of(folder, mail, post.link(secret), site=post.site, zone=post.zone)
    with writing():
        now = stored.one(mail.id)
        if now is None or now.status is not MailStatus.WAITING:
            return  # somebody else has begun it
        personal_links.make({mail.candidate: digest(secret)}, mail.until, author)
        stored.step(mail.id, MailStep.BEGUN, author)
        audit.append("begin-mail", author.actor, {"mail": mail.id})
    detail, came = "", MailStep.SENT
    try:
        deliver(Outgoing(mail.act, mail.address, letter))
    except MailRefusedError as error:
        detail, came = str(error), MailStep.REFUSED
    with writing():
        stored.step(mail.id, came, author, detail)
        audit.append("send-mail", author.actor, {"mail": mail.id, "outcome": came.value})
    tally[came] += 1
