"""What each kind of job does: calls a verb of `klausur.actions`, and says in plain JSON what came of it.

    scan      of a file: ``file``, a key of the site's files, and ``name``. Gives name, sha256, pages, placed,
              unplaced (by reason), readings, flagged, refused (why, hint), diagnostics
    print     by the fields of `PrintRequest` that name no file, ``candidates`` (a key) and ``dry_run``. Gives
              what ``klausur print --json`` says, with names instead of paths. ``seen`` of a dry run: no other
    preview   of a ``variant``, in ``large`` print or not. Gives papers (name; file, a key; pages; pictures,
              keys of JPEGs), fields (a key: of each page of the papers what lies where, in mm), size (of a
              page in mm), source (its digest), diagnostics
    check     Gives exam, diagnostics and proof as ``klausur check --prove --json`` says them, and programs,
              those beside the problems, which ran if they are ``trusted``; claims have ``html`` and
              ``verdict``, too. approval is what a second person may approve: paper and source (digests),
              and whether that is asked for; None with errors
    day       with ``numbers`` instead of names at the doors, with ``name_signs``. Gives files (names),
              people, unseated, alike, diagnostics
    grade     an ``edition`` or all. Gives final, open, missing, ungraded, files, …
    archive   Gives file (a key), files, size, sha256, wrong
    pictures  of the answers that people judge on the pages of a scanned file: ``sha256`` of the file, and
              ``start``, how many such pages are passed over; or of ``images`` by their numbers. After the
              last of them what looks alike is put together. Gives pictures; a scan asks for it, and who
              says where a page belongs
    hand-ins  at which the machine has yet to look, all of them. Gives hand_ins, pages, seconds
    take      what counts of hand-ins, of all whose time is over, scanned. Gives hand_ins, waits, placed,
              unplaced (by reason), diagnostics
    scripts   annotated, of a ``booklet`` or of all that were scanned, these ``merged`` in one PDF, too, if
              that is said. Gives file (a key), name, scripts, lacking (what cannot be shown)
    mail      to candidates, all that was asked for and has not left. Gives sent, refused (how many)
    course    to the activity ``link`` of a course (its number), all scores that were asked for and that it
              has not taken. Gives sent, failed (how many), platform, course, back (whether taken back)
    delete    of ``what`` (scans, results), with ``why``: data whose time is over, and what the site has made
              of them. Gives certificate (its act), files, rows (how many)

What refuses to be done raises an error of `klausur.base.errors`, which sets the job aside with its words.
"""

import hashlib
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from django.conf import settings

from klausur import actions
from klausur.actions.check import Checked
from klausur.actions.page_pictures import Shows
from klausur.actions.preview import Shown
from klausur.actions.print_request import PrintRequest
from klausur.actions.progress import Progress
from klausur.base.errors import UsageError
from klausur.exam import trust
from klausur.exam.evidence import Proof, statement_text
from klausur.exam.setting import Setting, numbered
from klausur.roster.model import SeatRule
from klausur.site import files, jobs, like_answers
from klausur.site.jobs import JobState, Kind
from klausur.site.lti import sending
from klausur.site.models import Job
from klausur.site.pictures_ahead import make_ahead
from klausur.site.post import SitePost
from klausur.site.tidying import ARCHIVES, PREVIEWS, SCRIPTS, room_of
from klausur.state.facts import Actor, Author, Role
from klausur.state.retention import Data
from klausur.store import pages
from klausur.store.folder import opened
from klausur.store.jobs import LapsedError
from klausur.typeset import page_pictures, proof

AHEAD = 50
"""Pages of a scanned file of which pictures are made before anybody looks: the first that people come to."""

PORTION = 200
"""Pages of a scanned file of which pictures of answers are made in one job: half a minute's work."""

Result = dict[str, Any]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Work:
    """A job to be done: what was asked, in which folder, by whom; ``progress`` is told how far it is.

    ``processes`` is as `klausur.actions.parallel.executor` has it.
    """

    job: Job
    folder: Path
    actor: Actor
    progress: Progress
    processes: int | None = None


class _Scan(msgspec.Struct, forbid_unknown_fields=True):
    file: str
    name: str = ""


class _Print(msgspec.Struct, forbid_unknown_fields=True):
    candidates: str = ""
    spare: int = 0
    extras: int = 0
    stickers: str | None = None
    skip: int = 0
    seats: SeatRule | None = None
    seat_seed: int | None = None
    by_room: bool = False
    by_variant: bool = False
    proof: bool = False
    blackened: bool = False
    despite: tuple[str, ...] = ()
    again: tuple[int, ...] = ()
    new_edition: bool = False
    for_all: bool = False
    as_printed: bool = False
    why: str = ""
    dry_run: bool = False
    seen: str = ""


