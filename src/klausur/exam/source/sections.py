"""From the blocks of a problem file to its sections: the parts of each question as they are written.

Only the form is judged here; what values mean is read in `build`.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from klausur.base.credits import Credits
from klausur.base.diagnostics import Place
from klausur.exam.model import SchemeKind
from klausur.exam.source import boxed_table, key_on_paper, tree
from klausur.exam.source.attributes import FIXED, Attributes, part_of_credits
from klausur.exam.source.boxed_table import AS_WELL, BOXES, RIGHT, BoxedTable
from klausur.exam.source.expected import ExpectedLine, expected
from klausur.exam.source.pandoc import Ast
from klausur.exam.source.pieces import Piece, Source, cut
from klausur.exam.source.rubric import Line, take_mark
from klausur.exam.source.rubric import parse as parse_rubric

ANSWERS = ("solution", "rubric", "answer")
"""The blocks below a question that say how it is answered."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading's words and attributes."""

    title: str
    attributes: Attributes

    @property
    def place(self) -> Place:
        """Where it stands."""
        return Place(self.attributes.source.name, self.attributes.line)


@dataclass(frozen=True, slots=True)
class Option:
    """One choice as it is written: ``as_well`` is one that is right beside the right ones.

    ``weight`` is what a cross on it gives, in a list in which each choice says so.
    """

    piece: Piece
    right: bool
    fixed: bool = False
    as_well: bool = False
    weight: Credits | None = None


@dataclass(slots=True)
class QuestionSection:
    """A question as it is written; filled while its blocks are read."""

    heading: Heading
    before: Piece | None
    text: Piece | None = None
    options: tuple[Option, ...] | None = None
    solution: Piece | None = None
    rubric: tuple[Line, ...] | None = None
    answer: tuple[ExpectedLine, ...] | None = None
    table: BoxedTable | None = None

    @property
    def pieces(self) -> Iterator[Piece]:
        """All its texts."""
        yield from (p for p in (self.before, self.text, self.solution) if p is not None)
        yield from (option.piece for option in self.options or ())
        yield from self.table.pieces if self.table is not None else ()
        for line in self.rubric or ():
            yield from line.pieces


@dataclass(slots=True)
class ProblemSection:
    """A problem file as it is written."""

    source: Source
    heading: Heading
    text: Piece | None = None
    questions: list[QuestionSection] = field(default_factory=list)

    @property
    def pieces(self) -> Iterator[Piece]:
        """All its texts."""
        if self.text is not None:
            yield self.text
        for question in self.questions:
            yield from question.pieces


def divide(source: Source, blocks: Sequence[Ast]) -> ProblemSection:
    """The sections of a problem file. What stands in a wrong place is reported."""
    heads = [at for at, block in enumerate(blocks) if block["t"] == "Header" and block["c"][0] <= 2]
    first = heads[0] if heads else len(blocks)
    title = blocks[heads[0]] if heads and blocks[heads[0]]["c"][0] == 1 else None
    stray = [b for b in blocks[:first] if not tree.is_comment(b)]
    if title is None:
        line = next((b["line"] for b in blocks if not tree.is_comment(b)), 1)
        source.report("attribute-missing", "the problem has no title", line, "begin the file with # Title")
        problem = ProblemSection(source, Heading("", Attributes(source, line, "", ())))
        starts = heads
    else:
        if stray:
            hint = "move it below the line with #"
            source.report("markup-unexpected", "text above the problem's title", stray[0]["line"], hint)
        problem = ProblemSection(source, _heading(source, title))
        starts = heads[1:]
        problem.text = _text(source, blocks[first + 1 : starts[0] if starts else None], shared_too=True)
    before: Piece | None = None
    for at, start in enumerate(starts):
        end = starts[at + 1] if at + 1 < len(starts) else len(blocks)
        if blocks[start]["c"][0] == 1:
            message, hint = (
                "a second problem in one file",
                "give each problem a file; a question begins with ##",
            )
            source.report("markup-unexpected", message, blocks[start]["line"], hint)
        question = QuestionSection(_heading(source, blocks[start]), before)
        before = _fill(question, source, blocks[start + 1 : end])
        problem.questions.append(question)
    if before is not None:
        hint = "move it above the question that it belongs to"
        source.report("markup-unexpected", "a shared block that no question follows", before.line, hint)
    return problem


def _heading(source: Source, block: Ast) -> Heading:
    _, (name, classes, pairs), inlines = block["c"]
    for node in tree.walk(inlines):
        if node["t"] in {"Math", "Image", "RawInline", "Note"}:
            hint = "titles are plain words; put the rest into the text below"
            message = f"{node['t'].lower()} in a title"
            source.report("markup-unexpected", message, node["line"], hint)
            break
    given = (*((f".{c}", "") for c in classes), *((k, v) for k, v in pairs))
    attributes = Attributes(source, block["line"], name, given)
    title = tree.plain(inlines, source.language).strip(_UNTITLED)
    if (words := key_on_paper.in_title(title)) is not None:
        attributes.report("key-printed", f"{words} in a title looks like a key", key_on_paper.IN_TITLE)
    if title.endswith("}") and "{" in title:
        hint = "write {#id credits=2 space=40mm}: no blanks beside = or inside a value"
        attributes.report("attribute-value", "the words in braces cannot be read as attributes", hint)
    return Heading(title, attributes)


_UNTITLED = "\u2060"
"""Stands for a title that is not there; nothing is set of it."""

_ATTRIBUTES_ALONE = re.compile(r"^( {0,3}##?)[ \t]+(\{[^{}\n]*\})[ \t]*$", re.MULTILINE)


def with_titles(text: str) -> str:
    """A problem file's text as pandoc must have it: of a heading without words it forgets the attributes."""
    return _ATTRIBUTES_ALONE.sub(rf"\1 {_UNTITLED} \2", text)


