"""Write the key back: the exam's source brought in line with the key that counts, as a patch.

Only what has a place that is exactly known is written. It is written into a copy first, and read again: if
anything else came of it than what counts, the files stay as they were.
"""

import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import unified_diff
from pathlib import Path
from tempfile import TemporaryDirectory

from klausur.actions import up_to_date
from klausur.actions.compare_key import ComparedKeys, Recorded, compare_key, item_of, read
from klausur.actions.roles import Verb, allow
from klausur.base.alone import alone
from klausur.base.errors import KlausurError, RefusedError
from klausur.exam import source
from klausur.exam.differences import Difference, key_differences, paper_differences
from klausur.exam.differences.parts import Item
from klausur.exam.frozen import Frozen, freeze
from klausur.exam.header import NAME
from klausur.exam.source.files import WITH_PROBLEMS
from klausur.exam.take_over import behind, take_over
from klausur.exam.write_back import UnplacedError, in_order, written
from klausur.state.facts import Author
from klausur.store import audit, exams
from klausur.store.folder import opened, writing

_BOM = "\ufeff"
_IN_LINE = "the source is in line with the records"
PROBLEMS = "problems"
"""The folder of the problem files."""


@dataclass(frozen=True, slots=True)
class WrittenBack:
    """What was written into the source, or would be.

    Attributes:
        edition: whose key.
        patch: what changes, as a unified diff; empty if nothing does.
        files: the names of the files that change.
        placed: what is brought in line.
        by_hand: what the author must do, each with the reason.
        written: whether the files were written.
    """

    edition: int
    patch: str
    files: tuple[str, ...]
    placed: tuple[Difference, ...]
    by_hand: tuple[tuple[Difference, str], ...]
    written: bool


@dataclass(frozen=True, slots=True)
class _Tried:
    """The source's texts with some items in line, and as they are read."""

    texts: Mapping[str, str]
    disk: Frozen


def write_back_key(
    folder: Path, author: Author, *, edition: int | None = None, dry_run: bool = False
) -> WrittenBack:
    """Bring the source in line with the key that counts, in what was mended in the records alone.

    What the source has newer, or what is in conflict, is left as it is: `take_over_key` decides about it.

    Args:
        folder: the exam folder.
        author: who does it.
        edition: whose key; the newest if None.
        dry_run: write nothing.

    Raises:
        NotFoundError: nothing was printed yet, or there is no such edition.
        RefusedError: an older Klausur did not keep the exam; or somebody has written to the source meanwhile.
        KlausurError: the source has errors.
    """
    allow(author.actor, Verb.WRITE_BACK_KEY)
    compared = compare_key(folder, edition=edition)
    if not compared.kept:
        raise exams.not_kept()
    if not compared.behind:
        back = WrittenBack(compared.edition, "", (), (), (), written=False)
        if not dry_run and _unsaid(compared):
            _record(folder, compared, compared.disk, back, author)
        return back
    before = _texts(folder, compared.disk)
    tried, by_hand = _written(folder, compared, before)
    placed = tuple(d for d in compared.behind if d not in dict(by_hand))
    names = tuple(name for name, text in tried.texts.items() if text != before[name])
    patch = "".join(_patch(name, before[name], tried.texts[name]) for name in names)
    back = WrittenBack(compared.edition, patch, names, placed, by_hand, written=False)
    if dry_run or not names:
        return back
    _replace(folder, {name: (before[name], tried.texts[name]) for name in names})
    _record(folder, compared, tried.disk, back, author)
    return replace(back, written=True)


def _written(
    folder: Path, compared: ComparedKeys, before: Mapping[str, str]
) -> tuple[_Tried, tuple[tuple[Difference, str], ...]]:
    """The source with all items in line that can be, and those that cannot, with the reasons."""
    known = _known(folder, compared)
    units, reasons = _placed(compared, before, known)
    start = _Tried(before, compared.disk)
    whole = _tried(folder, compared, start, [item for unit in units for item in unit], known)
    if isinstance(whole, str):
        whole = start
        done: list[Item] = []
        for unit in units:
            one = _tried(folder, compared, start, [*done, *unit], known)
            if isinstance(one, str):
                reasons |= dict.fromkeys(unit, one)
            else:
                whole, done = one, [*done, *unit]
    return whole, tuple((d, reasons[item_of(d)]) for d in compared.behind if item_of(d) in reasons)


