"""The two halves of the generative adversarial network of question 1.4 of the reference exam.

The generator makes digits out of noise; the discriminator is a classifier that tells them from real ones.
Both are told which digit it is. How they are trained against each other lives in `klausur.learn.pens`.
"""

from typing import cast

import torch
from torch import Tensor, nn
from torch.nn.utils.parametrizations import spectral_norm

from klausur.learn.networks.vae import DIGITS

WIDTHS = (24, 48, 64)


class Generator(nn.Module):
    """A vector of noise and a digit to a picture."""

    def __init__(self, latent: int) -> None:
        super().__init__()
        self.latent = latent
        self.layers = nn.Sequential(
            nn.Linear(latent + DIGITS, WIDTHS[1] * 49, bias=False),
            nn.BatchNorm1d(WIDTHS[1] * 49),
            nn.ReLU(),
            nn.Unflatten(1, (WIDTHS[1], 7, 7)),  # -> (n, 48, 7, 7)
            nn.ConvTranspose2d(WIDTHS[1], 32, 4, stride=2, padding=1, bias=False),  # -> (n, 32, 14, 14)
            nn.BatchNorm2d(32),
            nn.ReLU(),
            nn.ConvTranspose2d(32, WIDTHS[0], 4, stride=2, padding=1, bias=False),  # -> (n, 24, 28, 28)
            nn.BatchNorm2d(WIDTHS[0]),
            nn.ReLU(),
            nn.Conv2d(WIDTHS[0], 1, 3, padding=1),  # -> (n, 1, 28, 28)
        )

    def generated(self, z: Tensor, digits: Tensor) -> Tensor:
        """Pictures, (n, 1, 28, 28), as logits of ink, of noise, (n, latent), and digits, (n, 10)."""
        return cast("Tensor", self.layers(torch.cat([z, digits], dim=1)))


class Discriminator(nn.Module):
    """A picture to one score: the higher, the more real it seems, as the digit that it shall be.

    Spectral norms bound how fast the score changes, so that the generator has something to follow (Miyato et
    al. 2018, "Spectral normalization for generative adversarial networks"); that a picture fits its digit is
    told by an inner product (Miyato and Koyama 2018, "cGANs with projection discriminator").
    """

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            spectral_norm(nn.Conv2d(1, WIDTHS[0], 4, stride=2, padding=1)),  # -> (n, 24, 14, 14)
            nn.LeakyReLU(0.2),
            spectral_norm(nn.Conv2d(WIDTHS[0], WIDTHS[1], 4, stride=2, padding=1)),  # -> (n, 48, 7, 7)
            nn.LeakyReLU(0.2),
            spectral_norm(nn.Conv2d(WIDTHS[1], WIDTHS[2], 3, stride=2, padding=1)),  # -> (n, 64, 4, 4)
            nn.LeakyReLU(0.2),
            nn.Flatten(),  # -> (n, 1024)
        )
        self.score = spectral_norm(nn.Linear(WIDTHS[2] * 16, 1))
        self.of_digit = spectral_norm(nn.Linear(DIGITS, WIDTHS[2] * 16, bias=False))

    def forward(self, x: Tensor, digits: Tensor) -> Tensor:
        """Scores, (n,), of pictures, (n, 1, 28, 28), that shall be these digits, (n, 10)."""
        seen = self.layers(x)
        return cast("Tensor", self.score(seen)[:, 0] + (self.of_digit(digits) * seen).sum(dim=1))
