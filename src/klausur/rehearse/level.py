"""How badly a rehearsal treats pages. What each level does to them stands in `klausur.rehearse.scanner`."""

from enum import StrEnum


class Level(StrEnum):
    """How badly pages are treated: not at all, as in an ordinary office, or worse than should happen.

    The light level is for large rehearsals: a good scanner, whose images take the least work to make.
    """

    CLEAN = "clean"
    LIGHT = "light"
    DEFAULT = "default"
    HARD = "hard"
