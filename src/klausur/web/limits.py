"""How often something may be done: counted in a process's memory, or for all processes of a server together.

A server's processes share a file of their own (`share`), and no row of the site or of an exam is written. It
is no record: it is made anew with each start, and where it cannot be written each process counts by itself.
"""

import sqlite3
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

MOST = 20_000
"""Names that a process remembers; of those that were seen longest ago nothing is known any more."""

MOST_SHARED = 200_000
"""Times that all processes together remember; of those before nothing is known any more."""

EVERY = 1000
"""So many times are counted until those are deleted that are too many or too long ago."""

PATIENCE = 10.0
"""Seconds that a process waits for others, before it counts by itself."""

LONGEST = 3600.0
"""Seconds after which no limit asks any more."""

_TABLES = """
CREATE TABLE IF NOT EXISTS times (id INTEGER PRIMARY KEY, name BLOB NOT NULL, at REAL NOT NULL);
CREATE INDEX IF NOT EXISTS times_name ON times (name, at);
CREATE TABLE IF NOT EXISTS good (id INTEGER PRIMARY KEY, name BLOB NOT NULL UNIQUE);
"""


class Together:
    """What a server's processes count together, in a file of SQLite; of names it has digests alone.

    The clock is the system's own (`time.monotonic`), which is one for all processes of a machine.
    """

    def __init__(self, path: Path) -> None:
        self._lock = threading.Lock()
        self._counted = 0
        self._link = sqlite3.connect(path, timeout=PATIENCE, isolation_level=None, check_same_thread=False)
        self._begin()

    def _begin(self) -> None:
        """Make the tables, again and again while another process does: SQLite does not wait for that."""
        until = time.monotonic() + PATIENCE
        while True:
            try:
                self._link.executescript(f"PRAGMA journal_mode = wal; PRAGMA synchronous = off; {_TABLES}")
            except sqlite3.OperationalError as error:
                busy = error.sqlite_errorcode & 0xFF in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
                if not busy or time.monotonic() > until:
                    raise
                time.sleep(0.005)
            else:
                return

    def count(self, name: str, since: float) -> int:
        """How often a name has done it since then."""
        asked = "SELECT count(*) FROM times WHERE name = ? AND at > ?"
        with self._lock:
            (found,) = self._link.execute(asked, (_digest(name), since)).fetchone()
        return int(found)

    def takes(self, name: str, times: int, since: float, now: float) -> bool:
        """Count once more, if it was done less than so many times since then: in one statement."""
        digest = _digest(name)
        counts = (
            "INSERT INTO times (name, at) SELECT ?, ?"
            " WHERE (SELECT count(*) FROM times WHERE name = ? AND at > ?) < ?"
        )
        with self._lock:
            taken = self._link.execute(counts, (digest, now, digest, since, times)).rowcount > 0
            self._counted += taken
            if self._counted >= EVERY:
                self._counted = 0
                self._link.execute("DELETE FROM times WHERE at <= ?", (now - LONGEST,))
                self._forget("times")
                self._forget("good")
        return taken

    def is_good(self, name: str) -> bool:
        """Whether somebody came by this before."""
        with self._lock:
            asked = self._link.execute("SELECT 1 FROM good WHERE name = ?", (_digest(name),))
            return asked.fetchone() is not None

    def passed(self, name: str) -> None:
        """Somebody came by this."""
        with self._lock:
            self._link.execute("INSERT OR IGNORE INTO good (name) VALUES (?)", (_digest(name),))

    def close(self) -> None:
        """Count no more."""
        with self._lock:
            self._link.close()

    def _forget(self, table: str) -> None:
        """Of what is longest ago, what is too much."""
        self._link.execute(
            f"DELETE FROM {table} WHERE id <= (SELECT max(id) FROM {table}) - ?",  # noqa: S608 - names of ours
            (MOST_SHARED,),
        )


def _digest(name: str) -> bytes:
    return sha256(name.encode()).digest()[:16]


_shared: Together | None = None


def share(path: Path) -> None:
    """From now on this process counts together with all others that are given this file."""
    global _shared  # noqa: PLW0603 - a fact about the process
    try:
        _shared = Together(path)
    except sqlite3.Error:
        _shared = None


class Limit:
    """So many times in so many seconds, for each name.

    Args:
        times: so many.
        seconds: so many, at most `LONGEST`.
        clock: what time it is; none but the system's where processes count together.
        of: what is limited; without it each process counts by itself.
    """

    def __init__(
        self, times: int, seconds: float, clock: Callable[[], float] = time.monotonic, *, of: str = ""
    ) -> None:
        self.times, self.seconds, self.of = times, seconds, of
        self._clock = clock
        self._lock = threading.Lock()
        self._seen: OrderedDict[str, deque[float]] = OrderedDict()

    def spent(self, name: str) -> bool:
        """Whether a name has done it as often as it may."""
        if self.of and _shared is not None:
            with suppress(sqlite3.Error):
                return _shared.count(f"{self.of} {name}", self._clock() - self.seconds) >= self.times
        with self._lock:
            return len(self._recent(name)) >= self.times

    def takes(self, name: str) -> bool:
        """Count once more, if that may be."""
        if self.of and _shared is not None:
            now = self._clock()
            with suppress(sqlite3.Error):
                return _shared.takes(f"{self.of} {name}", self.times, now - self.seconds, now)
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

    def __init__(
        self, failures: int, seconds: float, clock: Callable[[], float] = time.monotonic, *, of: str = ""
    ) -> None:
        self._failures = Limit(failures, seconds, clock, of=of)
        self._lock = threading.Lock()
        self._good: OrderedDict[str, None] = OrderedDict()

    def lets(self, place: str, key: str) -> bool:
        """Whether a link is looked up for who comes from a place; ``key`` is a digest of its secret."""
        return self._is_good(key) or not self._failures.spent(place)

    def failed(self, place: str) -> None:
        """Somebody from there came by a link that leads nowhere."""
        self._failures.takes(place)

    def passed(self, key: str) -> None:
        """This link is good."""
        with self._lock:
            known = key in self._good
            self._good[key] = None
            self._good.move_to_end(key)
            while len(self._good) > MOST:
                self._good.popitem(last=False)
        if not known and self._failures.of and _shared is not None:
            with suppress(sqlite3.Error):
                _shared.passed(f"{self._failures.of} {key}")

    def _is_good(self, key: str) -> bool:
        with self._lock:
            if key in self._good:
                return True
        if self._failures.of and _shared is not None:
            with suppress(sqlite3.Error):
                return _shared.is_good(f"{self._failures.of} {key}")
        return False
