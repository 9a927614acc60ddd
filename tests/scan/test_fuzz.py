"""Files spoilt by chance, through all that becomes of a scanned file: nothing is raised, and no page is lost.

`make test` reads 200 files. More, as every night, are read with

    KLAUSUR_FUZZ=5000 python -m pytest tests/scan/test_fuzz.py

and others than the first ones with ``KLAUSUR_FUZZ_FROM=100000``. A failure names the seed of its file;
``KLAUSUR_FUZZ=1 KLAUSUR_FUZZ_FROM=<seed>`` reads that one alone.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from tests.scan.mutants import Mutant, mutant, originals

from klausur.base.diagnostics import Diagnostic
from klausur.read import pool
from klausur.scan.intake import open_scan
from klausur.scan.model import PageImage, Reason

if TYPE_CHECKING:
    from collections.abc import Iterator
    from concurrent.futures import Executor
    from pathlib import Path

    from tests.scan.conftest import Look, Printer

    from klausur.read.model import Results

FILES = int(os.environ.get("KLAUSUR_FUZZ", "200"))
FIRST = int(os.environ.get("KLAUSUR_FUZZ_FROM", "0"))


@pytest.fixture(scope="module")
def goods(printer: Printer, look: type[Look]) -> dict[str, bytes]:
    page = printer.scanned(printer.printed(booklet=2, page=1), look(dpi=100, noise=1))[0]
    return originals(page)


@pytest.fixture(scope="module")
def executor() -> Iterator[Executor]:
    with pool.processes(2) as found:
        yield found


class Told:
    """The images of all files one after the other, and what is known of each file before its images come."""

    def __init__(self, folder: Path, mutants: Iterator[Mutant]) -> None:
        self.folder = folder
        self.mutants = mutants
        self.images: list[tuple[int, str, int]] = []  # seed, form and index of each image, in order
        self.diagnostics: list[tuple[int, Diagnostic]] = []

    def __iter__(self) -> Iterator[PageImage]:
        for made in self.mutants:
            path = self.folder / "mutant"
            path.write_bytes(made.data)
            scan = open_scan(path)
            if isinstance(scan, Diagnostic):
                self.diagnostics.append((made.seed, scan))
                continue
            with scan:
                count = 0
                for image in scan.pages():
                    assert image.index == count, made.seed
                    self.images.append((made.seed, made.form, image.index))
                    count += 1
                    yield image
                assert count == scan.count > 0, made.seed


@pytest.mark.long
def test_no_spoilt_file_raises_anything_or_loses_a_page(
    tmp_path: Path, printer: Printer, goods: dict[str, bytes], executor: Executor
) -> None:
    told = Told(tmp_path, (mutant(goods, seed) for seed in range(FIRST, FIRST + FILES)))
    results: list[Results] = list(pool.results(told, printer.layout, printer.key, executor))
    assert len(results) == len(told.images)
    ended: list[str] = []
    for (seed, form, index), result in zip(told.images, results, strict=True):
        for page in result:
            assert page.index == index, seed
            assert (page.code is None) == (page.unplaced is not None), seed
            if page.unplaced is None:
                assert page.code is not None
                assert (page.code.booklet, page.code.page) == (2, 1), seed  # damaged or not, it is that page
                continue
            if page.unplaced.reason is Reason.FAILED:
                assert "Traceback" not in page.unplaced.detail, (seed, form, page.unplaced.detail)
                ended.append(f"{seed} ({form}, image {index}): {page.unplaced.detail}")
    for seed, found in told.diagnostics:
        assert found.code == "scan-unreadable", seed
        assert "Error" not in found.message, (seed, found.message)
        assert found.hint, seed
    assert len({seed for seed, _, _ in told.images} | {seed for seed, _ in told.diagnostics}) == FILES
    assert not ended, "files that end the process of a decoder"


def test_the_unspoilt_files_are_all_placed(
    tmp_path: Path, printer: Printer, goods: dict[str, bytes], executor: Executor
) -> None:
    """Otherwise the files above would show little."""
    made = (Mutant(seed, form, data) for seed, (form, data) in enumerate(goods.items()))
    told = Told(tmp_path, made)
    results = list(pool.results(told, printer.layout, printer.key, executor))
    assert told.diagnostics == []
    unplaced = {
        form for (_, form, _), result in zip(told.images, results, strict=True) if result[0].code is None
    }
    assert unplaced == {"drawn pdf"}


def test_the_same_seed_spoils_a_file_the_same_way(goods: dict[str, bytes]) -> None:
    assert mutant(goods, 7) == mutant(goods, 7)
    assert len({mutant(goods, seed).data for seed in range(100)}) == 100
