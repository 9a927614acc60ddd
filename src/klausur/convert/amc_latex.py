r"""Auto Multiple Choice's LaTeX: ``\element``, ``\begin{question}``, ``\correctchoice``, in French too."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from klausur.convert import amc_scoring, tex
from klausur.convert.common import exact
from klausur.convert.model import Counts, Fate, Found, Group, Kept, Number, Option, Question, Remark, Text
from klausur.convert.source import Source
from klausur.convert.tex import Document, is_said, latex
from klausur.exam.model import QuestionKind

_BEGIN = re.compile(r"\\begin\{(?P<env>question(?:mult)?x?)\}\s*\{(?P<id>[^{}]*)\}")
_CHOICES = re.compile(
    r"\\begin\{(?P<env>choices|choiceshoriz|choicescustom|reponses|reponseshoriz|reponsesperso)\}\s*(?:\[(?P<how>[^\]]*)\])?"
)
_CHOICE = re.compile(
    r"\\(?P<what>correctchoice|bonne|wrongchoice|mauvaise|lastchoices)(?![A-Za-z])\s*(?:\[[^\]]*\])?"
)
_SCORING = re.compile(r"\\(?:scoring|bareme)\s*\{((?:[^{}]|\{[^{}]*\})*)\}")
_DEFAULT = re.compile(r"\\(?:scoringDefault|baremeDefaut)(?P<kind>[SM])\s*\{(?P<text>[^{}]*)\}")
_GROUP = re.compile(r"\\(?:element)\s*\{(?P<name>[^{}]*)\}")
_DRAWN = re.compile(
    r"\\(?:copygroup|cleargroup|insertgroup|restituegroupe|insertgroupfrom)\s*\[(?P<n>\d+)\]\s*\{(?P<name>[^{}]*)\}"
)
_RIGHT = frozenset({"correctchoice", "bonne"})


@dataclass(frozen=True, slots=True)
class _Block:
    """A question's environment: its name, id, text and line, and the group that it is in."""

    env: str
    id: str
    text: str
    line: int
    group: str


def knows(source: Source) -> bool:
    """Whether this is LaTeX for Auto Multiple Choice."""
    return (
        re.search(rb"\{automultiplechoice\}|\\begin\{question(?:mult)?x?\}\s*\{|\\element\s*\{", source.data)
        is not None
    )


def read(source: Source) -> Found:
    """All questions; a group of elements is a problem."""
    remarks: list[Remark] = []
    document = tex.document(source, remarks)
    if r"\begin{document}" not in document.text:
        document = replace(document, body=document.text)
    defaults = {match["kind"]: match["text"] for match in _DEFAULT.finditer(document.text)}
    groups: dict[str, list[Question]] = {}
    kept: list[Kept] = []
    for block in _blocks(document):
        own: list[Remark] = []
        made = _question(block, defaults, own)
        if isinstance(made, str):
            what = f"question {block.id}"
            kept.append(
                Kept(block.line, what, made, block.text, _count(rf"\begin{{{block.env}}}{{x}}{block.text}"))
            )
            remarks.append(Remark(Fate.REFUSED, block.line, what, made))
            continue
        remarks += own
        groups.setdefault(block.group, []).append(made)
    for match in _DRAWN.finditer(document.body):
        told = f"{match['n']} questions of the group {match['name']} are drawn for each paper"
        remarks.append(Remark(Fate.CHANGED, document.line(match.start()), told, "all of them are taken"))
    for match in re.finditer(r"\\AMCcode(?![A-Za-z])", document.body):
        told = r"\AMCcode, boxes for a number of the candidate"
        remarks.append(Remark(Fate.REFUSED, document.line(match.start()), told, "Klausur's cover has them"))
    definitions, macros = tex.definitions(document)
    used = tex.used(macros, (t for questions in groups.values() for q in questions for t in q.all_texts))
    made_groups = tuple(Group(name, tuple(questions)) for name, questions in groups.items())
    return Found(
        _count(document.raw), made_groups, tuple(kept), tuple(remarks), macros=used, definitions=definitions
    )


