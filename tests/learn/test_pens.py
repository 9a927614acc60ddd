"""Small trainings of the pens, on bars instead of digits; which hands are kept, and how they are packed."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from tests.learn import own_traces
from tests.learn.test_digits_train import one_thread, package, type_set  # noqa: F401 - fixtures
from torch import Tensor

from klausur.base.errors import RefusedError, ToolError
from klausur.learn import traces
from klausur.learn.digits import mnist
from klausur.learn.digits.mnist import SIDE, Pictures
from klausur.learn.networks.gan import Generator
from klausur.learn.networks.vae import DIGITS, divergence
from klausur.learn.pens import fit, pictures, train
from klausur.learn.pens.train import HANDS, WAYS, Order, made, packed, readable


def bars(count: int, seed: int) -> Pictures:
    """A digit is a bar, the lower the greater; its ends and its shade vary."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, DIGITS, count)
    pixels = np.zeros((count, SIDE, SIDE), np.uint8)
    for picture, label in zip(pixels, labels, strict=True):
        left, right = rng.integers(2, 6), rng.integers(22, 26)
        picture[2 + 2 * label : 5 + 2 * label, left:right] = rng.integers(200, 256)
    return Pictures(pixels, labels.astype(np.int64))


def right(network: train.Pen) -> float:
    """The share of made bars that lie where their digit's do."""
    written = made(network, torch.randn(12, network.latent, generator=torch.Generator().manual_seed(0)))
    darkest = written.sum(axis=3).argmax(axis=2)
    return float((np.abs(darkest - (3 + 2 * np.arange(DIGITS))) <= 1).mean())


def test_a_variational_autoencoder_writes_what_it_is_told_to() -> None:
    network = fit.vae(bars(400, 0), bars(100, 1), latent=4, epochs=24, seed=0)
    assert right(network) > 0.4, "chance is about a tenth"


def test_the_divergence_is_that_of_the_exam_s_solution() -> None:
    mean, variance = torch.tensor([[0.5, -1.0]]), torch.tensor([[0.25, 3.0]])
    expected = (mean**2 + variance - 1 - torch.log(variance)).sum() / 2
    assert divergence(mean, torch.log(variance)).item() == pytest.approx(float(expected))
    assert divergence(torch.zeros(1, 3), torch.zeros(1, 3)).item() == 0.0


def test_a_gan_s_halves_learn_against_each_other() -> None:
    told: list[fit.Round] = []
    generator = fit.gan(bars(256, 0), latent=4, epochs=3, seed=0, told=told.append)
    assert [each.number for each in told] == [1, 2, 3]
    assert told[-1].discriminator < told[0].discriminator, "what is real is soon told"
    torch.manual_seed(0)
    untaught = Generator(4)
    moved = [(a - b).abs().max() for a, b in zip(generator.parameters(), untaught.parameters(), strict=True)]
    assert min(moved) > 0, "every layer learns"


def test_a_gan_goes_on_after_a_kill(tmp_path: Path) -> None:
    real = bars(128, 0)

    def killed(each: fit.Round) -> None:
        if each.number == 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fit.gan(real, latent=4, epochs=2, seed=0, told=killed, checkpoint=tmp_path / "again.pt")
    again = fit.gan(real, latent=4, epochs=2, seed=0, checkpoint=tmp_path / "again.pt")
    once = fit.gan(real, latent=4, epochs=2, seed=0)
    assert all(torch.equal(a, b) for a, b in zip(again.parameters(), once.parameters(), strict=True))
    with pytest.raises(RefusedError, match="another kind"):
        fit.gan(real, latent=4, epochs=3, seed=0, checkpoint=tmp_path / "again.pt")


class Typist:
    """A pen that writes digits of type; hands whose first number is above 0 write another digit than told."""

    latent = 3

    def __init__(self) -> None:
        known = type_set(200, 4)
        self.forms = torch.stack(
            [torch.from_numpy(known.pixels[known.labels == k][0]).float() / 255 for k in range(DIGITS)]
        )

    def generated(self, z: Tensor, digits: Tensor) -> Tensor:
        """Pictures as logits."""
        told = (digits.argmax(dim=1) + 3 * (z[:, 0] > 0)) % DIGITS
        return (self.forms[told][:, None] - 0.5) * 20


def test_hands_are_kept_whose_digits_can_be_read() -> None:
    written, tried = readable(Typist(), type_set(400, 5), hands=4, seed=1)
    assert written.shape == (4, DIGITS, WAYS, SIDE, SIDE)
    assert tried > 4, "some write other digits"
    forms = Typist().forms.numpy().reshape(DIGITS, -1)
    each = written.reshape(4, DIGITS, WAYS, 1, -1) / 255
    assert (np.abs(each - forms).sum(axis=-1).argmin(axis=-1) == np.arange(DIGITS)[:, None]).all()


def test_packed_is_a_hand_a_row_and_its_digits_in_their_order() -> None:
    written = np.random.default_rng(0).integers(0, 256, (5, DIGITS, WAYS, SIDE, SIDE), np.uint8)
    sheet = packed(written)
    assert sheet.shape == (5 * SIDE, DIGITS * WAYS * SIDE)
    at = (7 * WAYS + 2) * SIDE
    assert (sheet[3 * SIDE : 4 * SIDE, at : at + SIDE] == written[3, 7, 2]).all()


def test_a_run_leaves_packed_digits_and_what_they_are_made_of(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    package: Path,  # noqa: F811 - a fixture
) -> None:
    monkeypatch.setattr(fit, "vae", lambda *_, **how: how["told"]("an epoch") or Typist())
    order = Order("vae", tmp_path / "out", tmp_path / "run", mnist=package, most=300, hands=2)
    path = train.pen(order, lambda *_: None, lambda _: None)
    assert path == tmp_path / "out" / "pen-vae.png"
    statement = json.loads(path.with_suffix(".json").read_text())
    assert (statement["network"], statement["hands"], statement["ways"]) == ("vae", 2, WAYS)
    assert statement["training_digits"] == 300
    assert (tmp_path / "run" / "epochs.txt").read_text() == "an epoch\n"
    assert HANDS >= 50, "a rehearsal has many candidates"
    monkeypatch.setattr(train, "_AGREE", 1.0)
    with pytest.raises(ToolError, match="can be read"):
        train.pen(order, lambda *_: None, lambda _: None)


def test_traces_are_drawn_as_mnist_s_pictures_are(tmp_path: Path, package: Path) -> None:  # noqa: F811
    file = own_traces.written(tmp_path / "traces.jsonl.gz", writers=20, digits=True)
    alone, both = (
        pictures.some(package, mnist.Part.TRAIN, given, traces.Part.TRAIN, 0, 100) for given in (None, file)
    )
    assert (alone.pixels == both.pixels[:100]).all()
    traced = both.pixels[100:]
    assert set(both.labels[100:].tolist()) == {1, 7}
    rows, columns = (np.nonzero(traced.max(axis=0).max(axis=axis) > 60)[0] for axis in (1, 0))
    assert max(np.ptp(rows), np.ptp(columns)) <= 27
    mass = traced.astype(float) / traced.sum(axis=(1, 2), keepdims=True)
    assert np.abs((mass.sum(axis=1) * np.arange(SIDE)).sum(axis=1) - (SIDE - 1) / 2).max() < 1.0
