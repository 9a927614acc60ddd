"""Columns that no heading is known for and that look as if they mattered on the day: they are asked about.

A room, a seat, extra time or a status that is silently left out is found out when somebody stands at the
wrong door. What looks like mail is taken for that, and nobody is asked: who has no address gets no mail.
"""

import re
from collections.abc import Iterable

from klausur.roster.known_headings import Column

_LOOKS: tuple[tuple[Column, tuple[str, ...]], ...] = (
    (Column.MAIL, ("mail", "courriel")),
    (
        Column.EXTRA_MINUTES,
        (
            *("zusatz", "zuschlag", "zugabe", "verläng", "verlaeng", "nachteil", "schreibzeit", "mehrzeit"),
            *("bearbeitungs", "schreibdauer", r"(?:prüfungs|klausur)(?:zeit|dauer)", "mehr zeit", "minut"),
            *(r"\bnta\b", "ausgleich", "erschwern", "behinder", "härtefall", "sonderregel", "besonderheit"),
            *("extra", "additional", "extension", "accommodation", "allowance", "multiplier", "adjustment"),
            *("special needs", "arrangement", "disabilit", "handicap", r"\bduration\b"),
            *(r"\btemps\b", r"\btiers", "majoration", "aménagement", "amenagement", r"\bdurée"),
        ),
    ),
    (
        Column.SEAT,
        ("sitz", "platz", "tisch", r"\bseat", r"\bdesk\b", r"\btable\b", r"\breihe\b", r"\brow\b"),
    ),
    (
        Column.ROOM,
        (
            *("raum", "hörsaal", "hoersaal", r"saal\b", r"\broom", r"\bhall\b", r"\bvenue", r"\blocation"),
            *(r"\bort\b", r"(?:prüfungs|klausur|stand)ort", r"\bplace\b", "zimmer", "gebäude", r"\bhs\b"),
            *("building", "campus", "auditorium", r"\baula\b", r"\bsalle", r"\bamphi", "bâtiment", r"\blieu"),
        ),
    ),
    (
        Column.STATUS,
        (
            *("status", "abgem", "angem", "anmeld", "abmeld", "zulassung", "zugelassen", "rücktritt"),
            *("storn", "teilnahme", "attest", r"\bkrank", "withdraw", "regist", "enrol", "cancel"),
            *("dropped", r"\bsick\b", r"\bstatut", "inscri", r"\babsent"),
        ),
    ),
)
"""What a heading looks like, by parts of words."""

_TIME = re.compile(r"\+?[0-9]{1,3}(?:[.,][0-9]+)? ?(?:%|min\.?|minutes|minuten|prozent)", re.IGNORECASE)

_KEYS = {Column.EXTRA_MINUTES: "extra_minutes"}


def looks_like(heading: str, cells: Iterable[str]) -> Column | None:
    """What a column without a known heading seems to hold; None if nothing of interest, or nothing at all."""
    filled = [cell for cell in cells if cell]
    if not filled:
        return None
    words = re.sub(r"[\W_]+", " ", heading.casefold())
    found = next((column for column, looks in _LOOKS if re.search("|".join(looks), words)), None)
    if found is None and any(_TIME.fullmatch(cell) for cell in filled):
        return Column.EXTRA_MINUTES
    return found


def remedy(heading: str, column: Column) -> str:
    """What to write into exam.toml about it."""
    key = _KEYS.get(column, str(column))
    percent = f', or extra_percent = "{heading}"' if column is Column.EXTRA_MINUTES else ""
    return (
        f'say what it holds under [candidates] in exam.toml: {key} = "{heading}"{percent}; '
        f'or ignore = "{heading}" if it is of no use'
    )
