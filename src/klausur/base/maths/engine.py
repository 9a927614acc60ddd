"""The one JavaScript engine of a process: it runs Temml, which reads TeX, and starts with the first formula.

It has no clock, file or network, and bounds on time and memory; after one is passed it is made anew.
"""

import json
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib import resources
from typing import Any

from klausur.base.guard import refuse_if_locked

_SECONDS = 2.0
"""Of processor time for one formula. The longest that people write take 0.02 s."""

_MEMORY = 96 << 20
"""Bytes. Temml takes 2 MB, the longest formulas of exams 1 MB more."""

_STACK = 16 << 20
"""Bytes of the thread that the engine lives in, whose own limit is a quarter of it."""

LONGEST = 10_000
"""Characters of a formula. A proof over a whole page has 2,000."""

_FILES = ("temml/temml.min.js", "temml/mhchem.min.js", "packages.js", "aliases.js", "reading.js")


class EngineLimitError(Exception):
    """A formula took more time, memory or depth than any that people write; the message says which."""


@dataclass(frozen=True, slots=True)
class Unread:
    """Why Temml cannot read a formula, in its words, and at which character, if it says so."""

    error: str
    at: int | None


@dataclass(frozen=True, slots=True)
class Read:
    """A formula as Temml read it: its parse tree, each node an object of JSON, and its MathML."""

    tree: Any
    mathml: str


class _Engine:
    """Temml in a context of its own, in a thread of its own: an engine must stay in its thread."""

    def __init__(self) -> None:
        self.process = os.getpid()
        size = threading.stack_size(_STACK)
        try:
            self._thread = ThreadPoolExecutor(1, thread_name_prefix="maths")
            self._thread.submit(self._start).result()
        finally:
            threading.stack_size(size)

    def _start(self) -> None:
        import quickjs  # noqa: PLC0415 - takes 5 ms, for exams with formulas alone

        self._context = quickjs.Context()
        self._context.set_memory_limit(_MEMORY)
        self._context.set_max_stack_size(_STACK // 4)
        for name in _FILES:
            self._context.eval(resources.files(__package__).joinpath(name).read_text("utf-8"))
        self._read = self._context.get("read")

    def read(self, tex: str, *how: object) -> str:
        return self._thread.submit(self._within_limits, tex, *how).result()

    def _within_limits(self, tex: str, *how: object) -> str:
        import quickjs  # noqa: PLC0415 - is loaded by now

        try:
            self._context.set_time_limit(_SECONDS)
            return str(self._read(tex, *how))
        except (quickjs.JSException, quickjs.StackOverflow) as error:
            raise EngineLimitError(str(error).partition("\n")[0]) from None

    def end(self) -> None:
        self._thread.shutdown(wait=False)


_turn = threading.Lock()
_engines: list[_Engine] = []


def read(tex: str, macros: str = "{}", *, display: bool, comma: bool = False) -> Read | Unread:
    """Read one formula.

    Args:
        tex: at most ``LONGEST`` characters.
        macros: names with their backslash and what they stand for, as JSON.
        display: whether it stands on a line of its own.
        comma: whether siunitx's numbers have a decimal comma.

    Raises:
        EngineLimitError: it takes too much time or memory.
    """
    refuse_if_locked("reading formulas")
    if len(tex) > LONGEST:
        raise EngineLimitError(f"it has {len(tex):,} characters")
    with _turn:
        if _engines and _engines[0].process != os.getpid():  # a fork has the engine, and not its thread
            _engines.clear()
        if not _engines:
            _engines.append(_Engine())
        try:
            answer = json.loads(_engines[0].read(tex, display, macros, comma))
        except EngineLimitError:
            _engines.pop().end()
            raise
    if "error" in answer:
        return Unread(answer["error"], answer["at"])
    return Read(answer["tree"], answer["mathml"])
