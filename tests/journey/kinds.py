"""An exam with a question of every kind that is answered without free text, and what its answers earn."""

from pathlib import Path

TOML = """
title = "Kinds"
date = 2030-02-10
start = "10:00"
minutes = 60
paper = "letter"
extra_pages = 0
"""

CHOICES = """# Choices

## Smallest {#smallest credits=1 kind=single}

Which is the smallest prime?

- [x] 2
- [~] two
- [ ] 3
- [ ] 1

## Odd {#odd credits=2}

Which are odd?

- [x] 3
- [ ] 4
- [~] 5
"""

TABLES = """# Tables

## Planets {#planets credits=2 scheme=kprim}

What is true?

|                            | true | false |
| -------------------------- | ---- | ----- |
| Venus is hotter than Mars. | [x]  | [ ]   |
| Mars has two moons.        | [x]  | [ ]   |
| Saturn alone has rings.    | [ ]  | [x]   |

## Order {#order credits=3}

Which is nearest to the sun?

|         | first | second | third |
| ------- | ----- | ------ | ----- |
| Earth   | [ ]   | [ ]    | [x]   |
| Venus   | [ ]   | [x]    | [ ]   |
| Mercury | [x]   | [ ]    | [~]   |
"""

PLANETS = """from klausur.evidence import exact


@exact("planets", choice="Venus is hotter")
def heat():
    return 737 > 210


@exact("planets", choice="Saturn alone has rings")
def rings():
    return False


@exact("order", choice="Mercury")
def nearest():
    return 58 < 108 < 150
"""

SOME = """# Two of three {best=2}

## Treatment {#treatment credits=5/3 scheme=weights floor=-1/3}

What do you do first?

- [+1] stop the bleeding
- [+2/3] call for help
- [0] write it down
- [-1] give him something to drink

## Remedy {#remedy credits=5/3 kind=single scheme=weights}

Which is best?

- [+5/3] the best
- [+1/3] the second
- [0] none

## Reasons {#reasons credits=5/3 step=1/3 space=20mm}

Why?

::: solution
Because.
:::

::: rubric
- [+5/3] because
:::
"""

BLANKS = """# Blanks

## Water {#water credits=2}

Water boils at [hundred]{.blank} degrees and freezes at [zero]{.blank}.

## Limits {#limits credits=2}

A fall is as fast as [[+1] 9.81 ± 0.02; [+0.5] 10]{.blank digits=2 decimals=2 unit="m/s²"} a second.

| what         | at                                                 |
| ------------ | -------------------------------------------------- |
| lowest       | [-273]{.blank digits=3 sign=yes unit="°C"}         |
| water boils  | [[+0.5] 100]{.blank digits=3} degrees              |
"""

NUMBERS = """# Numbers

## Fall {#fall credits=2 kind=number digits=2 decimals=2 unit="m/s²"}

How large is the acceleration of a fall?

::: solution
About $9.81$.
:::

::: answer
- [+2] 9.81 ± 0.02
- [+1] 10
:::

## Cold {#cold credits=1 kind=number digits=4 sign=yes unit="°C"}

How cold can it be, in whole degrees?

::: answer
-273
:::
"""

EVIDENCE = """from klausur.evidence import exact


@exact("fall", answer="[+2] @ ± 0.02")
def normal_fall():
    return 9.80665


@exact("cold", answer="@")
def lowest():
    return round(-273.15)
"""

LIMITS = """from klausur.evidence import exact


@exact("limits", answer="A fall is as fast as [[+1] @;")
def normal_fall():
    return 9.80665


@exact("limits", answer="lowest | [@]")
def lowest():
    return round(-273.15)
"""

FILES = {
    "exam.toml": TOML,
    "problems/1-choices.md": CHOICES,
    "problems/3-tables.md": TABLES,
    "problems/4-some.md": SOME,
    "problems/5-blanks.md": BLANKS,
    "problems/5-blanks.py": LIMITS,
    "problems/3-tables.py": PLANETS,
    "problems/2-numbers.md": NUMBERS,
    "problems/2-numbers.py": EVIDENCE,
}


def write(folder: Path) -> Path:
    """Write the exam into a folder."""
    for name, text in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder
