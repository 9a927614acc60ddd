"""Scripts, styles, fonts and icons beside the desks that use them, served under ``/static/``.

Only what the table of suffixes names: templates, programs and words stay where they are. One script lies in
another room, which runs it too.
"""

from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage

from klausur.base.ink import FREEHAND

WEB = Path(__file__).parent
FOLDERS = (WEB, FREEHAND)
SUFFIXES = frozenset({".css", ".js", ".svg", ".woff", ".png", ".wasm"})


class Finder(BaseFinder):
    """Django's finder of static files, for those of this room."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - Django's own signature
        super().__init__(*args, **kwargs)
        self.storages = {folder: FileSystemStorage(location=str(folder)) for folder in FOLDERS}

    def find(self, path: str, find_all: bool = False, **kwargs: object) -> Any:  # noqa: ANN401, FBT001, FBT002
        """Where the file of this name lies; nothing if it is none of ours."""
        del kwargs
        found = [str(folder / name) for folder, name in _files() if name == path]
        return found if find_all else (found[0] if found else [])

    def list(self, ignore_patterns: object) -> Iterator[tuple[str, FileSystemStorage]]:
        """All of them."""
        del ignore_patterns
        for folder, name in _files():
            yield name, self.storages[folder]


def _files() -> Iterator[tuple[Path, str]]:
    """Each file with the folder that its name is below."""
    for folder in FOLDERS:
        for path in sorted(folder.rglob("*")):
            if path.suffix in SUFFIXES and path.is_file():
                yield folder, path.relative_to(folder).as_posix()


@cache
def version(name: str) -> str:
    """A few letters that change with the file, so that no browser shows an old one."""
    return sha256(Path(f"{WEB}/{name}").read_bytes()).hexdigest()[:10]  # templates have texts of their own
