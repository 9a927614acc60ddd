"""What somebody saw of an image, as text in a form: so that whoever decides later is told of it."""

from klausur.actions.settle_page import Seen
from klausur.base.errors import UsageError
from klausur.paper.code import Sheet
from klausur.state.facts import Spot, StoredImage, Verdict


def written(image: StoredImage, counting: StoredImage | None) -> str:
    """An image's number, what people had said of it and which other image counted."""
    seen = Seen.of(image, counting)
    spot = "" if seen.person is None else f"{seen.person.sheet}.{seen.person.booklet}.{seen.person.page}"
    return f"{image.id}:{seen.verdict or ''}:{spot}:{seen.counting or ''}"


def read(text: str) -> tuple[int, Seen]:
    """The image and what was seen of it.

    Raises:
        UsageError: it is no such text.
    """
    try:
        number, verdict, spot, counting = text.split(":")
        at = None
        if spot:
            sheet, booklet, page = spot.split(".")
            at = Spot(_number(booklet), _number(page), Sheet(sheet))
        seen = Seen(Verdict(verdict) if verdict else None, at, _number(counting) if counting else None)
        return _number(number), seen
    except ValueError as error:
        raise UsageError("this form cannot be understood", "load the page again") from error


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise ValueError(text)
    return int(text)
