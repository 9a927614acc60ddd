"""What the server logs of requests names no secret: a link that lets somebody in is like a password."""

import logging
import re
from typing import Any

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
    """Have it done from now on."""
    logging.getLogger("django.request").addFilter(Secretless())
