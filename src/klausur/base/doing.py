"""What is done here just now, for logs: a request or a job, by its id."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

REQUEST: ContextVar[str] = ContextVar("klausur_request", default="")
"""The id of the request that is answered; empty outside of one."""

JOB: ContextVar[str] = ContextVar("klausur_job", default="")
"""The id of the job that is done; empty outside of one."""


@contextmanager
def doing(what: ContextVar[str], called: str) -> Iterator[None]:
    """Do a request or a job of this id."""
    token = what.set(called)
    try:
        yield
    finally:
        what.reset(token)
