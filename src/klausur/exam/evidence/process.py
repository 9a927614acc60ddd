"""One evidence file's process, seen from outside: started, asked, watched, ended."""

import contextlib
import json
import queue
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Self

from klausur.base import overtime
from klausur.base.guard import refuse_if_locked
from klausur.evidence import Kind, Part
from klausur.exam import trust
from klausur.exam.evidence import confined
from klausur.exam.evidence.coverage import Unchecked
from klausur.exam.evidence.statements import Statement

LOADING = 60.0
"""Seconds of processor time in which a file must have been loaded."""

MEMORY = 8 * 2**30
"""Bytes of address space that a file's process may have."""

DRAWING = 5.0
"""Seconds of processor time that one draw of parameters may take."""

_THREADS = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
"""Files run side by side, a processor each; and sums in one order give the same figures again."""

_ASKS = '{"asks":'
"""How a line begins in which a process asks for something of the key."""

_LAST_WORDS = 2_000
"""Bytes of a dead process' errors that are told."""


Answering = Callable[[str, str, str], dict[str, str]]
"""Tells a program what it asks of the key: a question, a part of it and words; see `given.Giver`."""


class ProgramEndedError(Exception):
    """The process ended, or was ended: it took too much processor time, or hung. The message says which."""


@dataclass(frozen=True, slots=True)
class Told:
    """A tie as its process tells it.

    ``number`` is what the process calls it; ``takes`` are the parameters of variants that its function takes.
    ``written`` are its words as the program has them, where a variant's values were put into ``words``.
    """

    number: int
    question: str
    part: Part
    words: str
    kind: Kind
    function: str
    line: int
    options: dict[str, float]
    takes: tuple[str, ...] = ()
    written: str = ""

    @property
    def name(self) -> str:
        """The claim's name in the lock file; the same in all variants."""
        return f"{self.question}/{self.part}/{self.function}: {self.written or self.words}"


class Process:
    """A process that has loaded one evidence file, and is started anew where a claim has ended it.

    A context manager; leaving it ends the process.
    """

    def __init__(self, file: Path, memory: int) -> None:
        self._folder = file.parent.parent
        self._command = [
            sys.executable, "-m", "klausur.exam.evidence.worker", str(file.resolve()),
            str(memory), str(LOADING),
        ]  # fmt: skip

        self._running: _Running | None = None
        self.unchecked: tuple[Unchecked, ...] = ()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._end()

    @property
    def running(self) -> bool:
        """Whether it is there; else it was ended, and is started anew when it is next asked."""
        return self._running is not None

    def ties(self) -> tuple[Told, ...]:
        """What the file ties; what it says is beyond programs is `unchecked` then.

        Raises:
            EndedError: the file cannot be run.
        """
        answer = self._asked(None, LOADING, "loading the file")
        if "broken" in answer:
            raise ProgramEndedError(answer["broken"])
        self.unchecked = tuple(
            Unchecked(question, Part(part), words, why) for question, part, words, why in answer["unchecked"]
        )
        return tuple(
            Told(
                number,
                plain["question"],
                Part(plain["part"]),
                plain["words"],
                Kind(plain["kind"]),
                plain["function"],
                plain["line"],
                plain["options"],
                tuple(plain["takes"]),
            )
            for number, plain in enumerate(answer["ties"])
        )

    def judge(
        self,
        tie: Told,
        statement: Statement,
        seconds: float,
        drawn: Sequence[int] = (),
        kept: str = "",
        *,
        answering: Answering,
        again: bool = False,
    ) -> dict[str, Any]:
        """Have one claim judged.

        Args:
            tie: which.
            statement: what the key says.
            seconds: the processor time that it may take.
            drawn: what the parameters of its variant are drawn from, if its problem has any.
            kept: what its function returned some time ago; it is not run then.
            answering: tells it what it is given.
            again: take what it returned in this process before, if it was run.

        Raises:
            EndedError: the process died, took more than ``seconds`` or hung; it cannot be used any more.
        """
        if self._running is None:
            self.ties()
        about = {"tie": tie.number, "statement": _as_plain(statement)}
        request = {**about, "drawn": drawn, "kept": kept, "again": again}
        return self._asked(request, seconds, tie.function, answering)

    def still_shown(
        self,
        claims: Sequence[tuple[Told, Statement]],
        faulty: str,
        seconds: float,
        drawn: Sequence[int] = (),
        given: Iterable[tuple[str, str, str, Mapping[str, str]]] = (),
    ) -> Sequence[bool] | None:
        """Whether claims of one function are still shown by a faulty text of the file; None: it cannot run.

        Args:
            claims: each with what the key says.
            faulty: the text.
            seconds: the processor time that it may take.
            drawn: what the parameters of its variant are drawn from, if its problem has any.
            given: what the program may ask for, and is told; one that asks for more breaks.

        Raises:
            EndedError: as `judge` does.
        """
        if self._running is None:
            self.ties()
        request = {
            "faulty": faulty,
            "claims": [(tie.number, _as_plain(statement)) for tie, statement in claims],
            "drawn": drawn,
            "given": list(given),
        }
        what = f"{claims[0][0].function} with a fault in it"
        shown: Sequence[bool] | None = self._asked(request, seconds, what)["shown"]
        return shown

    def draws(
        self, places: Sequence[tuple[str, str]], seeds: Sequence[Sequence[int]]
    ) -> Iterator[dict[str, Any]]:
        """Have the file's parameters drawn, once for each seed.

        Args:
            places: names and formats that texts are wanted of.
            seeds: what each draw starts from.

        Raises:
            EndedError: the process died, took too long over a draw or hung; it cannot be used any more.
        """
        if self._running is None:
            self.ties()
        request: dict[str, Any] | None = {"places": places, "seeds": seeds}
        for _ in seeds:
            yield self._asked(request, DRAWING, "drawing parameters")
            request = None

    def _asked(
        self,
        request: dict[str, Any] | None,
        seconds: float,
        what: str,
        answering: Answering | None = None,
    ) -> dict[str, Any]:
        """The answer to a request, or, without one, the next thing that the process says.

        What the process asks meanwhile is answered.
        """
        refuse_if_locked("asking an evidence file")
        if self._running is None and not trust.is_trusted(self._folder):
            raise ProgramEndedError(f"it is not trusted: {trust.REMEDY}")
        if self._running is None and (why := confined.cannot_become()):
            raise ProgramEndedError(why)
        running = self._running = self._running or _Running(self._command)
        try:
            if request is not None:
                running.say(json.dumps({**request, "seconds": seconds}))
            line = running.lines.get(timeout=overtime.patience(seconds))
            while answering is not None and line.startswith(_ASKS):
                running.say(json.dumps(answering(*json.loads(line)["asks"])))
                line = running.lines.get(timeout=overtime.patience(seconds))
        except queue.Empty:
            self._end()
            raise ProgramEndedError(f"{what} {overtime.hung(seconds)}") from None
        except OSError:
            line = ""
        if not line:
            limit = overtime.why_ended(running.status(), seconds)
            said = running.last_words()
            self._end()
            if limit is not None:
                raise ProgramEndedError(f"{what} {limit}")
            raise ProgramEndedError(f"the evidence ended its process ({what}): {said}")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def _end(self) -> None:
        if self._running is not None:
            self._running.end()
            self._running = None


