"""The grading desk asked by people who mean no good: nothing breaks, nothing of others is told or changed.

The addresses are looked up, and the fields that their views ask for: whatever comes to the desk is asked too.
"""

import importlib
import inspect
import json
import random
import re
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.http import HttpResponseBase
from django.test import Client
from tests.actions.conftest import layout, result, scan_by_hand, small  # noqa: F401 - fixtures
from tests.web.by_hand import site_with
from tests.web.conftest import Site
from tests.web.test_access import EXAMPLES, addresses
from tests.web.test_hostile import BODIES, PARTS, VALUES

from klausur.paper.layout import Layout
from klausur.site.models import Person
from klausur.state.facts import Role
from klausur.store import audit, derive, judgements
from klausur.store.folder import opened
from klausur.store.frame import Frame
from klausur.store.verify import verify
from klausur.web.access import Access

pytestmark = pytest.mark.long

BEFORE = frozenset(
    (
        *("overview", "author", "people", "prints", "scans", "readings", "owners", "results"),
        *("team", "pictures", "site", "home", "accounts"),
    )
)
"""Rooms of the site that are no part of grading; others are asked here."""

OURS, THEIRS = "seen by our correctors alone", "seen by their correctors alone"
FIELD = re.compile(r"""(?:\.get(?:list)?\(|numbers\([^"()]*\(?[^"()]*,)\s*"(\w+)\"""")
WHO = ("examiner", "corrector") * 3 + ("proctor", "stranger", "nobody")
REQUESTS = 600
"""To all addresses together."""

MORE = ("1:1", "1:999999999", "1:1,1:1,2:1", "9" * 400, "1,2,3", "4", "0,0", "1/0", "1e3", "½", "-0,5", "NaN")
"""Values beside those of other desks: items, numbers of booklets and images, credits."""


@dataclass(slots=True)
class Exam:
    """An exam in which a word waits to be judged: one answer is judged, and one put aside."""

    site: Site
    browsers: dict[str, Client] = field(default_factory=dict)

    def at(self, rest: str) -> str:
        return self.site.at(f"grading/{rest}")

    def seen(self, booklet: int) -> dict[str, str]:
        """What the desk sends of an answer."""
        page = self.browsers["corrector"].get(self.at(f"word/{booklet}/")).content.decode()
        names = {"booklet": "data-booklet", "looked": "data-looked", "images": "data-images"}
        return {name: page.partition(f' {at}="')[2].partition('"')[0] for name, at in names.items()}

    def judge(self, booklet: int, who: str = "corrector", **said: str) -> HttpResponseBase:
        given = self.seen(booklet) | {"items": "1:1", "act": str(uuid.uuid4())} | said
        return self.browsers[who].post(self.at("word/judge/"), given)


def exam_of(place: Path, layout: Layout, many: int, secret: str, patch: pytest.MonkeyPatch) -> Exam:  # noqa: F811
    site = site_with(place, layout, many)
    with patch.context() as patched:
        patched.setattr("tests.actions.conftest.FILE", f"{many:064x}")
        scan_by_hand(site.folder, *(result(layout, n, n, 2) for n in range(1, many + 1)))
    site.people[None] = Person.objects.create_user(f"stranger-{many}@example.org", f"Stefan Fremd {many}")
    roles = {
        "examiner": Role.EXAMINER,
        "corrector": Role.CORRECTOR,
        "proctor": Role.PROCTOR,
        "stranger": None,
    }
    made = Exam(site, {name: site.as_(role) for name, role in roles.items()} | {"nobody": Client()})
    for browser in made.browsers.values():
        browser.raise_request_exception = False
    assert made.judge(1, comment=secret).status_code == 200
    aside = {"booklet": "2", "text": secret, "act": str(uuid.uuid4())}
    assert made.browsers["corrector"].post(made.at("word/park/"), aside).status_code == 200
    return made


@pytest.fixture
def ours(tmp_path: Path, layout: Layout, monkeypatch: pytest.MonkeyPatch) -> Exam:  # noqa: F811
    return exam_of(tmp_path / "ours", layout, 5, OURS, monkeypatch)


