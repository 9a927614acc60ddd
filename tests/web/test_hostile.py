"""A thousand requests that nobody honest sends: none breaks anything, none tells of another exam."""

import random
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from tests.exams import copy_exam
from tests.web.conftest import Site
from tests.web.test_access import EXAMPLES, addresses

from klausur.site import exams
from klausur.state.facts import Role

pytestmark = pytest.mark.long

OTHER = "An exam of other people"

PARTS = (
    *("1", "2", "0", "-1", "999999", "9" * 30, "../../etc/passwd", "%2e%2e%2f", "..%5c", "a" * 3000, "%00"),
    *("booklet", "extra", "attendance", "letters", "letters/choice/a", "../key", "results.csv", "csv", "'--"),
    *("6d1f0000-0000-4000-8000-000000000000", "ü", "%ff%fe", "{{7*7}}", "<script>", "waiting", "twice"),
)
VALUES = (
    "",
    "0",
    "1",
    "2",
    "x" * 5000,
    "-1",
    "\x00",
    "ü",
    "[]",
    "{}",
    "null",
    "nan",
    "1e999",
    "<script>",
    "../..",
)
NAMES = (
    *(
        "booklet",
        "field",
        "mark",
        "image",
        "images",
        "page",
        "to",
        "role",
        "person",
        "exam",
        "why",
        "seen",
        "next",
    ),
    *(
        "candidate",
        "name",
        "registration",
        "state",
        "of",
        "looked",
        "job",
        "spare",
        "extra",
        "number",
        "verdict",
        "act",
        "drawing",
        "sheet",
        "typed",
    ),
)
BODIES = (
    b"",
    b"{",
    b"[]",
    b"null",
    b'{"name": 1}',
    b'{"name": "a.pdf", "size": -1}',
    b"\xff\xfe" * 50,
    b"[" * 5000,
)


@pytest.fixture
def other(sat: Path, tmp_path: Path) -> str:
    """An exam in which nobody but the administrator has to do."""
    return exams.add(settings.KLAUSUR_HOME, copy_exam(sat, tmp_path / "other"), OTHER, "the tests").slug


def _path(route: str, draw: random.Random, slug: str) -> str:
    def part(found: re.Match[str]) -> str:
        name = found[0].strip("<>").partition(":")[2]
        if name == "slug":
            return slug
        return draw.choice((*PARTS, EXAMPLES[name]))

    return "/" + re.sub(r"<[^>]+>", part, route)


@pytest.mark.parametrize("seed", range(4))
def test_nothing_breaks_and_nothing_of_another_exam_is_told(site: Site, other: str, seed: int) -> None:
    draw = random.Random(seed)  # noqa: S311 - a test draws
    roles = [Role.EXAMINER, Role.CORRECTOR, Role.PROCTOR, None]
    browsers = {role: site.as_(role) for role in roles} | {"nobody": Client()}
    for browser in browsers.values():
        browser.raise_request_exception = False
    routes = [route for route, _ in addresses()]
    for _ in range(250):
        who = draw.choice(list(browsers))
        route = draw.choice(routes)
        slug = draw.choice((site.exam.slug, site.exam.slug, other, "no-such", "a" * 300))
        path = _path(route, draw, slug)
        fields = {draw.choice(NAMES): draw.choice(VALUES) for _ in range(draw.randrange(5))}
        headers = {"HX-Request": "true"} if draw.random() < 0.3 else {}
        kind = draw.randrange(4)
        if kind == 0:
            answer = browsers[who].get(path, fields, headers=headers)
        elif kind == 1:
            answer = browsers[who].post(path, fields, headers=headers)
        elif kind == 2:
            body = draw.choice(BODIES)
            answer = browsers[who].post(path, body, content_type="application/json", headers=headers)
        else:
            answer = browsers[who].generic(draw.choice(("PUT", "DELETE", "PATCH", "OPTIONS", "TRACE")), path)
        said = f"{who}: {answer.request['REQUEST_METHOD']} {path[:200]} {fields}: {answer.status_code}"
        assert answer.status_code < 500, said
        if not answer.streaming:
            assert OTHER not in answer.content.decode(errors="replace"), said


def test_a_form_without_its_token_changes_nothing(site: Site) -> None:
    browser = Client(enforce_csrf_checks=True, raise_request_exception=False)
    browser.force_login(site.people[Role.EXAMINER], "django.contrib.auth.backends.ModelBackend")
    answer = browser.post(site.at("team/names/"), {"names": "shown"})
    assert answer.status_code == 403
    site.exam.refresh_from_db()
    assert not site.exam.names_for_correctors


def test_a_body_that_is_too_large_is_refused(site: Site) -> None:
    browser = site.as_(Role.EXAMINER)
    browser.raise_request_exception = False
    answer = browser.post(site.at("team/invite/"), {"email": "x" * (11 * 1024 * 1024)})
    assert answer.status_code in {400, 413}
