"""What the two generators learn: the variational autoencoder by `klausur.learn.loop`, the GAN by its own.

In a GAN two networks learn against each other, each with its own loss and optimiser, and no loss says how
far they are; hence the second loop, which is resumed after a kill as the first is.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from klausur.base.errors import RefusedError
from klausur.learn import loop
from klausur.learn.digits.mnist import Pictures
from klausur.learn.loop import Course, Epoch, Lesson, Measured, Which
from klausur.learn.networks.gan import Discriminator, Generator
from klausur.learn.networks.vae import DIGITS, VariationalAutoEncoder, divergence

LATENT = 24
"""Numbers that a hand is made of."""

COURSE = Course(batch=128, learning_rate=2e-3, weight_decay=1e-4)

RATES = {"generator": 2e-4, "discriminator": 4e-4}
"""Learning rates of a GAN's halves: the discriminator's is twice the generator's (Heusel et al. 2017, "GANs
trained by a two time-scale update rule")."""

_BETAS = 0.5, 0.99
_BATCH = 128
_AVERAGE = 0.99
"""How slowly the generator that is kept follows the one that learns: their mean makes steadier pictures."""

_PIXELS = 28 * 28


@dataclass(frozen=True, slots=True)
class Round:
    """A pass over the pictures: mean losses of both halves, and the share of each sort told rightly."""

    number: int
    generator: float
    discriminator: float
    real_told: float
    made_told: float

    def __str__(self) -> str:
        return (
            f"epoch {self.number:>2}: generator {self.generator:.4f}, discriminator "
            f"{self.discriminator:.4f}, "
            f"real ones told {self.real_told:.3f}, made ones {self.made_told:.3f}"
        )


class _Learning(nn.Module):
    """A variational autoencoder fed with pictures and their digits side by side, (n, 784 + 10)."""

    def __init__(self, latent: int) -> None:
        super().__init__()
        self.network = VariationalAutoEncoder(latent)

    def forward(self, x: Tensor) -> Tensor:
        """Pictures, means and variances, (n, 784 + 2 latent)."""
        said: Tensor = self.network(x[:, :_PIXELS].reshape(-1, 1, 28, 28), x[:, _PIXELS:])
        return said


