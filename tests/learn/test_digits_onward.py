"""A digit reader that learns on, from pen traces as well: where it begins, and what it is shown."""

from pathlib import Path

import numpy as np
import pytest
import torch
from tests.learn import own_traces
from tests.learn.test_digits_train import one_thread, type_set  # noqa: F401 - a fixture

from klausur.base.errors import ToolError
from klausur.learn.digits import cells, fit, free
from klausur.learn.digits.cells import Cells
from klausur.learn.digits.labels import COMMA, EMPTY, MINUS, POINT
from klausur.learn.digits.mnist import Part as MnistPart
from klausur.learn.traces import Part
from klausur.read import card as cards
from klausur.read import card_paths, marks
from klausur.read.digits import DigitReader
from klausur.read.pool import processes

FIRST = card_paths.DIGITS.with_name("digits-1.json")
"""The first version, of one network."""


def some_cells(count: int) -> Cells:
    rng = np.random.default_rng(4)
    return Cells(
        rng.integers(0, 200, (count, 40, 40), np.uint8), rng.integers(0, 15, count), np.arange(count)
    )


def test_who_learns_on_begins_as_what_was_shipped() -> None:
    seen = some_cells(96)
    card, model = cards.read(FIRST)
    network = fit.shipped_weights(model, seen)
    said = torch.softmax(torch.from_numpy(fit.logits(network, seen)) / card.temperature, dim=1).numpy()
    expected = DigitReader(FIRST).probabilities((seen.ink[:, None] / 255).astype(np.float32))
    assert np.abs(said[:, :11] - expected).max() < 1e-4
    assert said[:, 11:].max() < 1e-3, "it has never seen a minus, a comma or a point"
    network.train()  # norms go on from what convolutions give for these cells
    with torch.inference_mode():
        learning = network(torch.from_numpy((seen.ink[:, None] / 255).astype(np.float32))).argmax(dim=1)
    assert (learning.numpy() == said.argmax(axis=1)).mean() > 0.95


def test_it_learns_on_slowly() -> None:
    seen = some_cells(256)
    _, model = cards.read(FIRST)
    before = fit.logits(fit.shipped_weights(model, seen), seen)
    start = fit.shipped_weights(model, seen)
    after = fit.logits(fit.fit(seen, seen, epochs=1, seed=0, start=start), seen)
    assert np.abs(after - before).max() > 0
    assert (after.argmax(axis=1) == before.argmax(axis=1)).mean() > 0.5


def test_another_network_is_refused() -> None:
    _, model = cards.read(marks.SHIPPED)
    with pytest.raises(ToolError, match="another network"):
        fit.shipped_weights(model, some_cells(4))


def test_traces_are_written_into_cells_writer_by_writer(tmp_path: Path) -> None:
    file = own_traces.written(tmp_path / "traces.jsonl.gz", writers=40, digits=True)
    train, held_back = cells.known(file, Part.TRAIN), cells.known(file, Part.CALIBRATION)
    assert train
    assert held_back
    assert not {t.writer for t in train} & {t.writer for t in held_back}
    with processes(1) as executor:
        drawn = cells.draw_traced(file, Part.TRAIN, type_set(30, 4), 5, 2, executor)
    assert drawn.ink.shape == (2 * len(train), 40, 40)
    assert sorted(drawn.labels) == sorted([int(t.label) for t in train] * 2)
    assert len(set(drawn.people.tolist())) == len({t.writer for t in train})
    darkest = drawn.ink[:, 8:32, 8:32].reshape(len(drawn.ink), -1).max(axis=1)
    assert (darkest > 60).mean() > 0.8, "but for the palest pencils"


def test_some_of_many_cells_are_evenly_taken() -> None:
    every = some_cells(100)
    few = cells.some(every, 10)
    assert few.ink.shape == (10, 40, 40)
    assert (few.labels[[0, -1]] == every.labels[[0, -1]]).all()
    assert len(cells.some(every, 1000).labels) == 100


@pytest.mark.parametrize("traced", [True, False])
def test_free_rows_show_what_their_labels_say(tmp_path: Path, traced: bool) -> None:  # noqa: FBT001 - a case
    file = own_traces.written(tmp_path / "traces.jsonl.gz", writers=40, digits=True) if traced else None
    with processes(1) as executor:
        drawn = free.draw(type_set(60, 4), file, Part.TRAIN, MnistPart.TRAIN, 5, 300, executor)
    assert drawn.ink.shape == (300, 40, 40)
    counts = np.bincount(drawn.labels, minlength=15)
    assert counts[EMPTY] > 40
    assert (counts[[MINUS, COMMA, POINT]] > 4).all()
    assert counts[:10].sum() > 90
    middle = drawn.ink[:, 8:32, 17:23].reshape(300, -1).max(axis=1)
    gaps, digits = (
        float(np.median(middle[chosen])) for chosen in (drawn.labels == EMPTY, drawn.labels < EMPTY)
    )
    assert gaps < 0.7 * digits
    assert bool((drawn.people < cells.PICTURED).any()) is traced
