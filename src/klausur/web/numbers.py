"""Numbers as a page's language writes them: a decimal comma in German. What is typed may have either sign."""

import re
from collections.abc import Iterable

from django.utils.translation import get_language

from klausur.base import credits as plain
from klausur.base.credits import Credits
from klausur.base.decimals import has_comma, with_comma

_GRADE = re.compile(r"\d+\.\d+")


def localized(number: str) -> str:
    """A number out of Python's ``format``, or a grade that is one, such as ``1.3``; all else as it is."""
    return with_comma(number) if has_comma(_language()) else number


def show_credits(credits_: Credits) -> str:
    """Credits as `klausur.base.credits.show_credits` has them: 0, 0.5, 1."""
    return localized(plain.show_credits(credits_))


def signed_credits(credits_: Credits) -> str:
    """Credits with their sign: +0.5, −1, 0."""
    return localized(plain.signed_credits(credits_))


def mixed_credits(credits_: Credits) -> str:
    """Credits, ``12 1/3`` instead of ``37/3``."""
    return localized(plain.mixed_credits(credits_))


def several_credits(some: Iterable[Credits]) -> str:
    """Credits one after the other, with what no number has between them."""
    return ("; " if has_comma(_language()) else ", ").join(map(show_credits, some))


def show_grade(grade: str) -> str:
    """A grade; those that are numbers with the decimal sign of the page."""
    return localized(grade) if _GRADE.fullmatch(grade) else grade


def _language() -> str:
    return (get_language() or "en").partition("-")[0]
