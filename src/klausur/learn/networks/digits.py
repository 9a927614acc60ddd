"""The digit networks: a small residual, fully convolutional one over the window of a cell, and several.

Every layer is a convolution: the scores are those of 5 × 5 overlapping parts of the window, averaged.
How they are trained and exported lives in `klausur.learn.digits`.
"""

from collections.abc import Sequence
from typing import cast

import torch
from torch import Tensor, nn

CLASSES = 14
"""The ten digits, "empty", then minus, comma and point."""

WIDTHS = (12, 32, 64, 96)


class Residual(nn.Module):
    """Two convolutions beside a shortcut (He et al. 2016, "Deep residual learning for image recognition").

    With a ``stride`` the picture shrinks, and the shortcut is a 1 × 1 convolution of the same stride.
    """

    def __init__(self, channels_in: int, channels_out: int, stride: int = 1) -> None:
        super().__init__()
        self.path = nn.Sequential(
            nn.Conv2d(channels_in, channels_out, 3, stride=stride, padding=1, bias=False),
            nn.BatchNorm2d(channels_out),
            nn.ReLU(),
            nn.Conv2d(channels_out, channels_out, 3, padding=1, bias=False),
            nn.BatchNorm2d(channels_out),
        )
        self.shortcut: nn.Module = nn.Identity()
        if stride != 1 or channels_in != channels_out:
            self.shortcut = nn.Sequential(
                nn.Conv2d(channels_in, channels_out, 1, stride=stride, bias=False),
                nn.BatchNorm2d(channels_out),
            )

    def forward(self, x: Tensor) -> Tensor:
        """(n, channels_in, h, w) -> (n, channels_out, h / stride, w / stride)."""
        return torch.relu(self.path(x) + self.shortcut(x))


class DigitNetwork(nn.Module):
    """A stem, three residual blocks, and a 1 × 1 convolution to the scores, averaged over the window."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Sequential(
            nn.Conv2d(1, WIDTHS[0], 3, padding=1, bias=False),  # (n, 1, 40, 40) -> (n, 12, 40, 40)
            nn.BatchNorm2d(WIDTHS[0]),
            nn.ReLU(),
        )
        self.blocks = nn.Sequential(
            Residual(WIDTHS[0], WIDTHS[1], stride=2),  # -> (n, 32, 20, 20)
            Residual(WIDTHS[1], WIDTHS[2], stride=2),  # -> (n, 64, 10, 10)
            Residual(WIDTHS[2], WIDTHS[3], stride=2),  # -> (n, 96, 5, 5)
        )
        self.scores = nn.Conv2d(WIDTHS[3], CLASSES, 1)  # -> (n, 14, 5, 5)

    def forward(self, x: Tensor) -> Tensor:
        """Logits, (n, 14), of windows, (n, 1, 40, 40); of larger ones, too."""
        return cast("Tensor", self.scores(self.blocks(self.stem(x))).mean(dim=(2, 3)))


class DigitNetworks(nn.Module):
    """Several networks that give their opinions together: the mean of their logits, each by its temperature.

    Networks that began elsewhere err on other digits, and what one is wrongly sure of the other doubts.
    """

    def __init__(self, networks: Sequence[nn.Module], temperatures: Sequence[float]) -> None:
        super().__init__()
        self.networks = nn.ModuleList(networks)
        self.temperatures = tuple(temperatures)

    def forward(self, x: Tensor) -> Tensor:
        """Logits, (n, 14), of windows, (n, 1, 40, 40)."""
        said = [network(x) / heat for network, heat in zip(self.networks, self.temperatures, strict=True)]
        return torch.stack(said).mean(dim=0)


class CalibratedDigits(nn.Module):
    """A trained network with its softmax, the form in which it is exported.

    Dividing the logits by one temperature, found on validation data, makes the probabilities honest (Guo et
    al. 2017, "On calibration of modern neural networks").
    """

    def __init__(self, network: nn.Module, temperature: float) -> None:
        super().__init__()
        self.network = network
        self.temperature = temperature

    def forward(self, x: Tensor) -> Tensor:
        """Probabilities, (n, 14), of windows, (n, 1, 40, 40)."""
        return torch.softmax(self.network(x) / self.temperature, dim=1)
