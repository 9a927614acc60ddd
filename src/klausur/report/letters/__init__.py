"""The words of mails to candidates: a text for each kind and language, with places for what differs.

The first line is the subject, the rest the text. A place is a word in braces, one of `PLACES`. An exam's
folder may have words of its own, ``mails/results.de.txt``, which take the place of those here.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from pathlib import Path

from babel.dates import format_date, format_time

from klausur.base.errors import UsageError
from klausur.exam.inside import inside, leads_out

PLACES = ("name", "exam", "link", "until", "objections", "site")
"""What a text may have places for: ``objections`` is a sentence on until when they are taken, or nothing."""

FOLDER = "mails"
"""The folder in an exam's with words of its own."""

MOST_BYTES = 20_000
"""Of a text of an exam's own."""

_OBJECTIONS = {
    "en": "Objections are taken until {until}.",
    "de": "Einwände werden bis {until} angenommen.",
}
_PLACE = re.compile(r"\{([^{}\n]*)\}")


@dataclass(frozen=True, slots=True)
class Letter:
    """A subject and a text."""

    subject: str
    text: str


def languages() -> tuple[str, ...]:
    """The languages that there are words in."""
    return tuple(_OBJECTIONS)


def words(kind: str, language: str, folder: Path) -> Letter:
    """The words of a kind of mail, with their places.

    Args:
        kind: such as ``results``.
        language: one of `languages`.
        folder: the exam's.

    Raises:
        UsageError: the exam's own words cannot be used.
    """
    name = f"{kind}.{language}.txt"
    place = f"{FOLDER}/{name}"
    own = inside(folder, place)
    if own is None and not leads_out(folder, place):
        return _read(files(__package__).joinpath(name).read_text("utf-8"), name)
    try:
        if own is None or own.stat().st_size > MOST_BYTES:
            raise UsageError(f"{place} is no text of this exam", "write a short text, into a file there")
        return _read(own.read_text("utf-8"), place)
    except (OSError, ValueError) as error:
        raise UsageError(f"{place} cannot be read", "write it in UTF-8") from error


def filled(letter: Letter, values: Mapping[str, str]) -> Letter:
    """A letter with what belongs into its places; a paragraph of nothing is left out."""

    def value(place: re.Match[str]) -> str:
        return values[place[1]]

    text = re.sub(r"\n{3,}", "\n\n", _PLACE.sub(value, letter.text))
    return Letter(" ".join(_PLACE.sub(value, letter.subject).split()), text)


def until(when: datetime, language: str) -> str:
    """A day and a time as a language writes it; the clock is that of ``when``."""
    return f"{format_date(when, 'long', locale=language)}, {format_time(when, 'short', locale=language)}"


def objections(ends: str, language: str) -> str:
    """The sentence on until when objections are taken."""
    return _OBJECTIONS[language].replace("{until}", ends)


def _read(text: str, name: str) -> Letter:
    unknown = sorted({place for place in _PLACE.findall(text) if place not in PLACES})
    if unknown:
        raise UsageError(
            f"{name} has a place for {unknown[0]!r}, of which nothing is known",
            "there are places for " + ", ".join(f"{{{place}}}" for place in PLACES),
        )
    if "{link}" not in text:
        raise UsageError(f"{name} has no place for the link", "write {link} where it belongs")
    subject, _line, rest = text.strip().partition("\n")
    if not rest.strip():
        raise UsageError(f"{name} has a subject and no text", "write the subject first, the text below it")
    return Letter(subject.strip(), rest.strip() + "\n")
