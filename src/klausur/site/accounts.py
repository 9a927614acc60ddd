"""Accounts of people: what an administrator changes of them."""

from django.db import transaction

from klausur.site import audit
from klausur.site.models import LONGEST_NAME, Person


def change(
    person: Person,
    by: Person,
    *,
    name: str,
    email: str,
    administrator: bool,
    is_active: bool,
    registration: str = "",
) -> None:
    """Change what is kept of somebody; records of exams still say their old name.

    An address that the administrator wrote is not one that was checked.
    """
    with transaction.atomic():
        now = {
            "name": name,
            "email": email,
            "administrator": administrator,
            "is_active": is_active,
            "registration": registration,
            "mail_checked": person.mail_checked and email == person.email,
        }
        changed = {key: value for key, value in now.items() if getattr(person, key) != value}
        if changed:
            Person.objects.filter(pk=person.pk).update(**changed)
            audit.append("change-person", by, person=person.name, **changed)


def from_elsewhere(email: str, name: str, registration: str, by: str) -> Person:
    """An account for a candidate who has logged in at another place, which has checked their address."""
    with transaction.atomic():
        person = Person.objects.create_user(email, free_name(name, email))
        Person.objects.filter(pk=person.pk).update(mail_checked=True, registration=registration)
        person.refresh_from_db()
        audit.append("join", person, email=email, by=by, registration=registration)
    return person


def is_taken(registration: str, person: Person | None) -> bool:
    """Whether somebody else has this registration number."""
    others = Person.objects.filter(registration=registration).exclude(registration="")
    return (others if person is None else others.exclude(pk=person.pk)).exists()


def note(person: Person, registration: str, by: str, *, mail_checked: bool) -> None:
    """Note what another place says of somebody; nothing it does not say is taken back."""
    said: dict[str, object] = {}
    if registration and registration != person.registration:
        said["registration"] = registration
    if mail_checked and not person.mail_checked:
        said["mail_checked"] = True
    if said:
        with transaction.atomic():
            Person.objects.filter(pk=person.pk).update(**said)
            audit.append("learn-of-person", person, by=by, **said)


def free_name(name: str, email: str) -> str:
    """A name that nobody here has yet: with the address behind it, where somebody has it."""
    plain = " ".join(name.split()) or email
    if not Person.objects.filter(name__iexact=plain).exists():
        return plain[:LONGEST_NAME]
    return f"{plain[: LONGEST_NAME - len(email) - 3]} ({email})"[:LONGEST_NAME]


def others_keep(person: Person) -> bool:
    """Whether somebody else could still administer the site."""
    return Person.objects.filter(administrator=True, is_active=True).exclude(pk=person.pk).exists()
