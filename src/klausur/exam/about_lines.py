"""Whether a text speaks of the lines of a listing, which then have numbers on paper."""

import re

_PATTERNS = {
    "en": r"lines? \d|(?:which|what|name the|give the|numbers? of (?:the|each|its)) lines?\b|line numbers?",
    "de": r"Zeilen? \d|welche[nrs]? Zeilen?\b|Zeilennummern?|Nummern? (?:der|jeder|einer) Zeilen?",
    "fr": r"lignes? \d|quelles? lignes?\b|numéros? (?:de|des|de la) lignes?\b",
    "es": r"líneas? \d|qué líneas?\b|números? de (?:la |las )?líneas?\b",
    "it": r"rig(?:a|he) \d|qual[ei] rig(?:a|he)\b|numer[oi] (?:di|della|delle) rig(?:a|he)\b",
    "nl": r"regels? \d|welke regels?\b|regelnummers?|nummers? van (?:de|elke) regels?\b",
    "pl": r"(?:wiersz|lini)\w* \d|któr\w+ (?:wiersz|lini)|numer\w* (?:wiersz|lini)",
    "he": r"שור(?:ה|ות) \d|איז(?:ו|ה|ה מה)? ?שור(?:ה|ות)|מספרי? ה?שור",
    "ar": r"(?:السطر|سطر|الأسطر) \d|أي (?:سطر|أسطر|الأسطر)|رقم السطر|أرقام الأسطر",
}
"""By language: a line and its number, or the question which line it is."""


def speaks_of_lines(text: str, language: str) -> bool:
    """Whether a text of a question names lines of code by their numbers, or asks for them."""
    pattern = _PATTERNS.get(language)
    return pattern is not None and re.search(pattern, text, re.IGNORECASE) is not None
