"""How much processor time it takes to see the reference exam: checked, shown first, and shown after changes.

    python benchmarks/preview.py [--json]

Counted is what this process and all that it starts take. Limits: 2.5 s for `klausur check`, which is run as
people run it, and 1 s for a preview after a change while `klausur preview --watch` runs.
"""

import argparse
import json
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil

from klausur.actions.preview import session
from klausur.exam import reference

CHECK, CHANGE = 2.5, 1.0

CHANGES: dict[str, tuple[str, Callable[[str], str]]] = {
    "nothing": ("problems/4-cnn.md", lambda text: text),
    "a word": ("problems/7-model-evaluation.md", lambda text: text.replace(" the ", " thy ", 1)),
    "a sentence": ("problems/3-autoencoder.md", lambda text: text.replace(".\n", ". One more thing.\n", 1)),
    "a choice": (
        "problems/1-multiple-choice.md",
        lambda text: text.replace("- [ ]", "- [ ] something else\n- [ ]", 1),
    ),
    "a rubric's item": (
        "problems/5-optimisation.md",
        lambda text: text.replace("::: rubric\n", "::: rubric\n- [-1] off the point\n", 1),
    ),
}
"""What is changed: the file, and how. Each is taken back before the next."""


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument("--json", action="store_true")
    given = options.parse_args()
    with TemporaryDirectory() as name:
        folder = Path(name) / "exam"
        reference.write(folder)
        figures: dict[str, float] = {"check": _checked(folder)}
        with session(folder) as shown:
            figures["first"] = _taken(shown.make)
            for what, (file, change) in CHANGES.items():
                path = folder / file
                text = path.read_text()
                path.write_text(change(text))
                figures[f"after {what}"] = _taken(shown.make)
                path.write_text(text)
                shown.make()
    figures["check_of_limit"] = figures["check"] / CHECK
    figures["change_of_limit"] = max(v for n, v in figures.items() if n.startswith("after ")) / CHANGE
    figures = {name: round(value, 2) for name, value in figures.items()}
    if given.json:
        print(json.dumps(figures))
    else:
        for name, value in figures.items():
            print(f"{name:>22}  {value}")


def _checked(folder: Path) -> float:
    """Seconds of processor time that the command takes."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-m", "klausur", "check", str(folder)], check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _taken(work: Callable[[], object]) -> float:
    """Seconds of processor time that this process and those below it take for something."""
    before = _processor_time()
    work()
    return _processor_time() - before


def _processor_time() -> float:
    me = psutil.Process()
    times = [process.cpu_times() for process in (me, *me.children(recursive=True))]
    return float(sum(t.user + t.system + t.children_user + t.children_system for t in times))


if __name__ == "__main__":
    main()
