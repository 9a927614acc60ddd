r"""Decimal commas of formulas that TeX takes for the comma of a list: ``$4,76$`` is set as "4, 76".

Whether a comma between two digits ends an item or a number only its author knows: ``$f(1,2)$``, ``$[0,1]$``
and ``$x_{1,2}$`` mean lists. So nothing is set otherwise than TeX sets it. What stands in no brackets and no
index is hardly ever a list, and its author is asked.
"""

import re
from collections.abc import Iterator

_TOKEN = re.compile(
    r"\\(?:num|qty|SI|ang|numrange|numlist|qtyrange|SIrange|unit|si|ce|text|mathrm|operatorname)\s*(?:\[[^]]*\])?\{"
    r"|\\[A-Za-z]+|\\.|[_^]\s*(?:\{|[^\\{])|[()\[\]{}]|(?<![\d,.])\d+,\d+(?![\d,])|.",
    re.DOTALL,
)
_OWN = re.compile(r"\\[A-Za-z]+\s*(?:\[[^]]*\])?\{")
_NUMBER = re.compile(r"\d+,\d+")
_OPENS = {"(", "[", r"\{", r"\langle", r"\lbrace", r"\lbrack"}
_CLOSES = {")", "]", r"\}", r"\rangle", r"\rbrace", r"\rbrack"}


def find(tex: str) -> Iterator[tuple[str, int]]:
    """Each number of this kind, with its offset; ``tex`` is without dollars."""
    brackets = 0
    braces: list[bool] = []  # whether what stands in each is left alone
    for token in _TOKEN.finditer(tex):
        word = token[0]
        if _NUMBER.fullmatch(word):
            if brackets == 0 and not any(braces):
                yield word, token.start()
        elif word in _OPENS:
            brackets += 1
        elif word in _CLOSES:
            brackets = max(0, brackets - 1)
        elif word == "{":
            braces.append(False)
        elif word.endswith("{"):
            braces.append(_OWN.fullmatch(word) is not None or word[0] in "_^")
        elif word == "}" and braces:
            braces.pop()
