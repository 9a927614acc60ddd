"""Mails that came back: reports of mail servers, read out of files, are held against mails that were sent.

Nothing fetches them: no mailbox is opened over a network. Who reads the sender's mailbox saves the reports
and brings them here.
"""

import mailbox
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from klausur.actions.roles import Verb, allow
from klausur.base.errors import NotFoundError
from klausur.report.letters.returned import Returned, returned
from klausur.state.facts import Author
from klausur.state.mails import MailStatus, MailStep, StoredMail
from klausur.store import audit
from klausur.store import mails as stored
from klausur.store.folder import opened, writing

MOST_BYTES = 20 << 20
"""Of a file: larger ones hold no reports."""


@dataclass(frozen=True, slots=True)
class ReturnedDone:
    """What came of reports.

    Attributes:
        mails: the mails that came back, and are recorded as such now.
        unknown: addresses of mails that are none of this exam's, or were recorded before.
        not_understood: how many messages were no report of a mail that came back.
    """

    mails: tuple[StoredMail, ...]
    unknown: tuple[str, ...]
    not_understood: int


def messages(path: Path) -> Iterator[bytes]:
    """The messages in a file or folder: one message, an mbox, or a folder of messages (a Maildir, too).

    Raises:
        NotFoundError: there is no such thing.
    """
    if path.is_dir():
        for each in sorted(path.rglob("*")):
            if each.is_file() and not each.is_symlink():
                yield from messages(each)
        return
    if not path.is_file():
        raise NotFoundError(f"there is no file {path}", "name a file or folder of messages")
    if path.stat().st_size > MOST_BYTES:
        return
    with path.open("rb") as file:
        is_mbox = file.read(5) == b"From "
    if not is_mbox:
        yield path.read_bytes()
        return
    box = mailbox.mbox(path, create=False)
    try:
        for key in box.iterkeys():
            yield box.get_bytes(key)
    finally:
        box.close()


def take_in(folder: Path, reports: Iterable[bytes], author: Author) -> ReturnedDone:
    """Record which mails came back.

    Args:
        folder: the exam folder.
        reports: messages, as they came.
        author: who brings them.
    """
    allow(author.actor, Verb.SEND_MAIL)
    found: list[Returned] = []
    not_understood = 0
    for raw in reports:
        here = returned(raw)
        found += here
        not_understood += not here
    back: list[StoredMail] = []
    unknown: list[str] = []
    with opened(folder), writing():
        left = {each.act: each for each in stored.all_() if each.status is not MailStatus.BOUNCED}
        for each in found:
            mail = _mail(left, each)
            if mail is None:
                unknown.append(each.address)
                continue
            del left[mail.act]
            stored.step(mail.id, MailStep.BOUNCED, author, each.why)
            back.append(mail)
        if back:
            audit.append("mail-returned", author.actor, {"mails": [each.id for each in back]})
    return ReturnedDone(tuple(back), tuple(unknown), not_understood)


def _mail(left: dict[str, StoredMail], report: Returned) -> StoredMail | None:
    """The mail that a report is about: that of its act; where no act is told, the newest to this address."""
    if report.act:
        return left.get(report.act)
    sent = (MailStatus.SENT, MailStatus.UNCLEAR)
    to = [each for each in left.values() if each.address.lower() == report.address and each.status in sent]
    return max(to, key=lambda each: each.id, default=None)
