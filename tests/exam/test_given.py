"""What a question gives its programs: numbers and formulas as they are typed, nothing that is not there."""

from fractions import Fraction
from pathlib import Path

import pytest
import sympy

from klausur.base.diagnostics import Place
from klausur.base.maths import PLAIN, Notation
from klausur.evidence import given
from klausur.exam import source
from klausur.exam.evidence import Claim, Outcome, agreement, mutate, typed_maths
from klausur.exam.evidence.file import Limits
from klausur.exam.evidence.kept_results import LOCK
from klausur.exam.evidence.noticed import Noticed
from klausur.exam.evidence.run import run as evidence_run
from klausur.exam.survey import survey

HEADER = 'title = "Given"\ndate = 2026-02-10\nstart = "10:00"\nminutes = 60\n'

PROBLEM = r"""# Pictures

All pictures are 80 pixels wide and come from $N = 6 \cdot 10^4$ cameras.

## Halved {#halved credits=1}

How wide are they after $3$ poolings?

::: solution
They are $80 / 2^3 = 10$ pixels wide.
:::

::: rubric
- [+1] all of $10$
:::

## Slope {#slope credits=1}

Which slope has $f(x) = x^2 + 3x$?

::: solution
$f'(x) = 2x + 3$.
:::

::: rubric
- [+1] the slope
:::

## Which {#which credits=1}

What holds?

- [x] three of them are 40 wide
- [ ] 90 of them are 80 wide
"""

