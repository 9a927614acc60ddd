"""Which pieces of the source Typst refuses, and why: each is compiled apart, so that one hides no other."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from klausur.base.diagnostics import Diagnostic
from klausur.exam.content import Content
from klausur.typeset import engine
from klausur.typeset.markup import alone
from klausur.typeset.shown_files import shown_files


def find(
    contents: Mapping[str, Content], plain: Mapping[str, object], root: Path
) -> dict[str, list[Diagnostic]]:
    """The findings about all pieces that cannot be typeset, by name."""
    found = {}
    for name, content in contents.items():
        done = _alone(content, plain, root)
        if isinstance(done, engine.TypstFault):
            found[name] = (
                _lacking(content, root) or _formulas(content, plain, root) or [_whole(content, done)]
            )
    return found


def _formulas(content: Content, plain: Mapping[str, object], root: Path) -> list[Diagnostic]:
    """The formulas of a piece that Typst refuses each by itself, where they stand."""
    found = []
    for formula in content.formulas:
        done = _alone(replace(content, typst=formula.typst), plain, root)
        if isinstance(done, engine.TypstFault):
            message = f"a formula cannot be typeset: {done.message} in {_short(formula.typst)}"
            hint = "look for an unknown command; TeX as in amsmath is understood"
            found.append(Diagnostic("maths-unset", message, formula.place, hint))
    return found


def _alone(content: Content, plain: Mapping[str, object], root: Path) -> engine.Typeset | engine.TypstFault:
    return engine.typeset(alone(content), plain, root=root, files=shown_files([content], root))


def _lacking(content: Content, root: Path) -> list[Diagnostic]:
    """The figures of a piece that Typst is not shown, since something is wrong with them."""
    shown = shown_files([content], root)
    lacking = (figure for figure in content.figures if figure.path not in shown)
    hint = "mend the figure first"
    return [
        Diagnostic("typeset-failed", f"the figure {figure.path} cannot be shown", figure.place, hint)
        for figure in lacking
    ]


def _whole(content: Content, fault: engine.TypstFault) -> Diagnostic:
    message = f"this part cannot be typeset: {fault.message}"
    return Diagnostic(
        "typeset-failed", message, content.place, "; ".join(fault.hints) or "write it more plainly"
    )


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 60 else text[:59] + "…"
