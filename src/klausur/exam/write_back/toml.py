"""Edits of exam.toml: one value of one key, everything else as its author wrote it."""

import json
import re
import tomllib

from klausur.base.toml import find
from klausur.exam.write_back.lines import Lines, UnplacedError

_VALUE = r"""(?:"(?:[^"\\]|\\.)*"|'[^']*'|\[[^\[\]"']*(?:"[^"]*"[^\[\]"']*)*\]|\{[^{}]*\}|[^\s#\[\]{},"']+)"""
_LINE = re.compile(rf"""(\s*(?:[\w.-]+|"[^"]*"|'[^']*')\s*=\s*){_VALUE}(\s*(?:\#.*)?)""")
_HEADER = re.compile(r"\s*\[\s*([^\[\]#]+?)\s*\]\s*(?:#.*)?")


def text(value: str) -> str:
    """A text as TOML has it."""
    return json.dumps(value, ensure_ascii=False)


def set_key(lines: Lines, table: str, key: str, value: str | None) -> None:
    """Give a key another value, as TOML writes it, or take it away; the table is made if there is none.

    Raises:
        UnplacedError: it is written in a way that is not plain, such as over several lines.
    """
    places = find("\n".join(lines.texts)).lines
    number = places.get(f"{table}.{key}")
    if number is not None:
        match = _LINE.fullmatch(lines.at(number))
        if match is None:
            raise UnplacedError(f"{table}.{key} does not stand on a line of its own")
        if value is None:
            lines.replace(number, number, [])
        else:
            lines.put(number, f"{match[1]}{value}{match[2]}")
        return
    at = places.get(table)
    if at is None:
        if value is not None:
            gap = [""] if lines.texts and lines.texts[-1].strip() else []
            after = len(lines.texts)
            lines.replace(after + 1, after, [*gap, f"[{table}]", f"{_name(key)} = {value}"])
    elif _HEADER.fullmatch(lines.at(at)):
        if value is not None:
            lines.replace(at + 1, at, [f"{_name(key)} = {value}"])
    else:
        lines.put(at, _inline(lines.at(at), table, key, value))


def struck(lines: Lines) -> dict[str, str]:
    """The questions that ``grading.struck`` names, in its short form too.

    Raises:
        UnplacedError: it cannot be read.
    """
    try:
        found = tomllib.loads("\n".join(lines.texts)).get("grading", {}).get("struck", {})
    except tomllib.TOMLDecodeError:
        raise UnplacedError("exam.toml cannot be read") from None
    return dict.fromkeys(found, "dropped") if isinstance(found, list) else dict(found)


def is_table(lines: Lines, table: str) -> bool:
    """Whether a table has a header of its own."""
    number = find("\n".join(lines.texts)).lines.get(table)
    return number is not None and _HEADER.fullmatch(lines.at(number)) is not None


def _inline(line: str, table: str, key: str, value: str | None) -> str:
    """A line ``table = {…}`` with another value of a key that is there."""
    named = re.escape(key)
    form = re.compile(rf"""((?:"{named}"|'{named}'|(?<![\w.-]){named})\s*=\s*)({_VALUE})""")
    if value is None or len(form.findall(line)) != 1:
        raise UnplacedError(f"{table} is not written plainly")
    return form.sub(lambda match: f"{match[1]}{value}", line)


def _name(key: str) -> str:
    return key if re.fullmatch(r"[\w-]+", key, re.ASCII) else text(key)