EVIDENCE = r"""
import functools

import sympy

from klausur.evidence import always, exact, experiment, given, given_formula

WORDS = "pictures are @ pixels wide"


@functools.cache
def wide():
    return given("halved", text=WORDS)


@exact("halved", solution="2^3 = @$")
@exact("halved", rubric="all of $@$")
def halved():
    return wide() // 2 ** given("halved", text="after $@$ poolings")


@exact("slope", solution="f'(x) = @$")
def slope():
    return sympy.diff(given_formula("slope", text="f(x) = @$"), sympy.Symbol("x"))


@exact("which", choice="three of them")
def third():
    return given("which", choice="three of them are @ wide") * 2 == wide()


@experiment("slope", rubric="the slope", seconds=5)
def measured(seed):
    assert given("slope", text="N = @$") == 60_000
    return wide() > 3
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "problems").mkdir()
    (tmp_path / "exam.toml").write_text(HEADER, "utf-8")
    (tmp_path / "problems/1.md").write_text(PROBLEM, "utf-8")
    (tmp_path / "problems/1.py").write_text(EVIDENCE, "utf-8")
    return tmp_path


def change(file: Path, before: str, after: str) -> None:
    text = file.read_text("utf-8")
    assert text.count(before) == 1, before
    file.write_text(text.replace(before, after), "utf-8")


def proved(folder: Path, *, experiments: bool = False, cache: Path | None = None) -> dict[str, Claim]:
    exam = source.parse(folder).exam
    assert exam is not None
    limits = Limits(jobs=1, experiments=experiments)
    found = evidence_run(exam, cache=cache, limits=limits).claims
    return {f"{c.function}/{c.part}": c for c in found if c.function}


def outcomes(claims: dict[str, Claim]) -> dict[str, Outcome]:
    return {name: claim.outcome for name, claim in claims.items()}


ALL = {"halved/solution", "halved/rubric", "slope/solution", "third/choice", "measured/rubric"}


def test_what_is_typed_is_handed_over_and_told(folder: Path) -> None:
    claims = proved(folder, experiments=True)
    assert {c.detail for c in claims.values()} == {"", "where x is real"}
    assert outcomes(claims) == dict.fromkeys(ALL, Outcome.PROVED)
    taken = {name: [(g.words, g.typed) for g in claim.given] for name, claim in claims.items()}
    wide = ("pictures are @ pixels wide", "80")
    poolings = ("after $@$ poolings", "3")
    assert taken["halved/solution"] == [wide, poolings]
    assert taken["halved/rubric"] == [wide, poolings], "what is kept in the process was given to both"
    assert taken["slope/solution"] == [("f(x) = @$", "x^2 + 3x")]
    assert taken["third/choice"] == [("three of them are @ wide", "40"), wide]
    assert taken["measured/rubric"] == [("N = @$", r"6 \cdot 10^4"), wide]


@pytest.mark.long
def test_what_was_proved_is_computed_anew_for_what_is_typed_anew(folder: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    proved(folder, cache=cache)
    assert all(claim.kept for name, claim in proved(folder, cache=cache).items() if name[0] != "m")
    change(folder / "problems/1.md", "f(x) = x^2 + 3x", "f(x) = x^2 + 4x")
    claims = proved(folder, cache=cache)
    assert claims["slope/solution"].outcome is Outcome.CONTRADICTED
    assert (claims["slope/solution"].computed, claims["slope/solution"].typed) == ("2*x + 4", "2x + 3")
    assert claims["halved/solution"].kept
    change(folder / "problems/1.md", "All pictures are 80", "All pictures are 160")
    claims = proved(folder, cache=cache)
    assert [claims[name].computed for name in ("halved/solution", "halved/rubric")] == ["20", "20"]
    assert claims["third/choice"].outcome is Outcome.CONTRADICTED


@pytest.mark.long
def test_an_experiment_is_run_again_for_what_is_typed_anew(folder: Path) -> None:
    proved(folder, experiments=True)
    assert '"6 \\\\cdot 10^4"' in (folder / LOCK).read_text("utf-8")
    assert proved(folder)["measured/rubric"].kept
    change(folder / "problems/1.md", "are 80 pixels", "are 96 pixels")
    claim = proved(folder)["measured/rubric"]
    assert (claim.outcome, claim.detail) == (
        Outcome.UNPROVEN,
        "pictures are @ pixels wide, which it was given, says something else now",
    )


@pytest.mark.long
def test_words_that_are_gone_are_told_at_the_line_that_is_most_like_them(folder: Path) -> None:
    proved(folder, experiments=True)
    change(folder / "problems/1.md", "All pictures are 80 pixels wide", "All pictures measure 80 pixels")
    claims = proved(folder)
    for claim in (claims["halved/solution"], claims["measured/rubric"]):
        assert (claim.outcome, claim.place) == (Outcome.FAILED, Place("problems/1.md", 3))
        assert (
            "does not say 'pictures are @ pixels wide'; this line is most like it: 'All pict" in claim.detail
        )


FAILING = {
    "held_against": (
        'return given("halved", rubric="all of $@$")',
        "it is given 'all of $@$', which it is held against",
    ),
    "caught": (
        'try:\n        given("halved", text="no @ such words")\n    except LookupError:\n        return 10',
        "does not say 'no @ such words'",
    ),
    "of_another_problem": ('return given("elsewhere", text="all @ of")', "has no question 'elsewhere'"),
    "no_number": ('return given("slope", text="f(x) = @$")', "'x^2 + 3x' is no number; given_formula()"),
    "no_place": ('return given("halved")', "say where the statement stands"),
    "nothing_given": ('return given("halved", text="pixels wide")', "one @ stands for what is given"),
}


def test_what_cannot_be_given_fails(folder: Path) -> None:
    functions = [
        f'@exact("halved", rubric="all of $@$")\ndef {name}():\n    {body}\n'
        for name, (body, _) in FAILING.items()
    ]
    head = "from klausur.evidence import exact, given\n\n"
    (folder / "problems/1.py").write_text(head + "\n\n".join(functions), "utf-8")
    claims = proved(folder)
    assert outcomes(claims) == dict.fromkeys((f"{name}/rubric" for name in FAILING), Outcome.FAILED)
    for name, (_, why) in FAILING.items():
        assert why in claims[f"{name}/rubric"].detail


def test_nothing_is_given_where_a_file_is_loaded(folder: Path) -> None:
    change(folder / "problems/1.py", "WORDS = ", 'W = given("halved", text="are @ pixels wide")\nWORDS = ')
    exam = source.parse(folder).exam
    assert exam is not None
    (found,) = evidence_run(exam).diagnostics
    assert "nothing is given before a claim is judged" in found.message
    with pytest.raises(TypeError, match="nothing is given before"):
        given("halved", text="are @ pixels wide")


@pytest.mark.long
def test_a_mistake_in_what_is_given_is_contradicted(folder: Path) -> None:
    exam = source.parse(folder).exam
    assert exam is not None
    found = {(m.mutant.before, m.mutant.after): m for m in mutate.mutate(exam).planted}
    line = "- [x] three of them are 40 wide"
    assert found[line, line.replace("40", "41")].noticed is Noticed.CONTRADICTED
    assert found[line, line.replace("[x]", "[ ]")].noticed is Noticed.CONTRADICTED


VARIED = r"""# Varied