class _Preview(msgspec.Struct, forbid_unknown_fields=True):
    variant: int = 1
    large: bool = False


class _Check(msgspec.Struct, forbid_unknown_fields=True):
    pass


class _Day(msgspec.Struct, forbid_unknown_fields=True):
    numbers: bool = False
    name_signs: bool = False


class _Grade(msgspec.Struct, forbid_unknown_fields=True):
    edition: int | None = None


class _Pictures(msgspec.Struct, forbid_unknown_fields=True):
    sha256: str = ""
    start: int = 0
    images: tuple[int, ...] = ()


class _Scripts(msgspec.Struct, forbid_unknown_fields=True):
    booklet: int | None = None
    merged: bool = False


class _Take(msgspec.Struct, forbid_unknown_fields=True):
    pass


class _HandIns(msgspec.Struct, forbid_unknown_fields=True):
    pass


class _Mail(msgspec.Struct, forbid_unknown_fields=True):
    pass


class _Course(msgspec.Struct, forbid_unknown_fields=True):
    link: int


class _Delete(msgspec.Struct, forbid_unknown_fields=True):
    what: tuple[Data, ...]
    why: str = ""


class _Archive(msgspec.Struct, forbid_unknown_fields=True):
    pass


def scan(work: Work) -> Result:
    """Read one scanned file into the records."""
    asked = _asked(work, _Scan)
    with files.here().at_hand(asked.file) as path:
        with path.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        done = actions.scan.scan(
            work.folder, [path], actor=work.actor, jobs=work.processes, progress=work.progress
        )
    _show_ahead(work, sha256)
    _ask_for_pictures(work, sha256, 0)
    # Not what this attempt has read: another one may have read the first half.
    with opened(work.folder):
        found = pages.counts_of(sha256)
    return {
        "name": asked.name or path.name,
        "sha256": sha256,
        "pages": found.placed + sum(n for _, n in found.unplaced),
        "placed": found.placed,
        "unplaced": dict(found.unplaced),
        "readings": found.readings,
        "flagged": found.flagged,
        "refused": [{"why": d.message, "hint": d.hint} for d in done.diagnostics],
        "diagnostics": [d.as_json() for d in done.diagnostics],
    }


def _show_ahead(work: Work, sha256: str) -> None:
    """Make the pictures at which people look first: of pages with boxes that are left to them."""
    left = partial(pages.left_to_people, sha256, AHEAD)
    make_ahead(work.job.exam, work.folder, left, Shows.BOXES, work.processes)


def _ask_for_pictures(work: Work, sha256: str, start: int) -> bool:
    """Have the pictures of answers made that people judge, once for each file; whether there are any."""
    job, asked = work.job, {"sha256": sha256, "start": start}
    with opened(work.folder):
        there = pages.with_credit_boxes(sha256, start, 1)
    if there and not Job.objects.filter(exam=job.exam, kind=Kind.PICTURES, asked=asked).exists():
        jobs.ask(Kind.PICTURES, job.exam, job.by, Role(job.role), **asked)
    return bool(there)


def pictures(work: Work) -> Result:
    """Make pictures of answers that people judge, so that the first who does waits for none.

    So many pages in one go: other jobs come between, scans too.
    """
    asked = _asked(work, _Pictures)
    if asked.images:
        wanted = partial(pages.judged_on, frozenset(asked.images))
    else:
        wanted = partial(pages.with_credit_boxes, asked.sha256, asked.start, PORTION)
    made = make_ahead(work.job.exam, work.folder, wanted, Shows.QUESTIONS, work.processes, work.progress)
    if asked.images or not _ask_for_pictures(work, asked.sha256, asked.start + PORTION):
        like_answers.put_together(work.job.exam, work.folder)
    return {"pictures": made}


def print_(work: Work) -> Result:
    """Typeset papers and record the printing, or say what would be printed."""
    asked = _asked(work, _Print)
    fields = {f: getattr(asked, f) for f in asked.__struct_fields__ if f not in {"candidates", "dry_run"}}
    wanted = PrintRequest(**fields)
    if not asked.candidates:
        return _printed(work, asked, wanted)
    with files.here().at_hand(asked.candidates) as path:
        return _printed(work, asked, replace(wanted, list_of_candidates=path))


