r"""LaTeX files as far as their structure goes: comments off, files put in, arguments of commands found."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from klausur.convert.model import Fate, Markup, Remark, Text
from klausur.convert.source import Source, decoded

_VERBATIM = re.compile(
    r"\\begin\{(verbatim|lstlisting|minted|Verbatim|alltt)\*?\}.*?\\end\{\1\*?\}|\\verb\*?([^\w\s*]).*?\2",
    re.DOTALL,
)
_COMMENT = re.compile(r"(?<!\\)((?:\\\\)*)%[^\n]*")
_INPUT = re.compile(r"\\(?:input|include|subfile)(?![A-Za-z])\s*(?:\{([^{}]+)\}|(\S+))")
_DEFINITION = re.compile(
    r"\\(?:newcommand|renewcommand|providecommand|DeclareMathOperator|def|newenvironment|renewenvironment|DeclarePairedDelimiter)\b"
)
_DEEPEST = 10
_MOST_INPUT = 5_000_000
_POINTS = re.compile(r"(\d*(?:\.\d+)?)\s*(\\half|\\frac\{1\}\{2\}|½)?")


@dataclass(frozen=True, slots=True)
class Document:
    """A LaTeX file: its whole text, what comes ahead of its document, what is in it from line ``first`` on.

    ``raw`` is what is in it as it was read, for a count that owes nothing to what was done to the rest.
    """

    text: str
    preamble: str
    body: str
    first: int
    raw: str

    def line(self, at: int) -> int:
        """The line of a place in the body."""
        return self.first + self.body.count("\n", 0, at)


def document(source: Source, remarks: list[Remark]) -> Document:
    """The file with all that it puts in, without comments; lines are those of the file itself."""
    raws: list[str] = [source.text]
    text = _with_inputs(uncommented(source.text), source, remarks, raws, 0)
    text = re.sub(r"\\begin\{comment\}.*?\\end\{comment\}", _lines_alone, text, flags=re.DOTALL)
    text = re.sub(r"\\iffalse\b.*?\\fi\b", _lines_alone, text, flags=re.DOTALL)
    for match in _ANSWERS_ONLY.finditer(text):
        if is_said(match["yes"]):
            line = 1 + text.count("\n", 0, match.start())
            told = " ".join(match["yes"].split())[:60]
            remarks.append(
                Remark(
                    Fate.REFUSED,
                    line,
                    rf"what \ifprintanswers shows alone: {told}",
                    "left out: write it into ::: solution",
                )
            )
    text = _ANSWERS_ONLY.sub(_unanswered, text)
    begin = re.search(r"\\begin\{document\}", text)
    end = re.search(r"\\end\{document\}", text)
    start = begin.end() if begin else 0
    body = text[start : end.start() if end else len(text)]
    preamble = text[: begin.start()] if begin else ""
    return Document(text, preamble, body, 1 + text.count("\n", 0, start), "\n".join(map(_counted_part, raws)))


_ANSWERS_ONLY = re.compile(
    r"\\ifprintanswers\b(?P<yes>(?:(?!\\else\b|\\fi\b).)*)(?:\\else\b(?P<no>.*?))?\\fi\b", re.DOTALL
)


def _unanswered(match: re.Match[str]) -> str:
    """What candidates see of a place that looks otherwise with answers."""
    return (match["no"] or "") + "\n" * (match["yes"] or "").count("\n")


def _lines_alone(match: re.Match[str]) -> str:
    return "\n" * match[0].count("\n")


def _counted_part(text: str) -> str:
    """The part of a file that a simple count is about: its document, without comments."""
    text = re.sub(r"(?<!\\)%.*", "", text)
    text = re.sub(r"\\begin\{comment\}.*?\\end\{comment\}|\\iffalse\b.*?\\fi\b", "", text, flags=re.DOTALL)
    begin, end = text.find(r"\begin{document}"), text.find(r"\end{document}")
    return text[max(begin, 0) : end if end >= 0 else len(text)]


def uncommented(text: str) -> str:
    """LaTeX without comments; what is verbatim, and every line end, stays."""
    parts, last = [], 0
    for match in _VERBATIM.finditer(text):
        line = text[text.rfind("\n", 0, match.start()) + 1 : match.start()]
        if re.search(r"(?<!\\)%", line):
            continue
        parts += [_COMMENT.sub(r"\1", text[last : match.start()]), match[0]]
        last = match.end()
    return "".join([*parts, _COMMENT.sub(r"\1", text[last:])])


def _with_inputs(text: str, source: Source, remarks: list[Remark], raws: list[str], depth: int) -> str:
    def put_in(match: re.Match[str]) -> str:
        name = (match[1] or match[2]).strip()
        inside = _read(source.folder, name)
        if inside is None or depth >= _DEEPEST:
            line = 1 + text.count("\n", 0, match.start())
            remarks.append(Remark(Fate.REFUSED, line, f"the file {name}", "it is not beside this one"))
            return ""
        raws.append(inside)
        return _with_inputs(uncommented(inside), source, remarks, raws, depth + 1)

    return _INPUT.sub(put_in, text)


def _read(folder: Path, name: str) -> str | None:
    root = folder.resolve()
    for ending in ("", ".tex"):
        path = (root / (name + ending)).resolve()
        try:
            if path.is_relative_to(root) and path.is_file() and path.stat().st_size <= _MOST_INPUT:
                return decoded(path.read_bytes(), path.name)
        except (OSError, ValueError):
            return None
    return None


def masked(text: str) -> str:
    """The text with what is verbatim in it blanked out, every place where it was."""
    return _VERBATIM.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), text)


def braced(text: str, at: int) -> tuple[str, int] | None:
    """The argument in braces at a place, past blanks, and where it ends; None if there is none."""
    return _bracketed(text, at, "{", "}")


def optional(text: str, at: int) -> tuple[str | None, int]:
    """The argument in square brackets at a place, and where what follows begins; None if there is none."""
    found = _bracketed(text, at, "[", "]")
    return (None, at) if found is None else found


def _bracketed(text: str, at: int, opens: str, closes: str) -> tuple[str, int] | None:
    match = re.compile(r"[ \t]*\n?[ \t]*").match(text, at)
    start = match.end() if match else at
    if start >= len(text) or text[start] != opens:
        return None
    depth, braces = 0, 0
    for place in range(start, len(text)):
        letter = text[place]
        if place and text[place - 1] == "\\" and (place < 2 or text[place - 2] != "\\"):
            continue
        if letter == opens and (opens == "{" or not braces):
            depth += 1
        elif letter == closes and (opens == "{" or not braces):
            depth -= 1
            if not depth:
                return text[start + 1 : place], place + 1
        elif letter == "{":
            braces += 1
        elif letter == "}":
            braces -= 1
            if braces < 0:
                return None
    return None


def arguments(text: str, at: int, number: int) -> tuple[tuple[str, ...], int]:
    """So many arguments in braces at a place, as far as they are there, and where they end."""
    found: list[str] = []
    for _ in range(number):
        one = braced(text, at)
        if one is None:
            break
        found.append(one[0])
        at = one[1]
    return tuple(found), at


def environment_end(text: str, name: str, at: int) -> tuple[int, int]:
    r"""Where the environment that is open at a place ends: where its ``\end`` begins, and what follows."""
    depth = 1
    pattern = re.compile(rf"\\(begin|end)\s*\{{{re.escape(name)}\}}")
    for match in pattern.finditer(text, at):
        depth += 1 if match[1] == "begin" else -1
        if not depth:
            return match.start(), match.end()
    return len(text), len(text)


def definitions(document_: Document) -> tuple[str, tuple[tuple[str, str], ...]]:
    """What a file defines: TeX that pandoc may read, and macros that formulas need, by name."""
    text = document_.preamble
    lines: list[str] = []
    macros: list[tuple[str, str]] = []
    for match in _DEFINITION.finditer(text):
        end, name, body = _definition(text, match)
        if not name or end > match.start() + 2000:
            continue
        lines.append(" ".join(text[match.start() : end].split()))
        if body is not None and "environment" not in match[0] and "'" not in body and "@" not in body:
            macros.append((name, " ".join(body.split())))
    return "\n".join(lines), tuple(macros)


def _definition(text: str, match: re.Match[str]) -> tuple[int, str, str | None]:
    """Where a definition ends, the name that it defines, and what that stands for."""
    at = match.end()
    if match[0] == r"\def":
        head = re.compile(r"\s*\\([A-Za-z]+)((?:#\d)*)\s*").match(text, at)
        body = braced(text, head.end()) if head else None
        return (body[1], head[1], body[0]) if head and body else (at, "", None)
    star = re.compile(r"\*?\s*(?:\{\s*\\?([A-Za-z]+)\s*\}|\\([A-Za-z]+))\s*(?:\[\d\])?").match(text, at)
    if star is None:
        return at, "", None
    name = star[1] or star[2]
    default, at = optional(text, star.end())
    if "environment" in match[0]:
        given, at = arguments(text, at, 2)
        return (at, name, None) if len(given) == 2 else (at, "", None)
    body = braced(text, at)
    if body is None:
        return at, "", None
    if "MathOperator" in match[0]:
        return body[1], name, rf"\operatorname{{{body[0]}}}"
    return body[1], name, None if default is not None else body[0]


def used(macros: Sequence[tuple[str, str]], texts: Iterator[Text]) -> tuple[tuple[str, str], ...]:
    """The macros that some text names, and those that these need in turn."""
    known = dict(macros)
    wanted: set[str] = set()
    new = {name for text in texts for name in re.findall(r"\\([A-Za-z]+)", text.words)} & set(known)
    while new:
        wanted |= new
        new = {name for one in new for name in re.findall(r"\\([A-Za-z]+)", known[one])} & set(known) - wanted
    return tuple((name, known[name]) for name in known if name in wanted)


def latex(words: str, line: int = 0, blanks: tuple[str, ...] = ()) -> Text:
    """A text in LaTeX."""
    return Text(words.strip(), Markup.LATEX, line, blanks)


def is_said(words: str) -> bool:
    """Whether LaTeX says anything beside layout."""
    bare = re.sub(
        r"\\(?:vspace|hspace)\*?\s*\{(?:[^{}]|\{[^{}]*\})*\}|\\(?:pagebreak|nopagebreak)(?:\[\d\])?|\\(?:begin|end)\{(?:multicols\*?|center|minipage|parts|questions|samepage|small)\}(?:\[[^\]]*\])?(?:\{[^{}]*\})?"
        r"|\\(?:vfill|vfil|newpage|clearpage|hrulefill|noindent|par|bigskip|medskip|smallskip|null|columnbreak|addpoints|droppoints|hfill|centering|hrule)(?![A-Za-z])"
        r"|\\(?:setcounter|setlength|addtocounter)\s*\{?\\?\w+\}?\s*\{[^{}]*\}|\\\\(?:\[[^\]]*\])?|[{}\s~]",
        "", words,
    )  # fmt: skip
    return bool(bare)
