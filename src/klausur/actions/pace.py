"""How patiently a folder is watched. What watches it stands in `klausur.actions.watch`."""

import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pace:
    """How long is waited: ``settle`` seconds that a file must have stayed as it is, ``every`` between looks.

    Scan stations write a page every second or two. ``wait`` lets the time pass that ``clock`` tells.
    """

    settle: float = 5.0
    every: float = 2.0
    wait: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
