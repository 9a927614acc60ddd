"""Names, numbers, rooms and seats are text on every paper, whatever they look like."""

import csv
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from tests.typeset.injections import CANARY, PAYLOADS, SVG

from .conftest import Call

PEOPLE = [" ".join(payload.replace("/figures", "").split()) for payload in PAYLOADS[::3]]


def letters(text: str) -> str:
    """What is left of a text wherever its lines break."""
    return "".join(c for c in text if c.isascii() and c.isalnum())


@pytest.mark.long
@pytest.mark.parametrize("stickers", [False, True])
def test_people_and_rooms_are_printed_as_they_stand(klausur: Call, tmp_path: Path, *, stickers: bool) -> None:
    exam = tmp_path / "exam"
    assert klausur("new", exam).code == 0
    (exam / "rooms.toml").unlink()  # the rooms are those that the list names
    (exam / "figures").mkdir(exist_ok=True)
    (exam / "figures/lens.svg").write_text(SVG)
    first = next((exam / "problems").glob("*.md"))
    heading, _, rest = first.read_text("utf-8").partition("\n")
    first.write_text(f"{heading}\n\n![A lens](../figures/lens.svg)\n{rest}", "utf-8")
    with (exam / "candidates.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["registration", "name", "room", "seat"])
        for n, name in enumerate(PEOPLE):
            rows.writerow(
                [f"0370000{n}" if n < 10 else f"037000{n}", name, f"Hall {name}"[:40], f"{n} {name}"[:12]]
            )
    labels = ["--stickers", "L7160"] if stickers else []
    said = klausur("print", exam, "--proof", "--by-room", "--extra", 1, "--seats", "file", *labels)
    assert said.code == 0, said.out + said.err
    assert klausur("day", exam, "--name-signs").code == 0
    texts = {
        file.name: "".join(page.get_textpage().get_text_range() for page in pdfium.PdfDocument(file))
        for file in exam.rglob("*.pdf")
    }
    assert {"booklets.pdf", "attendance.pdf", "door-lists.pdf", "name-signs.pdf"} <= texts.keys()
    for name, text in texts.items():
        assert CANARY not in text, name
    for name in ("stickers.pdf" if stickers else "booklets.pdf", "attendance.pdf"):
        assert [p for p in PEOPLE if letters(p) not in letters(texts[name])] == [], name
