"""What a problem's program draws: the values of its parameters in each variant, and the texts they become.

The program runs in a process of its own, as evidence does, and draws all variants that are wanted in one go.
Where the texts go lives in `klausur.exam.source.parameters`.
"""

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from klausur.exam.evidence.process import MEMORY, Process, ProgramEndedError
from klausur.exam.placeholders import Placeholder

FUNCTION = "parameters"
_ENDS = 3
"""A program that has ended its process or taken too long so often is asked no more."""


@dataclass(frozen=True, slots=True)
class Filling:
    """What becomes of a Placeholder: its text, or what is wrong.

    ``truth`` is set of a value that is true or false: it draws a choice's cross and is no text.
    ``number`` is set of one whose decimal sign is the paper's.
    """

    text: str = ""
    truth: bool | None = None
    number: bool = False
    unknown: bool = False
    wrong: str = ""


@dataclass(frozen=True, slots=True)
class DrawnValues:
    """One draw: all parameters with their values as text, and a Filling for each Placeholder."""

    values: tuple[tuple[str, str], ...] = ()
    fillings: tuple[Filling, ...] = ()


@dataclass(frozen=True, slots=True)
class Undrawn:
    """A draw that came to nothing, and why."""

    why: str


def line_of(program: str) -> int | None:
    """The line in which a program defines its parameters; None if it has none. 0 if it is no Python."""
    if FUNCTION not in program:  # most programs draw nothing, and parsing one takes 15 ms
        return None
    try:
        tree = ast.parse(program)
    except (SyntaxError, ValueError, RecursionError):
        return 0 if f"def {FUNCTION}(" in program else None
    lines = [n.lineno for n in tree.body if isinstance(n, ast.FunctionDef) and n.name == FUNCTION]
    return lines[0] if lines else None


def draw(
    program: Path, seeds: Sequence[tuple[int, int, int]], places: Sequence[Placeholder]
) -> Iterator[DrawnValues | Undrawn]:
    """Draw once for each of the seeds, in their order.

    Args:
        program: the Python file with the function ``parameters(rng)``.
        seeds: as `entropy` makes them.
        places: what the texts ask for.
    """
    ended = done = 0
    why = ""
    with Process(program, MEMORY) as process:
        while done < len(seeds) and ended < _ENDS:
            try:
                for answer in process.draws([(p.name, p.form) for p in places], seeds[done:]):
                    done += 1
                    yield _drawn(answer)
            except ProgramEndedError as error:
                ended, done, why = ended + 1, done + 1, str(error)
                yield Undrawn(why)
    for _ in range(done, len(seeds)):
        yield Undrawn(why)


def _drawn(answer: dict[str, object]) -> DrawnValues | Undrawn:
    match answer:
        case {"values": list(values), "fillings": list(fillings)}:
            return DrawnValues(tuple((n, v) for n, v in values), tuple(Filling(**f) for f in fillings))
        case _:
            return Undrawn(str(answer.get("broken")))
