"""Formulas for multiple choice: exact arithmetic over counts of choices, read from text and never executed.

A formula is one expression of + - * / and brackets, of numbers, of min(…), max(…) and abs(…), and of the
names of `Counts`. Python's parser reads it; every part that is not of these is refused. What a formula means
for a question's credits is `klausur.score.scheme`'s business.
"""

import ast
import math
import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, fields
from fractions import Fraction
from functools import cache
from types import MappingProxyType

from klausur.base.credits import Credits

LONGEST = 200
MOST_PARTS = 100
_MOST_DIGITS = 6


class FormulaError(ValueError):
    """The text is no formula; the message says what in it cannot be read."""


@dataclass(frozen=True, slots=True)
class Counts:
    """What a formula computes with: of one question and of the choices crossed in it.

    Attributes:
        rt: right choices ticked, that is, crossed.
        ru: right choices left unticked.
        wt: wrong choices ticked.
        wu: wrong choices left unticked.
        r: right choices.
        w: wrong choices.
        n: choices.
        credits: what the question is worth.
    """

    rt: int
    ru: int
    wt: int
    wu: int
    r: int
    w: int
    n: int
    credits: Credits


NAMES = tuple(field.name for field in fields(Counts))


def counts(right: int, wrong: int, hits: int, faults: int, credits: Credits) -> Counts:
    """The counts of a question with so many right and wrong choices, of which so many are crossed."""
    return Counts(hits, right - hits, faults, wrong - faults, right, wrong, right + wrong, credits)


def outcomes(right: int, wrong: int, credits: Credits) -> Iterator[Counts]:
    """Every outcome that a question can have, the right answer first."""
    for missed in range(right + 1):
        for faults in range(wrong + 1):
            yield counts(right, wrong, right - missed, faults, credits)


def check(text: str) -> None:
    """See that a text is a formula.

    Raises:
        FormulaError: it is none.
    """
    _tree(text)


def value(text: str, of: Counts) -> Credits:
    """What a formula gives, exactly.

    Raises:
        FormulaError: the text is no formula.
        ZeroDivisionError: it divides by zero for these counts.
    """
    return _value(_tree(text), dict(zip(NAMES, astuple(of), strict=True)))


def shown(text: str) -> str:
    """The formula for people, with × and a minus sign."""
    return text.replace("*", "×").replace("-", "−")


_OPERATORS: Mapping[type[ast.operator], Callable[[Fraction, Fraction], Fraction]] = MappingProxyType(
    {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv}
)
_CALLS: Mapping[str, Callable[[Sequence[Fraction]], Fraction]] = MappingProxyType(
    {"min": min, "max": max, "abs": lambda given: abs(given[0])}
)


@cache
def _tree(text: str) -> ast.expr:
    if len(text) > LONGEST:
        raise FormulaError(f"a formula has at most {LONGEST} characters, this one has {len(text)}")
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise FormulaError("the formula cannot be read: is a bracket or an operator missing?") from None
    if sum(1 for _ in ast.walk(tree)) > MOST_PARTS * 2:  # a name is a part and its use another
        raise FormulaError(f"the formula has more than {MOST_PARTS} parts")
    _check(tree)
    return tree


def _check(part: ast.expr) -> None:
    match part:
        case ast.Constant(value=int() | float()) if not isinstance(part.value, bool):
            _number(part)
        case ast.Name(id=name):
            if name not in NAMES:
                raise FormulaError(f"there is no name {name!r}; the names are {', '.join(NAMES)}")
        case ast.UnaryOp(op=ast.USub() | ast.UAdd(), operand=inner):
            _check(inner)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATORS:
            _check(left)
            _check(right)
        case ast.Call(func=ast.Name(id=name), args=args, keywords=[]) if name in _CALLS:
            if not args or (name == "abs" and len(args) > 1):
                raise FormulaError(f"{name}(…) takes {'one number' if name == 'abs' else 'numbers'}")
            for inner in args:
                _check(inner)
        case _:
            raise FormulaError(
                f"{ast.unparse(part)!r} has no place in a formula: it takes + - * / ( ), numbers, "
                f"{', '.join(_CALLS)} and the names {', '.join(NAMES)}"
            )


def _number(part: ast.Constant) -> Fraction:
    if not isinstance(part.value, int | float) or not math.isfinite(part.value):
        raise FormulaError("the formula holds a number that is none")
    # the shortest spelling of a float is the number that was written, as long as that is short
    number = Fraction(repr(part.value))
    if number.numerator >= 10**_MOST_DIGITS or number.denominator > 10**_MOST_DIGITS:
        raise FormulaError(f"numbers have at most {_MOST_DIGITS} digits")
    return number


def _value(part: ast.expr, names: Mapping[str, Fraction | int]) -> Fraction:
    match part:
        case ast.Constant():
            return _number(part)
        case ast.Name(id=name):
            return Fraction(names[name])
        case ast.UnaryOp(op=op, operand=inner):
            return -_value(inner, names) if isinstance(op, ast.USub) else _value(inner, names)
        case ast.BinOp(left=left, op=op, right=right):
            return _OPERATORS[type(op)](_value(left, names), _value(right, names))
        case ast.Call(func=ast.Name(id=name), args=args):
            return _CALLS[name]([_value(inner, names) for inner in args])
    raise FormulaError(f"{ast.unparse(part)!r} has no place in a formula")  # `_check` refused it before
