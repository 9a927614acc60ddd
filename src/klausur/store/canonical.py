"""The canonical content of rows and events, and its digests: the same on every database, for ever.

A row's content is a JSON array: its table, its key, then its columns in the order that a form names. Times
are UTC with microseconds, numbers as Python writes them, text in ASCII with escapes. The standard library's
JSON is slower than others (10 µs a row with its digest), but a digest must come out the same many releases
from now.

An event says which form its digests are of. A form is never changed: a new table or column makes a new one.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from hashlib import blake2b, sha256
from operator import attrgetter
from typing import Any

ROW = 8
"""Bytes of a row's digest: who wants another row to have it tries 2**64 times; a scan has 200,000 rows."""

_FIRST: Mapping[str, tuple[str, ...]] = {
    table: ("software", *columns.split())
    for table, columns in {
        "edition": "number exam_number exam paper source_digest seed why who made",
        "printing": "edition_id number booklets_from booklets_count stickers_from stickers_count "
        "extras_from extras_count lists_from lists_count variants who made",
        "printed": "printing_id layout layout_digest frozen files made",
        "keydecision": "edition_id exam source source_digest what who when why",
        "candidate": "",
        "candidateentry": "candidate_id registration name room seat extra_minutes note standing who when why",
        "booklet": "printing_id number candidate_id",
        "sticker": "printing_id number candidate_id",
        "scannedfile": "sha256 name count seen",
        "pageimage": "file_id index part again_id sheet number page reason detail code_exam code_sheet "
        "code_number code_page resembles residual dpi contrast sharpness fiducials local uncovered",
        "pagesettlement": "image_id verdict sheet number page who when why",
        "reading": "image_id placement_id field kind question value confidence flagged reader version scores",
        "settlement": "sheet number field value reading_id who when why",
        "tiesettlement": "sheet number verdict candidate_id booklet_id who when why",
    }.items()
}

_SECOND: Mapping[str, tuple[str, ...]] = {
    **_FIRST,
    "jobeffect": ("software", "job", "result", "made"),
}

_THIRD: Mapping[str, tuple[str, ...]] = {
    **_SECOND,
    "pagewaiver": ("software", "number", "page", "waived", "who", "when", "why"),
}

_FOURTH: Mapping[str, tuple[str, ...]] = {
    **_THIRD,
    "judgement": ("software", "booklet", "question", "credits", "value", "images", "act", "who", "when"),
    "judgementtakenback": ("software", "judgement_id", "who", "when", "why"),
    "parking": ("software", "booklet", "question", "text", "act", "who", "when"),
    "parkingreply": ("software", "parking_id", "text", "who", "when"),
}

_FIFTH: Mapping[str, tuple[str, ...]] = {
    **_FOURTH,
    "pagesettlement": (*_FIRST["pagesettlement"], "turned"),
}

_SIXTH: Mapping[str, tuple[str, ...]] = {
    **_FIFTH,
    "rubricversion": (
        *("software", "edition_id", "question", "key", "lines", "what", "undoes_id"),
        *("who", "when", "why"),
    ),
    "newlook": ("software", "judgement_id", "rubric_id", "wanted", "reasons", "who", "when"),
}

_SEVENTH: Mapping[str, tuple[str, ...]] = {
    **_SIXTH,
    "judgement": (*_FOURTH["judgement"], "round"),
    "arrangement": ("software", "kind", "question", "about_id", "value", "who", "when", "why"),
}

_EIGHTH: Mapping[str, tuple[str, ...]] = {
    **_SEVENTH,
    "annotation": (
        *("software", "booklet", "question", "sheet", "number", "page", "value", "act", "who", "when"),
    ),
    "annotationtakenback": ("software", "annotation_id", "who", "when"),
}

_NINTH: Mapping[str, tuple[str, ...]] = {
    **_EIGHTH,
    "marksample": ("software", "seed", "size", "who", "when"),
    "secondlook": ("software", "reading_id", "value", "who", "when", "why"),
}

_TENTH: Mapping[str, tuple[str, ...]] = {
    **_NINTH,
    "dayact": (
        *("software", "act", "kind", "at", "room", "candidate_id", "number", "value", "minutes"),
        *("text", "device", "seen", "who", "when"),
    ),
}

_ELEVENTH: Mapping[str, tuple[str, ...]] = {
    **_TENTH,
    "publicationstep": ("software", "step", "value", "grades", "who", "when", "why"),
    "gradessigned": ("software", "grades", "who", "when"),
    "personallink": ("software", "candidate_id", "digest", "until", "who", "when"),
    "linkrevoked": ("software", "link_id", "who", "when", "why"),
    "objection": (
        *("software", "candidate_id", "booklet", "kind", "question", "text", "sheet", "number", "page"),
        *("mark", "told", "act", "who", "when"),
    ),
    "objectionreply": (
        "software",
        "objection_id",
        "outcome",
        "text",
        "credits",
        "judgement_id",
        "who",
        "when",
    ),
}

_TWELFTH: Mapping[str, tuple[str, ...]] = {
    **_ELEVENTH,
    "hometimesset": ("software", "value", "who", "when", "why"),
    "paperfetched": ("software", "candidate_id", "booklet", "paper", "sha256", "when"),
    "handin": ("software", "candidate_id", "booklet", "version", "files", "act", "when"),
    "handinseen": ("software", "hand_in_id", "value", "when"),
    "handindecided": ("software", "hand_in_id", "verdict", "who", "when", "why"),
}

