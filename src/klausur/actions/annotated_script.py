"""The annotated script of a booklet as a PDF: its pages with what was drawn, and what its answers earned."""

from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from concurrent.futures import Executor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from zipfile import ZipFile

from klausur.actions import page_pictures, up_to_date
from klausur.actions.own_results import own_images
from klausur.actions.page_pictures import WHOLE, Shows
from klausur.actions.parallel import executor
from klausur.actions.progress import Progress, quiet
from klausur.base.credits import show_credits, signed_credits
from klausur.base.errors import NotFoundError, ToolError
from klausur.exam.model import Question
from klausur.read.pool import processes
from klausur.report.annotated_script import AnnotatedScript, ScriptAnswer, ScriptPage, compile_script
from klausur.report.said import said
from klausur.state import rounds
from klausur.state.arrangements import Arrangements
from klausur.state.facts import StoredImage
from klausur.state.judgements import GivenItem, Judged, StoredJudgement, by_answer
from klausur.state.publication import Part
from klausur.store import annotations, judgements, results
from klausur.store.derive import Frame
from klausur.store.folder import Records, opened

Look = Callable[[StoredImage], bytes | None]
"""Gives the picture of a page as a JPEG file; None if it cannot be shown."""


@dataclass(frozen=True, slots=True)
class WrittenScript:
    """What was written: the file, how many pages of the booklet it shows, and those that cannot be shown."""

    file: Path
    pages: int
    lacking: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WrittenScripts:
    """What was written: a ZIP of one PDF each, for so many booklets, and the pages that cannot be shown."""

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
    with opened(folder) as records, processes(1) as workers:
        script, lacking = _script(up_to_date.look(records), booklet, _cutter(records, workers))
    made = compile_script(script)
    with _written(out):
        out.write_bytes(made)
    return WrittenScript(out, len(script.pages), lacking)


def write_all(folder: Path, out: Path, progress: Progress = quiet, jobs: int | None = None) -> WrittenScripts:
    """Write the annotated scripts of all booklets of which a page can be shown.

    Args:
        folder: the exam folder.
        out: the ZIP, of a ``script-00012.pdf`` for each booklet; written anew if it is there.
        progress: told after each booklet.
        jobs: as `klausur.actions.parallel.executor` has it.

    Raises:
        NotFoundError: nothing was printed yet, or no page can be shown.
        ToolError: the file cannot be written.
    """
    made = 0
    lacking: list[str] = []
    with opened(folder) as records:
        up_to_date.look(records)
        numbers = [row.booklet for row in results.totals()]
        with (
            executor(jobs, len(numbers), hostile=True) as workers,
            _written(out),
            ZipFile(out, "w") as packed,
        ):
            for done, booklet in enumerate(numbers, start=1):
                with suppress(NotFoundError):
                    frame = up_to_date.look(records)
                    script, missing = _script(frame, booklet, _cutter(records, workers))
                    packed.writestr(f"script-{booklet:05}.pdf", compile_script(script))
                    made += 1
                    lacking += missing
                progress(done, len(numbers))
    if not made:
        out.unlink(missing_ok=True)
        raise NotFoundError("no page of any booklet can be shown", "scan them first")
    return WrittenScripts(out, made, tuple(lacking))


def of_candidate(folder: Path, booklet: int, look: Look, watermark: str, shows: AbstractSet[Part]) -> bytes:
    """The annotated script of a booklet as its candidate may have it, with a watermark on each page.

    Args:
        folder: the exam folder.
        booklet: the candidate's.
        look: gives the picture of a page.
        watermark: stands across each page.
        shows: what the candidate sees of what was given.

    Raises:
        NotFoundError: no page can be shown.
        ToolError: Typst refuses it.
    """
    with opened(folder) as records:
        script, _lacking = _script(up_to_date.look(records), booklet, look)
    answers = tuple(
        answer if Part.ITEMS in shows else replace(answer, items=(), comment="") for answer in script.answers
    )
    kept = answers if Part.QUESTIONS in shows else ()
    return compile_script(replace(script, answers=kept, watermark=watermark))


@contextmanager
def _written(out: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise ToolError(f"{out} cannot be written: {error.strerror}", "name another file") from error


def _script(frame: Frame, booklet: int, look: Look) -> tuple[AnnotatedScript, tuple[str, ...]]:
    """The script of a booklet, and what of its pages cannot be shown."""
    try:
        exam = frame.exams_with_texts.of(booklet)
    except LookupError as error:
        raise NotFoundError(f"there is no booklet {booklet}", "see 'klausur status'") from error
    numbers = frame.exams.numbers(booklet)
    layout = frame.papers_of(frozenset({booklet}))
    drawn = annotations.about(booklet)
    known = by_answer(judgements.about(frozenset({booklet})))
    found, lacking = [], []
    for image in own_images(booklet):
        jpeg = look(image)
        if jpeg is None:
            lacking.append(image.called)
        else:
            found.append(ScriptPage(jpeg, tuple(each.drawing for each in drawn if each.spot == image.spot)))
    if not found:
        raise NotFoundError(f"no page of booklet {booklet} can be shown", "scan it first")
    rules = frame.arrangements
    answers = (
        _answer(numbers[question.id], question, told, exam.language)
        for question in exam.questions
        if (told := _told(known.get((booklet, question.id), ()), question, rules)) is not None
    )
    script = AnnotatedScript(
        exam.title,
        f"{booklet:05}",
        exam.language,
        layout.size,
        tuple(found),
        tuple(answers),
        exam.notation,
    )
    return script, tuple(lacking)


def _cutter(records: Records, workers: Executor | None) -> Look:
    """Cuts pictures out of what was scanned."""

    def look(image: StoredImage) -> bytes | None:
        made = page_pictures.cut(records, image, Shows.PAGE, workers)
        return None if made is None else made.files.get(WHOLE)

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
