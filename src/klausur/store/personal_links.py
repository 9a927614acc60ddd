"""Candidates' personal links. Of a link's secret a digest is kept, and nothing else."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from klausur import __version__
from klausur.state.facts import Author
from klausur.state.personal_links import StoredLink
from klausur.store import models
from klausur.store.compiled import Compiled

_COLUMNS = ("pk", "candidate_id", "until", "who", "when", "revoked")

_by_digest = Compiled(lambda digest: models.PersonalLink.objects.filter(digest=digest).values_list(*_COLUMNS))
_of_candidate = Compiled(
    lambda candidate: models.PersonalLink.objects.filter(candidate=candidate).values_list(*_COLUMNS)
)


def by_digest(digest: str) -> StoredLink | None:
    """The link whose secret has this digest."""
    return next((_link(row) for row in _by_digest(digest)), None)


def of_candidate(candidate: int) -> tuple[StoredLink, ...]:
    """All links that a candidate ever had."""
    return tuple(map(_link, _of_candidate(candidate)))


def all_() -> tuple[StoredLink, ...]:
    """All links, the oldest first."""
    return tuple(map(_link, models.PersonalLink.objects.order_by("pk").values_list(*_COLUMNS)))


def make(digests: Mapping[int, str], until: datetime, author: Author) -> None:
    """Record a link for each of these candidates. For a transaction of `writing`."""
    now = datetime.now(UTC)
    models.PersonalLink.objects.bulk_create(
        [
            models.PersonalLink(
                candidate_id=candidate,
                digest=digest,
                until=until,
                who=author.who,
                when=now,
                software=__version__,
            )
            for candidate, digest in digests.items()
        ]
    )


def revoke(links: Iterable[StoredLink], author: Author) -> None:
    """Record that these links are good no more. For a transaction of `writing`."""
    now = datetime.now(UTC)
    models.LinkRevoked.objects.bulk_create(
        [
            models.LinkRevoked(
                link_id=each.id, who=author.who, when=now, why=author.why, software=__version__
            )
            for each in links
        ]
    )


def _link(row: tuple[int, int, datetime, str, datetime, int | None]) -> StoredLink:
    pk, candidate, until, who, when, revoked = row
    return StoredLink(pk, candidate, until, who, when, revoked is not None)