_THIRTEENTH: Mapping[str, tuple[str, ...]] = {
    **_TWELFTH,
    "candidateentry": (*_FIRST["candidateentry"], "mail"),
    "mail": (
        *("software", "candidate_id", "kind", "key", "act", "about", "address", "language", "until"),
        *("who", "when"),
    ),
    "mailstep": ("software", "mail_id", "step", "detail", "who", "when"),
}

_FOURTEENTH: Mapping[str, tuple[str, ...]] = {
    **_THIRTEENTH,
    "paperapproved": ("software", "paper", "source", "who", "when"),
}

_FIFTEENTH: Mapping[str, tuple[str, ...]] = {
    **_FOURTEENTH,
    "retentionset": ("software", "value", "who", "when", "why"),
    "deletion": ("software", "act", "what", "certificate", "who", "when", "why"),
}

_SIXTEENTH: Mapping[str, tuple[str, ...]] = {
    **_FIFTEENTH,
    "scriptplace": ("software", "booklet", "box", "position", "who", "when", "why"),
}

_SEVENTEENTH: Mapping[str, tuple[str, ...]] = {
    **_SIXTEENTH,
    "reviewslot": ("software", "candidate_id", "begin", "end", "table", "who", "when"),
    "reviewstep": ("software", "slot_id", "step", "digest", "who", "when"),
}

FORMS: Mapping[int, Mapping[str, tuple[str, ...]]] = {
    1: _FIRST,
    2: _SECOND,
    3: _THIRD,
    4: _FOURTH,
    5: _FIFTH,
    6: _SIXTH,
    7: _SEVENTH,
    8: _EIGHTH,
    9: _NINTH,
    10: _TENTH,
    11: _ELEVENTH,
    12: _TWELFTH,
    13: _THIRTEENTH,
    14: _FOURTEENTH,
    15: _FIFTEENTH,
    16: _SIXTEENTH,
    17: _SEVENTEENTH,
}
"""By number, the tables whose rows are sealed and their columns. A table stands after those that it names."""

FORM = max(FORMS)
"""The form of what is written now."""

_text = json.JSONEncoder(separators=(",", ":"), sort_keys=True).encode
"""Text in ASCII, so that no escape is a matter of taste; the keys of objects sorted."""


def instant(when: datetime) -> str:
    """A time as text: ``2026-02-17T12:00:00.000000+00:00``."""
    return when.astimezone(UTC).isoformat(timespec="microseconds")


def _number(value: float) -> float:
    return float(value) + 0.0  # SQLite keeps no sign of a zero


_MENDED: Mapping[str, Callable[[Any], object]] = {
    "DateTimeField": instant,
    "FloatField": _number,
    "BooleanField": bool,
}
"""By type of a column, what makes its values the same before they are written and after."""


class Digester:
    """Digests rows of one table by one form.

    Attributes:
        table: its name.
        columns: those that are digested, in their order.
    """

    __slots__ = ("_mended", "_picked", "columns", "table")

    def __init__(self, model: Any, form: int) -> None:  # noqa: ANN401 - also a migration's own model
        self.table: str = model._meta.model_name  # noqa: SLF001 - Django documents it
        self.columns = FORMS[form][self.table]
        self._picked = attrgetter("id", *self.columns)
        types = {f.attname: f.get_internal_type() for f in model._meta.concrete_fields}  # noqa: SLF001
        self._mended = tuple(
            (at, _MENDED[types[column]])
            for at, column in enumerate(self.columns, 2)
            if types[column] in _MENDED
        )

    def row(self, row: object) -> bytes:
        """The digest of a row at hand."""
        return self.values(self._picked(row))

    def values(self, values: Sequence[object]) -> bytes:
        """The digest of a row's key and columns."""
        content = [self.table, *values]
        for at, mend in self._mended:
            if content[at] is not None:
                content[at] = mend(content[at])
        return blake2b(_text(content).encode("ascii"), digest_size=ROW).digest()


def digester(model: type[Any], form: int = FORM) -> Digester:
    """The digester of a model's table."""
    known = _KNOWN.get((model, form))
    if known is None:
        known = _KNOWN[model, form] = Digester(model, form)
    return known


_KNOWN: dict[tuple[type[Any], int], Digester] = {}


def event_digest(content: Iterable[object]) -> str:
    """The SHA-256 of an event's content, in hexadecimal.

    Args:
        content: JSON values, and times.
    """
    plain = [instant(c) if isinstance(c, datetime) else _plain(c) for c in content]
    return sha256(_text(plain).encode("ascii")).hexdigest()


def plain(detail: Mapping[str, object]) -> dict[str, Any]:
    """An event's detail as every database gives it back."""
    found = _plain(json.loads(json.dumps(detail)))
    if not isinstance(found, dict):
        raise TypeError("the detail of an event is an object")
    return found


def _plain(value: object) -> object:
    """JSON in which a whole number is an integer: PostgreSQL gives 1e20 back as one."""
    match value:
        case dict():
            return {key: _plain(each) for key, each in value.items()}
        case list() | tuple():
            return [_plain(each) for each in value]
        case float() if value.is_integer():
            return int(value)
        case _:
            return value
