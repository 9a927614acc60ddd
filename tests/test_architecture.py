"""docs/architecture.md names files and things of the code that are there."""

import importlib
import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src/klausur"
PAGE = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
ROOMS = {path.parent.name for path in PACKAGE.glob("*/__init__.py")}

SPANS = re.findall(r"`([^`\n]+)`", PAGE)
PATHS = sorted({span for span in SPANS if re.fullmatch(r"\w(?:[\w.-]*/)+(?:[\w.-]+\.\w+)?", span)})
NAMES = sorted({s for s in SPANS if re.fullmatch(r"\w+(?:\.\w+)+", s) and s.split(".")[0] in ROOMS})

CHANGES = (
    *("scheme", "kind of Field", "file format", "column of the results", "network", "rule", "verb"),
    *("desk", "table or column of the records", "database system"),
)


def test_it_says_where_each_change_goes() -> None:
    (section,) = re.findall(r"^## Where does my change go\n(.*?)^### ", PAGE, re.MULTILINE | re.DOTALL)
    told = [row.split("|")[1] for row in section.splitlines() if row.startswith("| ")]
    for change in CHANGES:
        assert any(change in row for row in told), change


@pytest.mark.parametrize("path", PATHS)
def test_a_file_that_it_names_is_there(path: str) -> None:
    assert (ROOT / path).exists() or (PACKAGE / path).exists()


@pytest.mark.parametrize("name", NAMES)
def test_a_thing_of_the_code_that_it_names_is_there(name: str) -> None:
    parts = f"klausur.{name}".split(".")
    end = next(end for end in range(len(parts), 1, -1) if is_module(".".join(parts[:end])))
    found: object = importlib.import_module(".".join(parts[:end]))
    for part in parts[end:]:
        assert hasattr(found, part), f"{'.'.join(parts[:end])} has no {part}"
        found = getattr(found, part)


def is_module(name: str) -> bool:
    try:
        return importlib.util.find_spec(name) is not None
    except ModuleNotFoundError:
        return False


def test_the_source_says_what_each_of_its_modules_does() -> None:
    page = importlib.import_module("klausur.exam.source").__doc__ or ""
    told = set(re.findall(r"(?:^    |  )([a-z_]+)  +\S", page, re.MULTILINE))
    assert told == {path.stem for path in (PACKAGE / "exam/source").glob("*.py")} - {"__init__"}


@pytest.mark.nightly
def test_each_module_of_a_room_can_be_the_first_that_is_imported() -> None:
    """No module needs another one to be there first: what looks acyclic may not be, by a package's names."""
    script = (
        "import importlib, pkgutil, sys\n"
        "import klausur.exam as room\n"
        "for each in list(pkgutil.walk_packages(room.__path__, 'klausur.exam.')):\n"
        "    for name in [n for n in sys.modules if n.startswith('klausur')]:\n"
        "        del sys.modules[name]\n"
        "    importlib.import_module(each.name)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
