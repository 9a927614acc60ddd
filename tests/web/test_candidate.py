"""A candidate's page by a personal link: what is published of their own results, and nothing of anybody else.

Of eight people booklets were found; the first's is final, and a corrector has judged its word.
"""

import csv
import io
import random
import re
import secrets
import string
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from django.test import Client
from tests.actions.conftest import layout, small  # noqa: F401 - fixtures
from tests.cast import CORRECTOR, EXAMINER
from tests.web.by_hand import UNCLEAR, Answer, site_with
from tests.web.conftest import Site
from tests.web.test_access import _addresses  # the table of addresses

from klausur.actions import personal_links, publish, settle
from klausur.actions.own_results import own_results
from klausur.actions.personal_links import MadeLink
from klausur.actions.settle import Marked
from klausur.paper.answers import Worth
from klausur.paper.layout import Layout
from klausur.state.facts import Author, Role
from klausur.state.publication import Part, Terms, Window
from klausur.store import models
from klausur.store.folder import opened
from klausur.web.limits import Limit, Tries

ADA, KONRAD = Author(EXAMINER), Author(CORRECTOR)
PEOPLE = 8


def soon() -> datetime:
    return datetime.now(UTC) + timedelta(days=20)


@dataclass(frozen=True, slots=True)
class Published:
    """A site whose exam is published, and everybody's links in the order of the list."""

    site: Site
    links: tuple[MadeLink, ...]

    def at(self, rest: str = "", who: int = 0) -> str:
        return f"/review/{self.site.exam.slug}/{self.links[who].secret}/{rest}"


@pytest.fixture
def published(tmp_path: Path, layout: Layout) -> Published:  # noqa: F811
    site = site_with(tmp_path / "eight", layout, PEOPLE)
    for booklet in range(1, PEOPLE):
        settle.settle(site.folder, booklet, UNCLEAR, Marked("empty"), ADA)
        settle.settle(site.folder, booklet, "word", Worth(Fraction(booklet % 3)), ADA)
    publish.set_terms(site.folder, Terms(frozenset(Part), objections=Window(soon())), ADA)
    publish.publish(site.folder, ADA)
    return Published(site, personal_links.make(site.folder, soon(), ADA))


def get(address: str, language: str = "en") -> Answer:
    return Client().get(address, headers={"accept-language": language})


def text_of(answer: Answer) -> str:
    return answer.content.decode()


def test_a_candidate_sees_their_own_results_and_no_name_of_anybody(published: Published) -> None:
    own, *others = (each.candidate.candidate for each in published.links)
    page = text_of(get(published.at()))
    assert own.name in page
    assert own.registration in page
    assert "A word" in page
    assert "7 final booklets" in page
    for other in others:
        assert other.name not in page
        assert other.registration not in page
    assert "Ada Example" not in page
    assert "Konrad" not in page
    assert " style=" not in page
    german = text_of(get(published.at(), "de"))
    assert "Ihre Ergebnisse" in german


def test_who_judged_is_told_where_the_examiner_says_so(published: Published) -> None:
    folder = published.site.folder
    with opened(folder):  # a page of the answer, so that it can be judged
        assert models.PageImage.objects.exists()
    publish.set_terms(folder, Terms(frozenset({Part.TOTAL}), correctors=True), ADA)
    page = text_of(get(published.at()))
    assert "A word" not in page
    assert "Ada Example" not in page  # who judged stands beside questions alone


def test_nothing_is_there_before_it_is_published_or_once_it_is_revoked(published: Published) -> None:
    publish.revoke(published.site.folder, ADA)
    page = get(published.at())
    assert page.status_code == 200
    assert "No results are published" in text_of(page)
    assert published.links[0].candidate.candidate.name not in text_of(page)
    for rest in (
        "script.pdf",
        "pages/booklet/1/1/",
        "pages/booklet/1/1/drawn.svg",
        "papers/",
        "questions/word/",
    ):
        assert get(published.at(rest)).status_code == 404
    sent = Client().post(published.at("object/"), {"about": "other", "text": "Hm.", "act": uuid.uuid4()})
    assert sent.status_code == 404


def test_an_objection_is_sent_once_and_shown(published: Published) -> None:
    said = {
        "question": "word",
        "text": "It is <b>one</b>.",
        "act": str(uuid.uuid4()),
    }
    browser = Client()
    for _ in range(2):
        answer = browser.post(published.at("object/"), said)
        assert answer.headers["Location"].endswith("#q-word")
    again = browser.post(published.at("object/"), {**said, "act": str(uuid.uuid4()), "text": "More."})
    assert again.status_code == 400
    assert "nobody has answered yet" in again.content.decode()
    page = text_of(get(published.at()))
    assert "It is &lt;b&gt;one&lt;/b&gt;." in page
    assert "waits for an answer" in page
    assert "<b>one" not in text_of(get(published.at(who=1)))
    with opened(published.site.folder):
        (row,) = models.Objection.objects.values_list("who", "question")
    assert row == (published.links[0].candidate.candidate.registration, "word")


