"""Personal links: made for candidates, revoked, and looked up when somebody comes by one.

The secret of a link is shown once, to who makes it, and kept nowhere. A newer link takes the place of the
candidate's older one.
"""

import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from klausur.actions import up_to_date
from klausur.actions.candidates import known
from klausur.actions.roles import Verb, allow
from klausur.base.errors import UsageError
from klausur.state.facts import Author, Enrolled
from klausur.state.personal_links import StoredLink, lets_in, newest
from klausur.state.publication import Publication
from klausur.store import audit, candidates, publication
from klausur.store import personal_links as stored
from klausur.store.folder import opened, writing

BYTES = 24
"""Random bytes of a secret: who tries a thousand each second finds none in the life of the universe."""

LONGEST = timedelta(days=400)
"""No link is good for longer."""


@dataclass(frozen=True, slots=True)
class MadeLink:
    """A new link's secret, and whose it is."""

    candidate: Enrolled
    secret: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Guest:
    """Who comes by a link, and what is published."""

    candidate: Enrolled
    publication: Publication


def make(
    folder: Path, until: datetime, author: Author, *, registrations: Collection[str] | None = None
) -> tuple[MadeLink, ...]:
    """Make links, in the order of the list of candidates.

    Args:
        folder: the exam folder.
        until: how long they are good.
        author: who gives them out.
        registrations: whose; everybody's if None.

    Raises:
        NotFoundError: nothing was printed yet, or nobody has one of these registration numbers.
        UsageError: the time has passed, or is far away.
    """
    allow(author.actor, Verb.MAKE_LINKS)
    now = datetime.now(UTC)
    if not now < until <= now + LONGEST:
        raise UsageError(
            "a link is good for a time from now on", f"name a day within the next {LONGEST.days}"
        )
    with opened(folder) as records:
        up_to_date.frame(records)
        with writing():
            people = _people(registrations)
            made = tuple(MadeLink(each, secrets.token_urlsafe(BYTES), until) for each in people)
            stored.make({each.candidate.id: digest(each.secret) for each in made}, until, author)
            audit.append(
                "make-links",
                author.actor,
                {
                    "candidates": [each.candidate.registration for each in people],
                    "until": until.isoformat(),
                    "why": author.why,
                },
            )
    return made


def revoke(folder: Path, author: Author, *, registrations: Collection[str] | None = None) -> int:
    """Have links be good no more; how many were.

    Args:
        folder: the exam folder.
        author: who revokes them, and why.
        registrations: whose; everybody's if None.

    Raises:
        NotFoundError: nobody has one of these registration numbers.
    """
    allow(author.actor, Verb.MAKE_LINKS)
    with opened(folder), writing():
        people = {each.id: each for each in _people(registrations)}
        now = datetime.now(UTC)
        good = [each for each in newest(stored.all_()).values() if each.is_good(now)]
        theirs = [each for each in good if each.candidate in people]
        if theirs:
            stored.revoke(theirs, author)
            who = [people[each.candidate].candidate.registration for each in theirs]
            audit.append("revoke-links", author.actor, {"candidates": who, "why": author.why})
    return len(theirs)


def listed(folder: Path) -> tuple[tuple[Enrolled, StoredLink | None], ...]:
    """All candidates, each with their newest link, in the order of the list."""
    with opened(folder):
        links: Mapping[int, StoredLink] = newest(stored.all_())
        return tuple((each, links.get(each.id)) for each in candidates.enrolled())


def find(folder: Path, secret: str, now: datetime) -> Guest | None:
    """Who comes by a link; None if it lets nobody in."""
    with opened(folder):
        link = stored.by_digest(digest(secret))
        if link is None or not lets_in(link, stored.of_candidate(link.candidate), now):
            return None
        who = candidates.with_ids({link.candidate}).get(link.candidate)
        return None if who is None else Guest(who, publication.now())


def _people(registrations: Collection[str] | None) -> tuple[Enrolled, ...]:
    if registrations is None:
        return candidates.enrolled()
    return tuple(known(each) for each in registrations)


def digest(secret: str) -> str:
    """What is kept of a secret."""
    return sha256(secret.encode()).hexdigest()
