"""Dates are written as the reader's language has them, and everywhere by the same filter."""

import re
from datetime import UTC, datetime

import pytest
from django.template import base
from django.utils.translation import override
from tests.web.conftest import Site
from tests.web.test_access import _addresses

from klausur.site import audit
from klausur.site.jobs import JobState, Kind
from klausur.site.models import Job
from klausur.state.facts import Role
from klausur.web import tags
from klausur.web.words import WEB

THEN = datetime(2025, 10, 15, 14, 5, tzinfo=UTC)
"""A Wednesday in October: each of its names is another one in German."""

ENGLISH = re.compile(
    r"\b(January|February|March|May|June|July|October|December|Mar|Oct|Dec"
    r"|(Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|Mon|Tue|Wed|Thu|Fri|Sat|Sun|[ap]\.m\.|AM|PM|noon|midnight)\b"
)


@pytest.mark.parametrize(("language", "written"), [("en", "15 Oct 2025, 14:05"), ("de", "15.10.2025, 14:05")])
def test_a_moment_is_written_in_the_readers_language(language: str, written: str) -> None:
    with override(language):
        assert tags.when(THEN) == written
        assert tags.when(None) == ""


def test_no_page_writes_dates_in_a_way_of_its_own() -> None:
    own = re.compile(r"\|(date|time|naturaltime|timesince|timeuntil)\b(?!:'c'|:form\b)")
    for path in WEB.rglob("*.html"):
        assert not own.search(path.read_text("utf-8")), f"{path} writes a date otherwise than by |when"
    for path in WEB.rglob("*.js"):
        assert not re.search(r"toLocale\w*\(\)|DateTimeFormat\(\)|toDateString", path.read_text("utf-8")), (
            path
        )


def _then(value: object) -> object:
    return THEN if isinstance(value, datetime) else value


def text_of(page: str) -> str:
    """What people read on a page: no scripts, tags and addresses."""
    return re.sub(r"<(script|style)\b.*?</\1>|<[^>]*>", " ", page, flags=re.DOTALL)


@pytest.mark.parametrize("role", [Role.EXAMINER, Role.ADMINISTRATOR], ids=str)
def test_no_page_in_german_has_english_dates(site: Site, role: Role, monkeypatch: pytest.MonkeyPatch) -> None:
    person = site.people[role]
    for kind in (Kind.SCAN, Kind.CHECK):
        given = {"kind": kind, "exam": site.exam, "by": person, "role": "examiner"}
        Job.objects.create(
            **given, asked={"name": "a.pdf"}, state=JobState.ASIDE, ended=THEN, fault="no page"
        )
    audit.append("give-role", person, to=person.name)
    monkeypatch.setattr(tags, "localtime", lambda _: THEN)  # as if all had happened then
    monkeypatch.setattr(base, "template_localtime", lambda value, **_: _then(value))
    client = site.as_(role)
    client.raise_request_exception = False
    client.cookies["language"] = "de"
    told = set()
    own = [f"/accounts/{each}/" for each in ("2fa", "password/change", "reauthenticate")]
    paths = [each.path for each in _addresses(site) if "GET" in each.access.methods]
    for path in [*paths, *own, site.at("scans/booklets/1/"), "/site/log/?kind=changes"]:
        answer = client.get(path)
        if answer.streaming or "html" not in answer.headers.get("Content-Type", ""):
            continue
        page = text_of(answer.content.decode())
        found = ENGLISH.search(page)
        assert found is None, f"{path}: …{page[max(found.start() - 60, 0) : found.end() + 40]}…"
        told |= set(re.findall(r"15\.10\.2025, \d\d:05", page))
    assert told, "no page told of any moment"
