"""How often this process waits for a PostgreSQL server where statements are sent together."""

from collections import deque
from collections.abc import Callable
from typing import Any

import pytest


def counted(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """From now on, how many answers came each time that somebody waited for any.

    A quick server answers while it is still being written to, and whether it does is chance. So here nobody
    looks for answers while writing: they come when somebody waits.
    """
    from psycopg import _pipeline_base, generators

    BasePipeline = _pipeline_base.BasePipeline  # noqa: N806 - a class

    def written(pgconn: Any, commands: deque[Callable[[], None]]) -> Any:  # noqa: ANN401 - as below
        while commands:
            commands.popleft()()
        yield from generators.send(pgconn)
        return []

    monkeypatch.setattr(_pipeline_base, "pipeline_communicate", written)

    waits: list[int] = []
    fetch = BasePipeline._fetch_gen  # noqa: SLF001 - what waits

    def fetched(self: Any, *, flush: bool) -> Any:  # noqa: ANN401 - a generator of psycopg's
        if self.result_queue:
            waits.append(len(self.result_queue))
        return fetch(self, flush=flush)

    monkeypatch.setattr(BasePipeline, "_fetch_gen", fetched)
    return waits
