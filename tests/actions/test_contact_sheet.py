"""The contact sheet: everything that waits, with what a person must see to decide it, in one file."""

import base64
import io
import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pikepdf
import pytest
from PIL import Image
from tests.cast import EXAMINER
from tests.exams import copy_exam

from klausur.actions import contact_sheet, kept_scans
from klausur.actions.scan import scan
from klausur.actions.waiting import waiting
from klausur.base.errors import NotFoundError, ToolError
from klausur.paper.answers import Doubt
from klausur.paper.code import Sheet
from klausur.paper.fields import FieldKind
from klausur.paper.layout import Layout
from klausur.rehearse.truth import read_pages
from klausur.report import contact_sheet as written
from klausur.report.contact_sheet import Card, Picture, Section
from klausur.report.contact_words import ContactWords
from klausur.scan.model import PageImage, Reason
from klausur.state.extras import LOOSE, ExtraDoubt
from klausur.state.facts import StoredImage
from klausur.state.owners import NOBODYS, Source, TieDoubt
from klausur.store import printings
from klausur.store.folder import Records, opened

from .conftest import rehearse_booklets


def html(path: Path) -> ET.Element:
    """The file as a tree: void elements are closed for the parser."""
    text = path.read_text(encoding="utf-8").removeprefix("<!doctype html>\n")
    return ET.fromstring(  # noqa: S314 - made by this program
        re.sub(r"<(meta|img)([^>]*)>", r"<\1\2/>", text)
    )


def pictures(article: ET.Element, what: str) -> list[Image.Image]:
    found = [img.attrib["src"] for img in article.iter("img") if img.attrib["class"] == what]
    return [Image.open(io.BytesIO(base64.b64decode(src.partition(",")[2]))) for src in found]


def crossed(page: pikepdf.Page, layout: Layout, code: tuple[int, int]) -> bytes:
    """Strokes that cross all credit boxes of a page of a booklet, scanned upright."""
    _, _, width, height = map(float, page.MediaBox)
    across, up = width / layout.size.w, height / layout.size.h
    printed = layout.page(*code)
    assert printed is not None
    boxes = [f.box for f in printed.fields if f.kind is FieldKind.CREDIT_BOX]
    assert len(boxes) > 1
    strokes = [
        f"{box.x * across} {height - y * up} m {box.right * across} {height - z * up} l S"
        for box in boxes
        for y, z in ((box.y, box.bottom), (box.bottom, box.y))
    ]
    return f"q 1.3 w {' '.join(strokes)} Q".encode()


def ink(picture: Image.Image) -> float:
    """How much of a picture is dark."""
    grey = picture.convert("L")
    return sum(grey.histogram()[:120]) / (grey.width * grey.height)


def test_everything_that_waits_is_shown(rehearsed: Path, tmp_path: Path) -> None:
    place = tmp_path / "exam"
    copy_exam(rehearsed, place)
    truth = [(row.booklet, row.page) for row in read_pages(place / "rehearsal/truth-pages.csv") if row.file]
    pdf = next((place / "rehearsal").glob("*.pdf"))
    with pikepdf.open(pdf) as file:
        spoilt = next(n for n, page in enumerate(truth) if page[1] == 2)
        with opened(place):
            ink_ = crossed(file.pages[spoilt], printings.layout(), truth[spoilt])
        file.pages[spoilt].contents_add(ink_, prepend=False)
        file.pages[spoilt].Rotate = 180
        file.save(place / "short.pdf")
    foreign = tmp_path / "foreign.png"
    Image.new("L", (1240, 1754), 255).save(foreign)
    scan(place, [place / "short.pdf", foreign], actor=EXAMINER, jobs=0)
    waits = waiting(place)
    assert [q for q in waits.questions if q.fields]
    assert waits.unclear

    told: list[tuple[int, int]] = []
    out = tmp_path / "waits.html"
    made = contact_sheet.write(place, out, jobs=1, progress=lambda *n: told.append(n))
    shown = [q for q in waits.questions if q.image is not None]
    cards = len(waits.questions) + len(waits.unclear) + len(waits.booklets) + len(waits.extras)
    assert made.cards == told[-1][0] == told[-1][1]
    articles = list(html(out).iter("article"))
    assert len(articles) == made.cards <= cards
    assert made.without_picture == sum(not pictures(article, "page") for article in articles)
    by_title = {article.findtext(".//h3") or "": article for article in articles}
    for question in shown:
        (title,) = [
            t for t in by_title if t.startswith(f"Booklet {question.booklet}, ") and question.question in t
        ]
        article = by_title[title]
        assert len(pictures(article, "box")) == len(question.fields) > 0
        assert all(ink(box) > 0.02 for box in pictures(article, "box")), "a printed box is seen at least"
        (page,), (part,) = pictures(article, "page"), pictures(article, "part")
        assert page.height > page.width
        assert part.width > 2 * page.width * 0.8
        command = article.findtext(".//code") or ""
        assert command.startswith(f"klausur settle question {question.booklet} {question.number} --")
    (image,) = [by_title[f"Image {w.image.id}"] for w in waits.unclear if w.image.name == "foreign.png"]
    assert "nothing on it" in "".join(image.itertext())


