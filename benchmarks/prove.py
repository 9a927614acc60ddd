"""How long the light evidence of the reference exam takes: all claims afresh, nothing kept.

    python benchmarks/prove.py [--jobs 2] [--json]

Experiments are not run; their kept results count. The limit is 60 s on two cores.
"""

import argparse
import json
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from klausur.actions.prove import prove
from klausur.exam import reference
from klausur.exam.evidence import Outcome
from klausur.exam.source import parse

LIMIT = 60.0


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument("--jobs", type=int, default=2, help="evidence files that run at a time")
    options.add_argument("--json", action="store_true")
    given = options.parse_args()
    with TemporaryDirectory() as folder:
        reference.write(Path(folder) / "exam")
        exam = parse(Path(folder) / "exam").exam
        if exam is None:
            sys.exit("the reference exam cannot be built")
        begun = time.perf_counter()
        proof = prove(exam, keep=False, jobs=given.jobs)
        seconds = time.perf_counter() - begun
    figures = {
        **{str(outcome): proof.count(outcome) for outcome in Outcome},
        "seconds": round(seconds, 2),
        "of_limit": round(seconds / LIMIT, 3),
    }
    if given.json:
        print(json.dumps(figures))
    else:
        for name, value in figures.items():
            print(f"{name:>14}  {value}")


if __name__ == "__main__":
    main()
