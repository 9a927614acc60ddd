"""What runs off its page or into a box: boxes by their Fields, texts and figures by what the PDF draws."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pypdfium2 as pdfium

from klausur.base.diagnostics import Diagnostic, Place
from klausur.base.geometry import PAPERS, Box, Size
from klausur.exam.content import Content
from klausur.exam.model import Exam, Question
from klausur.paper.fields import MARKED
from klausur.paper.layout import PageLayout
from klausur.typeset.engine import Typeset
from klausur.typeset.page_frame import MARGIN, PRINTABLE
from klausur.typeset.wording import from_right_to_left

MM = 25.4 / 72
"""A PDF's point in mm."""
Drawn = tuple[Box, bool]
"""Where an object of a page lies, and whether it may be of a picture: an SVG becomes plain lines."""
WHITE = 1.8
"""In mm, what must stay free round a box that is read: a label comes as near as 2 mm."""
_SLACK = 0.3
"""In mm: frames and italics reach a hair over their line."""
_BELOW = 1.0
"""In mm: letters reach so far below their base line, which may be the last of the page."""
_STROKE = 0.5
"""In mm: a stroke lies half outside of the frame or figure that it bounds."""


def drawn_on(pdf: bytes, size: Size) -> list[tuple[Drawn, ...]]:
    """What each page of a PDF draws."""
    with pdfium.PdfDocument(pdf) as document:
        return [tuple(_objects(document[n], size)) for n in range(len(document))]


def check(
    exam: Exam,
    pages: Sequence[PageLayout],
    done: Typeset,
    contents: Mapping[str, Content],
    drawn: Sequence[Sequence[Drawn]],
) -> Iterator[Diagnostic]:
    """What is drawn off its page, or into the white round a box."""
    yield from _over_margin(exam, done, contents, drawn)
    yield from _over_column(exam, done, drawn)
    yield from _crowded(exam, pages, drawn)
    yield from _wrapped(done, contents)


def boxes(exam: Exam, pages: Sequence[PageLayout]) -> Iterator[Diagnostic]:
    """Fields that run off their page."""
    size = PAPERS[exam.paper]
    questions = {q.id: q for q in exam.questions}
    seen = set()
    for page in pages:
        for field in page.fields:
            if field.question is None or _fits(field.box, size):
                continue  # what belongs to no question stands at a fixed place
            question = questions[field.question]
            if (question.id, field.kind) in seen:
                continue
            seen.add((question.id, field.kind))
            what, hint = field.kind.row.crowded or (f"the {field.kind}", "divide the question")
            message = f"{what} of question {question.number} runs off page {page.number}"
            yield Diagnostic("off-page", message, question.place, hint)


def _fits(box: Box, size: Size) -> bool:
    return (
        box.x >= PRINTABLE
        and box.right <= size.w - PRINTABLE
        and box.bottom <= size.h - MARGIN["bottom"] + _SLACK
    )


def _over_margin(
    exam: Exam, done: Typeset, contents: Mapping[str, Content], drawn: Sequence[Sequence[Drawn]]
) -> Iterator[Diagnostic]:
    """What reaches over the right or lower margin of each page, with the piece that it stands in."""
    size, mirrored = PAPERS[exam.paper], from_right_to_left(exam.language)
    spots = sorted((f for f in done.facts if f["what"] == "spot"), key=lambda s: (s["page"], s["y"]))
    places = {q.id: q.place for q in exam.questions} | {str(p.number): p.place for p in exam.problems}
    seen = set()
    for number, objects in enumerate(drawn, start=1):
        for box, picture in objects:
            beyond = MARGIN["right"] - box.x if mirrored else box.right - (size.w - MARGIN["right"])
            below = 0.0 if picture else _BELOW
            over = beyond, box.bottom - (size.h - MARGIN["bottom"]) - below
            if max(over) <= _STROKE or in_corner(box, size):
                continue
            spot = _above(number, box.y, spots)
            place = None if spot is None else _author(spot, contents, places, picture=picture)
            if place is not None and place not in seen:
                seen.add(place)
                side = "right" if over[0] >= over[1] else "lower"
                told = "left" if mirrored and side == "right" else side
                message = f"something runs {max(over):.0f} mm over the {told} margin of page {number}"
                yield Diagnostic("off-page", message, place, _HINTS[side, picture])


