"""The short forms of ``klausur settle``: what is decided is told by an option instead of by a word.

Each is rewritten into the long form before anything is parsed, so that both mean the same and fail alike.
"""

from collections.abc import Sequence
from typing import NamedTuple


class ShortForm(NamedTuple):
    """Arguments that hold one of ``told_by`` are those of ``settle COMMAND``.

    The option itself is left out there, and its value, if it ``names`` the subject, stands first.
    """

    command: str
    told_by: frozenset[str]
    names: bool = False
    otherwise_called: tuple[tuple[str, str], ...] = ()


ROWS = (
    ShortForm("list", frozenset({"--list"})),
    ShortForm("page", frozenset({"--image"}), names=True, otherwise_called=(("--page", "--is"),)),
    ShortForm("extra", frozenset({"--extra"}), names=True),
    ShortForm("missing", frozenset({"--missing"}), names=True),
    ShortForm("owner", frozenset({"--booklet"}), names=True),
    ShortForm("signature", frozenset({"--candidate"}), names=True),
)
"""The first row that fits holds: ``--extra 4 --booklet 12`` is about the sheet."""

QUESTION = frozenset({"--chosen", "--credits", "--value", "--undo"})
"""By one of these, ``12 4.1 --undo`` is about a question; ``12 4.1/choice/b crossed`` is about a box."""

REWRITTEN = frozenset(name for row in ROWS for name in (*row.told_by, *dict(row.otherwise_called)))
"""The options that a long form does not have."""


def long(arguments: Sequence[str]) -> tuple[str, list[str]]:
    """The command and the arguments of the long form.

    >>> long(["--image", "57", "--page", "12:3"])
    ('page', ['57', '--is', '12:3'])
    """
    words = [part for word in arguments for part in _parted(word)]
    for row in ROWS:
        at = next((n for n, word in enumerate(words) if word in row.told_by), None)
        if at is not None:
            subject = words[at + 1 : at + 2] if row.names else []
            called = dict(row.otherwise_called)
            rest = [called.get(word, word) for word in words[:at] + words[at + 1 + len(subject) :]]
            return row.command, [*subject, *rest]
    return "question" if QUESTION & set(words) else "box", words


def _parted(word: str) -> tuple[str, ...]:
    """``--image=57`` as two words; all others as they are."""
    name, equals, value = word.partition("=")
    return (name, value) if equals and name in REWRITTEN else (word,)
