r"""``\(x\)`` and ``\[x\]`` as formulas: pandoc's Markdown knows dollars alone.

What stands in code, in comments and between dollars stays as it is, and no line moves.
"""

import re

_PARTS = re.compile(
    r"^(?P<fence> {0,3}(?:>[ ]?)*(?P<mark>`{3,}|~{3,}))[^\n]*\n"
    r".*?(?:^ {0,3}(?:>[ ]?)*(?P=mark)[`~]*[ \t]*$|\Z)"
    r"|(?P<code>(?<!`)(?P<ticks>`+)(?!`).+?(?<!`)(?P=ticks)(?!`))"
    r"|(?P<comment><!--.*?(?:-->|\Z))"
    r"|(?P<target>\]\([^)\n]*\)|<https?:[^>\n]*>)"
    r"|(?P<display>\$\$.+?\$\$)"
    r"|(?P<inline>(?<![\\$])\$(?![\s$])(?:\\.|[^$\\])*?(?<!\s)\$(?!\d))"
    r"|(?P<box>^[ \t]*[-*+][ \t]+\\\[[^\]\n]{1,3}\\\])"
    r"|(?P<escaped>\\\\)"
    r"|\\\((?P<round>(?:(?!\n[ \t]*\n|\\\().)+?)\\\)"
    r"|\\\[(?P<square>(?:(?!\n[ \t]*\n|\\\[).)+?)\\\]",
    re.DOTALL | re.MULTILINE,
)


def dollars(text: str) -> str:
    """The Markdown with dollars round such formulas."""
    return _PARTS.sub(_rewritten, text) if "\\(" in text or "\\[" in text else text


def stretches(text: str) -> tuple[tuple[range, ...], tuple[range, ...]]:
    """Where a Markdown has formulas, and where it has code, comments and the targets of links."""
    maths, verbatim = [], []
    for part in _PARTS.finditer(text):
        if any(part[name] is not None for name in ("display", "inline", "round", "square")):
            maths.append(range(part.start(), part.end()))
        elif any(part[name] is not None for name in ("fence", "code", "comment", "target")):
            verbatim.append(range(part.start(), part.end()))
    return tuple(maths), tuple(verbatim)


def _rewritten(part: re.Match[str]) -> str:
    if (inside := part["round"]) is not None:
        return f"${_trimmed(inside)}$"
    if (inside := part["square"]) is not None:
        return f"$${inside}$$"
    return part[0]


def _trimmed(inside: str) -> str:
    """Without blanks at its ends, where dollars have none; line ends stay, beside an empty group."""
    kept = inside.strip()
    before, after = inside.partition(kept)[0], inside.rpartition(kept)[2]
    return "{}" * ("\n" in before) + before.strip(" \t") + kept + after.strip(" \t") + "{}" * ("\n" in after)