def _count(text: str) -> Counts:
    """The simple count: commands by name, those of open questions and of numbers aside."""
    text = re.sub(r"\\AMCOpen\s*(?:\[[^\]]*\])?\{[^{}]*\}\s*\{(?:[^{}]|\{[^{}]*\})*\}", "", text)
    begins = list(re.finditer(r"\\begin\{question(?:mult)?x?\}\s*\{", text))
    ends = [m.start() for m in begins[1:]] + [len(text)]
    explained = sum(
        re.search(r"\\explain\s*\{", text[m.start() : end]) is not None
        for m, end in zip(begins, ends, strict=True)
    )
    right = len(re.findall(r"\\(?:correctchoice|bonne)(?![A-Za-z])", text))
    wrong = len(re.findall(r"\\(?:wrongchoice|mauvaise)(?![A-Za-z])", text))
    figures = 0
    for at, m in enumerate(begins):
        end = text.find(r"\end{question", m.end())
        figures += len(
            re.findall(
                r"\\include(?:graphics|svg)(?![A-Za-z])|\\begin\{tikzpicture\}",
                text[m.start() : end if end > 0 else ends[at]],
            )
        )
    return Counts(len(begins), right + wrong, right, explained, figures)


def _blocks(document: Document) -> Iterator[_Block]:
    """Every question, with the group of the element that it stands in."""
    body = document.body
    masked = tex.masked(body)
    elements = []
    for match in _GROUP.finditer(masked):
        inside = tex.braced(body, match.end())
        if inside is not None:
            elements.append((match.end(), inside[1], match["name"].strip()))
    for match in _BEGIN.finditer(masked):
        end, _ = tex.environment_end(body, match["env"], match.end())
        group = next((name for start, stop, name in elements if start <= match.start() < stop), "")
        yield _Block(
            match["env"], match["id"].strip(), body[match.end() : end], document.line(match.start()), group
        )


def _question(  # noqa: PLR0911 - a return for each kind of answer, and for what is refused
    block: _Block, defaults: dict[str, str], remarks: list[Remark]
) -> Question | str:
    text, line = block.text, block.line
    several = "mult" in block.env
    text, solution = _taken(text, r"\\explain")
    explained = tuple(latex(words, line) for words in solution)
    number = re.search(r"\\AMCnumericChoices\s*", text)
    opened = re.search(r"\\AMCOpen\s*(?:\[[^\]]*\])?", text)
    indicative = re.search(r"\\QuestionIndicative(?![A-Za-z])", text) is not None
    text = re.sub(
        r"\\QuestionIndicative(?![A-Za-z])|\\AMCnoCompleteMulti(?![A-Za-z])|\\label\{[^{}]*\}", "", text
    )
    if re.search(r"\\FP(?:eval|random|seed|set)(?![A-Za-z])", text):
        return "numbers drawn for each paper"
    if indicative and (number is not None or opened is not None):
        return "it counts nothing, and every question of Klausur earns something"
    if number is not None:
        return _number(block, text, explained, remarks)
    if opened is not None:
        return _open(block, text, explained, remarks)
    options, rest, ordered, scorings = _options(text, line)
    own = ",".join(_SCORING.findall(rest))
    asked = _SCORING.sub("", rest)
    if not options:
        if indicative or not is_said(asked):
            return "a description: it asks nothing. Its text is kept beside"
        return "it has no choices that can be read"
    if indicative:
        return "it counts nothing, and every question of Klausur earns something"
    if scorings:
        remarks.append(
            Remark(Fate.CHANGED, line, f"scoring of single choices {', '.join(scorings)}", "left out")
        )
    right = sum(option.right for option in options)
    single = not several and right == 1
    question = Question(
        line, block.id, QuestionKind.SINGLE if single else QuestionKind.CHOICE, (latex(asked, line),),
        options=tuple(options), solution=explained, shuffle=not ordered, keyed=several or right > 0,
        origin=Counts(1, len(options), right, int(bool(explained))),
    )  # fmt: skip
    default = defaults.get("M" if several else "S", "")
    return amc_scoring.scored(question, default, own, remarks)


