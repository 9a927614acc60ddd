"""The variational autoencoder of question 3.5 of the reference exam: digits that no one wrote, out of noise.

Encoder and decoder are those of the autoencoder. Both are told which digit it is, so that the latent space
holds what is left of it: a hand. How they are trained lives in `klausur.learn.pens`.
"""

from typing import cast

import torch
from torch import Tensor, nn

from klausur.learn.networks.autoencoder import AutoEncoder

DIGITS = 10
"""Which digit it is comes as one of ten."""


class VariationalAutoEncoder(nn.Module):
    """A picture to mean and variance of a normal distribution; a vector drawn from it back to a picture."""

    def __init__(self, latent: int) -> None:
        super().__init__()
        self.latent = latent
        plain = AutoEncoder(2 * latent)
        self.encoder = plain.encoder  # (n, 1, 28, 28) -> (n, 2 latent)
        self.shift = nn.Linear(DIGITS, 2 * latent, bias=False)  # what the digit itself says
        self.decoder = nn.Sequential(nn.Linear(latent + DIGITS, 2 * latent), *plain.decoder)

    def forward(self, x: Tensor, digits: Tensor) -> Tensor:
        """Pictures, (n, 784), and beside them mean and logarithm of the variance, (n, 2 latent).

        Args:
            x: pictures, (n, 1, 28, 28), 0 paper … 1 ink.
            digits: what they are, (n, 10), each one of ten.
        """
        said = self.encoder(x) + self.shift(digits)
        mean, log_variance = said.chunk(2, dim=1)
        drawn = mean + torch.exp(log_variance / 2) * torch.randn_like(mean)
        return torch.cat([self.generated(drawn, digits).flatten(1), said], dim=1)

    def generated(self, z: Tensor, digits: Tensor) -> Tensor:
        """Pictures, (n, 1, 28, 28), as logits of ink, of latent vectors, (n, latent), and digits, (n, 10)."""
        return cast("Tensor", self.decoder(torch.cat([z, digits], dim=1)))


def divergence(mean: Tensor, log_variance: Tensor) -> Tensor:
    """The KL divergence to a standard normal distribution, (n,): the sum of (m² + v - 1 - ln v) / 2."""
    return 0.5 * (mean**2 + log_variance.exp() - 1.0 - log_variance).sum(dim=1)
