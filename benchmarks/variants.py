"""How long it takes to draw, check and prove many variants of an exam with five parametrised questions.

    python benchmarks/variants.py [--variants 2000] [--jobs 2] [--json]

As `klausur check --variants` does it: all texts are filled, all choices compared, all light evidence judged,
and a sample is read in full. The limit for 2,000 variants is 60 s on two cores.
"""

import argparse
import json
import os
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from klausur.actions.survey_variants import vary
from klausur.exam import trust
from klausur.exam.source import parse

LIMIT = 60.0
"""Seconds for 2,000 variants."""

HEADER = """\
title = "Five questions"
date = 2026-02-10
start = "10:00"
minutes = 60

[variants]
count = 30
seed = 7
shuffle = ["questions", "choices"]
"""

NUMBERS = r"""# Numbers

A box holds {{red}} red and {{blue}} blue balls.

## Share {#share credits=1}

Which share of the balls is red?

- [x] ${{share}}$
- [ ] ${{odds}}$
- [ ] ${{other}}$
- [{{even}}] the same as of the blue ones

## Drawn twice {#twice credits=2 space=30mm}

Two balls are drawn, and put back each time. How probable are two red ones? Give three decimals.

::: solution
$p = \left(\frac{ {{red}} }{ {{all}} }\right)^2 \approx {{twice:.3f}}$
:::

::: rubric
- [+1] the square
- [+1] ${{twice:.3f}}$
:::

## Mean {#mean credits=1 kind=short}

How many red balls are expected among {{draws}} that are drawn and put back?

::: solution
On average, $E = {{mean}}$.
:::

::: rubric
- [+1] ${{mean}}$
:::
"""

NUMBERS_PY = r"""
from fractions import Fraction

from klausur.evidence import always, exact


def parameters(rng):
    red, blue = (int(n) for n in rng.integers(2, 40, size=2))
    while blue == red:
        blue = int(rng.integers(2, 40))
    draws = int(rng.integers(3, 12))
    share = Fraction(red, red + blue)
    return {
        "red": red, "blue": blue, "all": red + blue, "draws": draws, "even": red == blue,
        "share": share, "odds": Fraction(red, blue), "other": 1 - share,
        "twice": float(share) ** 2, "mean": draws * share,
    }


@exact("share", choice="[x] ${{share}}$")
def drawn_red(red, blue, share):
    return Fraction(red, red + blue) == share


@exact("share", choice="${{odds}}$")
def odds_are_no_share(red, blue, odds):
    return odds == Fraction(red, red + blue)


@exact("share", choice="the same as of the blue ones")
def as_many(red, blue):
    return red == blue


@exact("twice", solution=r"\approx @$")
def both_red(red, blue):
    return (red / (red + blue)) ** 2


@exact("mean", solution="$E = @$")
def expected(red, blue, draws):
    return sum(Fraction(red, red + blue) for _ in range(draws))


@always("share", text="{{red}} red and {{blue}} blue balls", draws=20)
def shares_add_up(rng, red, blue):
    balls = rng.permutation([1] * red + [0] * blue)
    return balls.mean() + (1 - balls).mean(), 1.0
"""

FORMULAS = r"""# Formulas

Let $f(x) = {{a}} x^2 {{b:+d}} x {{c:+d}}$.

## Slope {#slope credits=1 space=20mm}

What is the slope of $f$?

::: solution
$f'(x) = {{slope}}$
:::

::: rubric
- [+1] ${{slope}}$
:::

## Lowest point {#lowest credits=1}

Where is $f$ lowest?

- [x] at $x = {{low}}$
- [ ] at $x = {{wrong}}$
- [ ] at $x = {{beside}}$
"""

FORMULAS_PY = r"""
import sympy

from klausur.evidence import exact

x = sympy.Symbol("x")


def parameters(rng):
    a, b, c = int(rng.integers(2, 9)), int(rng.integers(1, 20)), int(rng.integers(-20, 20))
    low = -sympy.Rational(b, 2 * a)
    return {"a": a, "b": b, "c": c, "slope": 2 * a * x + b, "low": low, "wrong": -low, "beside": low - 1}


@exact("slope", solution="f'(x) = @$")
def derivative(a, b, c):
    return sympy.diff(a * x**2 + b * x + c, x)


@exact("lowest", choice="[x] at $x = {{low}}$")
def least(a, b, c, low):
    return sympy.solve(sympy.diff(a * x**2 + b * x + c, x), x) == [low]
"""

FILES = {
    "exam.toml": HEADER,
    "problems/1-numbers.md": NUMBERS,
    "problems/1-numbers.py": NUMBERS_PY,
    "problems/2-formulas.md": FORMULAS,
    "problems/2-formulas.py": FORMULAS_PY,
}


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument("--variants", type=int, default=2000)
    options.add_argument("--jobs", type=int, default=2, help="processes that draw and judge at a time")
    options.add_argument("--json", action="store_true")
    given = options.parse_args()
    with TemporaryDirectory() as folder, TemporaryDirectory() as state:
        os.environ["XDG_STATE_HOME"] = state
        for name, text in FILES.items():
            path = Path(folder) / name
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
        trust.trust(Path(folder))
        parsed = parse(Path(folder))
        if parsed.exam is None or parsed.diagnostics:
            sys.exit("\n".join(map(str, parsed.diagnostics)))
        begun = time.perf_counter()
        seen = vary(parsed.exam, given.variants, jobs=given.jobs)
        seconds = time.perf_counter() - begun
    limit = LIMIT * given.variants / 2000
    figures = {
        "variants": seen.variants,
        "clean": seen.clean,
        "different": seen.different,
        "claims": seen.claims,
        "findings": [f"{r.diagnostic.code} {r.diagnostic.place} {r.count}/{r.of}" for r in seen.rates],
        "seconds": round(seconds, 2),
        "of_limit": round(seconds / limit, 3),
    }
    if given.json:
        print(json.dumps(figures))
    else:
        for name, value in figures.items():
            print(f"{name:>10}  {value}")


if __name__ == "__main__":
    main()
