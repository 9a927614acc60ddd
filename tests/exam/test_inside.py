"""What is the exam's own: files of its folder, and no link to others; nor does a picture ask for too much."""

import zlib
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pikepdf
import pytest
from pikepdf import Name

from klausur.exam import figures, svg_links, svg_size
from klausur.exam.inside import inside, leads_out
from klausur.exam.source import parse

SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">{}</svg>'
PICTURE = """# Light

![A lens](../figures/lens.svg)

## Speed {#speed credits=1}

How?

::: solution
So.
:::

::: rubric
- [+1] so
:::
"""


def codes(folder: Path) -> list[tuple[str, str]]:
    """Code and file of every finding."""
    return [(d.code, d.place.file) for d in parse(folder).diagnostics]


def test_a_path_is_followed_to_its_end(tmp_path: Path) -> None:
    exam = tmp_path / "exam"
    (exam / ".klausur").mkdir(parents=True)
    for file in (tmp_path / "mine", exam / "own", exam / ".klausur/key"):
        file.write_text("")
    (exam / "link").symlink_to("own")
    (exam / "out").symlink_to(tmp_path / "mine")
    (exam / "key").symlink_to(".klausur/key")
    (exam / "round").symlink_to("round")
    assert (
        inside(exam, "own") == inside(exam, "link") == inside(exam, "./x/../own") == (exam / "own").resolve()
    )
    for name in (
        "out",
        "key",
        ".klausur/key",
        "../mine",
        str(tmp_path / "mine"),
        "none",
        "round",
        "a\0b",
        ".",
    ):
        assert inside(exam, name) is None
    outside = ("out", "key", ".klausur/none", "../none", "/none")
    assert [name for name in (*outside, "own", "none", "a\0b") if leads_out(exam, name)] == list(outside)


@pytest.mark.parametrize(
    "name",
    [
        "exam.toml",
        "problems/1-light.md",
        "problems/1-light.py",
        "fonts/one.ttf",
        "candidates.csv",
        "rooms.toml",
    ],
)
def test_a_source_that_is_a_link_to_elsewhere_is_refused(make: Callable[..., Path], name: str) -> None:
    folder = make({})
    file = folder / name
    file.parent.mkdir(exist_ok=True)
    elsewhere = folder.parent / "elsewhere"
    elsewhere.write_bytes(file.read_bytes() if file.exists() else b"")
    file.unlink(missing_ok=True)
    file.symlink_to(elsewhere)
    assert ("outside-folder", name) in codes(folder)
    file.unlink()
    file.symlink_to("../exam.toml" if "/" in name else "problems/1-light.md")
    assert "outside-folder" not in {code for code, _ in codes(folder)}


@pytest.mark.parametrize(
    "target",
    [
        "/etc/hostname", "file:///etc/hostname", "https://example.org/x.png", "../../../mine.png",
        "..%2F..%2Fmine.png", "../.klausur/scan.png", "link.png",
    ],
)  # fmt: skip
@pytest.mark.parametrize("key", ["href", "xlink:href"])
def test_a_drawing_shows_no_picture_from_elsewhere(make: Callable[..., Path], target: str, key: str) -> None:
    folder = make({"problems/1-light.md": PICTURE})
    (folder / "figures").mkdir(exist_ok=True)
    (folder.parent / "mine.png").write_bytes(b"")
    (folder / "figures/link.png").symlink_to(folder.parent / "mine.png")
    drawing = SVG.format(f'<a href="https://example.org/"><image {key}="{target}"/></a>')
    (folder / "figures/lens.svg").write_text(drawing)
    assert codes(folder) == [("outside-folder", "problems/1-light.md")]
    (folder / "figures/lens.svg").write_text(SVG.format('<image href="other.svg"/>'))
    (folder / "figures/other.svg").write_text(drawing)
    assert codes(folder) == [("outside-folder", "problems/1-light.md")]


def test_what_a_drawing_may_show() -> None:
    own = SVG.format(
        '<use href="#a"/><image href="a.png"/><image href="data:image/png;base64,AA"/><a href="/x"/>'
    )
    assert not svg_links.foreign("figures/a.svg", own.encode())


def laughs(levels: int, times: int, one: str) -> str:
    """Each level draws the one below it so many times, each time by an element like ``one``."""
    groups = [f'<g id="l{n}">{one.format(n - 1) * times}</g>' for n in range(1, levels + 1)]
    return SVG.format('<path id="l0" d="M0 0h1"/>' + "".join(groups))


