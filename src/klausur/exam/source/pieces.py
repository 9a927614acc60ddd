"""A Piece: blocks of the source that become one Content, made fit for every form that is written of them.

What has no meaning on paper or is unsafe in a browser is found here: raw Typst or HTML, footnotes, headings
inside a question, links that run programs, pictures outside the folder.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

from klausur.base import quotes
from klausur.base.diagnostics import Diagnostic, Place
from klausur.base.maths import PLAIN, Mistake, Notation
from klausur.exam.content import Content, Figure, Formula
from klausur.exam.inside import inside, leads_out
from klausur.exam.source import (
    blank_spans,
    captions,
    decimal_commas,
    key_on_paper,
    look_alikes,
    maths,
    pandoc,
    remarks,
    stray_tex,
    tree,
    typst_writer,
    writable,
)
from klausur.exam.source.blank_spans import BLANK
from klausur.exam.source.pandoc import Ast
from klausur.exam.source.printed_lines import LITERAL

_LENGTH = re.compile(r"(?:\d{1,4}(?:\.\d{1,3})?)(?:mm|cm|in|pt|%)", re.ASCII)
_SAFE_LINK = re.compile(r"(?:https?://|mailto:)\S+", re.IGNORECASE)


BESIDE = "40%"
"""Width of a figure beside text that says none."""

_MM = {"mm": 1.0, "cm": 10.0, "in": 25.4, "pt": 25.4 / 72}


@dataclass(frozen=True, slots=True)
class Source:
    """A text file of the exam while it is parsed: its folder, its name in it, and where findings go."""

    folder: Path
    name: str
    found: list[Diagnostic]
    language: str = "en"
    number: int = 0
    """The place of the problem in the exam, from 1; 0 of what is no problem."""

    def report(self, code: str, message: str, line: int, hint: str) -> None:
        """Add a finding about a line of this file."""
        self.found.append(Diagnostic(code, message, Place(self.name, line), hint))


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """Blocks that become one Content. Compared by identity: equal words elsewhere are another piece."""

    source: Source
    blocks: tuple[Ast, ...]
    line: int
    figures: tuple[Figure, ...] = ()
    formulas: tuple[tuple[pandoc.Maths, int], ...] = ()
    """Each formula with its line."""
    in_choice: bool = False
    """Whether it is what a choice says, beside its box."""

    @property
    def blanks(self) -> tuple[Ast, ...]:
        """The blanks in it, in their order."""
        return tuple(filter(blank_spans.is_blank, tree.walk(list(self.blocks))))

    @property
    def place(self) -> Place:
        """Where it begins."""
        return Place(self.source.name, self.line)


def cut(
    source: Source, blocks: Sequence[Ast], line: int, *, printed: bool = True, in_choice: bool = False
) -> Piece:
    """Make a piece of these blocks, and report what cannot stand in one.

    Args:
        source: where they stand, and where findings go.
        blocks: what the piece consists of.
        line: where it begins.
        printed: whether candidates read it: then nothing in it may look like a key.
        in_choice: whether it is what a choice says.
    """
    blocks = blank_spans.hidden(blocks)
    _look(source, blocks, printed=printed, in_choice=in_choice)
    _look_at_captions(source, blocks, in_choice=in_choice)
    figures: list[Figure] = []
    cleaned = _clean_list(source, [*blocks], figures)
    for words, at in maths.strays(cleaned):
        if (way := stray_tex.hint(words)) is not None:
            source.report("markup-unread", f"{_short(words)} is TeX, and would be printed", at, way)
            continue
        message = f"{_short(words)} looks like a formula, but is none"
        source.report("maths-unset", message, at, maths.stray_hint(words))
    return Piece(source, tuple(cleaned), line, tuple(figures), maths.formulas(cleaned), in_choice)


def _look(source: Source, blocks: Sequence[Ast], *, printed: bool, in_choice: bool) -> None:
    """Report what would be printed otherwise than it was meant."""
    keys = {line: words for words, line in key_on_paper.find(blocks, in_choice=in_choice)} if printed else {}
    for line, words in keys.items():
        message = f"{_short(words)} looks like a key, and would be printed"
        source.report("key-printed", message, line, key_on_paper.HINT)
    for found in look_alikes.find(blocks, in_choice=in_choice):
        if found.line not in keys:
            message = f"{_short(found.words)} looks like {found.message}"
            source.report("markup-unread", message, found.line, found.hint)
    for words, line in look_alikes.boxes(blocks) if printed else ():
        if line not in keys:
            message = f"{words} is printed as text: it is no box that Klausur reads"
            source.report("box-unread", message, line, "begin each choice with - [ ]")


def _look_at_captions(source: Source, blocks: Sequence[Ast], *, in_choice: bool) -> None:
    """Report captions that have no place: a figure in a line, or one that is a choice."""
    lone = [] if in_choice else [tree.lone_picture(node) for node in tree.walk(list(blocks))]
    alone = {id(image) for image in lone if image is not None}
    for node in tree.walk(list(blocks)):
        if node["t"] == "Image" and captions.of(node) and id(node) not in alone:
            message = "a caption of a figure that does not stand alone in its paragraph"
            hint = "let it stand alone, with empty lines round it, or write the words into the text"
            source.report("markup-unexpected", message, node["line"], hint)


def convert(pieces: Sequence[Piece], notation: Notation = PLAIN) -> dict[Piece, Content]:
    """The Content of each piece, in one call of pandoc; formulas that cannot be typeset are reported."""
    texts: dict[int, dict[pandoc.Maths, None]] = {}
    for piece in pieces:
        texts.setdefault(id(piece.source), {}).update(dict.fromkeys(m for m, _ in piece.formulas))
    set_in = {text: maths.set_all([*wanted], notation) for text, wanted in texts.items()}
    texts_ = _with_numbers(pieces)
    written = pandoc.write(
        [
            maths.with_forms(
                tree.with_marks(
                    captions.for_reading(blocks, piece.source.number, captions.word(piece.source.language)),
                    piece.source.language,
                ),
                set_in[id(piece.source)],
            )
            for piece, blocks in zip(pieces, texts_, strict=True)
        ]
    )
    contents = {}
    for piece, blocks, forms in zip(pieces, texts_, written, strict=True):
        made = set_in[id(piece.source)]
        typst = {formula: one.typst for formula, one in made.items()}
        for formula, line in piece.formulas:
            if (mistake := made[formula].mistake) is not None:
                _report_mistake(piece.source, formula.tex, mistake, line)
            elif notation.comma:
                _ask_of_commas(piece.source, formula.tex, line)
        if isinstance(forms, pandoc.PandocError):
            piece.source.report("markup-unexpected", str(forms), piece.line, "write this part more plainly")
            contents[piece] = Content("", "", "", piece.place)
        else:
            shown = tuple(Formula(typst[m], Place(piece.source.name, at)) for m, at in piece.formulas)
            markup = typst_writer.write(
                blocks, typst, in_choice=piece.in_choice, language=piece.source.language
            )
            contents[piece] = Content(markup, forms.html, forms.text, piece.place, piece.figures, shown)
    return contents


def _with_numbers(pieces: Sequence[Piece]) -> list[list[Ast]]:
    """The blocks of each piece: hints and notes with their words, figures with their numbers."""
    begun = [remarks.with_words(piece.blocks, piece.source.language) for piece in pieces]
    of_sources: dict[int, list[list[Ast]]] = {}
    for piece, blocks in zip(pieces, begun, strict=True):
        of_sources.setdefault(id(piece.source), []).append(blocks)
    known = {source: captions.numbers(texts) for source, texts in of_sources.items()}

    def put(piece: Piece, blocks: list[Ast]) -> list[Ast]:
        def refuse(name: str, line: int) -> None:
            message = f"[](#{_short(name)}) refers to no figure of this problem"
            hint = f'give one a caption and this name: ![](figures/file.svg "Caption"){{#{name}}}'
            piece.source.report("markup-unexpected", message, line, hint)

        called = captions.word(piece.source.language)
        return captions.put(blocks, *known[id(piece.source)], called, refuse)

    return [put(piece, blocks) for piece, blocks in zip(pieces, begun, strict=True)]


def _report_mistake(source: Source, tex: str, mistake: Mistake, line: int) -> None:
    below = tex.count("\n", 0, mistake.at or 0)
    message = f"a formula cannot be typeset: {mistake.message}{maths.quoted(tex, mistake.at)}"
    source.report("maths-unset", message, line + below, mistake.hint)


def _ask_of_commas(source: Source, tex: str, line: int) -> None:
    for number, at in decimal_commas.find(tex):
        whole, _, part = number.partition(",")
        message = f"in ${_short(tex)}$ {number} is set as two numbers, {whole} and {part}"
        hint = (
            f"write {whole}{{,}}{part} for a decimal comma, and {whole}, {part} with a blank for two numbers"
        )
        source.report("comma-unclear", message, line + tex.count("\n", 0, at), hint)


def _short(tex: str) -> str:
    tex = " ".join(tex.split())
    return tex if len(tex) <= 60 else tex[:59] + "…"


def _clean_list(source: Source, values: list[object], figures: list[Figure]) -> list[Ast]:
    found: list[object] = []
    for value in values:
        if isinstance(value, list):
            found.append(_clean_list(source, value, figures))
        elif isinstance(value, dict) and "t" in value:
            found.extend(_clean(source, value, figures))
        else:
            found.append(value)
    return found  # type: ignore[return-value]  # a list of blocks goes in, a list of blocks comes out


def _clean(source: Source, node: Ast, figures: list[Figure]) -> list[Ast]:
    """The node without what may not stand here: one node, none, or those inside it."""
    kind = node["t"]
    if kind == "Div" and (clean := _DIVS.get(" ".join(node["c"][0][1]))) is not None:
        return clean(source, node, figures)
    if kind in _NOT_HERE or (kind == "Table" and writable.cells(node) > writable.MOST_CELLS):
        _refuse(source, node)
        return []
    if kind != "Image":
        _refuse_key_values(source, node)
    if kind in {"Image", "Link"}:
        return (_clean_image if kind == "Image" else _clean_link)(source, node, figures)
    if kind == "Span":
        words, blank = _clean_inside(source, node, figures), blank_spans.is_blank(node)
        return [{**node, "c": [["", [BLANK], node["c"][0][2]], words]}] if blank else words
    if kind in {"Code", "CodeBlock"}:
        classes = [name for name in node["c"][0][1] if name != LITERAL]
        numbers = _numbers_of_lines(source, node) if kind == "CodeBlock" else []
        return [{**node, "c": [["", writable.language(classes), numbers], node["c"][1]]}]
    bare = writable.without_attributes(node)
    if kind == "Table":
        bare["c"][0][2].extend(_height_of_rows(source, node))
    inside = bare.get("c")
    return [{**bare, "c": _clean_list(source, inside, figures)} if isinstance(inside, list) else bare]


_NOT_HERE = frozenset({"RawInline", "RawBlock", "Div", "Header", "Note", "Cite"})


def _refuse_key_values(source: Source, node: Ast) -> None:
    if node["t"] == "Span":
        return  # words in brackets say themselves what they take
    own = node["c"][0][2] if node["t"] in _TAKES else []
    for key, value in writable.key_values(node):
        if [key, value] in own and key == _TAKES[node["t"]][0]:
            continue
        what = _CALLED.get(node["t"], "this")
        takes = f"{_TAKES[node['t']][1]} alone" if node["t"] in _TAKES else "no attributes"
        hint = f"{what} takes {takes}; in text, write a brace as \\{{"
        source.report("attribute-unknown", f"{what} has no attribute {_short(key)!r}", node["line"], hint)


_CALLED = {"Table": "a table", "Link": "a link", "Code": "code", "CodeBlock": "code"}


_TAKES = {
    "Table": (typst_writer.ROWS, "{rows=12mm}"),
    "CodeBlock": (typst_writer.NUMBERS, "{.python numbers=yes}"),
}
"""The one attribute that some nodes take, and how it is written."""


def _numbers_of_lines(source: Source, code: Ast) -> list[list[str]]:
    """The attribute that says whether the lines of a listing have numbers, if it can be used."""
    value = dict(code["c"][0][2]).get(typst_writer.NUMBERS)
    if value not in {None, "yes", "no"}:
        source.report("attribute-value", f"numbers={value!r}", code["line"], "it is yes or no")
    return [[typst_writer.NUMBERS, value]] if value in {"yes", "no"} else []


def _height_of_rows(source: Source, table: Ast) -> Iterator[list[str]]:
    """The attribute that says how high the rows of a table to be filled in are, if it can be used."""
    for key, value in table["c"][0][2]:
        if key == typst_writer.ROWS:
            if _LENGTH.fullmatch(value) and not value.endswith("%"):
                yield [key, value]
            else:
                hint = "write the height of its rows in mm, cm, in or pt: {rows=12mm}"
                source.report("attribute-value", f"{key}={value!r} is no length", table["line"], hint)


def _clean_inside(source: Source, node: Ast, figures: list[Figure]) -> list[Ast]:
    """What stands in a span or block, without it."""
    name, classes, pairs = node["c"][0]
    unknown = [f".{c}" for c in classes if c not in _CLASSES]
    if not blank_spans.is_blank(node):
        unknown += [key for key, _ in pairs]
    for of in ([f"#{name}"] if name else []) + unknown:
        hint = f"words in brackets take {' and '.join(f'{{.{c}}}' for c in _CLASSES)}, headings take more"
        source.report("attribute-unknown", f"{{{of}}} has no meaning behind words", node["line"], hint)
    return _clean_list(source, node["c"][1], figures)


_CLASSES = (LITERAL, "fixed", BLANK)


def _refuse(source: Source, node: Ast) -> None:
    """Report what has no meaning in a piece; only comments go without a word."""
    kind = node["t"]
    if kind == "Table":
        message = f"a table of {writable.cells(node):,} cells, which would take the typesetter minutes"
        hint = f"divide it: a table has at most {writable.MOST_CELLS:,} cells"
    elif kind in _REFUSED:
        message, hint = _REFUSED[kind]
    elif kind == "Div":
        names = " ".join("." + c for c in node["c"][0][1]) or "no name"
        message = f"a fenced block with {names} has no meaning here"
        hint = (
            "blocks are ::: solution, ::: rubric, ::: shared, ::: hint, ::: note and, for a figure beside "
            "text, ::: beside"
        )
    elif tree.is_comment(node):
        return
    elif node["c"][1].startswith("<!--"):
        message, hint = "a comment that is never closed", "close it with -->"
    else:
        form, text = node["c"]
        message = f"raw {form}: {_short(text)}"
        hint = "write it in Markdown; a literal < is written \\<"
    source.report("markup-unexpected", message, node["line"], hint)


_REFUSED = {
    "Header": (
        "a heading inside a question or a problem's text",
        "use # and ## only, **bold** for anything smaller; and is a ::: block above closed by :::?",
    ),
    "Cite": ("a citation", "write out what is cited"),
    "Note": ("a footnote", "write it into the text: answers are written where a footnote would stand"),
}


def _clean_link(source: Source, node: Ast, figures: list[Figure]) -> list[Ast]:
    words, target = node["c"][1], node["c"][2][0]
    inside = _clean_list(source, words, figures)
    if captions.name_of(node) is not None:
        return [{**node, "c": [["", [], []], [], [target, ""]]}]
    if not _SAFE_LINK.fullmatch(target):
        message = f"a link to {_short(target)!r}, which is no web or mail address"
        source.report(
            "markup-unexpected", message, node["line"], "link to https://… or write the words alone"
        )
        return inside
    return [{**node, "c": [["", [], []], inside, [target, ""]]}]


def _clean_image(source: Source, node: Ast, figures: list[Figure]) -> list[Ast]:
    (name, _, attributes), words, (target, _) = node["c"]
    line = node["line"]
    sizes = []
    for key, value in attributes:
        if key not in {"width", "height"}:
            hint = "a figure takes width and height, such as {width=60%} or {height=40mm}"
            source.report("attribute-unknown", f"a figure has no attribute {key!r}", line, hint)
        elif not _LENGTH.fullmatch(value) or (key == "height" and value.endswith("%")):
            hint = "write a length in mm, cm, in or pt, or for the width a percentage: {width=60%}"
            source.report("attribute-value", f"{key}={value!r} is no length", line, hint)
        else:
            sizes.append([key, value])
    path = locate(source, target)
    if path is None and leads_out(source.folder, _from_folder(source, target)):
        message = f"the figure {_short(target)} is none of the exam's own files"
        source.report("outside-folder", message, line, "copy the file itself into the folder figures/")
        return []
    if path is None:
        message = f"the figure {_short(target)} is not in the exam's folder"
        hint = "put the file into the folder figures/ and write ![](figures/its-name.svg)"
        source.report("figure-missing", message, line, hint)
        return []
    figures.append(Figure(path, Place(source.name, line), bool(tree.plain(words))))
    described = _clean_list(source, words, [])
    caption = quotes.typographic(captions.of(node), source.language)
    return [{**node, "c": [[name, [], sizes], described, [path, caption]]}]


def _clean_beside(source: Source, node: Ast, figures: list[Figure]) -> list[Ast]:
    """A figure and the text beside it; the figure has a width that leaves room for the text."""
    line = node["line"]
    inside = node["c"][1]
    if any(inner["t"] == "Div" for inner in tree.walk(inside)):
        source.report("markup-unexpected", "a fenced block beside a figure", line, "put it below the figure")
        return []
    known = len(figures)
    blocks = _clean_list(source, inside, figures)
    lone = ((n, tree.lone_picture(block)) for n, block in enumerate(blocks))
    pictures = [(n, picture) for n, picture in lone if picture is not None]
    at, image = pictures[0] if pictures else (-1, {})
    others = [block for n, block in enumerate(blocks) if n != at]
    if len(pictures) != 1 or at not in {0, len(blocks) - 1} or not tree.has_words(others):
        refused = len(figures) == known and any(inner["t"] == "Image" for inner in tree.walk(inside))
        if not refused:
            hint = (
                "write text and one figure, each in paragraphs of its own; a figure that is first stands left"
            )
            source.report("markup-unexpected", "::: beside takes text and a figure", line, hint)
        return others
    blocks[at] = {"t": "Para", "c": [image], "line": image["line"]}
    sizes = dict(image["c"][0][2])
    width = sizes.setdefault("width", BESIDE)
    if not _leaves_room(width):
        hint = "give it a width of 10% to 70%, or 15mm to 115mm"
        source.report("attribute-value", f"width={width!r} leaves no room for text", image["line"], hint)
        sizes["width"] = BESIDE
    image["c"][0][2] = [[key, value] for key, value in sizes.items()]
    return [{**node, "c": [["", ["beside"], []], blocks]}]


def _clean_remark(source: Source, node: Ast, figures: list[Figure]) -> list[Ast]:
    """A hint or a note."""
    attributes, inside = node["c"]
    return [{**node, "c": [["", attributes[1], []], _clean_list(source, inside, figures)]}]


_DIVS = {
    "beside": _clean_beside,
    LITERAL: _clean_inside,
    **dict.fromkeys(remarks.REMARKS, _clean_remark),
}
"""Fenced blocks that may stand in a text, and what becomes of each."""


def _leaves_room(width: str) -> bool:
    """Whether a figure of this width can stand beside text, on the narrower of the papers."""
    if width.endswith("%"):
        return 10 <= float(width[:-1]) <= 70
    return 15 <= float(width[:-2]) * _MM[width[-2:]] <= 115


def locate(source: Source, target: str) -> str | None:
    """The path of a figure relative to the exam's folder, or None if no such file lies in it.

    A name counts from the Markdown file on, as code hosts show it, or else from the exam's folder on.
    """
    starts = (PurePosixPath(source.name).parent, PurePosixPath())
    for start, name in ((start, name) for start in starts for name in (target, unquote(target))):
        file = inside(source.folder, str(start / name))
        if file is not None:
            return file.relative_to(source.folder.resolve()).as_posix()
    return None


def _from_folder(source: Source, target: str) -> str:
    """A figure's path as it counts from the exam's folder on, whether it is there or not."""
    return (PurePosixPath(source.name).parent / unquote(target)).as_posix()
