"""The author's desk: findings and claims of the last check, and papers as pages with fields."""

import re
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings
from django.http import FileResponse
from django.utils.translation import override
from tests.actions.conftest import write_exam
from tests.web.conftest import Site

from klausur.exam.evidence.details import Detail
from klausur.site import exams, files, work
from klausur.site.jobs import JobState, Kind
from klausur.site.models import Job
from klausur.state.facts import Role
from klausur.web.author import views

EVIDENCE = """
from klausur.evidence import claim


@claim("letters", solution=True)
def never() -> bool:
    return True
"""


@pytest.fixture
def source(site: Site, tmp_path: Path) -> Site:
    """An exam of which nothing is printed."""
    folder = tmp_path / "fresh"
    write_exam(folder)
    exam = exams.add(settings.KLAUSUR_HOME, folder, "A fresh exam", "the tests")
    exams.give_role(exam, site.people[Role.EXAMINER], Role.EXAMINER, "the tests")
    return Site(exam, folder, site.people)


def _all_done(*left_out: Kind) -> list[Job]:
    Job.objects.filter(kind__in=left_out).delete()
    done = []
    while (job := work.run_one()) is not None:
        assert job.state == JobState.DONE, job.fault
        done.append(job)
    return done


def test_a_check_is_a_job_and_shows_findings_and_pages_with_fields(source: Site) -> None:
    browser = source.as_(Role.EXAMINER)
    assert "Nothing was checked here yet." in browser.get(source.at("author/")).content.decode()
    browser.post(source.at("author/check/"))
    browser.post(source.at("author/check/"))
    assert "You may leave this page" in browser.get(source.at("author/")).content.decode()
    jobs = {job.kind: job for job in _all_done()}
    assert sorted(jobs) == [Kind.CHECK, Kind.PREVIEW]
    page = browser.get(source.at("author/")).content.decode()
    for told in ("last checked", "The source is read without a finding.", "Sample solution", "Blackened"):
        assert told in page
    preview = jobs[Kind.PREVIEW].pk
    shown = browser.get(source.at(f"author/papers/{preview}/exam/2/")).content.decode()
    assert 'class="choice-box"' in shown
    assert 'viewBox="0 0 210' in shown
    picture = browser.get(source.at(f"author/pictures/{preview}/exam/2"))
    assert isinstance(picture, FileResponse)
    assert next(iter(picture.streaming_content)).startswith(b"\xff\xd8")
    assert "immutable" in picture.headers["Cache-Control"]
    for wrong in ("exam/99", "nothing/1", "exam/0", "..%2fexam/1"):
        assert browser.get(source.at(f"author/pictures/{preview}/{wrong}")).status_code == 404
        assert browser.get(source.at(f"author/papers/{preview}/{wrong}/")).status_code == 404
    assert browser.get(source.at(f"author/papers/{preview}/solution.pdf")).status_code == 200


def test_mistakes_are_told_with_file_line_and_how_to_mend_them(source: Site) -> None:
    path = source.folder / "problems" / "1-choices.md"
    path.write_text(path.read_text().replace("- [x]", "- [y]"))
    browser = source.as_(Role.EXAMINER)
    browser.post(source.at("author/check/"))
    _all_done(Kind.PREVIEW)
    page = browser.get(source.at("author/")).content.decode()
    assert '<li class="error">' in page
    assert "problems/1-choices.md:" in page
    assert str(source.folder) not in page


def test_programs_that_nobody_trusts_do_not_run_and_the_page_says_who_may(
    source: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "nobody trusts anything"))
    (source.folder / "problems" / "1-choices.py").write_text(EVIDENCE)
    browser = source.as_(Role.EXAMINER)
    browser.post(source.at("author/check/"))
    _all_done(Kind.PREVIEW)
    page = browser.get(source.at("author/")).content.decode()
    assert "an administrator may" in page
    assert "problems/1-choices.py" in page


def test_claims_are_shown_with_their_formulas_set(source: Site) -> None:
    path = source.folder / "problems" / "1-choices.md"
    first = re.search(r"- \[x\] (.*)", path.read_text())
    assert first is not None
    path.write_text(path.read_text().replace(first[0], r"- [x] $\cancel{\mathscr{L}}$ of nothing", 1))
    browser = source.as_(Role.EXAMINER)
    browser.post(source.at("author/check/"))
    _all_done(Kind.PREVIEW)
    page = browser.get(source.at("author/")).content.decode()
    assert "<mi>ℒ\ufe01</mi>" in page
    assert 'data-style="' in page
    assert ' style="' not in page
    assert '<span class="tag">right</span>' in page


def test_the_key_and_its_papers_are_the_examiners_alone(site: Site) -> None:
    for role in (Role.CORRECTOR, Role.PROCTOR, Role.ADMINISTRATOR):
        for rest in ("", f"papers/{uuid4()}/solution/1/", f"papers/{uuid4()}/solution.pdf"):
            assert site.as_(role).get(site.at(f"author/{rest}")).status_code == 403
        assert site.as_(role).post(site.at("author/check/")).status_code == 403
    assert not Job.objects.exists()


def test_what_earlier_previews_made_is_cleared_away_but_for_the_last(source: Site) -> None:
    now, person = datetime.now(UTC), source.people[Role.EXAMINER]
    row = {"kind": Kind.PREVIEW, "exam": source.exam, "by": person, "role": Role.EXAMINER}
    earlier = [Job.objects.create(**row, state=JobState.DONE, ended=now) for _ in range(2)]
    for job in earlier:
        files.here().put(f"previews/{source.exam.slug}/{job.pk}/exam.pdf", [b"as it was"])
    source.as_(Role.EXAMINER).post(source.at("author/papers/"))
    (made,) = _all_done()
    folders = (settings.KLAUSUR_HOME.files / "previews" / source.exam.slug).iterdir()
    assert {folder.name for folder in folders} == {str(earlier[1].pk), str(made.pk)}


def test_the_desk_is_in_german_for_who_chose_it(source: Site) -> None:
    browser = source.as_(Role.EXAMINER)
    browser.cookies["language"] = "de"
    page = browser.get(source.at("author/")).content.decode()
    assert "Hier wurde noch nichts geprüft." in page


def test_details_of_evidence_are_told_in_the_readers_language() -> None:
    claim = {"detail": "holds in 20 draws", "details": [asdict(Detail("holds-in", ("20",)))]}
    with override("de"):
        assert views._told(claim) == "gilt in 20 Zügen"  # noqa: SLF001 - what the page shows of a job's result
        assert views._told({"detail": "Traceback"}) == "Traceback"  # noqa: SLF001 - the same