def test_the_desk_shows_it_and_its_answer_is_seen(published: Published) -> None:
    site = published.site
    said = {"question": "word", "text": "Look again, please.", "act": str(uuid.uuid4())}
    Client().post(published.at("object/"), said)
    desk = site.as_(Role.CORRECTOR)
    listed = desk.get(site.at("objections/")).content.decode()
    assert re.search(r"the oldest for [1-9]\d* minute", listed), (
        "who has just objected has not waited for 0 hours"
    )
    assert "Look again, please." in listed
    assert published.links[0].candidate.candidate.name not in listed  # correctors see numbers alone
    (number,) = re.findall(r"objections/(\d+)/", listed)
    page = desk.get(site.at(f"objections/{number}/")).content.decode()
    assert "Decided by Ada Example" in page
    refused = desk.post(site.at(f"objections/{number}/answer/"), {"text": ""})
    assert refused.status_code == 400
    assert "gives a reason" in refused.content.decode()
    desk.post(site.at(f"objections/{number}/answer/"), {"text": "No word at all."})
    assert "No word at all." in text_of(get(published.at()))
    assert desk.post(site.at("objections/99/answer/"), {"text": "a"}).status_code == 404


def test_links_are_given_out_as_a_file_and_are_good(
    published: Published, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = published.site
    examiner = site.as_(Role.EXAMINER)
    until = (datetime.now(UTC) + timedelta(days=5)).date().isoformat()
    answer = examiner.post(site.at("results/publication/links/"), {"until": until})
    rows = list(csv.DictReader(io.StringIO(answer.content.decode())))
    assert len(rows) == PEOPLE
    assert get(published.at()).status_code == 404  # newer ones have taken their places
    for row in rows[:2]:
        page = text_of(get("/review/" + row["link"].partition("/review/")[2]))
        assert row["name"] in page
    page = examiner.get(site.at("results/publication/")).content.decode()
    assert "8 links are good" in page
    assert rows[0]["link"][-33:-1] not in page
    page = examiner.get(site.at("results/publication/"), {"q": rows[1]["registration"]}).content.decode()
    assert rows[1]["registration"] in page
    assert rows[0]["registration"] not in page
    assert "Nobody on the list fits." in text_of(
        examiner.get(site.at("results/publication/"), {"q": "nobody"})
    )
    monkeypatch.setattr("klausur.web.results.publication.AT_ONCE", 3)
    page = examiner.get(site.at("results/publication/"), {"page": "3"}).content.decode()
    assert page.count("New link") == PEOPLE - 6
    examiner.post(site.at("results/publication/links/revoke/"))
    assert get("/review/" + rows[0]["link"].partition("/review/")[2]).status_code == 404


def test_the_examiner_publishes_at_the_desk_and_sees_what_a_candidate_sees(published: Published) -> None:
    site = published.site
    examiner = site.as_(Role.EXAMINER)
    examiner.post(site.at("results/publication/revoke/"), {"why": "a mistake"})
    assert not publish.look(site.folder).publication.published
    ends = "2030-01-02T10:00"
    terms = {"shows": ["total", "questions"], "ends": ends, "four_eyes": "on"}
    examiner.post(site.at("results/publication/terms/"), terms)
    found = publish.look(site.folder)
    assert found.publication.terms.shows == {Part.TOTAL, Part.QUESTIONS}
    assert found.publication.asked == site.people[Role.EXAMINER].name
    assert ends in examiner.get(site.at("results/publication/")).content.decode()
    refused = examiner.post(site.at("results/publication/publish/"))
    assert refused.status_code == 409
    publish.sign(site.folder, found.grades, ADA)
    examiner.post(site.at("results/publication/publish/"))
    assert publish.look(site.folder).publication.published
    who = published.links[2].candidate
    preview = examiner.get(site.at(f"results/publication/preview/{who.id}/")).content.decode()
    assert who.candidate.name in preview
    assert "or would see" in preview
    assert '<form method="post" action="/review/' not in preview


def test_a_candidate_with_a_link_comes_to_no_other_address(published: Published) -> None:
    browser = Client(raise_request_exception=False)
    assert browser.get(published.at()).status_code == 200
    seen = set()
    for address in _addresses(published.site):
        path = address.path.replace("/no-such-secret/", f"/{published.links[0].secret}/", 1)
        for method in address.access.methods:
            status = browser.generic(method, path).status_code
            said = f"{method} {path}: {status}"
            if address.access.kind == "link":
                assert status in {200, 302, 400, 404}, said
                seen.add(status)
            elif address.access.kind == "watch":
                assert status == 404, said
            elif address.access.kind != "open":
                assert status in {302, 401}, said
    assert {200, 404} <= seen


def test_500_tries_of_a_hostile_candidate_lead_nowhere(
    published: Published, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By their own good link: others' pages and scripts, guessed links, other people's acts, other times."""
    monkeypatch.setattr("klausur.web.candidate.objecting.ACTS", Limit(10_000, 600))
    monkeypatch.setattr("klausur.web.candidate.views.PICTURES", Limit(10_000, 600))
    draw = random.Random(5)  # noqa: S311 - which tries are made
    folder, slug = published.site.folder, published.site.exam.slug
    secret = published.links[0].secret
    letters = string.ascii_letters + string.digits + "-_"
    others = [each.candidate.candidate for each in published.links[1:]]
    names = [who.name.encode() for who in others] + [who.registration.encode() for who in others]
    with opened(folder):
        before = models.AuditEvent.objects.count()
    publish.set_terms(folder, Terms(frozenset(Part), objections=Window(datetime.now(UTC))), ADA)
    browser = Client(raise_request_exception=False)

    def changed() -> str:
        at = draw.randrange(len(secret))
        return secret[:at] + draw.choice(letters.replace(secret[at], "")) + secret[at + 1 :]

    def guessed() -> str:
        return draw.choice(
            [changed(), secret[:-1], secret + "A", secret.swapcase(), secrets.token_urlsafe(24), "%00", "*"]
        )

    def number() -> int:
        return draw.choice([0, 2, 3, 4, 5, 6, 7, 8, 10**9, 2**63])

    tries = 0
    for _ in range(125):
        sheet = draw.choice(["booklet", "extra", "attendance", "protocol", "scan", ".."])
        page = f"/review/{slug}/{secret}/pages/{sheet}/{number()}/{draw.randrange(1, 4)}/"
        forged = {
            "question": draw.choice(["word", "letters", "numbers"]),
            "text": "Mine.",
            "act": str(uuid.uuid4()),
            "candidate": str(number()),
            "registration": draw.choice(others).registration,
            "when": "2020-01-01T00:00",
            "now": "2020-01-01",
            "until": "2040-01-01",
            "mark": "1 1 5 5",
            "page": f"booklet {number()} 1",
        }
        for answer in (
            browser.get(page + draw.choice(["", "drawn.svg"]), {"candidate": number(), "i": number()}),
            browser.get(
                f"/review/{draw.choice([slug, 'other'])}/{guessed()}/{draw.choice(['', 'script.pdf'])}"
            ),
            browser.post(f"/review/{slug}/{secret}/object/", forged),
            browser.get(f"/review/{slug}/{secret}/", {"candidate": number(), "booklet": number()}),
        ):
            tries += 1
            content = answer.content
            assert answer.status_code in {200, 400, 404, 429}, answer.status_code
            assert not any(name in content for name in names)
            if answer.status_code == 200:
                assert others[0].name.encode() not in content
                assert published.links[0].candidate.candidate.name.encode() in content
    assert tries == 500
    with opened(folder):
        assert not models.Objection.objects.exists()
        assert models.AuditEvent.objects.count() == before + 1  # the terms alone


def test_the_script_has_its_candidate_s_name_across_each_page(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    publish.set_terms(site.folder, Terms(frozenset(Part)), ADA)
    publish.publish(site.folder, ADA)
    made = personal_links.make(site.folder, soon(), ADA)
    folder = site.folder
    mine = next(each for each in made if own_results(folder, each.candidate, Terms()).booklet == 1)
    own = mine.candidate.candidate
    at = f"/review/{site.exam.slug}/{mine.secret}/"
    answer = Client().get(f"{at}script.pdf")
    assert answer.headers["Content-Type"] == "application/pdf"
    document = pdfium.PdfDocument(answer.content)
    assert len(document) > 1
    for page in document:
        assert own.registration in page.get_textpage().get_text_range()
    (spot, *_) = own_results(folder, mine.candidate, Terms(frozenset({Part.SCRIPT}))).pages
    picture = f"pages/{spot.sheet}/{spot.booklet}/{spot.page}/"
    assert Client().get(at + picture).headers["Content-Type"] == "image/jpeg"
    assert Client().get(f"{at}{picture}drawn.svg").content.startswith(b"<svg ")
    assert Client().get(f"{at}pages/booklet/2/1/").status_code == 404
    assert "Not Found" in caplog.text
    assert mine.secret not in caplog.text


def test_who_guesses_too_often_is_no_longer_looked_up_and_good_links_stay_good() -> None:
    now = [0.0]
    tries = Tries(failures=3, seconds=60, clock=lambda: now[0])
    tries.passed("mine")
    for _ in range(3):
        assert tries.lets("a gateway", "another")
        tries.failed("a gateway")
    assert not tries.lets("a gateway", "another")
    assert tries.lets("a gateway", "mine")
    assert tries.lets("elsewhere", "another")
    now[0] = 61
    assert tries.lets("a gateway", "another")


def test_a_limit_is_each_name_s_own() -> None:
    now = [0.0]
    limit = Limit(times=2, seconds=10, clock=lambda: now[0])
    assert [limit.takes("a"), limit.takes("a"), limit.takes("a"), limit.takes("b")] == [
        True,
        True,
        False,
        True,
    ]
    assert limit.spent("a")
    now[0] = 10
    assert not limit.spent("a")
    assert limit.takes("a")