def _printed(work: Work, asked: _Print, wanted: PrintRequest) -> Result:
    dry_run = asked.dry_run
    done = actions.print_booklets.print_booklets(
        work.folder,
        actor=work.actor,
        wanted=wanted,
        dry_run=dry_run,
        progress=work.progress,
    )
    return _names(_plain(actions.print_plain.plain(done, wanted)), dry_run=dry_run)


def _names(printed: Result, *, dry_run: bool) -> Result:
    """A printing with names instead of paths."""
    folder = printed["folder"]
    return printed | {
        "dry_run": dry_run,
        "folder": None if folder is None else Path(folder).name,
        "files": [Path(file).name for file in printed["files"]],
    }


def preview(work: Work) -> Result:
    """Make the papers to be looked at, and keep them as files of the site."""
    asked = _asked(work, _Preview)
    variant = numbered(asked.variant, Setting(asked.large))
    with room_of(work.job) as made:
        done = actions.preview.preview(work.folder, out=made, variant=variant)
        papers = [_paper(work, shown) for shown in done.shown]
        fields = made / "fields.json"
        fields.write_bytes(msgspec.json.encode([_laid(shown) for shown in done.shown if shown.layout]))
        kept = _keep(work, PREVIEWS, fields)
    _forget_earlier(work)
    size = None if done.size is None else [done.size.w, done.size.h]
    diagnostics = [d.as_json() for d in done.diagnostics]
    said = {"size": size, "source": done.source, "diagnostics": diagnostics}
    return {"papers": papers, "fields": kept, **said}


def _paper(work: Work, shown: Shown) -> Result:
    """A paper of a preview and its pages as pictures, kept among the files of the site."""
    key = _keep(work, PREVIEWS, shown.file)
    pictures = []
    for number, picture in enumerate(page_pictures.jpegs(shown.file), start=1):
        path = shown.file.with_name(f"{shown.file.stem}-{number}.jpg")
        path.write_bytes(picture)
        pictures.append(_keep(work, PREVIEWS, path))
    return {"name": shown.file.stem, "file": key, "pages": shown.pages, "pictures": pictures}


def _laid(shown: Shown) -> Result:
    pages = [msgspec.to_builtins(proof.outlines(page.fields)) for page in shown.layout]
    return {"paper": shown.file.stem, "pages": pages}


def _forget_earlier(work: Work) -> None:
    """Delete what earlier previews of the exam have made, but for the last one: somebody may look at it."""
    done = Job.objects.filter(exam=work.job.exam, kind=Kind.PREVIEW, state=JobState.DONE).order_by("-made")
    kept = {str(pk) for pk in (work.job.pk, done.values_list("pk", flat=True).first())}
    store, below = files.here(), f"{PREVIEWS}/{work.job.exam.slug}"
    for key in list(store.keys(below)):
        if key.removeprefix(f"{below}/").partition("/")[0] not in kept:
            store.delete(key)


def check(work: Work) -> Result:
    """Check the source, and hold its key against the evidence, as far as its programs may run."""
    _asked(work, _Check)
    folder = work.folder
    checked = actions.check.check(folder, progress=work.progress)
    proven = None
    if checked.exam is not None and not checked.errors:
        others = actions.check.printed(checked.exam)
        proven = actions.prove.prove(checked.exam, others=others, jobs=1, progress=work.progress)
    found = (*checked.diagnostics, *(proven.diagnostics if proven is not None else ()))
    return _plain(
        {
            "exam": actions.check_plain.exam(checked),
            "diagnostics": [d.as_json() for d in found],
            "proof": None if proven is None else _with_forms(folder, proven),
            "approval": _approval(checked),
            "programs": trust.programs(folder),
            "trusted": trust.is_trusted(folder),
        }
    )


def _approval(checked: Checked) -> Result | None:
    """What a second person may approve of what was checked."""
    if checked.exam is None or checked.errors:
        return None
    exam = checked.exam
    return {
        "paper": actions.approve_paper.digest(checked),
        "source": exam.digest,
        "asked": exam.paper_four_eyes,
    }


def _with_forms(folder: Path, proven: Proof) -> Result:
    """What became of the claims, and each as HTML: ``html`` is None for one that is shown as it was typed."""
    told = actions.check_plain.proof(proven)
    forms = statement_text.shown(folder, [claim.statement for claim in proven.claims])
    for plain, claim, form in zip(told["claims"], proven.claims, forms, strict=True):
        plain |= {"html": None if form is None else form.html, "verdict": statement_text.verdict(claim)}
    return told


