"""How a booklet's paper is set, beside what it asks: in large print or not, in which of the exam's languages.

The number of a variant says it too. Below `APART` it is the number of what was drawn, set as usual; each
further setting has numbers of its own. So whatever finds a booklet's exam or pages by its variant finds those
of its setting, and nothing but printing need know that there are settings.
"""

from dataclasses import dataclass

APART = 100_000_000
"""From one setting's numbers to the next one's: more than a page code can number booklets, each a variant."""


@dataclass(frozen=True, slots=True)
class Setting:
    """How one paper is set. ``language`` counts in `Exam.languages`, from 0."""

    large: bool = False
    language: int = 0


USUAL = Setting()


def numbered(variant: int, setting: Setting) -> int:
    """The number of a variant in another setting."""
    return drawn(variant) + APART * (2 * setting.language + setting.large)


def drawn(variant: int) -> int:
    """The number of what was drawn for a variant: the same in all of its settings, as people know it."""
    return variant % APART


def setting_of(variant: int) -> Setting:
    """The setting that a variant's number says."""
    language, large = divmod(variant // APART, 2)
    return Setting(bool(large), language)
