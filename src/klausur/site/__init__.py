"""A server with many exams and people: who may do what where, what is to be done, and where files lie.

It has a database of its own beside those of the exams, Django's ``default``. Whoever imports a module with
models calls `klausur.web.start.start` first, which says where the site's home is.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from klausur.site.models import Job


def run_one() -> "Job | None":
    """Do the next job of the site in this thread: see `klausur.site.work.run_one`."""
    from klausur.site import work  # noqa: PLC0415 - Django is ready when this is called

    return work.run_one()
