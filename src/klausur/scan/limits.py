"""What a scanned file may cost: the limits, how they are raised, and how a process is held to them.

The limits are about the machine, not about an exam, and hold in several processes at once. So they come from
the environment, which processes inherit: ``KLAUSUR_LIMITS="pages=200000 memory=4096"``. Who counts pages or
bytes does so elsewhere.
"""

import os
import signal
from dataclasses import dataclass, fields
from functools import lru_cache
from pathlib import Path

from klausur.base import overtime
from klausur.base.errors import UsageError

try:
    import resource
except ImportError:  # Windows: there, pixels and the clock are limited, and memory is not
    resource = None  # type: ignore[assignment]

NAME = "KLAUSUR_LIMITS"
"""The environment variable that raises or lowers limits."""

MEBIBYTE = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """What one scanned file may cost. More is reported, and nothing else suffers."""

    pages: int = 50_000
    """Pages in one file, or in all files of a ZIP."""
    seconds: int = 30
    """Of processor time, for a page to be taken out of its file, and again to be decoded, placed and read."""
    file_seconds: int = 600
    """Of processor time, for a file to be opened and its pages counted, and again for all its pages to be
    taken out of it."""
    memory: int = 2048
    """MiB that a process may take for a page, beyond what the program itself takes."""
    page_size: int = 256
    """MiB of one page, encoded as it lies in its file."""
    pixels: int = 150_000_000
    """Pixels of one image. A3 at 600 dpi has 70 million, A4 at 1,200 dpi 139 million."""
    side: int = 30_000
    """Pixels along an image's longer side."""
    members: int = 20_000
    """Files in one ZIP."""
    unpacked: int = 20_480
    """MiB that all files in one ZIP have together."""
    ratio: int = 100
    """Times that a ZIP may grow when it is unpacked, if it then has more than 100 MiB."""


DEFAULT = Limits()


def here() -> Limits:
    """The limits that hold in this process.

    Raises:
        UsageError: ``KLAUSUR_LIMITS`` names no limit, or a value that is no whole number above zero.
    """
    return stated(stated_here())


def stated_here() -> str:
    """The limits of this process as the text that states them, for another process to `state`."""
    return os.environ.get(NAME, "")


def state(text: str) -> None:
    """Give this process the limits that a text states."""
    os.environ[NAME] = text


@lru_cache(maxsize=8)
def stated(text: str) -> Limits:
    """The limits that a text such as ``pages=200000 memory=4096`` states; the others are the default.

    Raises:
        UsageError: a word is no limit, or its value no whole number above zero.
    """
    names = [known.name for known in fields(Limits)]
    given: dict[str, int] = {}
    for word in text.replace(",", " ").split():
        name, _, value = word.partition("=")
        if name not in names or not (value.isascii() and value.isdigit() and int(value[:18]) > 0):
            raise UsageError(
                f"{NAME} says {word!r}, which is no limit and its value",
                f'write, for instance, {NAME}="pages=200000 memory=4096"; limits are {", ".join(names)}',
            )
        given[name] = int(value[:18])
    return Limits(**given)


def way_out(name: str, value: int) -> str:
    """How to raise a limit: the last part of a hint."""
    return f"{NAME}={name}={value}"


def confine(memory: int) -> None:
    """Hold this process to ``memory`` MiB beyond what it takes now, where the system can do so (Linux).

    Past that, Python and most libraries fail with MemoryError or end the process.
    """
    taken = _taken()
    if resource is None or taken is None:
        return
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    limit = taken + memory * MEBIBYTE
    if most == resource.RLIM_INFINITY or limit < most:
        resource.setrlimit(resource.RLIMIT_AS, (limit, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))


def _taken() -> int | None:
    """Bytes of address space that this process takes; None where the system has no such file."""
    try:
        pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[0]
    except OSError:
        return None
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


def why_ended(exit_code: int | None, seconds: int) -> str:
    """What the exit code of a process that ended over a page or file says, in words."""
    limit = overtime.why_ended(exit_code, seconds)
    if limit is not None:
        return f"it {limit}"
    if exit_code is not None and exit_code < 0:
        name = (
            signal.Signals(-exit_code).name if -exit_code in set(signal.Signals) else f"signal {-exit_code}"
        )
        return f"it crashed its decoder ({name})"
    return "it crashed its decoder"
