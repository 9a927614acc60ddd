"""A trained network to the files that `klausur.read` loads: ONNX with its softmax, and the card beside it."""

import hashlib
import logging
from pathlib import Path

import numpy as np
import onnx
import torch

from klausur.base.errors import ToolError
from klausur.learn.calibrate import OTHER_SHARE, frequencies
from klausur.learn.crops import CLASSES
from klausur.learn.networks.marks import Calibrated, MarkNetwork
from klausur.paper.fields import MARK_WINDOW
from klausur.read import card as cards
from klausur.read.card import Card, Input
from klausur.read.crop import PAPER_QUANTILE, SIDE
from klausur.read.ink import InkTest
from klausur.read.marks import PREPROCESSING, MarkReader

AGREE = 1e-4
"""Most by which a probability of ONNX Runtime may differ from PyTorch's."""


def onnx_bytes(network: MarkNetwork, temperature: float) -> bytes:
    """The calibrated network as ONNX: any number of windows in, their probabilities out."""
    return onnx_of(Calibrated(network, temperature, frequencies()), torch.zeros(2, 3, SIDE, SIDE))


def onnx_of(reader: torch.nn.Module, example: torch.Tensor) -> bytes:
    """A module from windows to probabilities as ONNX, for any number of windows of the example's shape."""
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)  # it misses torchvision, which is not needed
    program = torch.onnx.export(
        reader.eval(),
        (example,),
        dynamo=True,
        dynamic_shapes=({0: torch.export.Dim("n")},),
        input_names=["windows"],
        output_names=["probabilities"],
        external_data=False,
        verbose=False,
    )
    if program is None:
        raise ToolError("PyTorch exported nothing", "report this, with the version of PyTorch")
    made: bytes = _bare(program.model_proto).SerializeToString(deterministic=True)
    return made


def write(  # noqa: PLR0913 - a card is made of just these
    out: Path,
    name: str,
    version: str,
    network: MarkNetwork,
    *,
    temperature: float,
    flag_below: float,
    ink_test: InkTest,
    data: dict[str, str | int | float],
    figures: dict[str, int | float],
) -> Path:
    """Write model and card into a folder, and check that the reader computes what the network does.

    Returns:
        The card's path.

    Raises:
        ToolError: ONNX Runtime and PyTorch disagree.
    """
    model, path = onnx_bytes(network, temperature), out / f"{name}-{version}.json"
    out.mkdir(parents=True, exist_ok=True)
    path.with_suffix(".onnx").write_bytes(model)
    card = Card(
        schema=cards.SCHEMA,
        reader=name,
        version=version,
        model=path.with_suffix(".onnx").name,
        sha256=hashlib.sha256(model).hexdigest(),
        classes=CLASSES,
        input=Input(SIDE, 3, MARK_WINDOW, PREPROCESSING, PAPER_QUANTILE),
        ink_test=ink_test,
        temperature=temperature,
        other_share=OTHER_SHARE,
        flag_below=flag_below,
        data=data,
        figures=figures,
    )
    cards.write(card, path)
    _check(path, network, temperature)
    return path


def _check(path: Path, network: MarkNetwork, temperature: float) -> None:
    fed = np.random.default_rng(0).random((9, 3, SIDE, SIDE), np.float32)
    with torch.inference_mode():
        expected = Calibrated(network, temperature, frequencies()).eval()(torch.from_numpy(fed)).numpy()
    apart = float(np.abs(MarkReader(path).probabilities(fed) - expected).max())
    if apart > AGREE:
        raise ToolError(
            f"ONNX Runtime differs from PyTorch by {apart:.2g}", "report this, with both versions"
        )


def _bare(model: onnx.ModelProto) -> onnx.ModelProto:
    """A model without the exporter's notes, which name files of the machine that it was made on."""
    graph = model.graph
    for part in (
        model,
        graph,
        *graph.node,
        *graph.input,
        *graph.output,
        *graph.value_info,
        *graph.initializer,
    ):
        part.doc_string = ""
        del part.metadata_props[:]
    model.producer_version = ""
    return model