class _Running:
    """A started process with its pipes; its lines come out of a queue, an empty one last."""

    def __init__(self, command: list[str]) -> None:
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - closed in `end`
        self._scratch = tempfile.TemporaryDirectory(prefix="klausur-", ignore_cleanup_errors=True)
        scratch = Path(self._scratch.name).resolve()
        self._process = subprocess.Popen(
            [*command, str(scratch), confined.other(), *map(str, confined.hidden())],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
            encoding="utf-8",
            env=confined.environment(scratch, _THREADS),
            cwd=scratch,
        )
        self.lines: queue.Queue[str] = queue.Queue()
        self._reader = threading.Thread(target=_pass_on, args=(self._process.stdout, self.lines), daemon=True)
        self._reader.start()

    def say(self, line: str) -> None:
        """Send a line to the process.

        Raises:
            OSError: it is gone.
        """
        if self._process.stdin is not None:
            self._process.stdin.write(line + "\n")
            self._process.stdin.flush()

    def status(self) -> int:
        """The exit status of a process that is ending."""
        return self._process.wait()

    def last_words(self) -> str:
        """The end of what a process that is ending wrote as errors, or its exit status."""
        status = self.status()
        self._errors.seek(0)
        said = self._errors.read()[-_LAST_WORDS:].decode(errors="replace").strip()
        return said or f"exit status {status}"

    def end(self) -> None:
        """End the process, whatever it does."""
        self._process.kill()
        self._process.wait()
        self._reader.join()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):  # bytes that a dead process will never read
                    pipe.close()
        self._errors.close()
        self._scratch.cleanup()


def _as_plain(statement: Statement) -> dict[str, Any]:
    return {name: getattr(statement, name) for name in ("line", "text", "typed", "right", "read")}


def _pass_on(lines: IO[str] | None, to: "queue.Queue[str]") -> None:
    """Lines out of a pipe, then an empty one at its end."""
    for line in lines or ():
        to.put(line)
    to.put("")
