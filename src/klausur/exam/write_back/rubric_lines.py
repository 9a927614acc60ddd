"""A rubric as the lines of a source, where nobody has kept its Markdown: it was changed in the records.

Its words are written as they would be typed. What they look like when they are read again is seen to by
whoever writes back: where that is not what counts, it is left to people.
"""

import re
from collections.abc import Iterator

from klausur.exam.content import Content
from klausur.exam.rubric import Rubric, RubricGroup, RubricItem
from klausur.exam.rubric_lines import RubricLine, worth
from klausur.exam.typed_text import typed

_FORMULA = re.compile(r"(?<!\\)\$(?:\\.|[^$\\])+\$")
_MEANS = re.compile(r"[\\\\`*_{}\[\]<>^~|\"'&@#]|\.\.\.|--")
"""What means something in Markdown, in the midst of a line."""

_ESCAPED = {"[": "&#91;", "]": "&#93;"}
"""What begins a formula behind a backslash."""

_QUOTES = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'"})
"""Quotation marks as they were written where Markdown has turned them."""


def written(rubric: Rubric) -> list[str]:
    """The whole block."""
    notes = (f"- [note] {_markdown(note)}" for note in rubric.notes)
    return ["::: rubric", *_members(rubric.root, ""), *notes, ":::"]


def _members(group: RubricGroup, indent: str) -> Iterator[str]:
    for member in group.members:
        text = "" if member.content is None else _markdown(member.content)
        if isinstance(member, RubricItem):
            yield f"{indent}- [{member.gives}] {text}"
        else:
            mark = worth(RubricLine("", cap=member.cap, either=member.either))
            yield f"{indent}- [{mark}] {text}".rstrip()
            yield from _members(member, f"{indent}    ")


def _markdown(content: Content) -> str:
    text, parts, at = typed(content), [], 0
    for formula in _FORMULA.finditer(text):
        parts += [_escaped(text[at : formula.start()]), formula[0]]
        at = formula.end()
    words = "".join([*parts, _escaped(text[at:])])
    return words.translate(_QUOTES) if "#smartquote(" in content.typst else words


def _escaped(words: str) -> str:
    plain = words.replace("\\$", "$")
    marked = _MEANS.sub(lambda found: "".join(_ESCAPED.get(c, f"\\{c}") for c in found[0]), plain)
    return marked.replace("$", "\\$")
