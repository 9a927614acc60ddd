"""Copies of an exam's scanned files, by their SHA-256: in the exam's folder, or in an object store.

A new folder has them in ``.klausur/scans``. Where the environment names an object store
(`klausur.base.object_address`), what is scanned from then on goes there, once, under ``scans/ID/SHA-256``,
and ``.klausur/objects.toml`` says so; what lies in the folder is found there as before. Who needs a file that
is elsewhere gets it fetched into this machine's cache, verified; what nobody used for long goes from there.
"""

import os
import secrets
import time
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from klausur.base import object_address
from klausur.base.alone import alone
from klausur.base.errors import NotFoundError, ToolError
from klausur.store.folder import Records
from klausur.store.objects import Objects

FILE = "objects.toml"

CACHE = "KLAUSUR_CACHE"
"""The environment variable with the folder of the cache."""

ROOM = 20 << 30
"""Bytes that the cache may have before what was used longest ago goes."""

_FORGOTTEN = 24 * 3600
"""Seconds after which a file of the cache goes that nobody used."""

_USED = 3600
"""Seconds in which a file of the cache stays, however full it is: somebody may be reading it."""


@dataclass(frozen=True, slots=True)
class _Elsewhere:
    """The copies of one exam in an object store."""

    at: Objects
    folder: str

    def name(self, sha256: str) -> str:
        return f"{self.folder}/{sha256}"


def named(records: Records) -> Path:
    """The file that says that copies are in an object store."""
    return records.root / FILE


def path(records: Records, sha256: str) -> Path:
    """A path at which the copy of a file can be read for a while; one in the folder if there is no copy.

    Raises:
        ToolError: the object store does not answer, is not named, or the copy there is not as it came.
    """
    here = records.scans / sha256
    if here.is_file():
        return here
    elsewhere = _elsewhere(records)
    if elsewhere is None:
        return here
    cached = _cache() / sha256
    if cached.is_file():
        os.utime(cached)
        return cached
    try:
        elsewhere.at.fetch(elsewhere.name(sha256), cached, sha256)
    except NotFoundError:
        return here
    _make_room(cached)
    return cached


def there(records: Records) -> Mapping[str, int]:
    """The copies that there are, in the folder and elsewhere, each with its size.

    Raises:
        ToolError: as of `path`.
    """
    return dict(elsewhere(records)) | {
        one.name: one.stat().st_size for one in os.scandir(records.scans) if "." not in one.name
    }


def elsewhere(records: Records) -> Iterator[tuple[str, int]]:
    """The copies that are in an object store, each with its size.

    Raises:
        ToolError: as of `path`.
    """
    found = _elsewhere(records)
    if found is not None:
        for name, size in found.at.names(found.folder):
            yield name.rpartition("/")[2], size


def send(records: Records, sha256: str) -> bool:
    """Bring a copy that lies in the folder into the object store, if one is named; whether it went there.

    It is written there before it goes from here, so whoever is stopped leaves it at one of the two places.

    Raises:
        ToolError: the store does not take it.
    """
    place = object_address.named()
    here = records.scans / sha256
    if place is None or not here.is_file():
        return False
    found = _elsewhere(records) or _made(records, Objects(place))
    found.at.put_once(found.name(sha256), here, sha256)
    here.unlink(missing_ok=True)
    return True


def send_all(records: Records) -> None:
    """Bring all copies that lie in the folder into the object store, if one is named.

    Raises:
        ToolError: as of `send`; those that are there stay there.
    """
    for one in sorted(records.scans.iterdir()):
        if one.is_file() and "." not in one.name:
            send(records, one.name)


def delete(records: Records, sha256: str) -> None:
    """Delete the copy of a file, wherever it is.

    Raises:
        ToolError: as of `path`.
    """
    (records.scans / sha256).unlink(missing_ok=True)
    found = _elsewhere(records)
    if found is not None:
        found.at.delete(found.name(sha256))
        (_cache() / sha256).unlink(missing_ok=True)


def forget_unused() -> None:
    """Delete from this machine's cache what nobody used for a day: of deleted data nothing stays longer."""
    if object_address.named() is not None:
        now = time.time()
        for one in list(os.scandir(_cache())):
            if now - one.stat().st_mtime > _FORGOTTEN:
                Path(one.path).unlink(missing_ok=True)


def _elsewhere(records: Records) -> _Elsewhere | None:
    file = named(records)
    if not file.is_file():
        return None
    try:
        said = tomllib.loads(file.read_text("utf-8"))
        folder, at = str(said["folder"]), str(said["at"])
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, KeyError) as error:
        raise ToolError(f"{file} cannot be read: {error}", "restore it from a backup") from error
    place = object_address.named()
    if place is None or place.shown != at:
        known = "no store" if place is None else place.shown
        raise ToolError(
            f"scans of {records.exam} are in {at}, and {known} is named",
            f"set {object_address.VARIABLE}={at}?endpoint=https://HOST",
        )
    return _Elsewhere(Objects(place), folder)


def _made(records: Records, at: Objects) -> _Elsewhere:
    with alone(records.root):
        found = _elsewhere(records)  # another process may have made it meanwhile
        if found is None:
            folder = f"scans/{secrets.token_hex(16)}"
            part = named(records).with_suffix(".part")
            part.write_text(f'at = "{at.place.shown}"\nfolder = "{folder}"\n', "utf-8")
            part.replace(named(records))
            found = _Elsewhere(at, folder)
    return found


def _cache() -> Path:
    """The folder of the cache, which only its owner looks into.

    Raises:
        ToolError: it cannot be made.
    """
    said = os.environ.get(CACHE)
    base = os.environ.get("XDG_CACHE_HOME") or Path("~/.cache").expanduser()
    place = Path(said) if said else Path(base, "klausur", "scans")
    try:
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise ToolError(
            f"{place} cannot be made: {error.strerror}", f"name another folder: {CACHE}=DIR"
        ) from error
    return place


def _make_room(new: Path) -> None:
    """Delete from the cache what was used longest ago, until it has no more than it may."""
    now = time.time()
    found = sorted((one.stat().st_mtime, one.stat().st_size, one.path) for one in os.scandir(new.parent))
    over = sum(size for _, size, _ in found) - ROOM
    for used, size, where in found:
        if over <= 0 or now - used < _USED:
            return
        Path(where).unlink(missing_ok=True)
        over -= size
