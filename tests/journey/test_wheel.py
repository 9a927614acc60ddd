"""The built wheel: it has all files, what it imports comes with it, and it runs where nothing else is."""

import ast
import json
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from klausur.typeset.shipped_fonts import PACKS

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src/klausur"
REFERENCE = ROOT / "exams/deep-learning"


def run(*words: object, where: Path) -> str:
    done = subprocess.run(
        [str(w) for w in words],
        cwd=where,
        env={k: v for k, v in os.environ.items() if k != "PYTHONPATH"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", out, ROOT, where=out)
    (made,) = out.glob("klausur-*.whl")
    return made


def files(folder: Path, within: str) -> set[str]:
    found = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    return {
        f"{within}/{path.as_posix()}" for path in found if not {".klausur", "__pycache__"} & {*path.parts}
    }


def test_it_has_every_file_and_the_reference_exam(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as packed:
        names = {name for name in packed.namelist() if ".dist-info/" not in name}
        (points,) = (packed.read(name) for name in packed.namelist() if name.endswith("entry_points.txt"))
    assert names == files(SOURCE, "klausur") | files(REFERENCE, "klausur/exams/deep-learning")
    assert b"klausur = klausur.cli.main:run" in points


def imported(path: Path) -> Iterator[str]:
    """The packages that a module imports anywhere."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            yield node.module.partition(".")[0]
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("import_module"):
            names = [name.value for name in node.args if isinstance(name, ast.Constant)]
            yield from (name.partition(".")[0] for name in names if isinstance(name, str))


@pytest.mark.long
def test_whatever_it_imports_is_a_dependency_and_nothing_else_is() -> None:
    """But for extras, which are imported where they are asked for, and what trains."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    stated = set(map(_distribution, project["dependencies"]))
    extras = {
        _distribution(line) for of in ("saml", "dask", "s3") for line in project["optional-dependencies"][of]
    }
    modules = (path for path in SOURCE.rglob("*.py") if "learn" not in path.relative_to(SOURCE).parts)
    packages = {name for path in modules for name in imported(path)}
    packages -= {*sys.stdlib_module_names, "klausur"}
    installed = packages_distributions()
    needed = {name: {_plain(of) for of in installed[name]} for name in packages}
    assert {name for name, homes in needed.items() if not homes & (stated | extras)} == set()
    assert stated - set().union(*needed.values()) == {
        "lark",  # with which sympy reads TeX
        *map(_plain, PACKS),  # fonts, which are looked up
        *("django-htmx", "whitenoise"),  # which the site's settings name
    }


def _distribution(line: str) -> str:
    return _plain(re.split(r"[\[<>=]", line)[0])


def _plain(name: str) -> str:
    """A distribution's name as all spellings of it have in common."""
    return re.sub(r"[-_.]+", "-", name).lower()


@pytest.mark.nightly
def test_the_wheel_runs_the_demo_in_an_empty_environment(wheel: Path, tmp_path: Path) -> None:
    run(sys.executable, "-m", "venv", tmp_path / "env", where=tmp_path)
    python = tmp_path / "env" / "bin" / "python"
    pip = (python, "-m", "pip", "--disable-pip-version-check")
    run(*pip, "install", "-q", "-c", ROOT / "constraints.txt", wheel, where=tmp_path)
    assert "torch" not in run(*pip, "list", where=tmp_path)
    home = run(python, "-c", "import klausur; print(klausur.__file__)", where=tmp_path).strip()
    assert home.startswith(str(tmp_path))
    words = ("demo", "trial", "--booklets", 2, "--seed", 302, "--json")
    told = json.loads(run(tmp_path / "env/bin/klausur", *words, where=tmp_path).strip().splitlines()[-1])
    assert told["booklets"] == 2
    assert told["silent_misreads"] == 0
    assert told["placed"] + told["unplaced"] == told["pages"]
    assert told["readings"] > 100
    assert (tmp_path / "trial" / "results.csv").is_file()
