"""Check an exam: its source, its sense, and whether all of its papers can be typeset."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from klausur import actions
from klausur.actions.progress import Progress, quiet
from klausur.actions.the_list import the_list
from klausur.base.diagnostics import Diagnostic, Place, errors
from klausur.exam import from_old, source
from klausur.exam.check import figures_of
from klausur.exam.header import NAME
from klausur.exam.model import Exam
from klausur.exam.setting import USUAL, Setting, numbered
from klausur.exam.source import Parsed
from klausur.exam.variants import as_printed, told_apart
from klausur.typeset.added_pages import AddedPages, added
from klausur.typeset.papers import Form, Paper, compile_paper
from klausur.typeset.typst_process import together

LOOKED_AT = 5
"""Variants that are typeset to be checked; of more, these are the first."""


@dataclass(frozen=True, slots=True)
class Checked:
    """All findings in one list, and what could be made of the first variant.

    ``papers`` are the exam paper and the sample solution.
    """

    exam: Exam | None
    papers: tuple[Paper, ...]
    diagnostics: tuple[Diagnostic, ...]

    @property
    def added(self) -> AddedPages:
        """Pages of the paper that nobody asked for."""
        if self.exam is None or not self.papers:
            return AddedPages()
        return added(self.papers[0].pages, self.exam.extra_pages)

    @property
    def errors(self) -> tuple[Diagnostic, ...]:
        """The findings that stop printing."""
        return errors(self.diagnostics)


def check(folder: Path, *, accessible: bool = False, progress: Progress = quiet) -> Checked:
    """Check the exam in a folder. Nothing is written, and no finding is an exception.

    Where papers shall be ``accessible``, what keeps them from being PDF/UA-1 is a finding, too. Of a list of
    candidates there, only names that no font can show are told: the rest is told by print.
    """
    parsed = source.parse(folder)
    if parsed.exam is None:
        return Checked(None, (), parsed.diagnostics)
    more = [*printed(parsed.exam)[: LOOKED_AT - 1], *_in_other_languages(parsed.exam)]
    others = source.parse_variants(folder, more) if more else ()
    with together():
        papers, found = _typeset(parsed.exam, others, parsed.diagnostics, progress)
    usual = [one.exam for one in others if one.exam is not None and one.exam.setting == USUAL]
    found += alike([parsed.exam, *map(as_printed, usual)])
    found += _names(folder)
    if accessible:
        found += _barriers(parsed.exam, papers)
    found += from_old.still_asked(parsed.exam)
    # The papers share most of their text, and so what is wrong with it.
    return Checked(parsed.exam, papers, tuple(dict.fromkeys((*parsed.diagnostics, *found))))


def _barriers(exam: Exam, papers: Sequence[Paper]) -> Iterator[Diagnostic]:
    """What keeps the papers from those who are read to: figures without words, and what Typst says else."""
    bare = [figure for figure in figures_of(exam.problems, exam.instructions) if not figure.described]
    for figure in bare:
        message = f"no words say what the figure {figure.path} shows"
        hint = "write them into its brackets: ![a ray that meets a lens](figures/lens.svg)"
        yield Diagnostic("not-accessible", message, figure.place, hint)
    for paper in papers if not bare else ():
        if paper.barrier:
            message = f"the {paper.form} paper is no PDF/UA-1: {paper.barrier}"
            hint = "write the part that this is about more plainly"
            yield Diagnostic("not-accessible", message, Place(NAME), hint)


def _names(folder: Path) -> Iterator[Diagnostic]:
    path = the_list(folder)
    if path is not None:
        yield from actions.unprintable_names.find(path, folder)


def _typeset(
    exam: Exam, others: Sequence[Parsed], known: Sequence[Diagnostic], progress: Progress
) -> tuple[tuple[Paper, ...], list[Diagnostic]]:
    """The papers of the first variant, as long as those of the others, and what is wrong in any."""
    work = len(_LAID_OUT) * (1 + len(others))
    pages = 0
    found: list[Diagnostic] = []
    for done, other in enumerate(others):
        progress(len(_LAID_OUT) * done, work)
        papers = _papers(other.exam)
        if other.exam is not None and other.exam.setting != USUAL:
            found += in_setting(other.exam, (*other.diagnostics, *_of(papers)), known)
            continue
        pages = max([pages, *(len(paper.pages) for paper in papers)])
        found += in_variant(other.exam, (*other.diagnostics, *_of(papers)), known)
    progress(len(_LAID_OUT) * len(others), work)
    papers = tuple(compile_paper(exam, form, pages=pages) for form in _LAID_OUT)
    progress(work, work)
    return papers, [*found, *_of(papers)]


def printed(exam: Exam) -> Sequence[int]:
    """The variants beside the first one that will be printed; a few, if nobody knows how many."""
    return range(2, (exam.variants.count or LOOKED_AT) + 1)


def _in_other_languages(exam: Exam) -> Iterator[int]:
    """The first variant in each of the exam's other languages."""
    for language in range(1, len(exam.languages)):
        yield numbered(exam.variant, Setting(language=language))


def in_variant(
    exam: Exam | None, found: Sequence[Diagnostic], known: Sequence[Diagnostic]
) -> Iterator[Diagnostic]:
    """Findings in a variant that were not found in the first one, told as such."""
    same = {(d.code, d.place) for d in known}
    for diagnostic in found:
        if exam is not None and (diagnostic.code, diagnostic.place) not in same:
            yield replace(diagnostic, message=f"in variant {exam.variant}: {diagnostic.message}")


def in_setting(exam: Exam, found: Sequence[Diagnostic], known: Sequence[Diagnostic]) -> Iterator[Diagnostic]:
    """Findings in large print or another language that were not found in the usual paper, told as such."""
    words = ["in large print"] * exam.setting.large
    words += [f"in {exam.languages[exam.setting.language]}"] if exam.setting.language else []
    same = {(d.code, d.place) for d in known}
    for diagnostic in found:
        if (diagnostic.code, diagnostic.place) not in same:
            yield replace(diagnostic, message=f"{', '.join(words)}: {diagnostic.message}")


def alike(exams: Sequence[Exam]) -> Iterator[Diagnostic]:
    """Whether some of these variants, as they are printed, are one paper."""
    first: dict[str, int] = {}
    for exam in exams:
        paper = told_apart(exam)
        if paper in first:
            message = f"variants {first[paper]} and {exam.variant} are the same paper"
            hint = "draw from more values, shuffle more, or print fewer variants"
            yield Diagnostic("variants-equal", message, Place(NAME), hint)
            return
        first[paper] = exam.variant


_LAID_OUT = (Form.EXAM, Form.SOLUTION)
"""The papers in which anything can be wrong: what is blackened lies as on the exam."""


def _papers(exam: Exam | None) -> tuple[Paper, ...]:
    return () if exam is None else tuple(compile_paper(as_printed(exam), form) for form in _LAID_OUT)


def _of(papers: Sequence[Paper]) -> Iterator[Diagnostic]:
    for paper in papers:
        yield from paper.diagnostics
