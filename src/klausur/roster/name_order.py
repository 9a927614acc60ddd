"""How names stand on lists: which part is the family name, how they are shortened, in which order they come.

Words are ordered by Unicode's collation (UTS 10, with CLDR's root), case and accents apart: Ä as A, as in
DIN 5007-1. A word by word order, so that "Van Dam" comes before "Vanbeek".
"""

import re
import unicodedata
from collections.abc import Iterable

from feruca import collate

from klausur.roster.model import Candidate

_COMMA = re.compile("[,،]")

_BEFORE_FAMILY = frozenset(
    {
        *("بن", "ابن", "بنت", "أبو", "ابو", "أبي", "ابي", "أم", "ام", "آل", "عبد", "بو"),
        *("בן", "בת", "בר", "אבו", "אבן"),
    }
)
"""Words with which a family name of several words begins: Ibn, Abu, Al (house of), Abd, and their like."""

_ARTICLE = re.compile(r"ال(?=\w{2})")
"""Under which no name is sought: الحسن stands under ح."""

_BETWEEN_HYPHENS = re.compile("[^-‐–]+")

_ARABIC = re.compile("[\u0600-\u06ff]")


def in_name_order(people: Iterable[Candidate]) -> list[Candidate]:
    """People by family name, then by the whole name, then by registration number."""
    listed = list(people)
    keys = [(_words(_filed(one)), _words(_plain(one.name))) for one in listed]
    every = sorted({word for key in keys for words in key for word in words})
    rank = {word: at for at, word in enumerate(collate(every, "default"))}
    ranked = [tuple(tuple(rank[word] for word in words) for words in key) for key in keys]
    by = sorted(range(len(listed)), key=lambda n: (ranked[n], listed[n].name, listed[n].registration))
    return [listed[n] for n in by]


def family_first(candidate: Candidate) -> str:
    """A name as lists that are ordered by family name show it: ``Example, Ada``."""
    if _COMMA.search(candidate.name):
        return candidate.name
    family = _family(candidate)
    given = candidate.name.strip().removesuffix(family).strip()
    comma = "،" if _ARABIC.search(family) else ","
    return f"{family}{comma} {given}" if given else family


def ever_shorter(name: str) -> tuple[str, ...]:
    """A name whole, and then with ever more given names by their first letters: ``Ada B. Example``.

    The first given name, by which people are called, is the last to go. The family name stays whole, with the
    small words before it and what stands between these: ``Ada de la Example``.
    """
    before, *behind = _COMMA.split(name.strip(), maxsplit=1)
    words = (behind[0] if behind else before.removesuffix(_family_of(name))).split()
    small = next((n for n, word in enumerate(words) if word[0].islower()), len(words))
    found = [name]
    for at in (*range(1, small), 0):
        if at < small and words[at][0].isupper():
            words[at] = _BETWEEN_HYPHENS.sub(lambda part: f"{part[0][0]}.", words[at])
            given = " ".join(words)
            found.append(f"{before}, {given}" if behind else f"{given} {_family_of(name)}")
    return tuple(dict.fromkeys(found))


def first_letter(candidate: Candidate) -> str:
    """What a family name is found under, A for Ä; empty if it begins with no letter."""
    letter = _filed(candidate)[:1].upper()
    return letter if letter.isalpha() else ""


def _family(candidate: Candidate) -> str:
    return _family_of(candidate.name)


def _family_of(name: str) -> str:
    """What stands before a comma, or else the last word, with what belongs before it."""
    before, *behind = _COMMA.split(name, maxsplit=1)
    if behind:
        return before.strip()
    words = name.split()
    first = len(words) - 1
    while first > 0 and words[first - 1] in _BEFORE_FAMILY:
        first -= 1
    return " ".join(words[first:])


def _filed(candidate: Candidate) -> str:
    """The family name as it is ordered, without an article before it."""
    family = _plain(_family(candidate))
    article = _ARTICLE.match(family)
    return family if article is None else family[article.end() :]


_LETTERS = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"}
)
"""Letters that Unicode takes for letters of their own, and people look for under these."""


def _plain(name: str) -> str:
    split = unicodedata.normalize("NFKD", name.casefold())
    return "".join(c for c in split if not _is_accent(c)).translate(_LETTERS)


def _is_accent(letter: str) -> bool:
    """Accents, and the vowel signs of Hebrew and Arabic; not those that make other letters, in India say."""
    kind = unicodedata.combining(letter)
    return 10 <= kind <= 36 or kind >= 200


def _words(text: str) -> tuple[str, ...]:
    return tuple(re.split(r"[\s\-‐–]+", text.strip()))
