r"""Numbers that are typed plainly, as ``12``, ``-3/4``, ``\frac{3}{4}`` or ``0.75``; most of a key's are.

Whatever else is typed is read by `klausur.exam.evidence.agreement`, which takes a thousand times as long.
"""

import re
from fractions import Fraction

_NUMBER = re.compile(r"(?P<sign>[-+−]?)\s*(?:(?P<whole>\d{1,30})|(?P<decimal>\d{0,30}\.\d{1,30}))", re.ASCII)
_RATIO = re.compile(
    r"(?P<sign>[-+−]?)\s*(?:(\d{1,30})\s*/\s*(\d{1,30})|\\[dt]?frac\s*\{\s*(\d{1,30})\s*\}\s*\{\s*(\d{1,30})\s*\})",
    re.ASCII,
)


def number(typed: str) -> Fraction | None:
    """The number, or None if it is typed in another way."""
    text = typed.strip()
    if match := _NUMBER.fullmatch(text):
        value = Fraction(match["whole"] or match["decimal"])
    elif match := _RATIO.fullmatch(text):
        top, bottom = (int(part) for part in match.groups()[1:] if part is not None)
        if bottom == 0:
            return None
        value = Fraction(top, bottom)
    else:
        return None
    return -value if match["sign"] in {"-", "−"} else value
