"""The contact sheet: one HTML file that shows all that waits for a person, with a picture of each.

It stands alone: pictures and style are in it, nothing is loaded, nothing runs. Which pictures there are is
`klausur.actions.contact_sheet`'s business.
"""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from klausur.report.contact_words import ContactWords

_STYLE = """
:root { color-scheme: light dark; --line: #8884; --dim: #777; }
body { font: 15px/1.45 system-ui, sans-serif; max-width: 78rem; margin: 2rem auto; padding: 0 1.2rem; }
h1 { font-size: 1.5rem; margin: 0 0 .2rem; } h2 { font-size: 1.15rem; margin: 2.4rem 0 .6rem; }
p { margin: .2rem 0; } .dim { color: var(--dim); }
article { border-top: 1px solid var(--line); padding: 1rem 0; display: grid; gap: .4rem 1.4rem;
  grid-template-columns: minmax(0, 1fr) 13rem; break-inside: avoid; }
h3 { font-size: 1rem; margin: 0; } article > div { min-width: 0; }
img { display: block; background: #fff; border: 1px solid var(--line); }
img.part { max-width: 100%; margin: .5rem 0; } img.page { width: 100%; }
ul.boxes { list-style: none; display: flex; flex-wrap: wrap; gap: .8rem; padding: 0; margin: .5rem 0; }
ul.boxes img { width: 6rem; } ul.boxes span { font-size: .85rem; }
code { font: .9em ui-monospace, monospace; background: #8882; padding: .1em .35em; border-radius: .2em;
  overflow-wrap: anywhere; }
@media (max-width: 46rem) { article { grid-template-columns: minmax(0, 1fr); } img.page { width: 13rem; } }
"""


@dataclass(frozen=True, slots=True)
class Picture:
    """A WebP file and what it shows, for who cannot see it."""

    data: bytes
    shows: str


@dataclass(frozen=True, slots=True)
class Card:
    """One thing that waits: what it is, why, what it looks like, and the command that decides it.

    ``where`` is the file and the image in it. ``boxes`` are the boxes to look at; ``part`` is the question
    that they belong to; ``page`` is all of the page. ``lacking`` says why there is no picture.
    """

    title: str
    why: str
    where: str
    command: str
    boxes: tuple[Picture, ...] = ()
    part: Picture | None = None
    page: Picture | None = None
    lacking: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """Cards of one kind under their heading."""

    title: str
    cards: tuple[Card, ...]


def contact_sheet(title: str, summary: str, sections: Sequence[Section], say: ContactWords) -> bytes:
    """The HTML file.

    Args:
        title: of the exam.
        summary: what waits, in one line.
        sections: those without cards are left out.
        say: the words of the exam's language.
    """
    html = ET.Element("html", lang=say.language, dir=say.direction)
    head = ET.SubElement(html, "head")
    ET.SubElement(head, "meta", charset="utf-8")
    ET.SubElement(head, "meta", name="viewport", content="width=device-width, initial-scale=1")
    ET.SubElement(head, "title").text = say("what-waits", title=title)
    ET.SubElement(head, "style").text = _STYLE
    body = ET.SubElement(html, "body")
    ET.SubElement(body, "h1").text = title
    ET.SubElement(body, "p", {"class": "dim"}).text = summary
    for section in sections:
        if section.cards:
            ET.SubElement(body, "h2").text = f"{section.title} ({len(section.cards)})"
            for card in section.cards:
                _card(body, card, say)
    text: bytes = ET.tostring(html, encoding="utf-8", method="html")
    return b"<!doctype html>\n" + text


def _card(body: ET.Element, card: Card, say: ContactWords) -> None:
    article = ET.SubElement(body, "article")
    told = ET.SubElement(article, "div")
    ET.SubElement(told, "h3").text = card.title
    ET.SubElement(told, "p").text = card.why
    if card.boxes:
        boxes = ET.SubElement(told, "ul", {"class": "boxes"})
        for box in card.boxes:
            item = ET.SubElement(boxes, "li")
            _picture(item, box, "box")
            ET.SubElement(item, "span").text = box.shows
    if card.part is not None:
        _picture(told, card.part, "part")
    if card.lacking:
        ET.SubElement(told, "p", {"class": "dim"}).text = say("no-picture", why=card.lacking)
    ET.SubElement(ET.SubElement(told, "p"), "code").text = card.command
    beside = ET.SubElement(article, "div")
    if card.page is not None:
        _picture(beside, card.page, "page")
    ET.SubElement(beside, "p", {"class": "dim"}).text = card.where


def _picture(parent: ET.Element, picture: Picture, what: str) -> None:
    data = base64.b64encode(picture.data).decode()
    ET.SubElement(
        parent, "img", {"class": what, "src": f"data:image/webp;base64,{data}", "alt": picture.shows}
    )
