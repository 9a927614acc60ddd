"""Compare keys: the one that counts beside the exam's source, item by item, by what both were before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from klausur.actions import up_to_date
from klausur.actions.key_fits import printed_boxes, unfit
from klausur.base.diagnostics import stop_at_errors
from klausur.base.errors import NotFoundError, RefusedError
from klausur.exam import source
from klausur.exam.differences import Difference
from klausur.exam.differences.parts import Item, named
from klausur.exam.frozen import Frozen, gather
from klausur.exam.merged import completed, solved
from klausur.exam.take_over import Merge, behind, take_over
from klausur.exam.whose_word import WhoseWord
from klausur.state.facts import Printing
from klausur.store import exams, rubrics
from klausur.store.folder import opened
from klausur.store.frame import Frame


@dataclass(frozen=True, slots=True)
class Recorded:
    """What the records say of the key of an edition.

    Attributes:
        edition: its number.
        frame: all that was printed.
        printings: those of the edition.
        printed: it as it was printed; None where an older Klausur did not keep it.
        counts: it by the key that counts; None likewise.
        base: the source as it was when its key was taken over last, or as it was printed.
        decided: what `klausur.store.exams.decided` says.
        rubrics: what `klausur.store.rubrics.newest` says.
        digests: of the sources that need not be told of: as it was printed, and as it was taken over last.
    """

    edition: int
    frame: Frame
    printings: tuple[Printing, ...]
    printed: Frozen | None
    counts: Frozen | None
    base: Frozen | None
    decided: int
    rubrics: int
    digests: tuple[str, ...]

    @property
    def variants(self) -> tuple[int, ...]:
        """The numbers of the variants of which there are booklets."""
        if self.printed is not None:
            return self.printed.numbers
        return tuple(sorted({p.variants.of(n) for p in self.printings for n in p.booklets}))


@dataclass(frozen=True, slots=True)
class ComparedKeys:
    """The key that counts beside the one on disk.

    Attributes:
        recorded: what the records say.
        disk: the source as it is now.
        digest: of its files.
        merge: what taking over would come to.
        behind: in which items the source is behind the records.
        kept: whether the exam was kept when it was printed. Otherwise the source as it is now would count
            from now on as what was printed.
    """

    recorded: Recorded
    disk: Frozen
    digest: str
    merge: Merge
    behind: tuple[Difference, ...]
    kept: bool = True

    @property
    def edition(self) -> int:
        """The number of the edition."""
        return self.recorded.edition

    @property
    def new(self) -> bool:
        """Whether there is anything that a take-over would record."""
        return bool(self.merge.changed) or not self.kept or self.digest not in self.recorded.digests


def compare_key(
    folder: Path,
    *,
    edition: int | None = None,
    resolve: Mapping[str, WhoseWord] | None = None,
    same_meaning: bool = False,
) -> ComparedKeys:
    """Compare the key of an edition with the exam's source. Nothing is written.

    Args:
        folder: the exam folder.
        edition: its number; the newest if None.
        resolve: whose word holds for items in conflict, each named as in ``speed/rubric`` or ``grades``.
        same_meaning: what reads otherwise than it was printed means the same.

    Raises:
        NotFoundError: nothing was printed yet, or there is no such edition.
        UsageError: ``resolve`` names what is no item, or not in conflict.
        RefusedError: an older Klausur printed, and what is on disk does not fit the papers.
        KlausurError: the source has errors.
    """
    with opened(folder) as records:
        recorded = recall(up_to_date.frame(records), edition)
        boxes = (
            {} if recorded.printed is not None else printed_boxes(recorded.frame.layout, recorded.printings)
        )
    disk = read(folder, recorded.variants)
    digest = disk.first.digest
    printed, counts, base = recorded.printed, recorded.counts, recorded.base
    if printed is None or counts is None or base is None:
        wrong = dict.fromkeys(line for n, there in boxes.items() for line in unfit(disk.of(n), there))
        if wrong:
            raise RefusedError(
                "the source does not fit what was printed:\n  " + "\n  ".join(wrong),
                "bring back the source as it was printed, from a backup or version control",
            )
        merge = Merge(disk, (), (), (), ())
        return ComparedKeys(recorded, disk, digest, merge, (), kept=False)
    items = {named(text, counts.whole): side for text, side in (resolve or {}).items()}
    merge = take_over(
        printed=printed, base=base, counts=counts, disk=disk, resolve=items, same_meaning=same_meaning
    )
    return ComparedKeys(recorded, disk, digest, merge, behind(base=base, counts=counts, disk=disk))


def recall(frame: Frame, edition: int | None) -> Recorded:
    """What the open records say of the key of an edition, the newest if None.

    Raises:
        NotFoundError: there is no such edition.
    """
    papers = frame.papers
    there = sorted({p.edition for p in papers.finished})
    number = there[-1] if edition is None else edition
    if number not in there:
        raise NotFoundError(f"there is no edition {number}", f"printed were: {', '.join(map(str, there))}")
    mine = tuple(p for p in papers.finished if p.edition == number)
    printed = exams.as_printed(number, frame.folder)
    counts, base = exams.key(number, frame.folder), exams.taken_over(number, frame.folder)
    if printed is not None:
        counts = printed if counts is None else solved(printed, counts)
        base = printed if base is None else completed(base, printed)
    taken = [key.source_digest for key in exams.decisions() if key.edition == number]
    first = next(e.source_digest for e in papers.editions if e.number == number)
    digests = (first,) if not taken else (taken[-1],)
    decided, changed = exams.decided(number), rubrics.newest(number)
    return Recorded(number, frame, mine, printed, counts, base, decided, changed, digests)


def read(folder: Path, variants: Sequence[int]) -> Frozen:
    """Variants of the exam on disk, with their files. Pandoc and the author's programs run.

    Raises:
        KlausurError: one of them has errors.
        NotFoundError: a file that they name cannot be read.
    """
    parsed = source.parse_variants(folder, variants)
    stop_at_errors(
        (d for one in parsed for d in one.diagnostics),
        "the source has errors",
        "run 'klausur check', and mend them first",
    )
    return gather([one.exam for one in parsed if one.exam is not None], folder)


def item_of(difference: Difference) -> Item:
    """The item that a difference in the key is about."""
    return Item(difference.kind, difference.question)
