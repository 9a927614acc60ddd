"""Pandoc's limits: whose fault it is when one is hit."""

import json
from collections.abc import Callable
from pathlib import Path

import pypandoc
import pytest

from klausur.base import overtime
from klausur.base.errors import ToolError
from klausur.exam.source import pandoc
from klausur.exam.source.pandoc import PandocError, PieceForms

Instead = Callable[[str], None]


@pytest.fixture
def instead(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Instead:
    """Put a shell script in pandoc's place, which may call the real one as ``pandoc``."""
    real = pypandoc.get_pandoc_path()

    def put(script: str) -> None:
        path = tmp_path / "pandoc"
        path.write_text(f'#!/bin/sh\npandoc() {{ {real} "$@"; }}\n{script}\n', "utf-8")
        path.chmod(0o755)
        monkeypatch.setattr(pypandoc, "get_pandoc_path", lambda: str(path))

    return put


BURN_OVER_BAD = """given=$(cat)
case "$given" in *BAD*) while :; do :; done;; esac
printf %s "$given" | pandoc "$@" """
"""Works for ever over a job with a certain word in it."""


def words(blocks: object) -> str:
    return json.dumps(blocks)


@pytest.mark.long
def test_one_text_that_burns_is_that_texts_fault(instead: Instead, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pandoc, "_SECONDS", 1)
    instead(BURN_OVER_BAD)
    one, bad, two = pandoc.read(["one", "BAD", "two"])
    assert isinstance(bad, PandocError)
    assert str(bad) == "pandoc took more than 1 s of processor time over this text"
    assert "one" in words(one)
    assert "two" in words(two)


@pytest.mark.long
def test_one_piece_that_burns_is_that_pieces_fault(instead: Instead, monkeypatch: pytest.MonkeyPatch) -> None:
    read = [blocks for blocks in pandoc.read(["one", "BAD", "two"]) if not isinstance(blocks, PandocError)]
    monkeypatch.setattr(pandoc, "_SECONDS", 1)
    instead(BURN_OVER_BAD)
    one, bad, two = pandoc.write(read)
    assert isinstance(one, PieceForms)
    assert isinstance(two, PieceForms)
    assert (one.text, two.text) == ("one", "two")
    assert isinstance(bad, PandocError)
    assert "1 s of processor time" in str(bad)


def test_a_job_that_is_merely_large_is_done_in_parts(
    instead: Instead, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pandoc, "_SECONDS", 1)
    instead("""given=$(cat)
case "$given" in *one*two*) while :; do :; done;; esac
printf %s "$given" | pandoc "$@" """)
    one, two = pandoc.read(["one", "two"])
    assert "one" in words(one)
    assert "two" in words(two)


@pytest.mark.long
def test_too_many_that_burn_are_no_longer_tried(instead: Instead, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pandoc, "_SECONDS", 1)
    monkeypatch.setattr(pandoc, "_SLOW", 1)
    instead(BURN_OVER_BAD)
    with pytest.raises(ToolError, match="pandoc took more than 1 s of processor time over each of 2 texts"):
        pandoc.read(["BAD 1", "one", "BAD 2", "BAD 3"])


def test_a_starved_pandoc_is_nobodys_fault(instead: Instead, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pandoc, "_SECONDS", 1)
    instead('sleep 2.2\npandoc "$@"')
    (one,) = pandoc.read(["one"])
    assert "one" in words(one)


def test_a_pandoc_that_hangs_is_no_mistake_of_the_author(
    instead: Instead, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(overtime, "patience", lambda _seconds: 0.3)
    instead("exec sleep 3600")
    for texts in (["one"], ["one", "two"]):
        with pytest.raises(ToolError, match=r"pandoc hung: .* after 0.3 s by the clock"):
            pandoc.read(texts)


def test_a_pandoc_that_fails_over_one_text_reads_the_others(instead: Instead) -> None:
    instead("""given=$(cat)
case "$given" in *BAD*) echo "out of heap" >&2; exit 251;; esac
printf %s "$given" | pandoc "$@" """)
    one, bad = pandoc.read(["one", "BAD"])
    assert "one" in words(one)
    assert isinstance(bad, PandocError)
    assert str(bad) == "pandoc failed: out of heap"
