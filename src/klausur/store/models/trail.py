"""What was done: the audit trail, and the jobs of workers."""

from typing import Any, ClassVar

from django.db import models

from klausur.store.models.appended import DIGEST, JOB, Appended


class AuditEvent(Appended):
    """One thing that was done to the records: by whom, when, with what outcome, and which rows it wrote.

    Events are numbered from 1 without gaps; ``digest`` is of all that an event says, ``before`` among it, the
    digest of the one before. ``rows`` are the rows that it wrote and ``gone`` those that it deleted, each
    with its digest (`klausur.store.row_seals`), by the ``form`` of `klausur.store.canonical`.
    """

    sealed = False
    number = models.PositiveIntegerField(unique=True)
    before = models.CharField(max_length=DIGEST, blank=True)
    digest = models.CharField(max_length=DIGEST)
    form = models.PositiveSmallIntegerField()
    rows = models.TextField(blank=True)
    gone = models.TextField(blank=True)
    verb = models.CharField(max_length=40)
    who = models.CharField(max_length=200)
    when = models.DateTimeField()
    detail = models.JSONField()

    def __str__(self) -> str:
        return f"{self.verb} by {self.who}"


class JobEffect(Appended):
    """What a site's job has done here, once: a job is taken over by another worker, its effect is not.

    ``job`` is its id, ``result`` JSON of what came of it. See `klausur.store.jobs`.
    """

    job = models.CharField(max_length=JOB, unique=True)
    result = models.TextField()
    made = models.DateTimeField()

    def __str__(self) -> str:
        return f"effect of job {self.job}"


class JobAttempt(models.Model):
    """The newest attempt at a site's job that has begun to write here: an earlier one writes nothing more.

    No record of the exam: it says nothing but who may write.
    """

    job = models.CharField(max_length=JOB, primary_key=True)
    attempt = models.PositiveIntegerField()
    objects: ClassVar[models.Manager[Any]] = models.Manager()

    def __str__(self) -> str:
        return f"attempt {self.attempt} at job {self.job}"
