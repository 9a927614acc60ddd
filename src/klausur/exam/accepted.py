"""Which sets of choices are right where some are written as right, ``[x]``, and others as well, ``[~]``."""

from itertools import combinations

MOST = 5
"""More choices that are right as well than this make more keys than anybody can look through."""


def sets(right: tuple[str, ...], as_well: tuple[str, ...], *, single: bool) -> tuple[tuple[str, ...], ...]:
    """What is accepted beside the right choices, each set by its letters in their order.

    Of a question with one right choice, each of the others may stand in its place. Elsewhere each of them may
    be chosen or not, whatever becomes of the rest.
    """
    if single:
        return tuple((letter,) for letter in as_well)
    some = (chosen for size in range(1, len(as_well) + 1) for chosen in combinations(as_well, size))
    return tuple(tuple(sorted((*right, *chosen))) for chosen in some)
