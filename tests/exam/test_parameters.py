"""Parameters: what a problem's program draws, how it stands in the text, and what goes wrong."""

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st
from tests.exam import varied

from klausur.base import overtime
from klausur.exam import drawn_values
from klausur.exam.drawn_values import DrawnValues, Undrawn
from klausur.exam.evidence import Outcome, process, values
from klausur.exam.evidence.run import run as evidence_run
from klausur.exam.evidence.values import ValueKindError
from klausur.exam.placeholders import filled, placeholders
from klausur.exam.source import Parsed, parse, parse_variants
from klausur.exam.source.parameters import template
from klausur.exam.variants import entropy

PROBLEM = """\
# Light

## Speed {#speed credits=1}

How much is {{n}}?

- [x] {{right}}
- [ ] {{wrong}}
"""
DRAWS = 'return {"n": int(rng.integers(1, 10**9)), "right": "yes", "wrong": "no"}'


@pytest.fixture
def drawn(make: Callable[..., Path]) -> Callable[..., Path]:
    """Makes an exam whose problem has parameters: the body of its function, and its Markdown."""

    def write(body: str, problem: str = PROBLEM, toml: str = "") -> Path:
        program = f"def parameters(rng):\n    {body}\n"
        folder = make({"problems/1-light.md": problem, "problems/1-light.py": program})
        with (folder / "exam.toml").open("a", encoding="utf-8") as file:
            file.write(toml)
        return folder

    return write


def codes(parsed: Parsed) -> list[tuple[str, str, int]]:
    return [(d.code, d.place.file, d.place.line) for d in parsed.diagnostics]


def asked(parsed: Parsed) -> str:
    assert parsed.exam is not None
    assert parsed.diagnostics == ()
    return next(parsed.exam.questions).content.text


@pytest.mark.parametrize(
    ("value", "form", "text"),
    [
        (7, "", "7"),
        (-7, "+d", "-7"),
        (7, "+d", "+7"),
        (1234567, ",d", "1,234,567"),
        (np.int64(7), "", "7"),
        (0.5, ".2f", "0.50"),
        (np.float64(0.25), "", "0.25"),
        (Fraction(3, 4), "", "3/4"),
        (Fraction(-3, 4), "+", "-3/4"),
        (Fraction(3, 4), "+", "+3/4"),
        (Fraction(8, 4), "+d", "+2"),
        (Fraction(1, 3), ".3f", "0.333"),
        (sympy.Rational(1, 2), "", r"\frac{1}{2}"),
        (sympy.sqrt(2), ".2f", "1.41"),
        (sympy.Integer(3), "+d", "+3"),
        (sympy.Symbol("x") ** 2, "", "x^{2}"),
        (sympy.Matrix([[1, 2]]), "", r"\left[\begin{matrix}1 & 2\end{matrix}\right]"),
        ("a word", ">8", "  a word"),
        (True, "", "true"),
        (np.bool_(0), "", "false"),
        (sympy.true, "", "true"),
    ],
)
def test_values_are_written(value: object, form: str, text: str) -> None:
    drawn = values.draw(lambda _: {"v": value}, (1, 2, 3))
    assert values.text(drawn["v"], form) == text


@pytest.mark.parametrize(
    "value",
    [
        None,
        [1],
        (1, 2),
        {"a": 1},
        1j,
        float("nan"),
        np.inf,
        "two\nlines",
        "a\x00b",
        "a\u2028b",
        object(),
        b"x",
    ],
)
def test_other_values_are_refused(value: object) -> None:
    with pytest.raises(ValueKindError, match="v"):
        values.draw(lambda _: {"v": value}, (1, 2, 3))


@pytest.mark.parametrize("returned", [None, 3, [("a", 1)], {1: 2}, {"no name": 1}])
def test_parameters_are_a_dict_of_names(returned: object) -> None:
    with pytest.raises(ValueKindError, match="no dict"):
        values.draw(lambda _: returned, (1, 2, 3))


@pytest.mark.parametrize(
    ("value", "form"),
    [(0.5, "d"), ("a", ".2f"), (True, "d"), (Fraction(1, 2), "d"), (sympy.Symbol("x"), ".2f")],
)
def test_a_format_that_does_not_fit_is_refused(value: object, form: str) -> None:
    with pytest.raises(ValueKindError, match="cannot be written"):
        values.text(value, form)


@given(st.lists(st.tuples(st.text("ab {}$\\\n:"), st.sampled_from(["{{n}}", "{{ m : +d }}"])), max_size=5))
def test_only_placeholders_are_replaced_and_no_line_moves(parts: list[tuple[str, str]]) -> None:
    text = "".join(one + two for one, two in parts)
    found = placeholders(text)
    assert filled(text, [text[b.start : b.end] for b in found]) == text
    full = filled(text, ["7"] * len(found))
    assert full.count("\n") == text.count("\n")
    assert {(b.name, b.form) for b in found} <= {("n", ""), ("m", "+d")}


