"""Sessions as Django keeps them in the database, looked up by a query that is made once."""

from typing import Any

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db import connection
from django.utils import timezone

from klausur.store.compiled import Compiled

_kept = Compiled(
    lambda key: Session.objects.filter(session_key=key).values_list("session_data", "expire_date"),
    on=lambda: connection,
)


class SessionStore(db.SessionStore):
    """Django's, but for the look-up."""

    def load(self) -> dict[str, Any]:
        """What the session holds; nothing of one that is over."""
        for data, until in _kept(self.session_key or ""):
            if until > timezone.now():
                return self.decode(data)
        self._session_key = None
        return {}
