"""Which problem file is a translation: ``4-cnn.de.md`` lies beside ``4-cnn.md``.

Whether it says the same is the business of `klausur.exam.translation`.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath

from klausur.base import words
from klausur.base.diagnostics import Diagnostic, Place
from klausur.exam.header import NAME, Header


def untranslated(folder: Path, name: str) -> str:
    """The problem file of which this one is a translation; the same name if it is none."""
    path = PurePosixPath(name)
    plain = path.with_suffix("").with_suffix(path.suffix)
    is_one = path.with_suffix("").suffix.removeprefix(".") in words.languages()
    return plain.as_posix() if is_one and (folder / plain).is_file() else name


def translation_of(name: str, language: str) -> str:
    """The file that holds a problem in another language."""
    return PurePosixPath(name).with_suffix(f".{language}.md").as_posix()


def sorted_out(
    folder: Path, names: Sequence[str], head: Header | None, found: list[Diagnostic]
) -> tuple[tuple[str, ...], Mapping[str, frozenset[str]]]:
    """The problem files that are no translations, and those that there are by language."""
    plain = tuple(name for name in names if untranslated(folder, name) == name)
    there: dict[str, set[str]] = {}
    for name in names:
        if name not in plain:
            there.setdefault(PurePosixPath(name).with_suffix("").suffix.removeprefix("."), set()).add(name)
    if head is not None:
        found.extend(_unasked(there, {t.language for t in head.translations}))
    return plain, {language: frozenset(files) for language, files in there.items()}


def _unasked(there: Mapping[str, set[str]], asked: set[str]) -> Iterator[Diagnostic]:
    for language, names in there.items():
        if language not in asked:
            first = min(names)
            message = f"{first} is a translation, and exam.toml has no [translations.{language}]"
            hint = (
                f"add [translations.{language}] to {NAME}, with the title, or move the file out of problems/"
            )
            yield Diagnostic("problem-unused", message, Place(first), hint)
