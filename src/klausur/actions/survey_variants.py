"""Vary: draw many variants of an exam; say how many are fit to be printed, and what is wrong how often."""

from collections.abc import Sequence
from dataclasses import replace

from klausur.actions.progress import Progress, quiet
from klausur.exam import source
from klausur.exam.evidence.file import Limits
from klausur.exam.model import Exam
from klausur.exam.survey import Rate, Survey, survey

SAMPLE = 20
"""Variants that are read in full, by pandoc too; the others as far as their texts tell."""


def vary(exam: Exam, count: int, *, jobs: int | None = None, progress: Progress = quiet) -> Survey:
    """Draw variants 1 to ``count``, whatever number is printed, and judge the light evidence of each.

    Args:
        exam: one of its variants, without errors.
        count: how many.
        jobs: processes that draw and judge at a time; one for each processor if None.
        progress: told the problems drawn, over all variants.
    """
    numbers = range(1, count + 1)
    seen = survey(exam, numbers, limits=Limits(jobs=jobs), progress=progress)
    sample = numbers[:: -(-count // SAMPLE)]
    known = {(r.diagnostic.code, r.diagnostic.place) for r in seen.rates}
    return replace(seen, rates=(*seen.rates, *(r for r in _read(exam, sample) if _key(r) not in known)))


def _key(rate: Rate) -> tuple[object, ...]:
    return rate.diagnostic.code, rate.diagnostic.place


def _read(exam: Exam, sample: Sequence[int]) -> list[Rate]:
    """What is found in some variants that are read in full."""
    rates: dict[tuple[object, ...], Rate] = {}
    for number, parsed in zip(sample, source.parse_variants(exam.folder, sample), strict=True):
        for diagnostic in parsed.diagnostics:
            rate = Rate(diagnostic, number, 1, len(sample))
            known = rates.get(_key(rate))
            rates[_key(rate)] = rate if known is None else replace(known, count=known.count + 1)
    return list(rates.values())
