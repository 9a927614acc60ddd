"""An exam that draws from a bank, for each variant and for all, as a folder."""

from pathlib import Path

HEADER = """\
title = "Optics"
date = 2026-02-10
start = "10:00"
minutes = 60
extra_pages = 0
registration_digits = 0
order = ["waves", "1-first", "rays"]
"""

DRAWS = """
[variants]
count = 3
seed = 11
shuffle = ["choices"]

[draw.waves]
bank = "optics"
tags = ["waves"]
count = 3
by = "variant"

[draw.rays]
bank = "optics"
ids = ["lens"]
tags = ["rays"]
count = 2
title = "Rays"
"""

FIRST = """\
# First

## Light {#light credits=1 kind=single}

Is it fast?

- [x] yes
- [ ] no
"""

OPEN = """\
## Why {#why credits=2 tags=waves}

Why are there colours?

::: solution
Waves interfere.
:::

::: rubric
- [+1] waves
- [+1] interfere
:::
"""

PIPE = """\
::: shared
A pipe is open at both ends.
:::

## Long {#long credits=1 kind=single tags=rays}

Is it long?

- [x] yes
- [ ] no

## Wide {#wide credits=1 kind=single tags=rays}

Is it wide?

- [x] yes
- [ ] no
"""


def choice(name: str, worth: int, tag: str) -> str:
    """A question of one right choice."""
    return (
        f"## {name.title()} {{#{name} credits={worth} kind=single tags={tag}}}\n\n"
        f"What of {name}?\n\n- [x] this\n- [ ] that\n- [ ] neither of them\n"
    )


BANK = "\n".join(
    [
        "# Optics\n",
        *(choice(name, 2, "waves") for name in ("slit", "film", "grating", "fringe", "ripple")),
        OPEN,
        *(choice(name, 1, "rays") for name in ("lens", "mirror")),
        PIPE,
    ]
)


def write(folder: Path, more: str = "", bank: str = BANK, draws: str = DRAWS) -> Path:
    """The folder of the exam."""
    for name in ("problems", "banks"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    (folder / "exam.toml").write_text(HEADER + more + draws, encoding="utf-8")
    (folder / "problems/1-first.md").write_text(FIRST, encoding="utf-8")
    (folder / "banks/optics.md").write_text(bank, encoding="utf-8")
    return folder
