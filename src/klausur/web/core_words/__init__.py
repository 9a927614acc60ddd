"""What the rooms below the site say, in the reader's language and in the words of the desks.

Findings and errors are made below, in English, with values in them and with commands of the command line as
ways out. Here they are known again by templates, ``booklet {1} has no page {2}``: ``de.po`` has their German,
``desk.po`` what a desk offers instead of a command. What no template fits stays as it is, but for a way out
that is a command, which a page cannot offer.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from babel.messages.pofile import read_po
from django.utils.translation import get_language, gettext

from klausur.web.numbers import localized

_HERE = Path(__file__).parent
_PLACE = re.compile(r"\{(\d)\}")

_CREDITS = re.compile(r" (sind keine )?(Punkte?|credits?)\b")
"""What makes the number before it one that has the decimal sign of the page; others name questions."""

_TELLING = 8
"""Letters of a template by which a value is known to be a text of ours: names have few words."""


@dataclass(frozen=True, slots=True)
class _Template:
    """What a text must be, which values stand in it in their order, and what is said instead.

    ``says`` counts the letters that are the template's own.
    """

    pattern: re.Pattern[str]
    numbers: tuple[int, ...]
    instead: str
    says: int


def said(text: str) -> str:
    """What happened, in the reader's language."""
    if not text or _language() == "en":
        return text
    return _instead(text, _language()) or _elsewhere(text) or _each_line(text)


def remedy(text: str) -> str:
    """What to do next, in the reader's language; nothing where that is a command without other words."""
    if not text:
        return ""
    language = _language()
    instead = _instead(text, "desk" if language == "en" else language) or _elsewhere(text)
    found = instead or text
    return "" if is_command(found) else found


def is_command(text: str) -> bool:
    """Whether a way out names a command or an option, which a page cannot offer."""
    return "klausur " in text or "--" in text


def _language() -> str:
    return (get_language() or "en").partition("-")[0]


def _elsewhere(text: str) -> str:
    """What a desk's own catalogue has for a text; empty if none has anything."""
    found = gettext(text)
    return "" if found == text else found


def _each_line(text: str) -> str:
    """A text of several lines, each said by itself where no template has them all."""
    lines = text.split("\n")
    if len(lines) == 1:
        return text
    parts = ((line[: len(line) - len(line.lstrip())], line.strip()) for line in lines)
    return "\n".join(f"{indent}{_instead(line, _language()) or line}" for indent, line in parts)


def _instead(text: str, catalogue: str, least: int = 0) -> str:
    """What a catalogue has for a text, by templates of so many letters; empty if it has nothing."""
    plain, templates = _catalogue(catalogue)
    if text in plain:
        return plain[text]
    for template in templates:
        found = template.pattern.fullmatch(text) if template.says >= least else None
        if found is not None:
            return _filled(template.instead, dict(zip(template.numbers, found.groups(), strict=True)))
    return ""


def _filled(template: str, values: Mapping[int, str]) -> str:
    """A template with values in it; what has words of its own is said in them."""
    parts = _PLACE.split(template)  # words and numbers by turns
    said_of = {str(number): _value(value) if value else "" for number, value in values.items()}
    for at in range(1, len(parts), 2):
        value = said_of[parts[at]]
        parts[at] = localized(value) if _CREDITS.match(parts[at + 1]) else value
    return "".join(parts)


def _value(value: str) -> str:
    """A value in the reader's language: a word of ours, or a text that is told within another one."""
    return _instead(value, _language(), _TELLING) or gettext(value)


@cache
def _catalogue(name: str) -> tuple[Mapping[str, str], tuple[_Template, ...]]:
    """Plain texts, and templates of which those that say most of a text by themselves come first."""
    path = _HERE / f"{name}.po"
    if not path.is_file():
        return {}, ()
    with path.open("rb") as file:
        pairs = [(str(m.id), str(m.string)) for m in read_po(file) if m.id and m.string]
    return dict(pairs), tuple(_templates(pairs))


def _templates(pairs: Iterable[tuple[str, str]]) -> Iterable[_Template]:
    having = [(text, instead) for text, instead in pairs if _PLACE.search(text)]
    for text, instead in sorted(having, key=lambda pair: -len(_PLACE.sub("", pair[0]))):
        parts = _PLACE.split(text)  # words and numbers by turns
        pattern = "(.*?)".join(map(re.escape, parts[::2]))
        says = sum(map(len, parts[::2]))
        yield _Template(re.compile(pattern, re.DOTALL), tuple(map(int, parts[1::2])), instead, says)
