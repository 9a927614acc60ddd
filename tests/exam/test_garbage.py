"""Whatever lies in the folder, parse answers with findings: never an exception, never an endless wait."""

import os
import random
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from klausur.base.diagnostics import errors
from klausur.exam import reference
from klausur.exam.source import pandoc, parse

Made = Callable[..., Path]
PROBLEM = "problems/1-light.md"


def codes(folder: Path) -> set[tuple[str, str]]:
    return {(d.place.file, d.code) for d in parse(folder).diagnostics}


def test_no_folder_a_file_and_an_impossible_name(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("x")
    for place, code in ((tmp_path / "gone", "file-missing"), (file, "file-unreadable")):
        parsed = parse(place)
        assert parsed.exam is None
        assert [d.code for d in parsed.diagnostics] == [code]
    assert parse(Path("nul\0name")).exam is None
    assert parse(tmp_path / ("x" * 300)).exam is None


def test_a_folder_that_may_not_be_read(make: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = make()

    def refuse(self: Path) -> None:
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(Path, "iterdir", refuse)  # tests may run as root, who may read everything
    found = parse(folder).diagnostics
    assert [d.code for d in found] == ["file-unreadable"]
    assert "Permission denied" in found[0].message


def test_an_empty_folder(tmp_path: Path) -> None:
    assert codes(tmp_path) == {("exam.toml", "file-missing"), ("problems", "file-missing")}


def test_problems_is_a_file_or_empty(make: Made, tmp_path: Path) -> None:
    folder = make({"exam.toml": "x = 1"}, bare=True)
    (folder / "problems").write_text("no folder")
    assert ("problems", "file-unreadable") in codes(folder)
    (folder / "problems").unlink()
    (folder / "problems").mkdir()
    assert ("problems", "file-missing") in codes(folder)
    assert tmp_path in folder.parents


@pytest.mark.parametrize("name", ["exam.toml", PROBLEM])
@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "file-unreadable"),
        (b"# Fine\n\nbell \x07\n", "file-unreadable"),
        ("# Grundzüge".encode("utf-16"), "file-unreadable"),
        ("# Grundzüge".encode("latin-1"), "file-unreadable"),
        (b"x" * 10_000_000, "file-too-large"),
        (b"x" * 30_000, "file-too-large"),
    ],
    ids=["png", "bell", "utf-16", "latin-1", "10 MB line", "long line"],
)
def test_files_that_are_no_text(make: Made, name: str, data: bytes, code: str) -> None:
    assert (name, code) in codes(make({name: data}))


def test_the_line_and_the_likely_encoding_are_named(make: Made) -> None:
    text = "# Light\n\nHow much does it cost?\n\nIt costs 5 € or more, for there are many things that cost.\n"
    folder = make({PROBLEM: text.encode("cp1252")})
    (found,) = (d for d in parse(folder).diagnostics if d.code == "file-unreadable")
    assert found.place.line == 5
    assert "UTF-8" in found.hint


def test_a_folder_a_pipe_and_loops_in_place_of_files(make: Made) -> None:
    folder = make()
    (folder / "problems/2-folder.md").mkdir()
    os.mkfifo(folder / "problems/3-pipe.md")  # opening it would wait for ever
    (folder / "problems/4-loop.md").symlink_to("4-loop.md")
    os.mkfifo(folder / "figures/pipe.svg")
    (folder / "figures/loop.svg").symlink_to("loop.svg")
    figures = "![](figures/pipe.svg) ![](figures/loop.svg) ![](figures)"
    (folder / "problems/5-figures.md").write_text(f"# F\n\n{figures}\n")
    found = codes(folder)
    for name in ("2-folder", "3-pipe", "4-loop"):
        assert (f"problems/{name}.md", "file-unreadable") in found
    assert ("problems/5-figures.md", "figure-missing") in found


def test_a_name_that_is_no_utf_8(make: Made) -> None:
    folder = make()
    (folder / os.fsdecode(b"problems/2-\xff.md")).write_text("# Strange\n")
    parsed = parse(folder)
    assert [(d.place.file, d.code) for d in parsed.diagnostics] == [("problems", "file-unreadable")]
    "\n".join(map(str, parsed.diagnostics)).encode()


