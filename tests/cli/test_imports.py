"""What a command loads before it works: it must be there at once, and never need what only training needs."""

import subprocess
import sys

import pytest

from klausur.cli.commands import COMMANDS, group

TRAINING = {"torch", "matplotlib", "onnx", "klausur.learn"}
READING = {"cv2", "onnxruntime", "scipy", "pypdfium2", "typst", "sympy", "openpyxl"}


def loaded(*modules: str) -> set[str]:
    """The names of all modules that a fresh Python has after importing these; none has more by itself."""
    code = "import importlib, sys; [importlib.import_module(m) for m in sys.argv[1:]]; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code, *modules], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_the_list_of_commands_loads_none_of_them() -> None:
    found = loaded("klausur.cli.main")
    assert not found & (TRAINING | READING | {"numpy", "django", "pikepdf"})


LOOKING = {"status", "attendance", "readings", "grade", *group("settle")}
PAGE = {"settle page"}


@pytest.mark.parametrize(
    ("names", "allowed"), [(LOOKING - PAGE, set()), (PAGE, {"cv2", "onnxruntime", "pypdfium2"})]
)
def test_commands_that_only_look_at_records_load_no_reader_to_begin_with(
    names: set[str], allowed: set[str]
) -> None:
    assert loaded(*(f"klausur.cli.{COMMANDS[name].module}" for name in sorted(names))) & READING <= allowed


def test_nothing_that_training_needs_is_loaded_by_any_command() -> None:
    assert not loaded(*(f"klausur.cli.{entry.module}" for entry in COMMANDS.values())) & TRAINING
