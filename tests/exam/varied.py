"""An exam with parameters and everything that can be shuffled, as a folder."""

from pathlib import Path

HEADER = """\
title = "Balls and words"
date = 2026-02-10
start = "10:00"
minutes = 60
registration_digits = 0
"""

VARIANTS = """
[variants]
count = 3
seed = 5
shuffle = ["problems", "questions", "choices"]
"""

BALLS = r"""# Balls

A box holds {{red}} red and {{blue}} blue balls.

## Share {#share credits=2 scheme=per-choice}

Which of these hold for a ball drawn blindly?

- [x] It is red with probability ${{p}}$.
- [ ] It is red with probability ${{wrong}}$.
- [{{likely}}] It is more likely red than blue.
- [ ] [None of these holds.]{.fixed}

## Mean {#mean credits=1 kind=short}

How many red balls do you expect if you draw {{n}} times and put the ball back each time?

::: solution
$E = \frac{ {{n}} \cdot {{red}} }{ {{all}} } \approx {{mean:.2f}}$
:::

::: rubric
- [+1] ${{mean:.2f}}$
:::

::: shared
One red ball is lost.
:::

## Left {#left credits=1 kind=short}

How many are left?

::: solution
There are {{left}}.
:::

::: rubric
- [+1] {{left}}
:::
"""

BALLS_PY = r"""
from fractions import Fraction

from klausur.evidence import always, exact, simulated


def parameters(rng):
    red, blue = (int(k) for k in rng.choice(range(2, 20), size=2, replace=False))
    n = int(rng.integers(3, 9))
    p = Fraction(red, red + blue)
    return {"red": red, "blue": blue, "all": red + blue, "n": n, "p": p, "wrong": 1 - p,
            "likely": red > blue, "mean": float(n * p), "left": red + blue - 1}


@exact("share", choice="with probability ${{p}}$")
def drawn_red(red, blue, p):
    return Fraction(red, red + blue) == p


@exact("share", choice="more likely red")
def more_likely(red, blue):
    return red > blue


@simulated("share", choice="with probability ${{p}}$", within=0.1, runs=2000, expected=0.0)
def draws_agree(rng, red, blue, p):
    return (rng.random() < red / (red + blue)) - float(p)


@exact("mean", solution=r"\approx @$")
def expected(red, blue, n):
    return float(n * Fraction(red, red + blue))


@always("left", solution="There are {{left}}.", draws=20)
def one_less(rng, all, left):
    return left, all - 1
"""

WORDS = r"""# Words

## Colours {#colours credits=1}

Which are colours?

- [x] red
- [ ] seven
- [x] blue
- [ ] loud

## Sizes {#sizes credits=1 shuffle=no}

Which are sizes?

- [x] small
- [ ] green

## Word {#word .fixed credits=1 kind=short}

Name a word.

::: solution
Any word.
:::

::: rubric
- [+1] a word
:::
"""


def write(folder: Path, *, variants: str = VARIANTS, **files: str) -> Path:
    """Write the exam; ``files`` replace those of these names: ``balls``, ``balls_py``, ``words``."""
    texts = {
        "exam.toml": HEADER + variants,
        "problems/1-balls.md": files.get("balls", BALLS),
        "problems/1-balls.py": files.get("balls_py", BALLS_PY),
        "problems/2-words.md": files.get("words", WORDS),
    }
    for name, text in texts.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder
