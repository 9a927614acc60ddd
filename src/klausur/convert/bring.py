"""From foreign files to the files of an exam folder, with a report of what became of everything in them."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from klausur.base.credits import show_credits
from klausur.convert import counting, formats, tikz, writer
from klausur.convert.model import NAMES, Counts, Fate, Kept, Remark
from klausur.convert.pictures import Pictures
from klausur.convert.source import Source
from klausur.convert.text import to_markdown
from klausur.exam.source.attributes import slug

REPORT = "import.md"
"""The file beside the exam that says what became of what."""

_LONGEST_NAME = 40

_MOST_KEPT = 20_000
"""Letters of one kept piece that the report shows."""


@dataclass(frozen=True, slots=True)
class FileBrought:
    """What became of one file: its format, the count of it, and what was changed, refused or kept beside.

    ``differences`` say in words where the count of the file and what questions and refusals account for
    differ: nothing, unless Klausur lost something. ``macros`` are TeX that its formulas need.
    """

    name: str
    format: str
    counted: Counts
    made: Counts
    remarks: tuple[Remark, ...]
    kept: tuple[Kept, ...]
    differences: tuple[str, ...]
    macros: tuple[tuple[str, str], ...] = ()

    @property
    def changed(self) -> int:
        """How many things are told otherwise."""
        return sum(remark.fate is Fate.CHANGED for remark in self.remarks)

    @property
    def refused(self) -> int:
        """How many things were refused by name."""
        return sum(remark.fate is Fate.REFUSED for remark in self.remarks)


@dataclass(frozen=True, slots=True)
class Brought:
    """An exam folder's files, by path, with what was said of each foreign file and what they hold."""

    files: dict[str, bytes]
    brought: tuple[FileBrought, ...]
    written: Counts

    @property
    def differences(self) -> tuple[str, ...]:
        """Where something was lost, in words."""
        return tuple(f"{one.name}: {words}" for one in self.brought for words in one.differences)


def bring(
    sources: Sequence[Source],
    day: date,
    *,
    form: str = "",
    title: str = "",
    banks: bool = False,
    known: Collection[str] = (),
) -> Brought:
    """The exam folder that some foreign files make, or banks for one.

    Args:
        sources: the files, in the order of their problems.
        day: when the exam is said to take place.
        form: the name of their format; empty to tell it from each file.
        title: of the exam; else what a file says, else the first one's name.
        banks: each file becomes a bank; no exam.toml is written.
        known: ids of questions that are taken.

    Raises:
        KlausurError: a file is in no known form, or broken.
        ToolError: pandoc cannot be run.
    """
    files: dict[str, bytes] = {}
    brought: list[FileBrought] = []
    taken: set[str] = set(known)
    macros: dict[str, str] = {}
    instructions: list[str] = []
    written = Counts()
    pictures = Pictures(Path(), {}, below=f"{bank_name(sources[0].name)}/" if banks else "")
    for source in sources:
        format_ = formats.of(source, form)
        found = tikz.with_figures(format_.read(source), source)
        pictures.folder, pictures.inside = source.folder, found.pictures
        made = writer.draft(
            found,
            source.name,
            taken=taken,
            first=len(files) + 1,
            pictures=pictures,
            untitled=_stem([source]) if banks or len(sources) > 1 else "",
            bank=bank_name(source.name) if banks else "",
        )
        files |= made.files
        written += made.written
        told = to_markdown(found.instructions, found.definitions)
        instructions += [one.markdown for one in told if one.markdown and not one.pictures]
        title = title or found.title
        macros |= {name: body for name, body in found.macros if name not in macros}
        lost = (
            *found.lost,
            *counting.unaccounted(found),
            *made.lost,
            *_figures(found.counted, made, found.kept),
        )
        remarks = tuple(sorted((*_named(found.remarks, source.name), *made.remarks), key=lambda r: r.line))
        kept = (
            *found.kept,
            *(Kept(line, what, "it could not be read", text) for line, what, text in made.kept),
        )
        brought.append(
            FileBrought(
                source.name, format_.called, found.counted, made.written, remarks, kept, lost, found.macros
            )
        )
    if banks:
        files |= {f"figures/{pictures.below}{name}": data for name, data in pictures.files.items()}
    elif files:
        files = {"exam.toml": writer.exam_toml(title or _stem(sources), day, instructions, macros), **files}
        files |= {f"figures/{name}": data for name, data in pictures.files.items()}
    result = Brought(files, tuple(brought), written)
    said = report(result) + (_for_exam_toml(sources, macros) if banks else "")
    files[f"import-{bank_name(sources[0].name)}.md" if banks else REPORT] = said.encode()
    return result


