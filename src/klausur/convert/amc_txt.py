"""AMC-TXT, Auto Multiple Choice's questions as plain text: ``* question``, ``+ right``, ``- wrong``."""

import re
from dataclasses import dataclass, field, replace
from fractions import Fraction

from klausur.convert import amc_scoring
from klausur.convert.model import Counts, Fate, Found, Group, Kept, Option, Question, Remark, Text
from klausur.convert.source import Source
from klausur.convert.tex import latex
from klausur.exam.model import QuestionKind

_QUESTION = re.compile(
    r"(?P<stars>\*{1,2})(?:\[(?P<options>[^\]]*)\])?(?:<(?P<open>[^>]*)>)?(?:\{(?P<scoring>[^}]*)\})?\s+(?P<words>\S.*|)"
)
_CHOICE = re.compile(
    r"(?P<sign>[+-])(?:\[(?P<options>[^\]]*)\])?(?:\{(?P<scoring>[^}]*)\})?\s+(?P<words>\S.*)"
)
_HEAD = re.compile(r"(?P<name>[A-Za-z][\w-]*)\s*:\s*(?P<value>.*)")
_INLINE = re.compile(
    r"\[\[(?P<tex>.*?)\]\]|\[_(?P<it>.*?)_\]|\[\*(?P<bold>.*?)\*\]|\[\|(?P<code>.*?)\|\]|\[==(?P<title>.*?)==\]"
    r"|!(?:\[(?P<size>[^\]]*)\])?(?P<image>[^\s!{][^!\n]*\.(?:png|jpe?g|pdf|eps|svg))!",
    re.DOTALL | re.IGNORECASE,
)
_SPECIAL = str.maketrans({
    "\\": r"\textbackslash{}", "%": r"\%", "&": r"\&", "#": r"\#", "_": r"\_", "{": r"\{", "}": r"\}",
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "$": r"\$",
})  # fmt: skip


@dataclass(slots=True)
class _Item:
    """A question as it is read, line by line."""

    line: int
    several: bool
    options: str
    scoring: str
    open: str | None
    words: list[str] = field(default_factory=list)
    choices: list["_Choice"] = field(default_factory=list)


@dataclass(slots=True)
class _Choice:
    line: int
    right: bool
    words: list[str]
    scoring: str
    fixed: bool


def knows(source: Source) -> bool:
    """Whether a text is AMC-TXT: questions with a star, and choices with a sign."""
    text = source.text
    return (
        re.search(r"^\*{1,2}(?:\[[^\]]*\])?(?:\{[^}]*\})?\s+\S", text, re.MULTILINE) is not None
        and re.search(r"^[+-](?:\{[^}]*\})?\s+\S|^\*<", text, re.MULTILINE) is not None
        and "\\begin{document}" not in text
        and "\\element{" not in text
    )


def read(source: Source) -> Found:
    """All questions; a group is a problem."""
    remarks: list[Remark] = []
    head, groups, kept = _sorted(source.text, remarks)
    tex = head.get("LaTeX", "0").strip() in {"1", "2"}
    made = []
    for title, line, items in groups:
        questions = []
        for item in items:
            question = _question(item, head, remarks, tex=tex)
            if isinstance(question, str):
                counted = Counts(1, len(item.choices), sum(c.right for c in item.choices))
                text = "\n".join(
                    [*item.words, *(f"{'+' if c.right else '-'} {' '.join(c.words)}" for c in item.choices)]
                )
                kept.append(Kept(item.line, "a question", question, text, counted))
                remarks.append(Remark(Fate.REFUSED, item.line, "a question", question))
                continue
            questions.append(question)
        if questions:
            name, texts = _group_title(title, line, tex=tex)
            made.append(Group(name, tuple(questions), texts))
    words = head.get("Presentation", "").strip()
    instructions = tuple(
        latex(_text(part, tex=tex), 1) for part in re.split(r"\n\s*\n", words) if part.strip()
    )
    return Found(
        _count(source.text),
        tuple(made),
        tuple(kept),
        tuple(remarks),
        _bare(head.get("Title", "")),
        instructions,
    )


def _count(text: str) -> Counts:
    """The simple count: lines by their first signs."""
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    questions = sum(
        re.match(r"\*{1,2}(?![()*])(?:\[[^\]]*\])?(?:<[^>]*>)?(?:\{[^}]*\})?\s", line) is not None
        for line in lines
    )
    right = sum(re.match(r"\+(?:\[[^\]]*\])?(?:\{[^}]*\})?\s", line) is not None for line in lines)
    wrong = sum(re.match(r"-(?:\[[^\]]*\])?(?:\{[^}]*\})?\s", line) is not None for line in lines)
    figures = sum(match["image"] is not None for match in _INLINE.finditer("\n".join(lines)))
    return Counts(questions, right + wrong, right, 0, figures)


