"""Names of files for people and records: always text that can be printed, kept and sent on.

A name comes from elsewhere: its bytes may be no UTF-8, which Python keeps as lone surrogates that nothing
writes, and it may hold what a terminal obeys.
"""

import os
from pathlib import PurePath

_LONGEST = 100

_JUNK = frozenset({".ds_store", "thumbs.db", "desktop.ini"})


def shown(name: PurePath | str) -> str:
    """A name that anything can show: what is no UTF-8, or cannot be seen, is a replacement character."""
    text = os.fsencode(name).decode("utf-8", "replace")
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)


def short(name: PurePath | str) -> str:
    """The same, no longer than a line; of a longer one the end."""
    text = shown(name)
    return text if len(text) <= _LONGEST else "…" + text[-_LONGEST:]


def is_junk(name: PurePath) -> bool:
    """Whether file managers leave a file of such a name beside others."""
    return name.name.lower() in _JUNK or name.name.startswith("._") or "__MACOSX" in name.parts
