"""Personal links: by which of them a candidate sees their results, and how long one is good."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class StoredLink:
    """A link in the records: the ``candidate`` whose it is, by their number, and how long it is good."""

    id: int
    candidate: int
    until: datetime
    who: str
    when: datetime
    revoked: bool = False

    def is_good(self, now: datetime) -> bool:
        """Whether it lets anybody in, if it is its candidate's newest."""
        return not self.revoked and now < self.until


def newest(links: Iterable[StoredLink]) -> Mapping[int, StoredLink]:
    """By candidate, the link that counts: one that is made later takes the place of those before it."""
    found: dict[int, StoredLink] = {}
    for each in sorted(links, key=lambda link: link.id):
        found[each.candidate] = each
    return found


def lets_in(link: StoredLink, links: Iterable[StoredLink], now: datetime) -> bool:
    """Whether a link is good: the newest of its candidate, not revoked, and not expired."""
    return link.is_good(now) and newest(links).get(link.candidate) == link
