from pathlib import Path

import pytest
from django.db import connection as site_connection
from django.test.utils import CaptureQueriesContext
from tests.cast import EXAMINER
from tests.exams import copy_exam
from tests.web.conftest import Site

from klausur.actions.glance import glance
from klausur.actions.judge import Ticked, judge
from klausur.actions.judging_progress import judging_progress
from klausur.actions.status import status
from klausur.actions.waiting import waiting
from klausur.paper.fields import FieldKind
from klausur.state.facts import Author, Role
from klausur.store import looks
from klausur.store.connections import connection
from klausur.store.folder import opened


def test_it_counts_what_status_and_the_waiting_list_count(sat: Path) -> None:
    found, said, waits = glance(sat), status(sat), waiting(sat)
    assert found.booklets == len(said.booklets)
    assert found.pages_missing == sum(len(b.missing) for b in said.booklets if b.found or b.extras)
    assert found.open + found.unjudged == said.open
    assert found.waiting == len(waits.unclear)
    assert (found.untied, found.loose) == (len(waits.booklets), len(waits.extras))
    assert found.absent == len(said.absent)


def test_an_exam_that_was_sat_says_what_to_do_next(site: Site) -> None:
    page = site.as_(Role.EXAMINER).get(site.at()).content.decode()
    found = glance(site.folder)
    assert f"<strong>{found.open}</strong>" in page
    assert "What to do next" in page


def test_an_exam_that_was_not_printed_says_so(site: Site) -> None:
    site.exam.folder = str(copy_exam(site.folder, site.folder.parent / "fresh"))
    (Path(site.exam.folder) / ".klausur" / "db.sqlite3").unlink()
    site.exam.save()
    assert "Nothing is printed yet" in site.as_(Role.EXAMINER).get(site.at()).content.decode()


def test_who_settled_what_and_how_long_it_takes(site: Site) -> None:
    from klausur.actions.settle import Marked, settle

    with opened(site.folder):
        from klausur.store import printings

        fields = [f for _, f in printings.layout().fields(1) if f.kind is FieldKind.CHOICE_BOX]
    for field in fields:
        settle(site.folder, 1, field.id, Marked("empty"), Author(EXAMINER))
    question = next(q for q in judging_progress(site.folder).questions if q.there)
    with opened(site.folder):
        booklet = next(a.booklet for a in looks.answers() if a.answer.question == question.question)
    judge(site.folder, booklet, question.question, Ticked(), Author(EXAMINER), act="one-judgement")
    people = glance(site.folder).people
    assert {p.who for p in people} <= {EXAMINER.name}
    assert sum(p.decisions for p in people) == len(fields) + 1


@pytest.mark.parametrize("role", [Role.EXAMINER, Role.PROCTOR])
def test_it_asks_the_same_number_of_questions_for_any_exam(site: Site, role: Role) -> None:
    browser = site.as_(role)
    browser.get(site.at())
    with opened(site.folder):
        exam = CaptureQueriesContext(connection())
        with exam, CaptureQueriesContext(site_connection) as own:
            browser.get(site.at())
    assert len(exam) <= 22
    assert len(own) <= 8
