"""What a job's rows in the table cost, for `benchmarks/scale.py`.

    python benchmarks/scale_jobs.py sqlite

In a process of its own, since Django is configured for a site here. A job is asked for, taken, renewed three
times and ended; the figures are the medians over all, in seconds, as one line of JSON.
"""

import json
import os
import statistics
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.cluster import POSTGRESQL, cluster

from klausur.site import home as homes
from klausur.web import start

TIMES = 200


def main() -> None:
    """Measure and print."""
    with ExitStack() as held:
        root = Path(held.enter_context(tempfile.TemporaryDirectory()))
        homes.make(root)
        home = homes.read(root)
        if sys.argv[1] == POSTGRESQL:
            home = replace(home, database=held.enter_context(cluster()))
        os.environ.pop("KLAUSUR_DATABASE", None)
        start.start(home)
        start.bring_up_to_date()
        from django.db import connection  # noqa: PLC0415 - Django is ready now

        from klausur.site import jobs  # noqa: PLC0415 - Django is ready now
        from klausur.site.jobs import Kind  # noqa: PLC0415 - Django is ready now
        from klausur.site.models import Exam, Person  # noqa: PLC0415 - Django is ready now
        from klausur.state.facts import Role  # noqa: PLC0415 - Django is ready now

        exam = Exam.objects.create(slug="exam", title="An exam", folder="exam")
        person = Person.objects.create_user("ada@example.org", "Ada Example")
        processor, clock = [], []
        for _ in range(TIMES):
            began = time.process_time(), time.perf_counter()
            jobs.ask(Kind.SCAN, exam, person, Role.EXAMINER, uploads=[])
            taken = jobs.take("a worker")
            if taken is None:
                sys.exit("there is no job")
            for done in range(3):
                jobs.renew(taken, done, 3)
            jobs.end(taken, {})
            processor.append(time.process_time() - began[0])
            clock.append(time.perf_counter() - began[1])
        connection.close()
    print(json.dumps({"processor": statistics.median(processor), "clock": statistics.median(clock)}))


if __name__ == "__main__":
    main()
