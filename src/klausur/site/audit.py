"""What was done to the site is written down: logins, roles, exams that came and went."""

from klausur.site.models import Person, SiteEvent


def append(verb: str, who: Person | str, **detail: object) -> None:
    """Write down that somebody did something; ``detail`` is plain JSON."""
    SiteEvent.objects.create(verb=verb, who=who if isinstance(who, str) else who.name, detail=detail)
