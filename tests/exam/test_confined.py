"""What an author's program reaches: its own folder, and what the system cannot take away."""

import json
import os
import pwd
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from klausur.exam import trust
from klausur.exam.drawn_values import DrawnValues, Undrawn, draw
from klausur.exam.evidence import confined

LOOK = """
import os, socket
from pathlib import Path

HERE = Path(__file__).resolve().parents[1]


def tried(work):
    try:
        return str(work())
    except Exception as error:
        return type(error).__name__


def parameters(rng):
    return {
        "user": str((os.getuid(), os.geteuid(), os.getgid(), os.getgroups())),
        "root": tried(lambda: os.setuid(0)),
        "shadow": tried(Path("/etc/shadow").read_text),
        "variable": os.environ.get("KLAUSUR_TEST_SECRET", "none"),
        "home": str(Path.home()),
        "scratch": tried(lambda: (Path.home() / "a").write_text("a")),
        "key": tried((HERE / ".klausur/key").read_text),
        "own": tried((HERE / "problems/data.txt").read_text),
        "write": tried(lambda: (HERE / "problems/new.txt").write_text("a")),
        "elsewhere": tried(lambda: Path(%r).write_text("a")),
        "people": tried(Path(%r).read_text),
        "site": tried(Path(%r).read_text),
        "net": tried(lambda: socket.create_connection(("127.0.0.1", %d), 1)),
        "large": tried(lambda: os.truncate(os.open(Path.home() / "b", os.O_CREAT | os.O_RDWR), 2**40)),
    }
"""


def values(folder: Path) -> Mapping[str, str]:
    """What the program of an exam says."""
    (drawn,) = draw(folder / "problems/1-light.py", [(1, 1, 1)], [])
    assert isinstance(drawn, DrawnValues), drawn
    return dict(drawn.values)


SHARED = Path("/dev/shm")  # noqa: S108 - programs have one of their own


@pytest.fixture
def elsewhere() -> Iterator[Path]:
    """A file that is not there, in a folder on the disk into which everybody may write."""
    with TemporaryDirectory(dir="/var/tmp") as place:  # not /dev/shm, where tests may work
        Path(place).chmod(0o777)
        yield Path(place) / "elsewhere"


@pytest.fixture
def look(
    make: Callable[..., Path],
    elsewhere: Path,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> Mapping[str, str]:
    """What a program finds that looks round, in an exam with records, of somebody with files at home."""
    import socket

    home = tmp_path_factory.mktemp("home")
    (home / "letter").write_text("dear")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("KLAUSUR_TEST_SECRET", "password")
    site = tmp_path_factory.mktemp("site")
    (site / "secret").write_text("signs sessions")
    monkeypatch.setenv(confined.SITE, str(site))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        text = LOOK % (
            str(elsewhere),
            str(home / "letter"),
            str(site / "secret"),
            listener.getsockname()[1],
        )
        folder = make({"problems/1-light.py": text, "problems/data.txt": "data"})
        (folder / ".klausur").mkdir()
        (folder / ".klausur/key").write_text("key")
        return values(folder)


def test_it_sees_its_own_folder_and_a_scratch_folder(look: Mapping[str, str]) -> None:
    assert look["own"] == "data"
    assert look["scratch"] == "1"
    assert look["variable"] == "none"
    assert Path(look["home"]).name.startswith("klausur-")
    assert not Path(look["home"]).exists()


def test_the_network_is_out_of_reach_where_the_system_can(look: Mapping[str, str]) -> None:
    if "network" not in confined.done_here():
        pytest.skip("this system does not take the network away")
    assert look["net"] in {"OSError", "ConnectionRefusedError", "TimeoutError"}


def test_other_files_are_out_of_reach_where_the_system_can(look: Mapping[str, str], elsewhere: Path) -> None:
    if "files" not in confined.done_here():
        pytest.skip("this system does not hide files")
    assert look["key"] == look["people"] == look["site"] == "FileNotFoundError"
    assert look["write"] == look["elsewhere"] == "OSError"
    assert not elsewhere.exists()


def test_a_program_sees_an_exam_that_lies_in_shared_memory(make: Callable[..., Path]) -> None:
    if not SHARED.is_dir():
        pytest.skip("this system has no such folder")
    program = "import os\n\n\ndef parameters(rng):\n    return {'n': len(os.listdir(%r))}\n"
    with TemporaryDirectory(dir=SHARED) as place, TemporaryDirectory(dir=SHARED):
        Path(place).chmod(0o755)
        folder = make({"problems/1-light.py": program % str(SHARED)})
        shutil.copytree(folder, Path(place) / "optics")
        trust.trust(Path(place), always=True)
        seen = int(values(Path(place) / "optics")["n"])
        if "files" in confined.done_here():
            assert seen < len(list(SHARED.iterdir())), "nothing else of what lies there"
        assert seen >= 1


def test_files_have_a_size(look: Mapping[str, str]) -> None:
    if "limits" not in confined.done_here():
        pytest.skip("this system has no limits")
    assert look["large"] == "OSError"


def test_what_lies_compiled_beside_a_program_is_not_run(make: Callable[..., Path]) -> None:
    import importlib.util
    import py_compile

    program = "import helper\n\n\ndef parameters(rng):\n    return {'n': helper.N}\n"
    folder = make(
        {"problems/1-light.py": program, "problems/helper.py": "N = 1\n", "problems/other.py": "N = 2\n"}
    )
    source, forged = folder / "problems/helper.py", folder / "problems/other.py"
    unchecked = py_compile.PycInvalidationMode.UNCHECKED_HASH
    py_compile.compile(
        str(forged), cfile=importlib.util.cache_from_source(str(source)), invalidation_mode=unchecked
    )
    assert values(folder) == {"n": "1"}
    source.unlink()
    py_compile.compile(str(forged), cfile=str(folder / "problems/helper.pyc"), invalidation_mode=unchecked)
    (drawn,) = draw(folder / "problems/1-light.py", [(1, 1, 1)], [])
    assert isinstance(drawn, Undrawn)


def test_it_is_told_what_holds_here() -> None:
    assert len(confined.told()) == 4
    assert json.dumps(confined.told())


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root becomes somebody else")
def test_on_a_site_of_roots_it_runs_as_another_user(look: Mapping[str, str]) -> None:
    one = pwd.getpwnam("nobody")
    assert confined.NOBODY == "nobody"
    assert look["user"] == str((one.pw_uid, one.pw_uid, one.pw_gid, []))
    assert (look["root"], look["shadow"]) == ("PermissionError", "PermissionError")


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="this system has no such users")
def test_who_programs_run_as_is_told_and_refused_where_that_cannot_be(
    make: Callable[..., Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv(confined.SITE, raising=False)
    monkeypatch.setenv(confined.USER, "nobody")
    assert (confined.other(), confined.cannot_become()) == ("", "")  # no site: as who asks
    monkeypatch.setenv(confined.SITE, str(tmp_path))
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert confined.other() == "nobody"
    assert "does not run as root" in confined.cannot_become()
    monkeypatch.delenv(confined.USER)
    assert (confined.other(), confined.cannot_become()) == ("", "")
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    for name, why in (("root", "may do everything"), ("no such user", "there is no such user")):
        monkeypatch.setenv(confined.USER, name)
        assert why in confined.cannot_become()
        assert any(why in each for each in confined.told())
        folder = make({"problems/1-light.py": "def parameters(rng):\n    return {'a': 1}\n"})
        (drawn,) = draw(folder / "problems/1-light.py", [(1, 1, 1)], [])
        assert isinstance(drawn, Undrawn)
        assert why in drawn.why
