from pathlib import Path

import numpy as np
import pytest

from klausur.exam import reference
from klausur.exam.source import parse
from klausur.paper.fields import MARKED, FieldKind
from klausur.paper.layout import Layout
from klausur.paper.run import plan
from klausur.rehearse import prints
from klausur.rehearse.prints import let_go, origin, render, shared, stamped
from klausur.roster.made_up import made_up
from klausur.typeset.booklets import compile_booklets


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Layout]:
    folder = tmp_path_factory.mktemp("prints")
    reference.write(folder / "exam")
    exam = parse(folder / "exam").exam
    assert exam is not None
    pdf = folder / "booklets.pdf"
    return pdf, compile_booklets(exam, plan(77, made_up(3, 1), 0), bytes(range(32)), pdf)


def test_pages_of_all_booklets_share_what_is_below_their_stamps(run: tuple[Path, Layout]) -> None:
    pdf, layout = run
    pages = len(layout.booklets[0].pages)
    same = shared(pdf)
    assert [at % pages for at in same] == [n % pages for n in range(len(same))]
    assert all(same[n] == n % pages for n in range(len(same)) if n % pages), "covers may stand alone"


def test_a_stamped_page_is_the_page(run: tuple[Path, Layout]) -> None:
    pdf, layout = run
    same = shared(pdf)
    code = next(f.box for f in layout.pages[1].fields if f.kind is FieldKind.PAGE_CODE)
    for index in range(len(same)):
        made = stamped(pdf, index, same[index], 100, code, layout.size)
        assert np.array_equal(made, render(pdf, index, 100, colour=False)), index
    assert any(key[2] == 1 and kept is not None for key, kept in prints._backgrounds.items())  # noqa: SLF001 - that it is shared shows nowhere else
    let_go()


def test_pages_that_share_nothing_are_rendered_whole(booklets: Path, layout: Layout) -> None:
    same = shared(booklets)
    assert same == tuple(range(len(same)))
    code = next(f.box for f in layout.pages[0].fields if f.kind is FieldKind.PAGE_CODE)
    # A page that is said to be like another and is not comes out right all the same.
    made = stamped(booklets, 2, 1, 100, code, layout.size)
    assert np.array_equal(made, render(booklets, 2, 100, colour=False))
    let_go()


@pytest.mark.parametrize("dpi", [100, 150, 200, 300])
def test_a_pen_meets_every_box_where_it_is_rendered(run: tuple[Path, Layout], dpi: int) -> None:
    pdf, layout = run
    for index, page in enumerate(layout.pages):
        sheet = render(pdf, index, dpi, colour=False)
        scale = sheet.shape[1] / layout.size.w
        for field in page.fields:
            if field.kind not in MARKED:
                continue
            around = field.box.grown(0.5)
            x, y, right, bottom = (
                round(n * scale) for n in (around.x, around.y, around.right, around.bottom)
            )
            ink = 255.0 - sheet[y:bottom, x:right]
            printed = np.average(np.arange(y, bottom), weights=ink.sum(axis=1)) + 0.5
            drawn = (field.box.centre[1] - origin(sheet, layout.size, field.box)[1]) * scale
            assert abs(printed - drawn) / scale < 0.02, (field.id, field.box.y)
    let_go()
