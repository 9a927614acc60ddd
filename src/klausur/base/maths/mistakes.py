"""What is wrong with a formula, and a way out, in words for its author."""

import re
from dataclasses import dataclass


class RefusedError(Exception):
    """A formula cannot be set as TeX means it: by which command, why, and what to write instead."""

    def __init__(self, what: str, why: str, hint: str) -> None:
        super().__init__(f"{what} {why}")
        self.what, self.hint = what, hint


@dataclass(frozen=True, slots=True)
class Mistake:
    """Why a formula cannot be typeset, where in its TeX (from 0, or None), and a way out."""

    message: str
    at: int | None
    hint: str


_MACROS = "see that it is spelt right, or define it in exam.toml under [maths.macros]"
_BRACES = "see that every brace is closed, and every \\left, \\begin and & has its like"

_AMSMATH = "those of amsmath are known, such as aligned or cases"
_PAPER = "leave it out"
_ARRAY = "write it between the rows of an array"
_OPERATOR = "write it behind \\sum, \\lim or \\mathop{{…}}"
_COLUMNS = "columns are l, c and r, with | between them; \\text{{…}} sets words"
_END = "end it with \\end{{{0}}}"
_TOGETHER = "put braces round what belongs together"
_DISPLAY = "write it between $$ and $$"
_FENCES = "brackets are ( [ \\{{ | \\langle, or . for none"

_WORDS: tuple[tuple[str, str, str], ...] = (
    (r"Unsupported function name: (\\.+)", "{0} is no command that is known", _MACROS),
    (r"No such environment: (.*)", "there is no environment {0}", _AMSMATH),
    (r"Mismatch: \\begin\{(.*)\} matched by \\end\{(.*)\}", "\\begin{{{0}}} is ended by \\end{{{1}}}", _END),
    (r"Incomplete", "something is missing, such as what stands behind ^ or _", _TOGETHER),
    (r"Limit controls must follow a math operator", "\\limits stands behind no operator", _OPERATOR),
    (r"[Uu]nknown column alignment: (.*)", "an array has no column {0}", _COLUMNS),
    (r"Got group of unknown type: '(.*)'", "\\{0} has no meaning on paper", _PAPER),
    (r"Function \"(.*)\" is not trusted", "{0} has no meaning on paper", _PAPER),
    (r"(\\.*) valid only within array environment", "{0} stands in no array", _ARRAY),
    (r"Expected '(?:\}|EOF)', got '(.*)'", "{0} stands where it cannot", _BRACES),
    (r"Expected '(.+)', got 'EOF'", "{0} is missing at the end", _BRACES),
    (r"Expected '(.+)', got '(.*)'", "{0} is missing before {1}", _BRACES),
    (r"Unexpected end of input in a macro argument, expected '(.+)'", "{0} is missing at the end", _BRACES),
    (r"Double (superscript|subscript)", "a second {0} on the same letter", _TOGETHER),
    (r"Too many expansions.*", "the macros expand without end", "a macro must not name itself"),
    (r"\{(.*)\} can be used only in display mode\.?", "{0} takes a line of its own", _DISPLAY),
    (r"Invalid delimiter '(.*)' after '(.*)'", "{0} behind {1} is no bracket", _FENCES),
    (r"Expected group after '(.*)'.*", "{0} stands before nothing", "write what belongs to it in braces"),
    (r"Expected group as (?:argument to|.*?) ?'(.*)'", "{0} lacks what belongs to it", "write it in braces"),
    (r"Multiple \\tag", "two \\tag in one line", "keep one of them"),
    (r"Invalid (size|color|unit): '(.*)'", "{1} is no {0}", "write it as in 3pt, 1em or red"),
)  # fmt: skip


def from_temml(error: str, at: int | None, tex: str) -> Mistake:
    """What Temml says, in our words."""
    told = re.sub(r"\s+(?:at (?:position \d+|end of input):.*)$", "", error.strip(), flags=re.DOTALL)
    told = re.sub(r"[\u0332\u0333]", "", told).strip()
    for pattern, message, hint in _WORDS:
        if match := re.fullmatch(pattern, told, re.DOTALL):
            groups = [_word(group) for group in match.groups()]
            return Mistake(message.format(*groups), _spot(at, groups, tex), hint.format(*groups))
    words = " ".join(told.split())
    return Mistake(
        words[:1].lower() + words[1:] if words else "it cannot be read", _spot(at, (), tex), _BRACES
    )


def from_refusal(error: RefusedError, tex: str) -> Mistake:
    """Why we refuse what Temml reads."""
    at = tex.find(error.what)
    return Mistake(str(error), None if at < 0 else at, error.hint)


def _word(text: str) -> str:
    return "the end" if text in {"EOF", "\\end"} else text


def _spot(at: int | None, words: "tuple[str, ...] | list[str]", tex: str) -> int | None:
    """The place that was named, if it lies in the author's text and not in a macro's."""
    if words and words[0].startswith("\\") and words[0] in tex:
        return at if at is not None and tex.startswith(words[0], at) else tex.index(words[0])
    return at if at is not None and at <= len(tex) else None