def _taken(text: str, command: str) -> tuple[str, list[str]]:
    """The text without a command and its argument, and the arguments."""
    found = []
    while match := re.search(command + r"(?![A-Za-z])", text):
        inside = tex.braced(text, match.end())
        if inside is None:
            break
        found.append(inside[0])
        text = text[: match.start()] + text[inside[1] :]
    return text, found


def _options(text: str, line: int) -> tuple[list[Option], str, bool, list[str]]:
    """The choices, the text without them, whether they keep their order, and scorings of single ones."""
    options: list[Option] = []
    scorings: list[str] = []
    rest, ordered, at = "", False, 0
    while match := _CHOICES.search(tex.masked(text), at):
        end, after = tex.environment_end(text, match["env"], match.end())
        rest += text[at : match.start()]
        ordered = ordered or "o" in (match["how"] or "")
        inside = text[match.end() : end]
        fixed, last = False, 0
        for choice in _CHOICE.finditer(tex.masked(inside)):
            if choice.start() < last:
                continue
            if choice["what"] == "lastchoices":
                fixed = True
                continue
            words = tex.braced(inside, choice.end())
            if words is None:
                continue
            last = words[1]
            if scoring := _SCORING.match(inside, re.compile(r"\s*").match(inside, last).end()):  # type: ignore[union-attr]
                scorings.append(scoring[1])
            at_line = line + text[: match.end()].count("\n") + inside[: choice.start()].count("\n")
            options.append(Option(latex(words[0], at_line), choice["what"] in _RIGHT, fixed=fixed))
        at = after
    return options, rest + text[at:], ordered, scorings


def _number(block: _Block, text: str, solution: tuple[Text, ...], remarks: list[Remark]) -> Question | str:
    match = re.search(r"\\AMCnumericChoices\s*", text)
    if match is None:
        return "its number cannot be read"
    given, end = tex.arguments(text, match.end(), 2)
    value = exact(given[0]) if len(given) == 2 else None
    if value is None:
        return "its number is computed when the paper is made"
    said = dict(re.findall(r"(\w+)\s*=\s*([^,]+)", given[1]))
    base = said.get("base", "10").strip()
    if base != "10":
        return f"a number to the base {base}"
    decimals = int(exact(said.get("decimals", "0")) or 0)
    unit = Fraction(1, 10**decimals)
    best = exact(said.get("scoreexact", "2")) or Fraction(2)
    numbers = [Number(value, (exact(said.get("exact", "0")) or Fraction(0)) * unit)]
    if "approx" in said:
        near = exact(said.get("scoreapprox", "1")) or Fraction(0)
        if best > 0 and 0 < near < best:
            numbers.append(Number(value, (exact(said["approx"]) or Fraction(0)) * unit, near / best))
    asked = _SCORING.sub("", text[: match.start()] + text[end:])
    if any(name in said for name in ("scorewrong", "exponent")):
        remarks.append(
            Remark(
                Fate.CHANGED,
                block.line,
                f"options of a number {given[1]}",
                "exponent and scorewrong are left out",
            )
        )
    return Question(
        block.line, block.id, QuestionKind.NUMBER, (latex(asked, block.line),), best, numbers=tuple(numbers),
        solution=solution, origin=Counts(1, 0, 0, int(bool(solution))),
    )  # fmt: skip


def _open(block: _Block, text: str, solution: tuple[Text, ...], remarks: list[Remark]) -> Question:
    match = re.search(r"\\AMCOpen\s*(?:\[[^\]]*\])?", text)
    start = match.end() if match else 0
    given, end = tex.arguments(text, start, 2)
    lines = re.search(r"lines\s*=\s*(\d+)", given[0]) if given else None
    space = f"{min(250, max(10, int(lines[1]) * 8))}mm" if lines else ""
    asked = _SCORING.sub("", text[: match.start() if match else 0] + text[end:])
    remarks.append(
        Remark(Fate.CHANGED, block.line, "boxes for the corrector of an open question", "credit boxes")
    )
    return Question(
        block.line, block.id, QuestionKind.TEXT, (latex(asked, block.line),), space=space, solution=solution,
        origin=Counts(1, 0, 0, int(bool(solution))),
    )  # fmt: skip