def _placed(
    compared: ComparedKeys, before: Mapping[str, str], known: Sequence[Frozen]
) -> tuple[list[list[Item]], dict[Item, str]]:
    """The items that have a place, those of one question together, and why the others have none."""
    counts = compared.recorded.counts
    if counts is None:
        raise exams.not_kept()
    units: dict[str, list[Item]] = {}
    for item in dict.fromkeys(map(item_of, compared.behind)):
        # Credits and rubric of one question hang together: half of them may have errors.
        units.setdefault(item.question or str(item), []).append(item)
    reasons: dict[Item, str] = {}
    for unit in units.values():
        texts = dict(before)
        for item in in_order(unit):
            try:
                new = written(texts, item, counts, compared.disk, known)
            except UnplacedError as error:
                reasons[item] = str(error)
                continue
            if new == texts:
                reasons[item] = "it is not the same in all variants"
            texts = new
    placed = [[item for item in unit if item not in reasons] for unit in units.values()]
    return [unit for unit in placed if unit], reasons


def _tried(
    folder: Path, compared: ComparedKeys, start: _Tried, items: Sequence[Item], known: Sequence[Frozen]
) -> _Tried | str:
    """The source with these items in line, or why it is not in line then."""
    counts, printed, base = compared.recorded.counts, compared.recorded.printed, compared.recorded.base
    if counts is None or printed is None or base is None:
        raise exams.not_kept()
    texts = dict(start.texts)
    try:
        for item in in_order(items):
            texts = written(texts, item, counts, start.disk, known)
    except UnplacedError as error:
        return str(error)
    if texts == start.texts:
        return start
    with TemporaryDirectory(prefix="klausur-") as name:
        aside = Path(name) / folder.resolve().name
        _copy(folder, aside, texts, start.disk)
        try:
            disk = read(aside, compared.recorded.variants)
        except KlausurError as error:
            return f"the source would have errors: {error}"
    disk = Frozen(tuple(replace(exam, folder=folder) for exam in disk.exams), disk.files)
    return _wrong(printed, counts, start.disk, disk, set(items)) or _Tried(texts, disk)


def _wrong(printed: Frozen, counts: Frozen, before: Frozen, disk: Frozen, items: set[Item]) -> str:
    """Why a source is not as it was before with these items in line; empty if it is."""
    if _asked(printed, disk) != _asked(printed, before):
        return "it would ask something else"
    left = {item_of(d) for d in key_differences(counts, disk)} & items
    if left:
        return f"{next(iter(left)).what} would not be as it counts"
    if {item_of(d) for d in key_differences(before, disk, parsed=True)} - items:
        return "something else would change with it"
    return ""


def _asked(printed: Frozen, disk: Frozen) -> set[tuple[object, ...]]:
    return {(d.kind, d.question, d.what, d.new, d.variants) for d in paper_differences(printed, disk)}


def _known(folder: Path, compared: ComparedKeys) -> tuple[Frozen, ...]:
    with opened(folder):
        found = exams.sources(compared.edition, folder)
    printed = compared.recorded.printed
    return found if printed is None else (*found, printed)


def _texts(folder: Path, disk: Frozen) -> dict[str, str]:
    """The source's texts as they are, with their line ends and marks."""
    names = dict.fromkeys([NAME, *(p.place.file for exam in disk.exams for p in exam.problems)])
    return {name: _decoded(folder / name) for name in names}


def _decoded(path: Path) -> str:
    return path.read_bytes().decode("utf-8")


