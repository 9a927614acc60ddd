"""Pictures are made when somebody first looks, by one process beside each server process, and kept."""

import threading
from concurrent.futures import Executor
from functools import cache
from multiprocessing.util import Finalize
from typing import Protocol

from klausur.actions import page_pictures
from klausur.actions.page_pictures import Pictures, Shows, version
from klausur.base.errors import NotFoundError
from klausur.read.pool import processes
from klausur.site import kept_pictures as kept
from klausur.site.models import Exam
from klausur.state.facts import StoredImage
from klausur.store.folder import Records

_turns = tuple(threading.Lock() for _ in range(64))
"""Many pictures of a page are asked for at once; the first one has all of them made."""


_starting = threading.Lock()
"""Many first pictures are asked for at once, by a contact sheet say; the first one starts the processes."""


def workers() -> Executor:
    """The processes that make pictures, started once."""
    with _starting:
        return _workers()


@cache
def _workers() -> Executor:
    """Limited processes that images may end. One keeps up with people, and leaves the cores to the server.

    They are told to end before this process waits for its children: one that was forked, as those of a server
    are, waits for them before it ends its threads, one of which would tell them.
    """
    found = processes(1)
    Finalize(None, found.shutdown, kwargs={"cancel_futures": True}, exitpriority=100)
    return found


class OfExam(Protocol):
    """Whoever looks, at an exam."""

    @property
    def exam(self) -> Exam:
        """That."""


def pictures(here: OfExam, records: Records, image: StoredImage, shows: Shows) -> Pictures:
    """What is seen of an image, from before if it was looked at before.

    Raises:
        NotFoundError: it cannot be shown; why.
    """
    found = kept.look(here.exam, image, shows)
    if found is None:
        with _turns[hash((here.exam.pk, version(image), shows)) % len(_turns)]:
            found = kept.look(here.exam, image, shows) or _made(here, records, image, shows)
    if found.why:
        raise NotFoundError(f"{image.called} cannot be shown: {found.why}", "look at the paper")
    return found


def _made(here: OfExam, records: Records, image: StoredImage, shows: Shows) -> Pictures:
    made = page_pictures.cut(records, image, shows, workers())
    if made is None:  # somebody may bring it back
        return Pictures(why="the kept copy of its file is lost or damaged")
    kept.keep(here.exam, image, shows, made)
    return made
