"""Surveys: what is rare is found, with its rate and the first variant; nothing else is."""

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from tests.exam import varied

from klausur.actions.survey_variants import vary
from klausur.exam.evidence.file import Limits
from klausur.exam.model import Exam
from klausur.exam.source import parse, parse_variants
from klausur.exam.survey import Survey, survey
from klausur.exam.variants import entropy

MANY = range(1, 101)


def read(folder: Path) -> Exam:
    parsed = parse(folder)
    assert parsed.diagnostics == ()
    assert parsed.exam is not None
    return parsed.exam


def values(number: int) -> tuple[int, int, int]:
    """What the program of the exam draws, drawn here."""
    rng = np.random.default_rng(entropy(5, number, "1-balls"))
    red, blue = (int(k) for k in rng.choice(range(2, 20), size=2, replace=False))
    return red, blue, int(rng.integers(3, 9))


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Survey:
    folder = varied.write(tmp_path_factory.mktemp("survey") / "exam")
    return survey(read(folder), MANY, limits=Limits(jobs=2))


@pytest.mark.long
def test_a_sound_exam_has_clean_variants(clean: Survey) -> None:
    assert (clean.variants, clean.clean, clean.rates) == (100, 100, ())
    assert clean.claims == 5 * 100
    assert clean.seed == 5
    assert clean.different == len({values(n) for n in MANY})


SPOILT = varied.BALLS.replace("probability ${{wrong}}$", "probability ${{half}}$").replace(
    r"\approx {{mean:.2f}}$", r"\approx {{cut:.2f}}$"
)
SPOILT_PY = (
    varied.BALLS_PY.replace('"left":', '"half": HALF + Fraction(red - blue, 40), "cut": CUT, "left":')
    .replace("HALF", "Fraction(1, 2)")
    .replace("CUT", "int(100 * n * p) / 100")
    .replace('"likely": red > blue', '"likely": red > blue or blue - red == 1')
    .replace("    n = int(", "    1 / (red - 7)\n    n = int(")
)
"""Choices that are equal if there are 20 balls, a mean that is cut instead of rounded, a cross that is wrong
if blue has one more, and a program that breaks at seven red balls."""


