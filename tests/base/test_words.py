"""The table of what papers say: every text in every language, with equal values and enough plural forms."""

import csv
import io
import re
from importlib.resources import files

import pytest
from babel import Locale

from klausur.base import words


def test_every_language_fills_in_the_same_values() -> None:
    for language in words.languages():
        for row in words.rows(language):
            named = set(re.findall(r"\{(\w+)\}", row.words))
            assert named == set(row.takes) or (row.form and named <= set(row.takes)), (language, row.name)
            assert row.words.count("*") % 2 == 0, (language, row.name)


def test_every_language_has_its_plural_forms() -> None:
    for language in words.languages():
        needed = {Locale.parse(language).plural_form(n) for n in range(200)} | {"other"}
        found: dict[str, set[str]] = {}
        for row in words.rows(language):
            if row.form:
                found.setdefault(row.name, set()).add(row.form)
        assert found
        assert all(needed <= forms for forms in found.values()), language


def test_no_text_stands_twice() -> None:
    keys = [(row.name, row.form) for row in words.rows("en")]
    assert len(keys) == len(set(keys))


def test_a_column_is_a_language() -> None:
    table = words.parse("key,en,fr\nroom,Room,Salle\npages(n):one,{n} page,{n} page\n")
    assert list(table) == ["en", "fr"]
    assert table["fr"][0] == words.PrintedWords("room", (), None, "Salle")
    assert table["fr"][1] == words.PrintedWords("pages", ("n",), "one", "{n} page")


@pytest.mark.parametrize("row", ["room", "room,,Salle", "Big Room,Room,Salle", "room,Room,Salle,x"])
def test_a_row_that_lacks_something_is_refused(row: str) -> None:
    with pytest.raises(ValueError, match="of the words"):
        words.parse(f"key,en,fr\n{row}\n")


@pytest.mark.parametrize("row", ["room,Room", "room,Room,"])
def test_the_first_language_stands_in_for_a_missing_text(row: str) -> None:
    assert words.parse(f"key,en,fr\n{row}\n")["fr"][0].words == "Room"


def test_no_text_is_missing() -> None:
    """Of plural forms a language may lack those that it has not; which it needs is tested above."""
    head, *rows = csv.reader(io.StringIO((files("klausur.base") / "words.csv").read_text(encoding="utf-8")))
    gaps = [
        (key, language)
        for key, *texts in rows
        for language, text in zip(head[1:], texts + [""] * (len(head) - 1 - len(texts)), strict=True)
        if not text and not key.endswith((":zero", ":two", ":few", ":many"))
    ]
    assert gaps == []


def test_the_languages() -> None:
    assert set(words.languages()) >= {"en", "de", "fr", "es", "it", "nl", "pl"}
