import hashlib
import shutil
from zipfile import ZipFile

import pytest
from django.conf import settings
from tests.web.conftest import Site

from klausur.actions.page_pictures import Shows
from klausur.base.errors import RefusedError
from klausur.paper.code import Sheet
from klausur.site import files, job_kinds, jobs, kept_pictures, run_one
from klausur.site.jobs import JobState, Kind
from klausur.site.models import Job
from klausur.state.facts import Role
from klausur.store import audit, pages, printings
from klausur.store.folder import opened


def done(site: Site, kind: Kind, **asked: object) -> Job:
    jobs.ask(kind, site.exam, site.people[Role.EXAMINER], Role.EXAMINER, **asked)
    job = run_one()
    assert job is not None
    return job


def keep(key: str, content: bytes) -> str:
    files.here().put(key, [content])
    return key


def test_a_printing_is_looked_at_and_then_done(unprinted: Site) -> None:
    dry = done(unprinted, Kind.PRINT, spare=2, dry_run=True)
    assert dry.state == JobState.DONE, dry.fault
    assert (dry.result["booklets"], dry.result["printed"]) == (5, False)
    job = done(unprinted, Kind.PRINT, spare=2)
    assert job.state == JobState.DONE, job.fault
    assert job.result["printed"]
    assert (job.done, job.total) == (5, 5)
    for name in job.result["files"]:
        assert (unprinted.folder / "print" / job.result["folder"] / name).is_file()
    with opened(unprinted.folder):
        assert len(printings.papers().booklets) == 5


def test_a_scanned_file_is_read_and_a_second_one_refused(site: Site) -> None:
    (scanned,) = (site.folder / "rehearsal").glob("*.pdf")
    job = done(site, Kind.SCAN, file=keep("uploads/1/a.pdf", scanned.read_bytes()), name="first pile.pdf")
    assert job.state == JobState.DONE, job.fault
    assert job.result["placed"] > 0, "known before, and counted all the same"
    assert not job.result["refused"]
    assert job.result["pages"] == job.result["placed"] + sum(job.result["unplaced"].values())
    job = done(site, Kind.SCAN, file=keep("uploads/2/b.pdf", b"no pages"))
    assert job.state == JobState.DONE
    assert (job.result["pages"], job.result["name"]) == (0, "b.pdf")
    assert job.result["refused"][0]["why"]
    assert job.result["refused"][0]["hint"]


def test_boxes_that_are_left_to_people_are_seen_before_anybody_looks(site: Site) -> None:
    (scanned,) = (site.folder / "rehearsal").glob("*.pdf")
    content = scanned.read_bytes()
    with opened(site.folder):
        (first, *more) = pages.left_to_people(hashlib.sha256(content).hexdigest(), 50)
        assert pages.left_to_people(hashlib.sha256(content).hexdigest(), 1) == (first,)
        assert not pages.left_to_people("0" * 64, 50)
    shutil.rmtree(settings.KLAUSUR_HOME.files / "pictures", ignore_errors=True)  # of other tests' exams
    assert kept_pictures.look(site.exam, first, Shows.BOXES) is None
    assert done(site, Kind.SCAN, file=keep("uploads/1/a.pdf", content)).state == JobState.DONE
    for image in (first, *more):
        seen = kept_pictures.look(site.exam, image, Shows.BOXES)
        assert seen is not None
        assert seen.files


