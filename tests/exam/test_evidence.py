"""Evidence, from the files beside the problems to what becomes of each claim of the key."""

import json
import shutil
from datetime import date
from pathlib import Path

import pytest

from klausur.base.diagnostics import Place
from klausur.evidence import Part
from klausur.exam import source
from klausur.exam.evidence import Claim, Outcome, Proof
from klausur.exam.evidence.file import Limits
from klausur.exam.evidence.kept_results import LOCK, file_digest, program
from klausur.exam.evidence.model import Standing
from klausur.exam.evidence.run import accept
from klausur.exam.evidence.run import run as evidence_run
from klausur.exam.evidence.statements import SourceStretch, WrittenQuestion, find
from klausur.exam.model import Exam

HEADER = 'title = "Proofs"\ndate = 2026-02-10\nstart = "10:00"\nminutes = 60\n'

PROBLEM = r"""# Numbers

## Sums {#sums credits=2}

Which hold for all numbers $a$ and $b$?

- [x] $a + b = b + a$
- [ ] $a - b = b - a$, in every case
- [ ] $a \cdot b = a + b$

## A root {#root credits=1 space=20mm}

What is the positive root of $x^2 - 2$, to two decimals? And which function has the slope $2x$?

::: solution
The root is $\sqrt{2} \approx 1.41$. The slope of $x^2 + c$ is $\frac{d}{dx} = 2x$.

A die shows a mean of $3.5$.
:::

::: rubric
- [+0.5] $1.41$
- [+0.5] $x^2$
:::
"""

EVIDENCE = r"""
import time

import sympy

from klausur.evidence import Found, always, exact, experiment, simulated


@always("sums", choice="a + b = b + a")
def commutes(rng):
    a, b = rng.normal(size=2)
    return a + b, b + a


@always("sums", choice="in every case")
def differences(rng):
    a, b = rng.normal(size=2)
    return a - b, b - a


@exact("root", solution=r"\approx @$")
def root():
    return sympy.sqrt(2)


@exact("root", solution=r"\frac{d}{dx} = @$")
def slope():
    x = sympy.Symbol("x")
    return sympy.diff(x**2 + 7, x)


@simulated("root", solution="a mean of $@$", within=0.05, runs=20_000)
def die(rng):
    return rng.integers(1, 7)


@experiment("root", rubric="[+0.5] $1.41$", seconds=5)
def measured(seed):
    return Found(1.414 < 1.42, {"steps": 12.0 + seed})
"""


NEVER_RUN = ("claim-unproven", "problems/1.md:22")


def written(folder: Path) -> Path:
    (folder / "problems").mkdir()
    (folder / "exam.toml").write_text(HEADER, "utf-8")
    (folder / "problems/1.md").write_text(PROBLEM, "utf-8")
    (folder / "problems/1.py").write_text(EVIDENCE, "utf-8")
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return written(tmp_path)


def prove(folder: Path, limits: Limits | None = None, cache: Path | None = None) -> Proof:
    exam = source.parse(folder).exam
    assert exam is not None
    return evidence_run(exam, limits=limits, cache=cache)


def change(file: Path, before: str, after: str) -> None:
    text = file.read_text("utf-8")
    assert before in text
    file.write_text(text.replace(before, after), "utf-8")


def by_function(proof: Proof) -> dict[str, Claim]:
    return {claim.function: claim for claim in proof.claims if claim.function}


def test_a_right_key_is_proved_and_the_rest_is_named_unproven(folder: Path) -> None:
    proof = prove(folder)
    assert [(d.code, str(d.place)) for d in proof.diagnostics] == [NEVER_RUN]
    found = by_function(proof)
    assert {name: claim.outcome for name, claim in found.items()} == {
        "commutes": Outcome.PROVED,
        "differences": Outcome.PROVED,
        "root": Outcome.PROVED,
        "slope": Outcome.PROVED,
        "die": Outcome.PROVED,
        "measured": Outcome.UNPROVEN,
    }
    assert "counterexample" in found["differences"].detail
    assert found["measured"].detail == "it was never run"
    rest = [claim for claim in proof.claims if not claim.function]
    assert [(claim.statement, claim.outcome) for claim in rest] == [
        (r"- [ ] $a \cdot b = a + b$", Outcome.UNPROVEN)
    ]
    assert [claim.place.line for claim in proof.claims] == sorted(c.place.line for c in proof.claims)