def _text(source: Source, blocks: Sequence[Ast], *, shared_too: bool = False) -> Piece | None:
    """A piece of the blocks; with ``shared_too`` the contents of ``::: shared`` are part of it."""
    flat: list[Ast] = []
    for block in blocks:
        flat.extend(block["c"][1] if shared_too and _div_name(block) == "shared" else [block])
    if all(tree.is_comment(b) for b in flat):
        return None
    return cut(source, flat, flat[0]["line"])


def _fill(question: QuestionSection, source: Source, blocks: Sequence[Ast]) -> Piece | None:
    """Sort a question's blocks into its parts; what it leaves for the next question is returned."""
    text: list[Ast] = []
    shared: list[Ast] = []
    for block in blocks:
        name = _div_name(block)
        if name in ANSWERS:
            _fill_answer(question, source, block, name)
        elif name == "shared":
            shared.extend(block["c"][1])
        elif tree.is_comment(block):
            continue
        elif shared or question.solution or question.rubric is not None or question.answer is not None:
            _refuse_late(
                source, block, "after the shared block" if shared else "after the solution or rubric"
            )
        else:
            _fill_text(question, source, block, text)
    if text:
        question.text = cut(source, text, text[0]["line"])
    return cut(source, shared, shared[0]["line"]) if shared else None


def _fill_text(question: QuestionSection, source: Source, block: Ast, text: list[Ast]) -> None:
    """What is asked goes to ``text``, a task list to the question's choices."""
    weighed = question.heading.attributes.is_given("scheme", SchemeKind.WEIGHTS)
    if is_options(block) or (weighed and question.options is None and _has_weights(block)):
        if question.options is not None:
            message, hint = "a second list of choices", "make it one list, with the same sign (-) in front"
            source.report("markup-unexpected", message, block["line"], hint)
        question.options = (question.options or ()) + _options(source, block, weighed=weighed)
    elif question.options is not None or question.table is not None:
        _refuse_late(source, block, "after the choices")
    elif boxed_table.is_boxed(block):
        question.table = boxed_table.read(source, block)
    elif block["t"] == "OrderedList" and _has_boxes(block["c"][1]):
        hint = "begin each choice with - instead of a number"
        source.report("markup-unexpected", "choices in a numbered list", block["line"], hint)
    else:
        if block["t"] == "Div" and any(is_options(inner) for inner in tree.walk(block["c"][1])):
            hint = "close the block before the choices: they stand below the figure"
            source.report("markup-unexpected", "choices inside a block", block["line"], hint)
        text.append(block)


def _fill_answer(question: QuestionSection, source: Source, block: Ast, name: str) -> None:
    inside, line = block["c"][1], block["line"]
    if getattr(question, name) is not None:
        source.report(
            "markup-unexpected", f"a second {name} for one question", line, f"make it one ::: {name}"
        )
        return
    if name == "answer":
        question.answer = expected(source, inside, line)
    elif name == "rubric":
        question.rubric = parse_rubric(source, inside, line)
    elif inside:
        question.solution = cut(source, inside, inside[0]["line"], printed=False)


def _refuse_late(source: Source, block: Ast, where: str) -> None:
    hint = (
        "a question is: text, choices, ::: solution, ::: rubric; text for the next one goes into ::: shared"
    )
    source.report("markup-unexpected", f"text {where}", block["line"], hint)


def is_options(block: Ast) -> bool:
    """Whether a list is a task list: one of its items begins with [ ], [x] or [~]."""
    return block["t"] == "BulletList" and _has_boxes(block["c"])


def _has_boxes(items: Sequence[Sequence[Ast]]) -> bool:
    return any(take_mark(item)[0] in BOXES for item in items)


def _has_weights(block: Ast) -> bool:
    """Whether a list has an item that begins with credits in brackets."""
    return block["t"] == "BulletList" and any(_weight(take_mark(item)[0]) is not None for item in block["c"])


def _weight(mark: str | None) -> Credits | None:
    try:
        return None if not mark else part_of_credits(mark)
    except ValueError:
        return None


_BOX_HINT = "begin it with [x] if it is right, with [ ] if it is wrong, with [~] if it is right as well"
_WEIGHT_HINT = "begin it with what a cross there gives: [+1], [0] or [-0.5]"


def _options(source: Source, block: Ast, *, weighed: bool) -> tuple[Option, ...]:
    found = []
    for item in block["c"]:
        line = item[0]["line"] if item else block["line"]
        mark, rest = take_mark(item)
        weight = _weight(mark) if weighed else None
        if weight is None and (weighed or mark not in BOXES):
            hint = _WEIGHT_HINT if weighed else _BOX_HINT
            source.report("markup-unexpected", "a choice without its box", line, hint)
            continue
        if not tree.has_words(rest):
            hint = "write its text behind the box"
            source.report("text-missing", "a choice says nothing", line, hint)
        piece = cut(source, rest, line, in_choice=True)
        right = mark in RIGHT if weight is None else weight > 0
        found.append(Option(piece, right, _is_fixed(rest), mark == AS_WELL, weight))
    return tuple(found)


def _is_fixed(blocks: Sequence[Ast]) -> bool:
    """Whether a choice keeps its place: some of its words are written as ``[…]{.fixed}``."""
    return any(node["t"] == "Span" and FIXED in node["c"][0][1] for node in tree.walk(list(blocks)))


def _div_name(block: Ast) -> str:
    """The class of a fenced block if it has one alone, else an empty text."""
    if block["t"] != "Div":
        return ""
    _, classes, _ = block["c"][0]
    return classes[0] if len(classes) == 1 and classes[0] in {*ANSWERS, "shared"} else ""
