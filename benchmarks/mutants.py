"""How many small faults in the rooms of truth the tests notice: mutants killed of how many, by module.

    python benchmarks/mutants.py [--only score,paper.code] [--each 12] [--seed 1] [--jobs 2] [--json]

A mutant is a module with one fault: a comparison one off or turned round, `and` for `or`, plus for minus, a
number one larger, `True` for `False`, a condition negated or dropped, `min` for `max`, a statement left out.
Of each module's, ``--each`` are drawn by ``--seed`` (0 takes all). A mutant is killed if the tests that judge
its module fail, or go on ten times as long as they do without it. Messages, annotations and decorators are
left alone. Survivors that are known to be harmless stand in mutants.toml, each with its reason, and count as
killed; any other is named. Exit code 1 if fewer than 92 % are killed.

Hypothesis draws by a fixed seed and remembers nothing here, so that two runs find the same.
"""

import argparse
import ast
import copy
import importlib.abc
import importlib.machinery
import json
import multiprocessing
import os
import random
import resource
import sys
import tempfile
import time
import tomllib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from functools import cache, partial
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src/klausur"
HARMLESS = ROOT / "benchmarks/mutants.toml"
LEAST = 0.92

JUDGES: dict[str, tuple[str, ...]] = {
    "score": ("tests/score",),
    "paper": ("tests/paper", "tests/read/test_resolve.py"),
    "paper.number_row": ("tests/read/test_number_row.py", "tests/paper"),
    "paper.trial": ("tests/paper/test_code.py", "tests/actions/test_trial.py", "tests/cli/test_trial.py"),
    "roster": ("tests/roster",),
    "roster.xlsx": ("tests/roster", "tests/report/grade_list"),
    "state": ("tests/state", "tests/actions/test_twice.py", "tests/actions/test_grade.py"),
    "state.booklets": ("tests/state", "tests/actions/test_status.py", "tests/actions/test_grade.py"),
    "state.arrangements": (
        *("tests/state/test_arrangements.py", "tests/state/test_rounds.py"),
        "tests/actions/test_judge_rounds.py",
    ),
    "state.rubric_changes": ("tests/actions/test_change_rubric.py",),
    "state.day": ("tests/state/test_day.py", "tests/actions/test_keep_day.py"),
    "state.alike": ("tests/state/test_alike.py", "tests/actions/test_judge_alike.py"),
    "state.judgements": (
        *("tests/state/test_judgements.py", "tests/state/test_rounds.py", "tests/state/test_answers.py"),
        *("tests/actions/test_judge.py", "tests/actions/test_judge_rounds.py"),
    ),
    "exam.rubric": ("tests/exam/test_rubric.py", "tests/score/test_rubric.py"),
    "read.resolve": ("tests/read/test_resolve.py", "tests/paper"),
    "scan.transform": ("tests/scan/test_transform.py",),
    "actions.record": ("tests/actions/test_twice.py", "tests/actions/test_scan.py"),
    "actions.settle": ("tests/actions/test_settle.py",),
    "actions.grade": (
        *("tests/actions/test_grade.py", "tests/actions/test_candidates.py"),
        *("tests/actions/test_print_editions.py", "tests/actions/test_log.py"),
    ),
    "actions.roles": ("tests/actions/test_roles.py",),
}
"""Which tests judge a room's modules, or one module's; the quick ones first."""

SWAPS: dict[type[ast.AST], type[ast.AST]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.And: ast.Or,
    ast.Or: ast.And,
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
}
NAMES = {"min": "max", "max": "min", "any": "all", "all": "any", "sorted": "list"}


@dataclass(frozen=True, slots=True)
class Mutant:
    """One fault: its module (``score.key``), the line and its text, and what was done to it."""

    module: str
    line: int
    text: str
    fault: str
    number: int


@dataclass(frozen=True, slots=True)
class Tried:
    """What became of a mutant: ``killed``, ``harmless`` with a reason, or neither."""

    mutant: Mutant
    killed: bool
    harmless: str = ""


Change = Callable[[], None]


def faults(tree: ast.Module) -> Iterator[tuple[int, str, Change]]:
    """All faults of a module, in the order of its nodes: the line, what is done, and what does it."""
    for node in _judged(tree):
        yield from _of_operators(node)
        yield from _of_values(node)
        yield from _of_statements(node)


def _judged(tree: ast.AST) -> Iterator[ast.AST]:
    """All nodes but messages, annotations, decorators and texts."""
    skipped: set[ast.AST] = set()
    for node in ast.walk(tree):
        if node in skipped:
            skipped |= set(ast.iter_child_nodes(node))
            continue
        if isinstance(node, ast.Raise | ast.JoinedStr | ast.Import | ast.ImportFrom):
            skipped |= set(ast.iter_child_nodes(node))
            continue
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            skipped |= set(node.decorator_list)
        if isinstance(node, ast.FunctionDef) and node.returns is not None:
            skipped.add(node.returns)
        if isinstance(node, ast.arg | ast.AnnAssign) and node.annotation is not None:
            skipped.add(node.annotation)
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            skipped |= set(ast.iter_child_nodes(node))
            continue
        yield node


