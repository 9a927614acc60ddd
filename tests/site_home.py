"""A home for the tests of a site, and Django configured for it, where ``KLAUSUR_TEST_SITE`` is set.

A process has Django configured once: for the records of exams alone, as the command line has it, or for a
site. So the tests of `tests/site` and `tests/web` run apart from the others: ``make test-web``.
"""

import atexit
import os
from dataclasses import replace
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from urllib.parse import urlsplit

from klausur.site import home as homes
from klausur.site.home import Home

VARIABLE = "KLAUSUR_TEST_SITE"


def _start() -> Home | None:
    if not os.environ.get(VARIABLE):
        return None
    from klausur.web import start

    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # Playwright has its loop in the thread of the tests
    root = Path(mkdtemp(prefix="klausur-test-site-"))
    atexit.register(rmtree, root, ignore_errors=True)
    homes.make(root)
    home = homes.read(root)
    start.start(home)
    start.bring_up_to_date()
    from django.conf import settings

    settings.ALLOWED_HOSTS.append("testserver")  # as Django's test client calls it
    return home


def on_server(address: str) -> None:
    """Keep the site's own rows in a database of this process's own on a PostgreSQL server from now on."""
    if HOME is None:
        return
    import psycopg

    from klausur.web import start

    name = f"site_{os.getpid()}"
    with psycopg.connect(address, autocommit=True) as link:
        link.execute(f"CREATE DATABASE {name}".encode())
    at = urlsplit(address)._replace(path=f"/{name}").geturl()
    with (HOME.root / homes.SETTINGS).open("a") as settings:
        settings.write(f'database = "{at}"\n')  # for workers in processes of their own
    start.connect(replace(HOME, database=at))
    start.bring_up_to_date()


HOME = _start()
