"""See an exam's papers at once: exam paper, blackened paper, sample solution and proof, without a print run.

Nothing is recorded, no number is given out, and no evidence runs. What is made again lays out again only what
changed, as long as one `session` is open. Watching stands in `klausur.actions.preview_watch`.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import copy_context
from dataclasses import dataclass, field, replace
from pathlib import Path

from klausur.base.diagnostics import Diagnostic, errors
from klausur.base.errors import KlausurError
from klausur.base.geometry import PAPERS, Size
from klausur.exam import source
from klausur.exam.model import Exam
from klausur.exam.setting import Setting, numbered
from klausur.exam.source.pandoc import remembering
from klausur.paper.fields import FieldKind
from klausur.paper.layout import PageLayout
from klausur.typeset import page_pictures, proof
from klausur.typeset.papers import Form, Paper, compile_paper
from klausur.typeset.typst_process import together

FOLDER = "preview"
PROOF = "proof"

_CODE = FieldKind.PAGE_CODE
"""No paper of a preview has one; its head stands there."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One PDF of a preview: how many pages it has, and which look otherwise than the last time.

    ``layout`` are the Fields of a paper's pages; none of the proof, which has them drawn.
    """

    file: Path
    pages: int
    changed: tuple[int, ...]
    layout: tuple[PageLayout, ...] = ()


@dataclass(frozen=True, slots=True)
class Previewed:
    """What was made, and all findings. Without ``shown`` nothing could be, and the last files stay."""

    shown: tuple[Shown, ...]
    diagnostics: tuple[Diagnostic, ...]
    size: Size | None = None
    """Of a page."""
    source: str = ""
    """The digest of the source that it was made from."""

    @property
    def errors(self) -> tuple[Diagnostic, ...]:
        """The findings that would stop printing."""
        return errors(self.diagnostics)


@dataclass(slots=True)
class Session:
    """A folder that is shown again and again, and how each file looked the last time."""

    folder: Path
    out: Path
    variant: int = 1
    looks: dict[Path, tuple[bytes, tuple[bytes, ...]]] = field(default_factory=dict)
    proved: tuple[Paper, bytes] | None = None

    def make(self) -> Previewed:
        """Read the exam as it is now, and write its papers.

        Raises:
            KlausurError: nothing can be written there, or a tool fails.
        """
        parsed = source.parse(self.folder, self.variant)
        if parsed.exam is None:
            return Previewed((), parsed.diagnostics)
        papers = _papers(parsed.exam)
        found = dict.fromkeys((*parsed.diagnostics, *(d for paper in papers for d in paper.diagnostics)))
        try:
            self.out.mkdir(parents=True, exist_ok=True)
            shown = [replace(self._put(paper.form, paper.pdf), layout=paper.pages) for paper in papers]
            shown.append(self._put(PROOF, self._proof(parsed.exam, papers[0])))
        except OSError as error:
            message = f"the preview cannot be written to {self.out}: {error.strerror}"
            raise KlausurError(message, "name another folder: --out DIR") from error
        return Previewed(tuple(shown), tuple(found), PAPERS[parsed.exam.paper], parsed.exam.digest)

    def _put(self, name: str, pdf: bytes) -> Shown:
        """Write a file whole, for a viewer that looks at it, unless it is there."""
        file = self.out / f"{name}.pdf"
        if file not in self.looks:
            before = file.read_bytes() if file.is_file() else b""
            self.looks[file] = before, page_pictures.digests(before)
        known, looked = self.looks[file]
        if known == pdf and file.is_file():
            return Shown(file, len(looked), ())
        now = page_pictures.digests(pdf)
        part = file.with_suffix(".part")
        part.write_bytes(pdf)
        part.replace(file)
        self.looks[file] = pdf, now
        return Shown(file, len(now), page_pictures.changed(looked, now))

    def _proof(self, exam: Exam, paper: Paper) -> bytes:
        if self.proved is not None and self.proved[0] == paper:
            return self.proved[1]
        printed, size = self.out / f"{Form.EXAM}.pdf", PAPERS[exam.paper]
        sides = [
            proof.Proven(
                printed, number, size, proof.outlines([f for f in page.fields if f.kind is not _CODE])
            )
            for number, page in enumerate(paper.pages)
        ]
        self.proved = paper, proof.compile_proof(sides, language=exam.language)
        return self.proved[1]


def _papers(exam: Exam) -> list[Paper]:
    """All papers, typeset at the same time; only one looks at its PDF, by a library for one thread."""
    with ThreadPoolExecutor(len(Form)) as pool:
        begun = [pool.submit(copy_context().run, compile_paper, exam, form) for form in Form]
        return [paper.result() for paper in begun]


@contextmanager
def session(folder: Path, *, out: Path | None = None, variant: int = 1) -> Iterator[Session]:
    """A preview of the exam in a folder, made as often as is wanted.

    Args:
        folder: the exam's.
        out: where its files are written; without one, ``preview/`` in the exam's folder.
        variant: which of the exam's variants is shown.
    """
    with together(for_each=True), remembering():
        yield Session(folder, folder / FOLDER if out is None else out, variant)


def in_setting(variant: int, *, large: bool = False) -> int:
    """The number of a variant in large print."""
    return numbered(variant, Setting(large))


def preview(folder: Path, *, out: Path | None = None, variant: int = 1) -> Previewed:
    """Make the preview of an exam once.

    Raises:
        KlausurError: nothing can be written there, or a tool fails.
    """
    with session(folder, out=out, variant=variant) as made:
        return made.make()


def told(shown: Sequence[Shown]) -> str:
    """Which pages changed, in one line: ``exam 3, 5–6; solution all 18``."""
    parts = [f"{one.file.stem} {_pages(one)}" for one in shown if one.changed]
    return "; ".join(parts) or "nothing that is seen"


def _pages(one: Shown) -> str:
    if len(one.changed) == one.pages:
        return f"all {one.pages}" if one.pages > 1 else "1"
    runs: list[list[int]] = []
    for page in one.changed:
        if runs and runs[-1][-1] == page - 1:
            runs[-1].append(page)
        else:
            runs.append([page])
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs)
