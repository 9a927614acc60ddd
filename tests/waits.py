"""How often this process waits for a PostgreSQL server where statements are sent together."""

from typing import Any

import pytest


def counted(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """From now on, how many answers came each time that somebody waited for any."""
    from psycopg._pipeline_base import BasePipeline

    waits: list[int] = []
    fetch = BasePipeline._fetch_gen  # noqa: SLF001 - what waits

    def fetched(self: BasePipeline, *, flush: bool) -> Any:  # noqa: ANN401 - a generator of psycopg's
        if self.result_queue:
            waits.append(len(self.result_queue))
        return fetch(self, flush=flush)

    monkeypatch.setattr(BasePipeline, "_fetch_gen", fetched)
    return waits
