"""Pandoc's tree as Typst markup: every text of an author is a string in it, never markup or code.

A function for each kind of node; a kind that is not here is refused in `pieces`, and a bug here. Formulas
come ready from whoever turns TeX into Typst: a table from each formula to its markup with dollars. Attributes
have no way through but those that are named here: of a picture its sizes, of code its language, of a table
the height of its rows.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any

from klausur.exam.source import blank_spans, captions, remarks, tree
from klausur.exam.source.pandoc import Ast, Maths

FILL_IN = "8mm"
"""Height of a row of a table in which something is to be filled in."""

ROWS = "rows"
"""The attribute of a table that says another height."""

NUMBERS = "numbers"
"""The attribute of a listing that says whether its lines have numbers."""

Formulas = Mapping[Maths, str]
"""Typst markup for each formula, with its dollars; empty for one that cannot be typeset."""


_JOINER = "\u2060"
"""Between two letters it lets no line break."""


PROBLEM = "klausur-problem"
"""Typst's counter of problems, which the templates set."""


def write(blocks: Sequence[Ast], formulas: Formulas, *, in_choice: bool = False, language: str = "en") -> str:
    """Typst markup of these blocks. A lone picture stands in the middle, but ``in_choice`` at its box."""
    return _Writer(formulas, in_choice=in_choice, language=language).blocks(blocks)


