"""As whom the command line acts: the person at the keyboard, as the exam's examiner."""

from klausur.cli import options
from klausur.state.facts import Actor, Author, Role


def examiner(name: str | None = None) -> Actor:
    """Who acts: the person named, or the one whose account it is."""
    return Actor(name or options.user(), Role.EXAMINER)


def author(who: str | None, why: str = "") -> Author:
    """Who decides, and why; ``who`` is the name given by ``--who``."""
    return Author(examiner(who), why)
