"""As whom the command line acts: the person at the keyboard, as the exam's examiner."""

from klausur.cli import options
from klausur.state.facts import Author


def author(who: str | None, why: str = "") -> Author:
    """Who decides, and why: the person named by ``--who``, or the one whose account it is."""
    return Author(who or options.user(), why)
