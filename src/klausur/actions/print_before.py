"""What was printed before, out of the records, and how the source on disk differs from it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from klausur.actions import print_folder, print_mark, print_readme
from klausur.actions.check import Checked
from klausur.actions.print_plan import Before, newest, next_numbers
from klausur.base.diagnostics import stop_at_errors
from klausur.exam import source
from klausur.exam.differences import Difference, key_differences, paper_differences
from klausur.exam.differences import differences as all_differences
from klausur.exam.frozen import Frozen, gather
from klausur.exam.model import Exam
from klausur.exam.setting import Setting, setting_of
from klausur.paper.run import From
from klausur.roster.model import Candidate
from klausur.state.facts import Papers
from klausur.state.owners import Tie
from klausur.store import derive, exams, owner_rows, put_off
from klausur.store import folder as store
from klausur.store.folder import Records, opened, writing
from klausur.store.frame import Frame


@dataclass(frozen=True, slots=True)
class Record:
    """What the records hold of all printings.

    Attributes:
        papers: all of them.
        owners: whose each booklet is, as far as anything says so.
        printed: the newest edition as it was printed; None if nothing was, or if it was not kept.
        counts: the same by the key that counts.
        pages: how many a booklet of it has, by its setting.
        put: folders that were put in place only now, because somebody was stopped before.
    """

    papers: Papers
    owners: Mapping[int, Candidate]
    printed: Frozen | None = None
    counts: Frozen | None = None
    pages: Mapping[Setting, int] = field(default_factory=dict)
    put: tuple[Path, ...] = ()

    @property
    def taken_over(self) -> bool:
        """Whether people have decided about the key since it was printed."""
        return self.counts is not self.printed


NOTHING = Record(Papers((), (), (), (), ()), {})


def recall(folder: Path, *, keep: bool) -> Record:
    """Look into the records of a folder that has some.

    Args:
        folder: the exam folder.
        keep: put right what somebody left who was stopped; otherwise nothing is written.

    Raises:
        RefusedError: they are not those that the folder was printed with.
    """
    with opened(folder) as records:
        frame = Frame(folder)
        papers = frame.papers
        put = _put_right(records, papers, keep=keep)
        edition = newest(papers)
        if edition is None:
            return Record(papers, {})
        owners = {b.number: b.candidate for b in papers.booklets if b.candidate is not None}
        owners |= {t.booklet: t.candidate for t in _ties(frame, keep=keep) if t.candidate is not None}
        printed = exams.as_printed(edition.number, folder)
        counts = exams.key(edition.number, folder)
        mine = [p for p in papers.finished if p.edition == edition.number]
        pages: dict[Setting, int] = {}
        for booklet in frame.layout.booklets:
            if any(booklet.number in p.booklets for p in mine):
                how = setting_of(booklet.variant)
                pages[how] = max(pages.get(how, 0), len(booklet.pages))
        return Record(papers, owners, printed or counts, counts or printed, pages, put)


def _put_right(records: Records, papers: Papers, *, keep: bool) -> tuple[Path, ...]:
    """Hold the folder against the records; with ``keep``, finish what somebody left who was stopped."""
    tag_key = store.key(records) if papers.finished else None
    print_mark.hold_against(records.exam, papers, tag_key)
    put = print_folder.tidy(records, papers) if keep else ()
    if keep and tag_key is not None:
        mark = print_mark.Mark(papers.exam_number, print_mark.fingerprint(tag_key))
        print_mark.write(records.exam, mark)
    if put or (keep and papers.finished and (records.exam / print_folder.FOLDER).is_dir()):
        print_readme.write(records.exam, papers)  # whoever was stopped may have put files there and no word
    return put


def _ties(frame: Frame, *, keep: bool) -> Sequence[Tie]:
    if not derive.stale():
        return owner_rows.tied()
    with writing(keep=keep):
        put_off.settle_owners(frame)
        return owner_rows.tied()


def compared(record: Record, checked: Checked | None) -> Before:
    """What was printed beside the source as it is now; ``checked`` None leaves the source out of it.

    Raises:
        RefusedError: an older Klausur did not keep the exam, and the source is no longer the same.
    """
    if checked is None or checked.exam is None or newest(record.papers) is None:
        return Before(record.papers, record.owners)
    paper, key = _differences(record, checked.exam)
    return Before(record.papers, record.owners, paper, key)


def _differences(record: Record, exam: Exam) -> tuple[tuple[Difference, ...], tuple[Difference, ...]]:
    edition = newest(record.papers)
    if edition is not None and edition.source_digest == exam.digest and not record.taken_over:
        return (), ()
    if record.printed is None or record.counts is None:
        raise exams.not_kept()
    disk = gather(variants(exam, record.printed.numbers), exam.folder)
    paper = paper_differences(record.printed, disk)
    if paper:
        return tuple(d for d in all_differences(record.printed, disk) if d.paper), ()
    return (), key_differences(record.counts, disk, parsed=not record.taken_over)


def variants(exam: Exam, numbers: Sequence[int]) -> tuple[Exam, ...]:
    """Variants of the exam on disk in the order of its source, whose first one is at hand.

    Raises:
        KlausurError: one of them has errors.
    """
    if not exam.variants.shuffle and tuple(numbers) == (exam.variant,):
        return (exam,)
    parsed = source.parse_variants(exam.folder, numbers)
    found = (d for one in parsed for d in one.diagnostics)
    stop_at_errors(found, "the source has errors", "run 'klausur check'")
    return tuple(one.exam for one in parsed if one.exam is not None)


def records_of(folder: Path) -> Records | None:
    """The places of a folder's records, if it has any.

    Raises:
        RefusedError: the folder was printed, and its records are not here.
        ToolError: they may not be read or written.
    """
    return Records(folder) if print_mark.has_records(folder) else None


def first_numbers(record: Record) -> From:
    """The numbers that the next printing was planned to take."""
    return next_numbers(record.papers.printings)
