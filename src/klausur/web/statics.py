"""Scripts, styles, fonts and icons beside the desks that use them, served under ``/static/``.

Only what the table of suffixes names: templates, programs and words stay where they are.
"""

from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage

WEB = Path(__file__).parent
SUFFIXES = frozenset({".css", ".js", ".svg", ".woff", ".png"})


class Finder(BaseFinder):
    """Django's finder of static files, for those of this room."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - Django's own signature
        super().__init__(*args, **kwargs)
        self.storage = FileSystemStorage(location=str(WEB))

    def find(self, path: str, find_all: bool = False, **kwargs: object) -> Any:  # noqa: ANN401, FBT001, FBT002
        """Where the file of this name lies; nothing if it is none of ours."""
        del kwargs
        found = [str(WEB / name) for name in names() if name == path]
        return found if find_all else (found[0] if found else [])

    def list(self, ignore_patterns: object) -> Iterator[tuple[str, FileSystemStorage]]:
        """All of them."""
        del ignore_patterns
        for name in names():
            yield name, self.storage


def names() -> list[str]:
    """The files that are served, by their names below this room."""
    return sorted(
        path.relative_to(WEB).as_posix()
        for path in WEB.rglob("*")
        if path.suffix in SUFFIXES and path.is_file()
    )


@cache
def version(name: str) -> str:
    """A few letters that change with the file, so that no browser shows an old one."""
    return sha256(Path(f"{WEB}/{name}").read_bytes()).hexdigest()[:10]  # templates have texts of their own
