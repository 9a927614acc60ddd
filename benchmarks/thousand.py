"""A whole exam through `klausur scan`: pages a second, memory of all processes, and what ten kills change.

    python benchmarks/thousand.py [--booklets 1000] [--pages 16] [--jobs 2] [--kills 10] [--seed 9]
                                  [--level light] [--folder DIR] [--json]

As many of the reference exam's problems as so many pages hold, if need be twice, are printed for so many
candidates and rehearsed; then `klausur scan` reads the files on as many cores as there are jobs. A second
scan of the same files, into the records as they were before the first, is ended over and over with SIGKILL,
all its processes at once, and started again; it must end with the same readings. With ``--folder`` what was
printed and rehearsed stays there, and is used again by the next run.

``peak_megabytes`` is the largest sum of the memory of all processes of the scan, pages that they share
counted once (proportional set size); the limit is 1500. ``late_to_early`` is the peak of the second half to
that of the first: flat memory is about 1.
"""

import argparse
import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import ExitStack, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path

import psutil

from klausur.exam import reference
from klausur.exam.source import parse
from klausur.paper.run import plan
from klausur.roster.made_up import made_up, write
from klausur.typeset.booklets import compile_booklets

LIMIT_MB = 1500.0
KLAUSUR = (sys.executable, "-m", "klausur")


@dataclass(frozen=True, slots=True)
class Figures:
    """What was measured."""

    booklets: int
    pages: int
    jobs: int
    print_seconds: float
    rehearse_seconds: float
    rehearsed_pages_per_second: float
    scan_seconds: float
    pages_per_second: float
    placed: int
    flagged: int
    peak_megabytes: float
    late_to_early: float
    kills: int
    same_end: bool
    limit_megabytes: float = LIMIT_MB

    @property
    def held(self) -> bool:
        """Whether all promises were kept."""
        return self.same_end and self.peak_megabytes <= self.limit_megabytes


@dataclass(slots=True)
class Memory:
    """The memory of a process and all its descendants, sampled: (seconds, MB)."""

    samples: list[tuple[float, float]] = field(default_factory=list)

    def watch(self, of: subprocess.Popen[bytes]) -> threading.Thread:
        """Sample until the process has ended."""
        thread = threading.Thread(target=self._sample, args=(of,), daemon=True)
        thread.start()
        return thread

    def _sample(self, of: subprocess.Popen[bytes]) -> None:
        started = time.perf_counter()
        while of.poll() is None:
            total = 0.0
            with suppress(psutil.NoSuchProcess):
                root = psutil.Process(of.pid)
                for process in (root, *root.children(recursive=True)):
                    with suppress(psutil.NoSuchProcess, psutil.AccessDenied):
                        total += _megabytes(process)
            self.samples.append((time.perf_counter() - started, total))
            time.sleep(0.3)

    @property
    def peak(self) -> float:
        """The largest sum."""
        return max((mb for _, mb in self.samples), default=0.0)

    @property
    def late_to_early(self) -> float:
        """The peak of the second half to that of the first."""
        half = len(self.samples) // 2
        early, late = self.samples[:half], self.samples[half:]
        return max(mb for _, mb in late) / max(mb for _, mb in early) if early else 1.0


def _megabytes(process: psutil.Process) -> float:
    full = process.memory_full_info()
    return float(getattr(full, "pss", full.rss)) / 1e6  # only Linux tells the proportional set size


def exam(folder: Path, booklets: int, pages: int, seed: int) -> None:
    """As many of the reference exam's problems, taken twice, as fit; the rest is pages to write on."""
    reference.write(folder)
    source = folder / "exam.toml"
    text = source.read_text(encoding="utf-8").partition("[declared]")[0]
    for evidence in (folder / "problems").glob("*.py"):
        evidence.unlink()
    names = [path.stem for path in sorted((folder / "problems").glob("*.md"))]
    for name in names:
        again = (folder / "problems" / f"{name}.md").read_text(encoding="utf-8").replace("{#", "{#again-")
        (folder / "problems" / f"{name}-again.md").write_text(again, encoding="utf-8")
    taken: list[str] = []
    printed = 0
    for name in (*names, *(f"{name}-again" for name in names)):
        more = _pages(_said(source, text, [*taken, name], 0))
        if more <= pages:
            taken, printed = [*taken, name], more
    _said(source, text, taken, pages - printed)
    write(made_up(booklets, seed), folder / "candidates.csv")


def _said(source: Path, text: str, names: list[str], extra_pages: int) -> Path:
    """Write an exam.toml with these problems and so many additional pages; its folder."""
    order = ", ".join(f'"{name}"' for name in names)
    text = re.sub(r"^order = .*$", f"order = [{order}]", text, flags=re.MULTILINE)
    text = re.sub(r"^extra_pages = .*$", f"extra_pages = {extra_pages}", text, flags=re.MULTILINE)
    source.write_text(text, encoding="utf-8")
    return source.parent


def _pages(folder: Path) -> int:
    """How many pages a booklet of an exam has."""
    found = parse(folder).exam
    if found is None:
        sys.exit("the reference exam cannot be built")
    with tempfile.TemporaryDirectory() as out:
        layout = compile_booklets(found, plan(1, (), 1), bytes(32), Path(out) / "booklets.pdf")
    return len(layout.booklets[0].pages)


