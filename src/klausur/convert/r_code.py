"""R code of an exercise of R/exams, run once where R is at hand: the numbers that it draws stay as they are.

R runs confined (`klausur.convert.apart_worker`), and not at all where it could not be kept from network and
files, since an exercise may be of anybody. What needs packages that are not there, draws pictures or
includes files is not run, and says why.
"""

import shutil
import tempfile
from importlib import resources
from pathlib import Path

from klausur.base import overtime
from klausur.convert import apart_worker
from klausur.exam.evidence import confined

_SECONDS = 20.0
"""Of processor time."""


def run(text: str) -> tuple[str, str]:
    """An exercise with what its R code says in place of the code; or nothing, and why."""
    if shutil.which("Rscript") is None:
        return "", "R is not here"
    if not {"network", "files"} <= confined.done_here():
        return "", "this system cannot keep R from network and files"
    with tempfile.TemporaryDirectory(prefix="klausur-") as name:
        folder = Path(name).resolve()
        (folder / "exercise.Rmd").write_text(text, "utf-8")
        script = resources.files(__package__) / "r_code.R"
        (folder / "run.R").write_text(script.read_text("utf-8"), "utf-8")
        try:
            done = apart_worker.run(folder, ["Rscript", "--vanilla", "run.R"], _SECONDS)
        except (overtime.BusyError, overtime.HungError) as error:
            return "", f"it {error}"
        except OSError as error:
            return "", f"R cannot be started: {error.strerror}"
        made = apart_worker.made(folder, "out.Rmd")
        if done.returncode or made is None:
            said = " ".join(done.stderr.decode("utf-8", "replace").split()) or "it ended without a word"
            return "", f"R says: {said.removesuffix('Execution halted').strip()[:160]}"
        return made.decode("utf-8", "replace"), ""
