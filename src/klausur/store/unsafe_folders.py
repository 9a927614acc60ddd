"""Folders where a SQLite file is not safe: on network drives, and where a program copies files to others.

Records are written through a log (WAL) whose index lies in memory that all processes share: on a network
drive, two machines see two of them. A program that synchronises folders copies the file and its log at
different moments, and puts one machine's over the other's.
"""

import os
import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path, PurePath

from klausur.base.errors import RefusedError

VARIABLE = "KLAUSUR_ALLOW_SHARED_FOLDER"
"""Set to 1, it lets those go on who know that one machine alone opens the folder."""

_NETWORK = re.compile(
    r"nfs\d?|cifs|smb\w*|9p|virtiofs|afs|ncpfs|ceph|glusterfs|lustre|gfs2?|ocfs2|davfs\d?|webdav|afpfs|"
    r"fuse\.(?!(?:ext\w*|ntfs\w*|exfat\w*|fuseblk|fuse-overlayfs|overlay\w*|lxcfs|bindfs|gocryptfs|encfs|cryfs)$).*"
)
"""File systems that other machines can write to; of those in user space, all but those known as local."""

_SYNCHRONISED = {
    "dropbox": "Dropbox",
    "onedrive": "OneDrive",
    "google drive": "Google Drive",
    "googledrive": "Google Drive",
    "my drive": "Google Drive",
    "nextcloud": "Nextcloud",
    "owncloud": "ownCloud",
    "icloud drive": "iCloud",
    "icloud": "iCloud",
    "mobile documents": "iCloud",
    "cloudstorage": "a cloud drive",
    "syncthing": "Syncthing",
    "seafile": "Seafile",
}
"""Names of folders under which a program synchronises, in small letters."""

_MARKERS = {
    ".stfolder": "Syncthing",
    ".dropbox": "Dropbox",
    ".dropbox.cache": "Dropbox",
    ".sync_journal.db": "Nextcloud",
    ".nextcloudsync.log": "Nextcloud",
    ".owncloudsync.log": "ownCloud",
}
"""What such a program leaves at the top of a folder that it synchronises."""


@dataclass(frozen=True, slots=True)
class Mount:
    """Where a file system is mounted, and its type as the system names it."""

    at: PurePath
    kind: str


def mounts(table: str) -> tuple[Mount, ...]:
    """The mounts of a table in the form of ``/proc/mounts``, in its order."""
    rows = (line.split() for line in table.splitlines())
    return tuple(Mount(PurePath(_unescaped(row[1])), row[2]) for row in rows if len(row) > 2)


def why_unsafe(folder: PurePath, table: Iterable[Mount], inside: Iterable[PurePath] = ()) -> str | None:
    """Why a SQLite file is not safe in a folder, as the end of a sentence; None if nothing speaks against it.

    Args:
        folder: absolute, without links.
        table: what is mounted where; of several at one place, the last one counts.
        inside: files and folders that were found in the folder and in those above it.
    """
    over = [mount for mount in table if folder.is_relative_to(mount.at)]
    if over:
        mount = max(enumerate(over), key=lambda each: (len(each[1].at.parts), each[0]))[1]
        if _NETWORK.fullmatch(mount.kind):
            return f"is on a network drive ({mount.kind} at {mount.at})"
    for part in folder.parts:
        # OneDrive and Nextcloud add the name of an account: "OneDrive - University"
        name = re.split(r" ?[-(–]", part.lower(), maxsplit=1)[0].strip()
        found = _SYNCHRONISED.get(part.lower()) or _SYNCHRONISED.get(name)
        if found:
            return f"is synchronised by {found} ({part})"
    for path in inside:
        if path.name in _MARKERS:
            return f"is synchronised by {_MARKERS[path.name]} ({path})"
    return None


def refuse(folder: Path) -> None:
    """Refuse a folder in which a SQLite file is not safe.

    Raises:
        RefusedError: it is on a network drive or synchronised, and the environment does not allow that.
    """
    if os.environ.get(VARIABLE) == "1":
        return
    why = _why(folder.resolve(), folder.stat().st_dev)
    if why is not None:
        raise RefusedError(
            f"{folder} {why}: two machines could spoil the records there",
            "move the exam's folder to a drive of this machine, or keep the records on a PostgreSQL server "
            f"(KLAUSUR_DATABASE); where no other machine ever opens it, set {VARIABLE}=1",
        )


@lru_cache(maxsize=1024)
def _why(folder: Path, device: int) -> str | None:
    """As `why_unsafe`, once for each folder as long as it is on the same device."""
    del device
    above = (folder, *folder.parents)
    inside = [at / name for at in above for name in _MARKERS if (at / name).exists()]
    return why_unsafe(folder, _mounted(), inside)


def _mounted() -> tuple[Mount, ...]:
    if not sys.platform.startswith("linux"):
        return ()
    try:
        return mounts(Path("/proc/self/mounts").read_text("utf-8", "surrogateescape"))
    except OSError:
        return ()


def _unescaped(name: str) -> str:
    r"""A name out of the table, where spaces and the like are written as ``\040``."""
    return re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), name)
