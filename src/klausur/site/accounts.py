"""Accounts of people: what an administrator changes of them."""

from django.db import transaction

from klausur.site import audit
from klausur.site.models import Person


def change(
    person: Person, by: Person, *, name: str, email: str, administrator: bool, is_active: bool
) -> None:
    """Change what is kept of somebody; records of exams still say their old name."""
    with transaction.atomic():
        now = {"name": name, "email": email, "administrator": administrator, "is_active": is_active}
        changed = {key: value for key, value in now.items() if getattr(person, key) != value}
        if changed:
            Person.objects.filter(pk=person.pk).update(**changed)
            audit.append("change-person", by, person=person.name, **changed)


def others_keep(person: Person) -> bool:
    """Whether somebody else could still administer the site."""
    return Person.objects.filter(administrator=True, is_active=True).exclude(pk=person.pk).exists()
