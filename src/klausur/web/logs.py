"""What the server and its workers log: no secret of a link, which is like a password, and no personal data.

As text, or as a JSON object a line, which names the request or the job that it is about. A bug is told there
by its kind and the places in the code: what it says in words may hold names.
"""

import logging
import re
import sys
import traceback
from datetime import UTC, datetime
from typing import Any

import msgspec

from klausur.base.doing import JOB, REQUEST

_SECRET = re.compile(r"^(/review/[^/]+/|/invited/|/enter/)[^/]+")


class Secretless(logging.Filter):
    """Takes the secrets of links out of the addresses that Django logs."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Have the record logged, without them."""
        if isinstance(record.args, tuple):
            record.args = tuple(map(_without, record.args))
        return True


def _without(value: Any) -> Any:  # noqa: ANN401 - whatever is logged
    return _SECRET.sub(r"\1…", value) if isinstance(value, str) else value


def keep_secrets_out() -> None:
    """Have it done from now on; what is for logs as JSON alone is told nowhere else."""
    logging.getLogger("django.request").addFilter(Secretless())
    logging.getLogger("klausur").addHandler(logging.NullHandler())


class AsJson(logging.Formatter):
    """A JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """What is logged, by whom, and during which request or job."""
        said: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        said |= {name: id_ for name, id_ in (("request", REQUEST.get()), ("job", JOB.get())) if id_}
        said |= getattr(record, "fields", {})
        if record.exc_info and record.exc_info[0] is not None:
            kind, _, trace = record.exc_info
            said["error"] = kind.__name__
            said["at"] = [f"{at.filename}:{at.lineno} {at.name}" for at in traceback.extract_tb(trace)]
        return msgspec.json.encode(said).decode()


def as_json() -> None:
    """Have what is logged in this process written as JSON to standard error: by others, warnings alone."""
    to = logging.StreamHandler(sys.stderr)
    to.setFormatter(AsJson())
    logging.getLogger().handlers = [to]
    logging.getLogger("klausur").setLevel(logging.INFO)


GRANIAN: dict[str, Any] = {
    "formatters": {name: {"()": "klausur.web.logs.AsJson"} for name in ("generic", "access")},
}
"""What makes the server of `klausur.web.serve` log so too, by Python's own table of logging."""
