"""What the digit network learns, and how its windows are varied; the loop is `klausur.learn.loop`'s."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import torch
from torch import Tensor, nn
from torch.nn import functional

from klausur.base.errors import ToolError
from klausur.learn import loop
from klausur.learn.calibrate import softmax
from klausur.learn.digits.cells import Cells
from klausur.learn.digits.labels import ILLEGIBLE
from klausur.learn.loop import Course, Epoch, Lesson, Measured, Which
from klausur.learn.networks.digits import CLASSES, DigitNetwork
from klausur.read.digits import looked
from klausur.read.preprocess import Inputs

COURSE = Course(batch=128, learning_rate=4e-3, weight_decay=2e-2)
ONWARD = Course(batch=128, learning_rate=1e-3, weight_decay=2e-2)
"""For a network that has learnt before: at the full rate it would forget that first."""

MAX_ROTATION = 10.0
"""Degrees: more would make a 1 of a 7."""

_SCALE = 0.12
_PLACE = 0.05
"""Standard deviation of the place's error in PyTorch's unit of half a window: a quarter of a millimetre."""

_BENDS = 5
"""Knots across the window by which it is bent (Simard et al. 2003, "Best practices for convolutional neural
networks applied to visual document analysis")."""

_BENT = 0.03
"""Standard deviation of a knot's way in PyTorch's unit: 0.15 mm."""

_CONTRAST = 0.35
_NOISE = 0.04

TARGETS = torch.eye(CLASSES + 1, CLASSES)
"""What is learnt for each label, (15, 14): a character or "empty" for sure; for an illegible cell that
everything is as likely (Hendrycks et al. 2019, "Deep anomaly detection with outlier exposure")."""
TARGETS[ILLEGIBLE] = 1 / CLASSES


def fit(  # noqa: PLR0913 - what, how long, by what chance; the rest is for who watches
    train: Cells,
    validation: Cells,
    *,
    epochs: int,
    seed: int,
    start: DigitNetwork | None = None,
    mixed: bool = False,
    progress: Callable[[int, int], None] | None = None,
    told: Callable[[Epoch], None] | None = None,
    checkpoint: Path | None = None,
) -> DigitNetwork:
    """A trained network, in evaluation mode.

    Args:
        train: what is learnt.
        validation: other pictures; only measured here, nothing is chosen by it.
        epochs: passes over the training data.
        seed: of the first weights, the order of the cells and their augmentation.
        start: a network that learns on; one that knows nothing if None.
        mixed: see `klausur.learn.loop.Course`.
        progress: called with (batches done, batches in all).
        told: called after each epoch.
        checkpoint: see `klausur.learn.loop.fit`.
    """

    def batch(chosen: Which) -> tuple[Tensor, Tensor]:
        return _augmented(_fed(train, chosen)), TARGETS[train.labels[chosen]]

    def measured(network: DigitNetwork) -> Measured:
        said = torch.from_numpy(logits(network, validation))
        loss = functional.cross_entropy(said, TARGETS[validation.labels])
        right = said.argmax(dim=1).numpy() == validation.labels
        return Measured(float(loss), float(right[validation.labels != ILLEGIBLE].mean()))

    def make() -> DigitNetwork:
        return _made() if start is None else start

    lesson = Lesson(make, len(train.labels), batch, measured)
    course = replace(COURSE if start is None else ONWARD, mixed=mixed)
    return loop.fit(
        lesson, course, epochs=epochs, seed=seed, progress=progress, told=told, checkpoint=checkpoint
    )


def shipped_weights(model: bytes, cells: Cells) -> DigitNetwork:
    """The network of an exported model, able to learn on.

    Export has drawn each batch norm into the convolution before it. Here the norms come back: what
    convolutions give for these cells is their mean and spread, so that at first nothing changes. Classes that
    the model does not know are, at first, next to impossible.

    Raises:
        ToolError: the model is of another network.
    """
    arrays = {
        each.name.removeprefix("network."): torch.from_numpy(onnx.numpy_helper.to_array(each).copy())
        for each in onnx.load_from_string(model).graph.initializer
    }
    network = _made().eval()
    names = {name: module for name, module in network.named_modules() if isinstance(module, nn.Conv2d)}
    norms = [module for module in network.modules() if isinstance(module, nn.BatchNorm2d)]
    try:
        known = len(arrays["scores.bias"])
        nn.init.constant_(network.scores.bias, _UNKNOWN)  # type: ignore[arg-type] # it has one
        network.scores.bias.data[:known].copy_(arrays.pop("scores.bias"))  # type: ignore[union-attr] # as above
        nn.init.zeros_(network.scores.weight).data[:known].copy_(arrays.pop("scores.weight"))
        for name, module in names.items():
            if name != "scores":
                module.weight.data.copy_(arrays[f"{name}.weight"])
        biases = [arrays[f"{name}.weight_bias"] for name in names if name != "scores"]
    except (KeyError, RuntimeError) as error:
        raise ToolError("the model is of another network", "train from nothing: without --from") from error
    for norm, bias in zip(norms, biases, strict=True):
        norm.bias.data.copy_(bias)
    hooks = [norm.register_forward_pre_hook(_settled) for norm in norms]
    with torch.no_grad():
        network(_fed(cells, np.arange(len(cells.labels))))
    for hook in hooks:
        hook.remove()
    return network


_UNKNOWN = -12.0
"""Score of a class that a model has never learnt."""


def _settled(norm: nn.Module, given: tuple[Tensor]) -> None:
    """Have a norm give what it is given, shifted by its bias, now that it is known what that is."""
    assert isinstance(norm, nn.BatchNorm2d)  # noqa: S101 - of these alone the hook is
    mean, spread = given[0].mean(dim=(0, 2, 3)), given[0].var(dim=(0, 2, 3), unbiased=False)
    norm.running_mean, norm.running_var = mean.clone(), spread.clone()
    norm.weight.data.copy_((spread + norm.eps).sqrt())
    norm.bias.data.add_(mean)


def logits(network: nn.Module, cells: Cells) -> Inputs:
    """The network's outputs before the softmax, (n, 14)."""
    return loop.logits(network, lambda some: _fed(cells, some), len(cells.labels), COURSE.batch)


def opinions(network: nn.Module, heat: float, cells: Cells) -> Inputs:
    """The probabilities, (n, 14), of a network with a temperature, looking as often as the reader does."""

    def once(fed: Inputs) -> Inputs:
        with torch.inference_mode():
            return softmax(network(torch.from_numpy(fed)).numpy() / heat)

    parts = range(0, len(cells.labels), COURSE.batch)
    fed = (_fed(cells, np.arange(at, min(at + COURSE.batch, len(cells.labels)))).numpy() for at in parts)
    return np.concatenate([looked(once, some) for some in fed])


def _made() -> DigitNetwork:
    """With this order of numbers convolutions are twice as fast on a CPU."""
    network = DigitNetwork()
    network.to(memory_format=torch.channels_last)  # type: ignore[call-overload] # PyTorch's stubs lack it
    return network


def _fed(cells: Cells, chosen: Which) -> Tensor:
    """A batch, (n, 1, 40, 40), as the reader would feed it."""
    return torch.from_numpy(cells.ink[chosen][:, None].astype(np.float32) / 255.0)


def _augmented(x: Tensor) -> Tensor:
    """Rotation, size, place, contrast and noise, anew for each window (n, 1, 40, 40) in each epoch."""
    n = len(x)
    angle = torch.deg2rad((MAX_ROTATION / 2.5 * torch.randn(n)).clamp(-MAX_ROTATION, MAX_ROTATION))
    wide, tall = 1 + _SCALE * (2 * torch.rand(2, n) - 1)
    cos, sin = torch.cos(angle), torch.sin(angle)
    across, down = _PLACE * torch.randn(2, n)
    turn = torch.stack([cos * wide, -sin * tall, across, sin * wide, cos * tall, down], dim=1)
    grid = functional.affine_grid(turn.reshape(n, 2, 3), list(x.shape), align_corners=False)
    knots = _BENT * torch.randn(n, 2, _BENDS, _BENDS)
    bent = functional.interpolate(knots, list(x.shape[2:]), mode="bicubic", align_corners=True)
    grid = grid + bent.permute(0, 2, 3, 1)
    x = functional.grid_sample(x, grid, padding_mode="border", align_corners=False)
    contrast = 1 + _CONTRAST * (2 * torch.rand(n, 1, 1, 1) - 1)
    noise = _NOISE * torch.rand(n, 1, 1, 1) * torch.randn_like(x)
    return (x * contrast + noise).clamp_(0.0, 1.0).contiguous(memory_format=torch.channels_last)
