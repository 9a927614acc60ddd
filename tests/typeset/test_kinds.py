"""Every kind of Field is reported by the template that the table names for it, and no others are reported."""

import re
from importlib import resources

import pytest

from klausur.paper.fields import FieldKind
from klausur.typeset import reported

TEMPLATES = {
    path.name: path.read_text(encoding="utf-8")
    for path in (resources.files("klausur.typeset") / "template").iterdir()
    if path.name.endswith(".typ")
}
REPORTED = re.compile(r"(?:field|mark-box)\(\s*[^()]*?(?:\([^()]*\)[^()]*?)*\"([a-z]+(?:-[a-z]+)?)\"\s*,")
"""A call that reports a Field: its id may be put together out of parts, then comes its kind."""


def test_each_kind_is_drawn_where_the_table_says() -> None:
    for kind in FieldKind:
        assert kind in REPORTED.findall(TEMPLATES[kind.row.drawn]), f"{kind.row.drawn} reports no {kind}"


def test_no_template_reports_a_kind_that_the_table_does_not_have() -> None:
    found = {kind for text in TEMPLATES.values() for kind in REPORTED.findall(text)}
    assert found == set(FieldKind)


def test_a_question_that_is_answered_in_two_ways_is_told_before_it_is_printed() -> None:
    facts = [
        {"what": "field", "page": page, "kind": kind, "id": f"q/{kind}", "question": "q"}
        | dict.fromkeys("xywh", 4.0)
        for page, kind in enumerate(("choice-box", "answer-area", "credit-box"), start=1)
    ]
    assert sorted(reported.fields(facts[:2])) == [1, 2]
    with pytest.raises(ValueError, match="question q has choice-box too"):
        reported.fields(facts)
