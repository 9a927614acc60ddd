"""A made-up learning platform for tests: on this machine, in a thread, with keys, a course and its grades.

What it says of whoever comes is given with each launch; what goes wrong stands in its fields.
"""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Protocol, cast
from urllib.parse import parse_qs, urlsplit

import jwt
import msgspec
from cryptography.hazmat.primitives.asymmetric import rsa
from django.test import Client

from klausur.site.lti import platforms
from klausur.site.lti.platforms import Registered
from klausur.site.lti.services import LINEITEM, SCORE
from klausur.site.models import LtiPlatform, Person

CLIENT, DEPLOYMENT, ACTIVITY = "client-of-the-tests", "deployment-1", "activity-7"
CLAIM = "https://purl.imsglobal.org/spec/lti/claim/"
ENDPOINT = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"
MEMBER = "http://purl.imsglobal.org/vocab/lis/v2/membership#"
KEYS = {name: rsa.generate_private_key(public_exponent=65537, key_size=2048) for name in ("first", "second")}
STRANGER = rsa.generate_private_key(public_exponent=65537, key_size=2048)


@dataclass(slots=True)
class Course:
    """The platform, and a course there.

    Attributes:
        address: where it is.
        key: by which name it signs.
        shown: the names of its keys that it shows.
        fetched: how often its keys were asked for.
        column: the column of the activity, where the course has one.
        columns: those that were made by the tool.
        scores: what each of its people has, as it came last.
        came: all scores that came, the refused ones too.
        status: what it answers to scores; 0: what is right.
        asked: whether who asked for a token showed one of the site's keys, each time.
        known: the public keys of the tool
        meanwhile: what happens while it takes a score.
        page: what people see who look at it in a browser.
    """

    address: str
    key: str = "first"
    shown: tuple[str, ...] = ("first",)
    fetched: int = 0
    column: bool = False
    columns: list[dict[str, Any]] = field(default_factory=list)
    scores: dict[str, dict[str, Any]] = field(default_factory=dict)
    came: list[dict[str, Any]] = field(default_factory=list)
    status: int = 0
    asked: list[bool] = field(default_factory=list)
    known: list[dict[str, Any]] = field(default_factory=list)
    meanwhile: Callable[[], None] = lambda: None
    page: Callable[[str, dict[str, str]], tuple[int, str]] = lambda _path, _given: (404, "")

    def registered(self, by: Person, **others: object) -> LtiPlatform:
        """Have it registered."""
        at = self.address
        said = {
            "name": "The campus platform",
            "issuer": at,
            "client": CLIENT,
            "login_url": f"{at}/auth",
            "token_url": f"{at}/token",
            "keys_url": f"{at}/keys",
            "deployments": (DEPLOYMENT,),
        }
        return platforms.save(msgspec.convert({**said, **others}, Registered), by)

    def claims(self, who: str, role: str, nonce: str, /, **others: object) -> dict[str, Any]:
        """What it says of somebody."""
        now = int(time.time())
        item = {"lineitem": f"{self.address}/item/1"} if self.column else {}
        return {
            "iss": self.address,
            "aud": CLIENT,
            "sub": who,
            "iat": now,
            "exp": now + 300,
            "nonce": nonce,
            "name": f"Somebody called {who}",
            CLAIM + "deployment_id": DEPLOYMENT,
            CLAIM + "message_type": "LtiResourceLinkRequest",
            CLAIM + "version": "1.3.0",
            CLAIM + "roles": [MEMBER + role],
            CLAIM + "resource_link": {"id": ACTIVITY, "title": "The exam"},
            CLAIM + "context": {"id": "course-3", "title": "Signals"},
            ENDPOINT: {"scope": [SCORE, LINEITEM], "lineitems": f"{self.address}/items?course=3", **item},
            **others,
        }

    def answer(self, method: str, path: str, given: dict[str, str], body: bytes) -> tuple[int, Any]:
        """The status and what is sent for a request."""
        match method, path:
            case "GET", "/keys":
                self.fetched += 1
                return 200, {"keys": [_public(name) for name in self.shown]}
            case "POST", "/token":
                return self._token(given)
            case "GET", "/items":
                return 200, self.columns
            case "POST", "/items":
                made = {**json.loads(body), "id": f"{self.address}/item/2?course=3"}
                self.columns.append(made)
                return 201, made
            case "POST", ("/item/1/scores" | "/item/2/scores"):
                return self._score(json.loads(body)), {}
        return self.page(path, given)

    def _token(self, given: dict[str, str]) -> tuple[int, Any]:
        assertion = given["client_assertion"]
        name = jwt.get_unverified_header(assertion)["kid"]
        (key,) = (jwt.PyJWK(each) for each in self.known if each["kid"] == name)
        said = jwt.decode(assertion, key, algorithms=["RS256"], audience=f"{self.address}/token")
        self.asked.append(said["iss"] == said["sub"] == CLIENT and SCORE in given["scope"])
        return 200, {"access_token": "let in", "token_type": "Bearer", "expires_in": 3600}

    def _score(self, score: dict[str, Any]) -> int:
        """As a platform that compares whole seconds, and takes nothing that is not newer."""
        self.came.append(score)
        if self.status:
            return self.status
        before = self.scores.get(score["userId"])
        if before is not None and _second(before) >= _second(score):
            return 409
        self.scores[score["userId"]] = score
        self.meanwhile()
        return 200

    @property
    def given(self) -> dict[str, float | None]:
        """What each of its people has."""
        return {who: score.get("scoreGiven") for who, score in self.scores.items()}


