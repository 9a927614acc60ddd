"""What becomes of a printing that is stopped, of two at once, and of a folder whose records are gone."""

import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.exams import copy_exam

from klausur.actions import print_booklets as verb
from klausur.actions import print_folder, print_mark
from klausur.actions.print_request import FilesRead, find
from klausur.actions.status import status
from klausur.base.errors import RefusedError, ToolError, UsageError
from klausur.store.folder import Records

from .printed import ADA, BEN, CY, DI, WHO, Desk, files, new


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ada and Ben have booklets 1 and 2."""
    desk = new(tmp_path_factory.mktemp("first") / "exam", ADA, BEN)
    desk.prints()
    return desk.folder


@pytest.fixture
def desk(first: Path, tmp_path: Path) -> Desk:
    copy_exam(first, tmp_path / "exam")
    return Desk(tmp_path / "exam")


KILLED = f"""
import os, signal, sys
from pathlib import Path
from klausur.actions.print_booklets import print_booklets
from klausur.state.facts import Actor, Role
print_booklets(
    Path(sys.argv[1]),
    actor=Actor({WHO!r}, Role.EXAMINER),
    progress=lambda *_: os.kill(os.getpid(), signal.SIGKILL),
)
"""
"""Prints, and is killed while booklets are typeset: the numbers are taken, and nothing is recorded."""


def kill(folder: Path) -> None:
    done = subprocess.run([sys.executable, "-c", KILLED, str(folder)], check=False)
    assert done.returncode == -signal.SIGKILL


def test_a_killed_first_printing_leaves_its_number_and_nothing_else(tmp_path: Path) -> None:
    desk = new(tmp_path / "exam", ADA, BEN)
    kill(desk.folder)
    assert not (desk.folder / "print").exists()
    assert not (desk.folder / print_mark.FILE).exists()
    done = desk.prints()
    papers = desk.papers
    assert [p.number for p in papers.abandoned] == [p.number for p in done.abandoned] == [1]
    assert desk.owners == {3: "Ada Example", 4: "Ben Example"}
    assert [e.number for e in papers.editions] == [1]
    assert desk.differences() == []
    assert "Printing 1" in (desk.folder / "print/README.txt").read_text("utf-8")


def test_a_source_that_changed_after_a_killed_printing_is_an_edition_of_its_own(tmp_path: Path) -> None:
    desk = new(tmp_path / "exam", ADA)
    kill(desk.folder)
    desk.writes("vowels", "vocals")
    done = desk.prints()
    assert not done.refused
    assert [p.edition for p in desk.papers.printings] == [1, 2]
    assert desk.papers.finished[0].edition == 2


def test_a_killed_later_printing_changes_nothing_that_was_printed(desk: Desk) -> None:
    desk.lists(ADA, BEN, CY)
    before = files(desk.folder / "print")
    kill(desk.folder)
    assert files(desk.folder / "print") == before
    assert desk.owners == {1: "Ada Example", 2: "Ben Example"}
    assert desk.differences() == []
    assert (desk.folder / ".klausur/printing/2").is_dir()
    assert [p.number for p in status(desk.folder).abandoned] == [2]
    desk.prints()
    assert desk.owners == {1: "Ada Example", 2: "Ben Example", 4: "Cy Example"}
    assert not list((desk.folder / ".klausur/printing").iterdir())


class Stopped(BaseException):
    """What ends this process as a kill would."""


def stop(*_: object) -> None:
    raise Stopped


def test_files_of_a_recorded_printing_are_put_in_place_by_the_next(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.lists(ADA, BEN, CY)
    with monkeypatch.context() as patched:
        patched.setattr(print_folder, "put", stop)
        with pytest.raises(Stopped):
            desk.prints()
    assert desk.owners[3] == "Cy Example"
    assert not list((desk.folder / "print").glob("*-2"))
    with pytest.raises(UsageError, match="everybody on the list"):
        desk.prints()
    (place,) = (desk.folder / "print").glob("*-2")
    assert (place / "booklets.pdf").is_file()
    assert place.name in (desk.folder / "print/README.txt").read_text("utf-8")


def test_a_first_printing_that_was_recorded_is_marked_by_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = new(tmp_path / "exam", ADA, BEN)
    with monkeypatch.context() as patched:
        patched.setattr(print_folder, "put", stop)
        with pytest.raises(Stopped):
            desk.prints()
    assert not (desk.folder / print_mark.FILE).exists()
    with pytest.raises(UsageError, match="everybody on the list"):
        desk.prints()
    assert print_mark.read(desk.folder) is not None


def test_who_prints_while_somebody_prints_is_refused(desk: Desk) -> None:
    desk.lists(ADA, BEN, CY)
    with print_folder.alone(Records(desk.folder)):
        for dry_run in (True, False):
            with pytest.raises(RefusedError, match="somebody else is printing"):
                desk.prints(dry_run=dry_run)
    desk.prints()
    assert len(desk.papers.printings) == 2


def test_who_planned_before_somebody_else_printed_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = new(tmp_path / "exam", ADA, BEN)

    def meanwhile(*args: object) -> FilesRead:
        monkeypatch.setattr(verb, "find", find)
        desk.prints()
        return find(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(verb, "find", meanwhile)
    with pytest.raises(RefusedError, match="somebody else has printed"):
        desk.prints()
    assert desk.owners == {1: "Ada Example", 2: "Ben Example"}
    assert len(desk.papers.printings) == 1


@pytest.mark.long
def test_of_two_who_print_a_fresh_folder_at_once_one_prints(tmp_path: Path) -> None:
    desk = new(tmp_path / "exam", ADA, BEN)
    words = [sys.executable, "-m", "klausur", "print", str(desk.folder)]
    begun = [subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) for _ in range(2)]
    ended = [(process.communicate()[1].decode(), process.returncode) for process in begun]
    codes = sorted(code for _, code in ended)
    assert codes[0] == 0, ended
    assert codes[1] in {RefusedError.exit_code, UsageError.exit_code}, ended
    assert sorted(desk.owners.values()) == ["Ada Example", "Ben Example"]
    assert desk.differences() == []


@pytest.mark.parametrize("whole", [True, False])
def test_a_folder_that_was_printed_and_has_no_records_is_not_printed(desk: Desk, *, whole: bool) -> None:
    records = Records(desk.folder)
    if whole:
        shutil.rmtree(records.root)
    else:
        records.database.unlink(missing_ok=True)
        records.named.unlink(missing_ok=True)
    before = files(desk.folder)
    for dry_run in (True, False):
        with pytest.raises(RefusedError, match="its records") as caught:
            desk.prints(spare=1, dry_run=dry_run)
        assert "klausur restore" in caught.value.remedy
        assert "backup" in caught.value.remedy
    assert files(desk.folder) == before


def test_a_clone_of_the_source_is_not_printed(desk: Desk, tmp_path: Path) -> None:
    clone = new(tmp_path / "clone", ADA, BEN)
    shutil.copy(desk.folder / print_mark.FILE, clone.folder)
    with pytest.raises(RefusedError, match="its records"):
        clone.prints()


@pytest.mark.parametrize(
    ("old", "new_", "message"),
    [("exam_number = ", "exam_number = 1", "another exam number"), ('key = "', 'key = "x', "another key")],
)
def test_records_of_another_printing_are_refused(desk: Desk, old: str, new_: str, message: str) -> None:
    desk.writes(old, new_, print_mark.FILE)
    with pytest.raises(RefusedError, match=message):
        desk.prints(spare=1)


def test_records_that_know_of_no_printing_are_refused(desk: Desk, tmp_path: Path) -> None:
    other = new(tmp_path / "other", ADA)
    kill(other.folder)
    shutil.copy(desk.folder / print_mark.FILE, other.folder)
    with pytest.raises(RefusedError, match="know nothing of it"):
        other.prints()


@pytest.mark.parametrize("text", ["", "exam_number = [", 'exam_number = "1"\nkey = 2\n'])
def test_a_damaged_mark_is_told(desk: Desk, text: str) -> None:
    (desk.folder / print_mark.FILE).write_text(text, encoding="utf-8")
    with pytest.raises(RefusedError, match=print_mark.FILE):
        desk.prints(spare=1)


def test_the_mark_gives_the_key_not_away_and_is_written_again(desk: Desk) -> None:
    text = (desk.folder / print_mark.FILE).read_text("utf-8")
    key = (desk.folder / ".klausur/key").read_bytes()
    assert key.hex()[:16] not in text
    (desk.folder / print_mark.FILE).unlink()
    desk.prints(spare=1)
    assert (desk.folder / print_mark.FILE).read_text("utf-8") == text


@pytest.fixture
def forbidden() -> Iterator[Path]:
    """A printed folder whose records belong to somebody else."""
    with tempfile.TemporaryDirectory(prefix="klausur-test-") as name:
        folder = Path(name) / "exam"
        (folder / ".klausur").mkdir(parents=True)
        (folder / ".klausur/db.sqlite3").touch(0o600)
        print_mark.write(folder, print_mark.Mark(1, "0" * 16))
        Path(name).chmod(0o755)
        yield folder
        (folder / ".klausur").chmod(0o700)


@pytest.mark.parametrize("mode", [0o000, 0o755])
def test_a_mere_lack_of_rights_is_told_as_such(forbidden: Path, mode: int) -> None:
    (forbidden / ".klausur").chmod(mode)
    if mode:
        (forbidden / ".klausur/db.sqlite3").chmod(0o000)
    assert _as_nobody(forbidden) == "ToolError"


def _as_nobody(folder: Path) -> str:
    """The error's name that somebody without rights gets."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        said = "nothing"
        try:
            if os.geteuid() == 0:
                os.setgid(65534)
                os.setuid(65534)
            print_mark.has_records(folder)
        except (RefusedError, ToolError) as error:
            said = type(error).__name__
        finally:
            os.write(writing, said.encode())
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        said = pipe.read()
    os.waitpid(child, 0)
    return said


