"""The process that evidence runs in: loads one file, then judges its claims one by one as it is told.

It reads one JSON request a line from its input and answers one line each. What the evidence itself prints
goes to standard error. The parent watches the time and ends it; memory is limited here.
"""

import importlib.util
import json
import os
import sys
import time
import traceback
from pathlib import Path
from typing import IO, Any

from klausur import evidence
from klausur.exam.evidence.judge import judge
from klausur.exam.evidence.statements import Statement


def main() -> None:
    """Serve until the input ends."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    file, memory = Path(sys.argv[1]), int(sys.argv[2])
    _limit(memory)
    _answer(answers, _load(file))
    for line in sys.stdin:
        _answer(answers, _judged(json.loads(line)))


def _load(file: Path) -> dict[str, Any]:
    """Run the file; the ties it makes, or why it cannot be run."""
    spec = importlib.util.spec_from_file_location(f"evidence_{file.stem.replace('-', '_')}", file)
    if spec is None or spec.loader is None:
        return {"broken": f"{file.name} is no Python file"}
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    sys.path.insert(0, str(file.parent))
    try:
        spec.loader.exec_module(module)
    except BaseException:  # noqa: BLE001 - whatever an author's file does, it is told, not passed on
        return {"broken": traceback.format_exc(limit=-2).strip()}
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
            }
            for tie in evidence.ties
        ]
    }


def _judged(request: dict[str, Any]) -> dict[str, Any]:
    started = time.perf_counter()
    verdict = judge(evidence.ties[request["tie"]], Statement(**request["statement"]))
    return {
        "outcome": verdict.outcome,
        "computed": verdict.computed,
        "typed": verdict.typed,
        "detail": verdict.detail,
        "seconds": round(time.perf_counter() - started, 3),
    }


def _answer(answers: IO[str], plain: dict[str, Any]) -> None:
    answers.write(json.dumps(plain) + "\n")
    answers.flush()


def _limit(memory: int) -> None:
    """Bound this process' memory in bytes, where the system can."""
    try:
        import resource  # noqa: PLC0415 - not on every system
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))


if __name__ == "__main__":
    main()
