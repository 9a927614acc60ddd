r"""LaTeX of the exam class: ``\question[4]``, ``\part``, ``\CorrectChoice``, ``\begin{solution}``.

The structure is tokenised here, command by command: pandoc, given such a file, drops what stands behind
``\part[3]`` without a word.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from klausur.convert import tex
from klausur.convert.model import Counts, Fate, Found, Group, Kept, Option, Question, Remark, Text, blank
from klausur.convert.source import Source
from klausur.convert.tex import Document, is_said, latex
from klausur.exam.model import QuestionKind

_LEVELS = {"question": 0, "titledquestion": 0, "bonusquestion": 0, "bonustitledquestion": 0,
           "part": 1, "bonuspart": 1, "subpart": 2, "bonussubpart": 2,
           "subsubpart": 3, "bonussubsubpart": 3}  # fmt: skip
_ITEM = r"\\(?P<item>(?:bonus)?(?:titledquestion|question|subsubpart|subpart|part))(?![A-Za-z])\*?"
_CHOICES = "choices|oneparchoices|checkboxes|oneparcheckboxes"
_SOLUTIONS = "solution|solutionbox|solutionorbox|solutionorlines|solutionordottedlines|solutionorgrid"
_TOKEN = re.compile(
    _ITEM + rf"|\\begin\{{(?P<choices>{_CHOICES})\}}|\\begin\{{(?P<solution>{_SOLUTIONS})\}}"
    r"|\\(?P<command>answerline|fillin|uplevel|fullwidth|vspace|vfill|fillwithlines|fillwithdottedlines|fillwithgrid"
    r"|makeemptybox|section|subsection|stretch)(?![A-Za-z])\*?"
    r"|\\(?P<edge>begin|end)\{(?:questions|parts|subparts|subsubparts|document)\}"
)
_LENGTH = re.compile(r"\s*(\d*\.?\d+)\s*(mm|cm|in|pt|em|ex|\\baselineskip|\\textheight)?")
_MM = {
    "mm": 1.0,
    "cm": 10.0,
    "in": 25.4,
    "pt": 0.3515,
    "em": 3.5,
    "ex": 1.5,
    "\\baselineskip": 5.0,
    "\\textheight": 240.0,
}


@dataclass(slots=True)
class _Node:
    """A question or part as it is read: its level, what is asked, and what was found below it."""

    level: int
    line: int
    title: str = ""
    credits: Fraction | None = None
    bonus: bool = False
    words: list[Text] = field(default_factory=list)
    options: list[Option] = field(default_factory=list)
    one: bool = True
    solution: list[Text] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    space: str = ""
    ruling: str = ""
    before: list[Text] = field(default_factory=list)
    parts: list["_Node"] = field(default_factory=list)
    heading: str = ""


def knows(source: Source) -> bool:
    """Whether this is a file of the exam class."""
    head = source.data[:200_000]
    return re.search(rb"\\documentclass(?:\[[^\]]*\])?\s*\{exam(?:-n)?\}", head) is not None or (
        re.search(rb"\\begin\{questions\}", source.data) is not None
    )


def read(source: Source) -> Found:
    """All questions. One with parts is a problem; those without parts that follow one another share one."""
    remarks: list[Remark] = []
    document = tex.document(source, remarks)
    reader = _Reader(document, remarks)
    nodes, intro = reader.nodes()
    counted = _count(document.raw)
    definitions, macros = tex.definitions(document)
    if not nodes:
        remarks.append(
            Remark(
                Fate.REFUSED, 1, r"a file of the exam class without \question",
                r"its questions are told by macros of its own: write \question and \part",
            )
        )  # fmt: skip
    groups = _groups(nodes, remarks, reader.kept)
    texts = (text for group in groups for q in group.questions for text in q.all_texts)
    extra = (text for group in groups for text in group.texts)
    title = re.search(r"\\title\s*\{", document.text)
    called = tex.braced(document.text, title.end() - 1) if title else None
    used = tex.used(macros, iter([*texts, *extra]))
    words = "" if called is None else " ".join(re.sub(r"\\[A-Za-z]+|[{}\\]", " ", called[0]).split())
    if intro:
        remarks.append(
            Remark(
                Fate.REFUSED,
                document.first,
                "what stands ahead of the first question",
                "kept beside: the cover is Klausur's",
            )
        )
        figures = len(re.findall(r"\\include(?:graphics|svg)(?![A-Za-z])|\\begin\{tikzpicture\}", intro))
        reader.kept.append(
            Kept(
                document.first,
                "what stands ahead of the first question",
                "the cover is Klausur's",
                intro,
                Counts(figures=figures),
            )
        )
    return Found(
        counted,
        tuple(groups),
        tuple(reader.kept),
        tuple(remarks),
        words,
        macros=used,
        definitions=definitions,
    )


def _count(body: str) -> Counts:
    """The simple count: items that no deeper one follows, and commands, without reading what is in them."""
    text = tex.masked(body)
    items = list(re.finditer(_ITEM + r"\s*(?:\{[^{}]*\})?\s*(?:\[(?P<points>[^\]]*)\])?", text))
    levels = [_LEVELS[m["item"]] for m in items]
    leaves = solutions = 0
    waiting = False
    for at, level in enumerate(levels):
        end = items[at + 1].start() if at + 1 < len(items) else len(text)
        waiting = waiting or _has_solution(body[items[at].end() : end])
        if at + 1 < len(levels) and levels[at + 1] > level:
            continue
        leaves += 1
        solutions += waiting
        waiting = False
    start = items[0].start() if items else len(text)
    return Counts(
        leaves,
        len(re.findall(r"\\(?:choice|CorrectChoice|correctchoice)(?![A-Za-z])", text)),
        len(re.findall(r"\\(?:CorrectChoice|correctchoice)(?![A-Za-z])", text[start:])),
        solutions,
        len(re.findall(r"\\include(?:graphics|svg)(?![A-Za-z])|\\begin\{tikzpicture\}", text)),
        sum((points(m["points"] or "") or Fraction(0) for m in items), Fraction(0)),
    )


def _has_solution(text: str) -> bool:
    for match in re.finditer(
        rf"\\begin\{{({_SOLUTIONS})\}}(?:\[[^\]]*\]|\{{[^}}]*\}})?(.*?)\\end\{{\1\}}", text, re.DOTALL
    ):
        if is_said(match[2]):
            return True
    return re.search(r"\\answerline\*?\s*\[[^\]]*[^\]\s][^\]]*\]", text) is not None


def points(text: str) -> Fraction | None:
    r"""Credits in square brackets: ``4``, ``2.5``, ``1\half``."""
    bare = re.sub(r"\s|pts?\b|points?\b|[{}]", "", text)
    match = re.fullmatch(r"(\d*(?:\.\d+)?)(\\half|\\frac12|½)?", bare)
    if not match or not bare:
        return None
    return (Fraction(match[1]) if match[1] else Fraction(0)) + (Fraction(1, 2) if match[2] else 0)


class _Reader:
    """One pass over a document's body."""

    def __init__(self, document: Document, remarks: list[Remark]) -> None:
        self.document, self.remarks = document, remarks
        self.body = document.body
        self.kept: list[Kept] = []
        self.roots: list[_Node] = []
        self.path: list[_Node] = []
        self.waiting: list[Text] = []
        self.heading = ""

    def nodes(self) -> tuple[list[_Node], str]:
        """The questions with their parts, and what stands ahead of the first."""
        masked = tex.masked(self.body)
        at, intro = 0, ""
        while True:
            match = _TOKEN.search(masked, at)
            words = self.body[at : match.start() if match else len(self.body)]
            if self.path:
                self._words(words, at)
            elif self.roots or match is None:
                self._between(words, at)
            else:
                intro += words
            if match is None:
                break
            if not self.path and not self.roots and not match["item"] and not match["edge"]:
                end = self._skip(match)
                intro += self.body[match.start() : end]
                if match["command"] in {"section", "subsection"}:
                    self._command(match)
                at = end
            else:
                at = self._token(match)
        if self.waiting:
            self._trailing()
        return self.roots, intro if is_said(intro) else ""

    def _skip(self, match: re.Match[str]) -> int:
        """Past a token that stands ahead of the first question."""
        if name := match["choices"] or match["solution"]:
            return tex.environment_end(self.body, name, match.end())[1]
        if match["command"] in {"uplevel", "fullwidth", "section", "subsection"}:
            given = tex.braced(self.body, match.end())
            return given[1] if given else match.end()
        return match.end()

    def _trailing(self) -> None:
        text = "\n".join(text.words for text in self.waiting)
        figures = len(re.findall(r"\\include(?:graphics|svg)(?![A-Za-z])|\\begin\{tikzpicture\}", text))
        line = self.waiting[0].line
        self.kept.append(
            Kept(
                line,
                "what stands behind the last question",
                "no question follows",
                text,
                Counts(figures=figures),
            )
        )
        self.remarks.append(Remark(Fate.REFUSED, line, "what stands behind the last question", "kept beside"))

    def _between(self, words: str, at: int) -> None:
        if is_said(words):
            self.waiting.append(latex(words, self.document.line(at)))

    def _words(self, words: str, at: int) -> None:
        node = self.path[-1]
        if not is_said(words):
            return
        line = self.document.line(at + len(words) - len(words.lstrip()))
        if node.words and not node.options:
            last = node.words[-1]
            node.words[-1] = latex(last.words + " " + words, last.line, last.blanks)
        elif node.options:
            self.waiting.append(latex(words, line))
        else:
            node.words.append(latex(words, line))

    def _token(self, match: re.Match[str]) -> int:
        if match["item"]:
            return self._item(match)
        if match["choices"]:
            return self._choices(match)
        if match["solution"]:
            return self._solution(match)
        if match["edge"]:
            if match["edge"] == "end" and "questions" in match[0]:
                self.path.clear()
            elif match["edge"] == "end" and self.path:
                level = {"parts": 1, "subparts": 2, "subsubparts": 3}.get(match[0][5:-1], 0)
                while self.path and self.path[-1].level >= level > 0:
                    self.path.pop()
            return match.end()
        return self._command(match)

    def _item(self, match: re.Match[str]) -> int:
        name, at = match["item"], match.end()
        level = _LEVELS[name]
        title = ""
        if "titled" in name:
            given = tex.braced(self.body, at)
            title, at = given or ("", at)
        said, at = tex.optional(self.body, at)
        worth = None if said is None else points(said)
        line = self.document.line(match.start())
        if said is not None and worth is None and said.strip():
            self.remarks.append(
                Remark(Fate.CHANGED, line, f"credits [{said.strip()}]", "they are no number: left out")
            )
        node = _Node(level, line, title, worth, name.startswith("bonus"), before=self.waiting)
        self.waiting = []
        if level == 0:
            node.heading, self.heading = self.heading, ""
        while self.path and self.path[-1].level >= level:
            self.path.pop()
        (self.path[-1].parts if self.path else self.roots).append(node)
        self.path.append(node)
        return at

    def _choices(self, match: re.Match[str]) -> int:
        end, after = tex.environment_end(self.body, match["choices"], match.end())
        options = list(self._options(match.end(), end))
        if not self.path:
            self._listed(options, match)
            return after
        node = self.path[-1]
        if node.options:
            self.remarks.append(
                Remark(
                    Fate.CHANGED,
                    self.document.line(match.start()),
                    "a second list of choices",
                    "joined with the first",
                )
            )
        node.options += options
        node.one = node.one and match["choices"] in {"choices", "oneparchoices"}
        return after

    def _options(self, at: int, end: int) -> Sequence[Option]:
        marks = list(
            re.finditer(r"\\(choice|CorrectChoice|correctchoice)(?![A-Za-z])", tex.masked(self.body)[:end])
        )
        marks = [m for m in marks if m.start() >= at]
        found = []
        for number, mark in enumerate(marks):
            stop = marks[number + 1].start() if number + 1 < len(marks) else end
            words = self.body[mark.end() : stop]
            found.append(Option(latex(words, self.document.line(mark.start())), mark[1] != "choice"))
        return found

    def _listed(self, options: Sequence[Option], match: re.Match[str]) -> None:
        """Choices that belong to no question: a list to match with, as text ahead of the next one."""
        line = self.document.line(match.start())
        items = "".join(f"\n\\item {option.text.words}" for option in options)
        self.waiting.append(latex(f"\\begin{{enumerate}}[label=\\Alph*.]{items}\n\\end{{enumerate}}", line))
        what = f"{len(options)} choices that belong to several questions"
        self.remarks.append(Remark(Fate.CHANGED, line, what, "a list ahead of them"))
        self.kept.append(
            Kept(
                line,
                what,
                "a list in the text",
                "",
                Counts(choices=len(options), right=sum(o.right for o in options)),
            )
        )

    def _solution(self, match: re.Match[str]) -> int:
        end, after = tex.environment_end(self.body, match["solution"], match.end())
        length, at = tex.optional(self.body, match.end())
        if match["solution"] == "solutionbox" and (height := tex.braced(self.body, at)) is not None:
            length, at = height
        words = self.body[at:end]
        target = self.path[-1] if self.path else None
        if target is not None:
            if length:
                self._space(length)
            if is_said(words):
                target.solution.append(latex(words, self.document.line(match.start())))
        elif is_said(words):
            self._between(words, at)
        return after

    def _space(self, length: str) -> None:
        match = _LENGTH.match(length)
        if match and self.path:
            height = float(match[1]) * _MM.get(match[2] or "mm", 1.0)
            if height >= 5:
                self.path[-1].space = f"{min(250, round(height))}mm"

    def _command(self, match: re.Match[str]) -> int:  # noqa: PLR0911 - a return for each command
        name, at = match["command"], match.end()
        if name in {"section", "subsection"}:
            given = tex.braced(self.body, at)
            if given is None:
                return at
            self.heading = given[0]
            self.path.clear()
            return given[1]
        if name in {"uplevel", "fullwidth"}:
            return self._uplevel(at)
        if name == "answerline":
            said, at = tex.optional(self.body, at)
            if said and said.strip() and self.path:
                self.path[-1].answers.append(said.strip())
            return at
        if name == "fillin":
            return self._fillin(at)
        if name in {"vspace", "makeemptybox", "fillwithlines", "fillwithdottedlines", "fillwithgrid"}:
            given = tex.braced(self.body, at)
            if given is None:
                return at
            self._space(given[0])
            if self.path and name.startswith("fillwith"):
                self.path[-1].ruling = "grid" if name == "fillwithgrid" else "lined"
            return given[1]
        return at

    def _uplevel(self, at: int) -> int:
        given = tex.braced(self.body, at)
        if given is None:
            return at
        inside, after = given
        deeper = self.path[-1].level if self.path else 0
        while self.path and self.path[-1].level >= max(deeper, 1):
            self.path.pop()
        if deeper == 0:
            self.path.clear()
        start = after - 1 - len(inside)
        match = re.search(rf"\\begin\{{(?P<choices>{_CHOICES})\}}", inside)
        if match is None:
            self._between(inside, start)
            return after
        end, behind = tex.environment_end(inside, match["choices"], match.end())
        self._between(inside[: match.start()], start)
        options = list(self._options(start + match.end(), start + end))
        whole = re.compile(rf"\\begin\{{(?P<choices>{_CHOICES})\}}").search(self.body, start)
        if whole:
            self._listed(options, whole)
        self._between(inside[behind:], start + behind)
        return after

    def _fillin(self, at: int) -> int:
        """A gap in the text with what belongs there: a blank if nothing is chosen below it."""
        said, at = tex.optional(self.body, at)
        _, at = tex.optional(self.body, at)
        if not self.path:
            return at
        node = self.path[-1]
        last = node.words[-1] if node.words else latex("", self.document.line(at))
        blanks = (*last.blanks, re.sub(r"[{}$]|\\[A-Za-z]+", " ", said or "").strip())
        made = latex(f"{last.words} {blank(len(blanks))} ", last.line, blanks)
        node.words[-1:] = [made]
        return at


