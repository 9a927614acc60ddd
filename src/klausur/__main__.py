"""``python -m klausur`` is the command ``klausur``."""

from klausur.cli.main import run

run()
