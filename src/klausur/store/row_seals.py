"""What an event says of rows: their tables, keys and digests, packed into text.

    {"pageimage": ["1-8", "…"], "reading": ["1-96,101", "…"]}

Beside the runs of keys stand the digests of the rows in the order of their keys, all together in base64: the
187,000 readings of a large exam take 2 MB.
"""

import json
from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping

from klausur.store.canonical import ROW

Seals = dict[str, dict[int, bytes]]
"""Digests of rows by table and key."""


def packed(seals: Mapping[str, Mapping[int, bytes]]) -> str:
    """The text of some rows; empty if there are none."""
    found = {
        table: [runs(sorted(rows)), b64encode(b"".join(rows[key] for key in sorted(rows))).decode("ascii")]
        for table, rows in sorted(seals.items())
        if rows
    }
    return json.dumps(found, separators=(",", ":")) if found else ""


def unpacked(text: str) -> Seals:
    """The rows of a text that `packed` has made.

    Raises:
        ValueError: it is another text.
    """
    if not text:
        return {}
    try:
        found: Seals = {}
        for table, (keys, digests) in json.loads(text).items():
            data = b64decode(digests, validate=True)
            each = [data[at : at + ROW] for at in range(0, len(data), ROW)]
            found[table] = dict(zip(keys_of(keys), each, strict=True))
    except (AttributeError, TypeError, ValueError) as error:
        raise ValueError(f"no digests of rows: {text[:80]}") from error
    return found


def runs(keys: list[int]) -> str:
    """Sorted numbers as text: ``1-8,11``."""
    parts: list[list[int]] = []
    for key in keys:
        if parts and key == parts[-1][1] + 1:
            parts[-1][1] = key
        else:
            parts.append([key, key])
    return ",".join(str(a) if a == b else f"{a}-{b}" for a, b in parts)


def keys_of(text: str) -> Iterator[int]:
    """The numbers of a text that `runs` has made."""
    for part in text.split(","):
        first, _, last = part.partition("-")
        yield from range(int(first), int(last or first) + 1)
