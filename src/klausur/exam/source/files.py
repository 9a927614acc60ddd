"""Reading the files of an exam folder: each is text, or a diagnostic that says why not."""

import errno
import hashlib
import os
import re
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from klausur.base.diagnostics import Diagnostic, Place
from klausur.exam import draw, fonts, own_paper
from klausur.exam.header import NAME
from klausur.exam.inside import inside, leads_out

MOST_BYTES = 1_000_000
"""A novel has fewer; an exam's longest problem has 20,000."""

WITH_PROBLEMS = ("problems", draw.FOLDER)
"""The folders in which problem files lie, and programs beside them."""

LONGEST_LINE = 20_000
"""Pandoc's time grows with the square of some lines; a paragraph on one line has 3,000."""


_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def read_text(folder: Path, name: str, found: list[Diagnostic]) -> str | None:
    """The text of one file with plain line ends, or None and a finding."""
    place = Place(name)
    if leads_out(folder, name):
        hint = "put a copy of the file in its place: an exam is made of its own files"
        found.append(Diagnostic("outside-folder", f"{name} is a link to another folder", place, hint))
        return None
    try:
        data = _bytes(folder / name, MOST_BYTES + 1)
    except FileNotFoundError:
        hint = "create it; 'klausur new FOLDER' writes an example"
        found.append(Diagnostic("file-missing", f"{name} is not there", place, hint))
        return None
    except OSError as error:
        hint = "see that it is a file and that you may read it"
        found.append(Diagnostic("file-unreadable", f"{name} cannot be read: {error.strerror}", place, hint))
        return None
    if len(data) > MOST_BYTES:
        hint = "no exam is that long: is this the right file? Otherwise divide it into several problems"
        message = f"{name} is larger than {MOST_BYTES // 1_000_000} MB"
        found.append(Diagnostic("file-too-large", message, place, hint))
        return None
    return _decode(data, name, found)


def _bytes(path: Path, most: int) -> bytes:
    """The first bytes of a regular file. A pipe is refused with an OSError: it would wait for ever."""
    if not stat.S_ISREG(path.stat().st_mode):
        raise OSError(errno.EINVAL, "it is no regular file")
    with path.open("rb") as file:
        return file.read(most)


def _decode(data: bytes, name: str, found: list[Diagnostic]) -> str | None:
    if control := _CONTROL.search(data):
        line = data.count(b"\n", 0, control.start()) + 1
        hint = "save it as plain text in UTF-8"
        message = f"{name} is no text: it holds a byte {control[0][0]:02X}"
        found.append(Diagnostic("file-unreadable", message, Place(name, line), hint))
        return None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        import charset_normalizer  # noqa: PLC0415 - half as long as all other imports here, and seldom needed

        guess = charset_normalizer.from_bytes(data[:20_000]).best()
        looks = f"; it looks like {guess.encoding}" if guess is not None else ""
        hint = f"save it in UTF-8{looks}"
        found.append(Diagnostic("file-unreadable", f"{name} is not in UTF-8", Place(name, line), hint))
        return None
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    for number, line_text in enumerate(text.split("\n"), start=1):
        if len(line_text) > LONGEST_LINE:
            hint = "break the line; a paragraph may go on over many lines"
            message = f"a line of {len(line_text):,} characters"
            found.append(Diagnostic("file-too-large", message, Place(name, number), hint))
            return None
    return text


