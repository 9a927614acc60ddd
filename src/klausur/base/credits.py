"""Credits: exact numbers with a plain spelling. No rounding and no float ever lives here."""

import re
from fractions import Fraction
from functools import lru_cache

Credits = Fraction
"""What a Question is worth or an Answer earns; in an exam's source a multiple of a sixtieth."""

_SPELLING = re.compile(r"[+-]?(\d{1,6}([.,]\d{1,4})?|\d{1,6}/[1-9]\d{0,3})", re.ASCII)


@lru_cache(maxsize=1024)
def parse_credits(text: str) -> Credits:
    """Read credits from their spelling.

    Args:
        text: such as ``2``, ``+0.5``, ``-1``, ``1,5`` or ``3/4``.

    Raises:
        ValueError: the text is no number; the message says how credits are written.
    """
    plain = text.strip().replace("−", "-")  # authors paste the typographic minus sign
    if not _SPELLING.fullmatch(plain):
        raise ValueError(f"{text!r} is no number of credits: credits are written as 2, 0.5, 1.25 or 1/2")
    return Fraction(plain.replace(",", "."))


def mixed_credits(credits_: Credits) -> str:
    """Write credits for people: as `show_credits`, but ``12 1/3`` instead of ``37/3``."""
    shown = show_credits(credits_)
    whole, rest = divmod(abs(credits_.numerator), credits_.denominator)
    if "/" not in shown or not whole:
        return shown
    return f"{'-' * (credits_ < 0)}{whole} {rest}/{credits_.denominator}"


def show_credits(credits_: Credits) -> str:
    """Write credits as authors do, and for programs: ``0``, ``0.5``, ``12.25``, ``1/3``, ``37/3``."""
    if credits_.denominator == 1:
        return str(credits_.numerator)
    twos, rest = 0, credits_.denominator
    while rest % 2 == 0:
        rest //= 2
        twos += 1
    fives = 0
    while rest % 5 == 0:
        rest //= 5
        fives += 1
    if rest != 1:
        return str(credits_)
    places = max(twos, fives)
    digits = f"{abs(credits_.numerator) * 10**places // credits_.denominator:0{places + 1}d}"
    sign = "-" if credits_ < 0 else ""
    return f"{sign}{digits[:-places]}.{digits[-places:]}"


def signed_credits(credits_: Credits) -> str:
    """Credits with their sign: +0.5, −1, 0."""
    if credits_ < 0:
        return f"−{show_credits(-credits_)}"
    return f"+{show_credits(credits_)}" if credits_ else "0"
