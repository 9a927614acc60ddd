"""An image looked at once more, as the page that is named for it: read, compared with another, shown.

Each of these is work for a process that an image may end: see `klausur.read.pool.guarded`.
"""

from klausur.paper.code import PageCode
from klausur.paper.layout import Layout
from klausur.read.made_for import read
from klausur.read.model import Reading
from klausur.read.same_content import picture, same
from klausur.scan.decode import DecodeError, decode
from klausur.scan.model import PageImage, Pixels, Placed, Reason, Unplaced
from klausur.scan.place import place_as


def read_as(
    image: PageImage, layout: Layout, code: PageCode, part: int, key: bytes, turned: int | None = None
) -> tuple[Reading, ...] | Unplaced:
    """Read an image, or one of the pages on it, as the page that a person says it is, ``turned`` so."""
    page = layout.at(code)
    placed = place_as(image, layout, code, part, turned)
    if isinstance(placed, Unplaced):
        return placed
    if page is None:
        return Unplaced(Reason.NO_SUCH_PAGE, code=code)
    return read(placed, page, exam=layout.exam_number, key=key)


def alike(
    one: PageImage,
    part: int,
    turned: int | None,
    other: PageImage,
    other_part: int,
    layout: Layout,
    code: PageCode,
) -> bool:
    """Whether two images show the same page with the same on it; the first is ``turned`` as a person said."""
    first = place_as(one, layout, code, part, turned)
    second = place_as(other, layout, code, other_part)
    return isinstance(first, Placed) and isinstance(second, Placed) and same(first, second, layout.size)


def shown_as(
    image: PageImage, layout: Layout, code: PageCode, part: int, dpi: float, turned: int | None = None
) -> Pixels | str:
    """A page upright, or as it was scanned where its place cannot be found; or why it cannot be shown."""
    placed = place_as(image, layout, code, part, turned)
    if isinstance(placed, Placed):
        return picture(placed, layout.size, dpi)
    try:
        return decode(image)
    except DecodeError as error:
        return str(error)
