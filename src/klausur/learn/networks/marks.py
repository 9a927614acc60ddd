"""The mark networks: an RGB window of 80 × 80 pixels to one of four classes.

`MarkNetwork` is the network of problem 4 of the reference exam, layer by layer, so that the exam's answers
can be checked on it: 224 parameters in the first convolution, 112 in all batch norms, 12,804 in the linear
layer. `LargerMarkNetwork` sees the same windows and tells the same classes; `TwoMarkNetworks` are both.
How they are trained and exported lives in `klausur.learn.fit` and `klausur.learn.export`.
"""

from collections.abc import Sequence
from typing import cast

import torch
from torch import Tensor, nn

CLASSES = 4
WIDTHS = (8, 16, 32)


class MarkNetwork(nn.Module):
    """Three times convolution, pooling, batch norm and ReLU; then one linear layer.

    In training the softmax is part of the loss; `CalibratedMarks` adds it for reading.
    """

    def __init__(self) -> None:
        super().__init__()
        self.blocks = nn.Sequential(
            *_block(3, WIDTHS[0]),  # (n, 3, 80, 80) -> (n, 8, 40, 40)
            *_block(WIDTHS[0], WIDTHS[1]),  # -> (n, 16, 20, 20)
            *_block(WIDTHS[1], WIDTHS[2]),  # -> (n, 32, 10, 10)
        )
        self.flatten = nn.Flatten()  # -> (n, 3200)
        self.linear = nn.Linear(3200, CLASSES)  # -> (n, 4)

    def forward(self, x: Tensor) -> Tensor:
        """Logits, (n, 4), of windows, (n, 3, 80, 80)."""
        return cast("Tensor", self.linear(self.flatten(self.blocks(x))))


class LargerMarkNetwork(nn.Module):
    """Five convolutions, of which three step by two pixels instead of pooling; then one linear layer.

    Four times the parameters of `MarkNetwork` in the same time: pooling 80 × 80 pixels costs it most.
    """

    def __init__(self) -> None:
        super().__init__()
        self.blocks = nn.Sequential(
            *_stepping(3, 16, side=5, step=2),  # (n, 3, 80, 80) -> (n, 16, 40, 40)
            *_stepping(16, 32, side=3, step=2),  # -> (n, 32, 20, 20)
            *_stepping(32, 32, side=3, step=1),
            *_stepping(32, 64, side=3, step=2),  # -> (n, 64, 10, 10)
            *_stepping(64, 64, side=3, step=1),
            nn.MaxPool2d(2),  # -> (n, 64, 5, 5)
        )
        self.flatten = nn.Flatten()  # -> (n, 1600)
        self.linear = nn.Linear(1600, CLASSES)  # -> (n, 4)

    def forward(self, x: Tensor) -> Tensor:
        """Logits, (n, 4), of windows, (n, 3, 80, 80)."""
        return cast("Tensor", self.linear(self.flatten(self.blocks(x))))


class TwoMarkNetworks(nn.Module):
    """The larger network and problem 4's, which give their opinions together.

    They err on other marks: the larger one has learnt real crosses from nothing, problem 4's very many drawn
    ones. Their logits are to be honest alike, so each is divided by its temperature beforehand.
    """

    def __init__(self) -> None:
        super().__init__()
        self.larger = LargerMarkNetwork()
        self.small = MarkNetwork()

    def forward(self, x: Tensor) -> Tensor:
        """Logits, (n, 4), of windows, (n, 3, 80, 80)."""
        return SHARE * cast("Tensor", self.larger(x)) + (1.0 - SHARE) * cast("Tensor", self.small(x))


SHARE = 0.7
"""Of the larger network in what both say: chosen on sheets by the writers who calibrate, and on drawn ones
of a development seed."""

NETWORKS = {"problem-4": MarkNetwork, "larger": LargerMarkNetwork, "together": TwoMarkNetworks}
"""The mark networks by the names that the command line and the cards have for them."""


class CalibratedMarks(nn.Module):
    """A trained network with its softmax, the form in which it is exported.

    Dividing the logits by one temperature, found on validation data, makes the probabilities honest for
    windows as they are in training (Guo et al. 2017, "On calibration of modern neural
    networks"). Adding the logarithm of how much more frequent a class is on paper than in training makes
    them honest for paper (Saerens et al. 2002, "Adjusting the outputs of a classifier to new a priori
    probabilities").
    """

    def __init__(self, network: nn.Module, temperature: float, frequency: Sequence[float]) -> None:
        super().__init__()
        self.network = network
        self.temperature = temperature
        self.register_buffer("shift", torch.log(torch.tensor(frequency)))

    def forward(self, x: Tensor) -> Tensor:
        """Probabilities, (n, 4), of windows, (n, 3, 80, 80)."""
        return torch.softmax(self.network(x) / self.temperature + self.shift, dim=1)


def _block(channels_in: int, channels_out: int) -> tuple[nn.Module, ...]:
    return (
        nn.Conv2d(channels_in, channels_out, kernel_size=3, padding=1, stride=1, bias=True),
        nn.MaxPool2d(2, stride=2, padding=0),
        nn.BatchNorm2d(channels_out),
        nn.ReLU(),
    )


def _stepping(channels_in: int, channels_out: int, *, side: int, step: int) -> tuple[nn.Module, ...]:
    return (
        nn.Conv2d(channels_in, channels_out, side, stride=step, padding=side // 2, bias=False),
        nn.BatchNorm2d(channels_out),
        nn.ReLU(),
    )
