"""Numbers that a program repeats although its question types them, where they may change."""

import ast
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from klausur.base.diagnostics import Diagnostic, Place
from klausur.evidence import HOLE, Part
from klausur.exam.evidence import meant, syntax
from klausur.exam.evidence.model import Claim
from klausur.exam.evidence.program_mutants import function_named, reached
from klausur.exam.evidence.statements import WrittenQuestion

_TYPED = re.compile(r"(?<![\w.,])(?<![_^]\{)\d+(?:\.\d+)?(?![\w])(?![.,]\d)")
_MARKS = re.compile(r"^[ \t]*[-*+]\s+\[[^\]]*\]", re.MULTILINE)
_ATTRIBUTES = re.compile(r"\{[^{}\n$]*=[^{}\n$]*\}")
_PARTS = (Part.TEXT, Part.CHOICE, Part.RUBRIC)
"""Where what a program starts from is typed; a solution says what comes out."""

_ROUND = frozenset({10.0, 100.0})
"""As bases, factors and divisors these say how numbers are written; elsewhere they are so common that they
are told in a claim's own function only.
"""


@dataclass(frozen=True, slots=True)
class _Typed:
    """A number of a question: where it is typed, and words by which it can be given."""

    part: Part
    place: Place
    words: str


def copies(
    file: str, source: str, claims: Collection[Claim], written: Mapping[str, WrittenQuestion]
) -> Iterator[Diagnostic]:
    """The numbers in the programs of some claims that are typed in their questions, each once.

    A number is told if it has two digits or more, or decimals, and if no function of its claim is given it.
    Those of the choice that it is tied to are not: where these change, the claim finds it no more.

    Args:
        file: the evidence file, relative to the exam's folder.
        source: its text.
        claims: those that it is about.
        written: the questions as their author wrote them.
    """
    tree = syntax.tree(source)
    told: set[tuple[int, float]] = set()
    for claim in claims:
        asked = written.get(claim.question)
        if asked is None or not claim.function:
            continue
        typed = _typed(asked)
        given = {one.typed.strip("$ ") for one in claim.given}
        tied = {float(one) for one in _TYPED.findall(claim.words) if claim.part is Part.CHOICE}
        for line, number, own in _literals(tree, claim.function):
            value = float(number)
            found = typed.get(value)
            if found is None or (line, value) in told or str(number) in given:
                continue
            if (value in _ROUND and not own) or value in tied:
                continue
            told.add((line, value))
            message = f"{number} is repeated here, and typed in question {asked.id!r} at {found.place}"
            words = f"{found.part}={found.words!r}"
            hint = f"write given({asked.id!r}, {words}), so that it changes with the question"
            yield Diagnostic("evidence-copy", message, Place(file, line), hint)


def _typed(asked: WrittenQuestion) -> dict[float, _Typed]:
    """The numbers that are typed in a question, by what they are; the first place of each."""
    found: dict[float, _Typed] = {}
    for part in _PARTS:
        for piece in asked.parts[part]:
            text = _MARKS.sub(lambda mark: " " * len(mark[0]), piece.text)
            text = _ATTRIBUTES.sub(lambda mark: " " * len(mark[0]), text)
            for match in _TYPED.finditer(text):
                if "." in match[0] or len(match[0]) > 1:
                    place = Place(asked.place.file, piece.line + text.count("\n", 0, match.start()))
                    words = f"{_last(text[: match.start()])}{HOLE}{_first(text[match.end() :])}"
                    found.setdefault(float(match[0]), _Typed(part, place, words))
    return found


def _last(text: str) -> str:
    """The last words before a number on its line."""
    words = text.rpartition("\n")[2].split()[-2:]
    blank = " " if words and text.endswith(" ") else ""
    return " ".join(words) + blank


def _first(text: str) -> str:
    """The first words behind a number on its line."""
    line = text.partition("\n")[0]
    words = line.split()[:2]
    return (" " if words and line.startswith(" ") else "") + " ".join(words)


def _literals(tree: ast.Module, function: str) -> Iterator[tuple[int, int | float, bool]]:
    """The numbers that a function and what it calls mean, also by the names of constants of their module.

    Each with its line, and whether it stands in the function itself.
    """
    names: set[str] = set()
    for name in sorted(reached(tree, function)):
        body = function_named(tree, name).body
        names |= {node.id for node in meant.nodes(body) if isinstance(node, ast.Name)}
        yield from ((line, number, name == function) for line, number in _numbers(body))
    for statement in tree.body:
        if isinstance(statement, ast.Assign) and any(
            isinstance(one, ast.Name) and one.id in names for one in statement.targets
        ):
            yield from ((line, number, False) for line, number in _numbers([statement]))


def _numbers(body: list[ast.stmt]) -> Iterator[tuple[int, int | float]]:
    every = list(meant.nodes(body))
    besides = {id(one) for node in every for one in _besides(node)}
    for node in every:
        value = node.value if isinstance(node, ast.Constant) and id(node) not in besides else None
        if isinstance(value, int | float) and not isinstance(value, bool):
            yield node.lineno, value


def _besides(node: ast.AST) -> Iterator[ast.AST]:
    """What in a node is no value of a question: an index, a base or factor of 10 or 100."""
    if isinstance(node, ast.Subscript):
        yield from ast.walk(node.slice)
    elif isinstance(node, ast.BinOp) and not isinstance(node.op, ast.Add | ast.Sub):
        for side in (node.left, node.right):
            if isinstance(side, ast.Constant) and side.value in _ROUND:
                yield side
