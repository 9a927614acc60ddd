"""The process that evidence runs in: loads one file, then judges its claims one by one as it is told.

It draws the parameters of variants, too. It reads one JSON request a line from its input and answers one line
each, or one for each draw. What the evidence itself prints goes to standard error. Processor
time and memory are limited here; the parent ends it where it hangs.
"""

import importlib.util
import io
import json
import os
import sys
import threading
import time
import traceback
from collections.abc import Sequence
from dataclasses import asdict, replace
from fractions import Fraction
from functools import cache, partial
from importlib.machinery import EXTENSION_SUFFIXES, ExtensionFileLoader, FileFinder, SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType
from typing import IO, Any

from klausur import evidence
from klausur.base import overtime
from klausur.exam.evidence import claim_arguments, confined, files_read, given_values, strict, values
from klausur.exam.evidence.statements import Statement
from klausur.exam.placeholders import filled, placeholders


def main() -> None:
    """Serve until the input ends."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    file, memory, seconds = Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
    scratch, user, homes = Path(sys.argv[4]), sys.argv[5], tuple(map(Path, sys.argv[6:]))
    confined.enter(file.parents[1], scratch, homes, memory, user)
    strict.watch(file.parents[1])
    files_read.watch(file.parents[1], file)
    given_values.watch(file.parents[1])
    with overtime.within(seconds):
        loaded = _load(file)
    _answer(answers, loaded)
    for line in iter(sys.stdin.readline, ""):
        request = json.loads(line)
        if "seeds" in request:
            for seed in request["seeds"]:
                with overtime.within(request["seconds"]):
                    drawn = _drawn(request["places"], seed)
                _answer(answers, drawn)
        elif "faulty" in request:
            _answer(answers, {"shown": _still_shown(request)})
        else:
            given_values.begin(partial(_told, answers, os.getpid()), partial(_in_variant, request["drawn"]))
            _answer(answers, _judged(request))
            given_values.end()


def _told(answers: IO[str], judging: int, asked: given_values.Asked) -> dict[str, str]:
    """What stands in the key, asked of the parent.

    Raises:
        RuntimeError: a process asks that the program has started itself.
    """
    if os.getpid() != judging:
        raise RuntimeError("nothing is given to other processes: ask for it before you start them")
    with _one_asks:
        _answer(answers, {"asks": asked})
        told: dict[str, str] = json.loads(sys.stdin.readline())
    return told


_one_asks = threading.Lock()


def _in_variant(drawn: Sequence[int], words: str) -> str:
    """Words with the values of a variant in the places of its parameters."""
    places = placeholders(words) if drawn else ()
    if not places:
        return words
    known = _values(tuple(drawn))
    return filled(words, [values.text(known[place.name], place.form) for place in places])


_loaded: list[ModuleType] = []


def _load(file: Path) -> dict[str, Any]:
    """Run the file; the ties it makes, or why it cannot be run."""
    name = f"evidence_{file.stem.replace('-', '_')}"
    sys.path_hooks.insert(0, partial(_finder, file.parents[1].resolve()))
    spec = importlib.util.spec_from_file_location(name, file, loader=_Uncached(name, str(file)))
    if spec is None or spec.loader is None:
        return {"broken": f"{file.name} is no Python file"}
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    sys.path.insert(0, str(file.parent))
    try:
        spec.loader.exec_module(module)
    except BaseException:  # noqa: BLE001 - whatever an author's file does, it is told, not passed on
        return {"broken": traceback.format_exc(limit=-2).strip()}
    _loaded.append(module)
    return {
        "ties": [
            {
                "question": tie.question,
                "part": tie.part,
                "words": tie.words,
                "kind": tie.kind,
                "function": tie.function.__name__,
                "line": tie.function.__code__.co_firstlineno,
                "options": tie.options,
                "takes": claim_arguments.parameters(tie),
            }
            for tie in evidence.ties
        ],
        "unchecked": [(u.question, u.part, u.words, u.why) for u in evidence.unchecked],
    }


class _Uncached(SourceFileLoader):
    """Loads what a file says, and not what lies compiled beside it, which nobody reads."""

    def exec_module(self, module: ModuleType) -> None:
        """Run it, with what `strict` puts in the place of some of Python's own names."""
        module.__dict__["__builtins__"] = strict.names()
        super().exec_module(module)

    def get_code(self, fullname: str) -> CodeType:
        """The code of the source itself."""
        path = self.get_filename(fullname)
        return self.source_to_code(self.get_data(path), path)


def _finder(folder: Path, path: str) -> FileFinder:
    if not Path(path).resolve().is_relative_to(folder):
        raise ImportError(path)
    return FileFinder(path, (_Uncached, [".py"]), (ExtensionFileLoader, EXTENSION_SUFFIXES))


