"""The exam that `klausur new` writes: four questions, of every kind, to be written over."""

from pathlib import Path

from klausur.base.errors import KlausurError, RefusedError, UsageError

FILES = {
    "exam.toml": """\
# The cover and the rules of the exam. Every key is described in the guide to the exam source.
title = "A First Exam"
module = "EX-1"
kind = "endterm"
date = 2026-07-20
start = "10:00"
minutes = 30
examiner = "Prof. Dr. Ada Example"
language = "en"
paper = "a4"
instructions = [
    "Write your answer into the space below its question.",
    "Use a **pen** in black or blue. Pencil, red and green are not read.",
]
extra_pages = 1
registration_digits = 8      # boxes on the cover; 0 for a line

[choice]
scheme = "all-or-nothing"   # every box of a question must be right

[grades]
unit = "percent"            # a grade is reached from this share of the credits on
fail = "5.0"
thresholds = { "1.0" = 90, "2.0" = 75, "3.0" = 60, "4.0" = 50 }
""",
    "problems/1-light.md": """\
# Light

<!-- A question is a ## heading with a short id that never changes, and the credits that it gives.
     Maths is TeX between dollars. A comment such as this one is not printed. -->

## What light does {#what-light-does credits=2}

Which of these statements hold for visible light in vacuum?

- [x] It is an electromagnetic wave.
- [ ] Red light is faster than blue light.
- [x] Its wavelength lies between about $380$ and $780\\,\\mathrm{nm}$.
- [ ] It needs a medium to travel in.

<!-- Short choices stand in two columns by themselves; columns=1 or columns=2 says it otherwise. A solution
     in words is optional here. A figure stands beside text inside ::: beside, see the guide. -->

## Order of colours {#order-of-colours credits=1}

Which of these colours has the longest wavelength?

- [ ] blue
- [ ] green
- [ ] violet
- [x] red

::: solution
About $700\\,\\mathrm{nm}$.
:::

## Colours of the sky {#sky credits=3 space=60mm step=0.5}

Why is the sky blue at noon, and red where the sun sets? Name what happens to the light on its way.

::: solution
Air scatters short wavelengths more strongly, with $\\lambda^{-4}$. At noon the scattered blue light reaches
the eye from all sides. In the evening the way through the air is so long that mostly red light is left of
the direct beam.
:::

::: rubric
- [+1] scattering is named
- [max 2] the two colours, a half for each of these
    - [+0.5] short wavelengths are scattered more
    - [+0.5] the sky shows scattered light
    - [+0.5] a low sun means a long way through the air
    - [+0.5] what is left of the direct light is red
    - [+0.5] the law $\\lambda^{-4}$
- [-0.5 each] a wrong statement, such as "the sea is mirrored"
- [note] "Refraction" instead of "scattering" is no slip of the pen, but a wrong statement.
:::

## Speed {#speed credits=1 kind=short space=20mm}

How far does light travel in a vacuum within one microsecond, to the nearest metre?

::: solution
$300\\,\\mathrm{m}$
:::

::: rubric
- [+1] 300 m, with its unit
:::
""",
}
"""The files of the starter exam, by their path in the folder."""


def write(folder: Path) -> tuple[Path, ...]:
    """Write the starter exam into a new or empty folder.

    Raises:
        RefusedError: the folder holds something already.
        UsageError: the name is that of a file.
        KlausurError: the folder cannot be written.
    """
    return put(folder, {name: text.encode() for name, text in FILES.items()})


def put(folder: Path, files: dict[str, bytes]) -> tuple[Path, ...]:
    """Write files, by their path, into a new or empty folder; raises like `write`."""
    try:
        if folder.exists() and not folder.is_dir():
            raise UsageError(f"{folder} is a file", "name a new folder")
        if folder.is_dir() and any(folder.iterdir()):
            raise RefusedError(f"{folder} is not empty", "name a new folder: nothing is ever written over")
        written = []
        for name, data in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
            written.append(path)
    except OSError as error:
        message = f"{folder} cannot be written: {error.strerror}"
        raise KlausurError(message, "name a folder that you may write to") from error
    return tuple(written)
