"""Adopt a finished PDF: an exam folder that is printed on it, or a proposal of what to say of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from klausur.actions.check import check
from klausur.base.diagnostics import Diagnostic
from klausur.base.errors import KlausurError, NotFoundError, RefusedError, ToolError
from klausur.convert import own_paper, own_pdf, own_proposal
from klausur.convert.own_draft import OwnDraft
from klausur.exam import scaffold


@dataclass(frozen=True, slots=True)
class AdoptedPaper:
    """The new folder's files, what was done with pages and boxes, and what is found in it."""

    files: tuple[Path, ...]
    done: tuple[str, ...]
    diagnostics: tuple[Diagnostic, ...]


@dataclass(frozen=True, slots=True)
class ProposedPaper:
    """The file, how many questions it proposes, how many of choices, and what people must look at."""

    file: Path
    questions: int
    choices: int
    remarks: Sequence[str]


def adopt(
    pdf: Path, draft: Path, folder: Path, *, fit: bool = False, today: date | None = None
) -> AdoptedPaper:
    """Make an exam folder out of a PDF and what is said of it.

    Args:
        pdf: the finished exam.
        draft: the TOML that says of it what `klausur.convert.own_draft` reads.
        folder: a new or empty folder.
        fit: pages may be moved and scaled, whatever the TOML says.
        today: the day.

    Raises:
        NotFoundError: there is no such file.
        RefusedError: the folder holds something already.
        KlausurError: PDF or TOML cannot be used, or a page or question has no room; nothing is written.
    """
    plain = own_pdf.plain(_bytes(pdf))
    said = OwnDraft.of_toml(_text(draft), draft.name)
    if fit:
        said = said.fitted()
    day = scaffold.some_day(today or date.today())  # noqa: DTZ011 - the day where the author is
    made = own_paper.adopt(said, plain, day)
    if made.lacking:
        raise KlausurError(
            "\n  ".join(["the paper has no room:", *made.lacking]),
            "let pages be moved and scaled: --fit, or fit = true; nothing was written",
        )
    files = scaffold.put(folder, made.files)
    return AdoptedPaper(files, made.done, check(folder).diagnostics)


def propose(pdf: Path, out: Path) -> ProposedPaper:
    """Write down what a PDF seems to ask, for people to correct.

    Raises:
        NotFoundError: there is no such file.
        RefusedError: the new file is there already.
        KlausurError: the PDF cannot be read.
        ToolError: the file cannot be written.
    """
    plain = own_pdf.plain(_bytes(pdf))
    if out.exists():
        raise RefusedError(f"{out} is there already", "name another file with --out")
    pages = tuple(own_pdf.pages(plain))
    found = own_proposal.propose(pages)
    try:
        out.write_text(own_proposal.to_toml(found, pdf.stem, pages[0].size), encoding="utf-8")
    except OSError as error:
        raise ToolError(f"{out} cannot be written: {error.strerror}", "name another file") from error
    choices = sum(bool(question.squares) for question in found.questions)
    return ProposedPaper(out, len(found.questions), choices, found.remarks)


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise NotFoundError(f"{path} cannot be read: {error.strerror}", "check the name") from error


def _text(path: Path) -> str:
    try:
        return _bytes(path).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise KlausurError(f"{path.name} is not in UTF-8", "save it so") from error
