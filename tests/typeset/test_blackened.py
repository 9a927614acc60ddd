"""What the blackened paper covers is gone: not in its text, pictures, fonts, metadata or raw bytes."""

import io
import re
from collections.abc import Callable, Mapping
from dataclasses import replace

import cv2
import numpy as np
import pikepdf
import pypdfium2 as pdfium
import pytest

from klausur.exam.content import Content
from klausur.exam.model import Exam
from klausur.typeset.papers import Form, Paper, compile_paper

SECRETS = (
    "Marsupial",  # the problem's title
    "wombats",  # its text
    "Augmentations",  # a question's title
    "handwritten",  # its text
    "Gaußian",  # a choice
    "ReLU",  # maths in a choice
    "last layer",
    "picture",  # shared text
    "wallaby",  # a figure's other text
    "zebrafinch",  # a figure's own metadata
    "quokkabiases",  # a solution
    "worked out",  # a note for correctors
    "one.png",
)


def raw(pdf: bytes) -> bytes:
    """Everything in the file: all streams without compression, all strings, and the file itself."""
    found = [pdf]
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        for item in opened.objects:
            if isinstance(item, pikepdf.Stream):
                try:
                    found.append(item.read_bytes())
                except pikepdf.PdfError:
                    found.append(item.read_raw_bytes())
            found.append(item.unparse(resolved=True))
            if isinstance(item, pikepdf.String):
                found.append(str(item).encode())
        found.append(str(dict(opened.docinfo.items())).encode())
    return b"\n".join(found)


def spellings(word: str) -> tuple[bytes, ...]:
    """A word as the bytes in which a PDF may carry it."""
    return (
        word.encode(),
        word.encode("utf-16-be"),
        word.encode("utf-16-be").hex().encode(),
        word.encode("latin1"),
    )


def mapped(pdf: bytes) -> set[str]:
    """The characters that the text maps of the fonts name."""
    found: set[str] = set()
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        for item in opened.objects:
            if isinstance(item, pikepdf.Dictionary) and "/ToUnicode" in item:
                for code in re.findall(rb"<[0-9A-Fa-f]+>\s*<([0-9A-Fa-f]+)>", item.ToUnicode.read_bytes()):
                    found.add(bytes.fromhex(code.decode()).decode("utf-16-be"))
    return found


def text(pdf: bytes) -> str:
    """What can be extracted."""
    with pdfium.PdfDocument(pdf) as document:
        pages = (document[n].get_textpage().get_text_range() for n in range(len(document)))
        return " ".join(" ".join(pages).split())


def pictures(pdf: bytes) -> int:
    """How many images the file holds."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        return sum(isinstance(o, pikepdf.Stream) and o.get("/Subtype") == "/Image" for o in opened.objects)


def test_no_secret_is_left_in_any_form(papers: Mapping[Form, Paper]) -> None:
    open_text, covered_text = text(papers[Form.SOLUTION].pdf), text(papers[Form.BLACKENED].pdf)
    covered = raw(papers[Form.BLACKENED].pdf)
    for secret in SECRETS:
        assert secret not in covered_text
        assert not any(spelling in covered for spelling in spellings(secret))
    # the same search finds what the other papers do say, so it can fail
    assert sum(secret in open_text for secret in SECRETS) >= 10
    assert "Prof. Ada Example" in covered_text


def test_the_search_finds_what_is_not_covered(exam: Exam) -> None:
    found = raw(compile_paper(replace(exam, title="Quagga"), Form.BLACKENED).pdf)
    assert any(spelling in found for spelling in spellings("Quagga"))


def test_no_picture_is_left(papers: Mapping[Form, Paper]) -> None:
    assert pictures(papers[Form.EXAM].pdf) == 1
    assert pictures(papers[Form.BLACKENED].pdf) == 0


def test_fonts_name_no_covered_character(
    exam: Exam, of_questions: Callable[..., Exam], typst: Callable[..., Content]
) -> None:
    question = replace(
        next(iter(exam.questions)),
        content=typst("Жѣ $integral.cont zeta$"),
        title="ǂ",
        choices=exam.problems[0].questions[0].choices,
    )
    asked = of_questions(question)
    open_, covered = (
        mapped(compile_paper(asked, Form.EXAM).pdf),
        mapped(compile_paper(asked, Form.BLACKENED).pdf),
    )
    assert {"Ж", "ѣ", "∮"} <= open_
    assert not {"Ж", "ѣ", "∮", "ǂ", "𝜁", "ζ"} & covered


def test_cover_rules_numbers_and_boxes_stay(papers: Mapping[Form, Paper]) -> None:
    said = text(papers[Form.BLACKENED].pdf)
    for part in (
        "An Exam about Networks",
        "No tools but a pen",
        "Choose again",
        "Problem 1",
        "1.1",
        "1.6",
        "2 credits",
    ):
        assert part in said


def test_where_text_was_is_hatched(exam: Exam, papers: Mapping[Form, Paper]) -> None:
    def page(form: Form) -> np.ndarray[tuple[int, int], np.dtype[np.uint8]]:
        with pdfium.PdfDocument(papers[form].pdf) as document:
            return np.array(document[1].render(scale=2, grayscale=True).to_pil())

    shown, covered = page(Form.EXAM), page(Form.BLACKENED)
    dark, ink = shown < 100, covered < 100
    hatch = np.ones((13, 13), np.uint8)  # over 2 mm, as far as the lines of a bar are apart
    bars = cv2.morphologyEx(ink.astype(np.uint8), cv2.MORPH_CLOSE, hatch) > 0
    # the serifs of letters that reach below their line may stick out, the rest lies under a bar
    assert (dark & bars).sum() > 0.93 * dark.sum()
    assert bars.sum() > 3 * dark.sum()
    assert ink.sum() < 0.5 * bars.sum()
    assert exam.title not in SECRETS


@pytest.mark.parametrize("form", [Form.EXAM, Form.SOLUTION])
def test_only_the_blackened_paper_is_covered(papers: Mapping[Form, Paper], form: Form) -> None:
    assert "wombats" in text(papers[form].pdf)
