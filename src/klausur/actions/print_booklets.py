"""Print: the papers of an exam, one booklet per candidate, and the papers for the day, ready for the printer.

Printings add up. The first one fixes what is asked; later ones add booklets for latecomers, spare ones, extra
sheets and lost booklets, all typeset from what was kept then. An exam
that has changed since is another edition.

The order of work: look at the source and at what was printed, plan (`klausur.actions.print_plan`), take the
numbers in a short transaction, typeset aside (`klausur.actions.print_job`), record, put the files in place.
"""

import hashlib
import secrets
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from klausur.actions import approve_paper, print_before, print_folder, print_mark, print_plain, print_readme
from klausur.actions.check import Checked, check
from klausur.actions.day_papers import Job, typeset
from klausur.actions.print_before import NOTHING, Record
from klausur.actions.print_counts import Pile, piles
from klausur.actions.print_job import PrintContent, content
from klausur.actions.print_plan import ListOnDisk, Plan, planned
from klausur.actions.print_request import FilesRead, PrintRequest, find, passed
from klausur.actions.progress import Progress, quiet
from klausur.actions.roles import Verb, allow
from klausur.actions.settings_dealt import SetApart, a3, apart
from klausur.base.diagnostics import Diagnostic, errors
from klausur.base.errors import MeanwhileError, RefusedError
from klausur.exam.evidence import Proof
from klausur.exam.model import Exam
from klausur.exam.setting import USUAL, drawn, setting_of
from klausur.exam.variants import as_printed
from klausur.paper.code import MAX_EXAM
from klausur.paper.layout import Layout
from klausur.roster.candidates import ListTerms, Roster
from klausur.state.facts import Actor, Author, Edition, Printing
from klausur.store import audit, candidates, derive, jobs, printings
from klausur.store.folder import Records, key, opened, writing
from klausur.store.frame import Frame
from klausur.typeset.added_pages import NONE as NONE_ADDED
from klausur.typeset.added_pages import AddedPages, added
from klausur.typeset.attendance import room_lists
from klausur.typeset.typst_process import together

FOLDER = print_folder.FOLDER


@dataclass(frozen=True, slots=True)
class PrintDone:
    """What was printed, or, with errors among the ``diagnostics`` or in a dry run, would have been.

    Attributes:
        plan: what is added to what; None if errors in source or candidates leave nothing to plan.
        folder: where the files are; None if nothing was printed.
        files: all of them.
        pages: of one booklet that is set as usual, if there is one.
        diagnostics: findings in the source, the list, the rooms and the label sheets, and about the key.
        piles: what comes out of the printer.
        rooms: in which people sit for whom something is printed.
        passed: findings about the key that it is printed despite.
        proof: what became of the key's claims; None where nothing was proved, as nothing new is asked.
        put: folders of earlier printings that were put in place only now.
        abandoned: printings that were begun and never finished.
        roster: the list of candidates as it was read, None if there is none.
        added: pages of a booklet that nobody asked for, beside the exam's own ``extra_pages``.
        on_sheet: the booklets are answer sheets.
        set_apart: booklets in large print, in another language, or to be enlarged.
    """

    plan: Plan | None
    folder: Path | None
    files: tuple[Path, ...]
    pages: int
    diagnostics: tuple[Diagnostic, ...]
    piles: tuple[Pile, ...] = ()
    rooms: tuple[str, ...] = ()
    passed: tuple[Diagnostic, ...] = ()
    proof: Proof | None = None
    put: tuple[Path, ...] = ()
    abandoned: tuple[Printing, ...] = ()
    exam_number: int | None = None
    roster: Roster | None = None
    added: AddedPages = NONE_ADDED
    extra_pages: int = 0
    on_sheet: bool = False
    set_apart: tuple[SetApart, ...] = ()

    @property
    def refused(self) -> bool:
        """Whether what was printed before stands in the way."""
        return self.plan is not None and bool(self.plan.refused)

    @property
    def booklets(self) -> int:
        """How many booklets are printed."""
        return 0 if self.plan is None else len(self.plan.run.booklets)

    @property
    def candidates(self) -> int:
        """For how many people."""
        return 0 if self.plan is None else len(self.plan.run.candidates)

    @property
    def variants(self) -> int:
        """How many different papers there are among the booklets."""
        run = None if self.plan is None else self.plan.run
        return 0 if run is None else len({drawn(run.variants.of(b.number)) for b in run.booklets})


