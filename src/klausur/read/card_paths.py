"""Where the cards of the readers lie that come with Klausur; whoever only reads a card loads no reader."""

from pathlib import Path

MARKS = Path(__file__).with_name("models") / "marks-1.json"
DIGITS = Path(__file__).with_name("models") / "digits-1.json"
ALIKE = Path(__file__).with_name("models") / "alike-1.json"
