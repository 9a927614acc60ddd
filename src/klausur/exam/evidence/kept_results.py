"""Results that are kept: a cache of what was proved, and the lock file of experiments.

The cache (in the exam's own records folder) holds claims that were proved, by the content of everything they
depend on: nothing else is taken from it, so a contradiction is always computed afresh. The lock file lies
beside the exam, under version control, so that a machine that cannot run an experiment can rely on its result
as long as question and program are the same.
"""

import ast
import hashlib
import json
import platform
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

from klausur.exam.evidence.model import Outcome

LOCK = "evidence.lock"
SCHEMA = "klausur-evidence/1"
_PACKAGES = ("klausur", "numpy", "scipy", "sympy", "lark")
_DECORATORS = frozenset({"exact", "always", "simulated", "experiment"})


@dataclass(frozen=True, slots=True)
class Result:
    """What is kept of a claim; ``digest`` is of all that it was computed from."""

    digest: str
    outcome: Outcome
    computed: str
    typed: str
    detail: str
    seconds: float
    versions: str = ""


def digest(*parts: str) -> str:
    """SHA-256 over some texts, each of which keeps its bounds."""
    found = hashlib.sha256()
    for part in parts:
        data = part.encode()
        found.update(len(data).to_bytes(8))
        found.update(data)
    return found.hexdigest()


@cache
def versions(*more: str) -> str:
    """The versions of Python and of the packages that results depend on."""
    named = [f"python {platform.python_version()}"]
    for package in (*_PACKAGES, *more):
        try:
            named.append(f"{package} {metadata.version(package)}")
        except metadata.PackageNotFoundError:
            continue
    return ", ".join(named)


def program(source: str, function: str) -> str:
    """A program without the other functions that are tied to claims, and without comments and layout.

    An experiment's result depends on no more of its file.

    Raises:
        SyntaxError: the source is no Python.
    """
    tree = ast.parse(source)
    tree.body = [
        node
        for node in tree.body
        if not isinstance(node, ast.FunctionDef) or node.name == function or not _is_tied(node)
    ]
    return ast.unparse(tree)


def _is_tied(node: ast.FunctionDef) -> bool:
    calls = [d.func for d in node.decorator_list if isinstance(d, ast.Call)]
    return any(
        (call.id if isinstance(call, ast.Name) else call.attr if isinstance(call, ast.Attribute) else "")
        in _DECORATORS
        for call in calls
    )


def read(path: Path) -> dict[str, Result]:
    """Kept results by claim. A file that is missing, damaged or of another form holds none.

    A damaged one costs no more than its experiments being unproven until they are run again.
    """
    try:
        plain = json.loads(path.read_text("utf-8"))
        if plain["schema"] != SCHEMA:
            return {}
        return {name: _result(value) for name, value in plain["claims"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def write(path: Path, results: Mapping[str, Result]) -> None:
    """Write results in the order of their names, so that version control shows changes well."""
    plain = {"schema": SCHEMA, "claims": {name: asdict(results[name]) for name in sorted(results)}}
    text = json.dumps(plain, indent=1, ensure_ascii=False) + "\n"
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(path.name + ".new")
    aside.write_text(text, "utf-8")
    aside.replace(path)


def only(results: Mapping[str, Result], names: Iterable[str]) -> dict[str, Result]:
    """The results of these claims."""
    return {name: results[name] for name in names if name in results}


def _result(plain: dict[str, Any]) -> Result:
    return Result(
        digest=str(plain["digest"]),
        outcome=Outcome(plain["outcome"]),
        computed=str(plain["computed"]),
        typed=str(plain["typed"]),
        detail=str(plain["detail"]),
        seconds=float(plain["seconds"]),
        versions=str(plain.get("versions", "")),
    )
