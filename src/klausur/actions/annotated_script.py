"""The annotated script of a booklet as a PDF: its scans, with what was read, drawn and earned over them."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from concurrent.futures import Executor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZipFile

import msgspec
import pikepdf

from klausur.actions import page_pictures, results_so_far, script_marks, up_to_date
from klausur.actions.own_results import own_images
from klausur.actions.parallel import executor
from klausur.actions.progress import Progress, quiet
from klausur.actions.script_marks import ALL, Earned, Marked
from klausur.base.credits import Credits, show_credits, signed_credits
from klausur.base.errors import NotFoundError, RefusedError, ToolError
from klausur.base.geometry import Size
from klausur.exam.model import Exam, Question
from klausur.exam.variants import as_printed
from klausur.paper.code import Sheet
from klausur.read import scan_picture
from klausur.read.pool import processes
from klausur.read.scan_picture import OnPicture
from klausur.report.annotated_script import (
    AnnotatedScript,
    Note,
    Outline,
    ScriptAnswer,
    ScriptPage,
    Tone,
    compile_script,
)
from klausur.report.results import ResultRow
from klausur.report.said import said
from klausur.state import rounds
from klausur.state.annotations import StoredAnnotation
from klausur.state.arrangements import Arrangements
from klausur.state.facts import StoredImage
from klausur.state.judgements import GivenItem, Judged, StoredJudgement, by_answer
from klausur.state.publication import Part
from klausur.store import annotations, judgements, looks, results
from klausur.store.folder import Records, opened
from klausur.store.frame import Frame

MANIFEST, MERGED = "manifest.json", "scripts.pdf"
SCHEMA = "klausur-scripts/1"

_AT_ONCE = 60
"""Files that are open at once while scripts are joined; systems allow 256 and more."""

Points = Sequence[tuple[float, float]]

Look = Callable[[StoredImage, Size, Points], OnPicture | None]
"""Gives the picture of a page, and points of the page on it; None if it cannot be shown."""


@dataclass(frozen=True, slots=True)
class WrittenScript:
    """What was written: the file, how many pages of the booklet it shows, and those that cannot be shown."""

    file: Path
    pages: int
    lacking: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WrittenScripts:
    """What was written: a folder or a ZIP, for so many booklets, and the pages that cannot be shown."""

    file: Path
    scripts: int
    lacking: tuple[str, ...]


def write(folder: Path, booklet: int, out: Path) -> WrittenScript:
    """Write the annotated script of a booklet.

    Args:
        folder: the exam folder.
        booklet: its number.
        out: the PDF; written anew if it is there.

    Raises:
        NotFoundError: there is no such booklet, or nothing of it was scanned.
        ToolError: the file cannot be written.
    """
    rows = _rows(folder)
    with opened(folder) as records, processes(1) as workers:
        frame = up_to_date.look(records)
        script, lacking = _script(frame, booklet, _as_scanned(records, workers), rows.get(booklet))
    made = compile_script(script)
    with _written(out):
        out.write_bytes(made)
    return WrittenScript(out, len(script.pages), lacking)


def write_all(
    folder: Path, out: Path, progress: Progress = quiet, jobs: int | None = None, *, merged: bool = False
) -> WrittenScripts:
    """Write the annotated scripts of all booklets of which a page can be shown, and a manifest of them.

    The manifest says whose each is and what it earned, and has its SHA-256 and the newest event of the
    records that all of them follow from.

    Args:
        folder: the exam folder.
        out: a new or empty folder, or a ZIP, which is written anew if it is there. A script is called
            ``script-00012.pdf`` by its booklet.
        progress: told after each booklet.
        jobs: as `klausur.actions.parallel.executor` has it.
        merged: also all of them in one file, ``scripts.pdf``, with a bookmark each.

    Raises:
        NotFoundError: nothing was printed yet, or no page can be shown.
        RefusedError: the folder holds something already.
        ToolError: the files cannot be written.
    """
    packed = out.suffix.lower() == ".zip"
    with ExitStack() as held:
        held.enter_context(_written(out))
        if packed:
            aside = TemporaryDirectory(prefix=f".{out.name}-", dir=out.parent)
            place = Path(held.enter_context(aside))
        else:
            place = out
            place.mkdir(parents=True, exist_ok=True)
            if any(place.iterdir()):
                raise RefusedError(f"{out} is not empty", "name a new folder")
        done = _write_each(folder, place, progress, jobs)
        if not done.entries:
            raise NotFoundError("no page of any booklet can be shown", "scan them first")
        if merged:
            _join(place, [(place / each.file, each.called) for each in done.entries])
        manifest = _Manifest(SCHEMA, done.exam, done.records, done.entries)
        (place / MANIFEST).write_bytes(msgspec.json.format(msgspec.json.encode(manifest)))
        if packed:
            with ZipFile(out, "w") as zipped:  # what is in them is packed already
                for path in sorted(place.iterdir()):
                    zipped.write(path, path.name)
                    path.unlink()
    return WrittenScripts(
        out, len(done.entries), tuple(name for each in done.entries for name in each.lacking)
    )


def of_candidate(
    folder: Path,
    booklet: int,
    look: Callable[[StoredImage], bytes | None],
    watermark: str,
    shows: AbstractSet[Part],
    total: str,
) -> bytes:
    """The annotated script of a booklet as its candidate may have it, with a watermark on each page.

    Args:
        folder: the exam folder.
        booklet: the candidate's.
        look: gives the picture of a page, upright, as a JPEG file.
        watermark: stands across each page.
        shows: what the candidate sees of what was given.
        total: what they are told that all of it earned.

    Raises:
        NotFoundError: no page can be shown.
        ToolError: Typst refuses it.
    """

    def shown(image: StoredImage, size: Size, points: Points) -> OnPicture | None:
        jpeg = look(image)
        return None if jpeg is None else OnPicture(scan_picture.of_jpeg(jpeg, size), tuple(points))

    with opened(folder) as records:
        frame = up_to_date.look(records)
        script, _lacking = _script(frame, booklet, shown, None, shows=shows, total=total)
    answers = tuple(
        answer if Part.ITEMS in shows else replace(answer, items=(), comment="") for answer in script.answers
    )
    kept = answers if Part.QUESTIONS in shows else ()
    return compile_script(replace(script, answers=kept, watermark=watermark))


class _Entry(msgspec.Struct, frozen=True):
    """A script in the manifest."""

    file: str
    sha256: str
    booklet: int
    registration: str
    name: str
    pages: int
    total: str | None
    of: str | None
    grade: str
    status: str
    lacking: tuple[str, ...] = ()

    @property
    def called(self) -> str:
        """What its bookmark says."""
        return " · ".join(filter(None, (f"{self.booklet:05}", self.name, self.registration)))


class _Records(msgspec.Struct, frozen=True):
    event: int
    digest: str


class _Manifest(msgspec.Struct, frozen=True):
    schema: str
    exam: str
    records: _Records | None
    scripts: tuple[_Entry, ...]


@dataclass(frozen=True, slots=True)
class _Each:
    """What was written, script by script, and what it follows from."""

    exam: str
    records: _Records | None
    entries: tuple[_Entry, ...]


def _write_each(folder: Path, place: Path, progress: Progress, jobs: int | None) -> _Each:
    graded, exam = results_so_far.whole(folder)
    rows = {row.booklet: row for row in graded.results.rows if row.booklet is not None}
    entries: list[_Entry] = []
    with opened(folder) as records:
        up_to_date.look(records)
        numbers = [row.booklet for row in results.totals()]
        with executor(jobs, len(numbers), hostile=True) as workers:
            for done, booklet in enumerate(numbers, start=1):
                with suppress(NotFoundError):
                    frame = up_to_date.look(records)
                    row = rows.get(booklet)
                    script, lacking = _script(frame, booklet, _as_scanned(records, workers), row)
                    made = compile_script(script)
                    name = f"script-{booklet:05}.pdf"
                    (place / name).write_bytes(made)
                    entries.append(_entry(name, made, booklet, row, len(script.pages), lacking))
                progress(done, len(numbers))
    head = graded.head
    of = None if head is None else _Records(head.number, head.digest)
    return _Each(exam.title, of, tuple(entries))


def _entry(
    name: str, made: bytes, booklet: int, row: ResultRow | None, pages: int, lacking: tuple[str, ...]
) -> _Entry:
    known = row is not None and row.total is not None
    return _Entry(
        name,
        hashlib.sha256(made).hexdigest(),
        booklet,
        row.registration if row is not None else "",
        row.name if row is not None else "",
        pages,
        show_credits(row.total) if row is not None and row.total is not None else None,
        show_credits(row.worth) if row is not None and known else None,
        row.grade if row is not None else "",
        str(row.status) if row is not None else "",
        lacking,
    )


def _join(place: Path, scripts: Sequence[tuple[Path, str]]) -> None:
    """All scripts in one file, with a bookmark each; joined in two steps, so that few files are open."""
    with TemporaryDirectory(prefix=".joined-", dir=place) as aside:
        parts: list[tuple[Path, list[tuple[str, int]]]] = []
        for at in range(0, len(scripts), _AT_ONCE):
            part = Path(aside) / f"{at}.pdf"
            some = scripts[at : at + _AT_ONCE]
            starts = _joined([path for path, _ in some], part)
            parts.append((part, [(called, n) for (_, called), n in zip(some, starts, strict=True)]))
        joined = Path(aside) / "all.pdf"
        starts = _joined([part for part, _ in parts], joined)
        with pikepdf.open(joined) as pdf:
            with pdf.open_outline() as outline:
                for first, (_, marks) in zip(starts, parts, strict=True):
                    outline.root += [pikepdf.OutlineItem(called, first + n) for called, n in marks]
            _save(pdf, place / MERGED)


def _joined(files: Sequence[Path], out: Path) -> list[int]:
    """Join PDFs; the number of the page (from 0) that each begins on."""
    starts = []
    with ExitStack() as held, pikepdf.new() as pdf:
        for path in files:
            starts.append(len(pdf.pages))
            pdf.pages.extend(held.enter_context(pikepdf.open(path)).pages)
        _save(pdf, out)
    return starts


def _save(pdf: pikepdf.Pdf, out: Path) -> None:
    none = pikepdf.StreamDecodeLevel.none
    pdf.save(out, deterministic_id=True, stream_decode_level=none, compress_streams=False)


def _rows(folder: Path) -> dict[int, ResultRow]:
    """The results, by booklet."""
    graded, _ = results_so_far.whole(folder)
    return {row.booklet: row for row in graded.results.rows if row.booklet is not None}


def total_said(total: Credits | None, of: Credits, grade: str) -> str:
    """A total as a cover has it; a question mark as long as it is not known."""
    shown = "?" if total is None else show_credits(total)
    return " · ".join(filter(None, (f"Σ {shown} / {show_credits(of)}", grade)))


@contextmanager
def _written(out: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise ToolError(f"{out} cannot be written: {error.strerror}", "name another file") from error


def _script(
    frame: Frame,
    booklet: int,
    look: Look,
    row: ResultRow | None,
    *,
    shows: AbstractSet[Part] = ALL,
    total: str | None = None,
) -> tuple[AnnotatedScript, tuple[str, ...]]:
    """The script of a booklet, and what of its pages cannot be shown."""
    try:
        exam = as_printed(frame.exams_with_texts.of(booklet))
    except LookupError as error:
        raise NotFoundError(f"there is no booklet {booklet}", "see 'klausur status'") from error
    known = by_answer(judgements.about(frozenset({booklet})))
    rules = frame.arrangements
    judged = {q.id: told for q in exam.questions if (told := _told(known.get((booklet, q.id), ()), q, rules))}
    earned = Earned(
        exam,
        frame.papers_of(frozenset({booklet})),
        {each.question: each for each in looks.answers(booklet=booklet)},
        judged.keys(),
        _total(exam, row) if total is None else total,
    )
    drawn = annotations.about(booklet)
    found, lacking = [], []
    for image in own_images(booklet):
        here = [each for each in drawn if each.spot == image.spot]
        page = _page(image, here, tuple(_marks(earned, image, shows)), look, earned.layout.size)
        if page is None:
            lacking.append(image.called)
        else:
            found.append(page)
    if not found:
        raise NotFoundError(f"no page of booklet {booklet} can be shown", "scan it first")
    numbers = frame.exams.numbers(booklet)
    script = AnnotatedScript(
        exam.title,
        f"{booklet:05}",
        exam.language,
        earned.layout.size,
        tuple(found),
        tuple(
            _answer(numbers[question.id], question, judged[question.id], exam.language)
            for question in exam.questions
            if question.id in judged
        ),
        exam.notation,
    )
    return script, tuple(lacking)


def _total(exam: Exam, row: ResultRow | None) -> str:
    """The total and the grade as the cover has them; a question mark as long as something is open."""
    if row is None:
        return total_said(None, exam.credits, "")
    return total_said(row.total, row.worth, row.grade)


def _marks(earned: Earned, image: StoredImage, shows: AbstractSet[Part]) -> Iterator[Marked]:
    spot = image.spot
    if spot is not None and spot.sheet is Sheet.BOOKLET:
        yield from script_marks.on_page(earned, spot.booklet, spot.page, shows)


def _page(
    image: StoredImage, drawn: Sequence[StoredAnnotation], marks: Sequence[Marked], look: Look, size: Size
) -> ScriptPage | None:
    """A page with all that lies over it, where its picture shows it; None if there is no picture."""
    lines = [[(x, y) for x, y, _ in each.drawing.points] for each in drawn]
    asked = [point for points in (*lines, *(mark.points for mark in marks)) for point in points]
    seen = look(image, size, asked)
    if seen is None:
        return None
    rest = iter(seen.points)
    drawings = tuple(
        replace(
            each.drawing,
            points=tuple((*next(rest), force) for _, _, force in each.drawing.points),
        )
        for each in drawn
    )
    outlines, notes = [], []
    for mark in marks:
        points = tuple(next(rest) for _ in mark.points)
        if isinstance(mark.says, Tone):
            outlines.append(Outline(points, mark.says))
        else:
            notes.append(Note(points[0], mark.says, mark.text, mark.under))
    return ScriptPage(seen.picture, drawings, tuple(outlines), tuple(notes))


def _as_scanned(records: Records, workers: Executor | None) -> Look:
    """Takes pictures out of what was scanned."""

    def look(image: StoredImage, size: Size, points: Points) -> OnPicture | None:
        return page_pictures.as_scanned(records, image, size, points, workers)

    return look


def _told(about: Sequence[StoredJudgement], question: Question, arranged: Arrangements) -> Judged | None:
    """What a candidate is told of an answer; None where nobody has judged it."""
    return rounds.told(about, arranged.of(question.id).second, question.step)


def _answer(number: str, question: Question, judged: Judged, language: str) -> ScriptAnswer:
    items = [
        (
            _gave(each, language),
            each.text + (f" (× {each.count})" if each.count > 1 else ""),
        )
        for each in judged.items
    ]
    if judged.adjustment and question.rubric is not None:
        items.append((signed_credits(judged.adjustment), judged.reason))
    return ScriptAnswer(
        number,
        question.title or "",
        show_credits(judged.credits),
        show_credits(question.credits),
        tuple(items),
        judged.comment,
    )


def _gave(item: GivenItem, language: str) -> str:
    """The credits of an item, as often as it was ticked; of a deduction also from which."""
    gave = signed_credits(item.credits * item.count)
    if item.full is None:
        return gave
    full = said(language, "deducted")[""].replace("{full}", show_credits(item.full))
    return f"{gave} {full}"
