"""Names of people: records of exams say by them who decided, so two people never share one."""

from django import forms
from django.utils.translation import gettext as _

from klausur.site.models import Person


def clean_name(typed: str, *, but: Person | None = None) -> str:
    """A name without spare blanks that nobody has, ``but`` whom it is for.

    Raises:
        django.forms.ValidationError: somebody has it.
    """
    name = " ".join(typed.split())
    others = Person.objects.filter(name__iexact=name)
    if (others if but is None else others.exclude(pk=but.pk)).exists():
        raise forms.ValidationError(
            _("Somebody here has this name already. Add a middle name, or your institute.")
        )
    return name
