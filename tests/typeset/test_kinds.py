"""Every kind of Field is reported by the template that the table names for it, and no others are reported."""

import re
from importlib import resources

from klausur.paper.fields import FieldKind

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
