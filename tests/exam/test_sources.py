"""Every source in ``sources/`` has exactly the findings that stand in it, each at its line.

``<!-- expect: code … -->`` (in TOML ``# expect: code …``) at the end of a line is about that line; alone on a
line it is about the next one that is no expectation. ``expect-file:`` is about the file as a whole. A file
``*.md`` is a problem of an exam that is fine otherwise, ``header/*.toml`` its exam.toml, a folder all of one.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from klausur.base.codes import CODES
from klausur.exam.source import Parsed, parse

HERE = Path(__file__).parent
SOURCES = HERE / "sources"
ROOM = HERE.parents[1] / "src/klausur/exam"
CASES = [
    *sorted(SOURCES.glob("*.md")),
    *sorted(SOURCES.glob("header/*.toml")),
    *sorted(p.parent for p in SOURCES.glob("*/exam.toml")),
]

Finding = tuple[str, int, str]
_EXPECT = re.compile(r"(?:<!--|#)\s*expect(?P<file>-file)?:\s*(?P<codes>[a-z -]+?)\s*(?:-->|$)")


def expected(name: str, text: str) -> Iterator[Finding]:
    """The findings that a file announces: its name, the line and the code."""
    lines = text.split("\n")
    for number, line in enumerate(lines, start=1):
        match = _EXPECT.search(line)
        if match is None:
            continue
        about = number
        if match["file"]:
            about = 0
        elif not line[: match.start()].strip():
            about = next(n for n in range(number + 1, len(lines) + 1) if not _EXPECT.match(lines[n - 1]))
        for code in match["codes"].split():
            yield name, about, code


def read(folder: Path) -> tuple[Parsed, Counter[Finding], Counter[Finding]]:
    """An exam folder parsed, what was found and what was announced."""
    parsed = parse(folder)
    found = Counter((d.place.file, d.place.line, d.code) for d in parsed.diagnostics)
    files = [folder / "exam.toml", *folder.glob("problems/*.md"), *folder.glob("problems/*.py")]
    files += folder.glob("banks/*.md")
    announced = Counter(
        finding
        for path in files
        for finding in expected(path.relative_to(folder).as_posix(), path.read_text("latin-1"))
    )
    return parsed, found, announced


def folder_of(case: Path, make: Callable[..., Path], whole_header: Callable[[str], str]) -> Path:
    if case.is_dir():
        return case
    if case.suffix == ".toml":
        return make({"exam.toml": whole_header(case.read_text())})
    return make({"problems/1-light.md": case.read_text()})


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.relative_to(SOURCES).as_posix())
def test_findings(case: Path, make: Callable[..., Path], whole_header: Callable[[str], str]) -> None:
    parsed, found, announced = read(folder_of(case, make, whole_header))
    assert found == announced, "\n".join(map(str, parsed.diagnostics))
    assert all(d.hint and d.message for d in parsed.diagnostics)


def test_every_code_of_the_source_is_produced_by_a_case() -> None:
    others = {"evidence", "survey.py"}  # what is found beyond the source of one variant
    written = "\n".join(path.read_text() for path in ROOM.rglob("*.py") if not others & set(path.parts))
    used = {code for code in CODES if f'"{code}"' in written}
    kinds = {".md", ".toml", ".py"}
    texts = [path.read_text("latin-1") for path in SOURCES.rglob("*") if path.suffix in kinds]
    shown = {code for text in texts for _, _, code in expected("", text)}
    assert used >= {"maths-unset", "rubric-over", "file-unreadable"}
    more = {"not-trusted", "question-seen", "own-paper"}  # which depend on more than the source
    assert shown == used - more


def test_a_clean_exam_has_no_findings(make: Callable[..., Path]) -> None:
    parsed, found, announced = read(make())
    assert parsed.exam is not None
    assert not found
    assert not announced
