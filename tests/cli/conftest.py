"""The program called as people call it, in this process: arguments in, exit code and both outputs out."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests.cast import EXAMINER
from tests.exams import copy_exam
from tests.remembered import remembered

from klausur.actions.new import new
from klausur.actions.print_booklets import print_booklets
from klausur.actions.print_request import PrintRequest
from klausur.actions.rehearse import rehearse
from klausur.actions.scan import scan
from klausur.cli.main import run
from klausur.rehearse.level import Level


@dataclass(frozen=True, slots=True)
class Said:
    """What a call of the program left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:  # noqa: ANN401 - whatever JSON holds
        """The one line of JSON on standard output."""
        (line,) = self.out.splitlines()
        return json.loads(line)


Call = Callable[..., Said]


@pytest.fixture(scope="module", autouse=True)
def papers_remembered() -> Iterator[None]:
    with remembered():
        yield


@pytest.fixture
def klausur(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Call:
    """Calls the program, such as ``klausur("check", folder)``."""

    def call(*arguments: object) -> Said:
        capfd.readouterr()
        monkeypatch.setattr("sys.argv", ["klausur", *(str(a) for a in arguments)])
        try:
            run()
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 0 if end.code is None else 1
        else:
            code = 0
        out, err = capfd.readouterr()
        return Said(code, out, err)

    return call


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new exam with two booklets, printed, rehearsed and scanned. Copy it before use."""
    place = tmp_path_factory.mktemp("template") / "exam"
    new(place)
    (place / "rooms.toml").unlink()
    print_booklets(place, actor=EXAMINER, wanted=PrintRequest(spare=2), seed=3)
    rehearsal = rehearse(place, actor=EXAMINER, seed=3, level=Level.CLEAN, jobs=1)
    scan(place, rehearsal.files, actor=EXAMINER, jobs=1)
    return place


@pytest.fixture
def scanned(template: Path, tmp_path: Path) -> Path:
    """A scanned exam of two booklets."""
    place = tmp_path / "scanned"
    copy_exam(template, place)
    return place


@pytest.fixture
def begun(klausur: Call, tmp_path: Path) -> Path:
    """A new exam as ``klausur new`` writes it."""
    place = tmp_path / "exam"
    assert klausur("new", place).code == 0
    (place / "rooms.toml").unlink()  # who sits where, each test says itself
    return place
