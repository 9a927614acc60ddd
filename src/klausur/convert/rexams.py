"""R/exams' Rmd: a file is one exercise, with a question, a solution and what counts as right."""

import re
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import PurePosixPath

from klausur.convert import r_code
from klausur.convert.common import exact, following
from klausur.convert.model import (
    Counts,
    Fate,
    Found,
    Group,
    Kept,
    Markup,
    Number,
    Option,
    Question,
    Remark,
    Text,
)
from klausur.convert.source import Source
from klausur.exam.model import QuestionKind

_SECTION = re.compile(r"^(?P<name>Question|Solution|Meta-information)[ \t]*\n=+[ \t]*$", re.MULTILINE)
_LIST = re.compile(r"^Answerlist[ \t]*\n-+[ \t]*$", re.MULTILINE)
_META = re.compile(r"^(ex[\w\[\],]+):[ \t]*(.*)$", re.MULTILINE)
_R = re.compile(r"```\s*\{r\b|`r\s[^`]*`")
_CHOICES = frozenset({"schoice", "mchoice"})


def knows(source: Source) -> bool:
    """Whether this is an exercise of R/exams."""
    return (
        re.search(rb"^Meta-information\s*\n=+", source.data.replace(b"\r\n", b"\n"), re.MULTILINE) is not None
    )


def read(source: Source) -> Found:
    """The exercise; one whose R code cannot be run here is refused by name."""
    text, remarks = source.text, list[Remark]()
    if match := _R.search(text):
        line = 1 + text.count("\n", 0, match.start())
        name = PurePosixPath(source.name).name
        ran, why = r_code.run(text)
        if why:
            counted = _count(text)
            kept = Kept(line, f"exercise {name}", "it needs R", text, counted)
            told = f"{why}; run it with R/exams, and import what it wrote, such as its Moodle XML"
            return Found(
                counted, kept=(kept,), remarks=(Remark(Fate.REFUSED, line, f"exercise {name}", told),)
            )
        text = ran
        remarks.append(Remark(Fate.CHANGED, line, "R code", "run once: the numbers that it drew stay"))
    counted = _count(text)
    parts, lines = _sections(text)
    meta = {name: value.strip() for name, value in _META.findall(parts.get("Meta-information", ""))}
    questions = _questions(parts, lines, meta, remarks)
    left = sorted(
        set(meta)
        - {"exname", "extype", "exsolution", "exshuffle", "extol", "expoints", "exclozetype", "exsection"}
    )
    if left:
        remarks.append(Remark(Fate.CHANGED, lines.get("Meta-information", 0), ", ".join(left), "left out"))
    return Found(
        counted, (Group(meta.get("exsection", "").rsplit("/", 1)[-1], questions),), remarks=tuple(remarks)
    )


def _count(text: str) -> Counts:
    """The simple count: bullets of the first list, ones in the solution, pictures."""
    kind = re.search(r"^extype:\s*(\w+)", text, re.MULTILINE)
    key = re.search(r"^exsolution:\s*(.*)$", text, re.MULTILINE)
    types = re.search(r"^exclozetype:\s*(.*)$", text, re.MULTILINE)
    points = re.search(r"^expoints:\s*([\d.|]+)", text, re.MULTILINE)
    solution = re.search(
        r"^Solution\s*\n=+\s*\n(.*?)(?=^Meta-information|\Z)", text, re.MULTILINE | re.DOTALL
    )
    figures = len(re.findall(r"!\[[^\]]*\]\(", text))
    masks = []
    if types and key and kind and kind[1] == "cloze":
        masks = [
            k for t, k in zip(types[1].split("|"), key[1].split("|"), strict=False) if t.strip() in _CHOICES
        ]
    elif kind and key and kind[1] in _CHOICES:
        masks = [key[1]]
    number = len(types[1].split("|")) if types and kind and kind[1] == "cloze" else 1
    worth = sum((Fraction(p) for p in points[1].split("|") if p), Fraction(0)) if points else Fraction(0)
    return Counts(
        number, sum(len(re.findall("[01]", mask)) for mask in masks), sum(mask.count("1") for mask in masks),
        int(bool(solution and solution[1].strip())), figures, worth,
    )  # fmt: skip


def _sections(text: str) -> tuple[dict[str, str], dict[str, int]]:
    found = list(_SECTION.finditer(text))
    parts, lines = {}, {}
    for at, match in enumerate(found):
        end = found[at + 1].start() if at + 1 < len(found) else len(text)
        parts[match["name"]] = text[match.end() : end]
        lines[match["name"]] = 3 + text.count("\n", 0, match.start())
    return parts, lines


