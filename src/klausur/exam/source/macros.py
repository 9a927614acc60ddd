r"""``[maths.macros]`` of exam.toml: names and the TeX that they stand for, for all formulas of the exam."""

import re

from klausur.exam.source.keys import Keys

_NAME = re.compile(r"\\?([A-Za-z]+)")
_TABLE = "maths.macros"
_LONGEST = 2_000


def read(keys: Keys) -> tuple[tuple[str, str], ...]:
    """The macros, each name with its backslash; what cannot be one is reported."""
    table = keys.get(_TABLE)
    if table is None:
        return ()
    if not isinstance(table, dict):
        keys.wrong(_TABLE, "write [maths.macros], and below it a line for each: R = '\\mathbb{R}'")
        return ()
    found: dict[str, str] = {}
    for name, tex in table.items():
        key = f"{_TABLE}.{name}"
        match = _NAME.fullmatch(name)
        if match is None:
            keys.wrong(key, "a macro's name has letters only, with or without its backslash")
        elif not isinstance(tex, str) or len(tex) > _LONGEST:
            keys.wrong(key, f"write TeX in single quotes, as in {match[1]} = '\\mathbb{{R}}'")
        elif tex.count("{") - tex.count("\\{") != tex.count("}") - tex.count("\\}"):
            keys.wrong(key, "close each of its braces")
        elif "\\" + match[1] in found:
            keys.wrong(key, "it is there twice, with and without its backslash; keep one")
        else:
            found["\\" + match[1]] = tex
    return tuple(found.items())
