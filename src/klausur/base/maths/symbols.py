"""Characters in Typst's maths: written so that each stands for itself, with the spacing that TeX gives it.

No name of Typst's is used: names change with its versions, characters don't.
"""

import unicodedata
from collections.abc import Iterable

CLASSES = {
    "bin": "binary", "rel": "relation", "open": "opening", "close": "closing", "punct": "punctuation",
    "ord": "normal", "inner": "normal",
}  # fmt: skip
"""Typst's words for the kinds of atom in TeX."""

_TOLD = {
    "bin": frozenset("&†‡⊲⊳⊴⊵⋈⋖⋗◯⟕⟖⟗⦂⦵|‖/!?.,;:"),
    "rel": frozenset("|‖△▶◀▷◁/!?.,;+−∗()[]"),
    "open": frozenset("|‖)]"),
    "close": frozenset("?|‖(["),
    "punct": frozenset(".·:!?|"),
    "ord": frozenset("?\\|‖†‡↑↓↕↯⊕▲△▼▽◊★⧫⫫+−×÷∗=<>,;:()[]{}"),
    "inner": frozenset(),
}
"""Characters to which Typst gives other spacing than a TeX atom of that kind has; a test measures them."""


def written(characters: str) -> str:
    """Characters as one would write them in Typst's maths."""
    return joined(_one(cluster) for cluster in _clusters(characters))


def quoted(text: str) -> str:
    """Words as a string of Typst."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ") + '"'


def classed(characters: str, kind: str) -> str:
    """Characters as an atom of one of TeX's kinds."""
    if characters in {"+", "−"} and kind == "open":  # a sign, which Typst knows from an operator itself
        return characters
    shown = written(characters)
    if kind == "open" and unicodedata.category(characters[0]) == "Sm" and characters not in _TOLD["open"]:
        kind = "ord" if characters in _OPERATORS else kind
    return f'class("{CLASSES[kind]}",{shown})' if characters in _TOLD[kind] | _OPERATORS_IN[kind] else shown


_OPERATORS = frozenset("±∓×÷⋅∗∘∙∧∨∩∪⊎⊓⊔⊕⊖⊗⊘⊙⊞⊟⊠⊡∖⋄⋆≀⋉⋊⋋⋌⊺⊻⊼⋎⋏⋒⋓∔")
_OPERATORS_IN = dict.fromkeys(CLASSES, frozenset[str]()) | {"ord": _OPERATORS}
"""Binary operators that stand where nothing comes before them are ordinary in TeX."""


def joined(parts: Iterable[str]) -> str:
    """Parts in a row: with a blank only where two would run into one name or number."""
    row = ""
    for part in parts:
        if row and part and sticks(row[-1]) and sticks(part[0]):
            row += " "
        row += part
    return row


def sticks(char: str) -> bool:
    """Whether Typst would read this character and a letter beside it as one name."""
    return ("a" + char).isidentifier()


def _clusters(characters: str) -> list[str]:
    """The characters, each with the marks that combine with it."""
    found: list[str] = []
    for char in unicodedata.normalize("NFC", characters):
        if found and unicodedata.combining(char):
            found[-1] += char
        else:
            found.append(char)
    return found


def _one(cluster: str) -> str:
    if len(cluster) > 1:
        return quoted(cluster)
    if sticks(cluster) and cluster != "_":
        return cluster
    plain = cluster.isprintable() and not cluster.isspace()
    return "\\" + cluster if plain else f"\\u{{{ord(cluster):x}}}"
