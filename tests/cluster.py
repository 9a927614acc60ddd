"""A PostgreSQL server for tests: a cluster in a temporary folder, which listens on a socket there alone."""

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg

SQLITE, POSTGRESQL = "sqlite", "postgresql"

FAST = {
    "listen_addresses": "",
    "fsync": "off",  # a test's server need not outlive a power cut
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "60",
    "shared_buffers": "64MB",
    "jit": "off",
}

SAFE = {
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "max_connections": "100",
}
"""What an installed server has of these: what it said was written is, whenever it is killed."""


class MissingError(Exception):
    """PostgreSQL is not on this machine."""


def programs() -> Path:
    """The folder of PostgreSQL's programs; Debian keeps them off the search path.

    Raises:
        MissingError: there is none.
    """
    found = shutil.which("initdb")
    if found:
        return Path(found).resolve().parent
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parts[-3]))
    if not folders:
        raise MissingError(
            "PostgreSQL is not on this machine, and every test of the records runs on it too: "
            "apt-get install postgresql (or put its initdb on the search path)"
        )
    return folders[-1].parent


@contextlib.contextmanager
def cluster(**settings: str) -> Iterator[str]:
    """Start a server, and end it. Yields its address.

    Args:
        settings: other ones than `FAST`.

    Raises:
        MissingError: PostgreSQL is not on this machine.
    """
    bin_ = programs()
    user = "postgres" if os.getuid() == 0 else None  # PostgreSQL does not run as root
    place = Path(tempfile.mkdtemp(prefix="klausur-pg-", dir="/tmp"))
    try:
        if user is not None:
            shutil.chown(place, user)
            place.chmod(0o711)
        data = place / "data"
        made: list[str | Path] = [
            bin_ / "initdb",
            "-D",
            data,
            "-A",
            "trust",
            "-U",
            "klausur",
            "-E",
            "UTF8",
            "--locale=C",
            "-N",
        ]
        subprocess.run(made, check=True, stdout=subprocess.DEVNULL, user=user, cwd="/")
        named = {**FAST, **settings, "unix_socket_directories": place}
        options = [f"-c{name}={value}" for name, value in named.items()]
        with (place / "log").open("wb") as log:
            server = subprocess.Popen(
                [bin_ / "postgres", "-D", data, *options], user=user, cwd="/", stdout=log, stderr=log
            )
        try:
            address = f"postgresql://klausur@/postgres?host={place}"
            _wait(address, server, place / "log")
            yield address
        finally:
            server.send_signal(signal.SIGINT)  # ends sessions and then itself
            server.wait(timeout=60)
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _wait(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(600):
        with contextlib.suppress(psycopg.OperationalError), psycopg.connect(address):
            return
        if server.poll() is not None:
            break
        time.sleep(0.1)
    raise RuntimeError(f"the test server did not start: {log.read_text(errors='replace')[-2000:]}")
