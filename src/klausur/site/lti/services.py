"""What a platform does for programs, for one course: a column in its list of grades, and scores in it.

Whoever asks shows by a token signed here which site it is, and is given one of the platform for an hour.
"""

import secrets
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

import jwt
import msgspec

from klausur.base.errors import RefusedError, ToolError
from klausur.site.lti import keys
from klausur.site.lti.calls import Answer, Call, is_theirs
from klausur.site.models import LtiLink

_SCOPE = "https://purl.imsglobal.org/spec/lti-ags/scope/"
SCORE, LINEITEM = _SCOPE + "score", _SCOPE + "lineitem"
_ITEM = "application/vnd.ims.lis.v2.lineitem+json"
_ITEMS = "application/vnd.ims.lis.v2.lineitemcontainer+json"
_SENT = "application/vnd.ims.lis.v1.score+json"
_ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
TAG = "klausur"
"""By which a column is known again that was made from here."""

_COURSE = "open the activity in the course once more, and look how the platform knows this site"


class Course:
    """A course that takes scores for an activity."""

    def __init__(self, link: LtiLink, ask: Call) -> None:
        self.link, self._ask, self._token = link, ask, ""

    def open(self, most: float) -> None:
        """Be let in, and find the column, or make it.

        Args:
            most: the credits of which a column that is made is.

        Raises:
            RefusedError: the platform takes no scores here, or not at a host that is registered.
            ToolError: it does not answer, or does not let the site in.
        """
        if SCORE not in self.link.scopes or not (self.link.lineitem or self.link.lineitems):
            raise RefusedError("the course takes no scores from this site", _COURSE)
        self.let_in()
        if not self.link.lineitem:
            self.link.lineitem = self._found() or self._made(most)
            LtiLink.objects.filter(pk=self.link.pk).update(lineitem=self.link.lineitem)

    def let_in(self) -> None:
        """Get a token of the platform."""
        platform, now, key = self.link.platform, datetime.now(UTC), keys.current()
        said = {
            "iss": platform.client,
            "sub": platform.client,
            "aud": platform.token_url,
            "iat": now,
            "exp": now + timedelta(minutes=5),
            "jti": secrets.token_urlsafe(16),
        }
        assertion = jwt.encode(said, key.private, keys.ALGORITHM, {"kid": key.name})
        wanted = [scope for scope in (SCORE, LINEITEM) if scope in self.link.scopes]
        form = {
            "grant_type": "client_credentials",
            "client_assertion_type": _ASSERTION,
            "client_assertion": assertion,
            "scope": " ".join(wanted),
        }
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
        answer = self._ask("POST", platform.token_url, headers, urlencode(form).encode())
        token = _text(answer, "access_token") if answer.status == 200 else ""
        if not token:
            raise ToolError(
                f"the platform lets this site not in: it answers {answer.status}",
                "look whether it has this site's key set, and this client id",
            )
        self._token = token

    def post(self, score: Mapping[str, Any]) -> Answer:
        """Send a score; what the platform answers.

        Raises:
            RefusedError: the column lies at a host that is not registered.
            ToolError: it does not answer.
        """
        place = urlsplit(self.link.lineitem)
        url = place._replace(path=place.path.rstrip("/") + "/scores").geturl()
        return self._call("POST", url, {"Content-Type": _SENT}, msgspec.json.encode(score))

    def _found(self) -> str:
        """The column of this activity that was made from here before; empty if none was."""
        asked = urlencode({"resource_link_id": self.link.resource, "tag": TAG})
        url = self.link.lineitems + ("&" if "?" in self.link.lineitems else "?") + asked
        answer = self._call("GET", url, {"Accept": _ITEMS}, None)
        said = answer.json()
        for each in said if answer.status == 200 and isinstance(said, list) else []:
            if not isinstance(each, dict) or each.get("tag") != TAG:
                continue
            if each.get("resourceLinkId") == self.link.resource and isinstance(each.get("id"), str):
                return str(each["id"])
        return ""

    def _made(self, most: float) -> str:
        if LINEITEM not in self.link.scopes:
            raise RefusedError("the course has no column for scores, and lets this site make none", _COURSE)
        column = {
            "scoreMaximum": most,
            "label": self.link.exam.title,
            "resourceLinkId": self.link.resource,
            "resourceId": self.link.exam.slug,
            "tag": TAG,
        }
        answer = self._call("POST", self.link.lineitems, {"Content-Type": _ITEM}, msgspec.json.encode(column))
        made = _text(answer, "id") if answer.status in {200, 201} else ""
        if not made:
            raise ToolError(f"the course makes no column for scores: it answers {answer.status}", _COURSE)
        return made

    def _call(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> Answer:
        if not is_theirs(self.link.platform, url):
            raise RefusedError(
                f"the course takes scores at {urlsplit(url).netloc}, which is not registered",
                "have the administrator of the site add that host to the platform, if it is the platform's",
            )
        return self._ask(method, url, {**headers, "Authorization": f"Bearer {self._token}"}, body)


def _text(answer: Answer, name: str) -> str:
    said = answer.json()
    found = said.get(name) if isinstance(said, dict) else None
    return found if isinstance(found, str) and len(found) <= 10_000 else ""
