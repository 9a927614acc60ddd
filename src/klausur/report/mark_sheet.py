"""The sheet of marks for a second look: one HTML file with a small picture of each, by what was read.

It stands alone: pictures and style are in it, nothing is loaded, nothing runs. Which marks there are is
`klausur.actions.mark_sheet`'s business.
"""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from klausur.report.contact_words import ContactWords

_STYLE = """
:root { color-scheme: light dark; --line: #8884; --dim: #777; }
body { font: 15px/1.45 system-ui, sans-serif; max-width: 84rem; margin: 2rem auto; padding: 0 1.2rem; }
h1 { font-size: 1.5rem; margin: 0 0 .2rem; } h2 { font-size: 1.15rem; margin: 2rem 0 .6rem; }
p { margin: .3rem 0; } .dim { color: var(--dim); }
ul { list-style: none; padding: 0; margin: 0; display: grid; gap: .7rem .5rem;
  grid-template-columns: repeat(auto-fill, minmax(6.5rem, 1fr)); }
li { break-inside: avoid; font-size: .8rem; line-height: 1.25; overflow-wrap: anywhere; }
li img { display: block; width: 100%; background: #fff; border: 1px solid var(--line); }
li b { font-variant-numeric: tabular-nums; }
code { font: .9em ui-monospace, monospace; background: #8882; padding: .1em .35em; border-radius: .2em;
  overflow-wrap: anywhere; }
"""


@dataclass(frozen=True, slots=True)
class Tile:
    """A mark: its number, where it stands, and a WebP file of it; ``lacking`` says why there is none."""

    number: int
    where: str
    picture: bytes = b""
    lacking: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Marks that were read alike, under what they were read as."""

    title: str
    tiles: tuple[Tile, ...]


def mark_sheet(
    title: str, how: Sequence[str], command: str, groups: Sequence[Group], say: ContactWords
) -> bytes:
    """The HTML file.

    Args:
        title: of the exam.
        how: what to do with it, a paragraph each.
        command: what records that the sheet was looked through.
        groups: those without marks are left out.
        say: the words of the exam's language.
    """
    html = ET.Element("html", lang=say.language, dir=say.direction)
    head = ET.SubElement(html, "head")
    ET.SubElement(head, "meta", charset="utf-8")
    ET.SubElement(head, "meta", name="viewport", content="width=device-width, initial-scale=1")
    ET.SubElement(head, "title").text = say("marks.title", title=title)
    ET.SubElement(head, "style").text = _STYLE
    body = ET.SubElement(html, "body")
    ET.SubElement(body, "h1").text = say("marks.title", title=title)
    for each in how:
        ET.SubElement(body, "p").text = each
    ET.SubElement(ET.SubElement(body, "p"), "code", dir="ltr").text = command
    for group in groups:
        if group.tiles:
            ET.SubElement(body, "h2").text = f"{group.title} ({len(group.tiles)})"
            tiles = ET.SubElement(body, "ul")
            for tile in group.tiles:
                _tile(tiles, tile, say)
    text: bytes = ET.tostring(html, encoding="utf-8", method="html")
    return b"<!doctype html>\n" + text


def _tile(tiles: ET.Element, tile: Tile, say: ContactWords) -> None:
    item = ET.SubElement(tiles, "li")
    if tile.picture:
        data = base64.b64encode(tile.picture).decode()
        ET.SubElement(item, "img", {"src": f"data:image/webp;base64,{data}", "alt": tile.where})
    else:
        ET.SubElement(item, "p", {"class": "dim"}).text = say("no-picture", why=tile.lacking)
    ET.SubElement(item, "b").text = str(tile.number)
    ET.SubElement(item, "div", {"class": "dim"}).text = tile.where