def test_answers_that_people_judge_are_seen_before_anybody_looks(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A scan asks for their pictures, once for each file; a few at a time, and behind everything else."""
    monkeypatch.setattr(job_kinds, "PORTION", 3)
    (scanned,) = (site.folder / "rehearsal").glob("*.pdf")
    content = scanned.read_bytes()
    sha256 = hashlib.sha256(content).hexdigest()
    shutil.rmtree(settings.KLAUSUR_HOME.files / "pictures", ignore_errors=True)
    for n in (1, 2):
        assert done(site, Kind.SCAN, file=keep(f"uploads/{n}/a.pdf", content)).state == JobState.DONE
    (asked,) = Job.objects.filter(kind=Kind.PICTURES)
    assert asked.asked == {"sha256": sha256, "start": 0}
    made = 0
    while (job := run_one()) is not None:
        assert (job.kind, job.state) == (Kind.PICTURES, JobState.DONE), job.fault
        made += job.result["pictures"]
    with opened(site.folder):
        images = pages.with_credit_boxes(sha256, 0, 1000)
        assert pages.with_credit_boxes(sha256, 1, 2) == images[1:3]
    assert made == len(images) > 3
    assert Job.objects.filter(kind=Kind.PICTURES).count() == -(-len(images) // 3)
    for image in images:
        seen = kept_pictures.look(site.exam, image, Shows.QUESTIONS)
        assert seen is not None
        assert any(name.endswith("/answer") for name in seen.files)


def test_grades_preview_and_archive(site: Site) -> None:
    graded = done(site, Kind.GRADE)
    assert graded.result["final"] + graded.result["open"] == 4
    assert (site.folder / "results.csv").is_file()
    with opened(site.folder):
        assert audit.events()[-1].verb == "grade"
    shown = done(site, Kind.PREVIEW)
    assert files.here().size(shown.result["papers"][0]["file"])
    kept = done(site, Kind.ARCHIVE)
    assert files.here().size(kept.result["file"]) == kept.result["size"]


def test_a_folder_that_is_gone_sets_the_job_aside_with_words(site: Site) -> None:
    shutil.rmtree(site.folder)
    job = done(site, Kind.GRADE)
    assert job.state == JobState.ASIDE
    assert "is no folder" in job.fault
    assert job.remedy


def test_what_was_never_printed_cannot_be_graded_and_nonsense_is_refused(unprinted: Site) -> None:
    job = done(unprinted, Kind.GRADE)
    assert (job.state, "nothing was printed yet" in job.fault) == (JobState.ASIDE, True)
    assert done(unprinted, Kind.PRINT, spare="many").state == JobState.ASIDE
    assert done(unprinted, Kind.PRINT, rooms="/etc/passwd").state == JobState.ASIDE
    assert done(unprinted, Kind.SCAN, file="../../secret").state == JobState.ASIDE
    assert run_one() is None


def test_a_bug_sets_the_job_aside_and_the_next_one_is_done(
    unprinted: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: object) -> dict[str, object]:
        raise ZeroDivisionError("by nought")

    monkeypatch.setitem(job_kinds.KINDS, Kind.GRADE, broken)
    job = done(unprinted, Kind.GRADE)
    assert "ZeroDivisionError: by nought" in job.fault
    assert "broken" in job.result["traceback"]
    assert done(unprinted, Kind.PREVIEW).state == JobState.DONE


def test_pictures_are_made_of_pages_that_somebody_has_placed(site: Site) -> None:
    shutil.rmtree(settings.KLAUSUR_HOME.files / "pictures", ignore_errors=True)
    with opened(site.folder):
        (cover, *_), judged = pages.images(1), pages.judged_on(frozenset(range(1, 100)))
    assert 0 < len(judged) < 99
    job = done(site, Kind.PICTURES, images=[cover.id, judged[0].id, 99999])
    assert (job.state, job.result["pictures"]) == (JobState.DONE, 1)
    assert kept_pictures.look(site.exam, judged[0], Shows.QUESTIONS) is not None
    assert kept_pictures.look(site.exam, judged[1], Shows.QUESTIONS) is None


def test_annotated_scripts_are_written_one_or_all(site: Site) -> None:
    one = done(site, Kind.SCRIPTS, booklet=1)
    assert one.state == JobState.DONE, one.fault
    assert (one.result["scripts"], one.result["name"]) == (1, f"{site.exam.slug}-script-00001.pdf")
    with files.here().open(one.result["file"]) as made:
        single = made.read()
    assert single.startswith(b"%PDF")
    job = done(site, Kind.SCRIPTS, merged=True)
    assert job.state == JobState.DONE, job.fault
    with opened(site.folder):
        there = {spot.booklet for spot in pages.spots(Sheet.BOOKLET)}
    with files.here().open(job.result["file"]) as made, ZipFile(made) as packed:
        each = [f"script-{number:05}.pdf" for number in sorted(there)]
        assert packed.namelist() == ["manifest.json", *each, "scripts.pdf"]
        assert packed.read("script-00001.pdf")[:4] == b"%PDF"
        assert len(packed.read("script-00001.pdf")) == pytest.approx(len(single), rel=0.02)
    assert (job.result["scripts"], job.done, job.total) == (len(there), len(there), len(there))
    assert done(site, Kind.SCRIPTS, booklet=99).state == JobState.ASIDE
    with pytest.raises(RefusedError):
        jobs.ask(Kind.SCRIPTS, site.exam, site.people[Role.CORRECTOR], Role.CORRECTOR)
