"""Foreign files as tests write them, and the exam that they become."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from klausur.actions.import_exam import Imported, import_exam
from klausur.exam import source
from klausur.exam.model import Exam, Question


@dataclass(frozen=True, slots=True)
class Moved:
    """What became of a file, and the exam in the folder that was written."""

    done: Imported
    exam: Exam

    @property
    def questions(self) -> list[Question]:
        """All questions of the exam."""
        return list(self.exam.questions)

    @property
    def report(self) -> str:
        """What lies beside the exam."""
        return (self.done.folder / "import.md").read_text()

    @property
    def told(self) -> list[str]:
        """The remarks, as ``changed: what``."""
        return [f"{r.fate}: {r.what}" for one in self.done.brought for r in one.remarks]

    def text(self, number: int = 1) -> str:
        """The Markdown of a problem."""
        (path,) = (self.done.folder / "problems").glob(f"{number}-*.md")
        return path.read_text()


Move = Callable[..., Moved]


@pytest.fixture
def move(tmp_path: Path) -> Move:
    """Write a file, import it, and see that nothing was lost."""

    def moved(name: str, data: str | bytes, **beside: bytes) -> Moved:
        path = tmp_path / "there" / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data.encode() if isinstance(data, str) else data)
        for other, content in beside.items():
            (path.parent / other.replace("__", ".")).write_bytes(content)
        done = import_exam([path], tmp_path / "here", today=date(2026, 1, 5))
        assert done.lost == ()
        exam = source.parse(done.folder).exam
        assert exam is not None
        return Moved(done, exam)

    return moved
