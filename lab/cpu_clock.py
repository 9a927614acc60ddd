"""How much a piece of work costs, whatever else the machine does: CPU time of a program and its processes."""

import time
from collections.abc import Callable

import psutil


class CpuClock:
    """CPU seconds of this process and of those that it has running when the clock is made (Linux)."""

    def __init__(self) -> None:
        """Note whom to ask; looking for processes takes time itself."""
        children = psutil.Process().children(recursive=True)
        # A process's clock, as clock_getcpuclockid(3) names it: the C library has it, Python has not.
        self._clocks = [(~child.pid << 3) | 2 for child in children]

    def __call__(self) -> float:
        """The seconds so far."""
        return time.process_time() + sum(map(time.clock_gettime, self._clocks))

    def of(self, work: Callable[[], object]) -> float:
        """How long a piece of work takes."""
        started = self()
        work()
        return self() - started