## Doubled {#doubled credits=1}

What is twice {{n}} of {{m}} apples?

::: solution
It is $= {{twice}}$.
:::

::: rubric
- [+1] doubled
:::
"""

DRAWING = r"""
from klausur.evidence import exact, given


def parameters(rng):
    n = int(rng.integers(10, 1000))
    return {"n": n, "m": 7, "twice": 2 * n}


@exact("doubled", solution="It is $= @$")
def doubled():
    return given("doubled", text="twice @ of {{m}} apples") * 2
"""


@pytest.mark.long
def test_a_variant_gives_what_is_typed_in_it(folder: Path) -> None:
    (folder / "problems/1.md").write_text(VARIED, "utf-8")
    (folder / "problems/1.py").write_text(DRAWING, "utf-8")
    (folder / "exam.toml").write_text(HEADER + "\n[variants]\ncount = 4\n", "utf-8")
    drawn = set()
    for variant in range(1, 5):
        exam = source.parse(folder, variant).exam
        assert exam is not None
        (claim,) = (c for c in evidence_run(exam).claims if c.function)
        assert claim.outcome is Outcome.PROVED
        (one,) = claim.given
        assert int(one.typed) * 2 == int(claim.computed)
        assert one.words == "twice @ of 7 apples"
        drawn.add(one.typed)
    assert len(drawn) == 4
    found = source.parse(folder).exam
    assert found is not None
    seen = survey(found, range(1, 5), limits=Limits(jobs=1))
    assert (seen.claims, seen.clean, seen.rates) == (4, 4, ())


COMMA = Notation(comma=True)


@pytest.mark.parametrize(
    ("typed", "notation", "value"),
    [
        ("80", PLAIN, 80),
        ("-3", PLAIN, -3),
        ("−3", PLAIN, -3),
        ("2.80", PLAIN, 2.8),
        ("3.0", PLAIN, 3.0),
        ("2{,}80", COMMA, 2.8),
        ("2,80", COMMA, 2.8),
        ("60,000", PLAIN, 60_000),
        ("1,234,567.5", PLAIN, 1_234_567.5),
        ("1{,}000", PLAIN, 1000),
        (r"60\,000", PLAIN, 60_000),
        ("60 000", COMMA, 60_000),
        (r"3 \cdot 10^4", PLAIN, 30_000),
        (r"6.02 \cdot 10^{23}", PLAIN, 6.02e23),
        ("10^{-3}", PLAIN, 0.001),
        (r"\frac{3}{4}", PLAIN, 0.75),
        ("2^{10}", PLAIN, 1024),
    ],
)
def test_numbers_are_read_as_they_are_typed(typed: str, notation: Notation, value: float) -> None:
    found = agreement.plain(typed_maths.read(typed, notation))
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize("typed", ["x", "4x + 4", "{", "i", ""])
def test_what_is_no_number_is_refused(typed: str) -> None:
    with pytest.raises(agreement.TypedError):
        agreement.plain(typed)


def test_formulas_have_plain_letters_and_macros_are_known() -> None:
    typed = typed_maths.read(r"\half x", Notation(macros=((r"\half", r"\frac{1}{2}"),)))
    assert agreement.formula(typed) == sympy.Rational(1, 2) * sympy.Symbol("x")
    assert agreement.formula("3") == Fraction(3)
