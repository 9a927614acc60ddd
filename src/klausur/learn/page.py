"""What a mark reader's card says, as the tables of docs/reference/readers.md: the page and the card agree.

`python -m klausur.learn page` prints them; a test holds them against the page.
"""

from collections.abc import Iterable, Sequence

from klausur.learn.scans import Kind
from klausur.read.card import Card

_OF_KIND = (
    ("windows", "windows"),
    ("silent_misreads", "misread without a flag"),
    ("silent_of_other", "of these `other`"),
    ("flagged_plain", "flagged of crossed and filled"),
    ("flagged_empty", "flagged of empty"),
    ("calibration_error", "calibration error"),
)
_SHARES = ("flagged_plain", "flagged_empty")


def tables(card: Card) -> str:
    """The tables, as Markdown: what the card says, and how it does on each kind of scan if it tells."""
    said: list[tuple[str, object]] = [("version", card.version), ("flag_below", card.flag_below)]
    said += [("temperature", card.temperature), ("other_share", card.other_share)]
    if card.ink_test is not None:
        test = card.ink_test
        said += [
            (f"ink_test.{name}", getattr(test, name)) for name in ("pixels", "dots", "traces", "confidence")
        ]
    said += card.data.items()
    kinds = [kind for kind in Kind if f"threshold_{kind}_windows" in card.figures]
    of_kinds = {f"threshold_{kind}_{name}" for kind in kinds for name, _ in _OF_KIND}
    said += [(name, value) for name, value in card.figures.items() if name not in of_kinds | _beside(kinds)]
    whole = _table(("on the card", "value"), ((f"`{name}`", _text(value)) for name, value in said))
    if not kinds:
        return whole
    rows = ([str(kind), *(_figure(card, kind, name) for name, _ in _OF_KIND)] for kind in kinds)
    return f"{whole}\n{_table(('kind of scan', *(words for _, words in _OF_KIND)), rows)}"


def _beside(kinds: Sequence[Kind]) -> set[str]:
    return {f"threshold_{kind}_accuracy" for kind in kinds}


def _figure(card: Card, kind: Kind, name: str) -> str:
    value = card.figures[f"threshold_{kind}_{name}"]
    return f"{100 * value:.2f} %" if name in _SHARES else _text(value)


def _text(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value)


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)
