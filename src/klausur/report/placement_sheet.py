"""The sheet by which people confirm what scans without codes are: pictures of each booklet's pages.

It stands alone: pictures and style are in it, nothing is loaded, nothing runs.
"""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree import ElementTree as ET

_STYLE = """
:root { color-scheme: light dark; --line: #8884; --dim: #777; --look: #b3261e; }
@media (prefers-color-scheme: dark) { :root { --look: #ff8a80; --dim: #aaa; } }
body { font: 15px/1.45 system-ui, sans-serif; max-width: 90rem; margin: 2rem auto; padding: 0 1.2rem; }
h1 { font-size: 1.5rem; margin: 0 0 .2rem; } h2 { font-size: 1.15rem; margin: 0 0 .5rem; }
p { margin: .2rem 0; max-width: 46rem; } .dim { color: var(--dim); } .look { color: var(--look); }
section { border-top: 1px solid var(--line); padding: 1rem 0; break-inside: avoid; }
img { display: block; background: #fff; border: 1px solid var(--line); max-width: 100%; }
img.head { max-height: 13rem; margin: .3rem 0 .8rem; }
.pages { display: flex; flex-wrap: wrap; gap: .9rem; align-items: flex-start; }
figure { margin: 0; width: 12.5rem; } figcaption { font-size: .85rem; overflow-wrap: anywhere; }
"""


@dataclass(frozen=True, slots=True)
class ShownPage:
    """An image: its picture as WebP, what it seems to be, where it came from, what to look at."""

    picture: bytes
    title: str
    where: str
    look: str = ""


@dataclass(frozen=True, slots=True)
class ShownBooklet:
    """Images that are confirmed together: what they seem to be, and where its writer's name may stand."""

    title: str
    pages: tuple[ShownPage, ...]
    head: bytes = b""


def placement_sheet(title: str, intro: Sequence[str], booklets: Sequence[ShownBooklet]) -> bytes:
    """The HTML file.

    Args:
        title: of the exam.
        intro: paragraphs ahead of all.
        booklets: in the order in which they are to be looked at.
    """
    html = ET.Element("html", lang="en")
    head = ET.SubElement(html, "head")
    ET.SubElement(head, "meta", charset="utf-8")
    ET.SubElement(head, "meta", name="viewport", content="width=device-width, initial-scale=1")
    ET.SubElement(head, "title").text = title
    ET.SubElement(head, "style").text = _STYLE
    body = ET.SubElement(html, "body")
    ET.SubElement(body, "h1").text = title
    for words in intro:
        ET.SubElement(body, "p", {"class": "dim"}).text = words
    for booklet in booklets:
        section = ET.SubElement(body, "section")
        ET.SubElement(section, "h2").text = booklet.title
        if booklet.head:
            _picture(section, booklet.head, "head", booklet.title)
        pages = ET.SubElement(section, "div", {"class": "pages"})
        for page in booklet.pages:
            _page(pages, page)
    text: bytes = ET.tostring(html, encoding="utf-8", method="html")
    return b"<!doctype html>\n" + text


def _page(parent: ET.Element, page: ShownPage) -> None:
    figure = ET.SubElement(parent, "figure")
    if page.picture:
        _picture(figure, page.picture, "page", page.title)
    caption = ET.SubElement(figure, "figcaption")
    ET.SubElement(caption, "strong").text = page.title
    if page.look:
        ET.SubElement(caption, "div", {"class": "look"}).text = page.look
    ET.SubElement(caption, "div", {"class": "dim"}).text = page.where


def _picture(parent: ET.Element, data: bytes, what: str, shows: str) -> None:
    source = f"data:image/webp;base64,{base64.b64encode(data).decode()}"
    ET.SubElement(parent, "img", {"class": what, "src": source, "alt": shows})
