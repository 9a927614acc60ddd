"""An OpenID Connect provider for tests: on this machine, in a thread, with a key of its own.

What it says of whoever comes is in ``claims``; tests change them, or what else is to go wrong.
"""

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
CLIENT, SECRET = "klausur", "a secret of the tests"


@dataclass(slots=True)
class Provider:
    """The provider, where it is, and what it says.

    Attributes:
        claims: of whoever logs in: ``sub``, ``email``, ``email_verified``.
        token: what the ID token says otherwise than usual, ``aud`` or ``sub`` say.
        asked: the fields of each request to /authorize, in order.
        codes: those that were handed out and not redeemed, each with its challenge.
    """

    address: str
    claims: dict[str, Any] = field(default_factory=dict)
    token: dict[str, Any] = field(default_factory=dict)
    asked: list[dict[str, str]] = field(default_factory=list)
    codes: dict[str, str] = field(default_factory=dict)

    def answer(self, path: str, given: dict[str, str]) -> tuple[int, dict[str, Any] | str]:
        """The status and what is sent for a request: JSON, or where to go on."""
        match path:
            case "/.well-known/openid-configuration":
                return 200, {
                    "issuer": self.address,
                    "authorization_endpoint": f"{self.address}/authorize",
                    "token_endpoint": f"{self.address}/token",
                    "userinfo_endpoint": f"{self.address}/userinfo",
                    "jwks_uri": f"{self.address}/keys",
                    "token_endpoint_auth_methods_supported": ["client_secret_post"],
                }
            case "/authorize":
                self.asked.append(given)
                code = secrets.token_urlsafe(8)
                self.codes[code] = given["code_challenge"]
                return 302, f"{given['redirect_uri']}?{urlencode({'code': code, 'state': given['state']})}"
            case "/token":
                return self._token(given)
            case "/userinfo":
                return 200, self.claims
            case "/keys":
                return 200, {"keys": [json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key()))]}
        return 404, {}

    def _token(self, given: dict[str, str]) -> tuple[int, dict[str, Any]]:
        challenge = self.codes.pop(given.get("code", ""), None)
        verifier = hashlib.sha256(given.get("code_verifier", "").encode()).digest()
        proven = base64.urlsafe_b64encode(verifier).rstrip(b"=").decode() == challenge
        if not proven or given.get("client_secret") != SECRET:
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        said = {"iss": self.address, "aud": CLIENT, "iat": now, "exp": now + 600, **self.claims, **self.token}
        token = jwt.encode(said, KEY, algorithm="RS256")
        return 200, {"access_token": secrets.token_urlsafe(8), "token_type": "Bearer", "id_token": token}


@contextmanager
def provider() -> Iterator[Provider]:
    """The provider, as long as it is needed."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            place = urlsplit(self.path)
            self._send(place.path, place.query)

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self._send(urlsplit(self.path).path, body)

        def _send(self, path: str, query: str) -> None:
            status, said = found.answer(path, {name: values[0] for name, values in parse_qs(query).items()})
            self.send_response(status)
            if isinstance(said, str):
                self.send_header("Location", said)
                self.end_headers()
                return
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(said).encode())

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found = Provider(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield found
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