def _second(score: dict[str, Any]) -> int:
    return int(datetime.fromisoformat(score["timestamp"]).timestamp())


def _public(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(KEYS[name].public_key()))
    return {**found, "kid": name, "use": "sig", "alg": "RS256"}


class Page(Protocol):
    """Where somebody is led, and how."""

    status_code: int
    content: bytes
    redirect_chain: list[tuple[str, int]]


def begin(client: Client, course: Course, hint: str) -> dict[str, str]:
    """Begin a launch; what the browser brings to the platform."""
    given = {"iss": course.address, "login_hint": hint, "client_id": CLIENT, "lti_message_hint": "m"}
    answer = client.get("/lti/login/", given)
    assert answer.status_code == 302, answer.content.decode()
    place = urlsplit(answer["Location"])
    assert f"{place.scheme}://{place.netloc}{place.path}" == f"{course.address}/auth"
    return {name: values[0] for name, values in parse_qs(place.query).items()}


def come(client: Client, course: Course, who: str, role: str = "Learner", /, **others: object) -> Page:
    """Come from the course; the page to which one is led, in the end."""
    asked = begin(client, course, who)
    token = jwt.encode(
        course.claims(who, role, asked["nonce"], **others),
        KEYS[course.key],
        algorithm="RS256",
        headers={"kid": course.key},
    )
    answer = client.post("/lti/launch/", {"state": asked["state"], "id_token": token}, follow=True)
    return cast("Page", answer)


@contextmanager
def served() -> Iterator[Course]:
    """The platform, as long as it is needed."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._send("GET", b"")

        def do_POST(self) -> None:
            self._send("POST", self.rfile.read(int(self.headers["Content-Length"])))

        def _send(self, method: str, body: bytes) -> None:
            place = urlsplit(self.path)
            form = "urlencoded" in self.headers.get("Content-Type", "")
            query = body.decode() if form else place.query
            given = {name: values[0] for name, values in parse_qs(query).items()}
            if place.path.startswith("/item") and self.headers.get("Authorization") != "Bearer let in":
                answer: tuple[int, Any] = 401, {}
            else:
                answer = found.answer(method, place.path, given, body)
            status, said = answer
            self.send_response(status)
            page = isinstance(said, str)
            if 300 <= status < 400:
                self.send_header("Location", said)
            self.send_header("Content-Type", "text/html" if page else "application/json")
            self.end_headers()
            self.wfile.write((said if page else json.dumps(said)).encode())

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found = Course(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield found
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
