r"""What is typed in a key, as it is read to be compared: macros written out, decimal commas as points."""

import re

from klausur.base.maths import Notation

_DEEPEST = 50
"""Macros in macros; more are without end."""

_BRACED = re.compile(r"(\d)\s*\{\s*,\s*\}\s*(\d+)")
_NUM = re.compile(r"\\num\s*\{([^{}]*)\}")
_PLAIN = re.compile(r"(?P<sign>[-+−]?)(?P<whole>\d{1,3}(?:\.\d{3})+|\d+),(?P<rest>\d+)")
_GROUPED = re.compile(
    r"[-+−]?\d{1,3}(?:(?P<gap>,|\{,\}|\\,|\\ |[ ~\u00a0\u202f])\d{3})(?:(?P=gap)\d{3})*(?:\.\d+)?"
)
_ENDS = " \t\n$.,;:"


def read(typed: str, notation: Notation) -> str:
    r"""The typed text, made ready to be read as maths.

    ``2{,}80`` has a decimal comma; where the language has a point, ``1{,}000`` is a thousand.
    ``2,80`` is one where the language has it and nothing else is typed; elsewhere ``60,000`` is sixty
    thousand, and ``60\,000`` everywhere.
    """
    text = _NUM.sub(lambda number: number[1].replace(",", "{,}"), expanded(typed, notation))
    grouped = _GROUPED.fullmatch(text.strip(_ENDS))
    if grouped and not (notation.comma and "," in grouped["gap"].replace("\\,", "")):
        return text.strip(_ENDS).replace(grouped["gap"], "")
    text = _BRACED.sub(lambda found: _joined(found[1], found[2], comma=notation.comma), text)
    bare = text.strip(_ENDS)
    if notation.comma and (match := _PLAIN.fullmatch(bare)):
        return f"{match['sign']}{match['whole'].replace('.', '')}.{match['rest']}"
    return text


def _joined(before: str, behind: str, *, comma: bool) -> str:
    return before + ("" if not comma and len(behind) == 3 else ".") + behind


def expanded(tex: str, notation: Notation) -> str:
    """The TeX with what the exam's macros stand for."""
    known = dict(notation.macros)
    if not known:
        return tex
    names = "|".join(re.escape(name) for name in sorted(known, key=len, reverse=True))
    pattern = re.compile(rf"(?:{names})(?![A-Za-z])")
    for _ in range(_DEEPEST):
        match = pattern.search(tex)
        if match is None:
            break
        body = known[match[0]]
        count = max((int(n) for n in re.findall(r"#(\d)", body)), default=0)
        end, given = match.end(), []
        for _argument in range(count):
            one, end = _argument_at(tex, end)
            given.append(one)
        written = re.sub(r"#(\d)", lambda n, given=given: given[int(n[1]) - 1], body)  # type: ignore[misc]
        between = " " if re.search(r"\\[A-Za-z]+$", written) and tex[end : end + 1].isalpha() else ""
        tex = tex[: match.start()] + written + between + tex[end:]
    return tex


def _argument_at(tex: str, start: int) -> tuple[str, int]:
    """The argument that begins here: a group in braces, a command or a character; and where it ends."""
    while start < len(tex) and tex[start].isspace():
        start += 1
    if not tex.startswith("{", start):
        match = re.compile(r"\\[A-Za-z]+|\\?.", re.DOTALL).match(tex, start)
        return (match[0], match.end()) if match else ("", start)
    depth = 0
    for at in range(start, len(tex)):
        depth += {"{": 1, "}": -1}.get(tex[at], 0) * (tex[at - 1 : at] != "\\")
        if depth == 0:
            return tex[start + 1 : at], at + 1
    return tex[start + 1 :], len(tex)
