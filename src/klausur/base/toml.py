"""Where the keys of a TOML file stand: the parser of the standard library keeps no lines."""

import re
from dataclasses import dataclass

_TABLE = re.compile(r"\s*(?P<open>\[+)\s*(?P<name>[^\[\]#]+?)\s*\]+\s*(?:#.*)?")
_KEY = re.compile(r"""\s*(?P<key>[\w.-]+|"[^"]*"|'[^']*')\s*=""")


@dataclass(frozen=True, slots=True)
class Places:
    """The line of each key, by its full name such as ``grades.fail``, or ``room.0.rows`` in a [[room]]."""

    text: str
    lines: dict[str, int]

    def line(self, key: str) -> int:
        """The line of a key, else of the innermost table around it that is written out, else 0."""
        while key and key not in self.lines:
            key = key.rpartition(".")[0]
        return self.lines.get(key, 0)

    def line_of_item(self, key: str, item: str) -> int:
        """The line where a text in an array begins, as far as it stands there unescaped."""
        start = self.line(key)
        head = item.strip().split("\n", 1)[0].strip()[:40]
        if start and head:
            for number, line in enumerate(self.text.split("\n")[start - 1 :], start=start):
                if head in line or head.replace("\\", "\\\\") in line:  # literal or basic string
                    return number
        return start


def find(text: str) -> Places:
    """Look for the keys of a TOML text that parses."""
    lines: dict[str, int] = {}
    counts: dict[str, int] = {}
    table = ""
    quote = ""
    for number, line in enumerate(text.split("\n"), start=1):
        if not quote:
            if match := _TABLE.fullmatch(line):
                table = match["name"].replace('"', "").replace("'", "")
                lines.setdefault(table, number)
                if match["open"] == "[[":  # one of several tables of that name
                    counts[table] = counts.get(table, -1) + 1
                    table = f"{table}.{counts[table]}"
                    lines[table] = number
            elif match := _KEY.match(line):
                key = match["key"].strip("\"'")
                lines.setdefault(f"{table}.{key}" if table else key, number)
        quote = _open_quote(line, quote)
    return Places(text, lines)


def _open_quote(line: str, quote: str) -> str:
    """The triple quote that is open after this line, if any."""
    at = 0
    while at < len(line):
        if quote:
            at = line.find(quote, at)
            if at < 0:
                return quote
            at, quote = at + 3, ""
        else:
            found = re.compile(r'"""|\'\'\'').search(line, at)
            if found is None:
                return ""
            at, quote = found.end(), found[0]
    return quote