def print_booklets(
    folder: Path,
    *,
    actor: Actor,
    wanted: PrintRequest | None = None,
    dry_run: bool = False,
    seed: int | None = None,
    checked: Checked | None = None,
    progress: Progress = quiet,
) -> PrintDone:
    """Typeset papers and record the printing.

    Args:
        folder: the exam folder.
        actor: who prints.
        wanted: what is printed; a booklet for each candidate who has none if None.
        dry_run: look and count, but write nothing.
        seed: draw key and exam number from it, for a trial that can be repeated; never for a real exam.
        checked: what `check` just found in this folder; looked at anew if None.
        progress: told the booklets typeset.

    Raises:
        UsageError: there is nothing to print, or too much, or what is wanted is not possible, or a finding
            shall be passed that cannot be, or without a reason.
        RefusedError: the folder was printed and its records are not here, or are others; or the actor may
            not print.
        BusyError: somebody else is printing.
        MeanwhileError: something else would be printed than the actor was shown.
        ToolError: the records may not be read or written.
    """
    allow(actor, Verb.PRINT)
    wanted = PrintRequest() if wanted is None else wanted
    passed(wanted, ())  # refuses what cannot be passed, whatever is found
    there = print_before.records_of(folder)
    with together(), ExitStack() as held:
        if there is not None:
            held.enter_context(print_folder.alone(there))
        record = NOTHING if there is None else print_before.recall(folder, keep=not dry_run)
        found = _see(folder, actor, wanted, record, checked, keep=not dry_run)
        if (
            dry_run
            or found.found is None
            or found.plan is None
            or found.plan.refused
            or errors(found.diagnostics)
        ):
            return found.printed
        if wanted.seen not in {"", found.plan.stamp}:
            raise MeanwhileError(
                "what would be printed has changed since it was looked at", "look at it again, and print then"
            )
        if there is None:
            held.enter_context(print_folder.alone(Records(folder)))
        with opened(folder, create=True) as records:
            return _print(records, found, record, actor, seed, progress)


def put_in_place(folder: Path, *, actor: Actor) -> tuple[Path, ...]:
    """Put the files in place of printings that were recorded by somebody who was stopped then; their folders.

    Raises:
        BusyError: somebody is printing.
    """
    allow(actor, Verb.PRINT)
    with print_folder.alone(Records(folder)):
        return print_before.recall(folder, keep=True).put


@dataclass(frozen=True, slots=True)
class _Seen:
    """All that is known before anything is written."""

    wanted: PrintRequest
    diagnostics: tuple[Diagnostic, ...]
    printed: PrintDone
    found: FilesRead | None = None
    plan: Plan | None = None
    content: PrintContent | None = None