def _groups(nodes: Sequence[_Node], remarks: list[Remark], kept: list[Kept]) -> list[Group]:
    groups: list[Group] = []
    loose: list[Question] = []
    heading = ""

    def close() -> None:
        if loose:
            groups.append(Group(heading or "Questions", tuple(loose)))
            loose.clear()

    for number, node in enumerate(nodes, start=1):
        if node.heading:
            close()
            heading = node.heading
        if node.parts:
            close()
            groups.append(_with_parts(node, number, heading, remarks, kept))
        else:
            loose.append(_leaf(node, remarks))
    close()
    return groups


def _with_parts(node: _Node, number: int, heading: str, remarks: list[Remark], kept: list[Kept]) -> Group:
    leaves: list[_Node] = []
    _gather(node, leaves, remarks)
    if any(part.parts for part in node.parts):
        remarks.append(
            Remark(
                Fate.CHANGED,
                node.line,
                "parts of parts",
                "each is a question; their part's text stands ahead of them",
            )
        )
    _share(node, leaves, remarks, kept)
    title = node.title or (heading if number == 1 or node.heading else "") or f"Question {number}"
    return Group(title, tuple(_leaf(leaf, remarks) for leaf in leaves))


def _gather(node: _Node, leaves: list[_Node], remarks: list[Remark]) -> None:
    """The parts that have none, in order; what their question says stands ahead of the first of them."""
    if not node.parts:
        leaves.append(node)
        return
    first = node.parts[0]
    first.before = [*node.before, *node.words, *first.before]
    first.solution = [*node.solution, *first.solution]
    if node.options:
        first.options = [*node.options, *first.options]
        remarks.append(
            Remark(Fate.CHANGED, node.line, "choices ahead of parts", "they stand with the first part")
        )
    first.answers = [*node.answers, *first.answers]
    for part in node.parts:
        part.bonus = part.bonus or node.bonus
        _gather(part, leaves, remarks)


