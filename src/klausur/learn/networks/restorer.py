"""The restorer of question 3.4 of the reference exam: degraded grey goes in, clean colour comes out.

The convolutions are those of `klausur.learn.networks.autoencoder`. Its bottleneck of one vector is left out:
so any picture fits whose sides are multiples of eight, and a page goes through in tiles. What the way down
has seen is added on the way up, since a page is to be read afterwards, and not only to look like one. How it
is trained lives in `klausur.learn.restore`.
"""

from typing import cast

from torch import Tensor, nn

from klausur.learn.networks.autoencoder import WIDTHS, down, up


class Restorer(nn.Module):
    """Three convolutions down, three transposed ones up, on pictures of any size."""

    def __init__(self) -> None:
        super().__init__()
        self.halved = nn.Sequential(*down(1, WIDTHS[0]))  # (n, 1, h, w) -> (n, 16, h / 2, w / 2)
        self.quartered = nn.Sequential(*down(WIDTHS[0], WIDTHS[1]))  # -> (n, 32, h / 4, w / 4)
        self.smallest = nn.Sequential(*down(WIDTHS[1], WIDTHS[2]))  # -> (n, 64, h / 8, w / 8)
        self.to_quarter = nn.Sequential(*up(WIDTHS[2], WIDTHS[1], more=1))  # -> (n, 32, h / 4, w / 4)
        self.to_half = nn.Sequential(*up(WIDTHS[1], WIDTHS[0], more=1))  # -> (n, 16, h / 2, w / 2)
        self.whole = nn.ConvTranspose2d(WIDTHS[0], 3, 4, stride=2, padding=1)  # -> (n, 3, h, w)

    def forward(self, x: Tensor) -> Tensor:
        """Clean colours, (n, 3, h, w), of grey pictures, (n, 1, h, w); 0 is white and 1 black."""
        half = self.halved(x)
        quarter = self.quartered(half)
        quarter = quarter + self.to_quarter(self.smallest(quarter))
        return cast("Tensor", self.whole(half + self.to_half(quarter)) + x)


class RestoredTiles(nn.Module):
    """A trained restorer with its colours held between white and black: the form that is exported."""

    def __init__(self, network: Restorer) -> None:
        super().__init__()
        self.network = network

    def forward(self, x: Tensor) -> Tensor:
        """Clean colours, (n, 3, 256, 256), of grey tiles, (n, 1, 256, 256)."""
        return cast("Tensor", self.network(x)).clamp(0.0, 1.0)
