"""Typst's compilers: for a source in a folder, fresh, or kept with all that it has laid out."""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import typst

from klausur.base.guard import refuse_if_locked
from klausur.exam.fonts import FOLDER, fonts_of
from klausur.typeset.shipped_fonts import fonts

MAIN = "klausur-typesets-this.typ"

_PART = "// klausur-part "
_PARTS = re.compile(rf"^{_PART}([\w-]+)\n", re.MULTILINE)

Compilers = Callable[[], typst.Compiler]
"""A compiler for the next thing that is wanted of a source: its PDF, or its facts."""


def in_parts(parts: Mapping[str, str], rest: str) -> str:
    """A source whose parts, and what follows them, do not see one another's changes in a kept compiler.

    To Typst, whatever follows a change in the same file is another text: its place counts. ``parts`` by name
    define what ``rest`` uses, and use nothing of each other.
    """
    return "".join(f"{_PART}{name}\n{part}\n" for name, part in parts.items()) + f"{_PART}rest\n{rest}"


def _write_parts(source: str, main: Path) -> None:
    """Write a source as the main file and a file for each of its parts."""
    first, *named = _PARTS.split(source)
    if not named:
        main.write_bytes(source.encode())
        return
    texts = dict(zip(named[::2], named[1::2], strict=True))
    *parts, last = texts
    for name in parts:
        file = main.with_name(f"klausur-{name}.typ")
        if not file.exists() or file.read_bytes() != texts[name].encode():
            file.write_bytes(texts[name].encode())
    imports = "".join(f'#import "klausur-{name}.typ": *\n' for name in parts)
    main.write_bytes(f"{first}{imports}{texts[last]}".encode())


@contextmanager
def of_source(source: str, root: Path, inputs: Mapping[str, str], keep: str = "") -> Iterator[Compilers]:
    """Compilers for a source that sees what is in the root.

    Of a file, a compiler remembers what it has laid out when it is asked for facts; of bytes it does not, and
    lays all out again, which takes as long. Nothing is written into the root, which may be somebody's exam.
    Where no links can be made (on Windows, for most people) the source is bytes after all.

    Args:
        source: Typst markup.
        root: the folder that paths beginning with a slash count from.
        inputs: what the source finds in ``sys.inputs``.
        keep: a name under which the compiler stays until this process ends, and knows what it laid out when
            the source is another one the next time.

    Raises:
        OSError, RuntimeError: the root cannot be read.
    """
    if keep:
        kept = _kept(root.resolve(), keep)
        if _linked(root, kept.folder):
            _write_parts(source, kept.main)
            compiler = kept.compiler(inputs)
            yield lambda: compiler
            return
    with TemporaryDirectory(prefix="klausur-") as name:
        folder = Path(name).resolve()
        if not _linked(root, folder):
            yield lambda: fresh(source.encode(), root, root, inputs)
            return
        (folder / MAIN).write_bytes(source.encode())
        once = fresh(folder / MAIN, folder, root, inputs)
        yield lambda: once


def fresh(main: Path | bytes, seen: Path, root: Path, inputs: Mapping[str, str]) -> typst.Compiler:
    """A compiler for a file or bytes that sees one folder, with the fonts of the exam in another."""
    refuse_if_locked("typesetting")
    own = root.resolve() / FOLDER if fonts_of(root) else None
    source: Any = main  # either will do, and typst's types want to know which
    return typst.Compiler(source, root=str(seen.resolve()), font_paths=fonts(own), sys_inputs=dict(inputs))


@dataclass(slots=True)
class _Kept:
    """A compiler of one file in a folder of its own, and what it was made with."""

    root: Path
    place: "TemporaryDirectory[str]"
    made: typst.Compiler | None = None
    made_with: object = None

    @property
    def folder(self) -> Path:
        return Path(self.place.name).resolve()

    @property
    def main(self) -> Path:
        return self.folder / MAIN

    def compiler(self, inputs: Mapping[str, str]) -> typst.Compiler:
        """The compiler that is there, or another one where inputs or fonts have changed."""
        own = [(name, (self.root / name).stat().st_mtime_ns) for name in fonts_of(self.root)]
        if self.made is None or self.made_with != (inputs, own):
            self.made = fresh(self.main, self.folder, self.root, inputs)
            self.made_with = inputs, own
        return self.made


@cache
def _kept(root: Path, _name: str) -> _Kept:
    return _Kept(root, TemporaryDirectory(prefix="klausur-"))


def _linked(root: Path, folder: Path) -> bool:
    """Show in a folder all that is in the root; false where no links can be made."""
    for path in root.resolve().iterdir():
        if path.name != MAIN:
            try:
                with suppress(FileExistsError):
                    (folder / path.name).symlink_to(path)
            except OSError:
                return False
    return True
