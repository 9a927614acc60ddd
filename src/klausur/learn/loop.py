"""The one training loop: an optimiser by name, a learning rate that rises once and falls, early stopping.

It is reproducible by seed, and goes on after a kill where a checkpoint was kept. What the networks are, what
they are fed and how that is varied stands in `klausur.learn.fit` for marks, in `klausur.learn.digits.fit`
for digits and in `klausur.learn.alike.fit` for the autoencoder.
"""

import copy
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, astuple, dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn import functional

from klausur.base.errors import RefusedError
from klausur.read.preprocess import Inputs

Which = npt.NDArray[np.int64]
"""Numbers of windows, (n,)."""

N = TypeVar("N", bound=nn.Module)

Optimizers = Callable[[Any, float, float], torch.optim.Optimizer]

OPTIMIZERS: dict[str, Optimizers] = {
    "sgd": lambda p, rate, decay: torch.optim.SGD(p, lr=rate, weight_decay=decay),
    "momentum": lambda p, rate, decay: torch.optim.SGD(p, lr=rate, weight_decay=decay, momentum=0.9),
    "nesterov": lambda p, rate, decay: torch.optim.SGD(
        p, lr=rate, weight_decay=decay, momentum=0.9, nesterov=True
    ),
    "rmsprop": lambda p, rate, decay: torch.optim.RMSprop(p, lr=rate, weight_decay=decay),
    "adam": lambda p, rate, decay: torch.optim.AdamW(p, lr=rate, weight_decay=decay),
}
"""Optimisers by name, made of parameters, learning rate and decay of weights; Adam decouples the decay
(Loshchilov and Hutter 2019, "Decoupled weight decay regularization")."""


@dataclass(frozen=True, slots=True)
class Epoch:
    """How one pass over the training data went: mean losses, and shares of windows right.

    ``train_accuracy`` is of the windows as they were learnt, varied and at the weights of that moment.
    """

    number: int
    loss: float
    train_accuracy: float
    validation_loss: float
    accuracy: float

    def __str__(self) -> str:
        return (
            f"epoch {self.number:>2}: loss {self.loss:.4f}, validation loss {self.validation_loss:.4f}, "
            f"validation accuracy {self.accuracy:.4f}"
        )


@dataclass(frozen=True, slots=True)
class Course:
    """How a network learns: windows in a batch, the highest learning rate, the decay of weights.

    ``patience`` is after how many epochs without a smaller validation loss training ends; the weights of the
    epoch with the least are kept. None trains to the end and keeps the last. ``mixed`` lets networks compute
    in numbers of 16 bits where that does no harm (`torch.autocast`), for processors that are quicker so.
    """

    batch: int
    learning_rate: float
    weight_decay: float
    optimizer: str = "adam"
    patience: int | None = None
    mixed: bool = False


@dataclass(frozen=True, slots=True)
class Measured:
    """Mean loss, and share right, of windows that are not learnt."""

    loss: float
    accuracy: float


def classes_right(said: Tensor, wanted: Tensor) -> float:
    """How many of a batch are right; ``wanted`` are classes, (n,), or probabilities, (n, classes)."""
    classes = wanted if wanted.ndim == 1 else wanted.argmax(dim=1)
    return float((said.detach().argmax(dim=1) == classes).sum())


@dataclass(frozen=True, slots=True)
class Lesson(Generic[N]):
    """What is learnt, and by what.

    Attributes:
        make: makes the network, with its first weights.
        windows: how many there are.
        batch: some of them as the network is fed, varied anew each time, and what it shall say to them.
        measured: how the network does on windows that are not learnt.
        criterion: the loss, of what the network says and what it shall say.
        right: how many of a batch are right, of the same two; a part of one counts as a part.
    """

    make: Callable[[], N]
    windows: int
    batch: Callable[[Which], tuple[Tensor, Tensor]]
    measured: Callable[[N], Measured]
    criterion: Callable[[Tensor, Tensor], Tensor] = functional.cross_entropy
    right: Callable[[Tensor, Tensor], float] = classes_right


@dataclass(slots=True)
class _Best:
    """The epoch with the least validation loss so far."""

    loss: float = float("inf")
    number: int = 0
    weights: dict[str, Tensor] | None = None