def test_only_the_owner_reads_the_key(desk: Desk) -> None:
    assert stat.S_IMODE((desk.folder / ".klausur/key").stat().st_mode) == 0o600


def test_print_tells_what_belongs_to_what(desk: Desk) -> None:
    desk.lists(ADA, BEN, CY, DI)
    desk.prints(extras=2)
    text = (desk.folder / "print/README.txt").read_text("utf-8")
    places = sorted(path.name for path in (desk.folder / "print").iterdir() if path.is_dir())
    assert len(places) == 2
    for place in places:
        assert f"{place}: printing {place[-1]}, edition 1" in text
    for words in (
        f"by {WHO}",
        "booklets 1 to 2",
        "booklets 3 to 4",
        "extra sheets 1 to 2",
        "attendance lists",
    ):
        assert words in text
    assert max(map(len, text.splitlines())) <= 120


def test_a_printing_that_was_put_in_place_without_a_word_is_told_of(desk: Desk) -> None:
    readme = desk.folder / "print/README.txt"
    whole = readme.read_bytes()
    readme.write_bytes(b"An older list")
    (desk.folder / ".klausur/.gitignore").write_bytes(b"")
    with pytest.raises(UsageError):
        desk.prints()
    assert readme.read_bytes() == whole
    assert (desk.folder / ".klausur/.gitignore").read_text() == "*\n"