def problem_files(folder: Path, found: list[Diagnostic], *, must: bool = True) -> tuple[str, ...]:
    """Names of the problem files in ``problems/``, by their leading number and then by name.

    The folder ``must`` be there, or it need not.
    """
    try:
        names = [entry.name for entry in (folder / "problems").iterdir()]
    except FileNotFoundError:
        if not must:
            return ()
        hint = "put the problems there, one Markdown file each: problems/1-first.md"
        found.append(Diagnostic("file-missing", "the folder problems/ is not there", Place("problems"), hint))
        return ()
    except OSError as error:
        message = f"the folder problems/ cannot be read: {error.strerror}"
        hint = "see that it is a folder and that you may read it"
        found.append(Diagnostic("file-unreadable", message, Place("problems"), hint))
        return ()
    for name in names:
        if not _is_utf8(name):
            shown = os.fsencode(name).decode(errors="replace")
            hint = "rename the file"
            message = f"the name of problems/{shown} is not in UTF-8"
            found.append(Diagnostic("file-unreadable", message, Place("problems"), hint))
    names = [name for name in names if _is_utf8(name)]
    marked = [name for name in names if name.endswith(".md") and not name.startswith(".")]
    return tuple(f"problems/{name}" for name in sorted(marked, key=_natural))


def _is_utf8(name: str) -> bool:
    """False for a name that Python holds as lone surrogates, which no report could be written about."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def _natural(name: str) -> tuple[int, str]:
    number = re.match(r"\d{1,9}", name)
    return (int(number[0]) if number else 10**9, name)


def figure_files(folder: Path) -> tuple[str, ...]:
    """The files in ``figures/`` and below, by their path in the exam's folder."""
    found = sorted(path.relative_to(folder).as_posix() for path in (folder / "figures").rglob("*"))
    return tuple(name for name in found if inside(folder, name) is not None)


def links_out(folder: Path) -> Iterator[Diagnostic]:
    """Programs, fonts, lists and rooms that are links to elsewhere; the rest is seen when it is read."""
    programs = sorted(path for name in WITH_PROBLEMS for path in (folder / name).glob("*.py"))
    beside = sorted(path for path in folder.iterdir() if path.suffix.lower() in _BESIDE and path.name != NAME)
    for name in (
        *(path.relative_to(folder).as_posix() for path in (*programs, *beside)),
        *fonts.fonts_of(folder),
    ):
        if _is_utf8(name) and leads_out(folder, name):
            hint = "put a copy of the file in its place: an exam is made of its own files"
            yield Diagnostic("outside-folder", f"{name} is a link to another folder", Place(name), hint)


_BESIDE = frozenset({".csv", ".xlsx", ".xls", ".ods", ".toml"})
"""How lists of candidates end, and what describes rooms and labels."""


def source_files(folder: Path) -> tuple[str, ...]:
    """The files of an exam's source: exam.toml, problems and banks with their programs, fonts, figures …."""
    problems = [
        f"{name}/{path.name}"
        for name in WITH_PROBLEMS
        for path in (folder / name).glob("*")
        if path.suffix in {".md", ".py"} and _is_utf8(path.name)
    ]
    names = {
        NAME,
        *problems,
        *fonts.fonts_of(folder),
        *figure_files(folder),
        *(name for name in (own_paper.NAME, own_paper.PDF) if inside(folder, name) is not None),
    }
    return tuple(sorted(names))


def digest(folder: Path) -> str:
    """SHA-256 over all files of an exam's source, their names and lengths; an unreadable one counts as empty.

    Nothing is parsed: it takes as long as reading the files, and tells whether the source is still the one
    that was printed.
    """
    return _digest(folder, source_files(folder))


def older_digest(folder: Path, shown: Iterable[str]) -> str:
    """The same as releases took it that kept no exam beside its booklets.

    Programs beside problems were not counted, where they draw no parameters, and of the figures those alone
    that are ``shown``, by their paths in the folder.
    """
    text = (name for name in source_files(folder) if name == NAME or name.endswith(".md"))
    return _digest(folder, sorted({*text, *fonts.fonts_of(folder), *shown}))


def _digest(folder: Path, names: Iterable[str]) -> str:
    total = hashlib.sha256()
    for name in names:
        try:
            data = _bytes(folder / name, -1)
        except OSError:
            data = b""
        total.update(f"{name}\n{len(data)}\n".encode())
        total.update(data)
    return total.hexdigest()
