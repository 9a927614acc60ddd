"""Typst's compilers: for a source in a folder, fresh, or kept with all that it has laid out.

A source can read the files that it is shown, and no other.
"""

import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import typst

from klausur.base.guard import refuse_if_locked
from klausur.exam.fonts import FOLDER, fonts_of
from klausur.typeset.shipped_fonts import fonts

MAIN = "klausur-typesets-this.typ"

_PART = "// klausur-part "
_PARTS = re.compile(rf"^{_PART}([\w-]+)\n", re.MULTILINE)


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
def of_source(
    source: str, root: Path, files: Sequence[str], inputs: Mapping[str, str], keep: str = ""
) -> Iterator[typst.Compiler]:
    """A compiler for a source as a file in a folder of its own, beside nothing but what it may read.

    Of a file, a compiler remembers what it has laid out when it is asked for facts; of bytes it does not, and
    lays all out again, which takes as long. Nothing is written into the root, which may be somebody's exam.

    Args:
        source: Typst markup.
        root: the folder that paths beginning with a slash count from.
        files: what the source may read of it, by their paths in it.
        inputs: what the source finds in ``sys.inputs``.
        keep: a name under which the compiler stays until this process ends, and knows what it laid out when
            the source is another one the next time.

    Raises:
        OSError, RuntimeError: a file cannot be read.
    """
    if keep:
        kept = _kept(root.resolve(), keep)
        _show(root, files, kept.folder)
        _write_parts(source, kept.main)
        yield kept.compiler(inputs)
        return
    with TemporaryDirectory(prefix="klausur-") as name:
        folder = Path(name).resolve()
        _show(root, files, folder)
        (folder / MAIN).write_bytes(source.encode())
        yield fresh(folder / MAIN, root, inputs)


def fresh(main: Path, root: Path, inputs: Mapping[str, str]) -> typst.Compiler:
    """A compiler for a file that sees the folder which it lies in, with the fonts of the exam in another."""
    refuse_if_locked("typesetting")
    own = root.resolve() / FOLDER if fonts_of(root) else None
    return typst.Compiler(main, root=str(main.parent), font_paths=fonts(own), sys_inputs=dict(inputs))


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
            self.made = fresh(self.main, self.root, inputs)
            self.made_with = inputs, own
        return self.made


@cache
def _kept(root: Path, _name: str) -> _Kept:
    return _Kept(root, TemporaryDirectory(prefix="klausur-"))


def _show(root: Path, files: Sequence[str], folder: Path) -> None:
    """Put links to files of the root into a folder, or copies where none can be made (on Windows, for most).

    What was shown there before, and is not any more, goes.
    """
    shown = {folder / path: (root.resolve() / path).resolve() for path in files}
    for old in folder.rglob("*"):
        if not old.is_dir() and not _is_source(old, folder) and not (old.is_symlink() and old in shown):
            old.unlink()
    for there, file in shown.items():
        there.parent.mkdir(parents=True, exist_ok=True)
        try:
            with suppress(FileExistsError):
                there.symlink_to(file)
        except OSError:
            shutil.copyfile(file, there)


def _is_source(file: Path, folder: Path) -> bool:
    return file.parent == folder and file.name.startswith("klausur-") and file.suffix == ".typ"
