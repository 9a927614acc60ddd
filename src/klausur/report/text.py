"""The results table as text: headings and cells, and ``results.csv``. docs/guide/grading.md describes it."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from babel import Locale

from klausur.base.credits import Credits, show_credits
from klausur.base.guard import refuse_if_locked
from klausur.exam.model import Strike
from klausur.report.results import Results

STRUCK = "struck"
"""What stands for the credits of a question that was dropped."""


def header(results: Results) -> tuple[str, ...]:
    """The headings of the table, one per cell of `lines`."""
    problems = (f"problem {number}" for number in results.problems)
    return (
        *("booklet", "registration", "name"),
        *results.questions,
        *problems,
        *("total", "grade", "status", "open"),
        *(("variant",) if results.variants else ()),
        *(("standing",) if results.standings else ()),
    )


def lines(results: Results) -> Iterator[tuple[str, ...]]:
    """The rows as text; credits have the exam's decimal sign, those that are not known are empty."""
    sign = decimal_sign(results.language)
    dropped = [column.struck is Strike.DROPPED for column in results.asked]
    variants, standings = results.variants, results.standings
    for row in results.rows:
        yield (
            "" if row.booklet is None else str(row.booklet),
            row.registration,
            row.name,
            *(STRUCK if d else _show(c, sign) for d, c in zip(dropped, row.questions, strict=True)),
            *(_show(c, sign) for c in (*row.problems, row.total)),
            row.grade,
            str(row.status),
            "; ".join(row.open),
            *(("" if row.variant is None else str(row.variant),) if variants else ()),
            *((row.standing,) if standings else ()),
        )


def decimal_sign(language: str) -> str:
    """What stands between whole credits and parts of them."""
    return str(Locale.parse(language).number_symbols["latn"]["decimal"])


def to_csv(results: Results) -> str:
    """The text of ``results.csv``: RFC 4180 (CRLF, quotes where needed), commas between the cells.

    In languages with a decimal comma the cells are split by semicolons, as spreadsheets there expect it. A
    name, registration number, grade or standing that a spreadsheet would run as a formula gets an apostrophe
    in front (CWE-1236).
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";" if decimal_sign(results.language) == "," else ",")
    headings = header(results)
    words = {
        headings.index(heading)
        for heading in ("registration", "name", "grade", "standing")
        if heading in headings
    }
    writer.writerow(headings)
    for line in lines(results):
        writer.writerow(guarded(cell) if n in words else cell for n, cell in enumerate(line))
    return text.getvalue()


def write_csv(results: Results, path: Path) -> None:
    """Write ``results.csv`` in UTF-8: the new table whole or, if the program is killed, the old one.

    Where cells are split by semicolons the file begins with a byte order mark: it is for spreadsheets.
    """
    refuse_if_locked("writing results")
    part = path.with_name(f"{path.name}.part")
    encoding = "utf-8-sig" if decimal_sign(results.language) == "," else "utf-8"
    part.write_text(to_csv(results), encoding=encoding, newline="")
    part.replace(path)


def is_formula(text: str) -> bool:
    """Whether a spreadsheet would take the text for a formula."""
    return text.lstrip()[:1] in ("=", "+", "-", "@")


def guarded(text: str) -> str:
    """The text so that no spreadsheet runs it."""
    return f"'{text}" if is_formula(text) else text


def _show(credits: Credits | None, sign: str) -> str:
    """Credits in a cell. A third is written ``0 1/3``, since spreadsheets take ``1/3`` for a date."""
    if credits is None:
        return ""
    plain = show_credits(credits)
    if "/" not in plain:
        return plain.replace(".", sign)
    whole, rest = divmod(abs(credits.numerator), credits.denominator)
    return f"{'-' if credits < 0 else ''}{whole} {rest}/{credits.denominator}"
