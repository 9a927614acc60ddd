"""The one training loop: AdamW, a learning rate that rises once and falls, reproducible by seed.

What the networks are, what they are fed and how that is varied stands in `klausur.learn.fit` for marks and in
`klausur.learn.digits.fit` for digits.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from klausur.read.preprocess import Inputs

Which = npt.NDArray[np.int64]
"""Numbers of windows, (n,)."""

N = TypeVar("N", bound=nn.Module)


@dataclass(frozen=True, slots=True)
class Epoch:
    """How one pass over the training data went: mean loss, and the share of validation windows right."""

    number: int
    loss: float
    accuracy: float

    def __str__(self) -> str:
        return f"epoch {self.number:>2}: loss {self.loss:.4f}, validation accuracy {self.accuracy:.4f}"


@dataclass(frozen=True, slots=True)
class Course:
    """How a network learns: windows in a batch, the highest learning rate, the decay of weights."""

    batch: int
    learning_rate: float
    weight_decay: float


@dataclass(frozen=True, slots=True)
class Lesson(Generic[N]):
    """What is learnt, and by what.

    Attributes:
        make: makes the network, with its first weights.
        windows: how many there are.
        batch: some of them as the network is fed, varied anew each time, and what it shall say to them.
        accuracy: the share right of windows that are not learnt; only measured, nothing is chosen by it.
    """

    make: Callable[[], N]
    windows: int
    batch: Callable[[Which], tuple[Tensor, Tensor]]
    accuracy: Callable[[N], float]


def fit(
    lesson: Lesson[N],
    course: Course,
    *,
    epochs: int,
    seed: int,
    progress: Callable[[int, int], None] | None = None,
    told: Callable[[Epoch], None] | None = None,
) -> N:
    """A trained network, in evaluation mode, on the CPU.

    Args:
        lesson: what is learnt.
        course: how.
        epochs: passes over the training data.
        seed: of the first weights, the order of the windows and how they are varied.
        progress: called with (batches done, batches in all).
        told: called after each epoch.
    """
    torch.manual_seed(seed)
    torch.use_deterministic_algorithms(mode=True)
    rng = np.random.default_rng(seed)
    network = lesson.make()
    per_epoch = -(-lesson.windows // course.batch)
    optimizer = torch.optim.AdamW(
        network.parameters(), lr=course.learning_rate, weight_decay=course.weight_decay
    )
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, course.learning_rate, epochs * per_epoch)
    criterion = nn.CrossEntropyLoss()
    done = 0
    for number in range(1, epochs + 1):
        network.train()
        losses = []
        for x, wanted in _ahead(lesson.batch, np.array_split(rng.permutation(lesson.windows), per_epoch)):
            loss = criterion(network(x), wanted)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            losses.append(float(loss.detach()))
            done += 1
            if progress is not None:
                progress(done, epochs * per_epoch)
        if told is not None:
            told(Epoch(number, float(np.mean(losses)), lesson.accuracy(network)))
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