def _swap(owner: ast.AST, name: str, at: int | None, node: ast.AST) -> tuple[str, Change] | None:
    other = SWAPS.get(type(node))
    if other is None:
        return None

    def change() -> None:
        if at is None:
            setattr(owner, name, other())
        else:
            getattr(owner, name)[at] = other()

    return f"{type(node).__name__} is {other.__name__}", change


def _of_operators(node: ast.AST) -> Iterator[tuple[int, str, Change]]:
    if isinstance(node, ast.Compare):
        found = [_swap(node, "ops", at, op) for at, op in enumerate(node.ops)]
    elif isinstance(node, ast.BoolOp | ast.BinOp | ast.AugAssign):
        found = [_swap(node, "op", None, node.op)]
    else:
        return
    for each in found:
        if each is not None:
            yield node.lineno, *each


def _of_values(node: ast.AST) -> Iterator[tuple[int, str, Change]]:
    if isinstance(node, ast.Constant) and isinstance(node.value, bool):
        yield node.lineno, f"{node.value} is {not node.value}", lambda: setattr(node, "value", not node.value)
    elif isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        value = node.value
        yield node.lineno, f"{value} is {value + 1}", lambda: setattr(node, "value", value + 1)
    elif isinstance(node, ast.Name) and node.id in NAMES:
        name = node.id
        yield node.lineno, f"{name} is {NAMES[name]}", lambda: setattr(node, "id", NAMES[name])


def _of_statements(node: ast.AST) -> Iterator[tuple[int, str, Change]]:
    if isinstance(node, ast.If | ast.IfExp | ast.While):
        test = node.test
        turned = ast.UnaryOp(ast.Not(), test)
        yield node.lineno, "the condition is turned round", lambda: setattr(node, "test", turned)
    if isinstance(node, ast.comprehension):
        for at, condition in enumerate(node.ifs):
            yield condition.lineno, "the condition is dropped", partial(node.ifs.__delitem__, at)
    for name in ("body", "orelse"):
        found = getattr(node, name, ())
        inside: list[ast.stmt] = found if isinstance(found, list) else []
        for at, statement in enumerate(inside):
            said = isinstance(statement, ast.Expr) and not isinstance(statement.value, ast.Constant)
            if said and ast.unparse(statement).startswith("assert_never("):
                continue  # for mypy
            if said or isinstance(statement, ast.AugAssign | ast.Continue | ast.Break):
                yield (
                    statement.lineno,
                    "the statement is left out",
                    partial(inside.__setitem__, at, ast.Pass()),
                )


def mutants(path: Path) -> list[Mutant]:
    """All mutants of a module."""
    text = path.read_text(encoding="utf-8")
    name = ".".join(path.relative_to(SOURCE).with_suffix("").parts)
    lines = text.splitlines()
    return [
        Mutant(name, line, lines[line - 1].strip(), fault, number)
        for number, (line, fault, _) in enumerate(faults(ast.parse(text)))
    ]


