"""A bank's file: a problem file of which only some questions are asked, the others blanked out line by line.

So every line keeps its number, and whoever reads the text needs not know that it is a bank's.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from klausur.base.credits import Credits
from klausur.exam.draw import Unit
from klausur.exam.source.attributes import credits_value

_HEADING = re.compile(r" {0,3}##(?!#)(?P<words>.*)$")
_BRACES = re.compile(r"\{(?P<inside>[^{}]*)\}\s*#*\s*$")
_ID = re.compile(r"(?:^|\s)#([^\s#]+)")
_VALUE = r"(?:^|\s){}=(?:\"([^\"]*)\"|'([^']*)'|(\S+))"
_CODE = re.compile(r" {0,3}(`{3,}|~{3,})")
_DIV = re.compile(r" {0,3}:{3,}\s*(?P<what>.*?)\s*:*\s*$")
_SHARED = frozenset({"shared", "{.shared}"})


@dataclass(slots=True)
class _Question:
    """A question's heading, and the line on which it stands."""

    line: int
    inside: str


@dataclass(slots=True)
class _Reading:
    """What is gathered while the lines are gone through."""

    units: list[tuple[int, list[_Question]]] = field(default_factory=list)
    shared: int = 0
    """The line of a shared text whose questions are still to come; 0 without one."""
    below_shared: bool = False

    def question(self, line: int, inside: str) -> None:
        asked = _Question(line, inside)
        if self.shared:
            self.units.append((self.shared, [asked]))
            self.below_shared = True
        elif self.below_shared:
            self.units[-1][1].append(asked)
        else:
            self.units.append((line, [asked]))
        self.shared = 0


def units(text: str) -> tuple[Unit, ...]:
    """The units of a bank: its questions, those below one shared text together."""
    reading = _Reading()
    depth, fence = 0, ""
    for number, line in enumerate(text.split("\n"), start=1):
        code = _CODE.match(line)
        if code is not None and (not fence or code[1].startswith(fence)):
            fence = "" if fence else code[1]
        if fence or code is not None:
            continue
        div = _DIV.match(line)
        if div is not None:
            if depth == 0 and div["what"] in _SHARED and reading.units:
                reading.shared = number
            depth = depth + 1 if div["what"] else max(0, depth - 1)
        elif depth == 0 and (heading := _HEADING.match(line)) is not None:
            braces = _BRACES.search(heading["words"])
            reading.question(number, braces["inside"] if braces else "")
    begins = [start for start, _ in reading.units]
    ends = [*(start - 1 for start in begins[1:]), text.count("\n") + 1]
    return tuple(_unit(start, end, asked) for (start, asked), end in zip(reading.units, ends, strict=True))


def _unit(start: int, end: int, asked: Sequence[_Question]) -> Unit:
    heads = [one.inside for one in asked]
    return Unit(
        ids=tuple(found[1] if (found := _ID.search(head)) else "" for head in heads),
        tags=frozenset(tag for head in heads for tag in tags_of(head)),
        credits=tuple(_credits(head) for head in heads),
        bonus=any(_value("bonus", head) == "yes" for head in heads),
        lines=(start, end),
    )


def tags_of(inside: str) -> Iterator[str]:
    """The tags that a heading's braces name."""
    for tag in (_value("tags", inside) or "").split(","):
        if tag.strip():
            yield tag.strip()


def _value(name: str, inside: str) -> str | None:
    found = re.search(_VALUE.format(name), inside)
    return None if found is None else next(group for group in found.groups() if group is not None)


def _credits(inside: str) -> Credits | None:
    try:
        return credits_value(_value("credits", inside) or "")
    except ValueError:
        return None


def asking(text: str, there: Iterable[Unit], asked: Iterable[Unit]) -> str:
    """A bank's text with only some of its units in it; no line moves."""
    gone = {line for unit in set(there) - set(asked) for line in range(unit.lines[0], unit.lines[1] + 1)}
    return "\n".join("" if at in gone else line for at, line in enumerate(text.split("\n"), start=1))


def asking_these(text: str, questions: Iterable[str]) -> str:
    """A bank's text with only those units in it that have one of these questions."""
    there, wanted = units(text), set(questions)
    return asking(text, there, [unit for unit in there if wanted & set(unit.ids)])