@pytest.fixture
def theirs(tmp_path: Path, layout: Layout, monkeypatch: pytest.MonkeyPatch) -> Exam:  # noqa: F811
    return exam_of(tmp_path / "theirs", layout, 4, THEIRS, monkeypatch)


def room(view: object) -> str:
    return inspect.getmodule(inspect.unwrap(view)).__name__.split(".")[2]  # type: ignore[arg-type, union-attr]


def routes() -> dict[str, Access]:
    """The addresses of the desk, below the site's."""
    found = {}
    for route, view in addresses():
        access = getattr(view, "access", None)
        if isinstance(access, Access) and access.kind == "exam" and room(view) not in BEFORE:
            found[route] = access
    return found


def fields() -> list[str]:
    """The fields that views of the desk ask of a request."""
    rooms = {room(view) for _, view in addresses() if isinstance(getattr(view, "access", None), Access)}
    found: set[str] = set()
    for name in sorted(rooms - BEFORE):
        package = Path(importlib.import_module(f"klausur.web.{name}").__path__[0])
        for module in package.glob("*.py"):
            found |= set(FIELD.findall(module.read_text(encoding="utf-8")))
    return sorted(found)


def heads(*exams: Exam) -> list[object]:
    found: list[object] = []
    for exam in exams:
        with opened(exam.site.folder):
            found.append(audit.head())
    return found


def wrong(exam: Exam) -> list[str]:
    with opened(exam.site.folder):
        differences = list(derive.verify(Frame(exam.site.folder)))
        return [*differences, *verify()]


def text(answer: HttpResponseBase) -> str:
    return "" if answer.streaming else answer.content.decode(errors="replace")  # type: ignore[attr-defined]


def path_of(route: str, slug: str, draw: random.Random | None = None) -> str:
    """An address; where something is drawn, one of its parts is seldom what it ought to be."""
    usual = {**EXAMPLES, "question": "word", "slug": slug}

    def part(found: re.Match[str]) -> str:
        name = found[0].strip("<>").rpartition(":")[2]
        if draw is not None and name != "slug" and draw.random() < 0.2:
            return draw.choice(PARTS)
        return usual[name]

    return "/" + re.sub(r"<[^>]+>", part, route)


def drawn(draw: random.Random, names: list[str], honest: Mapping[str, str]) -> dict[str, str]:
    """What a form says: what it ought to, but for some of it."""
    said = {**honest, "act": str(uuid.UUID(int=draw.getrandbits(128)))}
    for name in draw.sample(names, draw.randrange(1, 4)):
        said[name] = draw.choice((*VALUES, *MORE))
    if draw.random() < 0.2:
        said.pop(draw.choice(list(said)))
    return said


def test_it_knows_the_fields_of_the_desk() -> None:
    assert {"after", "besides", "booklet", "booklets", "looked", "images", "items", "adjustment"} <= set(
        fields()
    )
    assert {"act", "text", "parking", "comment", "reason"} <= set(fields())
    assert len(routes()) >= 11


