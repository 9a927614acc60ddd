"""Server and worker are killed at five moments: nothing is lost, and nothing is recorded twice."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = Path(__file__).parents[2] / "benchmarks" / "site_kills.py"


@pytest.mark.nightly
def test_at_five_moments(database: str) -> None:
    words = ["--moments", "5", "--json", "--database", database]
    done = subprocess.run([sys.executable, PROGRAM, *words], check=False, capture_output=True, text=True)
    assert done.stdout, done.stderr
    figures = json.loads(done.stdout)
    assert figures["found"] == []
    assert figures["moments"] == 5
    assert figures["pages"] == 8 * figures["exams"]
    assert figures["settlements"] >= 30
    assert figures["judgements"] >= 30