def timed(*words: str) -> float:
    """Run a command to its end; the seconds it took."""
    started = time.perf_counter()
    done = subprocess.run([*KLAUSUR, *words], capture_output=True, check=False)
    if done.returncode:
        sys.exit(f"klausur {words[0]} failed:\n{done.stdout.decode()}{done.stderr.decode()}")
    return time.perf_counter() - started


def start(records: Path, files: list[Path], jobs: int) -> subprocess.Popen[bytes]:
    """Start a scan in a group of processes of its own, on so many cores."""
    cores = sorted(os.sched_getaffinity(0))[:jobs]
    words = ["taskset", "-c", ",".join(map(str, cores))] if shutil.which("taskset") else []
    words += [*KLAUSUR, "scan", "--json", "--exam", str(records), "--jobs", str(jobs), *map(str, files)]
    return subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True)


def digest(records: Path) -> str:
    """What the records say in the end: every reading, in its order."""
    told = subprocess.run(
        [*KLAUSUR, "readings", "--exam", str(records), "--json"], capture_output=True, check=True
    )
    return hashlib.sha256(told.stdout).hexdigest()


def killed(records: Path, files: list[Path], jobs: int, kills: int, seconds: float) -> None:
    """Scan, killed so many times on the way: each time a little farther than the records may be already."""
    for _ in range(kills):
        scan = start(records, files, jobs)
        with suppress(subprocess.TimeoutExpired):
            scan.wait(timeout=2.0 + seconds / (kills + 1))
            continue  # it was done before it could be killed
        os.killpg(scan.pid, signal.SIGKILL)
        scan.wait()
    last = start(records, files, jobs)
    if last.wait():
        sys.exit("the last scan failed")


def rehearsed(folder: Path, given: argparse.Namespace) -> tuple[float, float]:
    """Make the exam, print it and rehearse it, unless that was done; the seconds of both."""
    kept = folder / "seconds.json"
    wanted = [given.booklets, given.pages, given.seed, given.level]
    if kept.is_file():
        known = json.loads(kept.read_text())
        if known["of"] == wanted:
            return known["print"], known["rehearse"]
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    exam(folder / "exam", given.booklets, given.pages, given.seed)
    printing = timed("print", str(folder / "exam"))
    words = ("--seed", str(given.seed), "--level", given.level, "--jobs", str(given.jobs))
    rehearsing = timed("rehearse", str(folder / "exam"), "--out", str(folder / "scans"), *words)
    kept.write_text(json.dumps({"of": wanted, "print": printing, "rehearse": rehearsing}))
    return printing, rehearsing


def main() -> None:
    """Run the measurement and print its figures; exit code 1 where a promise is not kept."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--booklets", type=int, default=1000)
    options.add_argument("--pages", type=int, default=16)
    options.add_argument("--jobs", type=int, default=2)
    options.add_argument("--kills", type=int, default=10)
    options.add_argument("--seed", type=int, default=9)
    options.add_argument("--level", default="light")
    options.add_argument("--folder", type=Path)
    options.add_argument("--json", action="store_true")
    given = options.parse_args()
    with ExitStack() as held:
        folder = given.folder or Path(held.enter_context(tempfile.TemporaryDirectory())) / "thousand"
        figures = measure(folder, given)
    if given.json:
        print(json.dumps(asdict(figures)))
    else:
        for name, value in asdict(figures).items():
            print(f"{name:>28}  {value}")
    sys.exit(not figures.held)


def measure(folder: Path, given: argparse.Namespace) -> Figures:
    """Print, rehearse, scan once in peace and once with kills."""
    printing, rehearsing = rehearsed(folder, given)
    files = sorted((folder / "scans").glob("scan-*.pdf"))
    peace, war = folder / "peace", folder / "war"
    for records in (peace, war):
        shutil.rmtree(records, ignore_errors=True)
        shutil.copytree(folder / "exam", records)
    memory, started = Memory(), time.perf_counter()
    scan = start(peace, files, given.jobs)
    watching = memory.watch(scan)
    said, _ = scan.communicate()
    seconds = time.perf_counter() - started
    watching.join()
    if scan.returncode:
        sys.exit(f"klausur scan failed:\n{said.decode()}")
    told = json.loads(said)
    killed(war, files, given.jobs, given.kills, seconds)
    return Figures(
        booklets=given.booklets,
        pages=told["pages"],
        jobs=given.jobs,
        print_seconds=round(printing, 1),
        rehearse_seconds=round(rehearsing, 1),
        rehearsed_pages_per_second=round(told["pages"] / rehearsing, 1),
        scan_seconds=round(seconds, 1),
        pages_per_second=round(told["pages"] / seconds, 1),
        placed=told["placed"],
        flagged=told["flagged"],
        peak_megabytes=round(memory.peak),
        late_to_early=round(memory.late_to_early, 2),
        kills=given.kills,
        same_end=digest(peace) == digest(war),
    )


if __name__ == "__main__":
    main()
