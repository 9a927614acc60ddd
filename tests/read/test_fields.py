"""Each kind of Field finds its reader, and one that finds none is told at once."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from klausur.base.geometry import Box
from klausur.paper.code import PageCode
from klausur.paper.fields import Field, FieldKind, KindRow
from klausur.paper.layout import PageLayout
from klausur.read import fields
from klausur.read.fields import READERS, PageToRead, bind, read
from klausur.read.model import Reading
from klausur.scan.model import Placed, Quality

ROWS = tuple(kind.row for kind in FieldKind)
DIAL = KindRow("dial", drawn="dial.typ", reader="dial", value=str, settled_as=tuple(map(str, range(11))))


def dials(seen: PageToRead, those: Sequence[Field]) -> Iterator[Reading]:
    for field in those:
        value = str(seen.exam)
        yield Reading(field.id, field.kind, field.question, value, 1.0, False, "dial", "1")  # noqa: FBT003


def white() -> Placed:
    scale = 300 / 25.4
    to_pixels = np.array([[scale, 0.0, -0.5], [0.0, scale, -0.5], [0.0, 0.0, 1.0]])
    page = np.full((1200, 1200), 245, np.uint8)
    return Placed(PageCode(1, 1, 1), page, to_pixels, Quality(0.0, 300.0, 200.0, 1.0, 4))


def test_every_kind_that_names_a_reader_is_read_by_it() -> None:
    """A Reading bears the name that the table has for its reader: none is read by another's."""
    found = [
        Field(
            f"{kind}",
            kind,
            Box(10.0, 8.0 + 12 * n, 28.0, 9.0),
            "q",
            credits=Fraction(2),
            cells=4,
            step=Fraction(1),
        )
        for n, kind in enumerate(FieldKind)
    ]
    readings = read(white(), PageLayout(1, tuple(found)), exam=1, key=bytes(32))
    assert [r.field for r in readings] == [kind for kind in FieldKind if kind.row.reader]
    for reading in readings:
        assert reading.reader == reading.kind.row.reader
        assert type(reading.value) is reading.kind.row.value


def test_a_kind_without_its_reader_is_told_by_name() -> None:
    with pytest.raises(LookupError, match="dial"):
        bind([*ROWS, DIAL], READERS)
    for gone in READERS:
        with pytest.raises(LookupError, match=f"read by '{gone}'"):
            bind(ROWS, {name: reader for name, reader in READERS.items() if name != gone})


def test_a_row_that_says_half_and_a_reader_that_no_row_names_are_told() -> None:
    with pytest.raises(LookupError, match="without a value"):
        bind([*ROWS, replace(DIAL, value=None)], {**READERS, "dial": dials})
    with pytest.raises(LookupError, match="value without one"):
        bind([*ROWS, replace(DIAL, reader=None)], READERS)
    with pytest.raises(LookupError, match="no kind of Field is read by dial"):
        bind(ROWS, {**READERS, "dial": dials})


def test_a_new_kind_needs_a_row_and_a_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    bound = bind([*ROWS, DIAL], {**READERS, "dial": dials})
    assert bound == {**bind(ROWS, READERS), "dial": dials}
    monkeypatch.setattr(fields, "_READER_OF", {FieldKind.ANSWER_AREA: bound["dial"]})
    area = Field("q/dial", FieldKind.ANSWER_AREA, Box(1, 1, 4, 4), "q")
    (reading,) = read(white(), PageLayout(1, (area,)), exam=7, key=bytes(32))
    assert (reading.field, reading.value) == ("q/dial", "7")
