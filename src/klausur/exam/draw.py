"""Questions that are drawn from a bank: which of its questions an exam, or one of its variants, asks.

What stands in the bank's file is read in `klausur.exam.source.bank`; here are only the rules. A draw follows
from seed and ids alone, as an order does: a question that is added to a bank moves no other past its fellows.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from klausur.base.credits import Credits, show_credits
from klausur.base.diagnostics import Diagnostic, Place

FOLDER = "banks"
"""Where the banks of an exam lie, below its folder."""


@dataclass(frozen=True, slots=True)
class Draw:
    """A table ``[draw.name]`` of exam.toml: a problem whose questions are drawn from a bank.

    Attributes:
        name: the problem's id.
        bank: the bank's file without its ending, below `FOLDER`.
        place: where the table begins.
        count: how many are asked in all; all that fit if None.
        ids: those that are always asked.
        tags: the others have one of these; any of the bank if there are none and ``count`` says how many.
        title: the problem's; that of the bank if it is empty.
        by_variant: whether each variant has a draw of its own.
    """

    name: str
    bank: str
    place: Place
    count: int | None = None
    ids: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    title: str = ""
    by_variant: bool = False

    @property
    def file(self) -> str:
        """The bank's file, relative to the exam's folder."""
        return f"{FOLDER}/{self.bank}.md"


@dataclass(frozen=True, slots=True)
class Unit:
    """What is drawn as one: a question, or all questions below one shared text.

    Attributes:
        ids: of its questions; empty where a heading names none.
        tags: of any of them.
        credits: of each of them; None where it cannot be read.
        bonus: whether one of them is a bonus.
        lines: from which line on it stands, from 1, and up to which.
    """

    ids: tuple[str, ...]
    tags: frozenset[str]
    credits: tuple[Credits | None, ...]
    bonus: bool
    lines: tuple[int, int]

    @property
    def name(self) -> str:
        """By what it is drawn."""
        return self.ids[0] if self.ids and self.ids[0] else f"line {self.lines[0]}"


def pool(draw: Draw, units: Sequence[Unit]) -> tuple[tuple[Unit, ...], tuple[Unit, ...]]:
    """The units that are always asked, and those that the others are drawn from."""
    fixed = tuple(unit for unit in units if set(unit.ids) & set(draw.ids))
    if draw.tags:
        others = [unit for unit in units if unit.tags & set(draw.tags)]
    else:
        others = list(units) if draw.count is not None or not draw.ids else []
    return fixed, tuple(unit for unit in others if unit not in fixed)


def drawn_units(draw: Draw, units: Sequence[Unit], seed: int, variant: int) -> tuple[Unit, ...]:
    """The units that a variant asks, in the bank's order.

    Args:
        draw: what is asked for.
        units: all of the bank.
        seed: of the exam's variants.
        variant: the number of what is drawn; without regard to it if the whole exam has one draw.
    """
    fixed, others = pool(draw, units)
    some = len(others) if draw.count is None else max(0, draw.count - len(fixed))
    of = str(variant) if draw.by_variant else "exam"

    def rank(unit: Unit) -> bytes:
        return hashlib.sha256(f"{seed}\n{of}\ndraw {draw.name}/{unit.name}".encode()).digest()

    chosen = {*fixed, *sorted(others, key=rank)[:some]}
    return tuple(unit for unit in units if unit in chosen)


def faults(draw: Draw, units: Sequence[Unit]) -> Iterator[Diagnostic]:
    """Why a draw cannot be made from a bank, or not so that all variants are worth the same."""
    known = dict.fromkeys(name for unit in units for name in unit.ids if name)
    for name in draw.ids:
        if name not in known:
            message = f"draw.{draw.name} names {name!r}, which {draw.file} does not have"
            hint = f"its questions are {_some(known)}"
            yield Diagnostic("draw-unknown", message, draw.place, hint)
    tags = sorted({tag for unit in units for tag in unit.tags})
    for tag in draw.tags:
        if tag not in tags:
            message = f"draw.{draw.name} asks for the tag {tag!r}, which no question of {draw.file} has"
            hint = f"its tags are {_some(tags)}; a question has some by tags=waves,optics in its heading"
            yield Diagnostic("draw-unknown", message, draw.place, hint)
    fixed, others = pool(draw, units)
    if draw.count is not None and draw.count > len(fixed) + len(others):
        there = len(fixed) + len(others)
        message = f"draw.{draw.name} asks {draw.count} questions, and only {there} of {draw.file} fit"
        yield Diagnostic("draw-too-few", message, draw.place, "ask fewer, name further tags, or write more")
    if draw.count is not None and draw.count < len(fixed):
        message = f"draw.{draw.name} asks {draw.count} questions, and names {len(fixed)} by their ids"
        yield Diagnostic("draw-too-few", message, draw.place, "raise count, or name fewer")
    if draw.by_variant:
        yield from _unequal(draw, (*fixed, *others))


def _unequal(draw: Draw, units: Sequence[Unit]) -> Iterator[Diagnostic]:
    """What would make variants differ in their worth."""
    here = Place(draw.file, units[0].lines[0]) if units else draw.place
    for unit in units:
        if unit.bonus:
            message = f"{unit.name} is a bonus, and draw.{draw.name} draws for each variant"
            hint = "draw bonus questions for the whole exam: leave out by"
            yield Diagnostic("draw-unequal", message, Place(draw.file, unit.lines[0]), hint)
    worth = dict.fromkeys(credits_ for unit in units for credits_ in unit.credits if credits_ is not None)
    if len(worth) > 1:
        told = ", ".join(show_credits(one) for one in sorted(worth))
        message = f"the questions that draw.{draw.name} draws for each variant are worth {told} credits"
        hint = "all of them must be worth the same; give those that are not tags of their own, and a draw"
        yield Diagnostic("draw-unequal", message, here, hint)
    if len({len(unit.credits) for unit in units}) > 1:
        message = f"draw.{draw.name} draws for each variant, and shared texts have unlike many questions"
        hint = "give those with as many questions a tag of their own, and a draw"
        yield Diagnostic("draw-unequal", message, here, hint)


def overlaps(draws: Sequence[tuple[Draw, Sequence[Unit]]]) -> Iterator[Diagnostic]:
    """Questions that two draws might ask."""
    taken: dict[tuple[str, str], str] = {}
    for draw, units in draws:
        fixed, others = pool(draw, units)
        for unit in (*fixed, *others):
            before = taken.setdefault((draw.bank, unit.name), draw.name)
            if before != draw.name:
                message = f"{unit.name} may be drawn by draw.{before} and by draw.{draw.name}"
                hint = "let them differ in their tags, so that no question can be asked twice"
                yield Diagnostic("draw-overlap", message, draw.place, hint)
                break


def _some(names: Sequence[str] | dict[str, None]) -> str:
    listed = list(names)
    return ", ".join(listed[:12]) + (f" and {len(listed) - 12} more" if len(listed) > 12 else "") or "none"