def string(text: str) -> str:
    """A text as a string literal of Typst."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(_printable(c) for c in escaped) + '"'


def _printable(c: str) -> str:
    if c in "\n\t":
        return {"\n": "\\n", "\t": "\\t"}[c]
    # what Typst takes for the end of a line, and other controls
    return f"\\u{{{ord(c):x}}}" if c in "\x85\u2028\u2029" or unicodedata.category(c) == "Cc" else c


class _Writer:
    def __init__(self, formulas: Formulas, *, in_choice: bool, language: str) -> None:
        self._formulas = formulas
        self._language = language
        self._in_choice = in_choice
        self._blanks = 0

    def blocks(self, blocks: Sequence[Ast]) -> str:
        """Blocks with an empty line between, by which the template takes them apart; none in tight lists."""
        written, tight = "", False
        for block in blocks:
            if markup := self._block(block):
                gap = "" if not written else "\n" if tight else "\n\n"
                written += gap + _in_its_script(block, markup)
                tight = block["t"] == "Plain"
        return written

    def _block(self, block: Ast) -> str:
        return _BLOCKS[block["t"]](self, block)

    def paragraph(self, block: Ast) -> str:
        image = tree.lone_picture(block)
        if image is None:
            return self.inlines(block["c"])
        return (
            f"#{picture(image, self._language)}"
            if self._in_choice
            else f"#align(center, {self.figure(image)})"
        )

    def figure(self, image: Ast, width: str | None = None) -> str:
        """A picture as an expression of Typst, with its caption below it if it has one."""
        shown, caption = picture(image, self._language, width), captions.of(image)
        number = captions.number_of(image)
        if not number:
            return shown
        said = f"#strong[{_numbered(captions.word(self._language), number)}:] #{string(_tied(caption))}"
        below = f"text(size: 0.9em)[#set par(justify: false)\n{said}]"
        return f"block(breakable: false, stack(spacing: 2.4mm, {shown}, {below}))"

    def div(self, block: Ast) -> str:
        """A figure beside text, or a hint or note, which stands in from both sides."""
        if not remarks.is_remark(block):
            return self.beside(block)
        return f"#pad(x: 4mm)[{self.blocks(block['c'][1])}]"

    def line_block(self, block: Ast) -> str:
        return "#linebreak()".join(self.inlines(line) for line in block["c"])

    def code(self, block: Ast) -> str:
        """A listing, with a label if it says whether its lines have numbers."""
        (_, classes, attributes), text = block["c"]
        language = f"lang: {string(classes[0])}, " if classes else ""
        label = {"yes": "<numbered>", "no": "<unnumbered>"}.get(dict(attributes).get(NUMBERS, ""), "")
        return f"#raw(block: true, {language}{string(text)}){label}"

    def quote(self, block: Ast) -> str:
        return f"#quote(block: true)[{self.blocks(block['c'])}]"

    def bullets(self, block: Ast) -> str:
        return f"#list({_tight(block['c'])}, {self._items(block['c'])})"

    def numbers(self, block: Ast) -> str:
        (start, style, delimiter), items = block["c"]
        pattern = _DELIMITERS.get(delimiter["t"], "{}.").format(_NUMBERS.get(style["t"], "1"))
        first = f"start: {int(start)}, numbering: {string(pattern)}"
        return f"#enum({_tight(items)}, {first}, {self._items(items)})"

    def terms(self, block: Ast) -> str:
        items = []
        for term, told in block["c"]:
            meaning = "\n\n".join(map(self.blocks, told))
            items.append(f"terms.item([{self.inlines(term)}], [{meaning}])")
        return f"#terms({', '.join(items)})"

    def rule(self, _: Ast) -> str:
        return "#line(length: 100%, stroke: 0.5pt)"

    def table(self, block: Ast) -> str:
        (_, _, attributes), _, columns, (_, head), bodies, (_, foot) = block["c"]
        height = dict(attributes).get(ROWS, FILL_IN)
        heads = [row for _, row in head]
        rows = [row for _, _, first, rest in bodies for _, row in (*first, *rest)] + [row for _, row in foot]
        open_ = [any(at < len(row) and _is_empty(row[at]) for row in rows) for at in range(len(columns))]
        widths = [_width(width, is_open=is_) for is_, (_, width) in zip(open_, columns, strict=True)]
        aligned = [_ALIGNMENTS.get(side["t"], "start + horizon") for side, _ in columns]
        # what is read has three rules, and what is filled in a frame round each cell
        ruled = not any(open_)
        parts = [f"columns: ({', '.join(widths)},)", f"align: ({', '.join(aligned)},)"]
        parts += ["stroke: none", _rule("0.8pt")] if ruled else []
        if any(not _is_empty(cell) for row in heads for cell in row):
            named = [self._cell(cell, "", bold=True) for row in heads for cell in row]
            parts.append(f"table.header({', '.join([*named, *([_rule('0.4pt')] if ruled else [])])})")
        for row in rows:
            tall = height if ROWS in dict(attributes) or any(map(_is_empty, row)) else ""
            parts.extend(self._cell(cell, tall) for cell in row)
        parts += [_rule("0.8pt")] if ruled else []
        return f"#align(center, table({', '.join(parts)}))"

    def beside(self, block: Ast) -> str:
        """A picture and the text beside it; the picture is first or last among the blocks."""
        blocks = list(block["c"][1])
        left = tree.lone_picture(blocks[0]) is not None
        image = tree.lone_picture(blocks.pop(0 if left else -1))
        assert image is not None, "the piece was checked when it was cut"  # noqa: S101
        sizes = dict(image["c"][0][2])
        width, shown = sizes["width"], self.figure(image, width="100%")
        words = f"[{self.blocks(blocks)}]"
        columns, cells = (f"{width}, 1fr", (shown, words)) if left else (f"1fr, {width}", (words, shown))
        return f"#grid(columns: ({columns}), column-gutter: 6mm, {cells[0]}, {cells[1]})"

    def _items(self, items: Sequence[Sequence[Ast]]) -> str:
        return ", ".join(f"[{self.blocks(item)}]" for item in items)

    def _cell(self, cell: Sequence[Any], height: str, *, bold: bool = False) -> str:
        _, side, rows, columns, blocks = cell
        spans = [f"rowspan: {int(rows)}"] if rows != 1 else []
        spans += [f"colspan: {int(columns)}"] if columns != 1 else []
        spans += [f"align: {_ALIGNMENTS[side['t']]}"] if side["t"] in _ALIGNMENTS else []
        # what keeps the height; the template may give it more
        high = f"#metadata({height})<fill-in>" if height else ""
        words = self.blocks(blocks)
        inside = high + (f"#strong[{words}]" if bold and words else words)
        return f"table.cell({''.join(f'{s}, ' for s in spans)}[{inside}])" if spans else f"[{inside}]"

    def inlines(self, nodes: Sequence[Ast]) -> str:
        """Inline nodes on one line; words and the blanks between them as one string."""
        parts: list[str] = []
        words = ""
        before: Ast | None = None
        for node, following in pairwise([*nodes, None]):
            if node is None:
                break
            if node["t"] == "Str":
                words += self._held(node["c"], before if not words else None, following)
            elif node["t"] in {"Space", "SoftBreak"}:
                if not _runs_on(node, words, following):
                    words += " "
            else:
                parts += [_run(words), self._inline(node)]
                words = ""
                before = node
        return "".join([*parts, _run(words)])

    @staticmethod
    def _held(text: str, before: Ast | None, following: Ast | None) -> str:
        """A word that goes on beside a formula, as in *k*-means: it stays on its line as a whole."""
        if _is_formula(before) and text[0] in "-‐‑–":
            text = _JOINER + text[0] + _JOINER + text[1:]
        elif _is_formula(before) and text[0].isalnum():
            text = _JOINER + text
        return text + _JOINER if _is_formula(following) and text[-1].isalnum() else text

    def _inline(self, node: Ast) -> str:
        return _INLINES[node["t"]](self, node)

    def wrapped(self, node: Ast) -> str:
        return f"#{_WRAPPED[node['t']]}[{self.inlines(node['c'])}]"

    def maths(self, node: Ast) -> str:
        """A formula, with its TeX as the words in which it is read out."""
        kind, tex = node["c"]
        markup = self._formulas[Maths(tex, kind["t"] == "DisplayMath")]
        whole = kind["t"] == "InlineMath" and len(tex) <= _SHORT
        shown = f"#box[{markup}]" if whole and markup else markup
        return f"#[#set math.equation(alt: {string(tex)});{shown}]" if markup else ""

    def quoted(self, node: Ast) -> str:
        kind, inside = node["c"]
        mark = f"#smartquote(double: {'true' if kind['t'] == 'DoubleQuote' else 'false'})"
        return f"{mark}{self.inlines(inside)}{mark}"

    def inline_code(self, node: Ast) -> str:
        return f"#raw({string(node['c'][1])})"

    def image(self, node: Ast) -> str:
        return f"#box({picture(node, self._language)})"

    def span(self, node: Ast) -> str:
        inside = self.inlines(node["c"][1])
        if not blank_spans.is_blank(node):
            return inside
        self._blanks += 1
        if blank_spans.is_for_number(node):
            return f"#metadata((at: {self._blanks}))<number-blank>"
        # what belongs into it: the template prints it in the sample solution alone
        return f"#metadata((at: {self._blanks}, words: [{inside}]))<blank>"

    def line_break(self, _: Ast) -> str:
        return "#linebreak()"

    def link(self, node: Ast) -> str:
        """The words, and behind them where they lead: paper cannot be clicked."""
        (_, classes, _), words, (target, _) = node["c"]
        if captions.FIGURE in classes:
            return _numbered(tree.plain(words), captions.number_of(node))
        address = _bare(target)
        shown = f"#link({string(target)})[{self.inlines(words)}]"
        if _bare(tree.plain(words)) == address:
            return shown
        behind = string(" (" + address.replace("/", _MAY_BREAK) + ")")
        return f"{shown}#{behind}"


_MAY_BREAK = "/\u200b"
_SHORT = 24
"""Characters of TeX of a formula that stays in one piece: no line begins with the 0 of x = 0."""
_Write = Callable[[_Writer, Ast], str]
_BLOCKS: dict[str, _Write] = {
    "Para": _Writer.paragraph,
    "Plain": _Writer.paragraph,
    "LineBlock": _Writer.line_block,
    "CodeBlock": _Writer.code,
    "BlockQuote": _Writer.quote,
    "BulletList": _Writer.bullets,
    "OrderedList": _Writer.numbers,
    "DefinitionList": _Writer.terms,
    "HorizontalRule": _Writer.rule,
    "Table": _Writer.table,
    "Div": _Writer.div,
}
_WRAPPED = {
    "Emph": "emph",
    "Strong": "strong",
    "Underline": "underline",
    "Strikeout": "strike",
    "Superscript": "super",
    "Subscript": "sub",
    "SmallCaps": "smallcaps",
}
_INLINES: dict[str, _Write] = {
    **dict.fromkeys(_WRAPPED, _Writer.wrapped),
    "Math": _Writer.maths,
    "Quoted": _Writer.quoted,
    "Code": _Writer.inline_code,
    "Link": _Writer.link,
    "Image": _Writer.image,
    "Span": _Writer.span,
    "LineBreak": _Writer.line_break,
}
_NUMBERS = {"LowerAlpha": "a", "UpperAlpha": "A", "LowerRoman": "i", "UpperRoman": "I"}
_DELIMITERS = {"OneParen": "{})", "TwoParens": "({})"}
_ALIGNMENTS = {
    "AlignLeft": "left + horizon",
    "AlignRight": "right + horizon",
    "AlignCenter": "center + horizon",
}


def _numbered(called: str, number: str) -> str:
    """What a figure is called: the template knows the number that its problem has on this paper."""
    return f"#{string(called)}~#context counter({string(PROBLEM)}).display()#{string('.' + number)}"


def picture(image: Ast, language: str, width: str | None = None) -> str:
    """A picture as an expression of Typst, with the words that describe it."""
    (_, _, attributes), caption, (target, _) = image["c"]
    sizes = {name: value for name, value in attributes if name in {"width", "height"}}
    if width is not None:
        sizes["width"] = width
    parts = [string("/" + target), *(f"{name}: {value}" for name, value in sizes.items())]
    if len(sizes) == 2:
        parts.append('fit: "contain"')  # else it would be cropped
    if words := tree.plain(caption, language):
        parts.append(f"alt: {string(words)}")
    return f"image({', '.join(parts)})"


def _run(words: str) -> str:
    """Words as a string; the blanks around it as blanks, of which Typst drops those at the ends of lines."""
    inner = words.strip(" ")
    if not inner:
        return " " if words else ""
    before, after = (" " if words[0] == " " else ""), (" " if words[-1] == " " else "")
    return f"{before}#{string(_tied(_with_minus(inner)))}{after}"


def _with_minus(words: str) -> str:
    """A hyphen before a digit, where no word ends, is a minus."""
    if "-" not in words:
        return words
    signs = (
        "−" if c == "-" and after.isdigit() and (before in " ([{=<>≤≥,;:/|" or not before) else c
        for before, c, after in zip(["", *words], words, [*words[1:], ""], strict=False)
    )
    return "".join(signs)


_PREFIXES = "[kcmdhMGTµμn]"
_UNITS = (
    rf"{_PREFIXES}?(?:m|g|s|A|K|N|J|W|V|C|F|T|H|l|L|Pa|Hz|Ω|eV|mol|bar|cal|rad|lx|lm|Bq|Gy|Sv)[²³]?|min|h|d|a|t|u|"
    r"ha|ppm|dB|Bit|Bits|bit|bits|Byte|Bytes|[kMGT]i?(?:B|b|Bit|bit)|km/h|m/s|kWh|EUR|USD|CHF"
)
_MONTHS = (
    "Januar|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember|"
    "January|February|March|May|June|July|October|December"
)
_TIES = re.compile(
    # § 5, §§ 438, Abs. 2, Fig. 3
    r"(?:§§?|\b(?:Abb|Abs|Alt|Art|Bd|Eq|Fig|Gl|Hs|Kap|No|Nr|Rdnr|Rn|Rz|S|Sec|Tab|Vol|Ziff|p|pp)\.) (?=\d)"
    # d. h., z. B., i. d. R., J. S. Bach
    r"|\b[A-Za-zÄÖÜäöü]\. (?=[A-Za-zÄÖÜäöü]{1,2}\.)"
    r"|\b(?:Dr|Prof|Mr|Mrs|Ms|St)\. (?=[A-ZÄÖÜ])"
    # 5 %, 280 000, 298 K, 12 f., 195 ff., 5. März, 10 Uhr
    rf"|(?<=\d) (?=[%‰€£$°]|\d{{3}}(?!\d)|(?:{_UNITS})(?![\w/])|ff?\.|Uhr\b|(?:{_MONTHS})\b)"
    rf"|(?<=\d\.) (?=(?:{_MONTHS})\b)|\b(?:{_MONTHS}) (?=\d)"
)
"""Blanks at which no line ends."""

_SINGLE = re.compile(r"(?<![\w-])([^\W\d_])([-‐])(?=[^\W\d_])")
"""E-Mail, t-Test, x-Achse: no line ends behind a single letter."""


def _tied(words: str) -> str:
    """A number stays on the line of what it belongs to, and an abbreviation of several letters on one."""
    held = _SINGLE.sub(rf"\1{_JOINER}\2{_JOINER}", words)
    return _TIES.sub(lambda found: found[0][:-1] + "\u00a0", held)


def _runs_on(node: Ast, before: str, following: Ast | None) -> bool:
    """Whether the end of a line is no blank: between two signs of Chinese or Japanese."""
    after = following["c"] if tree.is_a(following, "Str") and following is not None else ""
    return node["t"] == "SoftBreak" and all(
        text and unicodedata.east_asian_width(text[at]) in {"W", "F"} and text[at] < _HANGUL
        for text, at in ((before, -1), (after, 0))
    )


_HANGUL = "\uac00"
"""From here on signs are Korean, which has blanks between its words."""


def _bare(address: str) -> str:
    for scheme in ("mailto:", "https://", "http://"):
        address = address.removeprefix(scheme)
    return address.rstrip("/")


def _in_its_script(block: Ast, markup: str) -> str:
    """A block whose first letter is Hebrew or Arabic runs from right to left; one with kana is Japanese."""
    letters = "".join(node["c"] for node in tree.walk(block) if node["t"] == "Str")
    first = next((side for side in map(unicodedata.bidirectional, letters) if side in _STRONG), "L")
    if first != "L":
        language = "he" if first == "R" else "ar"
        return f'#[#set text(dir: rtl, lang: "{language}")\n#set align(right)\n{markup}\n]'
    if any("\u3041" <= c <= "\u30ff" for c in letters):  # else the signs would have their Chinese forms
        return f'#[#set text(lang: "ja", font: ("New Computer Modern", "Noto Sans JP"))\n{markup}\n]'
    return markup


_STRONG = frozenset({"L", "R", "AL"})


def _tight(items: Sequence[Sequence[Ast]]) -> str:
    return f"tight: {'true' if all(b['t'] != 'Para' for item in items for b in item[:1]) else 'false'}"


def _width(width: Ast, *, is_open: bool) -> str:
    """Of a column: pandoc's share of long lines, else what room is left if it is to be filled in."""
    if width["t"] == "ColWidth":
        return f"{float(width['c']):.4f}fr"
    return "1fr" if is_open else "auto"


def _rule(stroke: str) -> str:
    return f"table.hline(stroke: {stroke})"


def _is_empty(cell: Sequence[Any]) -> bool:
    return not tree.has_words(cell[4])


def _is_formula(node: Ast | None) -> bool:
    return node is not None and node["t"] == "Math" and node["c"][0]["t"] == "InlineMath"