def _see(
    folder: Path,
    actor: Actor,
    wanted: PrintRequest,
    record: Record,
    checked: Checked | None,
    *,
    keep: bool,
) -> _Seen:
    """Look at the source and the list, plan, and find what is typeset."""
    about = PrintDone(None, None, (), 0, (), put=record.put, abandoned=record.papers.abandoned)
    if wanted.as_printed and record.printed is not None:
        checked, exam = None, record.printed.first
        diagnostics: tuple[Diagnostic, ...] = ()
    else:
        checked = check(folder) if checked is None else checked
        diagnostics = checked.diagnostics
        if checked.exam is None:
            return _Seen(wanted, diagnostics, replace(about, diagnostics=diagnostics))
        exam = checked.exam
    terms = ListTerms(dict(exam.candidate_columns), exam.minutes, exam.registration_digits, exam.languages)
    found = find(folder, wanted, terms, record.papers.enrolled)
    about = replace(about, roster=None if found.file is None else found.roster)
    diagnostics = tuple(dict.fromkeys((*diagnostics, *found.diagnostics)))  # both look at names
    if errors(diagnostics):
        return _Seen(wanted, diagnostics, replace(about, diagnostics=diagnostics))
    before = print_before.compared(record, checked)
    asked = exam if wanted.new_edition or record.printed is None else record.printed.first
    listed = ListOnDisk(found.people, found.listed, found.file, found.rooms, found.roster.papers)
    plan = planned(before, wanted, listed, asked, exam.digest, exam.paper)
    about = replace(about, plan=plan, diagnostics=diagnostics)
    if plan.refused:
        return _Seen(wanted, diagnostics, about, found, plan)
    made = content(folder, wanted, record, before, plan, checked, keep=keep)
    anew = checked is not None and (record.printed is None or wanted.new_edition)
    unseen = approve_paper.unapproved(folder, checked, actor.name) if checked is not None and anew else ()
    let = passed(wanted, (*unseen, *(() if made.proof is None else made.proof.diagnostics)))
    more = (d for d in (*unseen, *made.diagnostics) if d not in let)
    diagnostics = tuple(dict.fromkeys((*diagnostics, *more)))
    about = replace(
        about,
        pages=made.pages.get(USUAL, 0),
        diagnostics=diagnostics,
        piles=piles(
            asked, plan.run, made.pages, found.sheet, made.questions, skip=wanted.skip, by_room=wanted.by_room
        ),
        rooms=tuple(dict.fromkeys(person.room for person in plan.run.candidates)),
        passed=let,
        proof=made.proof,
        exam_number=plan.run.exam_number or None,
        added=added(made.papers[0].pages, made.exam.extra_pages) if made.papers else NONE_ADDED,
        extra_pages=made.exam.extra_pages,
        on_sheet=made.exam.on_sheet,
        set_apart=apart(plan.run, made.pages, made.exam, found.roster),
    )
    return _Seen(wanted, diagnostics, about, found, plan, made)


def _print(
    records: Records, seen: _Seen, record: Record, actor: Actor, seed: int | None, progress: Progress
) -> PrintDone:
    """Take the numbers, make all files aside, record the printing, and put the files in place."""
    found, plan, made = seen.found, seen.plan, seen.content
    if found is None or plan is None or made is None:
        raise ValueError("what is not planned cannot be printed")
    number = plan.run.exam_number or _exam_number(seed)
    run = replace(plan.run, exam_number=number)
    printing = _begin(records, seen, record, made.exam, number, actor, seed)
    tag_key = key(records, create=not record.papers.finished, seed=_seeded(seed, "key"))
    aside = print_folder.aside(records, printing.number)
    with made.at_hand() as (exams, solved):
        job = Job(
            run,
            seen.wanted,
            found.sheet,
            tag_key,
            tuple(map(as_printed, exams)),
            tuple(map(as_printed, solved)),
            made.proof,
            made.papers,
            made.pages if record.printed is not None and not plan.begins else {},
            a3(found.roster),
        )
        layout = typeset(job, aside, progress)
    files, kept = print_folder.digests(aside), made.frozen
    frame = Frame(records.exam)
    done = _done(records, seen, replace(plan, run=run), printing, layout, files)
    with writing():
        people = _enrolled(plan, Author(actor))
        printing = printings.finish(printing, run, layout, frozen=kept, files=files, people=people)
        numbers = frozenset(b.number for b in run.booklets)
        derive.refresh(frame, derive.printed(numbers))
        jobs.effect(print_plain.without_people(print_plain.plain(done, seen.wanted)))
        audit.append("print", actor, _detail(seen, printing, number, made))
    print_folder.put(records, printing)
    print_mark.write(records.exam, print_mark.Mark(number, print_mark.fingerprint(tag_key)))
    print_readme.write(records.exam, printings.papers())
    return done


def _done(
    records: Records,
    seen: _Seen,
    plan: Plan,
    printing: Printing,
    layout: Layout,
    files: Sequence[tuple[str, str]],
) -> PrintDone:
    """What is said of a printing whose files are made."""
    found, made = seen.found, seen.content
    if found is None or made is None:
        raise ValueError("what is not planned was not printed")
    run, place = plan.run, print_folder.named(records.exam, printing)
    by_setting = sorted(layout.booklets, key=lambda b: setting_of(b.variant) != USUAL)
    printed = [layout.pages[at] for at in by_setting[0].pages] if by_setting else []
    pages = {setting_of(b.variant): len(b.pages) for b in layout.booklets}
    return replace(
        seen.printed,
        plan=plan,
        folder=place,
        files=tuple(place / name for name, _ in files),
        pages=len(printed),
        piles=piles(
            made.exam,
            run,
            pages,
            found.sheet,
            made.questions,
            skip=seen.wanted.skip,
            by_room=seen.wanted.by_room,
        ),
        abandoned=tuple(p for p in printings.papers().abandoned if p.number != printing.number),
        exam_number=run.exam_number,
        added=added(printed, made.exam.extra_pages),
        set_apart=apart(run, pages, made.exam, found.roster),
    )


