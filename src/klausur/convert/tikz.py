r"""Pictures that LaTeX draws, ``\begin{tikzpicture}``: drawn by TeX where it is at hand, as figures in PDF.

TeX runs confined (`klausur.convert.apart_worker`). What it cannot draw stays as it is, and is refused by who
reads the text.
"""

import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

import pypdfium2 as pdfium

from klausur.base import overtime
from klausur.convert import apart_worker, tex
from klausur.convert.model import Fate, Found, Markup, Remark, Text
from klausur.convert.source import Source

_BEGIN = re.compile(r"\\begin\{tikzpicture\}")
_SECONDS = 20.0
"""Of processor time for one picture; most take 1 s."""

_MOST = 200
"""Pictures of one file."""

_TEX = ("pdflatex", "-no-shell-escape", "-halt-on-error", "-interaction=nonstopmode")
_MM = 25.4 / 72
_PACKAGES = frozenset(
    [
        "tikz",
        "pgf",
        "pgfplots",
        "pgfplotstable",
        "amsmath",
        "amssymb",
        "amsfonts",
        "amsthm",
        "mathtools",
        "bm",
        "xcolor",
        "color",
        "siunitx",
        "circuitikz",
        "tikz-cd",
        "tikz-3dplot",
        "fontenc",
        "inputenc",
        "babel",
        "textcomp",
        "gensymb",
        "physics",
        "cancel",
        "xfrac",
        "nicefrac",
    ]
)
"""What a picture may need of a file's packages; others change pages."""

_PACKAGE = re.compile(r"\\usepackage\s*(?P<options>\[[^\]]*\])?\s*\{(?P<names>[^}]*)\}")
_SETTING = re.compile(
    r"\\(?:usetikzlibrary|usepgfplotslibrary|tikzset|pgfplotsset|definecolor|colorlet|newcommand|renewcommand"
    r"|providecommand|DeclareMathOperator|tikzstyle)\*?(?![A-Za-z@])"
)
T = TypeVar("T")


@dataclass(slots=True)
class _Drawing:
    """The pictures of one file: ``head`` is what stands ahead of each."""

    head: str
    done: dict[str, str] = field(default_factory=dict)
    pictures: dict[str, bytes] = field(default_factory=dict)
    remarks: list[Remark] = field(default_factory=list)

    def of(self, source: str, line: int) -> str:
        """What stands in a text in place of a picture: the command for its figure, or the source again."""
        if source in self.done or len(self.done) >= _MOST:
            return self.done.get(source, source)
        made = drawn(source, self.head)
        if isinstance(made, str):
            self.done[source] = source
            self.remarks.append(Remark(Fate.REFUSED, line, "a tikzpicture", f"TeX cannot draw it: {made}"))
            return source
        name = f"tikz-{len(self.pictures) + 1}.pdf"
        self.pictures[name] = made
        with pdfium.PdfDocument(made) as document:
            width = document[0].get_width() * _MM
        self.done[source] = rf"\includegraphics[width={width:.1f}mm]{{{name}}}"
        self.remarks.append(Remark(Fate.CHANGED, line, "a tikzpicture", "a figure, as TeX draws it"))
        return self.done[source]


def with_figures(found: Found, source: Source) -> Found:
    """What was found in a file, with figures in place of the pictures that TeX can draw."""
    if not any(_BEGIN.search(text) for text in _latex(found)) or shutil.which("pdflatex") is None:
        return found
    drawing = _Drawing(head(source.text))
    changed = _mapped(found, drawing)
    pictures = {**found.pictures, **drawing.pictures}
    return replace(changed, pictures=pictures, remarks=(*changed.remarks, *drawing.remarks))


def head(text: str) -> str:
    """Of a file's preamble what its pictures may need."""
    before = re.sub(r"(?<!\\)%[^\n]*", "", text.partition(r"\begin{document}")[0])
    lines = []
    for match in _PACKAGE.finditer(before):
        names = [name.strip() for name in match["names"].split(",")]
        lines += [rf"\usepackage{match['options'] or ''}{{{n}}}" for n in names if n in _PACKAGES]
    for match in _SETTING.finditer(before):
        end = match.end()
        while part := re.compile(r"\s*(\\[A-Za-z@]+|\[[^\]]*\]|=)").match(before, end):
            end = part.end()
        while (braces := tex.braced(before, end)) is not None:
            end = braces[1]
            if part := re.compile(r"\s*\[[^\]]*\]").match(before, end):
                end = part.end()
        lines.append(before[match.start() : end])
    return "\n".join(lines)


def drawn(source: str, ahead: str) -> bytes | str:
    """A picture as a page of PDF of its size; or why there is none."""
    words = "\n".join(
        [
            r"\documentclass[border=1pt]{standalone}",
            *([] if "{tikz}" in ahead or "{pgfplots}" in ahead else [r"\usepackage{tikz}"]),
            *(ahead, r"\begin{document}", source, r"\end{document}", ""),
        ]
    )
    with tempfile.TemporaryDirectory(prefix="klausur-") as name:
        folder = Path(name).resolve()
        (folder / "picture.tex").write_text(words, "utf-8")
        try:
            done = apart_worker.run(folder, [*_TEX, "picture.tex"], _SECONDS)
        except (overtime.BusyError, overtime.HungError) as error:
            return f"it {error}"
        except OSError as error:
            return f"it cannot be started: {error.strerror}"
        made = apart_worker.made(folder, "picture.pdf")
        if done.returncode or made is None:
            return _said(done.stdout.decode("utf-8", "replace"))
        return made


def _said(log: str) -> str:
    """What TeX says is wrong, with the line of the picture that it stopped at."""
    lines = log.splitlines()
    at = next((n for n, line in enumerate(lines) if line.startswith("!")), None)
    if at is None:
        return "it ended without a word"
    where = next((line for line in lines[at:] if re.match(r"l\.\d+ ", line)), "")
    return " ".join(f"{lines[at].lstrip('! ')} {where.partition(' ')[2]}".split())[:200]


def _latex(value: object) -> Iterator[str]:
    """The words of each text in LaTeX."""
    if isinstance(value, Text):
        if value.markup is Markup.LATEX:
            yield value.words
    elif isinstance(value, tuple):
        for one in value:
            yield from _latex(one)
    elif is_dataclass(value) and not isinstance(value, type):
        for each in fields(value):
            yield from _latex(getattr(value, each.name))


def _mapped(value: T, drawing: _Drawing) -> T:
    """A part of what was found with every picture in it drawn."""
    found: Any = value
    if isinstance(value, Text):
        if value.markup is Markup.LATEX and _BEGIN.search(value.words):
            found = replace(value, words=_with_figures(value, drawing))
    elif isinstance(value, tuple):
        found = tuple(_mapped(one, drawing) for one in value)
    elif is_dataclass(value) and not isinstance(value, (type, Mapping)):
        now = {each.name: getattr(value, each.name) for each in fields(value) if each.init}
        then = {name: _mapped(part, drawing) for name, part in now.items()}
        changed = {name: part for name, part in then.items() if part is not now[name] and part != now[name]}
        found = replace(value, **changed) if changed else value
    return found  # type: ignore[no-any-return] # the same type as it was


def _with_figures(text: Text, drawing: _Drawing) -> str:
    parts, at = [], 0
    while match := _BEGIN.search(text.words, at):
        _, after = tex.environment_end(text.words, "tikzpicture", match.end())
        parts.append(text.words[at : match.start()])
        parts.append(drawing.of(text.words[match.start() : after], text.line))
        at = after
    return "".join([*parts, text.words[at:]])
