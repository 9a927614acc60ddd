"""What a layout keeps of variants."""

from klausur.base.geometry import Size
from klausur.exam.model import Variants
from klausur.paper import layout as layouts
from klausur.paper.layout import BookletLayout, Layout, PageLayout
from klausur.paper.run import plan


def test_without_variants_every_booklet_is_the_first() -> None:
    assert plan(7, (), 4).variants.of(4) == 1
    assert plan(7, (), 4, variants=Variants(3)).variants.of(4) == 1


def test_layout_json_names_the_variant_of_a_booklet() -> None:
    pages = tuple(PageLayout(n, ()) for n in (1, 2, 1, 2))
    booklets = BookletLayout(1, (0, 1)), BookletLayout(2, (2, 3), 2)
    layout = Layout(7, "x", "", "a4", Size(210, 297), pages, booklets)
    written = layouts.to_json(layout)
    assert layouts.from_json(written) == layout
    assert written.count(b'"variant"') == 1
