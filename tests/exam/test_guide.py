"""docs/guide/exam-source.md: every example parses without a finding, and every key and attribute is named."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from klausur.exam.model import QuestionKind, Ruling, SchemeKind
from klausur.exam.source import parse
from klausur.exam.source.build import HEIGHT, TAKES
from klausur.exam.source.exam_toml import KEYS, LANGUAGES
from klausur.exam.source.grading import GERMAN

GUIDE = (Path(__file__).parents[2] / "docs/guide/exam-source.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^```(markdown|toml)\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize(
    ("form", "text"), EXAMPLES, ids=[f"{n}-{form}" for n, (form, _) in enumerate(EXAMPLES)]
)
def test_examples_are_clean(make: Callable[..., Path], form: str, text: str) -> None:
    if form == "toml":
        files = {"exam.toml": text}
    else:
        files = {"problems/1-light.md": text if text.startswith("# ") else f"# Light\n\n{text}"}
    parsed = parse(make(files))
    assert [str(d) for d in parsed.diagnostics] == []
    assert parsed.exam is not None
    if "{#momentum" in text:
        (question,) = parsed.exam.questions
        assert question.rubric is not None
        assert len(question.rubric.root.items) == 9


def test_there_are_examples_of_both_forms() -> None:
    assert {form for form, _ in EXAMPLES} == {"markdown", "toml"}


def test_every_key_and_attribute_is_described() -> None:
    tables = "\n".join(line for line in GUIDE.split("\n") if line.startswith("|"))
    for table, keys in KEYS.items():
        for key in keys:
            if f"{key}" in KEYS:
                continue
            name = f"{table}.{key}" if table else key
            short = f"`.{key}`"
            assert f"`{name}`" in tables or short in tables, name
    for kind, attributes in TAKES.items():
        assert f"`kind={kind}`" in tables
        for attribute in attributes:
            assert f"`{attribute}=" in tables or f"`{attribute}`" in tables, attribute
    words = [*Ruling, *SchemeKind, *QuestionKind, *LANGUAGES]
    assert [word for word in words if str(word) not in tables] == []


def test_defaults_are_those_of_the_code() -> None:
    assert f"| {HEIGHT[QuestionKind.TEXT]:.0f} mm; short: {HEIGHT[QuestionKind.SHORT]:.0f} mm |" in GUIDE
    grades = [(grade, int(share)) for grade, share in GERMAN.thresholds]
    assert (grades[0], grades[-1]) == (("1.0", 95), ("4.0", 50))
    assert "1.0 from 95 %, then five percent a step down to 4.0 from 50 %" in GUIDE
