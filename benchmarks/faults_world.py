"""A site's processes in a world that goes wrong: what each kind of fault does to them. For faults.py.

Server, worker and PostgreSQL are started with a library between them and the system, built here by ``cc``:
as long as a file says so, writing fails for want of room, each wait for the disk takes longer, or the clock
is another one. Between server, worker and database is a relay that can be cut. Who was killed, or ended by
themselves, is started again, as a system that keeps services does.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import psycopg
import requests
from tests.cluster import FAST, SAFE, programs

KLAUSUR = (sys.executable, "-m", "klausur")
LEASE = 2
"""Seconds until a lost job is taken over: waiting is no part of the trial."""

SHIM = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

static int said(const char *name, char *text, size_t size) {
  static __thread int inside;
  char path[512];
  const char *place = getenv("FAULTS");
  if (!place || inside) return 0;
  inside = 1;
  strcpy(path, place); strcat(path, name);
  int saved = errno, file = open(path, O_RDONLY), there = file >= 0;
  if (there) {
    if (text) { ssize_t n = read(file, text, size - 1); text[n > 0 ? n : 0] = 0; }
    close(file);
  }
  errno = saved; inside = 0;
  return there;
}
static int regular(int fd) { struct stat of; return !fstat(fd, &of) && S_ISREG(of.st_mode); }
static int full(int fd) {
  if (!said("/full", 0, 0) || !regular(fd)) return 0;
  errno = ENOSPC; return 1;
}
static void slowly(void) {
  if (said("/slow", 0, 0)) { struct timespec wait = {0, 200000000}; nanosleep(&wait, 0); }
}
#define REAL(result, name, ...) static result (*real)(__VA_ARGS__); if (!real) real = dlsym(RTLD_NEXT, name)
ssize_t write(int fd, const void *data, size_t n) {
  REAL(ssize_t, "write", int, const void *, size_t); return full(fd) ? -1 : real(fd, data, n); }
ssize_t pwrite(int fd, const void *data, size_t n, off_t at) {
  REAL(ssize_t, "pwrite", int, const void *, size_t, off_t); return full(fd) ? -1 : real(fd, data, n, at); }
ssize_t pwrite64(int fd, const void *data, size_t n, off64_t at) {
  REAL(ssize_t, "pwrite64", int, const void *, size_t, off64_t);
  return full(fd) ? -1 : real(fd, data, n, at); }
int fsync(int fd) { REAL(int, "fsync", int); slowly(); return real(fd); }
int fdatasync(int fd) { REAL(int, "fdatasync", int); slowly(); return real(fd); }
static time_t jumped(void) { char text[32]; return said("/clock", text, sizeof text) ? atol(text) : 0; }
int clock_gettime(clockid_t which, struct timespec *now) {
  REAL(int, "clock_gettime", clockid_t, struct timespec *);
  int done = real(which, now);
  if (!done && (which == CLOCK_REALTIME || which == CLOCK_REALTIME_COARSE)) now->tv_sec += jumped();
  return done;
}
int gettimeofday(struct timeval *now, void *zone) {
  REAL(int, "gettimeofday", struct timeval *, void *);
  int done = real(now, zone);
  if (!done) now->tv_sec += jumped();
  return done;
}
time_t time(time_t *out) {
  REAL(time_t, "time", time_t *);
  time_t now = real(0) + jumped();
  if (out) *out = now;
  return now;
}
"""


class Relay(threading.Thread):
    """A way from a port of this machine to the database's socket, which can be cut."""

    def __init__(self, behind: Path) -> None:
        super().__init__(daemon=True)
        self.behind, self.cut = str(behind), threading.Event()
        self.door = socket.create_server(("127.0.0.1", 0))
        self.port = int(self.door.getsockname()[1])
        self.open: set[socket.socket] = set()

    def run(self) -> None:
        """Let in who comes, unless the way is cut."""
        while True:
            came, _ = self.door.accept()
            there = socket.socket(socket.AF_UNIX)
            try:
                there.connect("" if self.cut.is_set() else self.behind)
            except OSError:
                came.close()
                there.close()
                continue
            self.open |= {came, there}
            for one, other in ((came, there), (there, came)):
                threading.Thread(target=self._hand_on, args=(one, other), daemon=True).start()

    def _hand_on(self, one: socket.socket, other: socket.socket) -> None:
        with suppress(OSError):
            while data := one.recv(1 << 16):
                other.sendall(data)
        for each in (one, other):
            self.open.discard(each)
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()

    def break_off(self) -> None:
        """Cut the way, with all that is on it."""
        self.cut.set()
        for each in list(self.open):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)


