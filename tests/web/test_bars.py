"""What a page or a settlement asks of the databases does not grow with the exam: fast without any clock.

What it takes is measured by ``benchmarks/site.py``.
"""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from shutil import rmtree

import pytest
from django.conf import settings
from django.db import connection as own
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.actions.conftest import layout, result, scan_by_hand, small  # noqa: F401 - fixtures
from tests.web.by_hand import UNCLEAR, site_with
from tests.web.conftest import Site
from tests.web.test_access import addresses

from klausur.paper.layout import Layout
from klausur.state.facts import Role
from klausur.store.connections import connection
from klausur.store.folder import opened
from klausur.web.access import Access

SETTLEMENT, NEXT, JUDGEMENT = 27, 24, 27
"""Statements for a settlement, for the next answer and for a judgement, from the request to the answer.

Two of each tell SQLite when to wait for the disk, and two how long for others."""

MORE = ("readings/?of=credits", "results/?by=total", "scans/images/unplaced/", "scans/images/twice/")
"""Pages beside those that need no more than the exam to be named."""


@pytest.fixture
def two(tmp_path: Path, layout: Layout) -> tuple[Site, Site]:  # noqa: F811 - the fixture
    """A small exam and a larger one."""
    first, second = (site_with(tmp_path / str(many), layout, many, named=False) for many in (3, 30))
    return first, second


def asked(site: Site, work: Callable[[], object]) -> int:
    """How many statements some work sends to the exam's records and to the site's own database."""
    with (
        opened(site.folder),
        CaptureQueriesContext(connection()) as of_exam,
        CaptureQueriesContext(own) as of_site,
    ):
        work()
    return len(of_exam) + len(of_site)


def pages() -> dict[str, Role]:
    """The pages of an exam, below its address, each with somebody who comes there."""
    found = dict.fromkeys(MORE, Role.EXAMINER)
    for route, view in addresses():
        access = getattr(view, "access", None)
        if not isinstance(access, Access) or access.kind != "exam" or "GET" not in access.methods:
            continue
        who = [role for role in (Role.EXAMINER, Role.CORRECTOR, Role.PROCTOR) if role in access.roles]
        if who and route.count("<") == 1:
            found[route.partition("<slug:slug>/")[2]] = who[0]
    return found


def test_no_page_asks_more_of_thirty_booklets_than_of_three(two: tuple[Site, Site]) -> None:
    found = pages()
    assert {"", "people/", "scans/", "readings/", "readings/gallery/", "owners/", "results/"} <= set(found)
    clients = {(n, role): site.as_(role) for n, site in enumerate(two) for role in set(found.values())}
    wrong = {}
    for rest, role in found.items():
        counts = []
        for n, site in enumerate(two):
            look = partial(clients[n, role].get, site.at(rest))
            look()  # what is looked up once for many pages
            counts.append(asked(site, look))
        if len(set(counts)) > 1:
            wrong[rest] = counts
    assert not wrong


def settle(client: Client, site: Site, booklet: int) -> None:
    given = {"booklet": booklet, "target": UNCLEAR, "looked": 0, "mark": "crossed"}
    assert "data-said" in client.post(site.at("readings/settle/"), given).content.decode()


def test_a_settlement_asks_a_bounded_number_of_things_however_large_the_exam(two: tuple[Site, Site]) -> None:
    counts = []
    for site in two:
        client = site.as_(Role.CORRECTOR)
        settle(client, site, 1)
        counts.append(asked(site, partial(settle, client, site, 2)))
    assert counts[0] == counts[1] <= SETTLEMENT


def next_answer(client: Client, site: Site) -> dict[str, str]:
    """Take the next answer, and say what the desk sends of it."""
    page = client.post(site.at("grading/word/next/"), {"after": "", "besides": ""}).content.decode()
    names = {"booklet": "data-booklet", "looked": "data-looked", "images": "data-images"}
    return {name: page.partition(f' {at}="')[2].partition('"')[0] for name, at in names.items()}


def judge(client: Client, site: Site, seen: dict[str, str], act: str) -> None:
    given = seen | {"items": "1:1", "act": act}
    assert "judgement" in client.post(site.at("grading/word/judge/"), given).json()


def test_a_judgement_asks_a_bounded_number_of_things_however_large_the_exam(
    tmp_path: Path,
    layout: Layout,  # noqa: F811 - the fixture
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rmtree(settings.KLAUSUR_HOME.files / "pictures", ignore_errors=True)  # of other tests' exams
    counts = []
    for many in (3, 30):
        site = site_with(tmp_path / str(many), layout, many, named=False)
        with monkeypatch.context() as patched:
            patched.setattr("tests.actions.conftest.FILE", f"{many:064x}")
            scan_by_hand(site.folder, *(result(layout, n, n, 2) for n in range(1, many + 1)))
        client = site.as_(Role.CORRECTOR)
        judge(client, site, next_answer(client, site), "the-first-one")
        seen = next_answer(client, site)
        ahead = asked(site, partial(next_answer, client, site))
        counts.append((ahead, asked(site, partial(judge, client, site, seen, "the-second-one"))))
    assert counts[0] == counts[1]
    assert counts[0][0] <= NEXT
    assert counts[0][1] <= JUDGEMENT
