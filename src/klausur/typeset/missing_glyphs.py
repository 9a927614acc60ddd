"""Characters that no font can show: on paper they would be empty frames, or nothing at all."""

import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from klausur.base.diagnostics import Diagnostic, Place
from klausur.exam.content import Content
from klausur.exam.model import Exam
from klausur.roster.model import Candidate
from klausur.typeset import engine
from klausur.typeset.markup import STYLE, head
from klausur.typeset.shown_files import shown_files

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
    files = shown_files(contents.values(), exam.folder)
    missing = _missing(markup, [name for name, _ in names if _unsure(name)], exam, files)
    lines: dict[Place, set[str]] = {}
    for text, place in (*names, *texts):
        for character in missing.intersection(text):
            lines.setdefault(_line_of(character, place, exam.folder), set()).add(character)
    for place, characters in lines.items():
        shown = _told(characters)
        hint = "write it otherwise, or put a font that has it into the exam's folder fonts/"
        yield Diagnostic("glyph-missing", f"no font can show {shown}", place, hint)


def in_names(people: Sequence[Candidate], file: str, folder: Path) -> Iterator[Diagnostic]:
    """A warning for each candidate whose name or note has letters that no font can show.

    Args:
        people: the candidates.
        file: the list that they stand in.
        folder: the exam's, which may hold fonts.
    """
    missing = unprintable([text for person in people for text in (person.name, person.note)], folder)
    for person in people:
        shown = _told(missing.intersection(person.name + person.note))
        if shown:
            message = f"no font can show {shown} in the name of {person.registration}"
            hint = "put a font that has it into the exam's folder fonts/"
            yield Diagnostic("glyph-missing", message, Place(file), hint)


def unprintable(texts: Sequence[str], folder: Path) -> frozenset[str]:
    """The characters of plain texts, such as names, that no font can show on this exam's papers."""
    if not any(map(_unsure, texts)):
        return frozenset()
    source = f"{engine.template('fonts')}\n#set text(font: serif)\n#json(bytes(sys.inputs.data)).plain"
    return engine.without_glyph(source, {"plain": _words(texts)}, root=folder)


def _unsure(text: str) -> bool:
    return not text.isascii() and any(ord(c) >= _SURE for c in text)


def _missing(markup: str, plain: Sequence[str], exam: Exam, files: Sequence[str]) -> frozenset[str]:
    source = f"{engine.template(*STYLE)}\n#show: style\n#data.plain\n{markup}"
    values = {**head(exam), "form": "exam", "plain": _words(plain)}
    return engine.without_glyph(source, values, root=exam.folder, files=files)


def _words(texts: Iterable[str]) -> str:
    """Each word in doubt, once: letters of many scripts are shown together with their neighbours."""
    words = {word for text in texts for word in text.split()}
    return " ".join(sorted(word for word in words if _unsure(word)))


def _told(characters: Iterable[str]) -> str:
    return ", ".join(f"{c} (U+{ord(c):04X} {unicodedata.name(c, '?')})" for c in sorted(characters))


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
