"""No text of an author is run by the typesetter: what is written stands on paper, letter by letter."""

import re
from collections.abc import Callable, Iterable
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from _pytest.mark import ParameterSet
from tests.typeset.injections import CANARY, FILE, PAYLOADS, SVG

from klausur.exam.source import parse
from klausur.typeset import engine
from klausur.typeset.papers import Form, compile_paper

QUESTION = """
## {title} {{#q{n} credits=1{heading}}}

{text}

::: solution
{solution}
:::

::: rubric
- [+1] {rubric}
:::
"""
SHARES = 3
ONE_LINE = [p.replace("\n", " ").replace("\u2028", " ") for p in PAYLOADS]


def quoted(text: str) -> str:
    """Every sign of a text as Markdown prints it; brackets by number, as maths may begin so."""
    escaped = re.sub(r"([!-'*-/:-@\\^-`{-~])", r"\\\1", text)
    return re.sub(r"[()\[\]]", lambda found: f"&#{ord(found[0])};", escaped)


def attribute(text: str) -> str:
    """A text as the value of an attribute."""
    return text.replace("\\", "\\\\").replace('"', '\\"')


def exam_of(folder: Path, problem: str, toml: str = "") -> Path:
    """An exam of one problem, with a picture that holds what no paper may say."""
    given = {"title": "'T'", "date": "2026-02-10", "start": "'10:00'", "minutes": "60"}
    lines = [f"{key} = {value}" for key, value in given.items() if f"{key} =" not in toml]
    for name, text in {
        "exam.toml": "\n".join(lines) + "\n" + toml,
        "problems/1-light.md": f"# Light\n\n![A lens](../figures/lens.svg)\n{problem}",
        "figures/lens.svg": SVG,
        ".klausur/key": CANARY,
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def questions(place: str, make: Callable[[str], str], payloads: list[str]) -> str:
    """A question for each payload, which stands at the place."""
    parts = {"title": "Title", "text": "Text.", "solution": "So.", "rubric": "so", "heading": ""}
    return "\n".join(
        QUESTION.format(**{**parts, place: make(payload)}, n=n) for n, payload in enumerate(payloads)
    )


def letters(text: str) -> str:
    """What is left of a text whatever quotes and hyphens become in print."""
    return re.sub(r"[^0-9A-Za-z]", "", text)


def printed(folder: Path) -> tuple[str, list[str]]:
    """The letters of the sample solution, and the findings about what could not be typeset."""
    parsed = parse(folder)
    assert parsed.exam is not None, parsed.diagnostics
    made = compile_paper(parsed.exam, Form.SOLUTION)
    text = "".join(page.get_textpage().get_text_range() for page in pdfium.PdfDocument(made.pdf))
    assert CANARY not in text
    assert CANARY.upper() not in text.replace("[" + CANARY.upper(), "").replace(CANARY.upper() + "]", "")
    unset = [str(d) for d in made.diagnostics if d.code in {"typeset-failed", "maths-unset"}]
    assert not any("panicked" in told or "file not found" in told for told in unset), unset
    return letters(text), unset


def test_what_runs_would_be_seen(tmp_path: Path) -> None:
    exam_of(tmp_path, "")
    made = engine.typeset(PAYLOADS[0], {}, root=tmp_path, files=[FILE.removeprefix("/")])
    assert isinstance(made, engine.Typeset)
    assert CANARY in pdfium.PdfDocument(made.pdf)[0].get_textpage().get_text_range()


SAID = {
    "title": ("title", quoted),
    "text": ("text", quoted),
    "emphasis": ("text", lambda p: f"**{quoted(p)}**"),
    "code": ("text", lambda p: f"x ````` {p} ````` x"),
    "code block": ("text", lambda p: f"``````\n{p}\n``````"),
    "python": ("text", lambda p: f"``````python\n{p}\n``````"),
    "list": ("text", lambda p: f"1. {quoted(p)}\n2. b"),
    "quote": ("text", lambda p: f"> {quoted(p)}"),
    "table": ("text", lambda p: f"| a | {quoted(p)} |\n|---|---|\n| {quoted(p)} | b |"),
    "link": ("text", lambda p: f"[{quoted(p)}](https://example.org/)"),
    "choice": ("text", lambda p: f"- [x] {quoted(p)}\n- [ ] no"),
    "solution": ("solution", quoted),
    "rubric": ("rubric", quoted),
}


def shares(places: Iterable[str]) -> list[ParameterSet]:
    """Each place with each of `SHARES` parts of the payloads: one by day, another from place to place."""
    return [
        pytest.param(place, share, marks=() if share == n % SHARES else pytest.mark.nightly)
        for n, place in enumerate(places)
        for share in range(SHARES)
    ]


@pytest.mark.parametrize(("place", "share"), shares(SAID))
def test_a_text_is_printed_as_it_stands(tmp_path: Path, place: str, share: int) -> None:
    at, make = SAID[place]
    payloads = ONE_LINE[share::SHARES]
    source = questions(at, make, payloads)
    if place == "choice":
        source = re.sub(r"\n::: rubric\n.*?\n:::\n", "", source, flags=re.DOTALL)
    text, unset = printed(exam_of(tmp_path, source))
    assert unset == []
    assert [p for p in payloads if letters(p) not in text] == []


TRIED = {
    "raw": ("text", lambda p: p),
    "language": ("text", lambda p: f"~~~ {p}\ncode\n~~~"),
    "language in braces": ("text", lambda p: f'~~~ {{.python x="{attribute(p)}"}}\ncode\n~~~'),
    "formula": ("text", lambda p: f"$x + {p}$"),
    "formula's text": ("text", lambda p: rf"$\text{{{p}}} + \mathrm{{{p}}}$"),
    "formula's operator": ("text", lambda p: rf"$$\operatorname{{{p}}} x \tag{{{p}}}$$"),
    "formula's array": ("text", lambda p: rf"$\begin{{array}}{{{p}}} a & b \end{{array}}$"),
    "address": ("text", lambda p: f"[words](https://example.org/{p.replace(' ', '')})"),
    "address in brackets": ("text", lambda p: f'[words](<https://example.org/{p}> "{attribute(p)}")'),
    "alternative text": ("text", lambda p: f"![{quoted(p)}](../figures/lens.svg)"),
    "picture": ("text", lambda p: f'![](../figures/lens.svg){{width="{attribute(p)}" x="{attribute(p)}"}}'),
    "picture's name": ("text", lambda p: f"![a](<../figures/lens.svg{p}>)"),
    "table": ("text", lambda p: f'{{typst:fill="{attribute(p)}" x="{attribute(p)}"}}\n| a |\n|---|\n| 1 |'),
    "table's rows": ("text", lambda p: f'{{rows="{attribute(p)}"}}\n| a | b |\n|---|---|\n| 1 | |'),
    "span": ("text", lambda p: f'[a]{{typst:text:fill="{attribute(p)}" .x lang="{attribute(p)}"}}'),
    "block": ("text", lambda p: f'::: {{typst:fill="{attribute(p)}"}}\na\n:::'),
    "code's attribute": ("text", lambda p: f'`a`{{typst:fill="{attribute(p)}" .{p.replace(" ", "")}}}'),
    "heading": ("heading", lambda p: f' typst:fill="{attribute(p)}" space="{attribute(p)}"'),
    "raw typst": ("text", lambda p: f"``````{{=typst}}\n{p}\n``````\n\na`````` {p} ``````{{=typst}}"),
    "html": ("text", lambda p: f"<b>{p}</b><!-- {p} -->"),
}  # fmt: skip


@pytest.mark.long
@pytest.mark.parametrize(("place", "share"), shares(TRIED))
def test_nothing_runs_wherever_it_is_tried(tmp_path: Path, place: str, share: int) -> None:
    at, make = TRIED[place]
    payloads = ONE_LINE if at == "heading" else list(PAYLOADS)
    printed(exam_of(tmp_path, questions(at, make, payloads[share::SHARES])))


@pytest.mark.parametrize("first", range(0, 40, 8))
def test_settings_are_printed_as_they_stand(tmp_path: Path, first: int) -> None:
    written = dict(
        zip(("title", "module", "kind", "examiner", "instructions"), ONE_LINE[first:], strict=False)
    )
    values = {key: quoted(payload) if key == "instructions" else payload for key, payload in written.items()}
    toml = "\n".join(
        f"{key} = ['''{value}''']" if key == "instructions" else f"{key} = '''{value}'''"
        for key, value in values.items()
    )
    text, unset = printed(exam_of(tmp_path, questions("text", str, ["Text."]), toml))
    assert unset == []
    assert [payload for payload in written.values() if letters(payload) not in text] == []