def _judged(request: dict[str, Any]) -> dict[str, Any]:
    from klausur.exam.evidence.judge import (  # noqa: PLC0415 - sympy, which drawing can do without
        judge,
        judge_kept,
    )

    started = time.perf_counter()
    with overtime.within(request["seconds"]):
        try:
            tie, drawn = _with_values(evidence.ties[request["tie"]], request["drawn"])
        except Exception:  # noqa: BLE001 - an author's program may raise anything; that is its outcome
            verdict: dict[str, Any] = {"outcome": "failed", "computed": "", "typed": "", "detail": _said()}
        else:
            statement = Statement(**request["statement"])
            if request["kept"]:
                found = judge_kept(tie, statement, request["kept"])
            else:
                found = judge(tie, statement, _formulas(drawn), again=request["again"])
            verdict = {
                "outcome": found.outcome,
                "computed": found.computed,
                "typed": found.typed,
                "detail": found.detail,
                "details": [asdict(one) for one in found.details],
                "value": found.value,
                "controlled": found.controlled,
            }
    seconds = round(time.perf_counter() - started, 3)
    nothing: dict[str, Any] = {"value": "", "controlled": False, "details": []}
    return {**nothing, **verdict, "seconds": seconds, "reads": files_read.until_now()}


def _with_values(
    tie: evidence.TiedFunction, seed: Sequence[int]
) -> tuple[evidence.TiedFunction, dict[str, Any]]:
    """A tie whose function is given the parameters of its variant that it takes; and all of these."""
    if not seed:
        return tie, {}
    drawn = _values(tuple(seed))
    given = claim_arguments.values(tie, drawn)
    return (replace(tie, function=partial(tie.function, **given)) if given else tie), drawn


def _still_shown(request: dict[str, Any]) -> list[bool] | None:
    """Which claims are shown by their program with a fault in it; None where no process can be forked to see.

    What ends the process, or takes too long, shows nothing.
    """
    if not hasattr(os, "fork"):
        return None
    from klausur.exam.evidence.judge import judge  # noqa: PLC0415 - loaded before the fork, for all of them

    found, told = os.pipe()
    child = os.fork()
    if child:
        os.close(told)
        with os.fdopen(found, "rb") as answer:
            said = answer.read()
        os.waitpid(child, 0)
        return [said[n : n + 1] == b"+" for n in range(len(request["claims"]))]
    try:
        sys.stderr = io.StringIO()
        wanted = [(evidence.ties[number], Statement(**plain)) for number, plain in request["claims"]]
        known = {(question, part, words): reply for question, part, words, reply in request["given"]}
        given_values.begin(_nothing_more, partial(_in_variant, request["drawn"]), known)
        with overtime.within(request["seconds"]):
            _run_faulty(request["faulty"])
            for tie, statement in wanted:
                own, drawn = _with_values(_same(tie), request["drawn"])
                outcome = judge(own, statement, _formulas(drawn)).outcome
                os.write(told, b"+" if outcome == "proved" else b"-")
    finally:
        os._exit(0)


def _nothing_more(_asked: given_values.Asked) -> dict[str, str]:
    return {"missing": "a program with a fault is given no more than it was without"}


def _run_faulty(source: str) -> None:
    """Make the ties of another text of the file."""
    before = _loaded[0]
    module = ModuleType(before.__name__)
    module.__file__ = before.__file__
    module.__dict__["__builtins__"] = strict.names()
    evidence.ties.clear()
    exec(compile(source, str(before.__file__), "exec"), module.__dict__)  # noqa: S102 - this process is there for that


def _same(wanted: evidence.TiedFunction) -> evidence.TiedFunction:
    """The same claim of the text that was run last."""

    def named(tie: evidence.TiedFunction) -> tuple[str, str, str, str]:
        return tie.question, tie.part, tie.words, tie.function.__name__

    return next(tie for tie in evidence.ties if named(tie) == named(wanted))


def _formulas(drawn: dict[str, Any]) -> dict[str, Any]:
    """The formulas among some values, by the TeX that they were written as: parsing it takes long."""
    plain = bool, int, float, str, Fraction
    return {values.text(value, ""): value for value in drawn.values() if not isinstance(value, plain)}


@cache
def _values(seed: tuple[int, ...]) -> dict[str, Any]:
    """The values of one variant."""
    function = getattr(_loaded[0], "parameters", None)
    if function is None:
        raise LookupError("the file has no function parameters(rng)")
    return values.draw(function, seed)


def _drawn(places: Sequence[tuple[str, str]], seed: Sequence[int]) -> dict[str, Any]:
    """The answer for a seed: all values, and the fillings of the placeholders; or why there are none."""
    try:
        found = _values.__wrapped__(tuple(seed))
        return {
            "values": [(name, values.text(value, "")) for name, value in found.items()],
            "fillings": [_filling(found, name, form) for name, form in places],
        }
    except values.ValueKindError as error:
        return {"broken": str(error)}
    except Exception:  # noqa: BLE001 - the same
        return {"broken": _said()}


def _filling(found: dict[str, Any], name: str, form: str) -> dict[str, Any]:
    if name not in found:
        return {"unknown": True}
    value = found[name]
    try:
        text = values.text(value, form)
    except values.ValueKindError as error:
        return {"wrong": str(error)}
    truth = value if isinstance(value, bool) else None
    return {"text": text, "truth": truth, "number": truth is None and values.is_number(value, form)}


def _said() -> str:
    """The end of what was just raised."""
    return traceback.format_exc(limit=-2).strip()


def _answer(answers: IO[str], plain: dict[str, Any]) -> None:
    answers.write(json.dumps(plain) + "\n")
    answers.flush()


if __name__ == "__main__":
    main()
