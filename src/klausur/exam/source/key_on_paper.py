"""What looks like a key in a text that candidates read: marked boxes, solutions, lines of a rubric.

Whatever of the key was not understood as one would be printed; so anything that looks like it is refused, in
every form in which people and other systems write keys. An author who means it so says ``literal``.
"""

import re
from collections.abc import Iterator, Sequence

from klausur.exam.source import tree
from klausur.exam.source.pandoc import Ast
from klausur.exam.source.printed_lines import Line, Where, is_literal, lines_of

_TICKS = "✓✔☑☒✅🗹"
_IN_BOX = f"[xXхХ{_TICKS}✗✘√*+~]"
_MARKED = rf"(?:\[\s?{_IN_BOX}\s?\]|\(\s?{_IN_BOX}\s?\)|\{{\s?[xX]\s?\}}|[{_TICKS}])"
_SIGN = r"\s*(?:[-*+•–—]\s*)?(?:\(?(?:\d{1,2}|[A-Za-z])[.)]\s+)?"  # of a list, as it may stand in a text
_TRUE = (
    r"correct|right|true|richtig|wahr|korrekt|stimmt|correcte?|juste|vraie?|correct[ao]|verdader[ao]"
    r"|corrett[ao]|ver[ao]|juist|goed|waar|prawda|poprawn[ae]|prawidłow[ae]"
)
_FALSE = r"wrong|false|incorrect|falsch|unwahr|faux|fals[ao]|onjuist|fout|onwaar|fałsz"
_SOLUTION = (
    r"(?:sample |model )?solutions?|(?:muster)?lösung(?:en)?|musterantwort|erwartungshorizont|corrigé"
    r"|solución|soluzione|oplossing|uitwerking|rozwiązanie|rubric|bewertung(?:sschema)?|marking scheme"
)
_ANSWER = (
    r"answer(?: key)?|(?:correct|right) answers?|(?:richtige )?antwort(?:en)?|lösungsschlüssel"
    r"|réponse(?: correcte)?|respuesta(?: correcta)?|risposta(?: corretta)?|(?:juiste )?antwoord"
    r"|(?:poprawna )?odpowiedź"
)
_COMMENT = r"\s*(?:#+|//+|--+|%+|/\*+|<!--|;+)?\s*"

_STARTS = re.compile(rf"{_SIGN}{_MARKED}(?=\s|$)")
_ITEM_STARTS = re.compile(
    rf"[\[(](?:{_TRUE}|{_FALSE}|[rfwtRFWT]|yes|no|ja|nein|key)[\])]\s"
    r"|\[(?:[+\-−]\d[\d.,/]*(?: each)?|(?:either )?max [\d.,/]+|either|note|0)\]\s",
    re.IGNORECASE,
)
_ENDS = re.compile(
    rf"(?<=\s)(?:\[\s?{_IN_BOX}\s?\]|[{_TICKS}]|[\[({{](?:{_TRUE}|{_FALSE})[\])}}])\s*$", re.IGNORECASE
)
_ITEM_ENDS = re.compile(
    rf"(?<=[^\W\d_]{{2}}\s)\(\s?{_IN_BOX}\s?\)\s*$|(?:<[-–—]+|←|⇐)\s*(?:{_TRUE}|key)\b", re.IGNORECASE
)
_WITHIN = re.compile(rf"(?<![\w\])])\[\s?{_IN_BOX}\s?\](?![\w\[(])|[☑☒✅🗹]")
_ONE_OF = re.compile(rf"(?<!\w)[\[(](?P<mark>[xX{_TICKS}]|\s?)[\])]")
_CELL = re.compile(rf"\s*(?:{_MARKED}|[{_TICKS}✗✘])\s*")
_BARE = re.compile(rf"[xX×*{_TICKS}✗✘]?")
_OTHER_SYSTEMS = re.compile(
    r"\{[^{}=~]*(?:=[^{}~]*~|~[^{}]*=|~[^{}~]*~)[^{}]*\}"  # GIFT: {=right ~wrong}
    r"|\{(?:=[^{}]+|T|F|TRUE|FALSE|#\d[^{}]*)\}\s*$"
    r"|\{\d*:[A-Z_]{2,}:"  # cloze: {1:SHORTANSWER:=right}
    r"|\\(?:correctchoice|CorrectChoice|correct|bonne|begin\{solution)"  # exam.cls, automultiplechoice
)
_SOLVED = re.compile(
    rf"(?:{_SOLUTION})\s*[:：]\s*\S|(?:{_ANSWER})\s*[:：]\s*[^\s_.…‥\-–—:(\[□]", re.IGNORECASE
)
_KEY = re.compile(r"key\s*[:：]\s*[A-H](?:\s*[,;/]?\s*[A-H])*\s*\.?", re.IGNORECASE)
_SOLUTION_ALONE = re.compile(rf"(?:{_SOLUTION})\s*[:：]?\s*", re.IGNORECASE)
_FENCE = re.compile(rf":{{2,}}\s*\{{?\.?(?:{_SOLUTION}|answer|key)\b", re.IGNORECASE)
_CODE = re.compile(
    rf"\s*(?:[-*+]|\d+[.)])\s+\[[ xX]\](?:\s|$)|{_COMMENT}(?:{_SOLVED.pattern})|\s*{_FENCE.pattern}",
    re.IGNORECASE,
)
_CODE_ALONE = re.compile(rf"\[\s?{_IN_BOX}\s?\]|\(\s?[xX]\s?\)")
_CALLED = re.compile(rf"(?:{_SOLUTION}|answer|key)", re.IGNORECASE)

