"""How a paper speaks: its words for the template, and dates, plurals and decimals as its language has them.

The words stand in `klausur.base.words`; what a language does with dates and numbers is known to Babel. Where
these are usual otherwise in some region, a locale is asked for (`klausur.base.regions`).
"""

from datetime import date, datetime, time
from typing import Any

from babel import Locale
from babel.dates import format_date, format_time

from klausur.base import regions, words
from klausur.base.credits import Credits, mixed_credits

_COUNTED = 200
"""Plural forms of whole numbers repeat by the last two digits from 100 on (CLDR)."""


_ALONE = frozenset(
    (
        *("date-pattern", "short-date-pattern", "date", "time", "at", "examiner", "page", "specimen"),
        *("complete", "one-digit", "minus", "own-time"),
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
        if row.name.startswith("results.") or row.name == "quotes":
            continue  # of the workbook; of titles and captions, which come with their marks
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


def credits_in_words(credits_: Credits, locale: str) -> str:
    """Such as ``1 credit`` or ``2,5 Punkte``."""
    form = Locale.parse(locale).plural_form(float(credits_) if credits_.denominator > 1 else int(credits_))
    return _text("credits", locale, form).replace("{n}", number(credits_, locale))


def own_time(time: str, minutes: int, locale: str) -> str:
    """When a candidate works who has more time than the others."""
    form = Locale.parse(locale).plural_form(minutes)
    counted = _text("minutes", locale, form).replace("{n}", str(minutes))
    return _text("own-time", locale).replace("{time}", time).replace("{minutes}", counted)


def bonus(credits_: str, language: str, *, too: bool = False) -> str:
    """Credits in words that are a bonus, or that have a bonus beside them."""
    return _text("with-bonus" if too else "bonus", language).replace("{credits}", credits_)


def paper(form: str, language: str) -> str:
    """What a paper without a booklet is called in its title; the exam paper is called as the exam is."""
    names = {"solution": "solution", "blackened": "blackened"}
    return _text(names[form], language, None) if form in names else ""


def booklets(first: int, last: int, language: str) -> str:
    """Such as ``Booklet 1–300``."""
    return f"{_text('booklet', language, None)} {first}" + (f"–{last}" if last > first else "")


def variant(number_: int, language: str) -> str:
    """What tells the variants of an exam apart."""
    return _text("variant", language).replace("{n}", str(number_))


def number(credits_: Credits, locale: str) -> str:
    """Credits with the decimal sign that is usual there, and a minus as it is printed."""
    return mixed_credits(credits_).replace(".", decimal(locale)).replace("-", "−")


def decimal(locale: str) -> str:
    """The decimal sign that is usual there."""
    sign: str = Locale.parse(locale).number_symbols["latn"]["decimal"]
    return sign


def from_right_to_left(language: str) -> bool:
    """Whether the language is written so."""
    return str(Locale.parse(language).text_direction) == "rtl"


def day(of: date, locale: str) -> str:
    """A date in full, with its weekday: by the table, or as it is usual in a region that is given."""
    given = regions.language_of(locale) != locale
    return format_date(of, "full" if given else _text("date-pattern", locale), locale=locale)


def short_day(of: date, locale: str) -> str:
    """A date where there is little room."""
    given = regions.language_of(locale) != locale
    return format_date(of, "medium" if given else _text("short-date-pattern", locale), locale=locale)


def clock(at: time | datetime, locale: str) -> str:
    """A time of day: ``13:30``, or ``1:30 pm`` where the hours are counted twice."""
    if not _counts_twice(locale):
        return f"{at:%H:%M}"
    half = str(format_time(at.replace(tzinfo=None), "a", locale=locale)).lower()
    return f"{_hour_of_half(at)}\u00a0{half}"


def span(start: datetime, end: datetime, locale: str) -> str:
    """From when to when: ``13:30 – 14:45``, ``1:30–2:45 pm``, ``11:30 am – 1:00 pm``."""
    if not _counts_twice(locale) or (start.hour < 12) != (end.hour < 12):
        return f"{clock(start, locale)} – {clock(end, locale)}"
    return f"{_hour_of_half(start)}–{clock(end, locale)}"


def _hour_of_half(at: time | datetime) -> str:
    return f"{at.hour % 12 or 12}:{at:%M}"


def _counts_twice(locale: str) -> bool:
    """Whether hours are counted from 1 to 12 twice: in some regions; without one nowhere."""
    given = regions.language_of(locale) != locale
    return given and "a" in str(Locale.parse(locale).time_formats["short"].pattern)


def _text(name: str, locale: str, form: str | None = None) -> str:
    """A text of the table; its form ``other`` if it has not the one asked for."""
    language = regions.language_of(locale)
    found = {row.form: row.words for row in words.rows(language) if row.name == name}
    return found[form] if form in found else found["other"]
