"""What cells are labelled as: the digit network's classes, and what is none of them."""

from klausur.read.digits import CLASSES

EMPTY = CLASSES.index("empty")
"""An empty cell, or the gap between two characters; 0 … 9 are the digits."""

MINUS, COMMA, POINT = (CLASSES.index(sign) for sign in "-,.")

SIGNS = {"-": MINUS, ",": COMMA, ".": POINT}
"""The label of each character that is no digit."""

ILLEGIBLE = len(CLASSES)
"""A cell that nobody can read: no class of the network's."""
