"""A home for the tests of a site, and Django configured for it, where ``KLAUSUR_TEST_SITE`` is set.

A process has Django configured once: for the records of exams alone, as the command line has it, or for a
site. So the tests of `tests/site` and `tests/web` run apart from the others: ``make test-web``.
"""

import atexit
import os
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp

from klausur.site import home as homes
from klausur.site.home import Home

VARIABLE = "KLAUSUR_TEST_SITE"


def _start() -> Home | None:
    if not os.environ.get(VARIABLE):
        return None
    from klausur.web import start

    root = Path(mkdtemp(prefix="klausur-test-site-"))
    atexit.register(rmtree, root, ignore_errors=True)
    homes.make(root)
    home = homes.read(root)
    start.start(home)
    start.bring_up_to_date()
    from django.conf import settings

    settings.ALLOWED_HOSTS.append("testserver")  # as Django's test client calls it
    return home


HOME = _start()