def bank_name(file: str) -> str:
    """The name of the bank that a file makes."""
    return slug(Path(file).stem)[:_LONGEST_NAME].strip("-") or "bank"


def _for_exam_toml(sources: Sequence[Source], macros: Mapping[str, str]) -> str:
    """What exam.toml has to say of the banks."""
    tables = [line for source in sources for line in (f"[draw.{bank_name(source.name)}]", "count = 5", "")]
    own = [f"{name} = '{body}'" for name, body in sorted(macros.items())]
    lines = [
        "",
        "## For exam.toml",
        "",
        "```toml",
        *tables[:-1],
        *(["", "[maths.macros]", *own] if own else []),
    ]
    return "\n".join([*lines, "```", ""])


def _stem(sources: Sequence[Source]) -> str:
    return Path(sources[0].name).stem.replace("_", " ") if sources else "Imported questions"


def _named(remarks: Sequence[Remark], name: str) -> Iterator[Remark]:
    for one in remarks:
        yield Remark(one.fate, one.line, one.what, one.done, f"{name}/{one.file}" if one.file else name)


def _figures(counted: Counts, made: writer.Draft, kept: Sequence[Kept]) -> tuple[str, ...]:
    """Figures are known when texts are written: those that were, on the web, and kept beside."""
    unread = sum(len(_UNREAD_FIGURES.findall(source)) for _, _, source in made.kept)
    there = made.written.figures + made.figures_refused + unread + sum(one.counted.figures for one in kept)
    return () if there == counted.figures else (f"{counted.figures} figures against {there}",)


_UNREAD_FIGURES = re.compile(r"\\include(?:graphics|svg)(?![A-Za-z])|\\begin\{tikzpicture\}|<img\b")


def report(result: Brought) -> str:
    """What became of each file, as the table and lists that lie beside the exam."""
    lines = ["# What was imported", ""]
    lines += [
        "| file | format | "
        + " | ".join(f"{name} there" for name in NAMES)
        + " | questions here | changed | refused |"
    ]
    lines += ["| --- " * (len(NAMES) + 5) + "|"]
    for one in result.brought:
        counts = " | ".join(_shown(one.counted, name) for name in NAMES)
        lines.append(
            f"| {one.name} | {one.format} | {counts} | {one.made.questions} | {one.changed} | {one.refused} |"
        )
    lines.append("")
    for fate, heading in ((Fate.CHANGED, "Changed"), (Fate.REFUSED, "Refused")):
        told = [r for one in result.brought for r in one.remarks if r.fate is fate]
        if told:
            lines += [
                f"## {heading}",
                "",
                *(f"- {r.file}:{r.line}: {_line(r.what)}: {_line(r.done)}" for r in told),
                "",
            ]
    if result.differences:
        lines += ["## Lost", "", *(f"- {words}" for words in result.differences), ""]
    pieces = [(one.name, kept) for one in result.brought for kept in one.kept if kept.source.strip()]
    if pieces:
        lines += ["## Kept as it was", ""]
    for name, kept in pieces:
        text = kept.source if len(kept.source) < _MOST_KEPT else kept.source[:_MOST_KEPT] + "\n…"
        fence = "`" * max(3, 1 + max((len(run) for run in _ticks(text)), default=0))
        lines += [
            f"{name}:{kept.line}: {_line(kept.what)}: {kept.why}",
            "",
            fence,
            *text.strip("\n").splitlines(),
            fence,
            "",
        ]
    return "\n".join(lines).rstrip() + "\n"


def _ticks(text: str) -> Iterator[str]:
    run = ""
    for letter in text + " ":
        if letter == "`":
            run += letter
        elif run:
            yield run
            run = ""


def _line(words: str) -> str:
    return " ".join(words.split())


def _shown(counts: Counts, name: str) -> str:
    value = getattr(counts, name)
    return show_credits(value) if name == "credits" else str(value)
