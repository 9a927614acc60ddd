"""From an exam folder to an Exam and all findings: the order of work, and nothing else."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from klausur.base.diagnostics import Diagnostic, Place
from klausur.exam import check, fonts
from klausur.exam.header import NAME, Header
from klausur.exam.model import Exam
from klausur.exam.source import build, exam_toml, files, pandoc, pieces, sections, tree
from klausur.exam.source.pieces import Source


@dataclass(frozen=True, slots=True)
class Parsed:
    """An exam as far as it could be read, and everything found on the way, by file and line.

    ``exam`` is None only if it cannot be built. With errors among the diagnostics it is for looking at, not
    for printing.
    """

    exam: Exam | None
    diagnostics: tuple[Diagnostic, ...]


def parse(folder: Path) -> Parsed:
    """Read and check the exam in a folder.

    Raises:
        ToolError: pandoc cannot be run.
    """
    found: list[Diagnostic] = []
    if not _is_folder(folder, found):
        return Parsed(None, tuple(found))
    head = _read_header(folder, found)
    names = files.problem_files(folder, found)
    ordered = _in_order(names, head, found)
    texts = [(name, text) for name in ordered if (text := files.read_text(folder, name, found)) is not None]

    instructions = head.instructions if head is not None else ()
    trees = pandoc.read([text for _, text in texts] + list(instructions))
    problem_sections = [
        sections.divide(source, blocks)
        for (name, _), result in zip(texts, trees, strict=False)
        for source in (Source(folder, name, found),)
        if (blocks := _unwrapped(source, result, 0)) is not None
    ]
    instruction_pieces = _instructions(folder, head, trees[len(texts) :], found)
    contents = pieces.convert(
        [piece for section in problem_sections for piece in section.pieces] + list(instruction_pieces)
    )
    built = [build.problem(section, n, contents) for n, section in enumerate(problem_sections, start=1)]
    problems = tuple(problem for problem, _ in built)
    figures = check.figures_of(problems, [contents[p] for p in instruction_pieces])

    found.extend(check.problems(problems, [declared for _, declared in built]))
    found.extend(check.figures(figures, folder))
    exam = None
    if head is not None:
        found.extend(check.header(head, problems))
        found.extend(check.schemes(problems, head.scheme, head.place("choice.formula")))
        used = [NAME, *ordered, *(figure.path for figure in figures)]
        used += fonts.fonts_of(folder)
        texts_of_cover = tuple(contents[p] for p in instruction_pieces)
        exam = build.exam(folder, head, texts_of_cover, problems, files.digest(folder, used))
    return Parsed(exam, _sorted(found, ordered))


def _is_folder(folder: Path, found: list[Diagnostic]) -> bool:
    place = Place(str(folder))
    try:
        if folder.is_dir():
            next(folder.iterdir(), None)
            return True
        there = folder.exists()
    except (OSError, ValueError) as error:
        message = f"the folder cannot be read: {getattr(error, 'strerror', None) or error}"
        found.append(Diagnostic("file-unreadable", message, place, "see that you may read it"))
        return False
    if there:
        hint = "name the folder that holds exam.toml"
        found.append(Diagnostic("file-unreadable", "this is no folder", place, hint))
    else:
        hint = "check the name, or let 'klausur new FOLDER' write an example"
        found.append(Diagnostic("file-missing", "there is no such folder", place, hint))
    return False


def _read_header(folder: Path, found: list[Diagnostic]) -> Header | None:
    text = files.read_text(folder, NAME, found)
    return None if text is None else exam_toml.read(Source(folder, NAME, found), text)


def _in_order(names: Sequence[str], head: Header | None, found: list[Diagnostic]) -> tuple[str, ...]:
    """The problem files in the order of exam.toml, or as they are if it gives none."""
    if head is None or head.order is None:
        if not names and not any(d.place.file == "problems" for d in found):
            hint = "put the problems there, one Markdown file each: problems/1-first.md"
            found.append(
                Diagnostic("file-missing", "problems/ holds no Markdown file", Place("problems"), hint)
            )
        return tuple(names)
    known = {PurePosixPath(name).stem: name for name in names}
    place = head.place("order")
    ordered: list[str] = []
    for item in head.order:
        name = known.get(item.removeprefix("problems/").removesuffix(".md"))
        if name is None:
            hint = f"problems/ holds: {', '.join(known) or 'nothing'}"
            found.append(Diagnostic("file-missing", f"order names {item!r}, which is not there", place, hint))
        elif name in ordered:
            found.append(Diagnostic("id-duplicate", f"order names {item!r} twice", place, "keep one of them"))
        else:
            ordered.append(name)
    for stem, name in known.items():
        if name not in ordered:
            hint = f"add {stem!r} to order in exam.toml, or move the file out of problems/"
            found.append(
                Diagnostic("problem-unused", f"{name} is not in the exam's order", Place(name), hint)
            )
    return tuple(ordered)


def _unwrapped(
    source: Source, result: list[pandoc.Ast] | pandoc.PandocError, shift: int
) -> list[pandoc.Ast] | None:
    if isinstance(result, pandoc.PandocError):
        source.report("markup-unexpected", str(result), shift + 1, "write this part more plainly")
        return None
    try:
        return tree.unwrap(result, shift)
    except tree.DepthError as error:
        source.report("markup-unexpected", str(error), error.line, "write this part with fewer levels")
        return None


def _instructions(
    folder: Path,
    head: Header | None,
    results: Iterable[list[pandoc.Ast] | pandoc.PandocError],
    found: list[Diagnostic],
) -> tuple[pieces.Piece, ...]:
    """The working instructions, whose lines count in exam.toml."""
    if head is None:
        return ()
    source = Source(folder, NAME, found)
    cut = []
    for line, result in zip(head.instruction_lines, results, strict=True):
        blocks = _unwrapped(source, result, line - 1)
        cut.append(pieces.cut(source, blocks or [], line))
    return tuple(cut)


def _sorted(found: Sequence[Diagnostic], ordered: Sequence[str]) -> tuple[Diagnostic, ...]:
    """By file in the order of the exam, then by line; each finding once."""
    rank = {name: n for n, name in enumerate((NAME, *ordered))}
    unique = dict.fromkeys(found)
    return tuple(
        sorted(unique, key=lambda d: (rank.get(d.place.file, len(rank)), d.place.file, d.place.line))
    )
