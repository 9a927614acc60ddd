"""Keeping what people may need later: a copy of every scanned file, and the images that wait for somebody."""

import hashlib
import os
from contextlib import suppress
from pathlib import Path

from klausur.base.diagnostics import Diagnostic
from klausur.base.errors import ToolError
from klausur.base.guard import refuse_if_locked
from klausur.scan.cut_short import BrokenError
from klausur.scan.intake import Scan, check_form, digest, picture, pieces, unreadable
from klausur.scan.model import PageImage
from klausur.state.facts import StoredImage
from klausur.store import scan_copies
from klausur.store.folder import Records


def kept(records: Records, sha256: str) -> Path:
    """Where the copy of a scanned file can be read; nothing is there if it is lost.

    Raises:
        ToolError: it is in an object store that does not answer, or not there as it came.
    """
    return scan_copies.path(records, sha256)


def keep(records: Records, path: Path) -> str | Diagnostic:
    """Copy a scanned file into the records, unless it is there. A copy, no link: originals get edited.

    The file is read once: copied and hashed at the same time, or only hashed where a kept file is as long as
    this one, which then most likely is that file.

    Returns:
        Its SHA-256; or a finding if it cannot be read, or changes while it is.

    Raises:
        ToolError: the copy cannot be written.
    """
    refuse_if_locked("keeping a scanned file")
    try:
        check_form(path)
        if _as_long(records, path):
            known = digest(path)
            if known in scan_copies.there(records):
                return known
        copied = _copied(records, path)
    except BrokenError as error:
        return unreadable(path, error)
    scan_copies.send(records, copied)
    return copied


def drop(records: Records, sha256: str) -> None:
    """Take back the copy of a file that turned out to be of no use."""
    scan_copies.delete(records, sha256)


def _as_long(records: Records, path: Path) -> bool:
    """Whether a kept file has as many bytes as this one."""
    try:
        size = path.stat().st_size
    except OSError:
        return False
    return size in scan_copies.there(records).values()


def _copied(records: Records, path: Path) -> str:
    source = hashlib.sha256(os.fsencode(path.absolute())).hexdigest()
    part = records.scans / f"{source}.{os.getpid()}.part"  # another scan may be copying the same file
    found = hashlib.sha256()
    try:
        with part.open("wb") as copy:
            for piece in pieces(path):
                found.update(piece)
                copy.write(piece)
            copy.flush()
            os.fsync(copy.fileno())  # rows will say that this file is kept, even after a power cut
        target = records.scans / found.hexdigest()
        with suppress(FileNotFoundError):  # another scan has finished its copy, and cleared this one away
            part.replace(target)
        target.stat()
    except OSError as error:
        raise ToolError(
            f"{records.scans} cannot be written: {error.strerror}", "look at its free space and rights"
        ) from error
    finally:
        for stale in records.scans.glob(f"{source}.*.part"):  # also of a scan that was killed while it copied
            stale.unlink(missing_ok=True)
    return found.hexdigest()


def show_unplaced(records: Records, image: PageImage) -> None:
    """Write an image where people can look at it; one that cannot be decoded stays in its kept file only."""
    refuse_if_locked("writing a picture")
    data = picture(image)
    if data:
        suffix = "png" if data.startswith(b"\x89PNG") else "jpg"
        path = records.unplaced / f"{image.file}-{image.index}.{suffix}"
        part = path.with_suffix(".part")
        part.write_bytes(data)
        part.replace(path)


def show_again(records: Records, stored: StoredImage) -> None:
    """Write the picture of an image that waits once more, if it was tidied away meanwhile."""
    if (stored.file, stored.index) not in pictures(records):
        found = image(records, stored)
        if found is not None:
            show_unplaced(records, found)


def image(records: Records, stored: StoredImage) -> PageImage | None:
    """An image once more, out of the kept copy of its file; None if that is lost or damaged.

    The copy is named by its SHA-256, which is not computed again here: it takes as long as reading the file.
    """
    try:
        path = kept(records, stored.file)
    except ToolError:
        return None
    if not path.is_file():
        return None
    with Scan(stored.file, stored.index + 1, path) as found:
        return next((i for i in found.pages(stored.index, 1) if i.data), None)


def pictures(records: Records) -> dict[tuple[str, int], Path]:
    """The pictures of images that wait for a person, those that could be made, by file and place in it."""
    found: dict[tuple[str, int], Path] = {}
    for path in sorted(records.unplaced.iterdir()):
        name = path.name
        file, _, rest = name.partition("-")
        index, _, suffix = rest.partition(".")
        if suffix in {"jpg", "png"} and index.isdigit():
            found.setdefault((file, int(index)), records.unplaced / name)
    return found