HINT = (
    "choices are a list with - [x] or - [ ], the rest of the key stands in ::: solution and ::: rubric; "
    "what must be printed so is written [so]{.literal}, or in ::: literal"
)
IN_TITLE = "say it in other words; choices are a list with - [x] or - [ ]"


def find(blocks: Sequence[Ast], *, in_choice: bool = False) -> Iterator[tuple[str, int]]:
    """The words that look like a key, with their line; at most one finding a line."""
    where = Where.CHOICE if in_choice else Where.TEXT
    found = {number: words for words, number in _found(blocks, where)}
    yield from ((words, number) for number, words in sorted(found.items()))


def in_title(title: str) -> str | None:
    """The words of a title that look like a key, if there are any."""
    match = _STARTS.match(title) or _ENDS.search(title) or _OTHER_SYSTEMS.search(title)
    return match[0].strip() if match else None


def _found(blocks: Sequence[Ast], where: Where) -> Iterator[tuple[str, int]]:
    lines = list(lines_of(list(blocks), where))
    for line in lines:
        if words := _in_line(line):
            yield words, line.number
    yield from _solutions_with_heads(lines)
    for node in _visible(list(blocks)):
        if node["t"] == "OrderedList" and _begins_with_x(node):
            yield "(x)", node["line"]
        elif node["t"] == "Table":
            yield from _ticked(node)
        elif node["t"] == "CodeBlock" and any(map(_CALLED.fullmatch, node["c"][0][1])):
            yield node["c"][0][1][0], node["line"]


def _in_line(line: Line) -> str | None:
    text = line.text.strip()
    if line.where is Where.CODE:
        match = _CODE.match(line.text) or (_CODE_ALONE.fullmatch(text) if line.part == 0 else None)
    elif line.where is Where.CELL:
        match = _CELL.fullmatch(text) or _within(text) or _SOLVED.match(text)
    else:
        listed = line.where in {Where.ITEM, Where.CHOICE}
        match = (
            _STARTS.match(text)
            or _ENDS.search(text)
            or (line.where is Where.ITEM and _ITEM_STARTS.match(text + " "))
            or (listed and _ITEM_ENDS.search(text))
            or _within(text)
            or _SOLVED.match(text)
            or _KEY.fullmatch(text)
            or _FENCE.match(text)
        ) or None
    return " ".join(match[0].split())[:40] if match else None


def _within(text: str) -> re.Match[str] | None:
    """A marked box somewhere in a line, or several boxes of which some are marked and some are not."""
    match = _WITHIN.search(text) or _OTHER_SYSTEMS.search(text)
    if match is None:
        boxes = list(_ONE_OF.finditer(text))
        marked = [box for box in boxes if box["mark"].strip()]
        match = marked[0] if 0 < len(marked) < len(boxes) else None
    return match


def _solutions_with_heads(lines: Sequence[Line]) -> Iterator[tuple[str, int]]:
    """The word Solution alone, with more text below."""
    for at, line in enumerate(lines[:-1]):
        if line.where is not Where.CODE and _SOLUTION_ALONE.fullmatch(line.text) and lines[at + 1].text:
            yield line.text.strip(), line.number


def _begins_with_x(node: Ast) -> bool:
    """Whether this is ``(x) words``, which pandoc takes for the tenth or 24th item of a list."""
    (start, style, delimiter), items = node["c"]
    tenth = {"LowerAlpha": 24, "UpperAlpha": 24, "LowerRoman": 10, "UpperRoman": 10}.get(style["t"])
    return start == tenth and len(items) == 1 and delimiter["t"] != "Period"


def _ticked(table: Ast) -> Iterator[tuple[str, int]]:
    """A table with bare ticks and empty cells, and nothing else behind the first cells of its rows."""
    cells = [
        tree.plain(b for block in cell[4] for b in block.get("c", ()) if isinstance(b, dict)).strip()
        for _, _, first, rest in table["c"][4]
        for _, columns in (*first, *rest)
        for cell in columns[1:]
    ]
    ticks = [text for text in cells if text]
    if ticks and len(ticks) < len(cells) and all(map(_BARE.fullmatch, cells)):
        line = next((n["line"] for n in tree.walk(table["c"][4]) if n["t"] == "Str"), table["line"])
        yield ticks[0], line


def _visible(value: object) -> Iterator[Ast]:
    """All nodes at and below some level but those that are literal."""
    if isinstance(value, list):
        for inner in value:
            yield from _visible(inner)
    elif isinstance(value, dict) and "t" in value and not is_literal(value):
        yield value
        yield from _visible(value.get("c"))
