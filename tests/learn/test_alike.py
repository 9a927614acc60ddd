"""A small training of the autoencoder, and how it is said how well groups agree with what things are."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from tests.learn import own_traces
from tests.learn.test_digits_train import package, type_set  # noqa: F401 - a fixture

from klausur.learn import __main__ as command
from klausur.learn.alike import clusters, fit, pictures
from klausur.learn.alike.train import unit
from klausur.learn.networks.autoencoder import AutoEncoder, Encoder
from klausur.learn.traces import Part
from klausur.read.alike import SHIPPED, Embedder
from klausur.read.card import read as read_card
from klausur.scan.model import Pixels


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, package: Path) -> Path:  # noqa: F811 - the fixture
    out = tmp_path_factory.mktemp("models")
    traces = own_traces.written(out / "traces.jsonl.gz", writers=40)
    said = f"--out {out} --seed 3 --epochs 4 --most 500 --bottleneck 6 --mnist {package} --traces {traces}"
    command.main(["autoencoder", "--jobs", "1", *said.split()])
    return out / "alike-1.json"


def characters(count: int, seed: int) -> tuple[Pixels, np.ndarray[tuple[int], np.dtype[np.int64]]]:
    drawn = type_set(count, seed)
    return pictures.of_mnist(drawn), drawn.labels


def test_the_small_embedder_puts_like_characters_near_each_other(made: Path) -> None:
    seen, labels = characters(200, 7)
    codes = Embedder(made).embeddings((seen / 255).astype(np.float32))
    assert codes.shape == (200, 6)
    near = fit.nearest(codes, 0, k=1)[:, 0]
    assert (labels[near] == labels).mean() > 0.8, "chance is a tenth"


def test_the_card_tells_what_was_done(made: Path) -> None:
    card, model = read_card(made)
    assert (card.reader, card.version, card.classes) == ("alike", "1", ())
    assert (card.data["bottleneck"], card.data["epochs"], card.data["seed"]) == (6, 4, 3)
    assert int(card.data["training_characters"]) > 500, "digits and traces"
    assert "UNIPEN" in str(card.data["source"])
    assert card.figures["validation_characters"] == 500
    assert 0.1 < card.figures["validation_purity"] <= 1
    assert b"site-packages" not in model


def test_the_bottleneck_is_a_parameter_and_the_encoder_half_of_the_network() -> None:
    for width in (2, 10, 300):
        network = AutoEncoder(width).eval()
        x = torch.rand(3, 1, 28, 28)
        assert network.encoder(x).shape == (3, width)
        assert network(x).shape == x.shape
        assert torch.allclose(Encoder(network, 4.0)(x) * 4.0, network.encoder(x))


def test_the_same_seed_gives_the_same_weights() -> None:
    seen, _ = characters(300, 1)

    def weights(seed: int) -> bytes:
        network = fit.fit(
            seen, fit.nearest(fit.flat(seen), 0, k=3), seen[:50], bottleneck=4, epochs=1, seed=seed
        )
        return b"".join(value.numpy().tobytes() for value in network.state_dict().values())

    first = weights(4)
    assert weights(4) == first
    assert weights(5) != first


def test_likes_shall_lie_near_and_others_far() -> None:
    centres = torch.tensor([[0.0, 0.0], [9.0, 0.0], [0.0, 9.0]])
    good = fit.apart(torch.cat([centres, centres + 0.1]))
    spread = fit.apart(torch.cat([centres, centres + 2.0]))
    heap = fit.apart(torch.cat([0.1 * centres, 0.1 * centres + 0.01]))
    assert good < spread
    assert good < heap


def test_the_nearest_are_found_and_nobody_is_near_themselves() -> None:
    vectors = np.random.default_rng(2).normal(size=(90, 5)).astype(np.float32)
    found = fit.nearest(vectors, 0, k=4)
    apart = np.linalg.norm(vectors[:, None] - vectors[None], axis=2) + np.diag(np.full(90, np.inf))
    assert (np.sort(found, axis=1) == np.sort(np.argsort(apart, axis=1)[:, :4], axis=1)).all()
    some = fit.nearest(vectors, 0, k=4, among=30)
    assert len(np.unique(some)) <= 30
    assert not (some == np.arange(90)[:, None]).any()


def test_what_is_varied_keeps_its_shape_and_is_varied() -> None:
    seen, _ = characters(40, 3)
    x = torch.from_numpy(seen[:, None] / np.float32(255))
    torch.manual_seed(0)
    once, again = fit.varied(x), fit.varied(x)
    assert once.shape == x.shape
    assert 0 <= float(once.min()) <= float(once.max()) <= 1
    assert float((once - again).abs().mean()) > 0.01
    assert float((once - x).abs().mean()) < 0.2, "it is still the same character"


def test_traces_are_drawn_as_characters(tmp_path: Path) -> None:
    file = own_traces.written(tmp_path / "traces.jsonl.gz", writers=40)
    train, held_back = (pictures.of_traces(file, part, 0) for part in (Part.TRAIN, Part.CALIBRATION))
    assert train.shape[1:] == (28, 28)
    assert len(train) > len(held_back) > 0
    assert (train.reshape(len(train), -1).max(axis=1) > 200).all()


def test_purity_and_the_adjusted_rand_index() -> None:
    truth = np.array([0, 0, 0, 1, 1, 1])
    assert clusters.purity(truth[::-1], truth) == 1
    assert clusters.adjusted_rand(1 - truth, truth) == pytest.approx(1)
    # By hand: of 15 pairs 2 are together in both, 3 in the clusters and 6 in truth.
    found = np.array([0, 0, 1, 1, 2, 2])
    assert clusters.purity(found, truth) == pytest.approx(5 / 6)
    assert clusters.adjusted_rand(found, truth) == pytest.approx(
        (2 - 3 * 6 / 15) / ((3 + 6) / 2 - 3 * 6 / 15)
    )
    rng = np.random.default_rng(0)
    drawn = [clusters.adjusted_rand(*rng.integers(0, 5, (2, 400))) for _ in range(40)]
    assert abs(np.mean(drawn)) < 0.005


def test_k_means_and_components_find_what_is_plain() -> None:
    rng = np.random.default_rng(1)
    centres = rng.normal(size=(4, 8)) * 6
    truth = rng.integers(0, 4, 400)
    vectors = (centres[truth] + rng.normal(size=(400, 8))).astype(np.float32)
    assert clusters.adjusted_rand(clusters.k_means(vectors, 4, 0), truth) == pytest.approx(1)
    mean, axes = clusters.components(vectors, 3)
    kept = (vectors - mean) @ axes
    left = vectors - mean - kept @ axes.T
    assert kept.var(axis=0).sum() > 20 * left.var(axis=0).sum()


def test_the_unit_is_what_most_different_characters_lie_apart() -> None:
    codes = np.array([[0.0], [0.1], [5.0], [5.1]], np.float32)
    assert unit(codes, np.array([0, 0, 1, 1])) == pytest.approx(5.0, abs=0.11)


def test_the_page_says_what_the_card_says() -> None:
    card, _ = read_card(SHIPPED)
    page = (Path(__file__).parents[2] / "docs" / "reference" / "readers.md").read_text(encoding="utf-8")
    for name, value in (card.data | card.figures).items():
        said = f"{value:,}" if isinstance(value, int) else str(value)
        assert f"| `{name}` | {said} |" in page