def _over_column(exam: Exam, done: Typeset, drawn: Sequence[Sequence[Drawn]]) -> Iterator[Diagnostic]:
    """What begins in a column of a problem that has several, and reaches out of it into the next one."""
    spots = [f for f in done.facts if f["what"] == "spot"]
    margin, mirrored = PAPERS[exam.paper].w - MARGIN["right"], from_right_to_left(exam.language)
    asked = {q.id: q for q in exam.questions}
    for spot in spots:
        if "column" not in spot:
            continue
        end = min((s["y"] for s in spots if s["page"] == spot["page"] and _ends(s, spot)), default=1e9)
        edge = spot["x"] + spot["column"]
        over = max(
            (
                spot["x"] - box.x if mirrored else box.right - edge
                for box, _ in drawn[spot["page"] - 1]
                if spot["y"] - 1 <= box.y < end - 1
                and (
                    spot["x"] < box.right <= edge + 1
                    if mirrored
                    else spot["x"] - 1 <= box.x < edge and box.right <= margin
                )
            ),
            default=0.0,
        )
        if over > _STROKE:
            question = asked[spot["question"]]
            message = f"something of question {question.number} is {over:.0f} mm wider than its column"
            hint = "break or shorten the formula or word, or write columns=… with fewer columns"
            yield Diagnostic("off-page", message, question.place, hint)


def _wrapped(done: Typeset, contents: Mapping[str, Content]) -> Iterator[Diagnostic]:
    """Lines of code that had to be broken."""
    spots = sorted((f for f in done.facts if f["what"] == "spot"), key=lambda s: (s["page"], s["y"]))
    for fact in done.facts:
        if fact["what"] != "wrapped":
            continue
        spot = _above(fact["page"], fact["y"], [s for s in spots if s["piece"] is not None])
        if spot is not None:
            code = fact["code"] if len(fact["code"]) <= _SHORT else fact["code"][: _SHORT - 1] + "…"
            message = f"a line of code is too long for the page: {code}"
            hint = "break it, or it goes on in a line of its own, behind an arrow"
            yield Diagnostic("code-wrapped", message, contents[spot["piece"]].place, hint)


_SHORT = 60
"""Characters of a line of code that a message shows."""


def _ends(other: Mapping[str, Any], spot: Mapping[str, Any]) -> bool:
    """Whether a question in a column ends where another spot of its page is."""
    below = other["y"] > spot["y"] + 0.1
    apart = "problem" in other or ("question" in other and "column" not in other)
    return below and (apart or abs(other["x"] - spot["x"]) < 1)


def _crowded(
    exam: Exam, pages: Sequence[PageLayout], drawn: Sequence[Sequence[Drawn]]
) -> Iterator[Diagnostic]:
    """Boxes into whose white something is printed, such as a choice that is wider than its column."""
    questions = {q.id: q for q in exam.questions}
    seen = set()
    for page, objects in zip(pages, drawn, strict=False):  # behind an answer sheet follows what is asked
        for field in page.fields:
            if field.kind not in MARKED or field.question is None or field.question in seen:
                continue
            near, own = field.box.grown(WHITE), field.box.grown(_SLACK)
            if any(near.overlaps(box) and not _within(box, own) for box, _ in objects):
                seen.add(field.question)
                question = questions[field.question]
                message = f"something is printed into the white round a box of question {question.number}"
                hint = _narrower(question)
                yield Diagnostic("box-crowded", message, question.place, hint)


_HINTS = {
    ("right", True): "make the figure narrower with width=…, or write less into the columns of the table",
    ("right", False): "break the formula or the line of code, or write less into the columns of the table",
    (
        "lower",
        True,
    ): "make the figure lower with height=…, or write text and figure in paragraphs of their own",
    (
        "lower",
        False,
    ): "divide it by an empty line: paragraphs, lists, tables and code longer than a page may break",
}
"""What to do, by the side and by whether a picture, a rule or a frame is over it."""


def _narrower(question: Question) -> str:
    if question.kind.corrected:
        return "make the table, figure or formula narrower that reaches into the margin of the credit boxes"
    return "write columns=1, or shorten or break what is too wide"


def _within(box: Box, outer: Box) -> bool:
    return box.x >= outer.x and box.y >= outer.y and box.right <= outer.right and box.bottom <= outer.bottom


def _objects(page: pdfium.PdfPage, size: Size) -> Iterator[Drawn]:
    for item in page.get_objects(max_depth=1):
        left, bottom, right, top = (value * MM for value in item.get_bounds())
        yield Box(left, size.h - top, right - left, top - bottom), item.type != pdfium.raw.FPDF_PAGEOBJ_TEXT


def in_corner(box: Box, size: Size) -> bool:
    """Whether it is a fiducial or a line of the running head."""
    return box.bottom < 15 or (box.y > size.h - 15 and (box.x > size.w - 15 or box.right < 15))


def _above(page: int, y: float, spots: Sequence[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """The last piece that begins above y."""
    above = [s for s in spots if (s["page"], s["y"]) <= (page, y + 1)]
    return above[-1] if above else None


def _author(
    spot: Mapping[str, Any], contents: Mapping[str, Content], places: Mapping[str, Place], *, picture: bool
) -> Place | None:
    """Where a piece, or the only picture in it, stands in the source."""
    piece: str | None = spot["piece"]
    if piece is None:
        return places.get(str(spot.get("question", spot.get("problem"))))
    content = contents[piece]
    return content.figures[0].place if picture and len(content.figures) == 1 else content.place
