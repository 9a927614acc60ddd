"""The comparison with another program says plainly that there is none."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.long
def test_without_the_other_program_the_comparison_says_what_to_install() -> None:
    said = subprocess.run(
        (sys.executable, ROOT / "benchmarks" / "peers.py"),
        env={"PATH": "", "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.returncode == 2
    assert "apt-get install --no-install-recommends auto-multiple-choice" in said.stderr
    assert "Traceback" not in said.stderr
