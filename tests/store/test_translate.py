from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from klausur.paper.code import PageCode, Sheet
from klausur.paper.fields import FieldKind
from klausur.read.model import Inked, Mark, PageResult, Reading, Signed
from klausur.scan.model import Quality, Reason, Unplaced
from klausur.state.facts import Spot
from klausur.store import models, translate

SHARED = settings(max_examples=40)

measures = st.floats(0, 1e4, allow_nan=False)
qualities = st.builds(Quality, measures, measures, measures, measures, st.integers(0, 4))
values: dict[type[str], st.SearchStrategy[str]] = {
    Mark: st.sampled_from(Mark),
    Signed: st.sampled_from(Signed),
    Inked: st.sampled_from(Inked),
    str: st.text(max_size=20),
}


def readings_of(kind: FieldKind) -> st.SearchStrategy[Reading]:
    """Readings of a kind that a reader reads, each holding what such a Reading holds."""
    assert kind.row.value is not None
    return st.builds(
        Reading,
        field=st.text(min_size=1, max_size=40),
        kind=st.just(kind),
        question=st.none() | st.text(max_size=40),
        value=values[kind.row.value],
        confidence=st.floats(0, 1),
        flagged=st.booleans(),
        reader=st.text(max_size=20),
        version=st.text(max_size=20),
        scores=st.lists(st.tuples(*[st.floats(0, 1)] * 11), max_size=8).map(tuple),
    )


readings = st.sampled_from([kind for kind in FieldKind if kind.row.reader]).flatmap(readings_of)
codes = st.builds(
    PageCode,
    st.integers(0, 2**32 - 1),
    st.integers(1, 2**24 - 1),
    st.integers(1, 255),
    st.sampled_from(Sheet),
)
unplaced = st.builds(
    Unplaced,
    st.sampled_from(Reason),
    st.text(max_size=80),
    st.none() | codes,
    st.none() | st.integers(1, 255),
)


FILE = models.ScannedFile(pk=5, sha256="f" * 64, name="s.pdf")
"""A row that was never written: no folder is open here, so translation cannot ask the database."""


def as_asked(row: models.PageImage) -> translate.ImageRow:
    """The columns of an image in that file, about which nobody decided anything."""
    others = {"file__sha256": FILE.sha256, "file__name": FILE.name}
    columns: list[Any] = [getattr(row, name, others.get(name)) for name in translate.IMAGE]
    return translate.ImageRow(*columns)


@SHARED
@given(quality=qualities, page=st.integers(1, 255), sheet=st.sampled_from(Sheet), part=st.integers(0, 1))
def test_a_placed_page_comes_back_as_it_went(quality: Quality, page: int, sheet: Sheet, part: int) -> None:
    result = PageResult("f" * 64, 4, PageCode(7, 3, page, sheet), quality, None, part=part)
    row = translate.image_row(result, FILE.pk, 8)
    assert (row.file_id, row.again_id) == (5, 8)
    back = translate.image(as_asked(row))
    assert (back.file, back.index, back.part) == ("f" * 64, 4, part)
    assert (back.quality, back.unplaced) == (quality, None)
    assert back.spot == back.machine == Spot(3, page, sheet)


@SHARED
@given(why=unplaced)
def test_an_unplaced_page_comes_back_as_it_went(why: Unplaced) -> None:
    result = PageResult("f" * 64, 0, None, None, why)
    row = translate.image_row(result, FILE.pk, 1)
    back = translate.image(as_asked(row))
    assert back.unplaced == why
    assert back.spot is None
    assert back.waiting


@SHARED
@given(reading=readings)
def test_a_reading_comes_back_as_it_went(reading: Reading) -> None:
    row = translate.reading_row(reading, 1, None)
    back = translate.read(*(getattr(row, name) for name in translate.READ))
    assert back == reading
    assert type(back.value) is reading.kind.row.value


@pytest.mark.parametrize(
    ("kind", "value"), [("choice-box", "?"), ("signature", "crossed"), ("fiducial", "1"), ("slider", "7")]
)
def test_a_reading_that_the_table_does_not_know_is_a_bug_that_shows(kind: str, value: str) -> None:
    row = models.Reading(field="q", kind=kind, value=value, confidence=1.0, flagged=False)
    with pytest.raises(ValueError, match=kind if kind in {"fiducial", "slider"} else "is not a valid"):
        translate.read(*(getattr(row, name) for name in translate.READ))


def test_a_result_that_is_neither_is_a_bug_that_shows() -> None:
    with pytest.raises(ValueError, match="neither placed nor unplaced"):
        translate.image_row(PageResult("f" * 64, 0, None, None, None), 5, 1)
