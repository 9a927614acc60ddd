"""Parameters in a problem's Markdown: ``{{name}}`` or ``{{name:format}}``, where a value of a variant stands.

They are filled in before anything else reads the text, and no line moves. The values come from the program
beside the problem, by `klausur.exam.drawn_values`.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from klausur.base.decimals import with_comma
from klausur.base.diagnostics import Diagnostic, Place
from klausur.exam import drawn_values, trust
from klausur.exam.delimiters import stretches
from klausur.exam.drawn_values import DrawnValues, Filling, Undrawn
from klausur.exam.placeholders import Placeholder, filled, placeholders
from klausur.exam.source.attributes import slug
from klausur.exam.source.translated_files import untranslated
from klausur.exam.variants import entropy

_BOX = re.compile(r"\s*[-*+]\s+\[\s*$")
_IN_BRACKET = re.compile(r"\s*[-*+]\s+\[[^\]]*$")
_HEADING = re.compile(r" {0,3}#{1,6}\s")


@dataclass(frozen=True, slots=True)
class Template:
    """A problem file as its author wrote it.

    ``program`` is the file that draws its parameters, relative to the exam's folder, and ``line`` where it
    does; without parameters it is None, and the text is the same in all variants.
    ``comma`` says that its language has a decimal comma; ``problem`` is the id of a problem with parameters.
    """

    name: str
    text: str
    program: str | None = None
    line: int = 0
    comma: bool = False
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Variant:
    """A problem's text in one variant, the values in it, and what is wrong with them."""

    text: str
    values: tuple[tuple[str, str], ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()


@dataclass(frozen=True, slots=True)
class _Spot:
    """A Placeholder in a text, its line, and what stands around it; ``sign`` is the decimal sign there."""

    wanted: Placeholder
    line: int
    boxed: bool
    refused: bool
    sign: str


def template(folder: Path, name: str, text: str, *, comma: bool = False) -> Template:
    """A problem file with the program beside it, if that draws parameters."""
    program = PurePosixPath(untranslated(folder, name)).with_suffix(".py").as_posix()
    try:
        line = drawn_values.line_of((folder / program).read_text("utf-8"))
    except (OSError, UnicodeDecodeError):
        return Template(name, text)  # whoever runs the evidence is told
    if line is None:
        return Template(name, text)
    return Template(name, text, program, line, comma, slug(PurePosixPath(program).stem))


def variants(folder: Path, written: Template, seed: int, numbers: Sequence[int]) -> Iterator[Variant]:
    """The text of a problem in each of these variants, in their order."""
    if written.program is None:
        same = Variant(written.text)
        yield from (same for _ in numbers)
        return
    if not trust.is_trusted(folder):
        place = Place(written.program, written.line)
        message = "this exam's variants come out of a program that is not trusted, and was not run"
        untrusted = Variant(written.text, (), (Diagnostic("not-trusted", message, place, trust.REMEDY),))
        yield from (untrusted for _ in numbers)
        return
    spots = tuple(_spots(written.text, comma=written.comma))
    seeds = [entropy(seed, number, written.problem) for number in numbers]
    found = drawn_values.draw(folder / written.program, seeds, [spot.wanted for spot in spots])
    for number, drawn in zip(numbers, found, strict=True):
        yield _filled(written, spots, drawn, number)


def _spots(text: str, *, comma: bool) -> Iterator[_Spot]:
    maths, verbatim = stretches(text) if comma else ((), ())
    for wanted in placeholders(text):
        begin = text.rfind("\n", 0, wanted.start) + 1
        ahead, behind = text[begin : wanted.start], text[wanted.end : wanted.end + 1]
        boxed = _BOX.fullmatch(ahead) is not None and behind == "]"
        refused = not boxed and (_HEADING.match(ahead) or _IN_BRACKET.fullmatch(ahead)) is not None
        sign = "," if comma and not any(wanted.start in stretch for stretch in verbatim) else "."
        if any(wanted.start in stretch for stretch in maths):
            sign = "{,}"
        yield _Spot(wanted, text.count("\n", 0, begin) + 1, boxed, refused, sign)


def _filled(written: Template, spots: Sequence[_Spot], drawn: DrawnValues | Undrawn, number: int) -> Variant:
    if isinstance(drawn, Undrawn):
        place = Place(written.program or written.name, written.line)
        message = f"variant {number} cannot be drawn: {drawn.why}"
        hint = "mend parameters(rng); it returns a dict of names and values"
        return Variant(written.text, (), (Diagnostic("parameters-failed", message, place, hint),))
    words, found = [], []
    for spot, filling in zip(spots, drawn.fillings, strict=True):
        fault = _fault(written, spot, filling, drawn)
        if fault is not None:
            found.append(fault)
        if spot.boxed:
            words.append("x" if filling.truth else " ")
        else:
            words.append(_written(filling, spot) if fault is None else spot.wanted.name)
    return Variant(filled(written.text, words), drawn.values, tuple(found))


def _written(filling: Filling, spot: _Spot) -> str:
    return with_comma(filling.text, spot.sign) if filling.number and spot.sign != "." else filling.text


def _fault(written: Template, spot: _Spot, filling: Filling, drawn: DrawnValues) -> Diagnostic | None:
    """Why a Placeholder cannot be filled."""
    name, place = spot.wanted.name, Place(written.name, spot.line)
    if spot.refused:
        message = f"the parameter {name} stands in a heading or in a rubric's brackets"
        hint = "write the title, the attributes and the credits out: they are the same in all variants"
        return Diagnostic("parameter-place", message, place, hint)
    if filling.unknown:
        known = ", ".join(known for known, _ in drawn.values) or "none"
        message = f"the text asks for {name}, which {written.program} does not draw"
        return Diagnostic("parameter-unknown", message, place, f"its parameters are: {known}")
    if filling.wrong:
        hint = "a format is one of Python's, such as :+d or :.2f"
        return Diagnostic("parameter-value", f"{name}: {filling.wrong}", place, hint)
    if spot.boxed and filling.truth is None:
        message = f"{name} is {filling.text}, and a choice's box takes True or False"
        return Diagnostic("parameter-value", message, place, "return True where the choice is right")
    if not spot.boxed and filling.truth is not None:
        message = f"{name} is {filling.text}, which is no text"
        return Diagnostic("parameter-value", message, place, "return the words that shall stand here")
    return None
