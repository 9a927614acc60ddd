"""Characters that no font can show: on paper they would be empty frames, or nothing at all."""

import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path

from klausur.base.diagnostics import Diagnostic, Place
from klausur.exam.content import Content
from klausur.exam.model import Exam
from klausur.typeset import engine
from klausur.typeset.markup import STYLE, head

_SURE = 0x250
"""The built-in fonts have all letters below (Latin, with all accents)."""


def check(exam: Exam, contents: Mapping[str, Content], bad: Collection[str]) -> Iterator[Diagnostic]:
    """A warning for each line of the source with such characters. ``bad`` contents cannot be typeset."""
    texts = [(c.typst, c.place) for name, c in contents.items() if name not in bad]
    names = [(title, Place("exam.toml")) for title in (exam.title, exam.module, exam.kind, exam.examiner)]
    names += [(problem.title, problem.place) for problem in exam.problems]
    names += [(question.title, question.place) for question in exam.questions]
    if not any(_unsure(text) for text, _ in (*texts, *names)):
        return
    markup = "\n".join(f"#[\n{text}\n]" for text, _ in texts if _unsure(text))
    missing = _missing(markup, [name for name, _ in names if _unsure(name)], head(exam), exam.folder)
    lines: dict[Place, set[str]] = {}
    for text, place in (*names, *texts):
        for character in missing.intersection(text):
            lines.setdefault(_line_of(character, place, exam.folder), set()).add(character)
    for place, characters in lines.items():
        shown = ", ".join(f"{c} (U+{ord(c):04X} {unicodedata.name(c, '?')})" for c in sorted(characters))
        hint = "write it otherwise, or put a font that has it into the exam's folder fonts/"
        yield Diagnostic("glyph-missing", f"no font can show {shown}", place, hint)


def unprintable(texts: Sequence[str], exam: Exam) -> frozenset[str]:
    """The characters of plain texts, such as names, that no font can show on this exam's papers."""
    if not any(map(_unsure, texts)):
        return frozenset()
    return _missing("", texts, head(exam), exam.folder)


def _unsure(text: str) -> bool:
    return not text.isascii() and any(ord(c) >= _SURE for c in text)


def _missing(markup: str, plain: Sequence[str], data: Mapping[str, object], root: Path) -> frozenset[str]:
    source = f"{engine.template(*STYLE)}\n#show: style\n#data.plain.join(parbreak())\n{markup}"
    values = {**data, "form": "exam", "plain": sorted({"".join(sorted(set(text))) for text in plain})}
    return engine.without_glyph(source, values, root=root)


def _line_of(character: str, start: Place, folder: Path) -> Place:
    """The first line with a character from a place on; the place itself if it is not written there."""
    try:
        lines = (folder / start.file).read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError):
        return start
    for number, line in enumerate(lines[max(start.line - 1, 0) :], start=max(start.line, 1)):
        if character in line:
            return Place(start.file, number)
    return start
