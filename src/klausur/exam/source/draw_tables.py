"""The tables ``[draw.name]`` of exam.toml: problems whose questions are drawn from banks."""

from collections.abc import Iterator

from klausur.base.diagnostics import Place
from klausur.exam.draw import Draw
from klausur.exam.header import NAME
from klausur.exam.source.attributes import slug
from klausur.exam.source.keys import Keys

TAKES = ("bank", "count", "ids", "tags", "title", "by")
"""The keys of one table."""

BY = ("exam", "variant")
"""What has a draw of its own."""

MOST = 99
"""Questions that one draw asks."""


def read(keys: Keys) -> tuple[Draw, ...]:
    """All of them, in the order of exam.toml."""
    return tuple(_tables(keys))


def _tables(keys: Keys) -> Iterator[Draw]:
    tables = keys.get("draw")
    if tables is None:
        return
    if not isinstance(tables, dict) or not all(isinstance(table, dict) for table in tables.values()):
        keys.wrong("draw", "name each problem that is drawn: [draw.optics], and below it count = 4")
        return
    for name, table in tables.items():
        full = f"draw.{name}"
        if name != slug(name) or not name[:1].isalpha():
            keys.wrong(full, "lower-case letters, digits and hyphens, a letter first, as [draw.optics]")
            continue
        here = Keys(keys.source, keys.places, {full: table})
        here.refuse_unknown({full: TAKES})
        bank = here.text(f"{full}.bank") or name
        if bank.removesuffix(".md").strip("./\\") != bank.removesuffix(".md") or set(bank) & set("/\\"):
            here.wrong(f"{full}.bank", "it is the name of a file in banks/, without its ending")
            continue
        yield Draw(
            name,
            bank.removesuffix(".md"),
            Place(NAME, keys.places.line(full)),
            here.whole(f"{full}.count", 1, MOST),
            here.texts(f"{full}.ids") or (),
            here.texts(f"{full}.tags") or (),
            here.text(f"{full}.title") or "",
            here.either(f"{full}.by", BY, BY[0]) == BY[1],
        )
