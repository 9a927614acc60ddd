"""Rows that are appended: written once, never changed or deleted."""

from functools import cache
from typing import Any, ClassVar, Never

from django.db import models

from klausur.store import unsealed_rows
from klausur.store.compiled_inserts import CompiledInsert

DIGEST = 64
"""Letters of a SHA-256 in hexadecimal."""


JOB = 36
"""Letters of a job's id, a UUID."""


ACT = 36
"""Letters at most of what names an act of judging."""


class Append(models.QuerySet[Any]):
    """Queries of rows that are never changed or deleted."""

    def bulk_create(self, *args: Any, **kwargs: Any) -> list[Any]:  # noqa: ANN401 - Django's own signature
        """Write rows."""
        made = super().bulk_create(*args, **kwargs)
        if self.model.sealed:
            unsealed_rows.add(self.model, made)
        return made

    def update(self, **kwargs: object) -> Never:
        """Refuse."""
        raise TypeError(f"rows of {self.model.__name__} are appended, never changed: {sorted(kwargs)}")

    def delete(self) -> Never:
        """Refuse."""
        raise TypeError(f"rows of {self.model.__name__} are appended, never deleted")


class Appended(models.Model):
    """A row that is written once. ``sealed``: an event holds its digest."""

    sealed: ClassVar[bool] = True
    software = models.CharField(max_length=40)
    objects = Append.as_manager()

    class Meta:
        """No table of its own."""

        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - Django's own signature
        """Write the row.

        Raises:
            TypeError: it was written before.
        """
        if not self._state.adding:
            raise TypeError(f"rows of {type(self).__name__} are appended, never changed")
        if args or kwargs:
            super().save(*args, **kwargs)
        else:
            _insert(type(self))(self)
        if self.sealed:
            unsealed_rows.add(type(self), [self])

    def delete(self, *args: Any, **kwargs: Any) -> Never:  # noqa: ANN401 - Django's own signature
        """Refuse."""
        raise TypeError(f"rows of {type(self).__name__} are appended, never deleted {args}{kwargs}")


@cache
def _insert(model: type[Appended]) -> CompiledInsert:
    return CompiledInsert(model, numbers=model.sealed)