def _items(text: str) -> tuple[str, list[str]]:
    """A section's text, and the items of its list."""
    match = _LIST.search(text)
    if match is None:
        return text, []
    items = re.split(r"^[*-][ \t]+", text[match.end() :], flags=re.MULTILINE)[1:]
    return text[: match.start()], [item.strip() for item in items]


def _questions(
    parts: dict[str, str], lines: dict[str, int], meta: dict[str, str], remarks: list[Remark]
) -> tuple[Question, ...]:
    line = lines.get("Question", 1)
    words, items = _items(parts.get("Question", ""))
    told, explained = _items(parts.get("Solution", ""))
    listed = "\n".join(f"- {item}" for item in explained if item)
    solution = tuple(
        Text(part.strip(), Markup.MARKDOWN, lines.get("Solution", 1))
        for part in (told, listed)
        if part.strip()
    )
    kind, key = meta.get("extype", "string"), meta.get("exsolution", "")
    moved = meta.get("exshuffle", "FALSE")
    if moved.isdigit():
        remarks.append(Remark(Fate.CHANGED, line, f"{moved} choices are drawn", "all of them are taken"))
    points = [exact(p) for p in meta.get("expoints", "").split("|") if p.strip()]
    title = meta.get("exname", "")
    asked = (Text(words, Markup.MARKDOWN, line),)
    if kind != "cloze":
        base = Question(
            line,
            title,
            QuestionKind.TEXT,
            asked,
            points[0] if points else None,
            solution=solution,
            shuffle=moved != "FALSE",
        )
        return (_one(base, kind, key, items, meta.get("extol", ""), bool(parts.get("Solution", "").strip())),)
    kinds, keys = meta.get("exclozetype", "").split("|"), key.split("|")
    remarks.append(
        Remark(
            Fate.CHANGED, line, f"a text with {len(kinds)} gaps", "the text is shared, each gap is a question"
        )
    )
    stem = Text(re.sub(r"##ANSWER(\d+)##", r" (\1) ……… ", words), Markup.MARKDOWN, line)
    tolerances = meta.get("extol", "").split("|")
    made = []
    for number, (type_, right) in enumerate(zip(kinds, keys, strict=False), start=1):
        own = [
            items.pop(0)
            for _ in range(min(len(items), len(re.findall("[01]", right)) if type_ in _CHOICES else 1))
        ]
        said = own[0] if own and type_ not in _CHOICES else f"What belongs into gap ({number})?"
        worth = (
            (points[number - 1] if len(points) == len(kinds) else points[0] / len(kinds))
            if points and points[0]
            else None
        )
        last = number == len(kinds)
        base = Question(
            line, f"{title} ({number})", QuestionKind.TEXT, (Text(said, Markup.MARKDOWN, line),), worth,
            solution=solution if last else (), before=(stem,) if number == 1 else (),
        )  # fmt: skip
        within = tolerances[number - 1] if len(tolerances) == len(kinds) else tolerances[0]
        made.append(_one(base, type_, right, own, within, last and bool(solution)))
    return tuple(following(made[0], made[1:]))


def _one(base: Question, kind: str, key: str, items: Sequence[str], within: str, solved: bool) -> Question:  # noqa: FBT001 - whether the exercise has a solution
    worth = base.credits or Fraction(0)
    if kind in _CHOICES:
        mask = re.findall("[01]", key)
        options = tuple(
            Option(Text(item, Markup.MARKDOWN, base.line), one == "1")
            for item, one in zip(items, mask, strict=False)
        )
        one = QuestionKind.SINGLE if kind == "schoice" and mask.count("1") == 1 else QuestionKind.CHOICE
        return replace(base, kind=one, options=options)
    counted = Counts(1, 0, 0, int(solved), 0, worth)
    value = exact(key)
    if kind == "num" and value is not None:
        number = Number(value, abs(exact(within) or Fraction(0)))
        return replace(base, kind=QuestionKind.NUMBER, numbers=(number,), origin=counted)
    told = (Text(key, Markup.PLAIN, base.line),) if key.strip() not in {"", "nil"} else ()
    short = bool(told) and len(key) < 60
    return replace(
        base,
        kind=QuestionKind.SHORT if short else QuestionKind.TEXT,
        solution=(*told, *base.solution),
        origin=counted,
    )
