"""What answers in JSON, asked anything: no request breaks it, and none tells of another's upload."""

import hashlib
import json
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.web.conftest import Site

from klausur.site import uploads
from klausur.site.models import Upload
from klausur.state.facts import Role

pytestmark = pytest.mark.long

PIECE = 64
SCAN = b"%PDF-1.7\n" + bytes(PIECE * 2)
OTHERS = "of somebody else.pdf"

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
BEGUN = st.fixed_dictionaries(
    {},
    optional={
        "name": st.just("a.pdf") | st.just(OTHERS) | st.text() | ANYTHING,
        "size": st.just(len(SCAN)) | st.integers(-1, 1 << 70) | ANYTHING,
        "fresh": st.booleans() | ANYTHING,
    },
)
BODIES = BEGUN.map(lambda said: json.dumps(said).encode()) | st.binary(max_size=200)

TOLD = {
    "begin": {"id", "received", "piece", "pieces", "at"},
    "piece": {"received", "job", "known"},
    "leave": set(),
}
"""What an answer may hold, but for refusals."""
REFUSED = {"what", "remedy", "received", "again"}


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "PIECE", PIECE)


@pytest.fixture
def others(site: Site) -> str:
    """Where the upload of somebody else is, of which one piece is there."""
    person = site.people[Role.ADMINISTRATOR]
    upload = Upload.objects.create(
        exam=site.exam, by=person, name=OTHERS, size=len(SCAN), received=PIECE, pieces=["0" * 64]
    )
    return str(upload.pk)


def told(answer: Any, kind: str) -> dict[str, Any]:  # noqa: ANN401 - Django's answers to its own client
    """What was answered: always JSON, in one of its forms, with a status that fits."""
    assert answer.status_code in {200, 400, 404, 409, 422}, answer.content
    assert answer.headers["Content-Type"] == "application/json"
    found: dict[str, Any] = json.loads(answer.content)
    refused = answer.status_code != 200
    assert set(found) <= (REFUSED if refused else TOLD[kind]), found
    assert not refused or (found["what"] and found["remedy"])
    return found


@settings(max_examples=150)
@given(body=BODIES)
def test_whatever_is_begun(site: Site, others: str, body: bytes) -> None:
    client = site.as_(Role.EXAMINER)
    answer = client.post(site.at("scans/uploads/"), body, content_type="application/json")
    found = told(answer, "begin")
    assert found.get("id") != others
    assert found.get("received", 0) == 0
    assert found.get("pieces", []) == []


@settings(max_examples=150)
@given(
    whose=st.sampled_from(["mine", "others", "nobody's"]),
    offset=st.sampled_from(["0", str(PIECE), str(len(SCAN)), ""]) | st.integers().map(str) | st.text(),
    data=st.sampled_from([SCAN[:PIECE], SCAN[PIECE : 2 * PIECE], b""]) | st.binary(max_size=PIECE + 1),
    digest=st.none() | st.text(st.characters(codec="ascii", exclude_categories=["Cc"])),
    leave=st.booleans(),
)
def test_whatever_is_sent(
    site: Site, others: str, *, whose: str, offset: str, data: bytes, digest: str | None, leave: bool
) -> None:
    client = site.as_(Role.EXAMINER)
    begun = json.dumps({"name": "a.pdf", "size": len(SCAN)})
    mine = client.post(site.at("scans/uploads/"), begun, content_type="application/json").json()["id"]
    to = {"mine": mine, "others": others, "nobody's": str(uuid4())}[whose]
    at = site.at(f"scans/uploads/{to}/")
    if leave:
        answer, kind = client.post(f"{at}leave/"), "leave"
    else:
        sent = {"X-Digest": hashlib.sha256(data).hexdigest() if digest is None else digest}
        answer = client.post(
            at, data, "application/octet-stream", headers=sent, query_params={"offset": offset}
        )
        kind = "piece"
    told(answer, kind)
    assert (answer.status_code == 404) or whose == "mine" or (answer.status_code == 400 and not leave)
    assert OTHERS not in answer.content.decode()
    kept = Upload.objects.get(pk=others)
    assert (kept.received, kept.pieces, kept.name) == (PIECE, ["0" * 64], OTHERS)