@pytest.mark.long
@pytest.mark.parametrize(
    "text",
    [
        "> " * 3000 + "deep",
        "- " * 3000 + "deep",
        "\n".join("  " * n + "- x" for n in range(200)),
        "[" * 5000,
        "*a" * 2000,
        "$" * 5000,
        "[a](" * 3000,
        "|a" * 3000 + "\n" + "|-" * 3000,
        "`" * 5000 + "{=typst}",
        "::: a\n" * 300,
    ],
    ids=["quotes", "lists", "indents", "brackets", "stars", "dollars", "links", "table", "ticks", "divs"],
)
def test_nesting_without_end(make: Made, text: str) -> None:
    parsed = parse(make({PROBLEM: f"# Deep\n\n## Deep {{#deep credits=1}}\n\n{text}\n"}))
    assert parsed.diagnostics  # at least the question has no solution
    assert all(d.place.file == PROBLEM for d in parsed.diagnostics)


@pytest.mark.long
def test_a_text_that_takes_pandoc_for_ever_is_named(make: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pandoc, "_SECONDS", 1)
    folder = make({"problems/2-slow.md": "# Slow\n" + "::: a\n" * 20_000})
    (found,) = errors(parse(folder).diagnostics)
    assert (found.place.file, found.code) == ("problems/2-slow.md", "markup-unexpected")
    assert found.message == "pandoc took more than 1 s of processor time over this text"


def test_toml_with_monstrous_values(make: Made, whole_header: Callable[[str], str]) -> None:
    monsters = [
        "minutes = " + "9" * 5000,
        "[choice]\nfloor = 1e99999999",
        "[choice]\nfloor = 1e-99999999",
        "[declared]\ncredits = inf",
        "date = 2026-02-31",
        "instructions = " + "[" * 3000 + "]" * 3000,
        "a." * 3000 + "b = 1",
        "title = 'x\x7f'",
        "order = [1, 2]",
        "start = 10:00:00",
        "start = 2026-01-01T10:00:00Z",
        "[grades]\nfail = 5\nthresholds = { a = true, b = 'c' }",
    ]
    for text in monsters:
        parsed = parse(make({"exam.toml": whole_header(text)}))
        assert parsed.diagnostics or parsed.exam is not None, text


def _sources() -> dict[str, bytes]:
    root = reference.find()
    return {
        name: (Path(str(root)) / name).read_bytes()
        for name in ("exam.toml", "problems/4-cnn.md", "problems/6-derivatives.md")
    }


SOURCES = _sources()
PIECES = [
    "{",
    "}",
    "$",
    "$$",
    ":::",
    "##",
    "#",
    "`",
    "<!--",
    "-->",
    "![](",
    ")",
    "]",
    "|",
    "credits=",
    "space=",
    '"',
    "'",
    "=",
    "[x]",
    "é",
]
PIECES += ["- [ ] ", "- [+1] ", "[either]", "[max 1]", "\n\n", "    ", "\\", "\t", "\r"]


def mutated(data: bytes, seed: int) -> bytes:
    """The data with a few slices cut, doubled, moved or replaced by signs that mean something."""
    rng = random.Random(seed)  # noqa: S311 - a fuzz test, no secret
    text = data.decode()
    for _ in range(rng.randint(1, 12)):
        at, end = sorted((rng.randint(0, len(text)), rng.randint(0, len(text))))
        end = min(end, at + rng.choice((1, 3, 40, 400)))
        part = rng.choice(("", text[at:end] * 2, rng.choice(PIECES), text[at:end][::-1]))
        text = text[:at] + part + text[end:]
    return text.encode()


@pytest.mark.long
@settings(max_examples=max(10, int(os.environ.get("KLAUSUR_FUZZ", "0")) // 20))
@given(seed=st.integers(0, 2**32 - 1), noise=st.binary(max_size=40))
def test_mutated_sources_never_raise(make: Made, seed: int, noise: bytes) -> None:
    files = {name: mutated(data, seed + n) for n, (name, data) in enumerate(SOURCES.items())}
    files["problems/7-noise.md"] = noise
    parsed = parse(make(files))
    for found in parsed.diagnostics:
        assert str(found)
        assert found.as_json()["hint"]
        assert found.place.line <= 2000
