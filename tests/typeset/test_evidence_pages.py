"""The last pages of the sample solution, which say what each statement of the key rests on."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import TYPE_CHECKING

import pypdfium2
import pytest

from klausur.base.diagnostics import Place
from klausur.evidence import Kind, Part
from klausur.exam import source
from klausur.exam.evidence import Claim, Outcome, Proof
from klausur.exam.evidence.coverage import Reach, Sort, Stated
from klausur.exam.evidence.details import Detail
from klausur.exam.evidence.model import Rate
from klausur.exam.evidence.statement_text import shown
from klausur.typeset import evidence

if TYPE_CHECKING:
    from pathlib import Path

    from klausur.exam.model import Exam

SOURCE = """# Numbers

## Sums {#sums credits=2}

Which hold?

- [x] $a + b = b + a$
- [ ] $a - b = b - a$

## A root {#root credits=1}

Which?

::: solution
It is $1.41$.
:::

::: rubric
- [+1] $1.41$
:::
"""


@pytest.fixture
def exam(tmp_path: Path) -> Exam:
    (tmp_path / "problems").mkdir()
    (tmp_path / "problems/1-numbers.md").write_text(SOURCE, "utf-8")
    (tmp_path / "exam.toml").write_text(
        'title = "Prüfung"\ndate = 2026-02-10\nstart = "10:00"\nminutes = 60\nlanguage = "de"\n', "utf-8"
    )
    found = source.parse(tmp_path).exam
    assert found is not None
    return found


def claim(question: str, statement: str, outcome: Outcome, **more: object) -> Claim:
    return Claim(question, Part.SOLUTION, statement, Place("problems/1-numbers.md", 18), outcome, **more)  # type: ignore[arg-type]


def words(pdf: bytes) -> str:
    with pypdfium2.PdfDocument(pdf) as document:
        return " ".join(" ".join(page.get_textpage().get_text_range() for page in document).split())


def test_every_claim_is_there_with_its_outcome_and_what_shows_it(exam: Exam) -> None:
    proof = Proof(
        (
            claim("sums", "$a + b = b + a$", Outcome.UNPROVEN),
            claim(
                "root",
                "It is $1.41$",
                Outcome.CONTRADICTED,
                kind=Kind.EXACT,
                function="wurzel_2",
                evidence=Place("problems/1-numbers.py", 7),
                computed="1.7320508 * x",
                typed="1.41 * x",
                detail="*no markup*",
            ),
        ),
        (),
    )
    said = words(evidence.compile_evidence(exam, proof))
    for part in (
        "1.1 Sums",
        "ohne Beleg",
        "1.2 A root",
        "widerlegt",
        "wurzel_2",
        "1-numbers.py:7",
        "berechnet",
    ):
        assert part in said.replace("\u200b", "").replace("\ufffe", "")
    for part in ("1.7320508 * x", "die Lösung sagt 1.41 * x", "*no markup*"):
        assert part in said, "what is computed is shown as it is, and never taken for markup"
    assert "Gezeigt: 0. Widerlegt: 1. Nicht gezeigt: 1. Gescheiterte Belege: 0." in said


def test_only_mistakes_that_were_planted_are_counted(exam: Exam) -> None:
    shown_by = {"kind": Kind.EXACT, "function": "f", "evidence": Place("problems/1-numbers.py", 7)}
    both, program = Rate("", 2, 1, 10, 9), Rate("", 0, 0, 8, 8)
    claims = (
        claim("sums", "One", Outcome.PROVED, rate=both, **shown_by),
        claim("root", "Two", Outcome.PROVED, rate=program, **shown_by),
    )
    said = words(evidence.compile_evidence(exam, Proof(claims, ())))
    assert said.count("Fehler in der Lösung widerlegt: 1 von 2") == 1
    assert "Fehler im Programm bemerkt: 9 von 10" in said
    assert "Fehler im Programm bemerkt: 8 von 8" in said
    assert " von 0" not in said


def test_how_far_evidence_reaches_is_told_by_sorts_of_statements(exam: Exam) -> None:
    place = Place("problems/1-numbers.md", 18)
    reached = tuple(
        Stated("root", sort, place, "words", reach)
        for sort, reach, many in (
            (Sort.SENTENCE, Reach.PROVED, 3),
            (Sort.SENTENCE, Reach.UNBOUND, 4),
            (Sort.ITEM, Reach.SUPPORTED, 2),
            (Sort.ITEM, Reach.NOT_CHECKABLE, 5),
        )
        for _ in range(many)
    )
    shown = claim("root", "It is", Outcome.PROVED, kind=Kind.EXACT, function="f")
    said = words(evidence.compile_evidence(exam, Proof((shown,), (), reached)))
    assert "Sätze der Lösungen 3 0 4 0" in said
    assert "Zeilen der Bewertungsschemata 0 2 0 5" in said
    assert "An 56 % dessen" in said


def test_details_are_told_in_the_exams_language(exam: Exam) -> None:
    told = claim(
        "sums",
        "$a + b = b + a$",
        Outcome.PROVED,
        kind=Kind.ALWAYS,
        function="f",
        detail="holds in 200 draws",
        details=(Detail("holds-in", ("200",)),),
    )
    assert "gilt in 200 Zügen" in words(evidence.compile_evidence(exam, Proof((told,), ())))


def test_claims_of_unknown_questions_come_last(exam: Exam) -> None:
    lost = claim("nowhere", "words", Outcome.FAILED, kind=Kind.EXACT, function="f", detail="no such question")
    proof = Proof((lost, claim("root", "It is", Outcome.UNPROVEN)), ())
    said = words(evidence.compile_evidence(exam, proof))
    assert said.index("A root") < said.index("nowhere")
    assert "no such question" in said


def test_choices_are_right_or_wrong_and_rows_of_a_table_are_not_called_either(exam: Exam) -> None:
    named = [
        replace(claim("sums", statement, Outcome.UNPROVEN), part=Part.CHOICE)
        for statement in ("- [x] yes", "- [ ] no", "Saturn has rings.", "- [+1] call for help")
    ]
    said = words(evidence.compile_evidence(exam, Proof(tuple(named), ())))
    assert "richtig: yes" in said
    assert "falsch: no" in said
    assert said.count("richtig:") == said.count("falsch:") == 1


def test_an_exam_without_evidence_gets_no_page(exam: Exam, tmp_path: Path) -> None:
    solution = tmp_path / "solution.pdf"
    with pypdfium2.PdfDocument.new() as pdf:
        pdf.new_page(100, 100)
        pdf.save(solution)
    evidence.append(exam, Proof((claim("root", "It is", Outcome.UNPROVEN),), ()), solution)
    with pypdfium2.PdfDocument(solution) as pdf:
        assert len(pdf) == 1
    proved = claim("root", "It is", Outcome.PROVED, kind=Kind.EXACT, function="f", evidence=Place("p.py", 1))
    evidence.append(exam, Proof((proved,), ()), solution)
    with pypdfium2.PdfDocument(io.BytesIO(solution.read_bytes())) as pdf:
        assert len(pdf) == 2


@pytest.mark.parametrize(
    ("statement", "text"),
    [
        ("- [x] so there are $k$ trainings", "so there are k trainings"),
        ("[+0.5] named - [+1.5] more capacity", "more capacity"),
        (r"bias: $8 \cdot (27 + 1) = 224", "8 ⋅ (27 + 1) = 224"),
        (r"\frac{1}{2} = 0.5$ of all", "1/2 = 0.5 of all"),
        (r"x^2 + 1", "x² + 1"),
        ("`bisect_left(xs, 7)`", "bisect_left(xs, 7)"),
        ("- [x] ```python\n  for x in xs:\n      print(x)\n  ```", "for x in xs:"),
        ("$$ y = x $$", "y = x"),
    ],
)
def test_statements_are_made_whole(tmp_path: Path, statement: str, text: str) -> None:
    (content,) = shown(tmp_path, [statement])
    assert content is not None
    assert text in content.text


def test_a_statement_that_is_cut_inside_a_command_is_shown_as_typed(tmp_path: Path) -> None:
    good, bad = shown(tmp_path, ["plain words", r"= \begin{pmatrix} 1 & 0 \\ 1"])
    assert good is not None
    assert bad is None