def _begin(
    records: Records, seen: _Seen, record: Record, exam: Exam, number: int, actor: Actor, seed: int | None
) -> Printing:
    """Take the planned numbers, for ever, and begin the edition if there is a new one."""
    plan = seen.plan
    if plan is None:
        raise ValueError("what is not planned cannot begin")
    run = plan.run
    amount = printings.Amount(len(run.booklets), len(run.stickers), len(run.extras), len(room_lists(run)))
    with writing():
        if printings.every() != record.papers.printings:
            # Two people print the same latecomers: the second one would make a second booklet for each.
            raise RefusedError("somebody else has printed meanwhile", "see 'klausur status', and print again")
        if plan.begins:
            printings.begin_edition(
                Edition(
                    plan.edition,
                    number,
                    exam.slug,
                    exam.paper,
                    exam.digest,
                    seen.wanted.why.strip() if seen.wanted.new_edition else "",
                    actor.name,
                    datetime.now(UTC),
                    seed,
                    frozen=True,
                )
            )
        printing = printings.reserve(plan.edition, amount, run.variants, actor.name, after=plan.printing - 1)
        taken = printing.booklets.first, printing.stickers.first, printing.extras.first, printing.lists.first
        first = print_before.first_numbers(record)
        if taken != (first.booklets, first.stickers, first.extras, first.lists):
            raise RuntimeError(f"{records.database}: {taken} are not the numbers that were planned")
        audit.append(
            "begin-print", actor, {"printing": printing.number, "edition": plan.edition, **_numbers(printing)}
        )
        return printing


def _enrolled(plan: Plan, author: Author) -> dict[str, int]:
    """The ids of all candidates, newcomers put on the list among them, unless somebody was quicker."""
    there = {e.candidate.registration: e.id for e in candidates.enrolled()}
    new = [person for person in plan.newcomers if person.registration not in there]
    return there | {e.candidate.registration: e.id for e in candidates.add(new, author)}


def _exam_number(seed: int | None) -> int:
    drawn = _seeded(seed, "exam number after 0")
    return secrets.randbelow(MAX_EXAM) + 1 if drawn is None else int.from_bytes(drawn) % MAX_EXAM + 1


def _seeded(seed: int | None, what: str) -> bytes | None:
    return None if seed is None else hashlib.sha256(f"{what} {seed}".encode()).digest()


def _numbers(printing: Printing) -> dict[str, object]:
    """The numbers that a printing has taken: the first one and how many."""
    return {
        "booklets": [printing.booklets.first, printing.booklets.count],
        "stickers": [printing.stickers.first, printing.stickers.count],
        "extras": [printing.extras.first, printing.extras.count],
        "lists": [printing.lists.first, printing.lists.count],
    }


def _detail(seen: _Seen, printing: Printing, exam_number: int, made: PrintContent) -> dict[str, object]:
    """What the audit event says."""
    plan, wanted = seen.plan, seen.wanted
    if plan is None:
        raise ValueError("what is not planned was not printed")
    detail: dict[str, object] = {
        "printing": printing.number,
        "edition": printing.edition,
        "exam_number": exam_number,
        **_numbers(printing),
        "newcomers": [person.registration for person in plan.newcomers],
        "again": [list(pair) for pair in plan.again],
        "layout": printing.layout_digest,
        "source": made.exam.digest,
    }
    if made.proof is not None:
        detail["claims"] = made.proof.counts
        detail["despite"] = [str(d) for d in seen.printed.passed]
    if plan.begins and wanted.new_edition:
        detail["differences"] = [d.text for d in plan.paper]
    if wanted.why.strip():
        detail["why"] = wanted.why.strip()
    return detail
