"""constraints.txt with the least versions that pyproject.toml allows: `make least` tests with them."""

import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]


def main() -> None:
    """Write them to standard output, one package a line."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    lines = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    pinned = (line.partition("==") for line in lines)
    versions = {called(name): version for name, _, version in pinned if version}
    for dependency in project["dependencies"]:
        versions.update(least(dependency))
    sys.stdout.writelines(f"{name}=={version}\n" for name, version in versions.items())


def least(dependency: str) -> Iterator[tuple[str, str]]:
    """What ``psycopg[binary]>=3.2.1`` comes to: psycopg in that version, and psycopg-binary, its twin.

    Raises:
        ValueError: it has no lower bound.
    """
    found = re.fullmatch(r"([\w.-]+)(?:\[([\w,]+)\])?>=([\w.]+)(?:,.*)?", dependency)
    if found is None:
        raise ValueError(f"{dependency!r} has no lower bound: write it as in numpy>=2.2")
    name, extras, version = found.groups()
    yield called(name), version
    if extras == "binary":
        yield called(f"{name}-binary"), version


def called(name: str) -> str:
    """A package's name as indices compare it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


main()
