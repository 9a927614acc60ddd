"""What is printed in black on any printer, at its own size, under its own name."""

import ctypes
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from io import BytesIO

import numpy as np
import pikepdf
import pypdfium2 as pdfium
import pytest
from pypdfium2 import raw

from klausur.exam.model import Exam
from klausur.paper.fields import FieldKind
from klausur.typeset.papers import Form, Paper, compile_paper

LARGE = 12
"""Points from which grey print does not fall apart."""


def text_colours(pdf: bytes) -> Iterator[tuple[str, float, tuple[int, int, int]]]:
    """All runs of text with their size in points and their colour."""
    with pdfium.PdfDocument(pdf) as document:
        for number in range(len(document)):
            page = document[number]
            words = page.get_textpage()
            for thing in page.get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT], max_depth=8):
                r, g, b, a = (ctypes.c_uint() for _ in range(4))
                assert raw.FPDFPageObj_GetFillColor(thing.raw, r, g, b, a)
                size = ctypes.c_float()
                assert raw.FPDFTextObj_GetFontSize(thing.raw, size)
                high = size.value * abs(thing.get_matrix().d)
                buffer = ctypes.create_string_buffer(400)
                short = ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort))
                count = raw.FPDFTextObj_GetText(thing.raw, words.raw, short, 400)
                said = buffer.raw[: max(count - 2, 0)].decode("utf-16-le")
                yield said, high, (r.value, g.value, b.value)


@pytest.mark.parametrize("form", [Form.EXAM, Form.BLACKENED])
def test_small_print_is_black(papers: Mapping[Form, Paper], form: Form) -> None:
    found = list(text_colours(papers[form].pdf))
    assert len(found) > 50
    grey = {words for words, size, colour in found if size < LARGE and max(colour) > 0}
    assert not grey


def test_what_is_covered_takes_little_ink_and_is_covered_all_the_same(exam: Exam) -> None:
    paper = compile_paper(exam, Form.BLACKENED)
    box = next(f.box for p in paper.pages for f in p.fields if f.kind is FieldKind.CHOICE_BOX)
    page = next(p.number for p in paper.pages if any(f.kind is FieldKind.CHOICE_BOX for f in p.fields))
    with pdfium.PdfDocument(paper.pdf) as document:
        image = np.array(document[page - 1].render(scale=300 / 72, grayscale=True).to_pil())
    scale = 300 / 25.4
    beside = image[
        int((box.y + 0.6) * scale) : int((box.bottom - 0.6) * scale),
        int((box.right + 4.5) * scale) : int((box.right + 12) * scale),
    ]
    assert 0.1 < (beside < 128).mean() < 0.35


@pytest.mark.parametrize("form", Form)
def test_papers_ask_for_their_own_size_and_say_what_they_are(
    papers: Mapping[Form, Paper], form: Form
) -> None:
    called = {
        Form.EXAM: "An Exam about Networks",
        Form.BLACKENED: "An Exam about Networks – Blackened paper",
        Form.SOLUTION: "An Exam about Networks – Sample solution",
    }
    with pikepdf.open(BytesIO(papers[form].pdf)) as document:
        asked = document.Root.ViewerPreferences
        assert (asked.PrintScaling, asked.Duplex) == (pikepdf.Name("/None"), pikepdf.Name.DuplexFlipLongEdge)
        assert asked.DisplayDocTitle
        assert str(document.docinfo.Title) == called[form]


@pytest.mark.parametrize(
    ("language", "parts"),
    [
        (
            "en",
            (
                "a sticker with a code of its own",
                "DO NOT SCAN OR UPLOAD",
                "Released Wednesday, 5 February 2031, 15:00",
            ),
        ),
        (
            "de",
            (
                "ein Aufkleber mit einem eigenen Code",
                "NICHT SCANNEN ODER HOCHLADEN",
                "Freigabe Mittwoch, 5. Februar 2031, 15:00 Uhr",
            ),
        ),
    ],
)
def test_the_cover_explains_the_sticker_and_tells_when_the_paper_is_released(
    exam: Exam, language: str, parts: tuple[str, ...]
) -> None:
    released = datetime.fromisoformat("2031-02-05 15:00")
    paper = compile_paper(replace(exam, language=language, release=released), Form.EXAM)
    with pdfium.PdfDocument(paper.pdf) as document:
        cover = " ".join(document[0].get_textpage().get_text_range().split())
        other = document[1].get_textpage().get_text_range()
    assert [part for part in parts if part not in cover] == []
    assert parts[1] in " ".join(other.split())
