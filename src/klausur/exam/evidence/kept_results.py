"""Results that are kept: a cache of what was proved, and the lock file with what experiments gave.

The cache (in the exam's own records folder) holds claims that were proved, by the content of everything they
depend on: nothing else is taken from it, so a contradiction is always computed afresh. The lock file lies
beside the exam, under version control, so that a machine that cannot run an experiment can rely on its value
as long as the program and all that it read are the same; the value is held against the key anew each time. In
the lock file stand also the statements that somebody has accepted (`klausur.exam.evidence.acceptance`).
"""

import ast
import hashlib
import json
import platform
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

from klausur.evidence import Part
from klausur.exam.evidence import details, syntax
from klausur.exam.evidence.details import Detail
from klausur.exam.evidence.given import Given
from klausur.exam.evidence.model import Outcome, Rate

LOCK = "evidence.lock"
SCHEMA = "klausur-evidence/2"
_PACKAGES = ("klausur", "numpy", "scipy", "sympy", "lark")
_DECORATORS = frozenset({"exact", "always", "simulated", "experiment"})


@dataclass(frozen=True, slots=True)
class Result:
    """What is kept of a claim.

    Attributes:
        digest: of all that it was computed from, but for files.
        outcome: what became of it then.
        computed: for people, what was computed.
        typed: for people, what the key said then.
        detail: more for people; ``details`` the same as values, where there are any.
        seconds: how long it took.
        versions: of the packages that it was computed with.
        value: what was computed, as `klausur.exam.evidence.kept_value` writes it; empty if it cannot be kept.
        reads: other files of the exam's folder that the program had read until then, each with its digest.
        stands: the digest of the statement that it was about, as `klausur.exam.evidence.acceptance` takes it.
        controlled: a function that refutes its statement was seen to say yes to another.
        given: what of the key it was given.
    """

    digest: str
    outcome: Outcome
    computed: str
    typed: str
    detail: str
    seconds: float
    versions: str = ""
    value: str = ""
    reads: Mapping[str, str] = field(default_factory=dict)
    stands: str = ""
    controlled: bool = False
    details: tuple[Detail, ...] = ()
    given: tuple[Given, ...] = ()


@dataclass(frozen=True, slots=True)
class Accepted:
    """A statement that somebody has looked at and found to be what its evidence shows.

    ``digest`` is of all that it says and stands under, ``text`` what it said; ``who`` accepted it, ``on``
    this day.
    """

    digest: str
    text: str
    who: str
    on: str


@dataclass(frozen=True, slots=True)
class Lock:
    """The lock file: by claim, what experiments gave, what was accepted and what mistakes were noticed."""

    results: Mapping[str, Result] = field(default_factory=dict)
    accepted: Mapping[str, Accepted] = field(default_factory=dict)
    rates: Mapping[str, Rate] = field(default_factory=dict)


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
    tree = syntax.tree(source)
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


def read(path: Path) -> Lock:
    """What the lock file, or a cache, holds; nothing if it is missing, damaged or of another form.

    A damaged one costs no more than its experiments being unproven until they are run again.
    """
    try:
        plain = json.loads(path.read_text("utf-8"))
        if plain["schema"] != SCHEMA:
            return Lock()
        return Lock(
            {name: _result(value) for name, value in plain["claims"].items()},
            {name: Accepted(**value) for name, value in plain.get("accepted", {}).items()},
            {name: Rate(**value) for name, value in plain.get("rates", {}).items()},
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return Lock()


def write(path: Path, lock: Lock) -> None:
    """Write it in the order of names, so that version control shows changes well."""
    plain: dict[str, Any] = {"schema": SCHEMA, "claims": _in_order(lock.results)}
    if lock.accepted:
        plain["accepted"] = _in_order(lock.accepted)
    if lock.rates:
        plain["rates"] = _in_order(lock.rates)
    text = json.dumps(plain, indent=1, ensure_ascii=False) + "\n"
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(path.name + ".new")
    aside.write_text(text, "utf-8")
    aside.replace(path)


def changed(folder: Path, reads: Mapping[str, str]) -> str | None:
    """The first of these files of an exam's folder that is not as it was read, or None."""
    return next((name for name in sorted(reads) if file_digest(folder / name) != reads[name]), None)


def file_digest(path: Path) -> str:
    """SHA-256 of a file, or of the names in a folder; empty if there is no such file.

    What Python keeps beside modules is no such name: an installer writes it into the reference exam's folder.
    """
    try:
        if path.is_dir():
            return digest(*sorted(entry.name for entry in path.iterdir() if entry.name != "__pycache__"))
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""


def _in_order(kept: Mapping[str, Any]) -> dict[str, Any]:
    return {name: asdict(kept[name]) for name in sorted(kept)}


def _result(plain: dict[str, Any]) -> Result:
    return Result(
        digest=str(plain["digest"]),
        outcome=Outcome(plain["outcome"]),
        computed=str(plain["computed"]),
        typed=str(plain["typed"]),
        detail=str(plain["detail"]),
        seconds=float(plain["seconds"]),
        versions=str(plain.get("versions", "")),
        value=str(plain.get("value", "")),
        stands=str(plain.get("stands", "")),
        controlled=bool(plain.get("controlled", False)),
        reads={str(name): str(of) for name, of in plain.get("reads", {}).items()},
        details=details.read(plain.get("details", ())),
        given=tuple(
            Given(str(one["question"]), Part(one["part"]), str(one["words"]), str(one["typed"]))
            for one in plain.get("given", ())
        ),
    )
