"""What a mail address looks like: one of them, as lists and settings have it."""

import re

LONGEST = 254
"""Characters, by RFC 5321."""

_LABEL = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS = re.compile(rf"[A-Za-z0-9.!#$%&'*+/=?^_`{{|}}~-]{{1,64}}@{_LABEL}(?:\.{_LABEL})*")
"""As HTML has it: in ASCII, without a name, quotes or comments."""


def is_address(text: str) -> bool:
    """Whether a text is one mail address, and nothing else."""
    return len(text) <= LONGEST and _ADDRESS.fullmatch(text) is not None
