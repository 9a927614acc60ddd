"""Differences, found in one variant after the other: equal ones become one that names its variants."""

from collections.abc import Iterable
from dataclasses import replace

from klausur.exam.differences.model import Difference


class DifferencesByVariant:
    """Collects differences; the order is that in which they were first found."""

    def __init__(self) -> None:
        self._variants: dict[Difference, set[int]] = {}

    def add(self, difference: Difference, variants: Iterable[int]) -> None:
        """Note a difference in these variants."""
        self._variants.setdefault(replace(difference, variants=()), set()).update(variants)

    @property
    def all(self) -> tuple[Difference, ...]:
        """All of them."""
        return tuple(replace(d, variants=tuple(sorted(numbers))) for d, numbers in self._variants.items())
