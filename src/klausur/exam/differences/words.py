"""Old and new in a few plain words each."""

from fractions import Fraction
from itertools import takewhile

from klausur.base.credits import show_credits
from klausur.exam import check_number
from klausur.exam.content import Content
from klausur.exam.model import GradeKey, RoundAt, Rounding, Scheme, Space, Strike
from klausur.exam.number import DigitBoxes, ExpectedNumber
from klausur.exam.rubric import Rubric, RubricGroup, RubricItem

_LONGEST = 60
"""Characters of a text that are shown."""
_AHEAD = 20
"""Characters that are shown ahead of where two texts part."""


def parted(old: str, new: str) -> tuple[str, str]:
    """Two texts cut to where they differ, in quotation marks; what is not there stays empty."""
    old, new = " ".join(old.split()), " ".join(new.split())
    if max(len(old), len(new)) <= _LONGEST:
        return _cut(old, 0), _cut(new, 0)
    alike = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(old, new, strict=False)))
    start = max(0, alike - _AHEAD)
    return _cut(old, start), _cut(new, start)


def _cut(text: str, start: int) -> str:
    if not text:
        return ""
    shown = text[start : start + _LONGEST]
    return f"“{'…' if start else ''}{shown}{'…' if start + _LONGEST < len(text) else ''}”"


def of_contents(old: Content | None, new: Content | None) -> tuple[str, str]:
    """Two texts as `parted` shows them; as markup, or by their pictures, if only these tell them apart."""
    before, after = (content.text if content else "" for content in (old, new))
    if before == after and old is not None and new is not None:
        before, after = old.typst, new.typst
        names = [", ".join(f.path for f in content.figures) for content in (old, new)]
        if before == after and names[0]:
            return f"{names[0]} as printed", "another picture"
    return parted(before, after)


def of_rubrics(old: Rubric | None, new: Rubric | None) -> tuple[str, str]:
    """Two rubrics as `parted` shows them, or as texts that differ in their markup alone."""
    before, after = parted(rubric(old), rubric(new))
    return (before, after) if before != after else (before, "the same words, set otherwise")


def rubric(written: Rubric | None) -> str:
    """A rubric on one line."""
    if written is None:
        return ""
    notes = "".join(f"; note: {note.text}" for note in written.notes)
    return "; ".join(_member(m) for m in written.root.members) + notes


def _member(member: RubricItem | RubricGroup) -> str:
    if isinstance(member, RubricItem):
        return f"[{member.gives}] {member.content.text}"
    words = ["either"] if member.either else []
    words += [] if member.cap is None else [f"at most {show_credits(member.cap)}"]
    heading = "" if member.content is None else f" {member.content.text}"
    return f"[{', '.join(words)}]{heading} ({'; '.join(_member(m) for m in member.members)})"


def scheme(used: Scheme | None) -> str:
    """A scheme by its name and what belongs to it."""
    if used is None:
        return "the exam's"
    if used.formula:
        return f"{used.kind} {used.formula}"
    return f"{used.kind}, at least {show_credits(used.floor)}" if used.floor else str(used.kind)


def grades(key: GradeKey) -> str:
    """A grade key with its thresholds."""
    unit = "%" if key.percent else ""
    if key.passes and key.thresholds:
        (first, most), (last, least) = key.thresholds[0], key.thresholds[-1]
        return (
            f"{len(key.thresholds) + 1} marks in proportion to credits, from {key.fail} to {first}, {last} "
            f"from {show_credits(least)}%, {first} from {show_credits(most)}%, pass from {key.passes}"
        )
    steps = ", ".join(f"{grade} from {show_credits(value)}{unit}" for grade, value in key.thresholds)
    shares = [("best grade for", key.best_share), ("pass for", key.pass_share)]
    extra = "".join(f", {name} {show_credits(share)}%" for name, share in shares if share is not None)
    if key.glide is not None:
        extra += f", pass also {show_credits(key.glide)}% below the mean"
    if key.glide_floor is not None:
        extra += f", from {show_credits(key.glide_floor)}{unit} at least"
    return f"{steps}, else {key.fail}{', linear' if key.linear else ''}{extra}"


def rounding(rule: Rounding | None) -> str:
    """A rule for rounding."""
    if rule is None:
        return "none"
    each = " per question" if rule.at is RoundAt.QUESTION else ""
    return f"{rule.kind} to {show_credits(rule.step)}{each}"


def strike(struck: Strike | None) -> str:
    """What becomes of a question."""
    return "not struck" if struck is None else f"struck, {struck}"


def letters(some: tuple[str, ...]) -> str:
    """Letters of choices."""
    return ", ".join(some) or "none"


def accepted(sets: tuple[tuple[str, ...], ...]) -> str:
    """Sets of letters that are right as well."""
    return " or ".join(", ".join(some) or "no choice" for some in sets) or "nothing"


def weights(given: tuple[tuple[str, Fraction], ...]) -> str:
    """What a cross on each choice gives."""
    return ", ".join(f"{letter} {signed(weight)}" for letter, weight in given) or "none"


def signed(weight: Fraction) -> str:
    """Credits that are added, or taken off."""
    return f"+{show_credits(weight)}" if weight > 0 else show_credits(weight)


def expected(numbers: tuple[ExpectedNumber, ...]) -> str:
    """Numbers that are right, with what each gives."""
    return (
        " or ".join(f"{check_number.shown(one)} for {show_credits(one.credits)}" for one in numbers) or "none"
    )


def in_blanks(numbers: tuple[tuple[ExpectedNumber, ...], ...]) -> str:
    """Numbers that are right in each blank of a text."""
    return "; ".join(f"blank {at}: {expected(own)}" for at, own in enumerate(numbers, start=1))


def digit_boxes(asked: tuple[DigitBoxes, ...]) -> str:
    """The boxes of a number, or of each of several."""
    return "; ".join(map(check_number.described, asked)) or "none"


def space(room: Space | None) -> str:
    """An answer space."""
    if room is None:
        return "none"
    parts = [f"{room.height:g} mm"] if room.height and not room.rest else []
    parts += ["the rest of the page"] if room.rest else []
    parts += [f"{room.pages} whole page{'s' if room.pages > 1 else ''}"] if room.pages else []
    return f"{' and '.join(parts)} {room.ruling}"


def begins(on_new_page: bool) -> str:  # noqa: FBT001 - by its place
    """Where a question begins."""
    return "on a new page" if on_new_page else "where there is room"


def boxes(values: tuple[Fraction, ...]) -> str:
    """The values of credit boxes."""
    return ", ".join(show_credits(value) for value in values) or "none"


def columns(number: int | None) -> str:
    """How many columns choices stand in."""
    return "by their length" if number is None else str(number)
