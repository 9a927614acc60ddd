r"""LaTeX text as pandoc can read it: without commands of layout, and with those of packages in plain ones."""

import re

_LAYOUT = re.compile(
    r"\\(?:vspace|hspace|vskip|addvspace)\*?\s*(?:\{[^{}]*\}|-?[\d.]+\s*(?:pt|mm|cm|in|em|ex))"
    r"|\\(?:vfill|hfill|hrulefill|dotfill|newpage|clearpage|cleardoublepage|noindent|indent|smallskip|medskip"
    r"|bigskip|centering|raggedright|raggedleft|columnbreak|addpoints|noaddpoints|par|null|hrule|strut|phantomsection"
    r"|tiny|scriptsize|footnotesize|small|normalsize|large|Large|LARGE|huge|Huge|displaystyle|textstyle|protect"
    r"|samepage|onehalfspacing|doublespacing|singlespacing|sloppy|qquad|quad|leavevmode|bfseries\b(?=\s*\\item))(?![A-Za-z@])"
    r"|\\(?:pagebreak|nopagebreak|linebreak|nolinebreak|newline)(?![A-Za-z])(?:\[\d\])?"
    r"|\\(?:setlength|addtolength|setcounter|addtocounter)\s*\{?\\?[A-Za-z@]+\}?\s*\{[^{}]*\}"
    r"|\\(?:label|pagestyle|thispagestyle|bibliographystyle|fontsize\{[^{}]*\})\s*\{[^{}]*\}"
    r"|\\(?:rule)(?:\[[^\]]*\])?\{[^{}]*\}\{[^{}]*\}"
    r"|\\(?:fillwithlines|fillwithdottedlines|fillwithgrid|makeemptybox|answerspace|stretch)\*?\{[^{}]*\}"
    r"|\\begin\{multicols\*?\}\s*\{[^{}]*\}|\\end\{multicols\*?\}"
    r"|\\begin\{minipage\}(?:\[[^\]]*\])*\{[^{}]*\}|\\end\{minipage\}"
    r"|\\(?:begin|end)\{(?:center|flushleft|flushright|samepage|small|footnotesize|large|Large|spacing|singlespace"
    r"|doublespace|onehalfspace|framed|mdframed|coverpages|figure\*?|table\*?|wrapfigure|landscape|sloppypar)\}"
    r"(?:\[[^\]]*\])?"
)
_BREAKS = re.compile(r"\\(?:newline|linebreak|par)(?![A-Za-z])|\\(?:q?quad)(?![A-Za-z])")
_SAME = (
    (
        re.compile(r"\\begin\{(?:alltt|Verbatim|minted|lstlisting)\}(?:\[[^\]]*\])?(?:\{[^{}]*\})?"),
        r"\\begin{verbatim}",
    ),
    (re.compile(r"\\end\{(?:alltt|Verbatim|minted|lstlisting)\}"), r"\\end{verbatim}"),
    (re.compile(r"\\begin\{(?:compactitem|itemize\*|inparaitem)\}"), r"\\begin{itemize}"),
    (re.compile(r"\\end\{(?:compactitem|itemize\*|inparaitem)\}"), r"\\end{itemize}"),
    (re.compile(r"\\begin\{(?:compactenum|enumerate\*|inparaenum)\}"), r"\\begin{enumerate}"),
    (re.compile(r"\\end\{(?:compactenum|enumerate\*|inparaenum)\}"), r"\\end{enumerate}"),
    (re.compile(r"\\begin\{(tabularx|tabular\*)\}\s*\{[^{}]*\}"), r"\\begin{tabular}"),
    (re.compile(r"\\end\{(tabularx|tabular\*)\}"), r"\\end{tabular}"),
    (re.compile(r"\\begin\{(itemize|description)\}\s*\[[^\]]*\]"), r"\\begin{\1}"),
    (re.compile(r"\\adjustbox\s*\{[^{}]*\}\s*\{"), "{"),
    (
        re.compile(
            r"\\(?:resizebox\*?\s*\{[^{}]*\}\s*\{[^{}]*\}|scalebox\s*\{[^{}]*\}|raisebox\s*\{[^{}]*\}|parbox(?:\[[^\]]*\])*\s*\{[^{}]*\})\s*\{"
        ),
        "{",
    ),
    (re.compile(r"\\begin\{adjustbox\}\s*\{[^{}]*\}|\\end\{adjustbox\}|\\raggedcolumns\b"), " "),
    (re.compile(r"\\makebox(?:\[[^\]]*\]){0,2}\{"), r"\\mbox{"),
)