def test_a_statement_is_told_with_the_whole_of_its_formula() -> None:
    text = "The mean\nis $$ \\bar{x} = \\frac{2 \\cdot 56}{40} = 2.80$$ and \\(k = 7\\)."
    asked = WrittenQuestion("mean", Place("p.md", 1), {Part.SOLUTION: [SourceStretch(3, text)]})
    mean, count = (find(asked, Part.SOLUTION, words) for words in ("{40} = @", "k = @"))
    assert mean.text == "$$ \\bar{x} = \\frac{2 \\cdot 56}{40} = 2.80$$"
    assert (mean.typed, mean.line) == ("2.80", 4)
    assert count.text == "\\(k = 7\\)"


MISTAKES = [
    ("- [x] $a + b", "- [ ] $a + b", "commutes", "false", 7),
    ("- [ ] $a - b", "- [x] $a - b", "differences", "true", 8),
    (r"\approx 1.41$. The", r"\approx 1.42$. The", "root", "1.42", 16),
    ("= 2x$.", "= 2x + 1$.", "slope", "2x + 1", 16),
    ("mean of $3.5$", "mean of $3$", "die", "3", 18),
]


@pytest.mark.parametrize("mistakes", [MISTAKES, MISTAKES[1:2]], ids=["all at once", "one"])
def test_mistakes_in_the_key_are_contradicted_at_their_lines(
    folder: Path, mistakes: list[tuple[str, str, str, str, int]]
) -> None:
    for before, after, *_ in mistakes:
        change(folder / "problems/1.md", before, after)
    proof = prove(folder)
    source_lines = (folder / "problems/1.py").read_text("utf-8").splitlines()
    for _, _, function, typed, line in mistakes:
        claim = by_function(proof)[function]
        assert (claim.outcome, claim.typed) == (Outcome.CONTRADICTED, typed)
        assert str(claim.place) == f"problems/1.md:{line}"
        assert claim.evidence is not None
        shown = source_lines[claim.evidence.line - 1 : claim.evidence.line + 3]
        assert any(f"def {function}(" in text for text in shown)
    told = [d.code for d in proof.diagnostics if d.code != "claim-unproven"]
    assert told == ["claim-contradicted"] * len(mistakes)
    assert proof.count(Outcome.CONTRADICTED) == len(mistakes)


@pytest.mark.long
def test_what_breaks_fails_alone(folder: Path) -> None:
    with (folder / "problems/1.py").open("a", encoding="utf-8") as file:
        file.write(
            '\n\n@exact("sums", choice="cdot")\ndef raises():\n    return 1 / 0\n'
            '\n\n@exact("root", rubric="$x^2$")\ndef endless():\n    while True: pass\n'
            '\n\n@exact("root", rubric="[+0.5] $x^2$")\ndef ends():\n    import os\n    os._exit(3)\n'
            '\n\n@exact("root", solution="not there")\ndef lost():\n    return True\n'
            '\n\n@exact("gone", solution="@")\ndef of_no_question():\n    return True\n'
            '\n\n@exact("root", solution="A die shows")\ndef last():\n    return True\n'
        )
    proof = prove(folder, Limits(seconds=5))
    found = by_function(proof)
    assert found["last"].outcome is Outcome.PROVED, "the process is started anew after those that broke"
    broken = {
        "raises": "ZeroDivisionError",
        "endless": "more than 5 s of processor",
        "ends": "ended its process",
    }
    broken |= {"lost": "does not say", "of_no_question": "no question 'gone'"}
    for name, words in broken.items():
        assert found[name].outcome is Outcome.FAILED
        assert words in found[name].detail
    assert {d.code for d in proof.diagnostics} == {"evidence-failed", "claim-unproven"}


def test_a_file_that_cannot_be_loaded_is_one_finding(folder: Path) -> None:
    (folder / "problems/1.py").write_text("def broken(:\n", "utf-8")
    proof = prove(folder)
    assert [d.code for d in proof.diagnostics] == ["evidence-failed"]
    assert "SyntaxError" in proof.diagnostics[0].message
    assert {claim.outcome for claim in proof.claims} == {Outcome.UNPROVEN}


