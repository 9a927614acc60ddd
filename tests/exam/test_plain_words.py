"""What is written of plain words without pandoc is what pandoc writes."""

from typing import Any

import pytest

from klausur.exam.source import pandoc, plain_words


@pytest.mark.parametrize(
    "text",
    ["42", "Öl, Wasser und Wein.", "a\nb (c) d", "3.5 % von 7", "- one", "well-known words: yes!", "x = 5;"],
)
def test_plain_words_are_written_as_pandoc_writes_them(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    (blocks,) = pandoc.read([text])
    assert isinstance(blocks, list)
    mine = plain_words.write(_bare(blocks))
    monkeypatch.setattr(plain_words, "write", lambda _blocks: None)
    (theirs,) = pandoc.write([_bare(blocks)])
    assert isinstance(theirs, pandoc.PieceForms)
    assert mine is None or mine == (theirs.html, theirs.text)
    assert (mine is None) == (text == "- one")


@pytest.mark.parametrize("text", ["*a*", "a & b", "a < b", "`code`", "$x$", "a\n\nb", '"a"', "a\\\nb", ""])
def test_anything_else_is_pandoc_s(text: str) -> None:
    (blocks,) = pandoc.read([text])
    assert isinstance(blocks, list)
    assert plain_words.write(_bare(blocks)) is None


def _bare(blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The blocks without the spans and divisions that hold their positions."""
    found: list[dict[str, Any]] = []
    for block in blocks:
        if block["t"] in {"Div", "Span"}:
            found += _bare(block["c"][1])
        elif block["t"] in {"Para", "Plain"}:
            found.append({**block, "c": _bare(block["c"])})
        else:
            found.append(block)
    return found
