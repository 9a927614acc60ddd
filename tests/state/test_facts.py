"""Which numbers, printings and files are there."""

from dataclasses import replace

from tests.state.test_exams import FIRST, SECOND, UNDER_WAY

from klausur.state.facts import Numbers, Papers, StoredFile

PAPERS = Papers((), (FIRST, UNDER_WAY, SECOND), (), (), ())


def test_consecutive_numbers_hold_numbers_alone() -> None:
    assert [n for n in range(12) if n in Numbers(3, 4)] == [3, 4, 5, 6] == list(Numbers(3, 4))
    assert "3" not in Numbers(3, 4)


def test_a_printing_counts_once_its_files_are_there() -> None:
    assert PAPERS.finished == (FIRST, SECOND)
    assert PAPERS.abandoned == (UNDER_WAY,)
    assert [PAPERS.printing(n) for n in (1, 3, 4, 6, 8)] == [FIRST, FIRST, None, SECOND, None]


def test_a_file_is_done_once_all_its_images_are_recorded() -> None:
    file = StoredFile("ab" * 32, "scan.pdf", 3, 2)
    assert [replace(file, recorded=n).done for n in (0, 2, 3)] == [False, False, True]
