"""How much of other systems' files comes along: every file of a folder imported by itself, and counted.

    python benchmarks/imports.py FOLDER [--back] [--json]

For each format: files, questions there and here, changed, refused, and losses unseen, which must be 0;
files that Klausur refuses as a whole, with why; and the seconds for a question. With ``--back`` each is also
taken away to Moodle and as QTI 2.1 and brought back: what is not as it was though nobody named it.
"""

import argparse
import json
import tempfile
import time
from collections import defaultdict
from dataclasses import asdict, dataclass, field
from pathlib import Path

from klausur.actions.import_exam import import_exam
from klausur.base.errors import KlausurError
from klausur.convert import formats, source
from klausur.exam import source as exams
from lab import round_trip

ENDINGS = {".xml", ".zip", ".tex", ".txt", ".gift", ".rmd", ".rnw", ".docx", ".imscc", ".qti"}


@dataclass(slots=True)
class Sum:
    """What came of the files of one format."""

    files: int = 0
    there: int = 0
    here: int = 0
    changed: int = 0
    refused: int = 0
    lost: list[str] = field(default_factory=list)
    errors: int = 0
    refused_files: list[str] = field(default_factory=list)
    crashed: list[str] = field(default_factory=list)
    unlike: list[str] = field(default_factory=list)
    seconds: float = 0.0


def main() -> None:
    """Import each file, and print what came of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--back", action="store_true")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    sums: dict[str, Sum] = defaultdict(Sum)
    unknown = 0
    for path in sorted(given.folder.rglob("*")):
        if path.suffix.lower() not in ENDINGS or not path.is_file():
            continue
        try:
            form = formats.of(source.load(path)).name
        except KlausurError:
            unknown += 1
            continue
        measure(path, sums[form], back=given.back)
    told = {name: asdict(one) for name, one in sorted(sums.items())}
    if given.json:
        print(json.dumps({"formats": told, "unknown": unknown}))
        return
    for name, one in sorted(sums.items()):
        each = one.seconds / max(1, one.there)
        print(
            f"{name}: {one.files} files, {one.there} questions there, {one.here} here, {one.changed} changed,"
            f" {one.refused} refused, {len(one.lost)} lost unseen, {one.errors} errors of check,"
            f" {each:.3f} s a question"
        )
        for line in (*one.lost, *one.crashed, *one.refused_files, *one.unlike):
            print(f"    {line}")
    print(f"{unknown} files in no known form")


def measure(path: Path, into: Sum, *, back: bool) -> None:
    """Import one file into a folder of its own."""
    into.files += 1
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        try:
            done = import_exam([path], Path(folder) / "exam")
        except KlausurError as error:
            into.refused_files.append(f"{path.name}: {' '.join(str(error).split())[:200]}")
            return
        except Exception as error:  # noqa: BLE001 - any other is a bug, and told as one
            into.crashed.append(f"{path.name}: {type(error).__name__}: {error}")
            return
        into.seconds += time.perf_counter() - began
        exam = exams.parse(done.folder).exam if back else None
        if exam is not None:
            found = [f"{form}: {d}" for form in round_trip.WHOLE for d in round_trip.differences(exam, form)]
            into.unlike += [f"{path.name}: {words}" for words in found]
    into.there += sum(one.counted.questions for one in done.brought)
    into.here += done.written.questions
    into.changed += sum(one.changed for one in done.brought)
    into.refused += sum(one.refused for one in done.brought)
    into.lost += [f"{path.name}: {words}" for words in done.lost]
    into.errors += sum(d.severity == "error" for d in done.diagnostics)


if __name__ == "__main__":
    main()
