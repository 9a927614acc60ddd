"""The proof: every Field by its id, over the printed page, and nothing that a scanner takes for a page."""

from pathlib import Path

import pypdfium2 as pdfium
import zxingcpp

from klausur.base.geometry import Box
from klausur.exam.model import Exam
from klausur.paper.labels import KNOWN
from klausur.paper.run import plan
from klausur.roster.made_up import made_up
from klausur.typeset.booklets import compile_booklets
from klausur.typeset.proof import Proven, label_outlines, outlines, write_proof
from klausur.typeset.proof_labels import MM, placed
from klausur.typeset.stickers import compile_stickers

from .seen import KEY, letters, rendered, text_of


def test_it_shows_every_field_over_the_page(exam: Exam, tmp_path: Path) -> None:
    run = plan(7, made_up(2, 1), 0)
    layout = compile_booklets(exam, run, KEY, tmp_path / "booklets.pdf")
    sides = [
        Proven(tmp_path / "booklets.pdf", n, layout.size, outlines(page.fields))
        for n, page in enumerate(layout.pages)
    ]
    write_proof(sides, tmp_path / "proof.pdf", language="en")
    with pdfium.PdfDocument(tmp_path / "proof.pdf") as document:
        assert len(document) == len(layout.pages)
        for number, page in enumerate(layout.pages):
            seen = text_of(document[number])
            assert f"Page {page.number} of {len(layout.pages)}" in seen
            assert "Proof" in seen
            for field in page.fields:
                shown = field.id if field.credits is None else "/".join(field.id.split("/")[-2:])
                assert shown in seen
                assert field.kind in seen


def test_it_is_nobodys_page_in_a_scanner(exam: Exam, tmp_path: Path) -> None:
    layout = compile_booklets(exam, plan(7, (), 1), KEY, tmp_path / "booklets.pdf")
    sides = [Proven(tmp_path / "booklets.pdf", 0, layout.size, outlines(layout.pages[0].fields))]
    write_proof(sides, tmp_path / "proof.pdf", language="de")
    for name, there in (("booklets.pdf", 1), ("proof.pdf", 0)):
        with pdfium.PdfDocument(tmp_path / name) as document:
            assert len(zxingcpp.read_barcodes(rendered(document[0], 200))) == there


def test_labels_are_outlined_on_their_own_sheet(exam: Exam, tmp_path: Path) -> None:
    sheet = KNOWN["5160"]
    compile_stickers(exam, plan(7, made_up(2, 1), 0, stickers=True), KEY, sheet, tmp_path / "s.pdf")
    write_proof(
        [Proven(tmp_path / "s.pdf", 0, sheet.size, label_outlines(sheet))], tmp_path / "p.pdf", language="en"
    )
    with pdfium.PdfDocument(tmp_path / "p.pdf") as document:
        seen = text_of(document[0])
        assert document[0].get_size() == (612, 792)
    assert [word for word in seen.split() if word == "30"]


def test_ids_cover_nothing_that_is_printed(exam: Exam, tmp_path: Path) -> None:
    run = plan(7, made_up(1, 1), 0)
    layout = compile_booklets(exam, run, KEY, tmp_path / "booklets.pdf")
    sides = [
        Proven(tmp_path / "booklets.pdf", n, layout.size, outlines(page.fields))
        for n, page in enumerate(layout.pages)
    ]
    with pdfium.PdfDocument(tmp_path / "booklets.pdf") as document:
        for number, labels in enumerate(placed(sides)):
            printed = letters(document[number])
            boxes = [Box(a.x, a.y, 0.602 * a.size * MM * len(a.words), 1.1 * a.size * MM) for a in labels]
            assert len(boxes) == sum(bool(one.id) for one in sides[number].outlines)
            for label, box in zip(labels, boxes, strict=True):
                assert not any(box.overlaps(letter) for letter in printed), (number, label)
                assert box.inside(layout.size)
            for n, box in enumerate(boxes):
                assert not any(box.overlaps(other) for other in boxes[:n]), labels[n]
