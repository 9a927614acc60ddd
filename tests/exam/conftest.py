"""Small exams for the tests: a folder that checks clean, with any of its files replaced."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

Made = Callable[..., Path]

HEADER = {
    "title": 'title = "Optics"',
    "date": "date = 2026-02-10",
    "start": 'start = "10:00"',
    "minutes": "minutes = 60",
}
PROBLEM = """\
# Light

## Speed {#speed credits=1}

How fast is it?

::: solution
Very.
:::

::: rubric
- [+1] very
:::
"""
SVG = """\
<svg xmlns="http://www.w3.org/2000/svg" width="80" height="40"><rect width="80" height="40"/></svg>
"""


def header(text: str = "") -> str:
    """A whole exam.toml: the text, and what must be given and the text does not give."""
    given = set(re.findall(r"^#?\s*(\w+)\s*=", text, re.MULTILINE))
    if "end" in given:
        given.add("minutes")
    missing = [line for key, line in HEADER.items() if key not in given]
    return "\n".join([*missing, text])


@pytest.fixture
def make(tmp_path: Path) -> Made:
    """Write an exam folder: ``make({"exam.toml": …, "problems/1.md": …})``; the rest is as above."""

    def write(files: dict[str, str | bytes] | None = None, *, bare: bool = False) -> Path:
        folder = tmp_path / "optics"
        base: dict[str, str | bytes] = {}
        if not bare:
            base = {"exam.toml": header(), "problems/1-light.md": PROBLEM, "figures/lens.svg": SVG}
        for name, content in {**base, **(files or {})}.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return folder

    return write


@pytest.fixture
def whole_header() -> Callable[[str], str]:
    return header
