"""Learning on from settled marks: from the old reader's weights, adopted only where nothing is worse."""

from dataclasses import replace
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from klausur.base.errors import ToolError
from klausur.learn import __main__ as command
from klausur.learn import export, from_use
from klausur.learn.crops import CLASSES, Split, by_hand
from klausur.learn.from_use import Compared, Outcome
from klausur.learn.networks.marks import NETWORKS
from klausur.paper.fields import Mark
from klausur.read import card as cards
from klausur.read.mark_files import MarkFile, write
from klausur.read.marks import SHIPPED, MarkReader
from klausur.read.preprocess import inputs
from klausur.scan.tones import ScanKind

ROW = MarkFile(
    *("", "", "", Mark.EMPTY, Mark.EMPTY, 1.0),
    flagged=False,
    reader="marks",
    version="1",
    scan=ScanKind.COLOUR,
    dpi=300.0,
)


@pytest.fixture(scope="module")
def settled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Marks of 20 drawn hands as an institution would have settled them."""
    rows = []
    for number in range(20):
        drawn = by_hand(41, Split.TRAIN, number)
        for window, label in zip(drawn.windows, drawn.labels, strict=True):
            out = BytesIO()
            Image.fromarray(window).save(out, "PNG")
            rows.append((replace(ROW, hand=f"{number:04x}", state=CLASSES[label]), out.getvalue()))
    folder = tmp_path_factory.mktemp("settled") / "marks"
    write(folder, rows, "tests")
    return folder


def learn_on(settled: Path, place: Path) -> Path:
    command.main(
        [
            *("marks", "--from", str(settled), "--samples", "96", "--epochs", "1", "--jobs", "1"),
            *("--out", str(place / "out"), "--run", str(place / "run")),
        ]
    )
    return place / "out" / f"marks-{cards.read(SHIPPED)[0].version}-used.json"


def test_weights_of_an_exported_model_say_what_it_says() -> None:
    card, model = cards.read(SHIPPED)
    network = export.loaded(model, NETWORKS[str(card.data.get("network", "problem-4"))]()).eval()
    fed = inputs(by_hand(42, Split.TEST, 0).windows)
    with torch.inference_mode():
        logits = network(torch.from_numpy(fed)).numpy() / card.temperature
    raised = np.exp(logits - logits.max(axis=1, keepdims=True)) * (card.frequencies or _frequencies())
    expected = raised / raised.sum(axis=1, keepdims=True)
    assert np.abs(MarkReader(SHIPPED).probabilities(fed) - expected).max() < 1e-4


def _frequencies() -> tuple[float, ...]:
    from klausur.learn.calibrate import frequencies

    return frequencies()


def test_the_weights_of_another_network_are_refused() -> None:
    card, model = cards.read(SHIPPED)
    other = "larger" if card.data.get("network") != "larger" else "problem-4"
    with pytest.raises(ToolError, match="another network"):
        export.loaded(model, NETWORKS[other]())


def test_a_reader_that_is_worse_on_neither_is_adopted(
    settled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(from_use, "HANDS", 2)
    monkeypatch.setattr(from_use, "compared", _same)
    new = learn_on(settled, tmp_path)
    card = cards.read(new)[0]
    assert card.version.endswith("-used")
    assert MarkReader(new).card.sha256 == card.sha256
    learnt, _ = from_use.used(settled)
    assert int(card.data["training_windows"]) == 96 + len(learnt.states)


def test_a_reader_that_is_worse_is_kept_apart(
    settled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(from_use, "HANDS", 2)
    monkeypatch.setattr(from_use, "compared", _worse)
    with pytest.raises(SystemExit, match="1"):
        learn_on(settled, tmp_path)
    assert not (tmp_path / "out").exists()
    assert list((tmp_path / "run" / "new").glob("marks-*-used.onnx"))


def _same(_old: object, _new: object, sets: dict[str, object]) -> Compared:
    known = dict.fromkeys(sets, Outcome(10, 0, 1))
    return Compared(known, known)


def _worse(_old: object, _new: object, sets: dict[str, object]) -> Compared:
    return Compared(dict.fromkeys(sets, Outcome(10, 0, 1)), dict.fromkeys(sets, Outcome(10, 1, 1)))
