"""Every address, by every method, as everybody: who may come is what its view says, and no others."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from tests.cast import EXAMINER
from tests.web.conftest import Site

from klausur.actions import publish
from klausur.state.facts import Author, Role
from klausur.state.publication import Part, Terms
from klausur.web.access import Access
from klausur.web.guests import MINE

STRANGERS = {Role.CANDIDATE, None}
"""Who has no business at the desks of an exam."""

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")

EXAMPLES = {
    "slug": "{slug}",
    "registration": "1",
    "objection": "1",
    "deletion": "1",
    "secret": "no-such-secret",
    "login": "no-such-place",
    "hand_in": "1",
    "digest": "0" * 64,
    "version": "1",
    "image": "999999",
    "sheet": "extra",
    "number": "1",
    "page": "1",
    "booklet": "1",
    "field": "letters/choice/a",
    "question": "letters",
    "form": "csv",
    "person_id": "999999",
    "exam_id": "999999",
    "invitation_id": "999999",
    "job_id": "6d1f0000-0000-4000-8000-000000000000",
    "candidate": "1",
    "job": "00000000-0000-4000-8000-000000000000",
    "printing": "1",
    "file": "booklets.pdf",
    "paper": "exam",
    "kept": "00000000-0000-4000-8000-000000000000",
    "kind": "twice",
    "launch": "00000000-0000-4000-8000-000000000000",
    "platform": "999999",
    "upload": "00000000-0000-4000-8000-000000000000",
}
"""What stands in an address for each of its parts; a part that is not here fails the test."""


@dataclass(frozen=True, slots=True)
class Address:
    """An address with what its view says of who may come."""

    path: str
    access: Access


def _ours(resolver: URLResolver, before: str = "") -> Iterator[tuple[str, URLPattern]]:
    for each in resolver.url_patterns:
        route = before + str(each.pattern)
        if isinstance(each, URLResolver):
            if not str(each.pattern).startswith("accounts/"):
                yield from _ours(each, route)
        elif isinstance(each, URLPattern):
            yield route, each


def addresses() -> list[tuple[str, object]]:
    """All routes of ours, with their views."""
    return [(route, each.callback) for route, each in _ours(get_resolver())]


def named() -> dict[str, object]:
    """The views of ours, by the names of their addresses."""
    return {each.name: each.callback for _, each in _ours(get_resolver()) if each.name}


def _addresses(site: Site) -> list[Address]:
    found = []
    for route, view in addresses():
        access = getattr(view, "access", None)
        assert isinstance(access, Access), f"{route} does not say who may come to it"
        path = "/" + route
        while "<" in path:
            head, _, rest = path.partition("<")
            part, _, tail = rest.partition(">")
            path = head + EXAMPLES[part.partition(":")[2]].format(slug=site.exam.slug) + tail
        found.append(Address(path, access))
    return found


def _may(access: Access, role: Role | None, *, administrator: bool) -> bool:
    """Whether somebody may come; a candidate has no business in an exam but by their own pages."""
    if access.kind == "link":  # whoever is logged in: the link in these addresses leads nowhere
        return True
    if access.kind == "exam":
        return role in access.roles
    return access.kind in {"open", "person"} or administrator


@pytest.mark.parametrize("role", [*Role, None], ids=str)
def test_who_may_come_where(site: Site, role: Role | None) -> None:
    for address in _addresses(site):
        client = site.as_(role)  # some addresses end a session
        client.raise_request_exception = False
        for method in METHODS:
            status = client.generic(method, address.path).status_code
            said = f"{method} {address.path} as {role}: {status}"
            if method not in address.access.methods:
                assert status in {403, 404, 405}, said
            elif address.access.kind == "token":  # for programs alone: `test_api`
                assert status == 401, said
            elif address.access.kind == "watch":  # for programs alone, and not here: `test_watching`
                assert status == 404, said
            elif _may(address.access, role, administrator=role is Role.ADMINISTRATOR):
                assert status not in {401, 403, 405}, said
                assert status < 500, said
            else:
                assert status == (404 if address.access.kind == "exam" and role in STRANGERS else 403), said


@pytest.mark.parametrize("role", [*Role, None], ids=str)
def test_who_comes_to_a_candidate_s_pages_by_their_login(site: Site, role: Role | None) -> None:
    publish.set_terms(site.folder, Terms(frozenset(Part)), Author(EXAMINER))
    publish.publish(site.folder, Author(EXAMINER))
    client, seen = site.as_(role), set()
    client.raise_request_exception = False
    for address in _addresses(site):
        if address.access.kind == "link":
            path = address.path.replace("/no-such-secret/", f"/{MINE}/")
            for method in METHODS:
                status = client.generic(method, path).status_code
                said = f"{method} {path} as {role}: {status}"
                if method not in address.access.methods:
                    assert status == 405, said
                elif role is Role.CANDIDATE:
                    assert status in {200, 302, 400, 404}, said
                    seen.add(status)
                else:
                    assert status == 404, said
            assert Client().get(path).status_code in {302, 405}
            assert Client().post(path).status_code in {401, 405}
    assert role is not Role.CANDIDATE or {200, 404} <= seen


def test_who_is_not_logged_in_sees_nothing_but_open_pages(site: Site) -> None:
    client = Client(raise_request_exception=False)
    for address in _addresses(site):
        for method in METHODS:
            answer = client.generic(method, address.path)
            said = f"{method} {address.path}: {answer.status_code}"
            if method not in address.access.methods:
                assert answer.status_code == 405, said
            elif address.access.kind == "watch":
                assert answer.status_code == 404, said
            elif address.access.kind == "token":
                assert answer.status_code == 401, said
            elif address.access.kind == "link":
                assert answer.status_code in {404, 429}, said
            elif address.access.kind == "open":
                assert answer.status_code < 500, said
            elif method in {"GET", "HEAD"}:
                assert answer.headers["Location"].startswith("/accounts/login/?next="), said
            else:
                assert answer.status_code == 401, said


def test_every_page_says_what_may_run_on_it(site: Site) -> None:
    for address in _addresses(site):
        answer = site.as_(Role.EXAMINER).get(address.path)
        assert "script-src 'self';" in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        page = answer.content.decode(errors="replace") if not answer.streaming else ""
        for inline in (" style=", "<script>", " onclick=", "<style"):
            assert inline not in page, f"{address.path} has {inline}"
