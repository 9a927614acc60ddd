"""Whether results are what they say that they are, before they leave the process that read a page.

A reader is a network and some arithmetic, and numbers of NumPy slip out of it easily: they compare like
Python's own, but no database takes them, and the scan would end over one page. Here they fail the page.
"""

import math
from collections.abc import Iterable, Iterator
from dataclasses import fields

from klausur.read.model import PageResult, Reading
from klausur.scan.model import Quality

_MEASURES = tuple(field.name for field in fields(Quality))


def checked(result: PageResult) -> PageResult:
    """The result.

    Raises:
        TypeError: a value has a type that cannot be kept.
        ValueError: a measure is no number, or a confidence no probability.
    """
    if result.quality is not None:
        for measure in _MEASURES:
            _number(getattr(result.quality, measure), "a measure of the page")
    for reading in result.readings:
        _check(reading)
    return result


def _check(reading: Reading) -> None:
    text = (reading.field, reading.value, reading.reader, reading.version)
    if not all(isinstance(each, str) for each in text) or not isinstance(reading.question, str | None):
        raise TypeError(f"{reading.field}: a reading's names and its value are text")
    if not isinstance(reading.flagged, bool):
        raise TypeError(f"{reading.field}: flagged is {type(reading.flagged).__name__}, not bool")
    for value in (reading.confidence, *_each(reading.scores)):
        _number(value, reading.field)
        if not 0.0 <= value <= 1.0:
            raise ValueError(f"{reading.field}: {value} is no probability")


def _each(scores: Iterable[Iterable[float]]) -> Iterator[float]:
    return (value for row in scores for value in row)


def _number(value: object, of: str) -> None:
    if not isinstance(value, float | int):
        raise TypeError(f"{of}: {type(value).__name__} is no number that can be kept")
    if not math.isfinite(value):
        raise ValueError(f"{of}: {value} is no number")
