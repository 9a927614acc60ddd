"""Requests drawn from the API's own document, and some that it does not allow, are answered as it says."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import response_schema_conformance, status_code_conformance
from tests.actions.conftest import layout, small  # noqa: F401 - fixtures
from tests.web.by_hand import site_with
from tests.web.conftest import Site

from klausur.paper.layout import Layout
from klausur.site import tokens
from klausur.state.facts import Role
from klausur.web.api import asking
from klausur.web.api.document import document
from klausur.web.limits import Limit

pytestmark = pytest.mark.nightly


@pytest.fixture
def one_connection() -> Iterator[None]:
    """The site's database lies in memory, and is gone once its connection is closed."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def site(tmp_path: Path, layout: Layout, monkeypatch: pytest.MonkeyPatch) -> Site:  # noqa: F811
    monkeypatch.setattr(asking, "LIMIT", Limit(10**6, 60))
    monkeypatch.setattr(asking, "STRANGERS", Limit(10**6, 60))
    return site_with(tmp_path / "exam", layout, 3)


@pytest.mark.usefixtures("one_connection")
@pytest.mark.parametrize("role", [Role.EXAMINER, Role.CORRECTOR, Role.PROCTOR])
def test_whatever_is_asked_is_answered_as_the_document_says(site: Site, role: Role) -> None:
    secret = tokens.make(site.exam, site.people[Role.EXAMINER], role, "a program", 1, "the tests")
    plain = document()
    for path in [path for path in plain["paths"] if "{exam}" in path]:
        plain["paths"][path.replace("{exam}", site.exam.slug)] = plain["paths"].pop(path)
    schema = schemathesis.openapi.from_dict(plain)
    schema.app = get_wsgi_application()
    asked = 0

    for found in schema.get_all_operations():
        assert isinstance(found, Ok), found
        operation = found.ok()

        @settings(suppress_health_check=list(HealthCheck), deadline=None, max_examples=60)
        @given(operation.as_strategy())
        def ask(case: schemathesis.Case[Any]) -> None:
            nonlocal asked
            asked += 1
            case.call_and_validate(
                headers={"Authorization": f"Bearer {secret}"},
                checks=[not_a_server_error, response_schema_conformance, status_code_conformance],
            )

        ask()
    assert asked > 100
