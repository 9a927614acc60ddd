"""Where a language is written: in the United States dates, times and numbers look otherwise than in Britain.

A locale is a language, or a language with a region: ``en``, ``en_US``, as Babel has them.
"""

from functools import cache

from babel import Locale, UnknownLocaleError

_USUAL = {("en", "letter"): "US"}
"""Regions that a language and a size of paper tell of."""


def usual(language: str, paper: str) -> str:
    """The region of an exam that names none; empty if it may be any."""
    return _USUAL.get((language, paper), "")


@cache
def is_known(language: str, region: str) -> bool:
    """Whether it is known how a language is written in a region; of none it is."""
    if not region:
        return True
    try:
        found = Locale.parse(f"{language}_{region}")
    except (UnknownLocaleError, ValueError):
        return False
    return bool(found.language == language and found.territory == region)


def locale(language: str, region: str) -> str:
    """The locale of a language in a region, if one is given."""
    return f"{language}_{region}" if region else language


def language_of(locale_: str) -> str:
    """The language of a locale."""
    return locale_.partition("_")[0]
