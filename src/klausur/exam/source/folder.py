"""From an exam folder to an Exam and all findings: the order of work, and nothing else."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from klausur.base.credits import Credits
from klausur.base.diagnostics import Diagnostic, Place
from klausur.base.maths import PLAIN, Notation
from klausur.exam import check, check_own_paper, translation
from klausur.exam.content import Content
from klausur.exam.header import NAME, Header
from klausur.exam.model import CreditForm, Exam, Problem
from klausur.exam.setting import drawn, setting_of
from klausur.exam.source import (
    boxed_code,
    build,
    exam_toml,
    files,
    order,
    own_paper_file,
    pandoc,
    parameters,
    pieces,
    sections,
    translated_files,
    tree,
)
from klausur.exam.source.order import AskedFile, ProblemFile
from klausur.exam.source.parameters import Variant
from klausur.exam.source.pieces import Source
from klausur.exam.variants import as_printed

_AT_ONCE = 100
"""Texts that pandoc is given in one call."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """An exam as far as it could be read, and everything found on the way, by file and line.

    ``exam`` is None only if it cannot be built. With errors among the diagnostics it is for looking at, not
    for printing.
    """

    exam: Exam | None
    diagnostics: tuple[Diagnostic, ...]


def list_terms(folder: Path) -> tuple[Mapping[str, tuple[str, ...]], int | None, int, tuple[str, ...]]:
    """What exam.toml says of the list of candidates, as far as it can be read; no pandoc runs.

    Returns:
        the headings that it names, by key; how many minutes the exam takes; the boxes for a number; its
        papers by language.
    """
    head = _read_header(folder, [])
    if head is None:
        return {}, None, 0, ()
    minutes = head.minutes_to_end if head.minutes is None else head.minutes
    return dict(head.candidate_columns), minutes, head.registration_digits, head.languages


def notation(folder: Path) -> Notation:
    """How the exam in a folder writes maths, as far as its exam.toml can be read; no pandoc runs."""
    head = _read_header(folder, [])
    return PLAIN if head is None else head.notation


@dataclass(frozen=True, slots=True)
class EvidenceWanted:
    """The share of its statements that an exam wants bound to programs, in percent, and where it says so."""

    percent: int
    place: Place


def evidence_wanted(folder: Path) -> EvidenceWanted | None:
    """What exam.toml asks for; None if it asks for nothing, or cannot be read."""
    head = _read_header(folder, [])
    if head is None or head.evidence_bound is None:
        return None
    return EvidenceWanted(head.evidence_bound, head.place("evidence.bound"))


def parse(folder: Path, variant: int = 1) -> Parsed:
    """Read and check one variant of the exam in a folder, in the order in which it is printed.

    Raises:
        ToolError: pandoc cannot be run.
    """
    (parsed,) = parse_variants(folder, (variant,))
    return parsed if parsed.exam is None else replace(parsed, exam=as_printed(parsed.exam))


def parse_variants(folder: Path, numbers: Sequence[int]) -> tuple[Parsed, ...]:
    """Read and check several variants of the exam in a folder, in the order of its source.

    What does not differ is read once.

    Raises:
        ToolError: pandoc cannot be run.
    """
    found: list[Diagnostic] = []
    if not _is_folder(folder, found):
        return tuple(Parsed(None, tuple(found)) for _ in numbers)
    head = _read_header(folder, found)
    names = files.problem_files(folder, found, must=head is None or not head.draws)
    found.extend(files.links_out(folder))
    plain, translated = translated_files.sorted_out(folder, names, head, found)
    ordered = order.in_order(folder, plain, head, found)
    asked = sorted({drawn(number) for number in numbers})
    in_each = [_in_one_language(folder, head, ordered, asked, found)]
    for other in () if head is None else head.translations:
        there = translated.get(other.language, frozenset())
        files_of = [_translated(folder, one, other.language, there, found) for one in ordered]
        in_each.append(
            _in_one_language(folder, head and head.translated(other), files_of, asked, found, own=in_each[0])
        )
    return tuple(_set_as_asked(number, head, in_each, asked) for number in numbers)


def _translated(
    folder: Path, one: ProblemFile, language: str, there: Collection[str], found: list[Diagnostic]
) -> ProblemFile:
    """The file of a problem in a language; what is lacking is reported, and the first one's stands for it."""
    wanted = translated_files.translation_of(one.name, language)
    if wanted in there or (one.draw is not None and (folder / wanted).is_file()):
        return replace(one, name=wanted)
    message = f"{one.name} has no translation: exam.toml has [translations.{language}]"
    found.append(Diagnostic("translation-missing", message, Place(one.name), f"write it into {wanted}"))
    return one


def _set_as_asked(
    number: int, head: Header | None, in_each: Sequence[Sequence[Parsed]], asked: Sequence[int]
) -> Parsed:
    """A variant in the language that its number says, or with all of them on one paper; findings of all."""
    at, language = asked.index(drawn(number)), setting_of(number).language
    each = [parsed[at] for parsed in in_each]
    found = tuple(dict.fromkeys(d for one in each for d in one.diagnostics))
    exams = [one.exam for one in each if one.exam is not None]
    if len(exams) < len(each):
        return Parsed(None, found)
    if language < len(exams):
        return Parsed(replace(exams[language], variant=number), found)
    if head is None or language >= len(head.languages):
        message = f"the exam has no paper number {language + 1}: its languages have changed"
        return Parsed(None, (*found, Diagnostic("translation-missing", message, Place(NAME), _AS_BEFORE)))
    return Parsed(translation.together(exams, number, beside=head is not None and head.beside), found)


_AS_BEFORE = "write the translations as they were when the exam was printed"


