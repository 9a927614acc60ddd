"""docs/security.md names tests that are there, and every dependency is pinned, with its reason."""

import importlib.util
import re
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs/security.md").read_text("utf-8")
HELD = sorted(set(re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", PAGE)))


@pytest.mark.parametrize(("file", "test"), HELD)
def test_a_test_that_it_names_is_there(file: str, test: str) -> None:
    assert re.search(rf"^def {test}\(", (ROOT / file).read_text("utf-8"), re.MULTILINE)


def test_each_point_names_one() -> None:
    table, _, attacks = PAGE.partition("## OWASP's list")[2].partition("### Attacks by their names")
    points = [
        row for row in table.splitlines() if row.startswith("| ") and not row.startswith(("| point", "| ---"))
    ]
    assert len(points) == 10
    assert all("::test_" in row for row in points)
    named = [row for row in attacks.splitlines() if row.startswith("| ") and "| ---" not in row][1:]
    assert len(named) > 10
    assert all("::test_" in row for row in named)


def test_every_dependency_has_an_exact_version_and_a_reason() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    pinned = {
        _name(line) for line in (ROOT / "constraints.txt").read_text("utf-8").splitlines() if "==" in line
    }
    reasons = (ROOT / "docs/architecture.md").read_text("utf-8").partition("## Dependencies")[2].lower()
    for needed in project["dependencies"]:
        name = _name(needed)
        assert name in pinned, f"{name} has no version in constraints.txt"
        assert name.removeprefix("justmytype-intl-").replace("-", "") in reasons.replace("-", "").replace(
            "_", ""
        ), f"{name} has no reason in docs/architecture.md"


def test_the_list_of_what_is_in_has_all_of_it_with_licences() -> None:
    said = importlib.util.spec_from_file_location("sbom", ROOT / ".ci/sbom.py")
    assert said is not None
    assert said.loader is not None
    sbom = importlib.util.module_from_spec(said)
    said.loader.exec_module(sbom)
    pinned = dict(
        re.findall(r"^([\w.-]+)==(.+)$", (ROOT / "constraints.txt").read_text("utf-8"), re.MULTILINE)
    )
    there = {name: pinned[name] for name in ("typst", "pyrage", "pypdfium2")}
    parts: list[dict[str, Any]] = [{"name": name, "version": version} for name, version in there.items()]
    parts[0]["licenses"] = [{"license": {"id": "Apache-2.0"}}]
    made = sbom.completed({"components": parts}, sys.executable)["components"]
    assert all(part["licenses"] for part in made)
    assert [part["name"] for part in made[:3]] == list(there)
    assert {"temml", "perfect-freehand", "zxing-wasm"} <= {part["name"] for part in made[3:]}
    assert [inside["name"] for inside in made[2]["components"]] == ["PDFium"]
    with pytest.raises(ValueError, match="constraints"):
        sbom.completed({"components": [{**parts[0], "version": "0.1"}]}, sys.executable)
    with pytest.raises(ValueError, match="licence"):
        sbom.completed({"components": [{"name": "xlrd", "version": pinned["xlrd"]}]}, sys.executable)


def _name(text: str) -> str:
    return re.split(r"[^\w.-]", text, maxsplit=1)[0].lower().replace("_", "-")