@pytest.mark.long
@pytest.mark.parametrize(
    "drawing",
    [
        laughs(9, 10, '<use xlink:href="#l{}"/>'),
        laughs(9, 10, '<path style="fill:url(#l{})"/>'),
        laughs(9, 10, "<path mask=\"url('#l{}')\"/>"),
        SVG.replace("<svg", "<svg width='1e9'").format(""),
        SVG.format('<filter x="-1000" width="2000"/>'),
        SVG.format('<filter width="99000%"/>'),
        SVG.format("<g>" * 5000 + "</g>" * 5000),
        SVG.format("<path/>" * 200_001),
        SVG.format(
            "<style>.c{fill:url(#p)}</style>"
            + '<path class="c"/>' * 500
            + f'<pattern id="p">{"<g/>" * 500}</pattern>'
        ),
    ],
    ids=["use", "fill", "mask", "wide", "filter", "percent", "deep", "many", "styled"],
)
def test_a_drawing_without_end_is_refused(tmp_path: Path, drawing: str) -> None:
    (tmp_path / "a.svg").write_text(drawing)
    assert figures.fault(tmp_path / "a.svg")


def test_a_drawing_that_names_its_own_parts_is_fine() -> None:
    assert svg_size.fault(laughs(3, 10, '<use xlink:href="#l{}"/>').encode()) is None
    assert svg_size.fault(SVG.format('<g id="a"><use href="#a"/></g>').encode()) is None


def test_pictures_inside_of_drawings_count(tmp_path: Path) -> None:
    inner = laughs(9, 10, '<use href="#l{}"/>')
    (tmp_path / "a.svg").write_text(SVG.format(f'<image href="data:image/svg+xml,{quote(inner)}"/>'))
    assert "elements" in (figures.fault(tmp_path / "a.svg") or "")
    (tmp_path / "a.svg").write_text(SVG.format('<image href="data:image/x-odd,abc"/>'))
    assert "image/x-odd" in (figures.fault(tmp_path / "a.svg") or "")


def test_more_pixels_than_a_printer_has(tmp_path: Path) -> None:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")

    side = (100_000).to_bytes(4, "big")
    head = side + side + bytes([8, 0, 0, 0, 0])
    (tmp_path / "a.png").write_bytes(
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")
    )
    assert "pixels" in (figures.fault(tmp_path / "a.png") or "")


def nested(levels: int, times: int, name: str = "X Do") -> pikepdf.Pdf:
    """A PDF whose page draws a part, which draws another one so many times, and so on."""
    document = pikepdf.new()
    inner = document.make_stream(b"0 0 1 1 re f ")
    for commands in [f"/{name} ".encode() * times] * levels + [b""]:
        inner.Type, inner.Subtype = Name.XObject, Name.Form
        inner.BBox = pikepdf.Array([0, 0, 100, 100])
        outer = document.make_stream(commands)
        part = pikepdf.Dictionary(X=inner)
        outer.Resources = pikepdf.Dictionary(XObject=part, Pattern=part)
        inner, last = outer, inner
    page = document.add_blank_page(page_size=(100, 100))
    page.Contents = document.make_stream(b"/X Do ")
    page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(X=last))
    return document


@pytest.mark.parametrize("kind", ["nested", "patterns", "long", "packed", "round"])
def test_a_pdf_without_end_is_refused(tmp_path: Path, kind: str) -> None:
    document = nested(7, 10, "X scn" if kind == "patterns" else "X Do")
    page = document.pages[0]
    if kind == "long":
        page.Contents = document.make_stream(b"0 0 1 1 re f\n" * 400_000)
    if kind == "packed":
        page.Contents = document.make_stream(bytes(50_000_000))
    if kind == "round":
        part = page.Resources.XObject.X
        part.Resources.XObject.X = part
    document.save(tmp_path / "a.pdf", compress_streams=True)
    assert (figures.fault(tmp_path / "a.pdf") is None) == (kind == "round")


def test_a_pdf_of_many_points_is_fine(tmp_path: Path) -> None:
    nested(3, 40).save(tmp_path / "a.pdf")
    assert figures.fault(tmp_path / "a.pdf") is None


def test_a_table_without_end_is_refused(make: Callable[..., Path]) -> None:
    rows = "| a | b |\n|---|---|\n" + "| 1 | 2 |\n" * 3000
    found = parse(make({"problems/1-light.md": PICTURE.replace("How?", f"How?\n\n{rows}")})).diagnostics
    assert [(d.code, "cells" in d.message) for d in found] == [("markup-unexpected", True)]
