"""What a job of a site does to an exam's records: once, and only by the worker whose job it is.

Who works at a job does so `as_job`, by its attempt. The first transaction of `klausur.store.folder.writing`
that it opens here notes the attempt down, and every one looks, under the lock and before anything is
written, whether a later attempt stands there: then the job was taken over, and nothing is written. The last
transaction of a job appends its `effect`; after that nothing more is written in its name, and who takes the
job over finds what came of it (`done`).
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import msgspec

from klausur import __version__
from klausur.base.errors import RefusedError
from klausur.store import models
from klausur.store.connections import connection


class LapsedError(RefusedError):
    """Another worker has taken the job over."""


class DoneAlreadyError(RefusedError):
    """What the job does was done by an attempt before this one."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """A job that is worked at, for the ``number``-th time."""

    job: str
    number: int


_HERE: ContextVar[Attempt | None] = ContextVar("klausur_job", default=None)


@contextmanager
def as_job(job: str, attempt: int) -> Iterator[None]:
    """Write into exams' records as this attempt at a job, as long as it is the newest one."""
    token = _HERE.set(Attempt(job, attempt))
    try:
        yield
    finally:
        _HERE.reset(token)


def here() -> str:
    """The job that is worked at here; empty if none is."""
    found = _HERE.get()
    return "" if found is None else found.job


def fence() -> None:
    """Let who works at a job go on if it is theirs. For the beginning of a transaction of `writing`.

    Raises:
        LapsedError: a later attempt has begun.
        DoneAlreadyError: the job's effect is here.
    """
    at = _HERE.get()
    if at is None:
        return
    attempts, effects = (m._meta.db_table for m in (models.JobAttempt, models.JobEffect))  # noqa: SLF001 - Django documents it
    with connection().cursor() as cursor:
        cursor.execute(
            f"SELECT (SELECT attempt FROM {attempts} WHERE job = %s),"  # noqa: S608 - names of ours
            f" EXISTS (SELECT 1 FROM {effects} WHERE job = %s)",
            [at.job, at.job],
        )
        newest, there = cursor.fetchone()
    if newest is not None and newest > at.number:
        raise LapsedError(
            "another worker has taken this job over: nothing more of it is recorded from here",
            "nothing: it goes on there",
        )
    if there:
        raise DoneAlreadyError("this job was done before, and its effect is recorded", "ask for it anew")
    if newest != at.number:
        models.JobAttempt.objects.update_or_create(job=at.job, defaults={"attempt": at.number})


def effect(result: Mapping[str, Any]) -> None:
    """Append what came of the job that is worked at here, if any is. For its last transaction of `writing`.

    Args:
        result: what who takes the job over is told: JSON, and what is text in JSON, such as paths.
    """
    at = _HERE.get()
    if at is not None:
        models.JobEffect(
            job=at.job,
            result=msgspec.json.encode(result, enc_hook=str, order="deterministic").decode(),
            made=datetime.now(UTC),
            software=__version__,
        ).save()


def done(job: str) -> dict[str, Any] | None:
    """What came of a job, if its effect is in the open exam's records."""
    text = models.JobEffect.objects.filter(job=job).values_list("result", flat=True).first()
    return None if text is None else msgspec.json.decode(text, type=dict[str, Any])
