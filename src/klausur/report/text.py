"""The results table as text: headings and cells, and ``results.csv``. docs/guide/grading.md describes it."""

import csv
import io
from collections.abc import Iterator, Mapping
from fractions import Fraction
from pathlib import Path

from babel import Locale

from klausur.base.credits import Credits, mixed_credits
from klausur.base.guard import refuse_if_locked
from klausur.report.columns import STRUCK, Column, Form, Heading, Value, shown
from klausur.report.results import Results
from klausur.report.said import said, standing_said


def header(results: Results, form: Form = Form.CSV) -> tuple[str, ...]:
    """The headings of the table, one per cell of `lines`."""
    headings = (heading for column in shown(results, form) for heading in column.headings(results))
    if form is Form.TERMINAL:
        return tuple(heading.short for heading in headings)
    say = said(results.language)
    return tuple(heading_said(heading, say) for heading in headings)


def lines(results: Results, form: Form = Form.CSV) -> Iterator[tuple[str, ...]]:
    """The rows as text; credits have the exam's decimal sign, those that are not known are empty.

    Words are in the exam's language; on a terminal in that of its commands.
    """
    sign = decimal_sign(results.locale)
    say = said("en" if form is Form.TERMINAL else results.language)
    columns = [(column, column.headings(results)) for column in shown(results, form)]
    for row in results.rows:
        yield tuple(
            (say["struck"] if heading.nothing else "") if value is None else worded(column, value, sign, say)
            for column, headings in columns
            for heading, value in zip(headings, column.values(row, results), strict=True)
        )


def heading_said(heading: Heading, say: Mapping[str, str]) -> str:
    """A heading in the words of a language; a question's is its number."""
    word, _, number = heading.text.partition(" ")
    if word == "problem" and number:
        return say["columns.problem"].replace("{n}", number)
    return say.get(f"columns.{heading.text}", heading.text)


def worded(column: Column, value: Value, sign: str, say: Mapping[str, str]) -> str:
    """What stands in a cell of a column, in the words of a language."""
    text = plain(value, sign, say)
    if column.name == "status":
        return say[f"statuses.{text}"]
    if column.name == "questions" and text == STRUCK:
        return say["struck"]
    return standing_said(text, say) if column.name == "standing" else text


def plain(value: Value, sign: str, say: Mapping[str, str]) -> str:
    """A value as the text of a cell, with this decimal sign; what is open in the words of a language."""
    match value:
        case None:
            return ""
        case Fraction():
            return _show(value, sign)
        case tuple():
            return "; ".join(point.said(say) for point in value)
        case _:
            return str(value)


def decimal_sign(locale: str) -> str:
    """What stands between whole credits and parts of them."""
    return str(Locale.parse(locale).number_symbols["latn"]["decimal"])


def to_csv(results: Results) -> str:
    """The text of ``results.csv``: RFC 4180 (CRLF, quotes where needed), commas between the cells.

    In languages with a decimal comma the cells are split by semicolons, as spreadsheets there expect it. What
    others wrote and a spreadsheet would run as a formula gets an apostrophe in front (CWE-1236).
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";" if decimal_sign(results.locale) == "," else ",")
    foreign = [column.foreign for column in shown(results, Form.CSV) for _ in column.headings(results)]
    writer.writerow(header(results))
    for line in lines(results):
        writer.writerow(guarded(text) if f else text for f, text in zip(foreign, line, strict=True))
    return text.getvalue()


def write_csv(results: Results, path: Path) -> None:
    """Write ``results.csv`` in UTF-8: the new table whole or, if the program is killed, the old one.

    Where cells are split by semicolons the file begins with a byte order mark: it is for spreadsheets.
    """
    refuse_if_locked("writing results")
    part = path.with_name(f"{path.name}.part")
    encoding = "utf-8-sig" if decimal_sign(results.locale) == "," else "utf-8"
    part.write_text(to_csv(results), encoding=encoding, newline="")
    part.replace(path)


def is_formula(text: str) -> bool:
    """Whether a spreadsheet would take the text for a formula."""
    return text.lstrip()[:1] in ("=", "+", "-", "@")


def guarded(text: str) -> str:
    """The text so that no spreadsheet runs it."""
    return f"'{text}" if is_formula(text) else text


def _show(credits: Credits, sign: str) -> str:
    """Credits in a cell. A third is written ``0 1/3``, since spreadsheets take ``1/3`` for a date."""
    plain = mixed_credits(credits)
    if "/" in plain and abs(credits) < 1:
        plain = f"{'-' * (credits < 0)}0 {plain.removeprefix('-')}"
    return plain.replace(".", sign)