def test_variants_differ_and_each_is_the_same_again(drawn: Callable[..., Path]) -> None:
    folder = drawn(DRAWS)
    first = [asked(parse(folder, n)) for n in (1, 2, 3)]
    assert len(set(first)) == 3
    assert [asked(parsed) for parsed in parse_variants(folder, (3, 1, 2))] == [first[n] for n in (2, 0, 1)]
    expected = np.random.default_rng(entropy(0, 2, "1-light")).integers(1, 10**9)
    assert first[1] == f"How much is {expected}?"


def test_another_seed_draws_others(drawn: Callable[..., Path]) -> None:
    assert asked(parse(drawn(DRAWS))) != asked(parse(drawn(DRAWS, toml="\n[variants]\nseed = 1\n")))


def test_what_does_not_differ_is_the_same_in_all_variants(tmp_path: Path) -> None:
    folder = varied.write(tmp_path / "exam")
    one, other = (parsed.exam for parsed in parse_variants(folder, (1, 2)))
    assert one is not None
    assert other is not None
    assert one.digest == other.digest
    assert one.problems[1] == other.problems[1]
    assert one.problems[0].values != other.problems[0].values
    assert one.problems[0].id == "1-balls"


def test_a_program_that_changes_changes_the_digest(drawn: Callable[..., Path]) -> None:
    one = parse(drawn(DRAWS)).exam
    other = parse(drawn(DRAWS + "  # changed")).exam
    assert one is not None
    assert other is not None
    assert one.digest != other.digest


def test_crosses_are_drawn(drawn: Callable[..., Path]) -> None:
    problem = PROBLEM.replace("[ ] {{wrong}}", "[{{even}}] {{wrong}}")
    folder = drawn(
        'n = int(rng.integers(9)); return {"n": n, "right": "a", "wrong": "b", "even": n % 2 == 0}', problem
    )
    for parsed in parse_variants(folder, range(1, 9)):
        assert parsed.exam is not None
        (question,) = parsed.exam.questions
        number = int(question.content.text.removesuffix("?").split()[-1])
        assert [choice.right for choice in question.choices] == [True, number % 2 == 0]


def test_without_parameters_doubled_braces_are_text(make: Callable[..., Path]) -> None:
    text = PROBLEM.replace("{{right}}", "one").replace("{{wrong}}", "two")
    for program in (None, "x = 1\n", "def helper():\n    return 1\n"):
        files = {"problems/1-light.md": text} | ({} if program is None else {"problems/1-light.py": program})
        assert asked(parse(make(files))) == "How much is {{n}}?"


HOSTILE = {
    "raises": "raise RuntimeError('no numbers today')",
    "exits": "import os; os._exit(3)",
    "wrong": "return [1, 2]",
    "list": 'return {"n": [1], "right": 1, "wrong": 2}',
    "prints": "print('{}'); return {'n': 1j}",
    "memory": "return {'n': len(bytearray(2**50))}",
}


@pytest.mark.parametrize("body", HOSTILE.values(), ids=list(HOSTILE))
def test_hostile_programs_are_findings(drawn: Callable[..., Path], body: str) -> None:
    parsed = parse(drawn(body))
    assert codes(parsed)[-1] == ("parameters-failed", "problems/1-light.py", 1)
    assert parsed.exam is not None


def test_an_endless_draw_is_stopped(drawn: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "DRAWING", 0.5)
    parsed = parse(drawn("while True: pass"))
    (found,) = (d for d in parsed.diagnostics if d.code == "parameters-failed")
    assert "drawing parameters took more than 0.5 s of processor time" in found.message


def test_a_draw_may_wait_longer_than_it_may_work(
    drawn: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "DRAWING", 1.0)
    folder = drawn("import time; time.sleep(1.2); return {'n': 1}")
    (found,) = drawn_values.draw(folder / "problems/1-light.py", [entropy(0, 1, "1-light")], [])
    assert found == drawn_values.DrawnValues((("n", "1"),))