def test_an_image_is_decoded_once_however_much_of_it_is_shown(
    rehearsed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page that is there twice: all of its questions wait, and each shows its own part of the page."""
    place, other = tmp_path / "exam", tmp_path / "other"
    copy_exam(rehearsed, place)
    rehearse_booklets(place, other, seed=14)
    with pikepdf.open(next(other.glob("*.pdf"))) as file:
        del file.pages[2:], file.pages[0]
        file.save(tmp_path / "second.pdf")
    scan(place, [*(place / "rehearsal").glob("*.pdf"), tmp_path / "second.pdf"], actor=EXAMINER, jobs=0)
    asked = [q for q in waiting(place).questions if q.page == 2]
    assert len(asked) == 3

    seen: list[int] = []
    once = kept_scans.image

    def counted(records: Records, stored: StoredImage) -> PageImage | None:
        seen.append(stored.id)
        return once(records, stored)

    monkeypatch.setattr(kept_scans, "image", counted)
    out = tmp_path / "waits.html"
    assert contact_sheet.write(place, out, jobs=1).cards == 4
    assert len(seen) == len(set(seen)) == 2
    articles = [a for a in html(out).iter("article") if (a.findtext(".//h3") or "").startswith("Booklet 1, ")]
    parts = [pictures(article, "part")[0].tobytes() for article in articles]
    assert len(parts) == len(set(parts)) == 3

    monkeypatch.setattr(contact_sheet, "ContactWords", lambda _: ContactWords("de"))  # of a German exam
    contact_sheet.write(place, out, jobs=1)
    page = html(out)
    assert page.attrib == {"lang": "de", "dir": "ltr"}
    assert "Was auf einen Menschen wartet." in "".join(page.itertext())
    said = [article.findtext(".//h3") or "" for article in page.iter("article")]
    assert all(re.match("Heft|Bild", title) for title in said), said
    shown = {img.attrib["alt"] for img in page.iter("img")}
    assert not [alt for alt in shown if re.search("booklet|page|question|choice|credits|whole", alt)]


def test_it_loads_nothing_from_elsewhere_and_text_stays_text() -> None:
    card = Card("<b>Jürgen & co</b>", "why", "stack.pdf image 3", "klausur …", page=Picture(b"x", 'a "page"'))
    page = written.contact_sheet(
        "Exam </title>", "1 thing", [Section("Booklets", (card,)), Section("None", ())], ContactWords("en")
    )
    text = page.decode()
    assert "&lt;b&gt;Jürgen &amp; co&lt;/b&gt;" in text
    assert "Exam &lt;/title&gt;" in text
    assert "<h2>Booklets (1)</h2>" in text
    assert "None" not in text
    assert re.findall(r"(?:src|href)=\"(?!data:)", text) == []
    assert "<script" not in text


def test_every_reason_has_words() -> None:
    assert set(NOBODYS) == set(TieDoubt)
    assert set(LOOSE) == set(ExtraDoubt)
    say = ContactWords("en")
    for group, codes in (
        ("open", Doubt),
        ("nobodys", TieDoubt),
        ("loose", ExtraDoubt),
        ("unplaced", Reason),
        ("sources", Source),
        ("pages", [sheet for sheet in Sheet if sheet is not Sheet.STICKER]),
    ):
        for code in codes:
            assert say(f"{group}.{code}", n=1, page=2)


def test_errors(rehearsed: Path, tmp_path: Path) -> None:
    with pytest.raises(ToolError, match="cannot be written"):
        contact_sheet.write(rehearsed, tmp_path / "no" / "waits.html", jobs=1)
    (tmp_path / "empty").mkdir()
    with pytest.raises(NotFoundError):
        contact_sheet.write(tmp_path / "empty", tmp_path / "waits.html", jobs=1)
