"""Which files an exam asks, in which order, and what of a bank's file each variant asks."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from klausur.base.diagnostics import Diagnostic, Place
from klausur.exam.draw import FOLDER, Draw, Unit, drawn_units, faults, overlaps
from klausur.exam.header import Header
from klausur.exam.model import Problem
from klausur.exam.source import bank, parameters
from klausur.exam.source.parameters import Template, Variant


@dataclass(frozen=True, slots=True)
class ProblemFile:
    """A file of which a problem is made; with a draw, the bank of which some questions are asked."""

    name: str
    draw: Draw | None = None


@dataclass(frozen=True, slots=True)
class AskedFile:
    """A file, its text in each variant, and all questions that stand in it."""

    template: Template
    variants: tuple[Variant, ...]
    draw: Draw | None = None
    questions: tuple[str, ...] = ()

    def as_drawn(self, problem: Problem) -> Problem:
        """The problem under the name and title of its draw."""
        if self.draw is None:
            return problem
        return replace(problem, id=self.draw.name, title=self.draw.title or problem.title)


def in_order(
    folder: Path, names: Sequence[str], head: Header | None, found: list[Diagnostic]
) -> tuple[ProblemFile, ...]:
    """The problems in the order of exam.toml; if it gives none, as they are, those that are drawn last."""
    draws = () if head is None else head.draws
    drawn = {draw.name: ProblemFile(draw.file, draw) for draw in _from_banks(folder, draws, found)}
    known = {PurePosixPath(name).stem: ProblemFile(name) for name in names}
    for draw in draws:
        if draw.name in known:
            message = f"draw.{draw.name} has the name of {known[draw.name].name}"
            found.append(Diagnostic("id-duplicate", message, draw.place, "rename one of them"))
    known |= drawn
    if head is None or head.order is None:
        if not known and not draws and not any(d.place.file == "problems" for d in found):
            hint = "put the problems there, one Markdown file each: problems/1-first.md"
            message = "problems/ holds no Markdown file"
            found.append(Diagnostic("file-missing", message, Place("problems"), hint))
        return tuple(known.values())
    place = head.place("order")
    ordered: list[ProblemFile] = []
    for item in head.order:
        one = known.get(item.removeprefix("problems/").removesuffix(".md"))
        if one is None:
            hint = f"problems/ holds: {', '.join(known) or 'nothing'}"
            found.append(Diagnostic("file-missing", f"order names {item!r}, which is not there", place, hint))
        elif one in ordered:
            found.append(Diagnostic("id-duplicate", f"order names {item!r} twice", place, "keep one of them"))
        else:
            ordered.append(one)
    found.extend(_unused(stem, one) for stem, one in known.items() if one not in ordered)
    return tuple(ordered)


def _unused(stem: str, one: ProblemFile) -> Diagnostic:
    """What is there, and not in the exam's order."""
    what, at = one.name, Place(one.name)
    hint = f"add {stem!r} to order in exam.toml, or move the file out of problems/"
    if one.draw is not None:
        what, at = f"draw.{stem}", one.draw.place
        hint = f"add {stem!r} to order in exam.toml, or remove [draw.{stem}]"
    return Diagnostic("problem-unused", f"{what} is not in the exam's order", at, hint)


def _from_banks(folder: Path, draws: Sequence[Draw], found: list[Diagnostic]) -> Iterator[Draw]:
    """The draws whose bank is there; of the others it is said which banks there are."""
    there = sorted(path.stem for path in (folder / FOLDER).glob("*.md"))
    for draw in draws:
        if draw.bank in there:
            yield draw
            continue
        hint = f"banks/ holds: {', '.join(there) or 'nothing'}; an import writes one, too"
        message = f"draw.{draw.name} draws from {draw.file}, which is not there"
        found.append(Diagnostic("draw-unknown", message, draw.place, hint))


def asked_of(
    folder: Path,
    there: Sequence[tuple[ProblemFile, Template]],
    seed: int,
    numbers: Sequence[int],
    found: list[Diagnostic],
) -> tuple[AskedFile, ...]:
    """The text of each file in these variants; of a bank what its draw asks there."""
    asked, banks = [], []
    for one, written in there:
        template = written
        if one.draw is not None and written.problem:
            template = replace(written, problem=one.draw.name)
        variants = tuple(parameters.variants(folder, template, seed, numbers))
        if one.draw is None:
            asked.append(AskedFile(template, variants))
            continue
        units = bank.units(written.text)
        banks.append((one.draw, units))
        found.extend(faults(one.draw, units))
        names = tuple(name for unit in units for name in unit.ids if name)
        cut = tuple(
            _cut(one.draw, units, seed, number, variant)
            for number, variant in zip(numbers, variants, strict=True)
        )
        asked.append(AskedFile(template, cut, one.draw, names))
    found.extend(overlaps(banks))
    return tuple(asked)


def _cut(draw: Draw, units: Sequence[Unit], seed: int, number: int, variant: Variant) -> Variant:
    return replace(variant, text=bank.asking(variant.text, units, drawn_units(draw, units, seed, number)))


def about_these(head: Header, problems: Sequence[Problem], asked: Sequence[AskedFile]) -> Header:
    """exam.toml as it is about one variant, without what it says of questions that are not drawn there."""
    here = {question.id for problem in problems for question in problem.questions}
    elsewhere = {name for one in asked for name in one.questions} - here
    struck = tuple((name, strike) for name, strike in head.grading.struck if name not in elsewhere)
    return replace(head, grading=replace(head.grading, struck=struck))