def test_a_draw_that_waits_for_ever_is_stopped(
    drawn: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    file = drawn("import time; time.sleep(3600); return {'n': 1}") / "problems/1-light.py"
    with process.Process(file, process.MEMORY) as running:
        running.ties()
        monkeypatch.setattr(overtime, "patience", lambda _seconds: 0.3)
        with pytest.raises(
            process.ProgramEndedError, match=r"^drawing parameters hung: .* after 0.3 s by the clock"
        ):
            list(running.draws([], [entropy(0, 1, "1-light")]))
        assert not running.running


def test_after_three_ends_no_more_is_drawn(drawn: Callable[..., Path]) -> None:
    folder = drawn("import os; os._exit(3)")
    seeds = [entropy(0, n, "1-light") for n in range(1, 100)]
    found = list(drawn_values.draw(folder / "problems/1-light.py", seeds, []))
    assert len(found) == 99
    assert all(isinstance(one, Undrawn) for one in found)


def test_one_draw_that_ends_the_process_costs_itself_only(drawn: Callable[..., Path]) -> None:
    folder = drawn("import os; n = int(rng.integers(9)); n or os._exit(3); return {'n': n}")
    seeds = [entropy(0, n, "1-light") for n in range(1, 12)]
    expected = [int(np.random.default_rng(seed).integers(9)) for seed in seeds]
    assert 0 < expected.count(0) < 3
    found = list(drawn_values.draw(folder / "problems/1-light.py", seeds, []))
    got = [int(one.values[0][1]) if isinstance(one, DrawnValues) else 0 for one in found]
    assert got == expected


def test_a_program_that_is_no_python(make: Callable[..., Path]) -> None:
    program = "def parameters(rng):\n  return {\n"
    parsed = parse(make({"problems/1-light.md": PROBLEM, "problems/1-light.py": program}))
    assert ("parameters-failed", "problems/1-light.py", 0) in codes(parsed)


def test_the_line_of_the_function_is_found(make: Callable[..., Path]) -> None:
    folder = make({"problems/1-light.py": '"""About."""\n\n\ndef parameters(rng):\n    return {}\n'})
    assert template(folder, "problems/1-light.md", PROBLEM).line == 4


@pytest.mark.long
def test_evidence_sees_the_values_of_its_variant(tmp_path: Path) -> None:
    folder = varied.write(tmp_path / "exam")
    for variant in (1, 2):
        exam = parse(folder, variant).exam
        assert exam is not None
        proof = evidence_run(exam)
        assert proof.diagnostics == ()
        backed = [claim for claim in proof.claims if claim.function]
        assert [claim.outcome for claim in backed] == [Outcome.PROVED] * 5


def test_a_function_may_take_no_other_names(tmp_path: Path) -> None:
    program = varied.BALLS_PY.replace("def expected(red, blue, n):", "def expected(red, green, n=3):")
    exam = parse(varied.write(tmp_path / "exam", balls_py=program)).exam
    assert exam is not None
    (found,) = evidence_run(exam).diagnostics
    assert found.code == "evidence-failed"
    assert "takes green, which parameters() does not give" in found.message


@pytest.mark.long
def test_what_is_proved_of_one_variant_is_not_taken_for_another(tmp_path: Path) -> None:
    """The text of a claim may be the same in two variants whose values differ."""
    program = varied.BALLS_PY + (
        '\n\n@exact("left", text="How many are left?")\ndef only_in_the_first(red, blue):\n'
        "    return (red, blue) == FIRST\n"
    )
    folder = varied.write(tmp_path / "exam")
    first = parse(folder).exam
    assert first is not None
    drawn = dict(next(p for p in first.problems if p.values).values)
    program += f"\n\nFIRST = ({drawn['red']}, {drawn['blue']})\n"
    varied.write(folder, balls_py=program)
    outcomes = []
    for variant in (1, 2):
        exam = parse(folder, variant).exam
        assert exam is not None
        claims = evidence_run(exam, cache=tmp_path / "cache").claims
        outcomes += [claim.outcome for claim in claims if claim.function == "only_in_the_first"]
    assert outcomes == [Outcome.PROVED, Outcome.CONTRADICTED]


def test_numbers_have_the_decimal_sign_of_the_papers_language(drawn: Callable[..., Path]) -> None:
    body = 'return {"x": 2.8, "s": "v 1.5", "right": "ja", "wrong": "nein"}'
    problem = PROBLEM.replace("{{n}}", "{{x:.2f}} or $y = {{x:.2f}}$ or `{{x:.2f}}`, {{s}}")
    english = asked(parse(drawn(body, problem)))
    assert "2.80 or y = 2.80 or 2.80, v 1.5" in english
    german = asked(parse(drawn(body, problem, 'language = "de"\n')))
    assert "2,80 or y = 2,80 or 2.80, v 1.5" in german


@pytest.mark.long
def test_evidence_proves_a_decimal_comma(drawn: Callable[..., Path]) -> None:
    problem = PROBLEM.partition("- [x]")[0].replace("credits=1", "credits=1 kind=short") + (
        "::: solution\nDas Doppelte ist $v = {{x:.2f}}$, und gerundet 5,6.\n:::\n\n"
        "::: rubric\n- [+1] $v = \\double{1{,}40}$\n:::\n"
    )
    toml = 'language = "de"\n[maths.macros]\ndouble = "2 \\\\cdot #1"\n'
    folder = drawn('return {"x": 2.8, "n": 1}', problem, toml)
    program = folder / "problems/1-light.py"
    program.write_text(
        "from klausur.evidence import exact\n\n"
        + program.read_text("utf-8")
        + '\n\n@exact("speed", solution="v = @")\n@exact("speed", rubric="v = @")\ndef v(x):\n    return x\n'
        + '\n\n@exact("speed", solution="ist $v = {{x:.2f}}$")\ndef says(x):\n    return True\n'
        + '\n\n@exact("speed", solution="gerundet @")\ndef w(x):\n    return 2 * x\n',
        "utf-8",
    )
    parsed = parse(folder)
    assert parsed.exam is not None
    proof = evidence_run(parsed.exam)
    assert [(claim.outcome, claim.detail) for claim in proof.claims] == [(Outcome.PROVED, "")] * 4
    rubric = next(parsed.exam.questions).rubric
    assert rubric is not None
    assert [m.content.text for m in rubric.root.members if m.content is not None] == ["v = 2 ⋅ 1,40"]
