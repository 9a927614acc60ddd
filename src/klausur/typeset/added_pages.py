"""Pages that no author asked for: sheets have a back, so the pages of a booklet are even in number."""

from collections.abc import Sequence
from dataclasses import dataclass

from klausur.paper.layout import PageLayout


@dataclass(frozen=True, slots=True)
class AddedPages:
    """How many pages for further answers were added to those asked for, and how many stay blank."""

    more: int = 0
    blank: int = 0


NONE = AddedPages()


def added(pages: Sequence[PageLayout], asked: int) -> AddedPages:
    """The added pages among those of a booklet.

    Args:
        pages: in their order.
        asked: how many pages for further answers the exam asks for.
    """
    more = sum(any(f.id == f"page/{page.number}/answer" for f in page.fields) for page in pages)
    blank = 0
    for page in reversed(pages):
        if page.number == 1 or any(not field.kind.row.everywhere for field in page.fields):
            break
        blank += 1
    return AddedPages(max(more - asked, 0), blank)
