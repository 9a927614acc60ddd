"""Keeping what people may need later: a copy of every scanned file, and the images that wait for somebody."""

import hashlib
import os
from pathlib import Path

from klausur.base.diagnostics import Diagnostic, Place
from klausur.scan.intake import Scan, picture
from klausur.scan.model import PageImage
from klausur.store.facts import StoredImage
from klausur.store.folder import Records

_PIECE = 1 << 20


def kept(records: Records, sha256: str) -> Path:
    """Where the copy of a scanned file lies."""
    return records.scans / sha256


def keep(records: Records, path: Path, sha256: str) -> Diagnostic | None:
    """Copy a scanned file into the records, unless it is there. A copy, no link: originals get edited.

    Returns:
        A finding if the file changed since its SHA-256 was taken, or can no longer be read.
    """
    target = kept(records, sha256)
    if target.exists():
        return None
    part = target.with_suffix(f".{os.getpid()}.part")  # another scan may be copying the same file
    digest = hashlib.sha256()
    try:
        with path.open("rb") as source, part.open("wb") as copy:
            while piece := source.read(_PIECE):
                digest.update(piece)
                copy.write(piece)
            copy.flush()
            os.fsync(copy.fileno())  # rows will say that this file is kept, even after a power cut
    except FileNotFoundError:
        return _changed(path, "the file has gone")
    if digest.hexdigest() != sha256:
        part.unlink()
        return _changed(path, "the file changed while it was read")
    try:
        part.replace(target)
    except FileNotFoundError:  # another scan has finished its copy, and cleared this one away
        if not target.exists():
            raise
    for stale in records.scans.glob(f"{sha256}.*.part"):  # of a scan that was killed while it copied
        stale.unlink(missing_ok=True)
    return None


def show_unplaced(records: Records, image: PageImage) -> None:
    """Write an image where people can look at it; one that cannot be decoded stays in its kept file only."""
    data = picture(image)
    if data:
        suffix = "png" if data.startswith(b"\x89PNG") else "jpg"
        path = records.unplaced / f"{image.file}-{image.index}.{suffix}"
        part = path.with_suffix(".part")
        part.write_bytes(data)
        part.replace(path)


def image(records: Records, stored: StoredImage) -> PageImage | None:
    """An image once more, out of the kept copy of its file; None if that is lost or damaged.

    The copy is named by its SHA-256, which is not computed again here: it takes as long as reading the file.
    """
    path = kept(records, stored.file)
    if not path.is_file():
        return None
    with Scan(stored.file, stored.index + 1, path) as found:
        return next((i for i in found.pages(stored.index) if i.data), None)


def shown(records: Records, stored: StoredImage) -> Path | None:
    """The picture of an image that waits for a person, if one could be made."""
    return next(iter(sorted(records.unplaced.glob(f"{stored.file}-{stored.index}.[jp][pn]g"))), None)


def _changed(path: Path, what: str) -> Diagnostic:
    return Diagnostic("scan-unreadable", what, Place(str(path)), "scan it again when it is complete")
