"""How work shows how far it is: what `klausur.cli.options` and `klausur.cli.terminal` both know of it."""

from enum import StrEnum


class Shown(StrEnum):
    """How long work shows how far it is, on standard error."""

    AUTO = "auto"
    """A bar on a terminal, elsewhere a line each time another twentieth is done."""
    LINES = "lines"
    JSON = "json"
    """A JSON object a line, each time another hundredth is done."""
    NONE = "none"
