"""What was done to the site is written down: who came in or was kept out, roles, exams.

Events of coming in tell of people's comings and goings, and where from; they are deleted after `LOGINS_KEPT`.
All others stay.
"""

from datetime import datetime, timedelta

from klausur.site.models import Person, SiteEvent

LOGINS = (
    "login",
    "logout",
    "login-failed",
    "code-failed",
    "lock-out",
    "enter-by-link",
    "password-reset",
    "password-change",
    "second-factor-added",
    "second-factor-removed",
    "second-factor-renewed",
    "connect-login",
    "disconnect-login",
    "launch-refused",
)
"""Verbs of coming in."""

LOGINS_KEPT = timedelta(days=90)
"""So long events of coming in are there to be looked at."""


BACKUP, RESTORE = "backup", "restore"
"""The verbs of a backup that was written, and of one that the site was restored from."""


def append(verb: str, who: Person | str, **detail: object) -> None:
    """Write down that somebody did something; ``detail`` is plain JSON."""
    SiteEvent.objects.create(verb=verb, who=who if isinstance(who, str) else who.name, detail=detail)


def forget(now: datetime) -> None:
    """Delete the events of coming in that are older than they are kept, at this time."""
    SiteEvent.objects.filter(verb__in=LOGINS, when__lt=now - LOGINS_KEPT).delete()
