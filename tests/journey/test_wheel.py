"""The built wheel, installed in an empty environment away from the checkout, runs the demo."""

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_wheel_runs_the_demo_in_an_empty_environment(tmp_path: Path) -> None:
    def run(*words: object) -> str:
        done = subprocess.run(
            [str(w) for w in words],
            cwd=tmp_path,
            env={k: v for k, v in os.environ.items() if k != "PYTHONPATH"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", tmp_path / "dist", ROOT)
    (wheel,) = (tmp_path / "dist").glob("klausur-*.whl")
    run(sys.executable, "-m", "venv", tmp_path / "env")
    python = tmp_path / "env" / "bin" / "python"
    constraints = ROOT / "constraints.txt"
    run(python, "-m", "pip", "--disable-pip-version-check", "install", "-q", "-c", constraints, wheel)
    assert "torch" not in run(python, "-m", "pip", "--disable-pip-version-check", "list")
    home = run(python, "-c", "import klausur; print(klausur.__file__)").strip()
    assert home.startswith(str(tmp_path))
    words = ("demo", "trial", "--booklets", 2, "--seed", 302, "--json")
    told = json.loads(run(tmp_path / "env" / "bin" / "klausur", *words).strip().splitlines()[-1])
    assert told["booklets"] == 2
    assert told["silent_misreads"] == 0
    assert told["placed"] + told["unplaced"] == told["pages"]
    assert told["readings"] > 100
    assert (tmp_path / "trial" / "results.csv").is_file()
