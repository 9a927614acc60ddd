"""How often something may be done: counted in each server process by itself, so that no row is written."""

import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable

MOST = 20_000
"""Names that are remembered; of those that were seen longest ago nothing is known any more."""


class Limit:
    """So many times in so many seconds, for each name."""

    def __init__(self, times: int, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.times, self.seconds = times, seconds
        self._clock = clock
        self._lock = threading.Lock()
        self._seen: OrderedDict[str, deque[float]] = OrderedDict()

    def spent(self, name: str) -> bool:
        """Whether a name has done it as often as it may."""
        with self._lock:
            return len(self._recent(name)) >= self.times

    def takes(self, name: str) -> bool:
        """Count once more, if that may be."""
        with self._lock:
            recent = self._recent(name)
            if len(recent) >= self.times:
                return False
            recent.append(self._clock())
            return True

    def _recent(self, name: str) -> deque[float]:
        recent = self._seen.pop(name, deque())
        since = self._clock() - self.seconds
        while recent and recent[0] <= since:
            recent.popleft()
        self._seen[name] = recent
        while len(self._seen) > MOST:
            self._seen.popitem(last=False)
        return recent


class Tries:
    """Who tries secrets that are none, by the place that they come from.

    Many candidates share a place, a university's gateway say. So where one of them tries too often, links by
    which somebody came before go on being good there; only those that are new are not even looked up.
    """

    def __init__(self, failures: int, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._failures = Limit(failures, seconds, clock)
        self._lock = threading.Lock()
        self._good: OrderedDict[str, None] = OrderedDict()

    def lets(self, place: str, key: str) -> bool:
        """Whether a link is looked up for who comes from a place; ``key`` is a digest of its secret."""
        with self._lock:
            known = key in self._good
        return known or not self._failures.spent(place)

    def failed(self, place: str) -> None:
        """Somebody from there came by a link that leads nowhere."""
        self._failures.takes(place)

    def passed(self, key: str) -> None:
        """This link is good."""
        with self._lock:
            self._good[key] = None
            self._good.move_to_end(key)
            while len(self._good) > MOST:
                self._good.popitem(last=False)