def _copy(folder: Path, aside: Path, texts: Mapping[str, str], disk: Frozen) -> None:
    """A copy of the source with other texts: problems, the programs beside them, pictures and fonts."""
    for path in (path for name in WITH_PROBLEMS for path in (folder / name).glob("*")):
        if path.is_file():
            (aside / path.parent.name).mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, aside / path.parent.name / path.name)
    for name, data in disk.files.items():
        (aside / name).parent.mkdir(parents=True, exist_ok=True)
        (aside / name).write_bytes(data)
    for name, text in texts.items():
        (aside / name).write_bytes(text.encode())


def _patch(name: str, old: str, new: str) -> str:
    before, after = ([*map(_plain, text.split("\n"))] for text in (old, new))
    return "".join(
        f"{line.rstrip()}\n" for line in unified_diff(before, after, f"a/{name}", f"b/{name}", lineterm="")
    )


def _plain(line: str) -> str:
    return line.removeprefix(_BOM).removesuffix("\r")


def _replace(folder: Path, files: Mapping[str, tuple[str, str]]) -> None:
    """Write files, each at once or not at all.

    Raises:
        RefusedError: somebody else has written to one of them.
    """
    made: list[tuple[Path, Path]] = []
    with alone(folder / PROBLEMS):  # parts have the same names each time: none is left for long
        try:
            for name, (_, new) in files.items():
                path = folder / name
                part = path.with_name(f".{path.name}.part")
                made.append((part, path))
                part.touch(mode=0o600)
                with part.open("wb") as file:
                    file.write(new.encode())
                    file.flush()
                    os.fsync(file.fileno())
                shutil.copymode(path, part)
            for name, (old, _) in files.items():
                if _decoded(folder / name) != old:
                    raise RefusedError(f"{name} was changed meanwhile", "call the command again")
            for part, path in made:
                part.replace(path)
        finally:
            for part, _ in made:
                part.unlink(missing_ok=True)


def _record(folder: Path, compared: ComparedKeys, disk: Frozen, back: WrittenBack, author: Author) -> None:
    """Record that it was done; and that the source needs no more to be told of, if it is in line now."""
    recorded = compared.recorded
    counts, printed = recorded.counts, recorded.printed
    if counts is None or printed is None:
        raise exams.not_kept()
    texts = (freeze(counts), freeze(disk)) if _in_line(recorded, disk) else None
    digest = source.digest(folder)
    by = Author(author.actor, author.why.strip() or "the source was brought in line with the records")
    with opened(folder) as records:
        up_to_date.frame(records)
        with writing():
            # Whoever has decided meanwhile has put the source behind again: then this is no decision.
            if texts is not None and exams.decided(recorded.edition) == recorded.decided:
                what = [f"written into the source: {d.text}" for d in back.placed] or [_IN_LINE]
                exams.decide(recorded.edition, *texts, digest, what, by)
            audit.append(
                "write-back-key",
                by.actor,
                {
                    "edition": recorded.edition,
                    "files": list(back.files),
                    "placed": [d.text for d in back.placed],
                    "by_hand": [d.text for d, _ in back.by_hand],
                    "why": by.why,
                },
            )


def _unsaid(compared: ComparedKeys) -> bool:
    """Whether the source is in line with a key that was mended in the records, and they do not know it.

    So it is where somebody was stopped between writing the files and recording that.
    """
    recorded = compared.recorded
    base, counts = recorded.base, recorded.counts
    if base is None or counts is None or compared.digest in recorded.digests:
        return False
    return bool(key_differences(base, counts, parsed=False)) and _in_line(recorded, compared.disk)


def _in_line(recorded: Recorded, disk: Frozen) -> bool:
    """Whether the source says what counts, and nothing that somebody would have to decide about."""
    if recorded.printed is None or recorded.base is None or recorded.counts is None:
        return False
    if key_differences(recorded.counts, disk, parsed=False):
        return False
    merge = take_over(printed=recorded.printed, base=recorded.base, counts=recorded.counts, disk=disk)
    late = behind(base=recorded.base, counts=recorded.counts, disk=disk)
    return merge.clear and not merge.changed and not late
