"""What somebody did last on this desk: said on the next page, with a button that takes it back."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest

from klausur.web.access import Here

_KEY = "scans-last"


def remember(request: HttpRequest, here: Here, what: str, events: Sequence[int], undo: str) -> None:
    """Remember what was done, by its events and the name of the address that takes them back."""
    found = {"exam": here.exam.slug, "what": what, "events": list(events), "undo": undo}
    request.session[_KEY] = found


def of(request: HttpRequest, here: Here) -> dict[str, Any] | None:
    """What was done last here, if it can be taken back."""
    found = request.session.get(_KEY)
    return found if found is not None and found["exam"] == here.exam.slug else None


def forget(request: HttpRequest) -> None:
    """It was taken back."""
    request.session.pop(_KEY, None)
