"""Pictures inside drawings: an SVG may show other files, which a paper needs as much as the SVG itself."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import PurePosixPath
from posixpath import normpath
from urllib.parse import unquote
from xml.parsers import expat

from klausur.exam.inside import is_hidden


def linked(path: str, data: bytes) -> tuple[str, ...]:
    """The files that an SVG shows, by their path in the exam's folder; none of any other picture.

    Args:
        path: the SVG's own path in the exam's folder.
        data: its bytes. Of a damaged SVG only what stands ahead of the damage is seen.
    """
    if PurePosixPath(path).suffix.lower() != ".svg":
        return ()
    found = (name for target in _targets(data) for name in dict.fromkeys((target, unquote(target))))
    return tuple(dict.fromkeys(place for name in found if (place := _inside(path, name)) is not None))


def foreign(path: str, data: bytes) -> tuple[str, ...]:
    """What an SVG would show from elsewhere: web addresses, absolute paths, ways out of the folder."""
    own = ("#", "data:")
    targets = (target.strip() for target in _targets(data))
    out = (t for t in targets if t and not t.startswith(own) and _inside(path, unquote(t)) is None)
    return tuple(dict.fromkeys(out))


def _targets(data: bytes) -> list[str]:
    """What the pictures and copies in an SVG refer to; links to click on are none of them."""
    targets: list[str] = []

    def start(name: str, attributes: Mapping[str, str]) -> None:
        if name.rpartition(":")[2] != "a":
            targets.extend(value for key, value in attributes.items() if key.rpartition(":")[2] in _SOURCES)

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    with suppress(expat.ExpatError):  # the check of figures reports it
        parser.Parse(data, True)  # noqa: FBT003 - expat takes "this is all" by position only
    return targets


_SOURCES = frozenset({"href", "src"})


def _inside(path: str, target: str) -> str | None:
    """Where a relative target lies in the exam's folder; None if it is no such path."""
    if not target or target.startswith(("/", "#")) or ":" in target or "\0" in target:
        return None
    place = normpath((PurePosixPath(path).parent / target).as_posix())
    return None if place == ".." or place.startswith("../") or is_hidden(PurePosixPath(place)) else place


def with_linked(path: str, files: Mapping[str, bytes]) -> Iterator[str]:
    """A file, and all that it shows, and what these show, each once; those alone that are among ``files``."""
    waiting, known = [path], {path}
    while waiting:
        name = waiting.pop(0)
        if name not in files:
            continue
        yield name
        fresh = [other for other in linked(name, files[name]) if other not in known]
        known.update(fresh)
        waiting.extend(fresh)
