"""A process that runs an author's program keeps itself apart: from the network and from people's files.

What the system allows is done, and nothing else is said to be: `told` says which it is. On Linux, namespaces
that need no rights; everywhere but on Windows, limits. `enter` is called once, before the program is loaded.

On a site programs run as another user (`other`) where its server runs as root: root makes the namespaces
then, and gives up all of its rights before anything of an author is looked at.
"""

import contextlib
import ctypes
import os
import stat
import subprocess
import sys
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

try:
    import pwd
    import resource
except ImportError:  # Windows
    pwd = resource = None  # type: ignore[assignment]

FILE_BYTES = 2**30
"""The largest file that a program may write."""

PROCESSES = 256
"""Processes and threads that a program may have; counted by itself only in a namespace of its own."""

SITE = "KLAUSUR_HOME"
"""The environment variable that names a site's home, where this is a server."""

USER = "KLAUSUR_PROGRAMS_USER"
"""The environment variable that names who programs run as on a site."""

NOBODY = "nobody"
"""Who that is where root serves and nobody is named."""

DATA = "KLAUSUR_DATA"
"""The environment variable that tells a program where data lies that Klausur has fetched, such as MNIST."""

_SHARED = Path("/dev/shm")  # noqa: S108 - where threads of one program share memory
ROOM = "size=256m"
"""Room in memory for what hides the home folder."""

_KEPT = frozenset({
    "PATH", "LANG", "LANGUAGE", "LC_ALL", "LC_CTYPE", "TZ", "PYTHONPATH", "PYTHONHASHSEED", "VIRTUAL_ENV",
    "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "COMSPEC", "PATHEXT",
    "NUMBER_OF_PROCESSORS", "PROCESSOR_ARCHITECTURE", "CUDA_VISIBLE_DEVICES", "CUDA_HOME",
})  # fmt: skip
"""Of the environment, what a program sees; not, say, the address and password of a server."""

_NEWNS, _NEWIPC, _NEWUSER, _NEWNET = 0x00020000, 0x08000000, 0x10000000, 0x40000000
_MS_NOSUID, _MS_NODEV, _MS_BIND, _MS_REC, _MS_PRIVATE = 0x2, 0x4, 0x1000, 0x4000, 0x40000
_MOUNT_SETATTR, _AT_RECURSIVE, _RDONLY = 442, 0x8000, 0x1
_NO_NEW_PRIVILEGES = 38


def hidden() -> tuple[Path, ...]:
    """What programs do not see: the home of who runs them, and on a server the site's home."""
    site = os.environ.get(SITE)
    return (Path.home(), Path(site)) if site else (Path.home(),)


def other() -> str:
    """Who programs run as, if not as who runs them: on a site that is root's, or that names somebody."""
    if SITE not in os.environ or pwd is None:
        return ""
    return os.environ.get(USER) or (NOBODY if os.geteuid() == 0 else "")


def cannot_become() -> str:
    """Why no program can run as `other`, in words; empty where it can, or where there is none."""
    name = other()
    if not name:
        return ""
    try:
        known = pwd.getpwnam(name)
    except KeyError:
        return f"programs run as {name} here, and there is no such user"
    if os.geteuid() != 0:
        return f"programs run as {name} here, which a server that does not run as root cannot become"
    return f"programs run as {name} here, who may do everything" if known.pw_uid == 0 else ""


def data() -> Path:
    """Where this user keeps data that Klausur has fetched."""
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "klausur"


def environment(scratch: Path, more: Mapping[str, str]) -> dict[str, str]:
    """The environment of a program whose home is a folder of its own."""
    seen = {name: value for name, value in os.environ.items() if name.upper() in _KEPT}
    own = dict.fromkeys(("HOME", "USERPROFILE", "TMPDIR", "TEMP", "TMP", "XDG_CACHE_HOME"), str(scratch))
    return {**seen, **own, DATA: str(data()), **more}


def enter(folder: Path, scratch: Path, homes: Iterable[Path], memory: int, user: str = "") -> tuple[str, ...]:
    """Keep this process apart from now on, as far as the system allows.

    Args:
        folder: the exam's folder, which stays to be read, but for its records.
        scratch: the one folder that stays to be written.
        homes: the user's home and others, which are hidden but for Python, Klausur and the exam.
        memory: bytes of address space.
        user: who it goes on as, if not as who began it, who is root then.

    Returns:
        what could be done: "network", "files", "limits", "user".

    Raises:
        OSError: it cannot become that user.
    """
    done = []
    if resource is not None:
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_FSIZE, (FILE_BYTES, FILE_BYTES))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        done.append("limits")
    if user:
        os.umask(0o022)
        _give(scratch, user)
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            _leave_network(as_root=bool(user))
            done.append("network")
            _hide_files(folder.resolve(), scratch.resolve(), [home.resolve() for home in homes], user)
            done.append("files")
    if user:
        _become(user)
        done.append("user")
    return tuple(done)


def _give(scratch: Path, user: str) -> None:
    one = pwd.getpwnam(user)
    os.chown(scratch, one.pw_uid, one.pw_gid)


def _become(user: str) -> None:
    """Be somebody else from now on, with none of root's rights and no way back."""
    one = pwd.getpwnam(user)
    os.setgroups([])
    os.setgid(one.pw_gid)
    os.setuid(one.pw_uid)
    if sys.platform == "linux":
        _call("prctl", _NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NPROC, (PROCESSES, PROCESSES))