@pytest.fixture(scope="module")
def spoilt(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return varied.write(tmp_path_factory.mktemp("survey") / "exam", balls=SPOILT, balls_py=SPOILT_PY)


@pytest.fixture(scope="module")
def seen(spoilt: Path) -> Survey:
    return survey(read(spoilt), MANY, limits=Limits(jobs=2))


def hits(code: str, line: int) -> list[int]:
    """The variants in which something is wrong."""
    drawn = {n: values(n) for n in MANY}
    if code == "parameters-failed":
        return [n for n, (red, _, _) in drawn.items() if red == 7]
    sound = {n: of for n, of in drawn.items() if of[0] != 7}
    if code == "choices-equal":
        return [n for n, (red, blue, _) in sound.items() if red + blue == 20]
    if line == 11:
        return [n for n, (red, blue, _) in sound.items() if blue - red == 1]
    means = {n: 100 * k * Fraction(red, red + blue) for n, (red, blue, k) in sound.items()}
    return [n for n, mean in means.items() if mean - int(mean) > Fraction(1, 2)]


FOUND = [
    ("choices-equal", "problems/1-balls.md", 10),
    ("claim-contradicted", "problems/1-balls.md", 11),
    ("claim-contradicted", "problems/1-balls.md", 19),
    ("parameters-failed", "problems/1-balls.py", 7),
]


@pytest.mark.long
@pytest.mark.parametrize(("code", "file", "line"), FOUND)
def test_what_is_wrong_in_few_variants_is_found_with_its_rate(
    seen: Survey, code: str, file: str, line: int
) -> None:
    (rate,) = (r for r in seen.rates if (r.diagnostic.code, r.diagnostic.place.line) == (code, line))
    expected = hits(code, line)
    assert (rate.count, rate.of, rate.variant) == (len(expected), 100, expected[0])
    assert rate.diagnostic.place.file == file


def test_nothing_else_is_found(seen: Survey) -> None:
    assert [
        (r.diagnostic.code, r.diagnostic.place.file, r.diagnostic.place.line) for r in seen.rates
    ] == FOUND
    wrong = {n for code, _, line in FOUND for n in hits(code, line)}
    assert seen.clean == 100 - len(wrong)


def test_what_is_found_is_found_in_full_too(seen: Survey, spoilt: Path) -> None:
    equal, _, _, failed = seen.rates
    for rate in (equal, failed):
        (parsed,) = parse_variants(spoilt, [rate.variant])
        assert rate.diagnostic.code in {d.code for d in parsed.diagnostics}


@pytest.mark.long
def test_evidence_that_ends_its_process_is_not_run_for_ever(tmp_path: Path) -> None:
    program = varied.BALLS_PY.replace("    return red > blue", "    import os\n    os._exit(1)")
    found = survey(read(varied.write(tmp_path / "exam", balls_py=program)), MANY[:10], limits=Limits(jobs=1))
    (rate,) = found.rates
    assert (rate.diagnostic.code, rate.count, rate.of) == ("evidence-failed", 10, 10)


ONE_RIGHT = """\
# Balls

## Sum {#sum credits=1}

How much is {{n}} and {{n}}?

- [x] {{right}}
- [ ] {{wrong}}
"""
ONE_RIGHT_PY = """\
def parameters(rng):
    n = int(rng.integers(3, 99))
    return {"n": n, "right": 2 * n, "wrong": n * n}
"""


@pytest.mark.long
@pytest.mark.parametrize(
    ("variants", "expected"),
    [
        ("[variants]\ncount = 2\n", ["right-place"]),
        ('[variants]\ncount = 2\nshuffle = ["choices"]\n', []),
    ],
)
def test_a_right_choice_that_never_moves_is_told(tmp_path: Path, variants: str, expected: list[str]) -> None:
    folder = varied.write(tmp_path / "exam", variants=variants, balls=ONE_RIGHT, balls_py=ONE_RIGHT_PY)
    found = survey(read(folder), MANY[:20])
    assert [rate.diagnostic.code for rate in found.rates] == expected
    assert found.clean == 20


@pytest.mark.long
def test_the_sample_is_read_in_full(tmp_path: Path) -> None:
    """What only pandoc finds is found in the sample, and its rate is of that."""
    text = varied.BALLS.replace("There are {{left}}.", "There are {{left}}. {{tex}}")
    program = varied.BALLS_PY.replace('"left":', r'"tex": "" if red > 4 else r"$\nosuch$", "left":')
    folder = varied.write(tmp_path / "exam", balls=text, balls_py=program)
    found = vary(read(folder), 40)
    (rate,) = found.rates
    expected = [n for n in range(1, 41, 2) if values(n)[0] <= 4]
    assert (rate.diagnostic.code, rate.count, rate.of) == ("maths-unset", len(expected), 20)
    assert rate.variant == expected[0]


def test_an_exam_without_parameters_has_nothing_to_survey(tmp_path: Path) -> None:
    (tmp_path / "exam").mkdir()
    folder = varied.write(tmp_path / "exam", balls=varied.WORDS.replace("{#", "{#x-"), balls_py="")
    found = survey(read(folder), MANY)
    assert (found.clean, found.different, found.claims, found.rates) == (100, 1, 0, ())


KINDS = {
    "exam.toml": """title = "Numbers"
date = 2030-02-10
start = "10:00"
minutes = 90

[variants]
count = 4
seed = 3
shuffle = ["choices"]
""",
    "problems/1-numbers.md": r"""# Numbers

## Double {#double credits=1 kind=number digits=3 sign=yes}

What is $2 \cdot {{n}}$?

::: answer
{{double}}
:::

## Rows {#rows credits=2}

What is true?

| | yes | no |
|-|-----|----|
| {{n}} is odd. | [{{odd}}] | [{{even}}] |
| {{n}} is at least 3. | [x] | [ ] |
| [Two is even.]{.fixed} | [x] | [ ] |

## One {#one credits=1 kind=single}

Which is twice {{n}}?

- [x] {{double}}
- [ ] {{n}}
- [~] $2 \cdot {{n}}$
""",
    "problems/1-numbers.py": """from klausur.evidence import exact

def parameters(rng):
    n = int(rng.integers(3, 60))
    return {"n": n, "double": 2*n, "odd": "x" if n % 2 else " ", "even": " " if n % 2 else "x"}

@exact("double", answer="@")
def double(n):
    return 2 * n

@exact("rows", choice="is odd")
def odd(n):
    return n % 2 == 1
""",
}


@pytest.mark.long
def test_numbers_and_tables_are_drawn_and_proved_too(tmp_path: Path) -> None:
    for name, text in KINDS.items():
        path = tmp_path / "kinds" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    folder = tmp_path / "kinds"
    found = survey(read(folder), range(1, 31), limits=Limits(jobs=2))
    assert (found.clean, found.rates, found.claims) == (30, (), 60)
    for parsed in parse_variants(folder, (1, 2)):
        assert parsed.exam is not None
        double, rows, one = parsed.exam.questions
        (drawn,) = double.expected
        odd = drawn.value / 2 % 2 == 1
        assert [c.id for c in rows.choices if c.right] == ["a1" if odd else "a2", "b1", "c1"]
        assert one.keys == (frozenset("a"), frozenset("c"))
    wrong = folder / "problems/1-numbers.py"
    wrong.write_text(KINDS["problems/1-numbers.py"].replace("return 2 * n", "return 3 * n"), encoding="utf-8")
    (rate,) = survey(read(folder), range(1, 11), limits=Limits(jobs=2)).rates
    assert (rate.diagnostic.code, rate.count) == ("claim-contradicted", 10)
