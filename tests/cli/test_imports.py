"""What a command loads before it works: it must be there at once, and never need what only training needs."""

import subprocess
import sys

import pytest

from klausur.cli.commands import COMMANDS, group

TRAINING = {"torch", "matplotlib", "onnx", "klausur.learn"}
READING = {"cv2", "onnxruntime", "scipy", "pypdfium2", "typst", "sympy", "openpyxl"}


def loaded(*modules: str) -> set[str]:
    """The names of all modules that a fresh Python has after importing these."""
    code = "import importlib, sys; [importlib.import_module(m) for m in sys.argv[1:]]; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code, *modules], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_the_list_of_commands_loads_none_of_them() -> None:
    found = loaded("klausur.cli.main")
    assert not found & (TRAINING | READING | {"numpy", "django", "pikepdf"})


LOOKING = ["status", "attendance", "readings", "grade", *group("settle")]


@pytest.mark.parametrize("name", LOOKING)
def test_a_command_that_only_looks_at_records_loads_no_reader_to_begin_with(name: str) -> None:
    found = loaded(f"klausur.cli.{COMMANDS[name].module}")
    allowed = {"settle page": {"cv2", "onnxruntime", "pypdfium2"}}
    assert found & READING <= allowed.get(name, set())


def test_nothing_that_training_needs_is_loaded_by_any_command() -> None:
    assert not loaded(*(f"klausur.cli.{entry.module}" for entry in COMMANDS.values())) & TRAINING
