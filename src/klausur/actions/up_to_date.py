"""What most verbs begin with: what was printed, and State that is up to date."""

from klausur import actions
from klausur.base.errors import NotFoundError
from klausur.store import put_off
from klausur.store.exams import NotKeptError
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


def look(records: Records, *, asked: bool = False) -> Frame:
    """The same for who looks at State: what a scan has put off is done first.

    What an older Klausur did not keep is known again, where the source is still the one that was printed.

    Args:
        records: of the open folder.
        asked: what the booklets ask must be known, although State does not need it yet.

    Raises:
        NotFoundError: nothing was printed yet.
        NotKeptError: an older Klausur printed, which did not keep the exam, and the source has changed.
    """
    try:
        return _caught_up(records, asked=asked)
    except NotKeptError:
        if not actions.know_again.know_again(records):
            raise
        return _caught_up(records, asked=asked)


def _caught_up(records: Records, *, asked: bool) -> Frame:
    found = frame(records)
    put_off.catch_up(found)
    if asked:
        _ = found.exams
    return found
