r"""TeX for the layout of a text, such as ``\newpage``: what that is here. Other TeX is meant as a formula."""

import re

_BY_COMMAND = (
    (r"newpage|pagebreak|clearpage|cleardoublepage", "write break=before behind the next heading"),
    (r"textbf|bfseries|textit|emph|itshape|underline|textsc|textrm", "write **bold** or *slanted*"),
    (r"texttt|verb|lstinline|lstlisting|verbatim|lstinputlisting|mintinline", "write code in `backquotes`"),
    (r"vspace|vfill|vskip|bigskip|medskip|smallskip|smallbreak", "an answer space has a height: space=40mm"),
    (
        r"hspace|hfill|hskip|quad|qquad|noindent|centering|hline|toprule|midrule|bottomrule",
        "leave it out",
    ),
    (r"item|itemize|enumerate|description", "write a list, with - or 1. in front of each line"),
    (r"includegraphics|figure|caption|centerline", "write ![what it shows](figures/name.svg)"),
    (r"tabular|table|multicolumn|cline", "write a table as | a | b | with |---|---| below its head"),
    (r"section|subsection|paragraph|question|part|parts|chapter", "write # or ## in front of a title"),
    (r"footnote|ref|eqref|label|cite|url|href", "write it into the text; a link is [words](https://…)"),
    (r"choice|CorrectChoice|correctchoice|wrongchoice|choices", "write choices as a list, - [x] or - [ ]"),
    (
        r"solution|makebox|framebox|fbox|fillin|dotfill|hrulefill|rule|answerline",
        "write ::: solution, space=…",
    ),
    (
        r"usepackage|documentclass|newcommand|def|input|include|document",
        "macros stand in exam.toml",
    ),
    (r"tiny|small|large|Large|huge|normalsize|footnotesize", "leave it out: sizes are the paper's"),
)
_TABLE = {command: hint for commands, hint in _BY_COMMAND for command in commands.split("|")}
_COMMAND = re.compile(r"\\(?:(?:begin|end)\s*\{(?P<of>[A-Za-z]+)\*?\}?|(?P<name>[A-Za-z]+))")


def hint(words: str, around: str = "") -> str | None:
    """How the first command of some words is written here; None if it may be meant as a formula.

    ``around`` are the words with what follows them, for an environment's name.
    """
    match = _COMMAND.match(around or words) or _COMMAND.match(words)
    return None if match is None else _TABLE.get(match["of"] or match["name"])
