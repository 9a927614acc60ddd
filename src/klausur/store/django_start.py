"""Getting Django ready for a program that is no website. Nothing here knows of exams."""

from typing import Any

import django
from django.conf import settings


def start() -> None:
    """Configure Django from `klausur.store.settings`, unless something above has configured it already.

    ``settings.configure`` and not the environment: a ``DJANGO_SETTINGS_MODULE`` in the user's shell
    belongs to another project.
    """
    if settings.configured:
        return
    from klausur.store import settings as ours  # noqa: PLC0415 - this runs while klausur.store is imported

    options: dict[str, Any] = {name: getattr(ours, name) for name in dir(ours) if name.isupper()}
    settings.configure(**options)
    django.setup()
