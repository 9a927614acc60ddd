"""What ails an exam's folder is named, with what mends it; and `klausur upgrade` of one that is older."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from tests.cli.conftest import Call

from klausur.store.folder import Records

NEWER = "INSERT INTO django_migrations (app, name, applied) VALUES ('store', '9999_future', '2099-01-01')"


def change(folder: Path, ask: str) -> None:
    with closing(sqlite3.connect(Records(folder).database)) as link, link:
        link.execute(ask)


def _loosened(folder: Path) -> None:
    Records(folder).key_file.chmod(0o644)


def _scan_lost(folder: Path) -> None:
    next(Records(folder).scans.iterdir()).unlink()


def _damaged(folder: Path) -> None:
    file = Records(folder).database
    data = bytearray(file.read_bytes())
    data[4096 : 4096 + 512] = bytes(512)
    file.write_bytes(data)


def _under_git(folder: Path) -> None:
    (folder / ".git").mkdir()
    (Records(folder).root / ".gitignore").unlink()


def _program(folder: Path) -> None:
    (folder / "problems/1-more.py").write_text("print('of somebody')\n")


AILING: dict[str, Callable[[Path], object]] = {
    "key-open": _loosened,
    "key-lost": lambda folder: Records(folder).key_file.write_bytes(b"short"),
    "records-open": lambda folder: Records(folder).root.chmod(0o755),
    "scan-lost": _scan_lost,
    "records-damaged": _damaged,
    "records-newer": lambda folder: change(folder, NEWER),
    "under-git": _under_git,
    "exam-unreadable": lambda folder: (folder / "exam.toml").write_bytes(b"\xff\xfe\xff"),
}


@pytest.mark.files
def test_a_sound_folder_has_nothing(klausur: Call, scanned: Path) -> None:
    said = klausur("doctor", scanned)
    assert (said.code, said.err) == (0, ""), said.out
    assert said.out.startswith("Nothing is missing")


@pytest.mark.files
@pytest.mark.parametrize("name", AILING)
def test_what_ails_a_folder_is_named_with_what_mends_it(klausur: Call, scanned: Path, name: str) -> None:
    AILING[name](scanned)
    said = klausur("doctor", scanned, "--json")
    assert said.code == 1
    (found,) = said.json["ailments"]
    assert found["name"] == name
    assert str(scanned) in found["where"]
    assert found["what"]
    assert found["mend"]


@pytest.mark.files
def test_the_command_that_it_names_mends(klausur: Call, scanned: Path) -> None:
    _loosened(scanned)
    key = Records(scanned).key_file
    (found,) = klausur("doctor", scanned, "--json").json["ailments"]
    assert found["mend"] == f"chmod go= {key}"
    key.chmod(key.stat().st_mode & ~0o077)
    assert klausur("doctor", scanned).code == 0


def test_records_on_a_server_that_nobody_names(
    klausur: Call, scanned: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Records(scanned).named.write_text('schema = "exam_0123"\n')
    monkeypatch.delenv("KLAUSUR_DATABASE", raising=False)
    assert [each["name"] for each in klausur("doctor", scanned, "--json").json["ailments"]] == [
        "server-unnamed"
    ]
    monkeypatch.setenv("KLAUSUR_DATABASE", "postgresql://nobody@127.0.0.1:1/none")
    assert [each["name"] for each in klausur("doctor", scanned, "--json").json["ailments"]] == [
        "server-silent"
    ]


def test_programs_of_somebody_that_nobody_trusts(
    klausur: Call, scanned: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    _program(scanned)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    said = klausur("doctor", scanned)
    assert said.code == 1
    assert f"klausur trust {scanned}" in said.out


def test_a_folder_that_is_neither(klausur: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert klausur("doctor", tmp_path).code == 3
    monkeypatch.chdir(tmp_path)
    assert klausur("doctor").code == 0, "the installation alone"
    (tmp_path / "klausur.toml").write_text("colour = 'blue'\n")
    said = klausur("doctor", tmp_path, "--json")
    assert [(each["name"], said.code) for each in said.json["ailments"]] == [("settings-wrong", 1)]
    (tmp_path / "klausur.toml").write_text("name = 'Exams'\n")
    assert [each["name"] for each in klausur("doctor", tmp_path, "--json").json["ailments"]] == [
        "never-served"
    ]


@pytest.mark.files
def test_upgrade_refuses_what_a_newer_one_wrote_by_its_name(klausur: Call, scanned: Path) -> None:
    said = klausur("upgrade", scanned, "--json")
    assert (said.code, said.json["exams"][0]["changes"], said.json["exams"][0]["done"]) == (0, [], False)
    change(scanned, NEWER)
    said = klausur("upgrade", scanned)
    assert said.code == 4
    assert "9999_future" in said.err
