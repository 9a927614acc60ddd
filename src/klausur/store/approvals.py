"""Who has approved which paper before it was printed."""

from datetime import UTC, datetime

from klausur import __version__
from klausur.state.approvals import StoredApproval
from klausur.state.facts import Author
from klausur.store import models


def of(paper: str) -> tuple[StoredApproval, ...]:
    """The approvals of a paper of this digest, the oldest first."""
    rows = models.PaperApproved.objects.filter(paper=paper).order_by("pk")
    return tuple(StoredApproval(*row) for row in rows.values_list("paper", "source", "who", "when"))


def approve(paper: str, source: str, author: Author) -> None:
    """Record that somebody approves a paper. For a transaction of `writing`."""
    models.PaperApproved(
        paper=paper, source=source, who=author.who, when=datetime.now(UTC), software=__version__
    ).save()