@pytest.mark.parametrize("seed", [0, pytest.param(1, marks=pytest.mark.nightly)])
def test_nothing_breaks_and_nothing_of_others_is_told(ours: Exam, theirs: Exam, seed: int) -> None:
    draw = random.Random(seed)  # noqa: S311 - a test draws
    names = fields()
    (before,) = heads(theirs)
    found = routes()
    for route, access in found.items():
        for _ in range(REQUESTS // len(found)):
            who = draw.choice(WHO)
            exam = draw.choice((ours, ours, ours, theirs))
            path = path_of(route, exam.site.exam.slug, draw)
            said = drawn(draw, names, ours.seen(draw.randrange(1, 6)) if draw.random() < 0.5 else {})
            ask = draw.random()
            browser = ours.browsers[who]
            if ask < 0.7 and "POST" in access.methods:
                form = urlencode(said, errors="surrogateescape")
                answer = browser.generic("POST", path, form, "application/x-www-form-urlencoded")
            elif ask < 0.7:
                answer = browser.get(path, said)
            elif ask < 0.85:
                answer = browser.post(path, draw.choice(BODIES), content_type="application/json")
            else:
                answer = browser.generic(draw.choice(("PUT", "DELETE", "PATCH", "OPTIONS", "TRACE")), path)
            what = f"{who}: {answer.request['REQUEST_METHOD']} {path[:200]} {said}: {answer.status_code}"
            assert answer.status_code < 500, what
            page = text(answer)
            assert THEIRS not in page, what
            if who in {"stranger", "nobody"} or exam is theirs:
                assert answer.status_code in {302, 400, 401, 403, 404, 405}, what
                assert OURS not in page, what
            if answer.headers.get("Content-Type") == "application/json":
                assert isinstance(json.loads(page), dict), what
    assert heads(theirs) == [before]
    assert wrong(ours) == []


def test_what_is_huge_or_has_no_token_is_refused_everywhere(ours: Exam) -> None:
    huge = b"comment=" + b"x" * (11 * 1024 * 1024)
    strict = Client(enforce_csrf_checks=True, raise_request_exception=False)
    strict.force_login(ours.site.people[Role.EXAMINER], "django.contrib.auth.backends.ModelBackend")
    before = heads(ours)
    for route, access in routes().items():
        if "POST" not in access.methods:
            continue
        path = path_of(route, ours.site.exam.slug)
        answer = ours.browsers["examiner"].generic(
            "POST", path, huge, content_type="application/x-www-form-urlencoded"
        )
        assert answer.status_code in {400, 404, 413}, f"{route}: {answer.status_code}"
        assert strict.post(path, ours.seen(3)).status_code == 403, route
    assert heads(ours) == before


def counted(exam: Exam) -> Iterator[tuple[int, str, str]]:
    with opened(exam.site.folder):
        for each in judgements.about():
            yield each.booklet, each.who, str(each.judged.credits)


def test_what_is_stale_or_of_another_answer_changes_nothing(ours: Exam, theirs: Exam) -> None:
    stale, act = ours.seen(3), str(uuid.uuid4())
    assert ours.judge(3, "examiner", act=act, comment="first").status_code == 200
    before = list(counted(ours))
    later = {**stale, "items": "", "act": str(uuid.uuid4())}
    told = ours.browsers["corrector"].post(ours.at("word/judge/"), later)
    assert json.loads(text(told))["booklet"] == 3  # and who judged meanwhile
    assert ours.judge(4, act=act).status_code == 400  # an act of another answer
    foreign = {**theirs.seen(4), "items": "1:1", "act": str(uuid.uuid4())}
    assert ours.browsers["corrector"].post(theirs.at("word/judge/"), foreign).status_code == 404
    assert ours.browsers["corrector"].post(ours.at("word/undo/")).status_code == 200  # their own, booklet 1
    assert ours.browsers["corrector"].post(ours.at("word/undo/")).status_code == 404  # nobody else's
    for parking in ("2", "99"):
        said = {"parking": parking, "text": "so"}
        answer = ours.browsers["examiner"].post(ours.site.at("grading-reply/"), said)
        assert answer.status_code == 404
    assert list(counted(ours)) == before
    assert wrong(ours) == wrong(theirs) == []


def test_nobody_holds_what_is_not_there(ours: Exam) -> None:
    many = ",".join(map(str, range(1, 100_000)))
    browser = ours.browsers["corrector"]
    assert browser.post(ours.at("nothing/hold/"), {"booklets": many}).status_code == 204
    assert browser.post(ours.at("word/hold/"), {"booklets": many}).status_code == 204
    with opened(ours.site.folder):
        held = judgements.held("word", datetime(2000, 1, 1, tzinfo=UTC))
        assert set(held) == {2, 3, 4, 5}  # not the one that is judged
        assert judgements.held("nothing", datetime(2000, 1, 1, tzinfo=UTC)) == {}
    assert browser.post(ours.at("word/leave/"), {"booklets": many}).status_code == 204
    with opened(ours.site.folder):
        assert judgements.held("word", datetime(2000, 1, 1, tzinfo=UTC)) == {}
