"""What a card of marks or digits says, as the tables of docs/reference/readers.md: page and card agree.

`python -m klausur.learn page` prints them; a test holds them against the page.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict

from klausur.learn.judged import START
from klausur.read.card import Card
from klausur.scan.tones import ScanKind

_OF_KIND = {
    "people": "people: writers and drawn hands",
    "plain": "plain marks and empty boxes",
    "plain_worth": "independent ones that these are worth",
    "plain_silent": "misread without a flag",
    "budget_per_million": "budget per million",
    "bound_per_million": "bound per million",
    "odd": "odd marks",
    "odd_worth": "independent ones that these are worth",
    "odd_silent": "passing without a flag",
    "odd_budget_per_million": "budget per million odd ones",
    "odd_bound_per_million": "bound per million odd ones",
    "bound_confidence": "confidence of the bounds",
    "windows": "windows in all",
    "accuracy": "right, of all",
    "silent_misreads": "misread without a flag",
    "silent_of_other": "of these odd ones",
    "flagged_plain": "flagged of crossed and filled",
    "flagged_empty": "flagged of empty",
    "calibration_error": "calibration error",
}
"""What a card tells of each kind of scan, in words; the rest is named as on the card."""

_SHARES = ("flagged", "share_from_", "right_from_", "accuracy")


def tables(card: Card) -> str:
    """The tables, as Markdown: what the card says, and what holds on each kind of scan if it tells."""
    said: list[tuple[str, object]] = [("version", card.version), ("flag_below", card.flag_below)]
    said += [("temperature", card.temperature)]
    if card.other_share is not None:
        said.append(("other_share", card.other_share))
    if card.answers_below is not None:
        said.append(("answers_below", card.answers_below))
    if card.ink_test is not None:
        test = card.ink_test
        said += [
            (f"ink_test.{name}", getattr(test, name)) for name in ("pixels", "dots", "traces", "confidence")
        ]
    said += card.data.items()
    kinds = [kind for kind in ScanKind if kind in card.kinds]
    of_kinds = [_of_kind(card, kind) for kind in kinds]
    told = {f"{kind}_{name}" for kind, figures in zip(kinds, of_kinds, strict=True) for name in figures}
    said += [
        (name, value)
        for name, value in card.figures.items()
        if name not in told and not name.startswith(START)
    ]
    whole = _table(("on the card", "value"), ((f"`{name}`", _text(value)) for name, value in said))
    if not kinds:
        return whole + _judged(card)
    names = dict.fromkeys(name for figures in of_kinds for name in figures)
    rows = (
        [_OF_KIND.get(name, f"`{name}`"), *(_figure(name, figures) for figures in of_kinds)] for name in names
    )
    return f"{whole}\n{_table(('of each kind of scan', *kinds), rows)}{_judged(card)}"


_JUDGED = {
    "marks": "plain marks",
    "silent": "misread without a flag",
    "flagged": "flagged",
    "empty": "empty boxes",
    "silent_empty": "misread without a flag",
    "flagged_empty": "flagged",
    "odd": "odd marks",
    "odd_silent": "passing without a flag",
    "error": "calibration error",
    "people": "people",
    "bound_per_million": "bound on misread ones per million",
}


def _judged(card: Card) -> str:
    """What was measured on people who only judge, if that is on the card."""
    rows: dict[str, dict[str, object]] = {}
    for name, value in card.figures.items():
        if name.startswith(START):
            scan, _, of = name.removeprefix(START).partition("_")
            rows.setdefault(scan, {})[of] = value
    if not rows:
        return ""
    columns = ([words, *(_figure(name, of) for of in rows.values())] for name, words in _JUDGED.items())
    return f"\n{_table(('people who only judge', *rows), columns)}"


def _of_kind(card: Card, kind: ScanKind) -> dict[str, object]:
    """The bounds of a kind of scan, and what was measured on it."""
    start = f"{kind}_"
    figures = {name[len(start) :]: value for name, value in card.figures.items() if name.startswith(start)}
    return asdict(card.kinds[kind]) | figures


def _figure(name: str, figures: dict[str, object]) -> str:
    value = figures.get(name, "")
    if isinstance(value, float) and name.startswith(_SHARES):
        return f"{100 * value:.2f} %"
    return _text(value)


def _text(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value)


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)
