"""What most verbs begin with: what was printed, and State that is up to date."""

from klausur.base.errors import NotFoundError
from klausur.store import put_off
from klausur.store.folder import Records
from klausur.store.frame import Frame


def frame(records: Records) -> Frame:
    """What was printed, of the open folder.

    Raises:
        NotFoundError: nothing was printed yet.
    """
    found = Frame(records.exam)
    if not found.begun:
        raise NotFoundError("nothing was printed yet", "run 'klausur print' first")
    return found


def look(records: Records) -> Frame:
    """The same for who looks at State: what a scan has put off is done first.

    Raises:
        NotFoundError: nothing was printed yet.
        RefusedError: an older Klausur printed, which did not keep the exam.
    """
    found = frame(records)
    put_off.catch_up(found)
    return found