def _sorted(  # noqa: C901 - a branch for each sign that a line begins with
    text: str, remarks: list[Remark]
) -> tuple[dict[str, str], list[tuple[str, int, list[_Item]]], list[Kept]]:
    """The options at the head, and the questions by group, with its title and line."""
    head: dict[str, str] = {}
    groups: list[tuple[str, int, list[_Item]]] = [("", 1, [])]
    name = ""
    item: _Item | None = None
    begun = False
    for number, line in enumerate(text.splitlines(), start=1):
        if line.startswith("#"):
            continue
        if line.startswith(("*(", "*)")):
            begun, item = True, None
            groups.append((line[2:].strip() if line[1] == "(" else "", number, []))
            if match := re.search(r"\[([^\]=]*numquestions?\s*=\s*(\d+)[^\]]*)\]", line):
                told = f"a group of which {match[2]} questions are drawn"
                remarks.append(Remark(Fate.CHANGED, number, told, "all are taken"))
            if re.search(r"\[[^\]]*\bshuffle\s*=\s*(?:false|0)\b", line):
                told = "a group whose questions keep their order"
                remarks.append(
                    Remark(Fate.CHANGED, number, told, "write shuffle=no beside its problem's title")
                )
        elif (match := _QUESTION.fullmatch(line)) and not line.startswith("***"):
            begun = True
            item = _Item(
                number, match["stars"] == "**", match["options"] or "", match["scoring"] or "", match["open"]
            )
            item.words.append(match["words"])
            groups[-1][2].append(item)
        elif begun and item is not None and (match := _CHOICE.fullmatch(line)):
            fixed = "last" in (match["options"] or "")
            item.choices.append(
                _Choice(number, match["sign"] == "+", [match["words"]], match["scoring"] or "", fixed)
            )
        elif begun and item is not None:
            (item.choices[-1].words if item.choices else item.words).append(line)
        elif begun and line.strip():
            remarks.append(
                Remark(Fate.REFUSED, number, f"the line {line.strip()[:60]!r}", "it belongs to no question")
            )
        elif not begun and (match := _HEAD.fullmatch(line)):
            name = match["name"]
            head[name] = match["value"]
        elif not begun and name:
            head[name] += f"\n{line}"
    return head, groups, []


def _question(item: _Item, head: dict[str, str], remarks: list[Remark], *, tex: bool) -> Question | str:
    options = [part.strip() for part in item.options.split(",")]
    title = next((part[3:].strip() for part in options if part.startswith("id=")), "")
    asked = (latex(_text("\n".join(item.words), tex=tex), item.line),)
    if item.open is not None:
        lines = re.search(r"lines\s*=\s*(\d+)", item.open)
        space = f"{min(250, max(10, int(lines[1]) * 8))}mm" if lines else ""
        counted = Counts(1, len(item.choices), sum(c.right for c in item.choices))
        if item.choices:
            remarks.append(
                Remark(Fate.CHANGED, item.line, "boxes for the corrector of an open question", "credit boxes")
            )
        return Question(item.line, title, QuestionKind.TEXT, asked, space=space, origin=counted)
    if "indicative" in options:
        return "it counts nothing, and every question of Klausur earns something"
    made = tuple(
        Option(latex(_text("\n".join(c.words), tex=tex), c.line), c.right, fixed=c.fixed)
        for c in item.choices
    )
    if any(c.scoring for c in item.choices):
        told = "scoring of single choices " + ", ".join(c.scoring for c in item.choices if c.scoring)
        remarks.append(Remark(Fate.CHANGED, item.line, told, "left out"))
    single = not item.several and sum(o.right for o in made) == 1
    question = Question(
        item.line, title, QuestionKind.SINGLE if single else QuestionKind.CHOICE, asked, options=made,
        shuffle="ordered" not in options, keyed=item.several or any(o.right for o in made),
        origin=Counts(1, len(made), sum(o.right for o in made)),
    )  # fmt: skip
    default = head.get("DefaultScoringM" if item.several else "DefaultScoringS", "")
    return (
        amc_scoring.scored(question, default, item.scoring, remarks)
        if default or item.scoring
        else _plain(question)
    )


def _plain(question: Question) -> Question:
    """Scored as where nothing is said: 1, or 1 for each box that is right."""
    if question.kind is QuestionKind.SINGLE:
        return _worth(question, Fraction(1), "")
    return _worth(question, Fraction(max(1, len(question.options))), "per-choice")


def _worth(question: Question, credits: Fraction, scheme: str) -> Question:
    return replace(question, credits=credits, scheme=scheme)


def _group_title(words: str, line: int, *, tex: bool) -> tuple[str, tuple[Text, ...]]:
    bare = re.sub(r"^\[\w+=[^\]]*\]\s*", "", words)
    title = re.search(r"\[==(.*?)==\]", bare)
    rest = bare.replace(title[0], "") if title else ""
    name = title[1] if title else bare
    return _bare(name), ((latex(_text(rest, tex=tex), line),) if rest.strip() else ())


def _bare(words: str) -> str:
    return " ".join(re.sub(r"\[\[.*?\]\]|\[[_*|]|[_*|]\]", " ", words).split())


def _text(words: str, *, tex: bool) -> str:
    """Words with their marks as LaTeX."""
    parts, last = [], 0
    for match in _INLINE.finditer(words):
        parts.append(_plain_words(words[last : match.start()], tex=tex))
        last = match.end()
        if match["tex"] is not None:
            parts.append(match["tex"])
        elif match["image"] is not None:
            parts.append(rf"\includegraphics{_size(match['size'])}{{{match['image']}}}")
        else:
            for name, command in (
                ("it", "emph"),
                ("bold", "textbf"),
                ("code", "texttt"),
                ("title", "textbf"),
            ):
                if match[name] is not None:
                    parts.append(rf"\{command}{{{_plain_words(match[name], tex=tex)}}}")
    return "".join([*parts, _plain_words(words[last:], tex=tex)])


def _size(said: str | None) -> str:
    return f"[{said}]" if said and re.fullmatch(r"(?:width|height)=[\w.\\]+", said) else ""


def _plain_words(words: str, *, tex: bool) -> str:
    return words if tex else words.translate(_SPECIAL)
