"""verify, archive, restore and merge as people call them."""

import tarfile
from pathlib import Path

import pytest
from tests.cli.conftest import Call
from tests.exams import by_hand, copy_exam

from klausur.base.geometry import Size
from klausur.paper.layout import BookletLayout, Layout, PageLayout
from klausur.paper.run import Booklet, PrintRun
from klausur.roster.model import Candidate
from klausur.store import derive, printings
from klausur.store.connections import connection
from klausur.store.derive import EVERYTHING
from klausur.store.folder import key, opened
from klausur.store.frame import Frame


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A booklet was printed for Ada."""
    place = tmp_path / "exam"
    place.mkdir()
    (place / "exam.toml").write_text('title = "An exam"\n')
    run = PrintRun(7, (Booklet(1, Candidate("0371", "Ada Example")),))
    page, size = PageLayout(1, ()), Size(210.0, 297.0)
    layout = Layout(7, "small", "", "a4", size, (page,), (BookletLayout(1, (0,)),))
    with opened(place, create=True) as records:
        key(records, create=True)
        with by_hand():
            printings.alone(run, layout, "Ada Example")
            derive.refresh(Frame(place), EVERYTHING)
    return place


def sql(place: Path, command: str) -> None:
    with opened(place), connection().cursor() as cursor:
        cursor.execute(command)


def test_what_differs_is_told_and_made_again(klausur: Call, place: Path) -> None:
    said = klausur("verify", place)
    assert said.code == 0
    assert said.out.splitlines()[0] == "All is as it was written, and as it follows from that."
    head = said.out.rpartition("event ")[2].strip()
    sql(place, "UPDATE store_candidatestate SET standing = 'ill'")
    broken = klausur("verify", place, "--head", head)
    assert broken.code == 1
    assert "CandidateState 1: standing is 'ill'" in broken.out
    assert "klausur verify --mend" in broken.out
    mended = klausur("verify", place, "--mend", "--json")
    assert (mended.code, mended.json["mended"], mended.json["trail"]) == (0, True, [])
    assert klausur("verify", place, "--json").json["state"] == []
    sql(place, "UPDATE store_candidateentry SET name = 'Eve'")
    changed = klausur("verify", place, "--mend")
    assert changed.code == 1
    assert "candidateentry 1 was changed since event 1 wrote it" in changed.out


def test_an_archive_is_made_verified_and_restored(klausur: Call, place: Path, tmp_path: Path) -> None:
    file, back = tmp_path / "exam.zip", tmp_path / "back"
    made = klausur("archive", place, "-o", file)
    assert made.code == 0
    assert "SHA-256 " in made.out
    assert klausur("archive", place, "-o", file).code == 4
    assert klausur("restore", file).code == 2
    assert klausur("restore", file, "-o", back, "--verify-only").code == 2
    seen = klausur("restore", file, "--verify-only")
    assert (seen.code, back.exists()) == (0, False)
    assert "is whole: 3 files of small" in seen.out
    done = klausur("restore", file, "-o", back, "--json")
    assert done.json["folder"] == str(back)
    assert done.json["head"]["number"] == 1
    assert klausur("log", back, "--verify").code == 0
    file.write_bytes(file.read_bytes()[:-100])
    broken = klausur("restore", file, "--verify-only")
    assert broken.code == 1
    assert "another copy" in broken.err


def test_two_copies_are_not_joined(klausur: Call, place: Path, tmp_path: Path) -> None:
    copy = copy_exam(place, tmp_path / "copy")
    said = klausur("merge", place, copy)
    assert said.code == 4
    assert "hold the same records" in said.err


def test_certificates_of_deletions_are_about_an_exam_s_archive(klausur: Call, tmp_path: Path) -> None:
    file = tmp_path / "site.tar"
    with tarfile.open(file, "w") as packed:
        packed.add(Path(__file__), "some.py")
    said = klausur("restore", file, "-o", tmp_path / "new", "--deletions", tmp_path / "none.json")
    assert (said.code, "about one exam" in said.err) == (2, True)
    assert not (tmp_path / "new").exists()