def _in_one_language(
    folder: Path,
    head: Header | None,
    ordered: Sequence[ProblemFile],
    numbers: Sequence[int],
    before: Sequence[Diagnostic],
    own: Sequence[Parsed] = (),
) -> tuple[Parsed, ...]:
    """Variants out of these files; a translation is held against its variants in the exam's own language."""
    found = list(before)
    comma = head is not None and head.notation.comma
    there = [
        (one, parameters.template(folder, one.name, text, comma=comma))
        for one in ordered
        if (text := files.read_text(folder, one.name, found)) is not None
    ]
    seed = 0 if head is None else head.variants.seed
    asked = order.asked_of(folder, there, seed, numbers, found)
    templates = [file.template for file in asked]
    drawn = [file.variants for file in asked]
    texts = dict.fromkeys(
        (t.name, variant.text, at)
        for at, (t, variants) in enumerate(zip(templates, drawn, strict=True), start=1)
        for variant in variants
    )
    read, cover = _read_all(folder, tuple(texts), head, found)
    figures = check.figures_of([r.problem for r in read.values() if r.problem is not None], cover)
    found.extend(check.figures(figures, folder))
    common = _Common(folder, head, asked, cover, files.digest(folder), tuple(found))
    return tuple(
        common.parsed(number, [variants[n] for variants in drawn], read, own[n].exam if own else None)
        for n, number in enumerate(numbers)
    )


_Text = tuple[str, str, int]
"""A problem file in some variants: its name, its text, and the place of the problem in the exam, from 1."""


@dataclass(frozen=True, slots=True)
class _Read:
    """What a text became: a problem, unless pandoc gave it up, and the credits that its heading declares."""

    problem: Problem | None
    declared: Credits | None
    diagnostics: tuple[Diagnostic, ...]


def _read_all(
    folder: Path, texts: Sequence[_Text], head: Header | None, found: list[Diagnostic]
) -> tuple[dict[_Text, _Read], tuple[Content, ...]]:
    """What each text became, and the working instructions."""
    read: dict[_Text, _Read] = {}
    notation = PLAIN if head is None else head.notation
    cover: tuple[Content, ...] = ()
    for first in range(0, max(1, len(texts)), _AT_ONCE):
        some = texts[first : first + _AT_ONCE]
        instructions = () if first or head is None else head.instructions
        trees = pandoc.read(
            [
                boxed_code.opened(text)
                for text in (*(sections.with_titles(text) for _, text, _ in some), *instructions)
            ]
        )
        language = "en" if head is None else head.language
        sources = [Source(folder, name, [], language, at) for name, _, at in some]
        divided = [
            None if (blocks := _unwrapped(source, result, 0)) is None else sections.divide(source, blocks)
            for source, result in zip(sources, trees, strict=False)
        ]
        told = _instructions(folder, head, trees[len(some) :], found) if instructions else ()
        contents = pieces.convert(
            [*(p for section in divided if section for p in section.pieces), *told], notation
        )
        cover += tuple(contents[piece] for piece in told)
        for text, source, section in zip(some, sources, divided, strict=True):
            read[text] = _built(text, source, section, contents)
    return read, cover


def _built(
    text: _Text,
    source: Source,
    section: sections.ProblemSection | None,
    contents: Mapping[pieces.Piece, Content],
) -> _Read:
    if section is None:
        return _Read(None, None, tuple(source.found))
    _, written, at = text
    problem, declared = build.problem(section, at, contents)
    return _Read(replace(problem, source=written), declared, tuple(source.found))


@dataclass(frozen=True, slots=True)
class _Common:
    """What all variants of an exam share."""

    folder: Path
    head: Header | None
    asked: Sequence[AskedFile]
    cover: tuple[Content, ...]
    digest: str
    found: tuple[Diagnostic, ...]

    def parsed(
        self, number: int, drawn: Sequence[Variant], read: Mapping[_Text, _Read], own: Exam | None
    ) -> Parsed:
        """One variant, whose texts are ``drawn``, one for each template.

        A translation leaves solutions and rubrics to the exam's ``own`` language.
        """
        named = zip(self.asked, drawn, strict=True)
        texts = [read[one.template.name, v.text, at] for at, (one, v) in enumerate(named, start=1)]
        found = [*self.found, *(d for v in drawn for d in v.diagnostics)]
        found.extend(d for text in texts for d in text.diagnostics)
        there = [
            (one, text, v)
            for one, text, v in zip(self.asked, texts, drawn, strict=True)
            if text.problem is not None
        ]
        problems = tuple(
            one.as_drawn(replace(t.problem, values=v.values)) for one, t, v in there if t.problem is not None
        )
        if own is not None and [p.id for p in own.problems] == [p.id for p in problems]:
            found.extend(translation.differences(own.problems, problems))
            problems = translation.completed(own.problems, problems)
        form = CreditForm.BOXES if self.head is None else self.head.credit_form
        found.extend(check.problems(problems, [text.declared for _, text, _ in there], form))
        exam = None
        if self.head is not None:
            head = order.about_these(self.head, problems, self.asked)
            found.extend(check.header(head, problems))
            found.extend(check_own_paper.check(head, problems))
            found.extend(check.schemes(problems, head.scheme, head.place("choice.formula")))
            exam = build.exam(self.folder, head, self.cover, problems, self.digest, number)
        return Parsed(exam, _sorted(found, [one.template.name for one in self.asked]))


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
    head = None if text is None else exam_toml.read(Source(folder, NAME, found), text)
    return None if head is None else replace(head, own_paper=own_paper_file.read(folder, found))


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
    """The pieces of the working instructions, whose lines count in exam.toml."""
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