class World:
    """The processes, and what can be done to them."""

    def __init__(self, place: Path) -> None:
        self.place, self.faults = place, place / "faults"
        self.home = place / "home"
        self.faults.mkdir()
        self.shim = place / "shim.so"
        (place / "shim.c").write_text(SHIM)
        subprocess.run(
            ["/usr/bin/cc", "-shared", "-fPIC", "-O1", "-o", self.shim, place / "shim.c", "-ldl"], check=True
        )
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = int(free.getsockname()[1])
        self.address = f"http://127.0.0.1:{self.port}"
        self.data = Path(tempfile.mkdtemp(prefix="klausur-faults-", dir="/tmp"))
        self.relay = Relay(self.data / ".s.PGSQL.5432")
        self.database = f"postgresql://klausur@127.0.0.1:{self.relay.port}/postgres"
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self.keeps = threading.Event()

    def make_database(self) -> None:
        """A server of PostgreSQL without anything in it."""
        user = "postgres" if os.getuid() == 0 else None
        if user is not None:
            shutil.chown(self.data, user)
            self.data.chmod(0o711)
            self.place.chmod(0o711)
        made: list[str | Path] = [
            programs() / "initdb",
            "-D",
            self.data / "data",
            "-A",
            "trust",
            "-U",
            "klausur",
            "-E",
            "UTF8",
        ]
        subprocess.run([*made, "--locale=C", "-N"], check=True, stdout=subprocess.DEVNULL, user=user, cwd="/")
        self.relay.start()
        self._start("database")
        self._wait_for_database()

    def start(self) -> None:
        """Start those that do not run, and wait until the server answers."""
        for name in ("database", "server", "worker"):
            if name not in self.running or self.running[name].poll() is not None:
                self._start(name)
        while True:
            for name, process in list(self.running.items()):
                if process.poll() is not None:  # a worker that came before the server had made the site
                    self._start(name)
            with suppress(requests.RequestException):
                if requests.get(f"{self.address}/healthz", timeout=30).status_code == 200:
                    return
            time.sleep(0.1)

    def keep(self) -> None:
        """Start again who ends, until `keeps` is set: as services are kept."""
        while not self.keeps.wait(0.2):
            for name, process in list(self.running.items()):
                if process.poll() is not None:
                    self._start(name)

    def kill(self, *names: str) -> None:
        """Kill these (SIGKILL), with all that they started."""
        for name in names:
            with suppress(psutil.NoSuchProcess):
                process = psutil.Process(self.running[name].pid)
                # PostgreSQL's have groups of their own; a server's may be started at this moment.
                started = process.children(recursive=True)
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                for each in (process, *started):
                    with suppress(psutil.NoSuchProcess):
                        each.kill()

    def end(self) -> None:
        """End all, for good."""
        self.keeps.set()
        time.sleep(0.5)
        self.kill(*self.running)
        for process in self.running.values():
            process.wait()
        shutil.rmtree(self.data, ignore_errors=True)

    @contextmanager
    def said(self, name: str, text: str = "") -> Iterator[None]:
        """As long as this lasts, processes are told of a fault."""
        file = self.faults / name
        file.write_text(text)
        try:
            yield
        finally:
            file.unlink()

    def _start(self, name: str) -> None:
        home, lean = str(self.home), {**os.environ, "FAULTS": str(self.faults), "LD_PRELOAD": str(self.shim)}
        options = [f"-c{key}={value}" for key, value in {**FAST, **SAFE, "restart_after_crash": "on"}.items()]
        words: dict[str, list[str]] = {
            "database": [
                *(str(programs() / "postgres"), "-D", str(self.data / "data"), *options),
                f"-cunix_socket_directories={self.data}",
            ],
            "server": [
                *(*KLAUSUR, "serve", home, "--port", str(self.port)),
                *("--administrator", "root@example.org", "--workers", "0"),
            ],
            "worker": [*KLAUSUR, "work", home, "--lease", str(LEASE), "--jobs", "1"],
        }
        user = "postgres" if name == "database" and os.getuid() == 0 else None
        with (self.place / f"{name}.log").open("ab") as log:
            self.running[name] = subprocess.Popen(
                words[name], stdout=log, stderr=log, start_new_session=True, env=lean, user=user, cwd="/"
            )

    def _wait_for_database(self) -> None:
        while True:
            with suppress(psycopg.OperationalError), psycopg.connect(self.database):
                return
            time.sleep(0.1)
