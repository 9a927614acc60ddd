"""What a command loads: not what its work needs to say how it is called, and nothing of training."""

import re
import subprocess
import sys
from importlib.metadata import packages_distributions, requires
from pathlib import Path

import pytest

from klausur import cli
from klausur.cli.commands import COMMANDS, group

TRAINING = {"torch", "matplotlib", "onnx", "klausur.learn"}
READING = {"cv2", "onnxruntime", "scipy", "pypdfium2", "typst", "sympy", "openpyxl"}

LIGHT = {"typer", "rich", "msgspec", "babel"}
"""The dependencies that the command line itself works with."""


def fresh(code: str, *words: str) -> list[str]:
    """The lines that a fresh Python prints."""
    done = subprocess.run([sys.executable, "-c", code, *words], capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


def loaded(*modules: str) -> set[str]:
    """The names of all modules that a fresh Python has after importing these."""
    (line,) = fresh(
        "import importlib, sys; [importlib.import_module(m) for m in sys.argv[1:]]; print(*sys.modules)",
        *modules,
    )
    return set(line.split())


def heavy() -> set[str]:
    """The names by which Klausur's dependencies are imported, apart from the light ones."""
    wanted = {
        re.split(r"[^\w.-]", text)[0].lower().replace("_", "-")
        for text in requires("klausur") or ()
        if "extra ==" not in text
    }
    found = {
        name
        for name, dists in packages_distributions().items()
        if wanted & {dist.lower().replace("_", "-") for dist in dists}
    }
    assert {"django", "numpy", "cv2", "pikepdf", "onnxruntime", "typst", "PIL", "zxingcpp"} <= found
    return found - LIGHT


SAYING = """
import contextlib, io, os, sys
from klausur.cli.main import run

def say(*words):
    sys.argv = ["klausur", *words]
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out), contextlib.suppress(SystemExit):
        run()
    return out.getvalue()

def complete(*words):
    os.environ |= {"COMP_WORDS": " ".join(["klausur", *words]), "COMP_CWORD": str(len(words))}
    os.environ["_KLAUSUR_COMPLETE"] = "complete_bash"
    return say().split()
"""
"""Calls of the program in a process that has nothing loaded yet."""

CALLS = {
    "help": 'said = say(*name.split(), "--help"); assert "Usage:" in said, said',
    "shell completion": 'said = complete(*name.split(), "--"); assert "--help" in said, said',
    "a usage error": 'said = say(*name.split(), "--no-such-option"); assert "No such option" in said, said',
}


@pytest.mark.long
@pytest.mark.parametrize("call", CALLS)
def test_no_command_loads_what_its_work_needs_to_say_how_it_is_called(call: str) -> None:
    """All in one process: what is not loaded at the end was loaded by none of them."""
    code = f"{SAYING}\nfor name in sys.argv[1:]:\n    {CALLS[call]}\nprint(*sys.modules)"
    found = set(fresh(code, *COMMANDS)[-1].split())
    assert not found & (heavy() | TRAINING)
    assert {f"klausur.cli.{entry.module}" for entry in COMMANDS.values()} <= found


def test_the_list_of_commands_loads_none_of_them() -> None:
    found = set(
        fresh(f"{SAYING}\nsay('--help'), say(), say('--version'), say('frobnicate')\nprint(*sys.modules)")[
            -1
        ].split()
    )
    assert not found & (heavy() | TRAINING)
    assert not found & {f"klausur.cli.{entry.module}" for entry in COMMANDS.values()} - {"klausur.cli.settle"}


WINDOWS = {"klausur.actions.export_settled"}
"""What cuts windows out of images, on `klausur readings --settled` alone."""


def verbs(name: str) -> set[str]:
    """The verbs' modules that a command calls; of the list of what waits, without the pictures of it."""
    module = "waiting" if name == "settle list" else COMMANDS[name].module
    path = Path(cli.__file__).parent / (module.replace(".", "/") + ".py")
    source = path.read_text(encoding="utf-8") if path.is_file() else ""
    return {f"klausur.actions.{verb}" for verb in re.findall(r"\bactions\.(\w+)\.", source)} - WINDOWS


LOOKING = {"status", "attendance", "readings", "grade", *group("settle")}
PAGE = {"settle page", "settle owner"}
"""What reads an image once more; to say whose a booklet is only where it names images."""


@pytest.mark.nightly
@pytest.mark.parametrize(
    ("names", "allowed"), [(LOOKING - PAGE, set()), (PAGE, {"cv2", "onnxruntime", "pypdfium2"})]
)
def test_commands_that_only_look_at_records_load_no_reader_to_begin_with(
    names: set[str], allowed: set[str]
) -> None:
    """All in one process: what is not loaded at the end was loaded by none of them."""
    assert all(verbs(name) for name in names)
    found = loaded(*set().union(*map(verbs, names)))
    assert "django" in found
    assert found & READING <= allowed


@pytest.mark.nightly
def test_nothing_that_training_needs_is_loaded_by_any_command() -> None:
    found = loaded(*(verb for name in COMMANDS for verb in verbs(name)))
    assert "klausur.read.pool" in found
    assert not found & TRAINING