_SIGNS = {
    "bar": "|", "asciigrave": "\ue016", "underscore": r"\_", "braceleft": r"\{", "braceright": r"\}",
    "endash": "–", "emdash": "—", "euro": "€", "periodcentered": "·", "ellipsis": "…", "pm": "±",
    "times": "×", "div": "÷",
    "minus": "−", "trademark": "™", "ohm": "Ω", "asteriskcentered": "*", "daggerdbl": "‡", "exclamdown": "¡",
    "questiondown": "¿", "ordmasculine": "º", "ordfeminine": "ª", "visiblespace": "␣", "numero": "№",
    "perthousand": "‰", "langle": "⟨", "rangle": "⟩", "rightarrow": "→", "leftarrow": "←", "lnot": "¬",
    "brokenbar": "¦", "yen": "¥", "cent": "¢", "currency": "¤", "onequarter": "¼", "threequarters": "¾",
}  # fmt: skip
_SIGN = re.compile(rf"\\text({'|'.join(_SIGNS)})(?![A-Za-z])(?:\{{\}}|[ \t]*)")
"""Signs of text that pandoc does not know by these names."""
_TYPED = re.compile(r"\\texttt\{(?:[^{}]|\{[^{}]*\})*\}")
_ENUMERATE = re.compile(r"\\begin\{enumerate\}\s*\[([^\]]*)\]")
_LABELS = (("\\Alph*", "A"), ("\\alph*", "a"), ("\\roman*", "i"), ("\\Roman*", "I"), ("\\arabic*", "1"))


def _enumerate(match: re.Match[str]) -> str:
    r"""A numbered list with its label as pandoc reads one: ``[label=(\\alph*)]`` is ``[(a)]``."""
    said = re.search(r"label\s*=\s*(?:\{([^{}]*)\}|([^,\]]*))", match[1])
    label = (said[1] or said[2] or "") if said else match[1]
    for command, sign in _LABELS:
        label = label.replace(command, sign)
    label = re.sub(r"\\[A-Za-z]+|[{}]", "", label).strip()
    return r"\begin{enumerate}" + (f"[{label}]" if re.fullmatch(r"\(?[AaiI1][.):]?", label) else "")


def for_pandoc(text: str) -> str:
    """LaTeX without its layout: what is left is words, lists, tables, figures and code."""
    for pattern, plain in _SAME:
        text = pattern.sub(plain, text)
    text = _ENUMERATE.sub(_enumerate, text)
    parts = re.split(r"(\\begin\{verbatim\}.*?\\end\{verbatim\})", text, flags=re.DOTALL)
    for at in range(0, len(parts), 2):
        kept = re.sub(r"\\(?:newline|linebreak)(?![A-Za-z])(?:\[\d\])?", r"\\\\ ", parts[at])
        kept = re.sub(
            r"\\(?:par|vfill|[sm]\w*skip|bigskip|newpage|pagebreak)(?![A-Za-z])(?:\[\d\])?", "\n\n", kept
        )
        kept = re.sub(r"\\q?quad(?![A-Za-z])", " ", kept)
        # a bracket in braces is one, and would end code that pandoc reads
        kept = _TYPED.sub(lambda match: re.sub(r"\{([\[\]])\}", r"\1", match[0]), kept)
        kept = _SIGN.sub(lambda match: _SIGNS[match[1]], kept)
        parts[at] = _LAYOUT.sub(
            lambda match: "\n\n" if "center" in match[0] or "minipage" in match[0] else " ", kept
        )
    return "".join(parts)
