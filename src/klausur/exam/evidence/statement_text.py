"""Statements of a key as they are shown to people: words cut out of Markdown, made whole again."""

import re
from collections.abc import Sequence
from pathlib import Path
from textwrap import dedent

from klausur.base.diagnostics import errors
from klausur.exam.content import Content
from klausur.exam.evidence import Claim
from klausur.exam.source import pandoc, pieces, tree
from klausur.exam.source.folder import notation
from klausur.exam.source.pieces import Piece, Source

_MARK = re.compile(r"^(?:[-*+]\s+)?(?:\[[^\]]{1,16}\]\s+)?(?:[-*+]\s+(?:\[[^\]]{1,16}\]\s+)?)?")
"""What opens a choice or a rubric's line: ``- [x]``, ``- [+0.5]``."""

_FENCE = re.compile(r"(`{3}|~{3}).*\n")
_CODE = re.compile(r"(`+).+?\1")


def shown(folder: Path, statements: Sequence[str]) -> tuple[Content | None, ...]:
    """Each statement as a Content; None for one that is no whole text or formula, and is shown as typed.

    Args:
        folder: the exam's folder.
        statements: words of the exam's Markdown, which may begin or end inside a formula.

    Raises:
        ToolError: pandoc cannot be run.
    """
    trees = pandoc.read([_whole(statement) for statement in statements])
    cut = [_cut(Source(folder, "", []), result) for result in trees]
    contents = pieces.convert([piece for piece in cut if piece is not None], notation(folder))
    return tuple(None if piece is None or errors(piece.source.found) else contents[piece] for piece in cut)


def verdict(claim: Claim) -> str | None:
    """Whether the key calls a choice ``right`` or ``wrong``; None of rows, and of choices with weights."""
    box = re.match(r"[-*+]\s+\[(.)\]", claim.statement) if claim.part == "choice" else None
    return {"x": "right", "X": "right", " ": "wrong"}.get(box[1]) if box else None


def _cut(source: Source, result: list[pandoc.Ast] | pandoc.PandocError) -> Piece | None:
    """The statement as a piece of a source of its own, which gathers what is wrong with it."""
    try:
        return (
            None
            if isinstance(result, pandoc.PandocError)
            else pieces.cut(source, tree.unwrap(result, 0), 1, printed=False)
        )
    except tree.DepthError:
        return None


def _whole(statement: str) -> str:
    """The statement without its list's mark, and with the dollars that were cut off its formulas."""
    if _FENCE.search(statement):
        opening, _, code = statement.partition("\n")
        return f"{_MARK.sub('', opening, count=1)}\n{dedent(code)}"
    text = _MARK.sub("", " ".join(statement.split()), count=1)
    if text.count("$$") % 2 == 0 and text.replace("$$", "").count("$") % 2 == 0 and "$" in text:
        return text
    text = text.replace("$$", "$")
    if text.count("$") % 2:
        first, last = text.index("$"), text.rindex("$")
        ended = first == last and _is_tex(text[:first])
        text = f"${text}" if ended else f"{text}$"
    elif "$" not in text and _is_tex(text):
        text = f"${text}$"
    return re.sub(r"\$\s*([^$]*?)\s*\$", r"$\1$", text)


def _is_tex(text: str) -> bool:
    return re.search(r"\\[A-Za-z]+|[_^]", _CODE.sub("", text)) is not None
