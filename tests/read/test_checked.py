"""A reader that returns what cannot be kept, or ends, fails its page and nothing else."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from tests.read.test_page import KEY, PAGE, sheet

from klausur.base.geometry import Size
from klausur.paper.code import PageCode
from klausur.paper.layout import BookletLayout, Layout
from klausur.read import fields, page
from klausur.read.checked import checked
from klausur.read.model import PageResult, Reading
from klausur.scan.model import PageImage, Quality, Reason, SourceForm

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from klausur.paper.fields import Field
    from klausur.read.fields import PageToRead

LAYOUT = Layout(1, "exam", "0", "a4", Size(210, 297), (PAGE,), (BookletLayout(1, (0,)),))
IMAGE = PageImage("f", 0, SourceForm.IMAGE, b"")
GOOD = Reading("q/choice/a", PAGE.fields[1].kind, "q", "crossed", 0.9, flagged=False, reader="r", version="1")


@pytest.mark.parametrize(
    "wrong",
    [
        {"confidence": np.float32(0.9)},
        {"confidence": float("nan")},
        {"confidence": 1.5},
        {"flagged": np.bool_(1)},
        {"value": np.int64(3)},
        {"scores": ((np.float32(0.1),),)},
        {"question": 7},
    ],
)
def test_what_cannot_be_kept_fails_the_page(monkeypatch: pytest.MonkeyPatch, wrong: dict[str, Any]) -> None:
    def reads(_: PageToRead, of: Sequence[Field]) -> Iterator[Reading]:
        return (replace(GOOD, field=field.id, kind=field.kind, **wrong) for field in of)

    assert fails(monkeypatch, reads).detail.startswith("Traceback")


@pytest.mark.parametrize("error", [RuntimeError("no"), SystemExit(1), MemoryError(), RecursionError()])
def test_an_error_of_a_reader_fails_the_page(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    def reads(_: PageToRead, _of: Sequence[Field]) -> Iterator[Reading]:
        raise error

    assert type(error).__name__ in fails(monkeypatch, reads).detail


def test_ctrl_c_is_no_error_of_a_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    def reads(_: PageToRead, _of: Sequence[Field]) -> Iterator[Reading]:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fails(monkeypatch, reads)


def fails(monkeypatch: pytest.MonkeyPatch, reads: Any) -> Any:  # noqa: ANN401 - a reader, and why it failed
    monkeypatch.setattr(page, "place", lambda *_: (sheet(),))
    monkeypatch.setattr(fields, "_READER_OF", {field.kind: reads for field in PAGE.fields if field.question})
    (result,) = page.process(IMAGE, LAYOUT, KEY)
    assert result.unplaced is not None
    assert result.unplaced.reason is Reason.FAILED
    return result.unplaced


def test_what_readers_return_now_can_be_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page, "place", lambda *_: (sheet(),))
    (result,) = page.process(IMAGE, LAYOUT, KEY)
    assert result.unplaced is None
    assert len(result.readings) == 4


def test_a_measure_that_is_no_number_fails_the_page() -> None:
    quality = Quality(0.0, 300.0, 200.0, float("inf"), 4)
    with pytest.raises(ValueError, match="no number"):
        checked(PageResult("f", 0, PageCode(1, 1, 1), quality, None))