def _share(node: _Node, leaves: Sequence[_Node], remarks: list[Remark], kept: list[Kept]) -> None:
    """Credits of a question whose parts say none are shared by these; of others they are kept aside."""
    inner = _inner_credits(node)
    if not inner:
        return
    if all(leaf.credits is None for leaf in leaves) and (inner / len(leaves) * 60).denominator == 1:
        for leaf in leaves:
            leaf.credits = inner / len(leaves)
        remarks.append(
            Remark(
                Fate.CHANGED, node.line, "credits of a question whose parts have none", "the parts share them"
            )
        )
        return
    what = "credits of a question beside those of its parts"
    remarks.append(Remark(Fate.CHANGED, node.line, what, "left out: those of the parts count"))
    kept.append(Kept(node.line, what, "those of the parts count", "", Counts(credits=inner)))


def _inner_credits(node: _Node) -> Fraction:
    if not node.parts:
        return Fraction(0)
    return (node.credits or Fraction(0)) + sum((_inner_credits(part) for part in node.parts), Fraction(0))


def _leaf(node: _Node, remarks: list[Remark]) -> Question:
    """A question, or a part that has none, as a Question."""
    texts = tuple(text for text in node.words if is_said(text.words) or text.blanks)
    title = " ".join(re.sub(r"\\[A-Za-z]+|[{}\\$]", " ", node.title).split())
    solution = list(node.solution)
    worth = node.credits
    counted = Counts(
        1,
        len(node.options),
        sum(o.right for o in node.options),
        int(bool(solution or node.answers)),
        0,
        worth or Fraction(0),
    )
    base = Question(
        node.line, title, QuestionKind.TEXT, texts, worth, before=tuple(node.before), space=node.space,
        ruling=node.ruling, bonus=node.bonus, origin=counted,
    )  # fmt: skip
    if node.options:
        return _chosen(node, base, solution, remarks)
    answers = tuple(latex(answer, node.line) for answer in node.answers)
    blanks = any(text.blanks for text in texts)
    kind = QuestionKind.BLANKS if blanks else QuestionKind.SHORT if answers else QuestionKind.TEXT
    return _with(base, kind, (), (*answers, *solution))


def _chosen(node: _Node, base: Question, solution: list[Text], remarks: list[Remark]) -> Question:
    options = list(node.options)
    if node.answers and not any(option.right for option in options):
        letters = [letter for answer in node.answers for letter in re.findall(r"\b[A-Za-z]\b", answer)]
        places = [ord(letter.upper()) - ord("A") for letter in letters]
        if places and all(place < len(options) for place in places):
            options = [Option(o.text, at in places) for at, o in enumerate(options)]
            remarks.append(
                Remark(
                    Fate.CHANGED,
                    node.line,
                    f"the answer line says {', '.join(letters)}",
                    "these choices are right",
                )
            )
    solution = [*(latex(answer, node.line) for answer in node.answers), *solution]
    one = sum(option.right for option in options) == 1 and node.one
    kind = QuestionKind.SINGLE if one else QuestionKind.CHOICE
    return _with(base, kind, tuple(options), tuple(solution), keyed=any(option.right for option in options))


def _with(
    base: Question,
    kind: QuestionKind,
    options: tuple[Option, ...],
    solution: tuple[Text, ...],
    *,
    keyed: bool = True,
) -> Question:
    return replace(base, kind=kind, options=options, solution=solution, keyed=keyed)