def fit(
    lesson: Lesson[N],
    course: Course,
    *,
    epochs: int,
    seed: int,
    progress: Callable[[int, int], None] | None = None,
    told: Callable[[Epoch], None] | None = None,
    checkpoint: Path | None = None,
) -> N:
    """A trained network, in evaluation mode, on the CPU.

    Args:
        lesson: what is learnt.
        course: how.
        epochs: passes over the training data.
        seed: of the first weights, the order of the windows and how they are varied.
        progress: called with (batches done, batches in all).
        told: called after each epoch; after a kill, first with those that had been done.
        checkpoint: a file that is written after each epoch; where there is one, training goes on from it.

    Raises:
        RefusedError: the checkpoint is of another course.
    """
    torch.manual_seed(seed)
    torch.use_deterministic_algorithms(mode=True)
    rng = np.random.default_rng(seed)
    network = lesson.make()
    per_epoch = -(-lesson.windows // course.batch)
    optimizer = OPTIMIZERS[course.optimizer](network.parameters(), course.learning_rate, course.weight_decay)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, course.learning_rate, epochs * per_epoch, cycle_momentum=course.optimizer != "sgd"
    )
    told = told or (lambda _: None)
    best = _Best()
    done: list[Epoch] = []
    parts: dict[str, Any] = {"network": network, "optimizer": optimizer, "schedule": schedule}
    of_course = [*map(str, astuple(course)), epochs, seed, lesson.windows]
    if checkpoint is not None and checkpoint.exists():
        done, best = _resumed(checkpoint, parts, rng, of_course)
        for epoch in done:
            told(epoch)
    for number in range(len(done) + 1, epochs + 1):
        if course.patience is not None and number - 1 - best.number >= course.patience:
            break
        network.train()
        losses, right = [], 0.0
        for x, wanted in _ahead(lesson.batch, np.array_split(rng.permutation(lesson.windows), per_epoch)):
            with torch.autocast(x.device.type, torch.bfloat16, enabled=course.mixed):
                said = network(x)
            said = said.float()
            loss = lesson.criterion(said, wanted)
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call] # of PyTorch
            optimizer.step()
            schedule.step()
            losses.append(float(loss.detach()))
            right += lesson.right(said, wanted)
            if progress is not None:
                progress((number - 1) * per_epoch + len(losses), epochs * per_epoch)
        seen = lesson.measured(network)
        done.append(Epoch(number, float(np.mean(losses)), right / lesson.windows, seen.loss, seen.accuracy))
        if course.patience is None or seen.loss < best.loss:
            best = _Best(seen.loss, number, copy.deepcopy(network.state_dict()))
        if checkpoint is not None:
            _keep(checkpoint, parts, rng, done, best, of_course)
        told(done[-1])
    if best.weights is not None:
        network.load_state_dict(best.weights)
    network.cpu().eval()
    return network


def logits(network: nn.Module, fed: Callable[[Which], Tensor], windows: int, batch: int) -> Inputs:
    """A network's outputs before the softmax, (windows, classes); ``fed`` gives some windows as it is fed."""
    network.eval()
    with torch.inference_mode():
        parts = [
            network(fed(np.arange(start, min(start + batch, windows)))).cpu().numpy()
            for start in range(0, windows, batch)
        ]
    return np.concatenate(parts)


def _keep(
    path: Path,
    parts: dict[str, Any],
    rng: np.random.Generator,
    done: Sequence[Epoch],
    best: _Best,
    of_course: list[object],
) -> None:
    """Write all that training needs to go on, whole or not at all."""
    kept = {name: part.state_dict() for name, part in parts.items()}
    kept |= {
        "random": (torch.get_rng_state(), rng.bit_generator.state),
        "epochs": [asdict(epoch) for epoch in done],
        "best": (best.loss, best.number, best.weights),
        "course": of_course,
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_suffix(".half")
    torch.save(kept, half)
    half.replace(path)


def _resumed(
    path: Path, parts: dict[str, Any], rng: np.random.Generator, of_course: list[object]
) -> tuple[list[Epoch], _Best]:
    kept = torch.load(path, weights_only=True)
    if kept["course"] != of_course:
        raise RefusedError(
            f"{path} was kept by a training of another kind", "name another folder, or delete this file"
        )
    for name, part in parts.items():
        part.load_state_dict(kept[name])
    torch.set_rng_state(kept["random"][0])
    rng.bit_generator.state = kept["random"][1]
    return [Epoch(**epoch) for epoch in kept["epochs"]], _Best(*kept["best"])


def _ahead(
    batch: Callable[[Which], tuple[Tensor, Tensor]], order: Sequence[Which]
) -> Iterator[tuple[Tensor, Tensor]]:
    """The batches; each is made in a second thread while the one before is learnt."""
    with ThreadPoolExecutor(1) as ahead:
        waiting = ahead.submit(batch, order[0])
        for chosen in order[1:]:
            ready = waiting.result()
            waiting = ahead.submit(batch, chosen)
            yield ready
        yield waiting.result()
