"""A trained reader to the files that `klausur.read` loads: ONNX with its softmax, and the card beside it."""

import hashlib
import logging
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Protocol

import numpy as np
import onnx
import torch

from klausur.base.errors import ToolError
from klausur.read import card as cards
from klausur.read.card import SCHEMA, Card, Input
from klausur.read.preprocess import Inputs

AGREE = 1e-4
"""Most by which a probability of ONNX Runtime may differ from PyTorch's."""


class Reader(Protocol):
    """What `klausur.read` makes of a card."""

    def probabilities(self, fed: Inputs) -> Inputs:
        """Probabilities, (n, classes), of windows, (n, channels, side, side)."""
        ...


class Loading(Protocol):
    """How a reader is made of its card's path."""

    def __call__(self, card_path: Path) -> Reader:
        """The reader."""
        ...


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


def card_without_bounds(
    reader: str,
    version: str,
    given: Input,
    data: Mapping[str, str | int | float],
    figures: Mapping[str, int | float],
    classes: tuple[str, ...] = (),
) -> Card:
    """The card of a network that makes no Readings, and so has no bounds."""
    return Card(
        schema=SCHEMA,
        reader=reader,
        version=version,
        model="",
        sha256="",
        classes=classes,
        input=given,
        ink_test=None,
        temperature=1.0,
        other_share=None,
        flag_below=0.0,
        data=dict(data),
        figures=dict(figures),
    )


def write(out: Path, module: torch.nn.Module, card: Card, loading: Loading) -> Path:
    """Write model and card into a folder, and check that the reader computes what the module does.

    Args:
        out: the folder; made if there is none.
        module: from windows, as the card says that they are fed, to probabilities.
        card: the card; the model's name and digest are put in here.
        loading: how the reader is made of its card.

    Returns:
        The card's path.

    Raises:
        ToolError: ONNX Runtime and PyTorch disagree.
    """
    window = (card.input.channels, card.input.side, card.input.side)
    model, path = onnx_of(module, torch.zeros(2, *window)), out / f"{card.reader}-{card.version}.json"
    out.mkdir(parents=True, exist_ok=True)
    path.with_suffix(".onnx").write_bytes(model)
    named = replace(card, model=path.with_suffix(".onnx").name, sha256=hashlib.sha256(model).hexdigest())
    cards.write(named, path)
    fed = np.random.default_rng(0).random((9, *window), np.float32)
    with torch.inference_mode():
        expected = module.eval()(torch.from_numpy(fed)).numpy()
    apart = float(np.abs(loading(path).probabilities(fed) - expected).max())
    if apart > AGREE:
        raise ToolError(
            f"ONNX Runtime differs from PyTorch by {apart:.2g}", "report this, with both versions"
        )
    return path


def loaded(model: bytes, network: torch.nn.Module) -> torch.nn.Module:
    """A network with the weights of an exported model of its kind.

    Raises:
        ToolError: the model has other weights.
    """
    arrays = {
        each.name.removeprefix("network."): torch.from_numpy(onnx.numpy_helper.to_array(each).copy())
        for each in onnx.load_from_string(model).graph.initializer
    }
    for name in [name for name in arrays if name.endswith(_FOLDED)]:
        arrays |= _apart(name.removesuffix(_FOLDED), arrays[name])
    state = network.state_dict()
    names = [name for name in state if not name.endswith("num_batches_tracked")]
    known = {name: arrays[name] for name in names if name in arrays}
    if len(known) < len(names) or any(each.shape != state[name].shape for name, each in known.items()):
        raise ToolError("the model is of another network", "train from nothing: without --from")
    network.load_state_dict(known, strict=False)
    return network


_FOLDED = ".weight_bias"
"""Ends the names of biases that the exporter makes of a convolution and the batch norm after it."""


def _apart(convolution: str, bias: torch.Tensor) -> dict[str, torch.Tensor]:
    """The batch norm after a convolution into which it was folded: it only adds what is left of it."""
    stem, _, number = convolution.rpartition(".")
    norm = f"{stem}.{int(number) + 1}"
    one = torch.ones_like(bias)
    return {
        f"{norm}.weight": one,
        f"{norm}.bias": bias,
        f"{norm}.running_mean": torch.zeros_like(bias),
        f"{norm}.running_var": one - torch.nn.BatchNorm2d(1).eps,
    }


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
