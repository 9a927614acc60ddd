"""What most verbs begin with: what was printed, and State that is up to date."""

from klausur.base.errors import NotFoundError
from klausur.store import derive
from klausur.store.derive import Frame
from klausur.store.folder import Records, writing


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
    if derive.stale():
        _ = found.papers  # looked up before others have to wait
        with writing():
            derive.settle_owners(found)
    return found
