r"""``\label``, ``\ref`` and ``\eqref``: equations that are named get numbers, which references say.

Only rows with a ``\label`` or ``\tag`` have a number: another one would say nothing on a paper.
"""

import re
from collections.abc import Sequence
from itertools import count

_LABEL = re.compile(r"\\label\s*\{([^{}]*)\}")
_REF = re.compile(r"\\(eqref|ref)\s*\{([^{}]*)\}")
_TAG = re.compile(r"\\tag(\*?)\s*\{((?:[^{}]|\{[^{}]*\})*)\}")
_ROW = re.compile(r"(\\\\(?:\[[^\]]*\])?)")


def resolved(formulas: Sequence[str]) -> list[str]:
    """The formulas of one text, in their order, with numbers in place of labels and references.

    A reference to a label that none of them has stays as it is, and is refused when it is set.
    """
    if not any("\\label" in tex or "ref" in tex for tex in formulas):
        return list(formulas)
    numbers: dict[str, str] = {}
    numbered = ["".join(_row(row, numbers) for row in _ROW.split(tex)) for tex in formulas]
    return [_REF.sub(lambda ref: _said(ref, numbers), tex) for tex in numbered]


def _row(row: str, numbers: dict[str, str]) -> str:
    """One row of an equation: its label becomes a tag, or names the tag that is there."""
    label = _LABEL.search(row)
    if label is None:
        return row
    tag = _TAG.search(row)
    if tag is not None:
        numbers[label[1]] = tag[2]
        return _LABEL.sub("", row)
    number = next(str(n) for n in count(1) if str(n) not in numbers.values())
    numbers[label[1]] = number
    return _LABEL.sub(f"\\\\tag{{{number}}}", row, count=1)


def _said(ref: re.Match[str], numbers: dict[str, str]) -> str:
    number = numbers.get(ref[2])
    if number is None:
        return ref[0]
    return f"\\text{{({number})}}" if ref[1] == "eqref" else f"\\text{{{number}}}"
