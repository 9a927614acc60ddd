"""What programs ask by tokens: who may, what is answered, and that the document says the same."""

import hashlib
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from django.test import Client
from tests.actions.conftest import layout, result, scan_by_hand, small  # noqa: F401 - fixtures
from tests.web.by_hand import site_with
from tests.web.conftest import Site

from klausur.base.errors import NotFoundError, RefusedError, UsageError
from klausur.paper.layout import Layout
from klausur.site import exams, tokens
from klausur.site.models import Member, Person, SiteEvent, Token
from klausur.state.facts import Role
from klausur.web.api import asking, shapes
from klausur.web.api.document import document
from klausur.web.api.operations import OPERATIONS
from klausur.web.limits import Limit

DOCS = Path(__file__).parents[2] / "docs/reference"


@pytest.fixture(autouse=True)
def nobody_asked_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "STRANGERS", Limit(30, 600))
    monkeypatch.setattr(asking, "LIMIT", Limit(600, 60))


@pytest.fixture
def scanned(tmp_path: Path, layout: Layout, monkeypatch: pytest.MonkeyPatch) -> Site:  # noqa: F811
    made = site_with(tmp_path / "exam", layout, 3)
    monkeypatch.setattr("tests.actions.conftest.FILE", "f" * 64)
    scan_by_hand(made.folder, *(result(layout, n, n, 2) for n in range(1, 4)))
    return made


def token(site: Site, role: Role) -> str:
    return tokens.make(site.exam, site.people[Role.EXAMINER], role, "a program", 1, "the tests")


def ask(
    site: Site,
    secret: str,
    path: str,
    sent: object = None,
    *,
    slug: str = "",
    data: bytes = b"",
    **more: Any,  # noqa: ANN401
) -> tuple[int, Any]:
    """What a program is answered that asks: status and JSON."""
    at, who = (
        f"/api/exams/{slug or site.exam.slug}/{path}",
        {"HTTP_AUTHORIZATION": f"Bearer {secret}", **more},
    )
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    if sent is None and not data:
        answer = client.get(at, **who)
    else:
        answer = client.post(at, data or json.dumps(sent), content_type="application/json", **who)
    return answer.status_code, json.loads(answer.content)


def test_who_may_do_what_is_what_the_table_says(site: Site) -> None:
    for role in (Role.EXAMINER, Role.CORRECTOR, Role.PROCTOR):
        secret = token(site, role)
        for each in OPERATIONS:
            path = each.path.replace("{str:registration}", "1")
            for part in ("{uuid:upload}", "{uuid:job}"):
                path = path.replace(part, "00000000-0000-4000-8000-000000000000")
            status, said = ask(site, secret, path, None if each.method == "GET" else {})
            assert (status == 403) == (role not in each.roles), f"{each.name} as {role}: {status} {said}"
            assert status < 500, f"{each.name} as {role}: {said}"


def test_a_token_is_good_for_its_exam_its_time_and_its_person(site: Site) -> None:
    secret = token(site, Role.CORRECTOR)
    assert ask(site, secret, "")[0] == 200
    assert ask(site, secret, "", slug="another")[0] == 401
    for wrong in ("", secret[:-1], secret.removeprefix(tokens.PREFIX), "klausur_"):
        assert ask(site, wrong, "")[0] == 401
    row = Token.objects.filter(name="a program")
    assert secret not in str(row.values()), "its digest is kept, and not the secret"
    row.update(until=datetime.now(UTC) - timedelta(seconds=1))
    assert ask(site, secret, "")[0] == 401
    row.update(until=datetime.now(UTC) + timedelta(days=1))
    examiner = site.people[Role.EXAMINER]
    exams.take_role(site.exam, examiner, "the tests")
    assert ask(site, secret, "")[0] == 401, "who has no role any more lets no program in"
    exams.give_role(site.exam, examiner, Role.EXAMINER, "the tests")
    Person.objects.filter(pk=examiner.pk).update(is_active=False)
    assert ask(site, secret, "")[0] == 401
    Person.objects.filter(pk=examiner.pk).update(is_active=True)
    assert ask(site, secret, "")[0] == 200
    tokens.revoke(site.exam, row.get().pk, "the tests")
    assert ask(site, secret, "")[0] == 401
    with pytest.raises(NotFoundError):
        tokens.revoke(site.exam, row.get().pk, "the tests")
    assert {"make-token", "revoke-token"} <= set(SiteEvent.objects.values_list("verb", flat=True))


def test_nobody_makes_a_token_of_more_than_they_are(site: Site) -> None:
    corrector = site.people[Role.CORRECTOR]
    for role in (Role.EXAMINER, Role.PROCTOR):
        with pytest.raises(RefusedError):
            tokens.make(site.exam, corrector, role, "more", 1, corrector)
    for name, role, days in (("", Role.CORRECTOR, 1), ("x", Role.CORRECTOR, 0), ("x", Role.CORRECTOR, 367)):
        with pytest.raises(UsageError):
            tokens.make(site.exam, corrector, role, name, days, corrector)
    with pytest.raises(UsageError):
        tokens.make(site.exam, corrector, Role.ADMINISTRATOR, "x", 1, corrector)
    assert Member.objects.filter(exam=site.exam).count() >= 3