@pytest.mark.long
def test_experiments_are_kept_until_question_or_program_change(folder: Path) -> None:
    ran = by_function(prove(folder, Limits(experiments=True)))["measured"]
    assert (ran.outcome, ran.kept, ran.detail) == (Outcome.PROVED, False, "steps 12")
    assert json.loads((folder / LOCK).read_text("utf-8"))["claims"]
    kept = by_function(prove(folder))["measured"]
    assert (kept.outcome, kept.kept) == (Outcome.PROVED, True)

    change(folder / "problems/1.py", "x**2 + 7", "x**2 + 8")
    assert by_function(prove(folder))["measured"].outcome is Outcome.PROVED, "another function's change"
    change(folder / "problems/1.py", "1.414 < 1.42", "1.4142 < 1.42")
    stale = by_function(prove(folder))["measured"]
    assert stale.outcome is Outcome.UNPROVEN
    assert "program has changed" in stale.detail


@pytest.mark.long
def test_a_kept_result_of_another_question_text_counts_as_unproven(folder: Path) -> None:
    prove(folder, Limits(experiments=True))
    change(folder / "problems/1.md", "to two decimals", "to 2 decimals")
    assert by_function(prove(folder))["measured"].outcome is Outcome.UNPROVEN


@pytest.mark.long
def test_the_cache_serves_what_was_proved_and_never_a_contradiction(folder: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    change(folder / "problems/1.md", "mean of $3.5$", "mean of $3$")
    first = by_function(prove(folder, cache=cache))
    again = by_function(prove(folder, cache=cache))
    assert not first["root"].kept
    assert again["root"].kept
    assert again["die"].outcome is Outcome.CONTRADICTED
    assert not again["die"].kept
    change(folder / "problems/1.md", "mean of $3$", "mean of $3.5$")
    mended = by_function(prove(folder, cache=cache))
    assert mended["die"].outcome is Outcome.PROVED
    change(folder / "problems/1.md", r"\approx 1.41$. The", r"\approx 1.5$. The")
    assert by_function(prove(folder, cache=cache))["root"].outcome is Outcome.CONTRADICTED


def test_a_program_is_what_an_experiment_depends_on() -> None:
    one = "@exact('q', text='t')\ndef one(): return A\n"
    text = f"A = 1\n{one}@experiment('q', text='t')\ndef two(seed): return A\n"
    assert "def one" not in program(text, "two")
    assert "A = 1" in program(text, "two")
    assert program(text, "two") == program(text.replace("return A\n", "return  A  # so\n"), "two")


@pytest.mark.long
def test_a_kept_experiment_is_held_against_the_key_as_it_is_now(folder: Path) -> None:
    with (folder / "problems/1.py").open("a", encoding="utf-8") as file:
        file.write(
            '\n\n@experiment("sums", choice="cdot", seconds=5)\ndef multiplied(seed):\n    return False\n'
            '\n\n@experiment("root", solution="mean of $@$", seconds=5)\ndef thrown(seed):\n    return 3.5\n'
        )
    ran = by_function(prove(folder, Limits(experiments=True)))
    assert {ran[name].outcome for name in ("multiplied", "thrown")} == {Outcome.PROVED}
    change(folder / "problems/1.md", r"- [ ] $a \cdot", r"- [x] $a \cdot")
    change(folder / "problems/1.md", "mean of $3.5$", "mean of $4.5$")
    proof = prove(folder)
    found = by_function(proof)
    for name, typed in {"multiplied": "true", "thrown": "4.5"}.items():
        claim = found[name]
        assert (claim.outcome, claim.typed, claim.kept) == (Outcome.CONTRADICTED, typed, True)
    told = " ".join(d.message for d in proof.diagnostics if d.code == "claim-contradicted")
    assert "multiplied (" in told
    assert "thrown (" in told


@pytest.mark.long
def test_what_a_program_reads_and_loads_is_part_of_it(folder: Path, tmp_path: Path) -> None:
    problems, cache = folder / "problems", tmp_path / "cache"
    (problems / "table.csv").write_text("3.5\n", "utf-8")
    (problems / "sums.py").write_text("def total(a, b):\n    return a + b\n", "utf-8")
    (problems / "runs").mkdir()
    (problems / "runs/1.txt").write_text("1", "utf-8")
    with (problems / "1.py").open("a", encoding="utf-8") as file:
        file.write(
            "\nfrom pathlib import Path\n"
            "HERE = Path(__file__).parent\n"
            '\n\n@exact("root", solution="mean of $@$")\ndef looked_up():\n'
            '    return float((HERE / "table.csv").read_text())\n'
            '\n\n@experiment("root", rubric="$x^2$", seconds=5)\ndef counted(seed):\n'
            '    import sums\n    return sums.total(len(list((HERE / "runs").iterdir())), 1) == 2\n'
        )
    prove(folder, Limits(experiments=True), cache)
    kept = by_function(prove(folder, cache=cache))
    assert {name for name in ("looked_up", "counted") if kept[name].kept} == {"looked_up", "counted"}

    (problems / "table.csv").write_text("2.5\n", "utf-8")
    assert by_function(prove(folder, cache=cache))["looked_up"].outcome is Outcome.CONTRADICTED
    (problems / "table.csv").write_text("3.5\n", "utf-8")
    assert by_function(prove(folder, cache=cache))["counted"].outcome is Outcome.PROVED

    (problems / "sums.py").write_text("def total(a, b):\n    return a + b + 1\n", "utf-8")
    stale = by_function(prove(folder, cache=cache))["counted"]
    assert (stale.outcome, "sums.py, which it reads" in stale.detail) == (Outcome.UNPROVEN, True)
    (problems / "sums.py").write_text("def total(a, b):\n    return a + b\n", "utf-8")
    (problems / "runs/2.txt").write_text("1", "utf-8")
    stale = by_function(prove(folder, cache=cache))["counted"]
    assert (stale.outcome, "runs, which it reads" in stale.detail) == (Outcome.UNPROVEN, True)


@pytest.fixture(scope="module")
def accepted_by_ada(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = written(tmp_path_factory.mktemp("accepted"))
    change(folder / "problems/1.py", 'choice="in every case"', 'choice="a - b = b"')
    claims = prove(folder).claims
    assert {c.function for c in accept(source_of(folder), claims, "Ada", date(2026, 1, 2))} == {
        *("commutes", "differences", "root", "slope", "die", "measured")
    }
    return folder


@pytest.fixture
def accepted(accepted_by_ada: Path, tmp_path: Path) -> Path:
    return shutil.copytree(accepted_by_ada, tmp_path / "accepted")


@pytest.mark.long
def test_what_somebody_accepted_stays_so(accepted: Path) -> None:
    assert {c.standing for c in prove(accepted).claims if c.function} == {Standing.ACCEPTED}


WORDS = {
    "no case, never, is not": [
        ("in every case", "in no case", "differences", 8),
        ("A die shows a mean", "A die never shows a mean", "die", 18),
        ("The root is", "The root is not", "root", 16),
    ],
    "it is false, another number": [
        ("- [ ] $a - b", "- [ ] It is false that $a - b", "differences", 8),
        ("positive root of $x^2 - 2$", "positive root of $x^2 - 3$", "slope", 16),
    ],
    "the stem": [("Which hold for all", "Which fail for some", "commutes", 7)],
}


@pytest.mark.long
@pytest.mark.parametrize("name", WORDS)
def test_words_that_change_after_somebody_accepted_them_are_told(accepted: Path, name: str) -> None:
    for before, after, *_ in WORDS[name]:
        change(accepted / "problems/1.md", before, after)
    proof = prove(accepted)
    for _, _, function, line in WORDS[name]:
        claim = by_function(proof)[function]
        assert (claim.standing, claim.outcome) == (Standing.CHANGED, Outcome.UNPROVEN)
        told = [d for d in proof.diagnostics if d.place == claim.place and function in d.message]
        assert [(d.code, d.place.line) for d in told] == [("claim-unproven", line)]
        assert "Ada accepted this" in told[0].message

    accept(source_of(accepted), proof.claims, "Ben", date(2026, 1, 3))
    again = by_function(prove(accepted))
    for _, _, function, _ in WORDS[name]:
        assert (again[function].standing, again[function].accepted_by) == (Standing.ACCEPTED, "Ben")


@pytest.mark.long
def test_what_the_program_itself_is_held_against_needs_no_new_look(accepted: Path) -> None:
    change(accepted / "problems/1.md", r"\approx 1.41$. The", r"\approx 1.414$. The")
    claim = by_function(prove(accepted))["root"]
    assert (claim.standing, claim.outcome) == (Standing.ACCEPTED, Outcome.PROVED)
    change(accepted / "problems/1.md", r"\approx 1.414$. The", r"\approx 1.5$. The")
    claim = by_function(prove(accepted))["root"]
    assert (claim.standing, claim.outcome) == (Standing.ACCEPTED, Outcome.CONTRADICTED)


@pytest.mark.long
def test_what_one_program_is_held_against_is_no_part_of_what_another_shows(folder: Path) -> None:
    change(folder / "problems/1.md", "A die shows a mean of", "A die shows $6$ at most, and a mean of")
    with (folder / "problems/1.py").open("a", encoding="utf-8") as file:
        file.write('\n\n@exact("root", solution="shows $@$ at most")\ndef most():\n    return 6\n')
    accept(source_of(folder), prove(folder).claims, "Ada", date(2026, 1, 2))
    change(folder / "problems/1.md", "shows $6$ at most", "shows $7$ at most")
    found = by_function(prove(folder))
    assert (found["most"].outcome, found["most"].standing) == (Outcome.CONTRADICTED, Standing.ACCEPTED)
    assert (found["die"].outcome, found["die"].standing) == (Outcome.PROVED, Standing.ACCEPTED)


@pytest.mark.long
def test_an_exam_may_ask_for_a_share_of_its_statements(folder: Path) -> None:
    with (folder / "problems/1.py").open("a", encoding="utf-8") as file:
        file.write(
            "\nfrom klausur.evidence import not_checkable\n"
            'not_checkable("root", rubric="[+0.5] $x^2$", why="as the lecture has it")\n'
        )
    for percent, codes in ((20, []), (95, ["evidence-share"])):
        (folder / "exam.toml").write_text(f"{HEADER}[evidence]\nbound = {percent}\n", "utf-8")
        proof = prove(folder)
        told = [d for d in proof.diagnostics if d.code != "claim-unproven"]
        assert [d.code for d in told] == codes
        why = [(s.text, s.why) for s in proof.stated if s.why]
        assert why == [("- [+0.5] $x^2$", "as the lecture has it")]
    assert str(told[0].place) == "exam.toml:6"
    assert "95 % are asked for" in told[0].message


def test_a_contradicted_statement_cannot_be_accepted(folder: Path) -> None:
    change(folder / "problems/1.md", "- [x] $a + b", "- [ ] $a + b")
    done = accept(source_of(folder), prove(folder).claims, "Ada", date(2026, 1, 2))
    assert "commutes" not in {claim.function for claim in done}


def test_words_that_are_gone_are_told_at_the_line_that_is_most_like_them(folder: Path) -> None:
    change(folder / "problems/1.md", "A die shows a mean of $3.5$", "A dice has a mean of $3.5$ eyes")
    change(folder / "problems/1.py", 'solution="a mean of $@$"', 'solution="A die shows a mean of $@$"')
    proof = prove(folder)
    (told,) = (d for d in proof.diagnostics if d.code == "evidence-failed")
    assert str(told.place) == "problems/1.md:18"
    assert told.hint == "mend the key or the evidence"


def source_of(folder: Path) -> Exam:
    exam = source.parse(folder).exam
    assert exam is not None
    return exam


def test_what_python_keeps_beside_modules_changes_no_result(tmp_path: Path) -> None:
    """An installer compiles the reference exam's programs, where they lie."""
    (tmp_path / "one.py").touch()
    before = file_digest(tmp_path)
    (tmp_path / "__pycache__").mkdir()
    assert file_digest(tmp_path) == before
    (tmp_path / "two.py").touch()
    assert file_digest(tmp_path) != before
