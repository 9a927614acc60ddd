"""What `site.py` runs in processes of its own: a site with one exam and many people, and jobs that are asked.

    python benchmarks/site_server.py serve HOME EXAM PORT PEOPLE [PROCESSES]
                                                              says on its first line of output, as JSON, what
                                                              it serves; then serves until it is ended
    python benchmarks/site_server.py scan HOME EXAM FILE…        has these files scanned, and waits for that

The server is the one of ``klausur serve``, with one process that answers requests, or as many as are named,
and one that does jobs. The people are examiners; where processes are named, correctors but for the first.
"""

import json
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.urls import URLPattern, URLResolver

from klausur.site import home as homes
from klausur.state.facts import Role
from klausur.web import serve, start


def serve_exam(root: Path, exam_folder: Path, port: int, people: int, processes: int | None = None) -> None:
    """Serve an exam to so many people, who come by links that are good once."""
    serve.PROCESSES = processes or 1
    homes.make(root)
    place = serve.Place(port=port)
    home = replace(homes.read(root), single=exam_folder, address=place.address, hosts=place.hosts)
    start.tell(home)
    start.start(home)
    start.bring_up_to_date()
    from klausur.site import exams, invitations  # noqa: PLC0415 - Django is ready now
    from klausur.site.models import Person  # noqa: PLC0415 - the same

    exam = exams.add(home, exam_folder, "An exam for a thousand", "measured")
    links = []
    for n in range(people):
        email = f"hand-{n}@localhost"
        person = Person.objects.create_user(email, f"hand {n}", administrator=not n)
        exams.give_role(exam, person, Role.CORRECTOR if processes and n else Role.EXAMINER, "measured")
        links.append(f"/enter/{invitations.invite(email, None)}/")
    found = [] if processes else pages(exam.slug)
    said = {"links": links, "at": f"/exams/{exam.slug}/", "pages": queries(found, exam_folder)}
    print(json.dumps(said), flush=True)
    serve.run(home, place, workers=1)


def pages(slug: str) -> list[str]:
    """The addresses of all pages that need no more than an exam, and the tabs of the scans desk."""
    from django.urls import get_resolver, reverse  # noqa: PLC0415 - Django is ready now

    from klausur.web.access import Access  # noqa: PLC0415 - the same
    from klausur.web.scans.views import KINDS  # noqa: PLC0415 - the same

    found = []
    for route, view in _walk(get_resolver()):
        access = getattr(view, "access", None)
        if not isinstance(access, Access) or access.kind != "exam" or "GET" not in access.methods:
            continue
        if Role.EXAMINER in access.roles and route.count("<") == 1:
            found.append(f"/{route.replace('<slug:slug>', slug)}")
    tabs = [reverse("scans-images", args=[slug, kind]) for kind in KINDS]
    return [*found, f"/exams/{slug}/readings/?of=credits", *tabs]


def _walk(resolver: Any, before: str = "") -> Iterator[tuple[str, object]]:  # noqa: ANN401 - Django's resolvers
    for each in resolver.url_patterns:
        route = before + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from _walk(each, route)
        elif isinstance(each, URLPattern):
            yield route, each.callback


def queries(addresses: list[str], exam_folder: Path) -> dict[str, int]:
    """How many queries each page asks, of the exam's records and the site's own, by its address.

    What is no page, but a file, a part of a page or a way to another one, is left out.
    """
    from django.conf import settings  # noqa: PLC0415 - Django is ready now
    from django.db import connection as own  # noqa: PLC0415 - the same
    from django.test import Client  # noqa: PLC0415 - the same
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415 - the same

    from klausur.site.models import Person  # noqa: PLC0415 - the same
    from klausur.store.connections import connection  # noqa: PLC0415 - the same
    from klausur.store.folder import opened  # noqa: PLC0415 - the same

    settings.ALLOWED_HOSTS.append("testserver")
    client = Client()
    client.force_login(
        Person.objects.get(email="hand-0@localhost"), "django.contrib.auth.backends.ModelBackend"
    )
    found = {}
    for address in addresses:
        with opened(exam_folder):
            client.get(address)  # what is looked up once for many pages
            with CaptureQueriesContext(connection()) as of_exam, CaptureQueriesContext(own) as of_site:
                answer = client.get(address)
        whole = answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/html")
        if whole and b"<html" in answer.content[:300]:
            found[address] = len(of_exam) + len(of_site)
    settings.ALLOWED_HOSTS.remove("testserver")
    return found


def scan(root: Path, exam_folder: Path, stack: list[Path]) -> None:
    """Have files scanned by the site's worker; say as JSON how many pages there were, and duplicates."""
    home = replace(homes.read(root), single=exam_folder)
    start.tell(home)
    start.from_environment()
    from klausur.site import files, jobs  # noqa: PLC0415 - Django is ready now
    from klausur.site.models import Exam, Job, Person  # noqa: PLC0415 - the same

    asked = []
    for file in stack:
        key = f"uploads/measured/{file.name}"
        files.here().put(key, [file.read_bytes()])
        by = Person.objects.get(email="hand-0@localhost")
        job = jobs.ask(jobs.Kind.SCAN, Exam.objects.get(), by, Role.EXAMINER, file=key, name=file.name)
        asked.append(job.pk)
    while Job.objects.filter(pk__in=asked, state__in=("waiting", "running")).exists():
        time.sleep(0.2)
    done = [Job.objects.get(pk=pk) for pk in asked]
    for job in done:
        if job.state != jobs.JobState.DONE:
            sys.exit(f"{job.asked['name']}: {job.fault}")
    counts = [job.result for job in done]
    duplicates = sum(c["unplaced"].get("duplicate", 0) for c in counts)
    print(json.dumps({"pages": sum(c["pages"] for c in counts), "duplicates": duplicates}), flush=True)


if __name__ == "__main__":
    what, where, folder, *rest = sys.argv[1:]
    if what == "serve":
        serve_exam(Path(where), Path(folder), *map(int, rest))
    else:
        scan(Path(where), Path(folder), [Path(each) for each in rest])
