"""One item of a key, written into the source: what is edited, and with which value."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction

from klausur.base.credits import show_credits
from klausur.exam.check_number import shown
from klausur.exam.content import Content
from klausur.exam.differences import parts
from klausur.exam.differences.model import DifferenceKind
from klausur.exam.differences.parts import OF_QUESTION, Item, Value
from klausur.exam.differences.words import signed
from klausur.exam.every_question import draws
from klausur.exam.frozen.model import Frozen
from klausur.exam.header import NAME
from klausur.exam.model import Choice, Exam, GradeKey, Problem, Question, Rounding, Scheme, SchemeKind
from klausur.exam.number import ExpectedNumber
from klausur.exam.rubric import Rubric
from klausur.exam.source.attributes import NONE
from klausur.exam.write_back import markdown, number_blanks, rubric_lines, toml
from klausur.exam.write_back.lines import Lines, UnplacedError

K = DifferenceKind

_ORDER = (K.WEIGHTS, K.RIGHT, K.ACCEPTED, K.EXPECTED, K.CREDITS, K.SCHEME, K.BONUS, K.RUBRIC, K.SOLUTION)
"""The parts of a question as they are written: what keeps all lines where they are comes first."""


def in_order(items: Iterable[Item]) -> tuple[Item, ...]:
    """Items in the order in which they can be written one after the other."""
    return tuple(
        sorted(items, key=lambda item: _ORDER.index(item.kind) if item.kind in _ORDER else len(_ORDER))
    )


def written(
    texts: Mapping[str, str], item: Item, counts: Frozen, disk: Frozen, known: Sequence[Frozen]
) -> dict[str, str]:
    """The texts of the source with an item as it counts.

    Args:
        texts: of exam.toml and the problem files, by name, in which items before it are written already.
        item: what is written.
        counts: the exam by the key that counts.
        disk: it as it was read from the source, before anything was written.
        known: states whose Markdown was kept, in which a rubric or solution may stand as it counts.

    Raises:
        UnplacedError: its place is not exactly known.
    """
    if item.question is None or item.kind is K.STRUCK:
        lines = Lines(texts[NAME])
        _write_toml(lines, item, counts.first, disk.first)
        return {**texts, NAME: str(lines)}
    problem, question = _asked(disk.whole, item.question)
    name = question.place.file
    if name not in texts:
        raise UnplacedError("its file is not known")
    lines = Lines(texts[name])
    number = markdown.heading(lines, question.id)
    value = _one_value(item, counts)
    shift = number - question.place.line
    match item.kind:
        case K.RIGHT:
            _set_boxes(lines, shift, len(question.heads), _to_cross(question, value), value)
        case K.CREDITS | K.BONUS | K.ACCEPTED:
            if item.kind is K.ACCEPTED and markdown.attribute(lines, number, "accept") is None:
                # [~] in a box and accept=… in the heading would say it twice
                _set_boxes(
                    lines,
                    shift,
                    len(question.heads),
                    (c for c in question.choices if c.id in question.right_as_well),
                )
            markdown.set_attribute(lines, number, *_attribute(item.kind, value))
        case K.WEIGHTS:
            _set_weights(lines, shift, question, dict(value))
        case K.EXPECTED:
            _refuse_drawn(problem)
            _write_expected(lines, number, value, in_blanks=bool(question.blanks))
        case K.SCHEME:
            _write_scheme(lambda key, to: markdown.set_attribute(lines, number, key, to), value)
        case K.RUBRIC if (
            value is not None
            and question.rubric is not None
            and markdown.same_but_credits(question.rubric, value)
        ):
            markdown.set_worths(lines, shift, question.rubric, value)
        case _:
            _write_block(lines, number, item, value, problem, known)
    return {**texts, name: str(lines)}


def _set_boxes(
    lines: Lines, shift: int, columns: int, choices: Iterable[Choice], right: Collection[str] = ()
) -> None:
    """Cross or empty the boxes of these choices; those of a table stand in so many columns."""
    for choice in choices:
        line = choice.content.place.line + shift
        if columns:
            markdown.set_cell(lines, line, int(choice.id[1:]), columns, right=choice.id in right)
        else:
            markdown.set_box(lines, line, right=choice.id in right)


def _to_cross(question: Question, right: Collection[str]) -> Iterator[Choice]:
    """The choices whose boxes change with which ones are right; by weights none says so by its box."""
    return (c for c in question.choices if c.weight is None and c.right != (c.id in right))


def _set_weights(lines: Lines, shift: int, question: Question, weights: Mapping[str, Fraction]) -> None:
    """Write what a cross on each choice gives into its box."""
    for choice in question.choices:
        if choice.id in weights and weights[choice.id] != choice.weight:
            markdown.set_weight(lines, choice.content.place.line + shift, signed(weights[choice.id]))


def _asked(exam: Exam, id_: str) -> tuple[Problem, Question]:
    for problem in exam.problems:
        for question in problem.questions:
            if question.id == id_:
                return problem, question
    raise UnplacedError("the source does not have the question")


def _one_value(item: Item, counts: Frozen) -> Value:
    """What counts, if that is the same in all variants."""
    asked = [q for exam in counts.exams for q in exam.questions if q.id == item.question]
    values = [parts.value_of(item, question) for question in asked or [_asked(counts.first, "")[1]]]
    if any(value != values[0] for value in values):
        raise UnplacedError("it is not the same in all variants")
    return values[0]


def _attribute(kind: DifferenceKind, value: Value) -> tuple[str, str | None]:
    """A part of a question as an attribute of its heading: the name, and the value as it is written."""
    if kind is K.CREDITS:
        return "credits", _number(value)
    if kind is K.BONUS:
        return "bonus", "yes" if value else "no"
    return "accept", " | ".join(" ".join(letters) or NONE for letters in value) or None


def _number(value: Fraction) -> str:
    shown = show_credits(value)
    if "/" in shown:
        raise UnplacedError(f"{shown} is no decimal number")
    return shown


def _write_scheme(put: Callable[[str, str | None], None], scheme: Scheme | None) -> None:
    """A scheme as three attributes or keys; those that it does not need are taken away."""
    formula = scheme is not None and scheme.kind is SchemeKind.FORMULA
    put("scheme", None if scheme is None else str(scheme.kind))
    put("floor", None if scheme is None or not scheme.floor else _number(scheme.floor))
    put("formula", scheme.formula if scheme is not None and formula else None)


def _write_block(
    lines: Lines, number: int, item: Item, value: Value, problem: Problem, known: Sequence[Frozen]
) -> None:
    """A rubric or solution as some state had it in its Markdown."""
    name = str(item.kind)
    there = markdown.block(lines, number, name)
    if value is None:
        if there is not None:
            lines.replace(*there, [])
        return
    _refuse_drawn(problem)
    new = _block_of(item, value, known)
    if there is not None:
        lines.replace(*there, new)
    else:
        last = markdown.end(lines, number)
        lines.replace(last + 1, last, ["", *new])


def _write_expected(lines: Lines, number: int, value: Value, *, in_blanks: bool) -> None:
    """The numbers that are right, as a list with what each gives, or each list in its blank."""
    if in_blanks:
        number_blanks.set_numbers(lines, number, ["; ".join(_expected(own)) for own in value])
        return
    there = markdown.block(lines, number, "answer")
    if there is None:
        raise UnplacedError("it has no ::: answer")
    lines.replace(*there, ["::: answer", *(f"- {one}" for one in _expected(value)), ":::"])


def _expected(numbers: Sequence[ExpectedNumber]) -> list[str]:
    """Numbers that are right as they are written, each with what it gives."""
    if any("/" in shown(one) for one in numbers):
        raise UnplacedError("a number that is right is no decimal number")
    return [f"[+{show_credits(one.credits)}] {shown(one)}" for one in numbers]


def _refuse_drawn(problem: Problem) -> None:
    if problem.values:
        raise UnplacedError("its problem has parameters")


def _block_of(item: Item, value: Value, known: Sequence[Frozen]) -> list[str]:
    for state in known:
        for problem in _problems(state):
            for question in problem.questions:
                if (
                    question.id == item.question
                    and problem.source
                    and not problem.values
                    and _told(OF_QUESTION[item.kind].get(question)) == _told(value)
                ):
                    lines = Lines(problem.source)
                    found = markdown.block(lines, markdown.heading(lines, question.id), str(item.kind))
                    if found is not None:
                        return lines.texts[found[0] - 1 : found[1]]
    if isinstance(value, Rubric):
        return rubric_lines.written(value)
    raise UnplacedError("the Markdown of what counts was not kept")


def _problems(state: Frozen) -> Iterator[Problem]:
    """The problems of a variant; where each draws from a bank, of all."""
    for exam in state.exams if draws(state.first) else (state.first,):
        yield from exam.problems


def _told(value: Value) -> object:
    """What a rubric or solution says, wherever it stands."""
    if isinstance(value, Content):
        return value.typst
    return markdown.said(value) if isinstance(value, Rubric) else None


def _write_toml(lines: Lines, item: Item, counts: Exam, disk: Exam) -> None:
    match item.kind:
        case K.STRUCK:
            _write_struck(lines, item.question or "", counts)
        case K.ROUNDING:
            _write_rounding(lines, counts.grading.rounding)
        case K.BONUS_FOR:
            toml.set_key(lines, "grading", "bonus_for", toml.text(counts.grading.bonus_for))
        case K.SCHEME:
            quoted = ("scheme", "formula")
            _write_scheme(
                lambda key, to: toml.set_key(
                    lines, "choice", key, toml.text(to) if to is not None and key in quoted else to
                ),
                counts.scheme,
            )
        case K.GRADES:
            _write_grades(lines, disk.grades, counts.grades)
        case _:
            raise UnplacedError("it has no place in exam.toml")


def _write_struck(lines: Lines, question: str, counts: Exam) -> None:
    struck = counts.grading.strike(question)
    if toml.is_table(lines, "grading.struck"):
        toml.set_key(lines, "grading.struck", question, None if struck is None else toml.text(struck))
        return
    # Strikes of other questions are written one after the other into one value.
    known = toml.struck(lines)
    if struck is None:
        known.pop(question, None)
    else:
        known[question] = str(struck)
    told = ", ".join(f"{id_} = {toml.text(kind)}" for id_, kind in known.items())
    toml.set_key(lines, "grading", "struck", f"{{{told}}}" if known else None)


def _write_rounding(lines: Lines, rounding: Rounding | None) -> None:
    if rounding is None:
        toml.set_key(lines, "grading", "round", toml.text("none"))
        return
    toml.set_key(lines, "grading", "round", toml.text(f"{rounding.kind} to {_number(rounding.step)}"))
    toml.set_key(lines, "grading", "round_at", toml.text(rounding.at))


def _write_grades(lines: Lines, old: GradeKey, new: GradeKey) -> None:
    names = [[name for name, _ in key.thresholds] for key in (old, new)]
    if old.linear != new.linear or names[0] != names[1] or old.passes or new.passes:
        raise UnplacedError("the grade keys are of different kinds")
    if not toml.is_table(lines, "grades"):
        raise UnplacedError("exam.toml has no [grades]")
    if old.percent != new.percent:
        toml.set_key(lines, "grades", "unit", toml.text("percent" if new.percent else "credits"))
    if old.fail != new.fail:
        toml.set_key(lines, "grades", "fail", toml.text(new.fail))
    for key, was, is_ in (
        ("pass_share", old.pass_share, new.pass_share),
        ("best_share", old.best_share, new.best_share),
        ("glide", old.glide, new.glide),
        ("glide_floor", old.glide_floor, new.glide_floor),
    ):
        if was != is_:
            toml.set_key(lines, "grades", key, None if is_ is None else _number(is_))
    changed = [
        (name, at) for (name, at), (_, was) in zip(new.thresholds, old.thresholds, strict=True) if at != was
    ]
    if changed and new.linear:
        toml.set_key(lines, "grades", "best", _number(new.thresholds[0][1]))
        toml.set_key(lines, "grades", "pass", _number(new.thresholds[-1][1]))
        return
    for name, at in changed:
        toml.set_key(lines, "grades.thresholds", name, _number(at))
