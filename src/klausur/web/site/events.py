"""Events of the site's log in words: what was done, to whom and what, by whom."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import pgettext, pgettext_lazy

from klausur.site.invitations import TERMINAL
from klausur.site.models import SiteEvent
from klausur.web.accounts.logged import NOBODY
from klausur.web.tags import ROLES

DONE: Mapping[str, Promise | str] = {
    "login": pgettext_lazy("event", "logged in"),
    "logout": pgettext_lazy("event", "logged out"),
    "login-failed": pgettext_lazy("event", "a login failed"),
    "code-failed": pgettext_lazy("event", "a wrong code, or none, after the password"),
    "lock-out": pgettext_lazy("event", "locked out after too many failed logins"),
    "enter-by-link": pgettext_lazy("event", "came by the link in the terminal"),
    "password-reset": pgettext_lazy("event", "chose another password by a link"),
    "password-change": pgettext_lazy("event", "changed the password"),
    "second-factor-added": pgettext_lazy("event", "set up a second factor"),
    "second-factor-removed": pgettext_lazy("event", "took a second factor away"),
    "second-factor-renewed": pgettext_lazy("event", "made new recovery codes"),
    "connect-login": pgettext_lazy("event", "connected another place to log in"),
    "disconnect-login": pgettext_lazy("event", "disconnected another place to log in"),
    "invite": pgettext_lazy("event", "invited"),
    "invite-again": pgettext_lazy("event", "reminded of an invitation"),
    "withdraw-invitation": pgettext_lazy("event", "withdrew an invitation"),
    "join": pgettext_lazy("event", "took an invitation up, with a new account"),
    "accept-invitation": pgettext_lazy("event", "took an invitation up"),
    "make-administrator": pgettext_lazy("event", "made administrator of the site"),
    "change-person": pgettext_lazy("event", "changed an account"),
    "password-link": pgettext_lazy("event", "made a link for another password"),
    "give-role": pgettext_lazy("event", "gave a role"),
    "take-role": pgettext_lazy("event", "took a role away"),
    "add-exam": pgettext_lazy("event", "added an exam"),
    "archive-exam": pgettext_lazy("event", "put an exam into the archive"),
    "bring-back-exam": pgettext_lazy("event", "brought an exam back"),
    "show-names": pgettext_lazy("event", "names are shown to correctors"),
    "hide-names": pgettext_lazy("event", "names are hidden from correctors"),
    "trust": pgettext_lazy("event", "the programs of an exam may run"),
    "distrust": pgettext_lazy("event", "the programs of an exam may not run"),
    "bring-list": pgettext_lazy("event", "a list of candidates was taken in"),
    "take-back-list": pgettext_lazy("event", "a list of candidates was taken back"),
    "remind": pgettext_lazy("event", "a corrector was reminded by mail"),
    "remind-failed": pgettext_lazy("event", "a reminder could not be sent"),
    "job-again": pgettext_lazy("event", "had a job done again"),
    "job-taken-back": pgettext_lazy("event", "took a job back"),
    "make-token": pgettext_lazy("event", "let a program in by a token"),
    "revoke-token": pgettext_lazy("event", "ended a token"),
    "add-platform": pgettext_lazy("event", "registered a learning platform"),
    "change-platform": pgettext_lazy("event", "changed a learning platform"),
    "make-lti-key": pgettext_lazy("event", "made a new key for learning platforms"),
    "launch-refused": pgettext_lazy("event", "somebody who came from a course was not let in"),
    "tie-course": pgettext_lazy("event", "tied an activity of a course to an exam"),
    "untie-course": pgettext_lazy("event", "untied an activity of a course"),
    "learn-of-person": pgettext_lazy("event", "another place said who somebody is"),
    "let-in-candidates": pgettext_lazy("event", "set how candidates of an exam log in"),
    "backup": pgettext_lazy("event", "wrote a backup of the site"),
    "restore": pgettext_lazy("event", "restored the site from a backup"),
}
"""What each verb is called."""

DETAILS: Mapping[str, Promise | str] = {
    "by": pgettext_lazy("event", "by what"),
    "address": pgettext_lazy("event", "address"),
    "tried": pgettext_lazy("event", "tried as"),
    "kind": pgettext_lazy("event", "kind"),
    "email": pgettext_lazy("event", "mail address"),
    "exam": pgettext_lazy("event", "exam"),
    "role": pgettext_lazy("event", "role"),
    "administrator": pgettext_lazy("event", "administrator of the site"),
    "to": pgettext_lazy("event", "to"),
    "of": pgettext_lazy("event", "from"),
    "person": pgettext_lazy("event", "person"),
    "name": pgettext_lazy("event", "name"),
    "is_active": pgettext_lazy("event", "may log in"),
    "folder": pgettext_lazy("event", "folder"),
    "file": pgettext_lazy("event", "file"),
    "programs": pgettext_lazy("event", "programs"),
    "job": pgettext_lazy("event", "job"),
    "days": pgettext_lazy("event", "days"),
    "registration": pgettext_lazy("event", "registration number"),
    "mail_checked": pgettext_lazy("event", "the mail address is theirs"),
    "course": pgettext_lazy("event", "course"),
    "why": pgettext_lazy("event", "why"),
    "key": pgettext_lazy("event", "key"),
    "issuer": pgettext_lazy("event", "issuer"),
    "client": pgettext_lazy("event", "client id"),
    "login_url": pgettext_lazy("event", "address to log in"),
    "token_url": pgettext_lazy("event", "address for tokens"),
    "keys_url": pgettext_lazy("event", "address of its keys"),
    "deployments": pgettext_lazy("event", "deployments"),
    "hosts": pgettext_lazy("event", "further hosts"),
    "trust_mail": pgettext_lazy("event", "its mail addresses are trusted"),
    "active": pgettext_lazy("event", "in use"),
}
"""What each detail is called."""

VALUES: Mapping[str, Promise | str] = {
    "password": pgettext_lazy("event", "password"),
    "totp": pgettext_lazy("event", "code of the second factor"),
    "recovery_codes": pgettext_lazy("event", "recovery codes"),
    "invitation": pgettext_lazy("event", "invitation"),
    "terminal": pgettext_lazy("event", "link in the terminal"),
    "course": pgettext_lazy("event", "course"),
    **{role.value: name for role, name in ROLES.items()},
}
"""Values that are words of ours."""

_WHO: Mapping[str, Promise | str] = {
    NOBODY: pgettext_lazy("event", "nobody who is logged in"),
    TERMINAL: pgettext_lazy("event", "who started the site"),
}


@dataclass(frozen=True, slots=True)
class Told:
    """An event as the log shows it. ``details`` are names and values in the reader's language."""

    done: str
    details: tuple[tuple[str, str], ...]
    who: str
    when: datetime
    refused: bool


def told(events: Iterable[SiteEvent]) -> list[Told]:
    """Events in the reader's language."""
    return [_told(event) for event in events]


REFUSED = frozenset({"login-failed", "code-failed", "lock-out", "launch-refused"})
"""Verbs by which somebody was kept out."""


def _told(event: SiteEvent) -> Told:
    details = tuple(
        (str(DETAILS.get(name, name)), _value(value))
        for name, value in event.detail.items()
        if value is not None and value not in ("", [])
        if not (name == "administrator" and value is False and event.verb != "change-person")
    )
    done = str(DONE.get(event.verb, event.verb))
    return Told(done, details, str(_WHO.get(event.who, event.who)), event.when, event.verb in REFUSED)


def _value(value: object) -> str:
    if isinstance(value, bool):
        return pgettext("event", "yes") if value else pgettext("event", "no")
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return " + ".join(str(VALUES.get(part, part)) for part in str(value).split(" + "))
