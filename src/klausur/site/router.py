"""Which database a row is in: those of exams where the open exam's are, all others in the site's own."""

from typing import Any

from django.db import DEFAULT_DB_ALIAS

EXAM = "store"
"""The label of the app whose rows are an exam's."""


class Router:
    """Django's database router for what is no exam's; `klausur.store.connections.Router` comes after it."""

    def db_for_read(self, model: Any, **hints: object) -> str | None:  # noqa: ANN401 - Django's own signature
        """The site's own database, unless the row is an exam's."""
        del hints
        return None if model._meta.app_label == EXAM else DEFAULT_DB_ALIAS  # noqa: SLF001 - Django documents it

    db_for_write = db_for_read

    def allow_migrate(self, db: str, app_label: str, **hints: object) -> bool:
        """An exam's tables are made in exams' databases, all others in the site's."""
        del hints
        return (db == DEFAULT_DB_ALIAS) != (app_label == EXAM)
