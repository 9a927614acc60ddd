"""Seconds that are shared out between pieces of work, so that each gets as much as the others."""

import threading
import time


class Budget:
    """So many seconds for so many pieces, of which ``jobs`` run at a time; without end if None."""

    def __init__(self, seconds: float | None, jobs: int, pieces: int) -> None:
        self._end = None if seconds is None else time.monotonic() + seconds
        self._jobs, self._left = jobs, pieces
        self._lock = threading.Lock()

    def begin(self) -> "Turn":
        """The next piece begins: it may take its share of what is left."""
        with self._lock:
            left, self._left = max(1, self._left), self._left - 1
        if self._end is None:
            return Turn(None)
        now = time.monotonic()
        return Turn(now + max(0.0, self._end - now) * min(1.0, self._jobs / left))


class Turn:
    """One piece's share, until a time."""

    def __init__(self, until: float | None) -> None:
        self._until = until

    @property
    def over(self) -> bool:
        """Whether it is used up."""
        return self._until is not None and time.monotonic() >= self._until
