"""What holds for all tests: how Hypothesis draws, and which database the records are on.

``--database sqlite`` (as people have it at first) or ``--database postgresql``.
"""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir

import pytest
from hypothesis import HealthCheck, settings
from tests import site_home  # before anything of the store, which else configures Django for itself

# isort: split
from tests.cluster import POSTGRESQL, SQLITE, MissingError, cluster
from tests.migrated import once

from klausur.exam import trust
from klausur.store import server

_common = settings(
    deadline=None,  # no test depends on how busy the machine is
    suppress_health_check=[
        HealthCheck.too_slow,  # the same
        HealthCheck.function_scoped_fixture,  # a folder that each example writes anew
        HealthCheck.data_too_large,  # whole exams are large
        HealthCheck.large_base_example,
    ],
)
# The same few examples at each run, so that a change is judged by what it changed; `make nightly` draws new
# ones, and more of them.
settings.register_profile("klausur", _common, derandomize=True, max_examples=30)
settings.register_profile("drawn-anew", _common)
settings.load_profile("klausur")

collect_ignore = [] if site_home.HOME else ["web", "site"]  # `make test-web` runs these

_started = contextlib.ExitStack()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--database",
        choices=[SQLITE, POSTGRESQL],
        default=SQLITE,
        help="where exams' records are; a PostgreSQL server is started for the tests and ended after them",
    )


def pytest_configure(config: pytest.Config) -> None:
    os.environ["XDG_STATE_HOME"] = _started.enter_context(TemporaryDirectory(prefix="klausur-state-"))
    trust.trust(Path(gettempdir()), always=True)  # the exams that tests write
    trust.trust(Path(__file__).parent, always=True)
    if hasattr(config, "workerinput"):  # a process of xdist finds the server in its environment
        if server.VARIABLE in os.environ:
            site_home.on_server(os.environ[server.VARIABLE])
        return
    os.environ.pop(server.VARIABLE, None)
    if config.getoption("--database") == POSTGRESQL:
        try:
            os.environ[server.VARIABLE] = _started.enter_context(cluster())
        except MissingError as error:
            raise pytest.UsageError(str(error)) from error
        if not config.getoption("numprocesses", None):  # else only those processes have tests
            site_home.on_server(os.environ[server.VARIABLE])


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is about the other database, or above either; `make test-postgresql` runs it.

    What takes longest begins first: at the end, the processes would wait for the one that has it.
    """
    other = ("postgresql",) if config.getoption("--database") == SQLITE else ("files", "above_records")
    about = [item for item in items if any(map(item.get_closest_marker, other))]
    items[:] = [item for item in items if item not in about]
    config.hook.pytest_deselected(items=about)
    items.sort(key=lambda item: item.get_closest_marker("early") is None)


def pytest_unconfigure() -> None:
    _started.close()


@pytest.fixture(scope="session", autouse=True)
def migrated_once() -> Iterator[None]:
    with once():
        yield


@pytest.fixture
def database(request: pytest.FixtureRequest) -> str:
    """Where new exams' records are: SQLITE or POSTGRESQL."""
    return str(request.config.getoption("--database"))


@pytest.fixture
def only_in_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """For tests of SQLite files, which there are with either database: a new folder gets one."""
    monkeypatch.delenv(server.VARIABLE, raising=False)
