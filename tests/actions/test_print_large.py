"""One candidate's booklet is set in large print: other pages, the same fields."""

from pathlib import Path

import pypdfium2 as pdfium
import pytest

from klausur.actions.print_booklets import PrintDone
from klausur.exam.setting import Setting, setting_of

from .printed import ADA, BEN, CY, Desk, new

pytestmark = pytest.mark.long


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return new(tmp_path / "exam", ADA)


@pytest.fixture
def printed(desk: Desk) -> PrintDone:
    rows = [f"{ADA},", f"{BEN},16 pt", f"{CY},A3"]
    text = "\n".join(("Registration number,Name,Room,Seat,Notes,Print", *rows))
    (desk.folder / "candidates.csv").write_text(text, encoding="utf-8")
    return desk.prints(spare=1)


def test_it_has_the_same_fields_on_other_pages(desk: Desk, printed: PrintDone) -> None:
    layout = desk.layout
    ids = [{f.id for _, f in layout.fields(n) if f.question} for n in (1, 2, 3)]
    assert ids[0] == ids[1] == ids[2] != set()
    places = [{f.id: f.box for _, f in layout.fields(n) if f.question} for n in (1, 2, 3)]
    assert places[0] == places[2] != places[1]
    assert [setting_of(b.variant).large for b in layout.booklets] == [False, True, False, False]
    assert [(a.how, a.booklets) for a in printed.set_apart] == [
        ("large print", (2,)),
        ("to be enlarged to A3", (3,)),
    ]


def test_its_text_is_set_in_16_points(printed: PrintDone) -> None:
    assert printed.folder is not None
    assert sizes(printed.folder / "booklets-large-print.pdf") == {16}
    assert sizes(printed.folder / "booklets-usual.pdf") == {10.5}


def test_a_lost_one_is_printed_again_in_large_print(desk: Desk, printed: PrintDone) -> None:
    assert printed.set_apart
    (desk.folder / "candidates.csv").unlink()
    desk.prints(again=(2, 1))
    assert [setting_of(b.variant) for b in desk.layout.booklets[4:]] == [Setting(large=True), Setting()]


def test_a_latecomer_may_need_it_though_nobody_did_before(desk: Desk) -> None:
    desk.lists(ADA)
    desk.prints()
    text = f"Registration number,Name,Room,Seat,Notes,Print\n{ADA},\n{BEN},groß\n"
    (desk.folder / "candidates.csv").write_text(text, encoding="utf-8")
    desk.prints()
    assert [setting_of(b.variant).large for b in desk.layout.booklets] == [False, True]


def sizes(pdf: Path) -> set[float]:
    """The commonest size of letters."""
    counts: dict[float, int] = {}
    with pdfium.PdfDocument(pdf) as document:
        for page in document:
            text = page.get_textpage()
            for at in range(text.count_chars()):
                size = round(pdfium.raw.FPDFText_GetFontSize(text.raw, at), 1)
                counts[size] = counts.get(size, 0) + 1
    return {max(counts, key=lambda size: counts[size])}
