"""A small exam in a folder with a list of candidates, printed as people print."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.cast import EXAMINER

from klausur.actions.print_booklets import PrintDone, print_booklets
from klausur.actions.print_request import PrintRequest
from klausur.paper.code import PageCode
from klausur.paper.layout import Layout
from klausur.state.facts import Papers
from klausur.store import derive, printings
from klausur.store.folder import opened
from klausur.store.frame import Frame

from .conftest import write_exam

HEAD = "Registration number,Name,Room,Seat,Notes"
ADA = "03700001,Ada Example,Hall 1,A1,"
BEN = "03700002,Ben Example,Hall 1,A2,"
CY = "03700003,Cy Example,Hall 2,A1,"
DI = "03700004,Di Example,Hall 1,A3,"
EVE = "03700005,Eve Example,Hall 2,A2,"
WHO = EXAMINER.name


@dataclass(frozen=True, slots=True)
class Desk:
    """An exam folder, and what is done there."""

    folder: Path

    def lists(self, *rows: str, file: str = "candidates.csv") -> None:
        """Write the list of candidates."""
        (self.folder / file).write_text("\n".join((HEAD, *rows)) + "\n", encoding="utf-8")

    def writes(self, old: str, new: str, file: str = "problems/1-choices.md") -> None:
        """Change the source."""
        path = self.folder / file
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1, old
        path.write_text(text.replace(old, new), encoding="utf-8")

    def prints(self, *, dry_run: bool = False, **wanted: Any) -> PrintDone:  # noqa: ANN401 - what Wanted takes
        """Print."""
        return print_booklets(self.folder, actor=EXAMINER, wanted=PrintRequest(**wanted), dry_run=dry_run)

    @property
    def papers(self) -> Papers:
        """All that was printed."""
        with opened(self.folder):
            return printings.papers()

    @property
    def layout(self) -> Layout:
        """Where everything lies."""
        with opened(self.folder):
            return printings.layout()

    @property
    def owners(self) -> dict[int, str]:
        """The names of candidates by booklet, as printed."""
        return {b.number: b.candidate.name for b in self.papers.booklets if b.candidate is not None}

    def valid(self, *booklets: int) -> bool:
        """Whether the first page of each of these booklets is one that is read."""
        layout = self.layout
        return all(layout.at(PageCode(layout.exam_number, n, 1)) is not None for n in booklets)

    def differences(self) -> list[str]:
        """Where State is not what the records amount to."""
        with opened(self.folder):
            return list(derive.verify(Frame(self.folder)))


def files(folder: Path) -> dict[str, bytes]:
    """All files below a folder."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in _files(folder)}


def _files(folder: Path) -> Iterator[Path]:
    found = (path for path in sorted(folder.rglob("*")) if path.is_file())
    yield from (path for path in found if not path.name.endswith(("-wal", "-shm")))


def new(folder: Path, *rows: str) -> Desk:
    """A desk with the small exam, not printed yet."""
    write_exam(folder)
    desk = Desk(folder)
    desk.lists(*rows)
    return desk
