"""Approvals of a paper before it is printed: by whom, and whether one is by somebody else than who prints."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class StoredApproval:
    """Somebody approved the paper of this digest, compiled from the ``source`` of that one."""

    paper: str
    source: str
    who: str
    when: datetime


def approved_for(approvals: Iterable[StoredApproval], who: str) -> bool:
    """Whether somebody may print a paper: somebody else has approved just this one."""
    return any(each.who != who for each in approvals)
