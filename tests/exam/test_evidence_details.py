"""What is told of a claim's result is values: said in each language, and kept as JSON."""

import json
from dataclasses import asdict

import pytest

from klausur.base import words
from klausur.exam.evidence import agreement
from klausur.exam.evidence.details import Detail, own, read, said

SOME = (
    Detail("counterexample", ("3", "x", "2 x")),
    Detail("runs", ("1000", "0.99", "7")),
    Detail("where", (), (Detail("real", ("x",)), Detail("between", ("y", "0", "1")))),
    own("accuracy 0.93"),
)


def test_each_language_says_them_in_its_words() -> None:
    assert said(SOME) == (
        "counterexample, draw 3: x is not 2 x; 1000 runs, 0.99 confidence, seed 7; "
        "where x is real, y is between 0 and 1; accuracy 0.93"
    )
    assert said(SOME, "de") == (
        "Gegenbeispiel, Zug 3: x ist nicht 2 x; 1000 Läufe, Konfidenz 0.99, Startwert 7; "
        "mit: x reell, y zwischen 0 und 1; accuracy 0.93"
    )


@pytest.mark.parametrize("language", words.languages())
def test_no_language_lacks_one(language: str) -> None:
    for row in words.rows(language):
        if row.name.startswith("evidence.details."):
            name, values = row.name.removeprefix("evidence.details."), tuple(map(str, range(len(row.takes))))
            text = said([Detail(name, values)], language)
            assert "{" not in text
            assert all(value in text for value in values), row


def test_they_are_kept_as_json() -> None:
    assert read(json.loads(json.dumps([asdict(one) for one in SOME]))) == SOME


def test_formulas_that_part_say_where() -> None:
    found = agreement.agree(2, "x")
    assert not found.agrees
    assert [one.name for one in found.details] == ["apart", "where"]
    assert "mit: x reell" in said(found.details, "de")
