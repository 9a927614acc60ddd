"""An exam with its own TeX macros written out in every formula: for targets that know none of them."""

import re
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from functools import partial
from typing import Any, TypeVar

from klausur.convert import leaving, tex
from klausur.exam.content import Content
from klausur.exam.model import Exam

_DEEPEST = 20
"""Macros that stand in one another; what goes on for ever stays as it is."""

_TOKEN = re.compile(r"\s*(\\[A-Za-z]+|\\.|[^\s{}])")
T = TypeVar("T")


def written_out(exam: Exam) -> Exam:
    """The exam with formulas that need no macros of its own."""
    if not exam.macros:
        return exam
    return replace(exam, problems=_mapped(exam.problems, dict(exam.macros)), macros=())


def _mapped(value: T, macros: Mapping[str, str]) -> T:
    """A part of an exam with every text in it changed."""
    found: Any = value
    if isinstance(value, Content):
        found = replace(value, typst=leaving.with_other_tex(value.typst, partial(expanded, macros=macros)))
    elif isinstance(value, tuple):
        found = tuple(_mapped(one, macros) for one in value)
    elif is_dataclass(value) and not isinstance(value, type):
        now = {each.name: getattr(value, each.name) for each in fields(value) if each.init}
        then = {name: _mapped(part, macros) for name, part in now.items()}
        changed = {name: part for name, part in then.items() if part != now[name]}
        found = replace(value, **changed) if changed else value
    return found  # type: ignore[no-any-return] # the same type as it was


def expanded(formula: str, macros: Mapping[str, str]) -> str:
    r"""A formula with what stands for ``\vect{x}`` in place of it."""
    names = "|".join(re.escape(name) for name in sorted(macros, key=len, reverse=True))
    pattern = re.compile(rf"({names})(?![A-Za-z])")
    for _ in range(_DEEPEST):
        match = pattern.search(formula)
        if match is None:
            return formula
        body, end, given = macros[match[1]], match.end(), list[str]()
        for _argument in range(max((int(n) for n in re.findall(r"#(\d)", body)), default=0)):
            one, end = _argument_at(formula, end)
            given.append(one)
        put = re.sub(r"#(\d)", lambda found, given=given: given[int(found[1]) - 1], body)  # type: ignore[misc]
        after = formula[end:]
        apart = " " if re.search(r"\\[A-Za-z]+$", put) and re.match(r"[A-Za-z]", after) else ""
        formula = f"{formula[: match.start()]}{put}{apart}{after}"
    return formula


def _argument_at(formula: str, at: int) -> tuple[str, int]:
    """An argument in braces, or one sign alone, and where it ends."""
    braced = tex.braced(formula, at)
    if braced is not None:
        return braced
    token = _TOKEN.match(formula, at)
    return ("", at) if token is None else (token[1], token.end())