def day(work: Work) -> Result:
    """Make the papers for the day anew, and put them into the exam's folder if the job is still this one's.

    They record nothing: who takes the job over makes them once more, as the records are then.
    """
    asked = _asked(work, _Day)
    with room_of(work.job) as made:
        done = actions.day.make_day_papers(
            work.folder, actor=work.actor, numbers=asked.numbers, name_signs=asked.name_signs, out=made
        )
        if not jobs.is_at(work.job):
            raise LapsedError("another worker has taken this job over", "nothing: it goes on there")
        for path in done.files:
            _put(path, work.folder / actions.day.FOLDER, work.job)
    return {
        "files": [path.name for path in done.files],
        "people": done.people,
        "unseated": list(done.unseated),
        "alike": [list(pair) for pair in done.alike],
        "diagnostics": [d.as_json() for d in done.diagnostics],
    }


def _put(path: Path, folder: Path, job: Job) -> None:
    """Put a file into an exam's folder, whole; what a killed worker left of it is written over."""
    folder.mkdir(exist_ok=True)
    part = folder / f".{path.name}.{job.pk.hex}.part"
    shutil.copyfile(path, part)
    part.replace(folder / path.name)


def grade(work: Work) -> Result:
    """Compute credits and grades into the tables of the exam's folder."""
    done = actions.grade.grade(work.folder, actor=work.actor, edition=_asked(work, _Grade).edition)
    return actions.grade.plain(done)


def archive(work: Work) -> Result:
    """Pack the exam into one file, kept among those of the site."""
    _asked(work, _Archive)
    with room_of(work.job) as made:
        place = made / f"{work.job.exam.slug}.zip"
        done = actions.archive.archive(work.folder, place, actor=work.actor, progress=work.progress)
        key = _keep(work, ARCHIVES, place)
    return {
        "file": key,
        "files": done.files,
        "size": done.size,
        "sha256": done.sha256,
        "head": None if done.head is None else {"event": done.head.number, "digest": done.head.digest},
        "wrong": list(done.wrong),
        "left_out": list(done.left_out),
    }


def scripts(work: Work) -> Result:
    """Write annotated scripts, one or all, to be fetched from among the site's files."""
    asked = _asked(work, _Scripts)
    with room_of(work.job) as made:
        if asked.booklet is None:
            done = actions.annotated_script.write_all(
                work.folder,
                made / f"{work.job.exam.slug}-scripts.zip",
                work.progress,
                work.processes,
                merged=asked.merged,
            )
            said = {"scripts": done.scripts, "lacking": list(done.lacking)}
            place = done.file
        else:
            place = made / f"{work.job.exam.slug}-script-{asked.booklet:05}.pdf"
            one = actions.annotated_script.write(work.folder, asked.booklet, place)
            said = {"scripts": 1, "lacking": list(one.lacking)}
        key = _keep(work, SCRIPTS, place)
    return {"file": key, "name": place.name, **said}


def mail(work: Work) -> Result:
    """Send the mails to candidates that were asked for."""
    _asked(work, _Mail)
    post = SitePost(settings.KLAUSUR_HOME, work.job.exam.slug)
    done = actions.send_mails.send(work.folder, post, Author(work.actor), work.progress)
    return {"sent": done.sent, "refused": done.refused}


def course(work: Work) -> Result:
    """Send scores to a course of a learning platform."""
    link = _asked(work, _Course).link
    author = Author(work.actor)
    return _plain(sending.send(work.job.exam, link, work.folder, author, work.progress))


def delete(work: Work) -> Result:
    """Delete data for ever, with all that the site keeps that was made of them."""
    asked = _asked(work, _Delete)
    author = Author(work.actor, asked.why)
    done = actions.delete_data.delete(work.folder, asked.what, author, work.progress)
    _forget_made(work)
    said = done.certificate
    return {"certificate": said.act, "files": len(said.files), "rows": sum(said.rows.values())}


def _delete_taken_over(work: Work, before: Result) -> Result:
    """Delete the files of a deletion that is recorded."""
    actions.delete_data.finish(work.folder, Author(work.actor))
    _forget_made(work)
    return before


def _forget_made(work: Work) -> None:
    """Delete pictures, archives and scripts that were made of an exam's data, and scores for courses."""
    sending.forget(work.job.exam)
    exam, store = work.job.exam, files.here()
    for below in (f"pictures/{exam.pk}", f"{ARCHIVES}/{exam.slug}", f"{SCRIPTS}/{exam.slug}"):
        for key in list(store.keys(below)):
            store.delete(key)


