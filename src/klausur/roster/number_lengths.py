"""Registration numbers of lengths that do not fit: dropped zeros, digits too many or too few."""

from collections.abc import Iterator, Sequence

from klausur.base.diagnostics import Diagnostic, Place
from klausur.roster.left_out import rows_named


def check_numbers(file: str, numbers: Sequence[tuple[str, int]], digits: int) -> Iterator[Diagnostic]:
    """Warnings about numbers of digits only; others follow rules of their own.

    Args:
        file: the list, as findings name it.
        numbers: as they stand there, each with its row.
        digits: the boxes for a number on the cover, which say how long it is; 0 if there are none.
    """
    plain = [(n, line) for n, line in numbers if n.isascii() and n.isdigit()]
    yield from _alike(file, plain)
    longest = digits or max((len(n) for n, _ in plain), default=0)
    short = [(n, line) for n, line in plain if len(n) < longest]
    long = [(n, line) for n, line in plain if len(n) > longest]
    if not digits and any(n[0] == "0" for n, _ in short):
        short = []  # zeros were kept, and numbers are of different lengths
    if short:
        where = f"the {digits} boxes on the cover" if digits else f"{longest} digits"
        message = (
            f"{len(short)} of {len(numbers)} registration numbers {_is(short)} shorter than {where}: "
            f"{_some(short)}"
        )
        hint = (
            "if the spreadsheet dropped zeros, format the column as text and paste the numbers again; "
            + (
                "if numbers have another length here, write registration_digits into exam.toml; "
                * bool(digits)
            )
            + "numbers that are meant to differ in length are fine"
        )
        yield Diagnostic("roster-zeros", message, Place(file, short[0][1]), hint)
    if long:
        message = (
            f"{len(long)} of {len(numbers)} registration numbers {_is(long)} longer than the {digits} boxes "
            f"on the cover: {_some(long)}"
        )
        hint = "correct them, or write registration_digits into exam.toml"
        yield Diagnostic("roster-zeros", message, Place(file, long[0][1]), hint)


def _is(several: Sequence[tuple[str, int]]) -> str:
    return "is" if len(several) == 1 else "are"


def _alike(file: str, plain: Sequence[tuple[str, int]]) -> Iterator[Diagnostic]:
    """Numbers that differ in leading zeros alone may be one person."""
    groups: dict[str, list[tuple[str, int]]] = {}
    for number, line in plain:
        groups.setdefault(number.lstrip("0"), []).append((number, line))
    for same in groups.values():
        if len(same) > 1:
            named = " and ".join(n for n, _ in same)
            message = f"{named} differ in leading zeros alone: {rows_named([line for _, line in same])}"
            hint = "if they are one person, remove a row; zeros count, so they are taken for several"
            yield Diagnostic("roster-zeros", message, Place(file, same[1][1]), hint)


def _some(numbers: Sequence[tuple[str, int]]) -> str:
    some = ", ".join(n for n, _ in numbers[:3]) + (" …" if len(numbers) > 3 else "")
    return f"{some} ({rows_named([line for _, line in numbers])})"
