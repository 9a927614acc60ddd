"""Deletions are noted with the user, or with the site, outside of any exam's folder.

An archive knows nothing of what was deleted after it was made. Whoever restores it finds the certificates
here, by the exam's number, and believes those that are signed with the archive's own key.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

from klausur.actions.deletion_certificate import Certificate, holds, read, text
from klausur.base.errors import KlausurError, ToolError
from klausur.exam import trust

FOLDER = "deletions"


def note(certificate: Certificate) -> Path:
    """Keep a certificate; where it is.

    Raises:
        ToolError: it cannot be written there.
    """
    file = _place() / f"{certificate.exam_number:08X}-{certificate.act}.json"
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        part = file.with_suffix(".part")
        part.write_text(text(certificate), "utf-8")
        part.replace(file)
    except OSError as error:
        raise ToolError(
            f"{file} cannot be written: {error.strerror}",
            "see that you may write there, or set XDG_STATE_HOME",
        ) from error
    return file


def known(exam_number: int, key: bytes, more: Iterable[Certificate] = ()) -> tuple[Certificate, ...]:
    """The certificates of an exam's deletions that are noted, and more, by their age.

    Args:
        exam_number: the exam's.
        key: its key: what is not signed with it is passed over.
        more: certificates that somebody brings.
    """
    found = {each.act: each for each in (*_noted(exam_number), *more)}
    mine = (each for each in found.values() if each.exam_number == exam_number and holds(each, key))
    return tuple(sorted(mine, key=lambda each: each.when))


def _noted(exam_number: int) -> Iterator[Certificate]:
    for file in sorted(_place().glob(f"{exam_number:08X}-*.json")):
        try:
            yield read(file)
        except KlausurError:
            continue  # damaged: it says nothing


def _place() -> Path:
    return trust.kept_at().parent / FOLDER
