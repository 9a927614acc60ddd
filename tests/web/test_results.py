"""Results so far: the same as grading gives, by number or name as the role may see, sorted, and as files."""

import io
import json
from pathlib import Path
from uuid import uuid4

import openpyxl
import pytest
from django.test.utils import CaptureQueriesContext
from tests.actions.conftest import layout, small  # noqa: F401 - fixtures
from tests.cast import EXAMINER
from tests.web.by_hand import UNCLEAR, Answer, site_with
from tests.web.conftest import Site

from klausur.actions import grade, results_so_far, settle, up_to_date
from klausur.actions.settle import Marked
from klausur.base.credits import parse_credits
from klausur.paper.answers import Worth
from klausur.paper.layout import Layout
from klausur.site import files, jobs, run_one
from klausur.site.jobs import JobState, Kind
from klausur.site.models import Exam, Job
from klausur.state.facts import Author, Role
from klausur.store.connections import connection
from klausur.store.folder import opened


@pytest.fixture
def three(tmp_path: Path, layout: Layout) -> Site:  # noqa: F811 - the fixture
    """An exam with three booklets, of which the first is final."""
    site = site_with(tmp_path / "three", layout, 3)
    settle.settle(site.folder, 1, UNCLEAR, Marked("empty"), Author(EXAMINER))
    settle.settle(site.folder, 1, "word", Worth(parse_credits("2")), Author(EXAMINER))
    return site


def text(answer: Answer) -> str:
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("which", ["site", "three"])
def test_the_table_is_that_of_grading(which: str, request: pytest.FixtureRequest) -> None:
    folder = request.getfixturevalue(which).folder
    with opened(folder) as records:
        computed = grade.computed(folder, up_to_date.look(records))
    found = results_so_far.so_far(folder)
    assert found.summary == computed.summary
    assert found.results.key == computed.results.key
    shown = [(r.booklet, r.registration, r.total, r.grade, r.status) for r in found.results.rows]
    there = [(r.booklet, r.registration, r.total, r.grade, r.status) for r in computed.results.rows]
    assert {row for row in shown if row[0]} == {row for row in there if row[4] != "missing"}
    assert {row[1] for row in shown if not row[0]} == {row[1] for row in there if row[4] == "missing"}
    credits = results_so_far.credits_of(folder, [row[0] for row in shown if row[0]])
    for row in computed.results.rows:
        if row.booklet in credits:
            assert tuple(credits[row.booklet].get(q) for q in found.questions) == row.questions


def test_the_examiner_sees_who_is_final_and_what_lacks(three: Site) -> None:
    page = text(three.as_(Role.EXAMINER).get(three.at("results/")))
    assert page.count('<tr class="is-open"') == 2
    assert page.count('<tr class="is-final"') == 1
    assert "1 question is unclear" in page
    assert "page 2 is missing" in page
    assert three.at("readings/") in page


def test_correctors_see_numbers_alone_unless_the_examiner_says_otherwise(three: Site) -> None:
    client = three.as_(Role.CORRECTOR)
    name = results_so_far.so_far(three.folder).results.rows[0].name
    assert name not in text(client.get(three.at("results/?by=name")))
    assert "results.csv" not in text(client.get(three.at("results/")))
    assert client.get(three.at("results/results.csv")).status_code == 403
    Exam.objects.filter(pk=three.exam.pk).update(names_for_correctors=True)
    assert name in text(client.get(three.at("results/")))


def test_the_table_is_sorted_and_narrowed_down(three: Site) -> None:
    client = three.as_(Role.EXAMINER)

    def booklets(rest: str) -> list[str]:
        page = text(client.get(three.at(f"results/{rest}")))
        return [row.partition("<")[0] for row in page.split('<th scope="row" class="number">')[1:]]

    assert booklets("") == ["1", "2", "3"]
    assert booklets("?by=booklet&down=1") == ["3", "2", "1"]
    assert booklets("?by=total") == ["1", "2", "3"]
    assert booklets("?only=final") == ["1"]
    assert booklets("?from=1") == ["2", "3"]
    assert booklets("?by=nonsense&from=x") == ["1", "2", "3"]
    assert booklets("?only=missing") == []


def test_files_say_what_grading_says(three: Site) -> None:
    client = three.as_(Role.EXAMINER)
    csv = client.get(three.at("results/results.csv"))
    assert "attachment" in csv.headers["Content-Disposition"]
    assert csv.content.decode().count("\r\n") == 4
    told = json.loads(client.get(three.at("results/results.json")).content)
    assert told["summary"]["final"] == 1
    book = openpyxl.load_workbook(io.BytesIO(client.get(three.at("results/results.xlsx")).content))
    assert book.sheetnames
    assert client.get(three.at("results/results.exe")).status_code == 404
    assert not list(three.folder.glob("results.*"))


def test_results_speak_german(three: Site) -> None:
    client = three.as_(Role.EXAMINER)
    client.cookies["language"] = "de"
    page = text(client.get(three.at("results/")))
    assert "Ergebnisse bisher" in page
    assert "Seite 2 fehlt" in page


def test_the_table_asks_as_much_of_thirty_booklets_as_of_three(tmp_path: Path, layout: Layout) -> None:  # noqa: F811
    def asked(many: int) -> int:
        site = site_with(tmp_path / str(many), layout, many)
        with opened(site.folder), CaptureQueriesContext(connection()) as queries:
            assert site.as_(Role.EXAMINER).get(site.at("results/")).status_code == 200
        return len(queries)

    assert asked(3) == asked(30)


def test_annotated_scripts_are_written_by_a_job_and_fetched_by_examiners_alone(site: Site) -> None:
    examiner, corrector = site.as_(Role.EXAMINER), site.as_(Role.CORRECTOR)
    at = site.at("results/scripts/")
    assert "None was written yet" in text(examiner.get(at))
    assert examiner.post(f"{at}write/", {"booklet": "one"}).status_code == 400
    assert corrector.post(f"{at}write/", {"booklet": "1"}).status_code == 403
    assert not Job.objects.filter(kind=Kind.SCRIPTS).exists()
    assert examiner.post(f"{at}write/", {"booklet": "1"}).status_code == 302
    assert "waiting" in text(examiner.get(at))
    job = run_one()
    assert job is not None
    assert job.state == JobState.DONE, job.fault
    shown = text(examiner.get(at))
    assert f"{site.exam.slug}-script-00001.pdf" in shown
    made = examiner.get(f"{at}{job.pk}/")
    assert made.getvalue().startswith(b"%PDF")
    assert "attachment" in made.headers["Content-Disposition"]
    assert examiner.get(f"{at}{uuid4()}/").status_code == 404
    for role in (Role.CORRECTOR, Role.PROCTOR, Role.ADMINISTRATOR):
        assert site.as_(role).get(f"{at}{job.pk}/").status_code == 403
    other = jobs.ask(Kind.CHECK, site.exam, site.people[Role.EXAMINER], Role.EXAMINER)
    assert examiner.get(f"{at}{other.pk}/").status_code == 404, "another kind of job"
    files.here().delete(job.result["file"])
    assert "None was written yet" in text(examiner.get(at))
    assert examiner.get(f"{at}{job.pk}/").status_code == 404
    assert examiner.post(f"{at}write/", {"merged": "1"}).status_code == 302
    assert Job.objects.filter(kind=Kind.SCRIPTS).latest("made").asked == {"merged": True}
