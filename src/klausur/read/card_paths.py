"""Where the cards of the readers lie; whoever only reads a card loads no reader."""

import os
from pathlib import Path

_MODELS = Path(__file__).with_name("models")

MARKS = Path(os.environ.get("KLAUSUR_MARK_READER") or _MODELS / "marks-2.json")
"""That of the mark reader: the one that comes with Klausur, or one of an institution's own."""

DIGITS = Path(os.environ.get("KLAUSUR_DIGIT_READER") or _MODELS / "digits-2.json")
"""That of the digit reader, likewise."""

ALIKE = _MODELS / "alike-1.json"
SEGMENTS = _MODELS / "segments-1.json"
RESTORER = _MODELS / "restorer-1.json"
