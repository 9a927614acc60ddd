"""The autoencoder of problem 3 of the reference exam: a bottleneck through which goes what characters are.

The width of the bottleneck is a parameter, as questions 3.2 and 3.3 ask about it. Only the encoder reads; the
decoder is there to train it. How both are trained lives in `klausur.learn.alike`.
"""

from typing import cast

from torch import Tensor, nn

WIDTHS = (16, 32, 64)
_INNER = WIDTHS[2] * 4 * 4


class AutoEncoder(nn.Module):
    """Three convolutions down to a vector, three transposed ones back up to a picture."""

    def __init__(self, bottleneck: int) -> None:
        super().__init__()
        self.bottleneck = bottleneck
        self.encoder = nn.Sequential(
            *down(1, WIDTHS[0]),  # (n, 1, 28, 28) -> (n, 16, 14, 14)
            *down(WIDTHS[0], WIDTHS[1]),  # -> (n, 32, 7, 7)
            *down(WIDTHS[1], WIDTHS[2]),  # -> (n, 64, 4, 4)
            nn.Flatten(),  # -> (n, 1024)
            nn.Linear(_INNER, bottleneck),  # -> (n, bottleneck)
        )
        self.decoder = nn.Sequential(
            nn.Linear(bottleneck, _INNER),
            nn.Unflatten(1, (WIDTHS[2], 4, 4)),  # -> (n, 64, 4, 4)
            nn.ReLU(),
            *up(WIDTHS[2], WIDTHS[1], more=0),  # -> (n, 32, 7, 7)
            *up(WIDTHS[1], WIDTHS[0], more=1),  # -> (n, 16, 14, 14)
            nn.ConvTranspose2d(WIDTHS[0], 1, 3, stride=2, padding=1, output_padding=1),  # -> (n, 1, 28, 28)
        )

    def forward(self, x: Tensor) -> Tensor:
        """Pictures, (n, 1, 28, 28), 0 paper … 1 ink, as they come out of the bottleneck."""
        return cast("Tensor", self.decoder(self.encoder(x)))


class Encoder(nn.Module):
    """The half that reads, in the form in which it is exported: lengths are in units of one constant.

    ``unit`` is the distance that two characters of one kind seldom have, found on validation data: it makes
    distances of networks with bottlenecks of all widths comparable.
    """

    def __init__(self, network: AutoEncoder, unit: float) -> None:
        super().__init__()
        self.encoder = network.encoder
        self.unit = unit

    def forward(self, x: Tensor) -> Tensor:
        """Embeddings, (n, bottleneck), of characters, (n, 1, 28, 28)."""
        return cast("Tensor", self.encoder(x)) / self.unit


def down(channels_in: int, channels_out: int) -> tuple[nn.Module, ...]:
    """A convolution that steps by two pixels, batch norm and ReLU."""
    return (
        nn.Conv2d(channels_in, channels_out, 3, stride=2, padding=1, bias=False),
        nn.BatchNorm2d(channels_out),
        nn.ReLU(),
    )


def up(channels_in: int, channels_out: int, *, more: int) -> tuple[nn.Module, ...]:
    """A transposed convolution back: to twice as many pixels, or with ``more`` 0 to one fewer."""
    return (
        nn.ConvTranspose2d(
            channels_in, channels_out, 3, stride=2, padding=1, output_padding=more, bias=False
        ),
        nn.BatchNorm2d(channels_out),
        nn.ReLU(),
    )