def vae(  # noqa: PLR0913 - what, how long, by what chance; the rest is for who watches
    train: Pictures,
    validation: Pictures,
    *,
    latent: int,
    epochs: int,
    seed: int,
    progress: Callable[[int, int], None] | None = None,
    told: Callable[[Epoch], None] | None = None,
    checkpoint: Path | None = None,
) -> VariationalAutoEncoder:
    """A trained variational autoencoder, in evaluation mode.

    Args:
        train: digits that are learnt.
        validation: other digits; only measured here.
        latent: numbers that a hand is made of.
        epochs: passes over the digits.
        seed: of the first weights, the order of the pictures and the vectors drawn.
        progress: called with (batches done, batches in all).
        told: called after each epoch.
        checkpoint: see `klausur.learn.loop.fit`.
    """

    def batch(chosen: Which) -> tuple[Tensor, Tensor]:
        x = _side_by_side(train, chosen)
        return x, x[:, :_PIXELS]

    def loss(said: Tensor, wanted: Tensor) -> Tensor:
        mean, log_variance = said[:, _PIXELS:].chunk(2, dim=1)
        ink = functional.binary_cross_entropy_with_logits(said[:, :_PIXELS], wanted, reduction="none")
        return (ink.sum(dim=1) + divergence(mean, log_variance)).mean() / _PIXELS

    def right(said: Tensor, wanted: Tensor) -> float:
        return float(((said[:, :_PIXELS].detach() > 0) == (wanted > 0.5)).float().mean(dim=1).sum())

    def measured(learning: _Learning) -> Measured:
        learning.eval()
        losses, pixels = [], 0.0
        with torch.inference_mode():
            for chosen in np.array_split(
                np.arange(len(validation.labels)), -(-len(validation.labels) // 500)
            ):
                x = _side_by_side(validation, chosen)
                said = learning(x)
                losses.append(float(loss(said, x[:, :_PIXELS])))
                pixels += right(said, x[:, :_PIXELS])
        return Measured(float(np.mean(losses)), pixels / len(validation.labels))

    lesson = Lesson(lambda: _Learning(latent), len(train.labels), batch, measured, loss, right)
    return loop.fit(
        lesson, COURSE, epochs=epochs, seed=seed, progress=progress, told=told, checkpoint=checkpoint
    ).network


def gan(
    train: Pictures,
    *,
    latent: int,
    epochs: int,
    seed: int,
    progress: Callable[[int, int], None] | None = None,
    told: Callable[[Round], None] | None = None,
    checkpoint: Path | None = None,
) -> Generator:
    """The generator of a trained GAN, in evaluation mode; arguments as for `vae`.

    Raises:
        RefusedError: the checkpoint is of another training.
    """
    torch.manual_seed(seed)
    torch.use_deterministic_algorithms(mode=True)
    rng = np.random.default_rng(seed)
    halves = {"generator": Generator(latent), "discriminator": Discriminator()}
    average = torch.optim.swa_utils.get_ema_multi_avg_fn(_AVERAGE)  # type: ignore[no-untyped-call] # PyTorch
    kept = torch.optim.swa_utils.AveragedModel(halves["generator"], multi_avg_fn=average, use_buffers=True)
    optimizers = {
        name: torch.optim.Adam(half.parameters(), RATES[name], _BETAS) for name, half in halves.items()
    }
    parts: dict[str, Any] = {**halves, "kept": kept, **{f"{name} steps": o for name, o in optimizers.items()}}
    done: list[Round] = []
    of_training = [latent, epochs, seed, len(train.labels)]
    if checkpoint is not None and checkpoint.exists():
        done = _resumed(checkpoint, parts, rng, of_training)
    told = told or (lambda _: None)
    for each in done:
        told(each)
    per_epoch = -(-len(train.labels) // _BATCH)
    for number in range(len(done) + 1, epochs + 1):
        sums = np.zeros(4)
        for step, (x, digits) in enumerate(_batches(train, rng), start=1):
            sums += _against(x, digits, halves, optimizers)
            kept.update_parameters(halves["generator"])
            if progress is not None:
                progress((number - 1) * per_epoch + step, epochs * per_epoch)
        done.append(Round(number, *(sums / per_epoch).tolist()))
        if checkpoint is not None:
            _keep(checkpoint, parts, rng, done, of_training)
        told(done[-1])
    generator = kept.module
    assert isinstance(generator, Generator)  # noqa: S101 - it is a copy of one
    return generator.eval()


def _against(
    x: Tensor, digits: Tensor, halves: dict[str, Any], optimizers: Mapping[str, torch.optim.Optimizer]
) -> "np.ndarray[Any, np.dtype[np.float64]]":
    """One step of each half: what a discriminator and a generator lose, and the shares told rightly, (4,).

    The loss is the hinge's (Lim and Ye 2017, "Geometric GAN").
    """
    generator, discriminator = halves["generator"], halves["discriminator"]
    made = torch.sigmoid(generator.generated(torch.randn(len(x), generator.latent), digits))
    real_score, made_score = discriminator(x, digits), discriminator(made.detach(), digits)
    lost = functional.relu(1.0 - real_score).mean() + functional.relu(1.0 + made_score).mean()
    _step(lost, optimizers["discriminator"])
    gained = -discriminator(made, digits).mean()
    _step(gained, optimizers["generator"])
    told = (real_score > 0).float().mean(), (made_score < 0).float().mean()
    return np.array([float(each.detach()) for each in (gained, lost, *told)])


def _step(loss: Tensor, optimizer: torch.optim.Optimizer) -> None:
    optimizer.zero_grad()
    loss.backward()  # type: ignore[no-untyped-call] # of PyTorch
    optimizer.step()


def _batches(train: Pictures, rng: np.random.Generator) -> Iterator[tuple[Tensor, Tensor]]:
    count = -(-len(train.labels) // _BATCH)
    for chosen in np.array_split(rng.permutation(len(train.labels)), count):
        x = _side_by_side(train, chosen)
        yield x[:, :_PIXELS].reshape(-1, 1, 28, 28), x[:, _PIXELS:]


def _side_by_side(pictures: Pictures, chosen: Which) -> Tensor:
    """Pictures, 0 paper … 1 ink, and which digit each is, (n, 784 + 10)."""
    ink = pictures.pixels[chosen].reshape(len(chosen), -1).astype(np.float32) / 255.0
    return torch.from_numpy(
        np.concatenate([ink, np.eye(DIGITS, dtype=np.float32)[pictures.labels[chosen]]], 1)
    )


def _keep(
    path: Path, parts: dict[str, Any], rng: np.random.Generator, done: list[Round], of_training: list[int]
) -> None:
    state = {name: part.state_dict() for name, part in parts.items()}
    state |= {"random": (torch.get_rng_state(), rng.bit_generator.state), "of": of_training}
    state |= {"epochs": [asdict(each) for each in done]}
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_suffix(".half")
    torch.save(state, half)
    half.replace(path)


def _resumed(
    path: Path, parts: dict[str, Any], rng: np.random.Generator, of_training: list[int]
) -> list[Round]:
    state = torch.load(path, weights_only=True)
    if state["of"] != of_training:
        raise RefusedError(
            f"{path} was kept by a training of another kind", "name another folder, or delete this file"
        )
    for name, part in parts.items():
        part.load_state_dict(state[name])
    torch.set_rng_state(state["random"][0])
    rng.bit_generator.state = state["random"][1]
    return [Round(**each) for each in state["epochs"]]