def _leave_network(*, as_root: bool) -> None:
    """Namespaces of its own for users, network and mounts; without them nothing is changed."""
    if as_root:
        _call("unshare", _NEWNET | _NEWNS | _NEWIPC)
        return
    user, group = os.getuid(), os.getgid()
    _call("unshare", _NEWUSER | _NEWNET | _NEWNS | _NEWIPC)
    with contextlib.suppress(OSError):
        Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
    Path("/proc/self/gid_map").write_text(f"{group} {group} 1")
    _call("prctl", _NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    if resource is not None:
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NPROC, (PROCESSES, PROCESSES))


def _hide_files(folder: Path, scratch: Path, homes: Iterable[Path], user: str) -> None:
    """Everything is read-only but the scratch folder; the homes and the records are empty.

    Where another user goes on, folders on the way to what it needs that are closed to it are hidden as well:
    what stands for them is open.
    """
    _mount("none", "/", "", _MS_REC | _MS_PRIVATE)
    _mount(str(scratch), str(scratch), "", _MS_BIND)
    needed = {
        Path(sys.prefix),
        Path(sys.base_prefix),
        Path(__file__).parents[3],
        *map(Path, sys.path),
        scratch,
        Path(os.environ.get(DATA, "")),
    }
    wanted = [folder, *(path for path in needed if path.is_absolute())]
    closed = _closed(wanted) if user else set()
    for home in sorted({*homes, *closed}):
        _cover(home, wanted)
    for hidden in folder.glob(".*"):
        if hidden.is_dir():
            _mount("tmpfs", str(hidden), "tmpfs", _MS_NOSUID | _MS_NODEV, f"{ROOM},mode=0755")
    _cover(_SHARED, wanted, mode="1777")
    _set_mount("/", _AT_RECURSIVE, set_=_RDONLY)
    _set_mount(str(scratch), 0, clear=_RDONLY)
    if _SHARED.is_dir():
        _set_mount(str(_SHARED), 0, clear=_RDONLY)
    os.chdir(scratch)


def _closed(paths: Iterable[Path]) -> set[Path]:
    """The first folder above each of these that others than its owner cannot go through."""
    found = set()
    for path in paths:
        above = reversed(path.resolve().parents)
        shut = next((at for at in above if at.is_dir() and not at.stat().st_mode & stat.S_IXOTH), None)
        if shut is not None:
            found.add(shut)
    return found


def _cover(home: Path, needed: Iterable[Path], mode: str = "0755") -> None:
    """Hide a folder behind an empty one in which only what is needed can be seen."""
    if home == Path("/") or not home.is_dir():
        return
    resolved = sorted({path.resolve() for path in needed if path.is_dir()})
    inside = [p for p in resolved if p.is_relative_to(home)]
    if home in inside:
        return
    top = [p for p in inside if not any(p != other and p.is_relative_to(other) for other in inside)]
    handles = [(path, os.open(path, os.O_RDONLY | os.O_DIRECTORY)) for path in top]
    _mount("tmpfs", str(home), "tmpfs", _MS_NOSUID | _MS_NODEV, f"{ROOM},mode={mode}")
    for path, handle in handles:
        path.mkdir(parents=True, exist_ok=True)
        _mount(f"/proc/self/fd/{handle}", str(path), "", _MS_BIND | _MS_REC)
        os.close(handle)


def _mount(source: str, target: str, kind: str, flags: int, options: str = "") -> None:
    _call("mount", source.encode(), target.encode(), kind.encode(), ctypes.c_ulong(flags), options.encode())


def _set_mount(target: str, flags: int, *, set_: int = 0, clear: int = 0) -> None:
    attributes = (ctypes.c_uint64 * 4)(set_, clear, 0, 0)
    given = -100, target.encode(), flags, ctypes.byref(attributes), ctypes.c_size_t(32)
    _call("syscall", ctypes.c_long(_MOUNT_SETATTR), *given)


def _call(name: str, *arguments: object) -> None:
    """Call the C library; raises an OSError where it refuses."""
    library = ctypes.CDLL(None, use_errno=True)
    if getattr(library, name)(*arguments) != 0:
        raise OSError(ctypes.get_errno(), f"{name} is refused")


def done_here() -> frozenset[str]:
    """What `enter` can do on this system: it is tried in a process that does nothing else."""
    return _done_as("" if cannot_become() else other())


@cache
def _done_as(user: str) -> frozenset[str]:
    script = (
        "import sys, tempfile; from pathlib import Path; from klausur.exam.evidence import confined\n"
        "with tempfile.TemporaryDirectory() as name:\n"
        "    place = Path(name); (place / 'exam').mkdir(); (place / 'scratch').mkdir()\n"
        "    done = confined.enter(\n"
        "        place / 'exam', place / 'scratch', [Path.home()], 2**33, sys.argv[1]\n"
        "    )\n"
        "    print(*done, flush=True)\n"
        "    import os; os._exit(0)\n"
    )
    tried = subprocess.run([sys.executable, "-c", script, user], capture_output=True, text=True, check=False)
    return frozenset(tried.stdout.split())


def told() -> tuple[str, ...]:
    """How programs are confined on this system, each in a few words."""
    done = done_here()
    return (
        *([f"as another user, {other()}"] if "user" in done else ()),
        *([cannot_become()] if cannot_become() else ()),
        "without network" if "network" in done else "with the network, which this system does not take away",
        "without your files, and writing only into a folder of their own"
        if "files" in done
        else "with your files, which this system does not hide",
        "without your environment, in a home of their own",
        "within limits of processor time, memory and size of files"
        if "limits" in done
        else "within a limit of time",
    )
