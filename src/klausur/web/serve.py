"""The site is served: its home is made, the first administrator invited, server and worker started."""

import errno
import logging
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from klausur.base.errors import NotFoundError, UsageError
from klausur.site import home as homes
from klausur.site.home import Home
from klausur.state.facts import Role
from klausur.web import logs, start

PROCESSES = min(4, os.cpu_count() or 1)
"""So many answer requests."""

THREADS = 8
"""Of each server process: so many requests are answered beside one another."""

LEAVE = 5
"""Seconds that a server process has to end: for answers that are on their way, and a picture that is made."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the server listens, the files of its certificate if it speaks TLS, and what people call it."""

    host: str = "127.0.0.1"
    port: int = 8000
    certificate: Path | None = None
    key: Path | None = None
    names: tuple[str, ...] = ()

    @property
    def address(self) -> str:
        """What people type; on this machine, where no other name of it is known."""
        scheme = "http" if self.certificate is None else "https"
        name = self.names[0] if self.names else "127.0.0.1" if self.everywhere else self.host
        return f"{scheme}://{name}:{self.port}"

    @property
    def everywhere(self) -> bool:
        """Whether other machines may reach it by any of this one's names."""
        return self.host in {"0.0.0.0", "::"}  # noqa: S104 - compared, not bound

    @property
    def hosts(self) -> tuple[str, ...]:
        """All that people may call this machine; an answer to another name would be to a trick."""
        own = socket.gethostname()
        found = [*self.names, self.host]
        if self.everywhere:
            found += [own, f"{own}.local"]
            with suppress(OSError):
                found += socket.gethostbyname_ex(own)[2]
        return tuple(dict.fromkeys(found))


Say = Callable[[str], None]


def refuse_if_taken(place: Place) -> None:
    """See that one can listen there. The server itself would share a port with another one of the same user.

    Raises:
        UsageError: another program listens there, this user may not, or the machine has no such address.
    """
    host, port = place.host, place.port
    try:
        with socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET):
            return
    except PermissionError as error:
        raise UsageError(f"you may not listen at port {port}", "take one above 1023: --port 8000") from error
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            other = port + 1 if port < 65535 else port - 1
            raise UsageError(
                f"another program listens at port {port} already",
                f"end it, or take another port: --port {other}",
            ) from error
        raise UsageError(
            f"one cannot listen at {host}: {error}", "--host names this machine's address"
        ) from error


def serve_home(
    root: Path, place: Place, administrator: Callable[[], str], say: Say, *, workers: int = 1
) -> None:
    """Serve a site until it is interrupted.

    Args:
        root: its home; made if it is not there.
        place: where to listen.
        administrator: asked for the mail address of the first one, if nobody has an account yet.
        say: told what people should know.
        workers: processes that do jobs.
    """
    homes.make(root)
    home = homes.read(root)
    home = replace(home, address=home.address or place.address, hosts=place.hosts)
    _start(home)
    from klausur.site import invitations, post  # noqa: PLC0415 - Django is ready now
    from klausur.site.models import Person  # noqa: PLC0415 - the same

    if not Person.objects.exists():
        secret = invitations.invite(administrator(), None, administrator=True)
        say(f"Choose your name and password here, within two weeks: {home.address}/invited/{secret}/")
    wrong = post.fault(home)
    if wrong is not None:
        say(f"Mail does not leave: {wrong}")
    say(f"Klausur is at {home.address}")
    run(home, place, workers)


def serve_exam(folder: Path, place: Place, say: Say, roles: tuple[Role, ...] = (Role.EXAMINER,)) -> None:
    """Serve one exam folder to this machine, with a one-time link for each of these roles.

    Sessions and jobs lie in a home that is deleted at the end; every decision is in the exam's own records.

    Raises:
        NotFoundError: the folder is no exam folder.
    """
    if not (folder / "exam.toml").is_file():
        raise NotFoundError(f"{folder} is no exam folder: it has no exam.toml", "name the folder of an exam")
    with TemporaryDirectory(prefix="klausur-site-") as made:
        homes.make(Path(made))
        home = homes.read(Path(made))
        home = replace(home, single=folder.absolute(), address=place.address, hosts=place.hosts)
        _start(home)
        for role, secret in _let_in(home, roles):
            say(f"As {role.value}: {place.address}/enter/{secret}/")
        run(home, place, workers=1)


def _let_in(home: Home, roles: tuple[Role, ...]) -> list[tuple[Role, str]]:
    from klausur.site import exams, invitations  # noqa: PLC0415 - Django is ready now
    from klausur.site.models import Person  # noqa: PLC0415 - the same

    folder = home.single or Path()
    exam = exams.add(home, folder, exams.title_of(folder), invitations.TERMINAL)
    found = []
    for role in roles:
        name = _account() if role is Role.EXAMINER else f"{_account()} ({role.value})"
        email = f"{role.value}@localhost"
        person = Person.objects.create_user(email, name, administrator=role is Role.EXAMINER)
        exams.give_role(exam, person, role, invitations.TERMINAL)
        found.append((role, invitations.invite(email, None)))
    return found


def _account() -> str:
    """Whose account of the machine this is."""
    import getpass  # noqa: PLC0415 - here alone

    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "examiner"


def _start(home: Home) -> None:
    start.tell(home)
    start.start(home)
    start.bring_up_to_date()


def run(home: Home, place: Place, workers: int) -> None:
    """Serve a site that Django was started for, and do its jobs, until this process is told to end."""
    from granian import Granian  # noqa: PLC0415 - the server alone needs it
    from granian.constants import Interfaces, SSLProtocols  # noqa: PLC0415 - the same
    from granian.log import LogLevels  # noqa: PLC0415 - the same

    if home.metrics is not None:
        _share_figures(home)
    _count_anew(home)
    logging.getLogger("_granian").addFilter(_not_of_threads)
    with ExitStack() as running:
        for _ in range(workers):
            running.callback(_end, _worker(home))
        Granian(
            "klausur.web.wsgi:application",
            address=place.host,
            port=place.port,
            interface=Interfaces.WSGI,
            workers=PROCESSES,
            blocking_threads=THREADS,
            backpressure=THREADS * 16,
            log_access=False,
            log_dictconfig=logs.GRANIAN if home.json_log else None,
            log_level=LogLevels.warning,
            ssl_cert=place.certificate,
            ssl_key=place.key,
            ssl_protocol_min=SSLProtocols.tls12,
            respawn_failed_workers=True,
            workers_kill_timeout=LEAVE,
        ).serve()


def _not_of_threads(record: logging.LogRecord) -> bool:
    """Whether the server says more than that it has more threads than cores: requests mostly wait."""
    return "spawning up to" not in record.getMessage()


def _share_figures(home: Home) -> None:
    """Let the server's processes count together, from nothing on."""
    folder = home.working / "figures"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700, parents=True)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)


def _count_anew(home: Home) -> None:
    """Let the server's processes count together how often something was done, from nothing on."""
    home.working.mkdir(mode=0o700, parents=True, exist_ok=True)
    for stale in home.working.glob(f"{home.limits.name}*"):
        stale.unlink()


def _worker(home: Home) -> subprocess.Popen[bytes]:
    """A process that does jobs beside the server, and lets it go first."""
    program = [sys.executable, "-m", "klausur", "work", str(home.root)]
    return subprocess.Popen(
        ["nice", "-n", "15", *program] if os.name == "posix" else program,
        env={**os.environ, "KLAUSUR_SERVER": str(os.getpid())},
    )


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(timeout=20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
