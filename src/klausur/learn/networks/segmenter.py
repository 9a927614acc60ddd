"""The ink segmenter of question 1.6 of the reference exam: a convolutional encoder and decoder with dropout.

It says of each pixel of a window what it is: paper (highlighter, shadow and stain with it), print, pen, or
red pen. It is fully convolutional: a window may have any sides that are multiples of eight. How it is
trained lives in `klausur.learn.segment`.
"""

from typing import cast

import torch
from torch import Tensor, nn

from klausur.read.segment import CLASSES

WIDTHS = (8, 16, 32, 48)
DROPOUT = 0.2


class InkSegmenter(nn.Module):
    """Four convolutions down, three transposed ones up; what the way down has seen is added to each."""

    def __init__(self, dropout: float = DROPOUT) -> None:
        super().__init__()
        self.seen = _same(3, WIDTHS[0])  # (n, 3, 80, 80) -> (n, 8, 80, 80)
        self.halved = _down(WIDTHS[0], WIDTHS[1])  # -> (n, 16, 40, 40)
        self.quartered = _down(WIDTHS[1], WIDTHS[2])  # -> (n, 32, 20, 20)
        self.smallest = _down(WIDTHS[2], WIDTHS[3])  # -> (n, 48, 10, 10)
        self.dropout = nn.Dropout2d(dropout)
        self.to_quarter = _up(WIDTHS[3], WIDTHS[2])  # -> (n, 32, 20, 20)
        self.to_half = _up(WIDTHS[2], WIDTHS[1])  # -> (n, 16, 40, 40)
        self.to_whole = _up(WIDTHS[1], WIDTHS[0])  # -> (n, 8, 80, 80)
        self.said = nn.Conv2d(WIDTHS[0], len(CLASSES), 3, padding=1)  # -> (n, 4, 80, 80)

    def forward(self, x: Tensor) -> Tensor:
        """Logits, (n, 4, 80, 80), of windows, (n, 3, 80, 80), 0 paper … 1 black."""
        whole = self.seen(x)
        half = self.halved(whole)
        quarter = self.quartered(half)
        deep = self.dropout(self.smallest(quarter))
        quarter = quarter + self.to_quarter(deep)
        half = half + self.to_half(quarter)
        return cast("Tensor", self.said(whole + self.to_whole(half)))


class SegmentedInk(nn.Module):
    """A trained segmenter with its softmax, the form in which it is exported."""

    def __init__(self, network: InkSegmenter) -> None:
        super().__init__()
        self.network = network

    def forward(self, x: Tensor) -> Tensor:
        """Probabilities, (n, 4, 80, 80), of windows, (n, 3, 80, 80)."""
        return torch.softmax(self.network(x), dim=1)


def _same(channels_in: int, channels_out: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(channels_in, channels_out, 3, padding=1, bias=False),
        nn.BatchNorm2d(channels_out),
        nn.ReLU(),
    )


def _down(channels_in: int, channels_out: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(channels_in, channels_out, 3, stride=2, padding=1, bias=False),
        nn.BatchNorm2d(channels_out),
        nn.ReLU(),
    )


def _up(channels_in: int, channels_out: int) -> nn.Sequential:
    return nn.Sequential(
        nn.ConvTranspose2d(channels_in, channels_out, 2, stride=2, bias=False),
        nn.BatchNorm2d(channels_out),
        nn.ReLU(),
    )
