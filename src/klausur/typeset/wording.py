"""How a paper speaks: its words for the template, and dates, plurals and decimals as its language has them.

The words stand in `klausur.base.words`; what a language does with dates and numbers is known to Babel.
"""

from datetime import date
from typing import Any

from babel import Locale
from babel.dates import format_date

from klausur.base import words
from klausur.base.credits import Credits, mixed_credits

_COUNTED = 200
"""Plural forms of whole numbers repeat by the last two digits from 100 on (CLDR)."""


_ALONE = frozenset(
    (
        *("date-pattern", "short-date-pattern", "date", "time", "at", "examiner", "page", "specimen"),
        *("complete", "one-digit", "minus"),
    )
)
"""Texts that have no room for another language beside them, or stand round others in the first one."""


def say(language: str, *more: str) -> dict[str, Any]:
    """The table as the template takes it: nested by the dots in the names.

    Where ``more`` languages stand on the paper, a text is told in each; one with plural forms in the first.

    A leaf is ``{"takes": […], "words": text}``, with plural forms ``{"takes": […], "forms": {form: text}}``.
    """
    found: dict[str, Any] = {}
    also = [{row.name: row.words for row in words.rows(other) if row.form is None} for other in more]
    for row in words.rows(language):
        if row.name.startswith("results."):
            continue  # of the workbook, which no template needs
        *groups, name = row.name.split(".")
        place = found
        for group in groups:
            place = place.setdefault(group, {})
        leaf = place.setdefault(name, {"takes": row.takes})
        if row.form is None:
            said = () if row.name in _ALONE else (known[row.name] for known in also)
            leaf["words"] = " / ".join(dict.fromkeys((row.words, *said)))
        else:
            leaf.setdefault("forms", {})[row.form] = row.words
    return found


def plurals(language: str) -> list[str]:
    """The plural form of each number from 0 to 199; beyond, that of its last two digits and 100."""
    locale = Locale.parse(language)
    return [locale.plural_form(n) for n in range(_COUNTED)]


def credits_in_words(credits_: Credits, language: str) -> str:
    """Such as ``1 credit`` or ``2,5 Punkte``."""
    form = Locale.parse(language).plural_form(float(credits_) if credits_.denominator > 1 else int(credits_))
    return _text("credits", language, form).replace("{n}", number(credits_, language))


def bonus(credits_: str, language: str, *, too: bool = False) -> str:
    """Credits in words that are a bonus, or that have a bonus beside them."""
    return _text("with-bonus" if too else "bonus", language).replace("{credits}", credits_)


def paper(form: str, language: str) -> str:
    """What a paper without a booklet is called in its title; the exam paper is called as the exam is."""
    names = {"solution": "solution", "blackened": "blackened"}
    return _text(names[form], language, None) if form in names else ""


def variant(number_: int, language: str) -> str:
    """What tells the variants of an exam apart."""
    return _text("variant", language).replace("{n}", str(number_))


def number(credits_: Credits, language: str) -> str:
    """Credits with the language's decimal sign, and a minus as it is printed."""
    return mixed_credits(credits_).replace(".", decimal(language)).replace("-", "−")


def decimal(language: str) -> str:
    """The language's decimal sign."""
    sign: str = Locale.parse(language).number_symbols["latn"]["decimal"]
    return sign


def from_right_to_left(language: str) -> bool:
    """Whether the language is written so."""
    return str(Locale.parse(language).text_direction) == "rtl"


def day(of: date, language: str) -> str:
    """A date in full, with its weekday."""
    return format_date(of, _text("date-pattern", language), locale=language)


def short_day(of: date, language: str) -> str:
    """A date where there is little room."""
    return format_date(of, _text("short-date-pattern", language), locale=language)


def _text(name: str, language: str, form: str | None = None) -> str:
    """A text of the table; its form ``other`` if it has not the one asked for."""
    found = {row.form: row.words for row in words.rows(language) if row.name == name}
    return found[form] if form in found else found["other"]
