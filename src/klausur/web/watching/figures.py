"""Figures for Prometheus: of requests, which each server process counts, and of rows, counted when asked.

Nothing in them names a person: they are by exam, desk, and kind of job. Server processes share their counts
by files in a folder that `klausur.web.serve` names (prometheus_client's multiprocess mode).
"""

import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime

from django.conf import settings
from django.db import DatabaseError
from django.db.models import Count, Min, Sum
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from klausur.base.errors import KlausurError
from klausur.site import audit
from klausur.site.jobs import JobState
from klausur.site.models import Exam, Job, Person, SiteEvent, Upload
from klausur.store import glance
from klausur.store.folder import Records, opened

FORM = CONTENT_TYPE_LATEST

SHARED = "PROMETHEUS_MULTIPROC_DIR"
"""The environment variable with the folder, as prometheus_client calls it."""

_own = CollectorRegistry()

_requests = Counter(
    "klausur_requests",
    "Requests answered, by desk and hundreds of the status",
    ["desk", "status"],
    registry=_own,
)
_seconds = Histogram(
    "klausur_request_seconds",
    "Seconds until a request was answered, by desk",
    ["desk"],
    registry=_own,
    buckets=(0.01, 0.03, 0.1, 0.3, 1, 3, 10),
)


def count(desk: str, status: int, seconds: float) -> None:
    """Count a request."""
    _requests.labels(desk, f"{status // 100}xx").inc()
    _seconds.labels(desk).observe(seconds)


def text() -> bytes:
    """All figures in Prometheus' text format."""
    shared = CollectorRegistry()
    if SHARED in os.environ:
        MultiProcessCollector(shared)  # type: ignore[no-untyped-call]
    else:
        shared.register(_own)
    shared.register(_OfRows())
    return generate_latest(shared)


class _OfRows(Collector):
    """What the site's rows and its exams' amount to now."""

    def collect(self) -> Iterator[Metric]:
        """Count them."""
        yield from _jobs()
        home = settings.KLAUSUR_HOME
        for name, says, value in (
            ("klausur_uploads_unfinished", "Uploads on their way", Upload.objects.filter(digest="").count()),
            ("klausur_exams", "Exams that are not archived", Exam.objects.filter(archived=False).count()),
            ("klausur_people", "People who may log in", Person.objects.filter(is_active=True).count()),
            ("klausur_disk_free_bytes", "Free on the home's disk", shutil.disk_usage(home.root).free),
        ):
            yield GaugeMetricFamily(name, says, value)
        last = (
            SiteEvent.objects.filter(verb=audit.BACKUP)
            .order_by("-when")
            .values_list("when", flat=True)
            .first()
        )
        if last is not None:
            says = "When the site was backed up last, in seconds since 1970"
            yield GaugeMetricFamily("klausur_backup_timestamp_seconds", says, last.timestamp())
        yield from _exams()


def _jobs() -> Iterator[Metric]:
    by = GaugeMetricFamily("klausur_jobs", "Jobs by kind and where they stand", labels=["kind", "state"])
    for row in Job.objects.values("kind", "state").annotate(of=Count("pk")).order_by("kind", "state"):
        by.add_metric([row["kind"], row["state"]], row["of"])
    yield by
    waits = Job.objects.filter(state=JobState.WAITING).aggregate(since=Min("made"))["since"]
    seconds = 0.0 if waits is None else (datetime.now(UTC) - waits).total_seconds()
    yield GaugeMetricFamily(
        "klausur_job_waits_seconds", "How long the job has waited that waits longest", seconds
    )
    lost = Job.objects.aggregate(of=Sum("lost"))["of"] or 0
    yield CounterMetricFamily("klausur_workers_lost", "Workers that were lost at a job", lost)


def _exams() -> Iterator[Metric]:
    each = {
        name: GaugeMetricFamily(f"klausur_{name}", says, labels=["exam"])
        for name, says in (
            ("pages", "Images of pages that were read"),
            ("pages_waiting", "Images that a person must look at"),
            ("answers_open", "Answers that a person must read or judge"),
            ("judgements", "Judgements that were made"),
            ("settlements", "Boxes that people settled"),
            ("exam_unreadable", "1 where the records of an exam cannot be opened"),
        )
    }
    for exam in Exam.objects.filter(archived=False).order_by("slug"):
        folder = settings.KLAUSUR_HOME.folder(exam.folder)
        found: dict[str, int] = {}
        try:
            if Records(folder).there or not folder.is_dir():
                with opened(folder):
                    found = glance.counts()
        except (KlausurError, DatabaseError):
            found = {"exam_unreadable": 1}
        for name, value in {"exam_unreadable": 0, **found}.items():
            each[name].add_metric([exam.slug], value)
    yield from each.values()
