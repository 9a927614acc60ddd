"""[candidates] in exam.toml: which headings the exam's list of candidates has."""

import pickle
from collections.abc import Callable
from pathlib import Path

import pytest

from klausur.exam.source import parse


@pytest.fixture
def header(make: Callable[..., Path], whole_header: Callable[[str], str]) -> Callable[[str], Path]:
    return lambda lines: make({"exam.toml": whole_header(f"[candidates]\n{lines}\n")})


def test_headings_are_text_or_lists(header: Callable[[str], Path]) -> None:
    parsed = parse(header('name = ["Vorname", "Zuname"]\nregistration = "Kennung"'))
    assert parsed.exam is not None
    assert dict(parsed.exam.candidate_columns) == {
        "registration": ("Kennung",),
        "name": ("Vorname", "Zuname"),
    }
    assert pickle.loads(pickle.dumps(parsed.exam)) == parsed.exam  # noqa: S301 - what was pickled on this line


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ("registration = 3", "attribute-value"),
        ("registration = []", "attribute-value"),
        ('registration = ""', "attribute-value"),
        ('registration = " - "', "attribute-value"),
        ('name = ["A", 1]', "attribute-value"),
        ('name = ["A", "A"]', "attribute-value"),
        ('registration = "A"\nname = "A"', "attribute-value"),
        ('grade = "A"', "attribute-unknown"),
    ],
)
def test_what_is_no_heading_is_a_finding_with_its_line(
    header: Callable[[str], Path], lines: str, code: str
) -> None:
    folder = header(lines)
    text = (folder / "exam.toml").read_text(encoding="utf-8")
    last = text.rstrip("\n").count("\n") + 1
    found = parse(folder).diagnostics
    assert [(d.code, d.place.line) for d in found] == [(code, last)]