def test_who_asks_too_often_is_told_and_who_guesses_is_not_looked_up(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = token(site, Role.CORRECTOR)
    monkeypatch.setattr(asking, "LIMIT", Limit(2, 60))
    assert [ask(site, secret, "")[0] for _ in range(3)] == [200, 200, 429]
    monkeypatch.setattr(asking, "LIMIT", Limit(600, 60))
    monkeypatch.setattr(asking, "STRANGERS", Limit(2, 60))
    assert [ask(site, "guess", "")[0] for _ in range(2)] == [401, 401]
    assert ask(site, secret, "")[0] == 401


def test_a_program_judges_once_and_is_told_who_was_first(scanned: Site) -> None:
    secret = token(scanned, Role.CORRECTOR)
    given = {"booklet": 1, "question": "word", "act": "program-1", "items": {"1": 1}, "looked": 0}
    status, said = ask(scanned, secret, "judgements/", given)
    assert (status, said["credits"]) == (200, "2")
    assert ask(scanned, secret, "judgements/", given) == (200, said), "the same act is no other judgement"
    assert ask(scanned, secret, "judgements/", given | {"act": "program-2", "items": {}})[0] == 409
    assert ask(scanned, secret, "judgements/", given | {"act": "program-3", "question": "none"})[0] == 404
    wrongly: tuple[object, ...] = ({"booklet": "1"}, {**given, "more": 1}, [], {"booklet": 0})
    for wrong in wrongly:
        assert ask(scanned, secret, "judgements/", wrong)[0] == 400
    status, said = ask(scanned, token(scanned, Role.EXAMINER), "results/")
    assert status == 200
    msgspec.convert(said, shapes.Results)
    status, said = ask(scanned, secret, "status/")
    assert (status, said["images"], len(said["booklets"])) == (200, 6, 3)
    assert {each["registration"] for each in said["booklets"]} == {None}, "correctors see no names"
    assert ask(scanned, token(scanned, Role.PROCTOR), "candidates/")[0] == 200


def test_a_program_sends_a_scan(site: Site) -> None:
    secret = token(site, Role.EXAMINER)
    data = b"%PDF-1.7 no scan at all"
    begun = ask(site, secret, "uploads/", {"name": "a.pdf", "size": len(data)})
    assert begun[0] in {200, 404}
    if begun[0] == 200:
        digest = hashlib.sha256(data).hexdigest()
        at = f"uploads/{begun[1]['upload']}/?offset=0"
        status, said = ask(site, secret, at, data=data, HTTP_X_DIGEST=digest)
        assert (status, said["received"]) == (200, len(data))
        assert ask(site, secret, f"jobs/{said['job']}/")[1]["state"] == "waiting"
        assert ask(site, secret, f"{at}9", data=data, HTTP_X_DIGEST=digest)[0] in {400, 409}


def test_the_document_is_what_the_table_makes_and_the_page_names_it_all() -> None:
    kept = json.loads((DOCS / "openapi.json").read_text("utf-8"))
    assert kept == json.loads(json.dumps(document())), "write it anew: python -m klausur.web.api"
    assert Client().get("/api/openapi.json").json() == kept
    page = (DOCS / "api.md").read_text("utf-8")
    for each in OPERATIONS:
        assert f"`{each.method} …/{each.path}`".replace("{str:", "{").replace("{uuid:", "{") in page, (
            each.name
        )


def test_tokens_are_made_shown_once_and_ended_on_the_site(site: Site) -> None:
    examiner = site.as_(Role.EXAMINER)
    at = f"/exams/{site.exam.slug}/team/tokens/"
    made = examiner.post(f"{at}make/", {"name": "an autograder", "role": "corrector", "days": "30"})
    secret = made.content.decode().partition("<code>")[2].partition("</code>")[0]
    assert secret.startswith(tokens.PREFIX)
    assert ask(site, secret, "")[1]["role"] == "corrector"
    page = examiner.get(at).content.decode()
    assert "an autograder" in page
    assert secret not in page
    for wrong in ({"name": "x", "role": "administrator", "days": "3"}, {"name": "", "role": "", "days": "x"}):
        assert examiner.post(f"{at}make/", wrong).status_code == 302
    number = Token.objects.get(name="an autograder").pk
    assert site.as_(Role.ADMINISTRATOR).post(f"{at}revoke/", {"token": number}).status_code == 302
    assert examiner.post(f"{at}revoke/", {"token": number}).status_code == 302
    assert ask(site, secret, "")[0] == 401
