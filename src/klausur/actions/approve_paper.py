"""Approve a paper before it is printed: a second person has looked at just what would be printed.

An exam asks for it in its ``exam.toml``. What is approved is the compiled paper of the first variant, with
all of the source that it was compiled from: whatever changes there needs another approval.
"""

import re
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from klausur.actions import print_before
from klausur.actions.check import Checked, check
from klausur.actions.progress import Progress, quiet
from klausur.actions.roles import Verb, allow
from klausur.base.diagnostics import Diagnostic, Place, stop_at_errors
from klausur.base.errors import UsageError
from klausur.exam.header import NAME
from klausur.state.approvals import StoredApproval, approved_for
from klausur.state.facts import Author
from klausur.store import approvals, audit
from klausur.store.folder import opened, writing

CODE = "paper-unapproved"
_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class PaperLook:
    """A paper to be approved.

    Attributes:
        paper: its digest.
        source: the digest of what it was compiled from.
        asked: whether the exam asks for a second person.
        approved: who has approved just this one.
    """

    paper: str
    source: str
    asked: bool
    approved: tuple[StoredApproval, ...]


def digest(checked: Checked) -> str:
    """The digest of what would be printed: of the compiled paper, and of all of its source.

    Raises:
        ValueError: it could not be compiled.
    """
    if checked.exam is None or not checked.papers:
        raise ValueError("what is not compiled has no digest")
    pdf = sha256(checked.papers[0].pdf).hexdigest()
    return sha256(f"{checked.exam.digest} {pdf}".encode()).hexdigest()


def look(folder: Path, progress: Progress = quiet) -> PaperLook:
    """Compile the paper, and say who has approved it.

    Raises:
        KlausurError: it has errors.
    """
    return seen(folder, check(folder, progress=progress))


def seen(folder: Path, checked: Checked) -> PaperLook:
    """The same for a paper that was just checked."""
    stop_at_errors(checked.diagnostics, "the source has errors", "run 'klausur check'")
    if checked.exam is None:
        raise ValueError("what has no errors is an exam")
    paper = digest(checked)
    return PaperLook(paper, checked.exam.digest, checked.exam.paper_four_eyes, of(folder, paper))


def of(folder: Path, paper: str) -> tuple[StoredApproval, ...]:
    """Who has approved the paper of this digest."""
    if print_before.records_of(folder) is None:
        return ()
    with opened(folder):
        return approvals.of(paper)


def approve(folder: Path, paper: str, source: str, author: Author) -> tuple[StoredApproval, ...]:
    """Approve a paper.

    Args:
        folder: the exam folder.
        paper: the digest of the one that was looked at.
        source: that of its source.
        author: who approves it; once more is nothing new.

    Returns:
        All approvals of it.

    Raises:
        UsageError: these are no digests.
        RefusedError: the folder was printed, and its records are not here.
    """
    allow(author.actor, Verb.APPROVE_PAPER)
    if not (_DIGEST.fullmatch(paper) and _DIGEST.fullmatch(source)):
        raise UsageError(f"{paper!r} names no paper", "look at the paper again")
    print_before.records_of(folder)
    with opened(folder, create=True):
        with writing():
            if author.who not in {each.who for each in approvals.of(paper)}:
                approvals.approve(paper, source, author)
                audit.append("approve-paper", author.actor, {"paper": paper, "why": author.why})
        return approvals.of(paper)


def unapproved(folder: Path, checked: Checked, who: str) -> tuple[Diagnostic, ...]:
    """That nobody else than who prints has approved the paper, if the exam asks for it."""
    exam = checked.exam
    if exam is None or not exam.paper_four_eyes or not checked.papers:
        return ()
    if approved_for(of(folder, digest(checked)), who):
        return ()
    message = "nobody else has approved the paper as it is now"
    hint = "have somebody else look at it and approve it: klausur approve --who NAME"
    return (Diagnostic(CODE, message, Place(NAME), hint),)