def _mail_taken_over(work: Work, before: Result) -> Result:
    """Nothing is left to do of mails or scores that have left."""
    del work
    return before


def _print_taken_over(work: Work, before: Result) -> Result:
    """Put the files in place of a printing that is recorded; what was said of it then."""
    actions.print_booklets.put_in_place(work.folder, actor=work.actor)
    return _names(before, dry_run=False)


def _grade_taken_over(work: Work, before: Result) -> Result:
    """Write the tables of what is recorded; what was said of it then."""
    actions.grade.tables(work.folder, actor=work.actor, edition=_asked(work, _Grade).edition)
    return before


def hand_ins(work: Work) -> Result:
    """Look at what candidates have handed in, so that they are told what is missing."""
    _asked(work, _HandIns)
    done = actions.see_hand_ins.see(
        work.folder, actor=work.actor, jobs=work.processes, progress=work.progress
    )
    return {"hand_ins": done.hand_ins, "pages": done.pages, "seconds": round(done.seconds, 1)}


def take(work: Work) -> Result:
    """Scan what counts of hand-ins, and have pictures made of it as of any scan."""
    _asked(work, _Take)
    done = actions.take_hand_ins.take(
        work.folder, Author(work.actor), now=jobs.now(), jobs=work.processes, progress=work.progress
    )
    for sha256 in done.files:
        _ask_for_pictures(work, sha256, 0)
    scanned = done.scanned
    return {
        "hand_ins": len(done.hand_ins),
        "waits": done.waits,
        "placed": 0 if scanned is None else scanned.placed,
        "unplaced": {} if scanned is None else {reason.value: n for reason, n in scanned.unplaced},
        "diagnostics": [] if scanned is None else [d.as_json() for d in scanned.diagnostics],
    }


KINDS: dict[Kind, Callable[[Work], Result]] = {
    Kind.SCAN: scan,
    Kind.PRINT: print_,
    Kind.PREVIEW: preview,
    Kind.CHECK: check,
    Kind.DAY: day,
    Kind.GRADE: grade,
    Kind.ARCHIVE: archive,
    Kind.PICTURES: pictures,
    Kind.SCRIPTS: scripts,
    Kind.HAND_INS: hand_ins,
    Kind.TAKE: take,
    Kind.MAIL: mail,
    Kind.DELETE: delete,
    Kind.COURSE: course,
}
"""What does a job of each kind."""

TAKEN_OVER: Mapping[Kind, Callable[[Work, Result], Result]] = {
    Kind.PRINT: _print_taken_over,
    Kind.GRADE: _grade_taken_over,
    Kind.MAIL: _mail_taken_over,
    Kind.DELETE: _delete_taken_over,
    Kind.COURSE: _mail_taken_over,
}
"""What is left to do of a job whose effect stands in the exam's records, with what came of it.

A scan has none: it may go over what was scanned. The others record nothing.
"""

RECORDING = frozenset(
    {
        *(Kind.SCAN, Kind.PRINT, Kind.GRADE, Kind.HAND_INS),
        *(Kind.TAKE, Kind.MAIL, Kind.DELETE, Kind.COURSE),
    }
)
"""What writes into the exam's records."""


def _asked(work: Work, form: type[T]) -> T:
    try:
        return msgspec.convert(work.job.asked, form)
    except msgspec.ValidationError as error:
        raise UsageError(
            f"this job cannot be understood: {error}", "ask for it anew; an older Klausur may have asked"
        ) from error


def _keep(work: Work, what: str, path: Path) -> str:
    """Put a file that was made among those of the site, instead of those of earlier attempts; its key.

    Each attempt has a key of its own: one that was lost may go on, and must not exchange what is there.
    """
    place = f"{what}/{work.job.exam.slug}/{work.job.pk}"
    key = f"{place}/{work.job.attempt}/{files.named(path.name)}"
    here = files.here()
    for old in list(here.keys(place)):
        if not old.startswith(f"{place}/{work.job.attempt}/"):
            here.delete(old)
    with path.open("rb") as made:
        here.put(key, iter(lambda: made.read(files.PIECE), b""))
    return key


def _plain(value: object) -> Result:
    """Plain JSON of values of ours: credits and paths are text."""
    found = msgspec.to_builtins(value, enc_hook=str)
    if not isinstance(found, dict):
        raise TypeError("the result of a job is an object")
    return found
