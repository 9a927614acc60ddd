"""The decimal sign of a language, and numbers written with it."""

import re
from functools import cache

from babel import Locale

_NUMBER = re.compile(r"(?P<whole>[-+−]?\d[\d,]*)(?:\.(?P<rest>\d+))?(?P<end>(?:[eE][-+]?\d+)?%?)")


@cache
def has_comma(language: str) -> bool:
    """Whether numbers in this language have a decimal comma; ``language`` is a code such as ``de``."""
    return str(Locale.parse(language).number_symbols["latn"]["decimal"]) == ","


def with_comma(number: str, sign: str = ",") -> str:
    """A number out of Python's ``format`` with a decimal comma, and points between thousands for its commas.

    ``sign`` is what stands for the comma. What is no such number stays as it is.
    """
    match = _NUMBER.fullmatch(number)
    if match is None:
        return number
    rest = "" if match["rest"] is None else sign + match["rest"]
    return match["whole"].replace(",", ".") + rest + match["end"]