class _Mutated(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Loads one module with its fault."""

    def __init__(self, mutant: Mutant) -> None:
        self.name = f"klausur.{mutant.module}"
        self.path = SOURCE / f"{mutant.module.replace('.', '/')}.py"
        tree = ast.parse(self.path.read_text(encoding="utf-8"))
        tree = copy.deepcopy(tree)
        (change,) = [change for number, (_, _, change) in enumerate(faults(tree)) if number == mutant.number]
        change()
        self.code = compile(ast.fix_missing_locations(tree), str(self.path), "exec")

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        del path, target
        if fullname != self.name:
            return None
        return importlib.machinery.ModuleSpec(fullname, self, origin=str(self.path))

    def exec_module(self, module: ModuleType) -> None:
        exec(self.code, module.__dict__)  # noqa: S102 - the project's own code, with a fault


def passes(tests: Sequence[str], mutant: Mutant | None, seconds: float | None) -> tuple[bool, float]:
    """Whether the tests pass, in a process of their own, and the processor time that they took."""
    child = os.fork()
    if not child:
        _test(tests, mutant, seconds)
    _, status, usage = os.wait4(child, 0)
    return status == 0, usage.ru_utime + usage.ru_stime


def _test(tests: Sequence[str], mutant: Mutant | None, seconds: float | None) -> None:
    import pytest  # noqa: PLC0415 - in this process alone

    try:
        if seconds is not None:
            resource.setrlimit(resource.RLIMIT_CPU, (int(seconds), int(seconds) + 1))
        nowhere = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(nowhere, stream)
        with tempfile.TemporaryDirectory() as place:
            os.environ["HYPOTHESIS_STORAGE_DIRECTORY"] = place
            if mutant is not None:
                sys.meta_path.insert(0, _Mutated(mutant))
            options = ["-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "--hypothesis-seed=1"]
            code = pytest.main([*options, "--basetemp", f"{place}/t", *tests])
    except BaseException:  # noqa: BLE001 - whatever a fault does
        code = 1
    os._exit(int(bool(code)))


def judges(module: str) -> tuple[str, ...] | None:
    """The tests that judge a module, those named after it first: they find most of its faults."""
    listed = JUDGES.get(module) or JUDGES.get(module.partition(".")[0])
    if listed is None:
        return None
    named = [f"{one}/test_{module.rpartition('.')[2]}.py" for one in listed]
    every = [f for one in listed for f in ([one] if one.endswith(".py") else _files(one))]
    return tuple(sorted(every, key=lambda file: file not in named))


@cache
def _files(folder: str) -> tuple[str, ...]:
    """The files of tests in a folder, relative to the project's."""
    return tuple(str(f.relative_to(ROOT)) for f in sorted((ROOT / folder).rglob("test_*.py")))


def modules(only: Sequence[str]) -> list[Path]:
    """The modules that are judged."""
    every = sorted(path for path in SOURCE.rglob("*.py") if path.name != "__init__.py")
    names = {path: ".".join(path.relative_to(SOURCE).with_suffix("").parts) for path in every}
    return [
        path
        for path, name in names.items()
        if judges(name) is not None and (not only or any(f"{name}.".startswith(f"{o}.") for o in only))
    ]


def _harmless() -> dict[tuple[str, str, str], str]:
    plain = tomllib.loads(HARMLESS.read_text(encoding="utf-8"))
    return {(m["module"], m["text"], m["fault"]): m["reason"] for m in plain["mutant"]}


def measure(given: argparse.Namespace) -> list[Tried]:
    """Try the mutants of all modules, some of each."""
    known = _harmless()
    drawn = random.Random(given.seed)  # noqa: S311 - no secret is drawn
    chosen: list[Mutant] = []
    for path in modules([o for o in given.only.split(",") if o]):
        every = mutants(path)
        some = every if not given.each else drawn.sample(every, min(given.each, len(every)))
        chosen += sorted(some, key=lambda m: m.number)
    limits: dict[frozenset[str], float] = {}
    for tests in (judges(mutant.module) or () for mutant in chosen):
        if frozenset(tests) in limits:
            continue
        well, took = passes(tests, None, None)
        if not well:
            sys.exit(f"{' '.join(tests)} fail without any fault")
        limits[frozenset(tests)] = 10 * took + 10

    found = []
    with ProcessPoolExecutor(given.jobs, multiprocessing.get_context("fork")) as workers:
        tests_of = [judges(mutant.module) or () for mutant in chosen]
        alive = workers.map(passes, tests_of, chosen, [limits[frozenset(tests)] for tests in tests_of])
        for mutant, (survives, _) in zip(chosen, alive, strict=True):
            reason = known.get((mutant.module, mutant.text, mutant.fault), "") if survives else ""
            if survives and not reason:
                print(f"lives: {mutant.module}:{mutant.line}: {mutant.fault}: {mutant.text}", file=sys.stderr)
            found.append(Tried(mutant, not survives, reason))
    return found


def main() -> None:
    """Print killed of how many, by module; exit code 1 if they are too few."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--only", default="", help="rooms or modules, with commas")
    options.add_argument("--each", type=int, default=12)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--jobs", type=int, default=2)
    options.add_argument("--json", action="store_true")
    given = options.parse_args()
    os.chdir(ROOT)
    sys.path.insert(0, str(ROOT))
    started = time.monotonic()
    found = measure(given)
    good = sum(t.killed or bool(t.harmless) for t in found)
    if given.json:
        print(json.dumps([asdict(t) for t in found]))
    else:
        for module in sorted({t.mutant.module for t in found}):
            mine = [t for t in found if t.mutant.module == module]
            harmless = sum(bool(t.harmless) for t in mine)
            print(f"{module:>20}  {sum(t.killed for t in mine):>3} of {len(mine):>3}, {harmless} harmless")
        share = f"{good / len(found):.1%}" if found else "nothing"
        print(f"{'all':>20}  {good} of {len(found)}: {share}, {time.monotonic() - started:.0f} s")
    sys.exit(bool(found) and good < LEAST * len(found))


if __name__ == "__main__":
    main()
