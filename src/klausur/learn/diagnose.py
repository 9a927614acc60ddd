"""From the curves of a training run to what ails it, and what to do next.

The curves are those that every training prints: loss and accuracy on the training and the validation set
after each epoch, and, where it is known, the accuracy in use. Losses are measured in units of what guessing
would give, so that the bounds hold for any number of classes. The bounds were chosen on runs of
`klausur.learn.trials` on its development task; tests judge them on its other tasks.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


class Ailment(StrEnum):
    """What a training run suffers from."""

    OVERFITTING = "overfitting"
    UNDERFITTING = "underfitting"
    RATE_TOO_HIGH = "learning rate too high"
    RATE_TOO_LOW = "learning rate too low"
    DOMAIN_GAP = "domain gap"
    HEALTHY = "healthy"


NEXT: dict[Ailment, tuple[str, ...]] = {
    Ailment.OVERFITTING: (
        "stop where the validation loss is least",
        "regularise: dropout, weight decay, augmented data",
        "use a smaller network, or more data",
    ),
    Ailment.UNDERFITTING: (
        "use a larger network: more layers, more neurons",
        "look at the optimiser: another learning rate, Adam, batch normalisation",
        "take regularisation away",
    ),
    Ailment.RATE_TOO_HIGH: ("divide the learning rate by 10", "let it decay, or warm up"),
    Ailment.RATE_TOO_LOW: ("multiply the learning rate by 10", "train for more epochs"),
    Ailment.DOMAIN_GAP: (
        "collect data where the model is used, and train with them",
        "augment the training data until they resemble those in use",
        "take the validation set from where the model is used",
    ),
    Ailment.HEALTHY: ("judge it once on the test set",),
}
"""What to do next, the most promising first."""


@dataclass(frozen=True, slots=True)
class Curves:
    """A training run of a classifier, one value after each epoch; ``classes`` are equally frequent.

    ``deployed`` is the accuracy (0 … 1) where the model is used, None if unknown.
    """

    train_loss: Sequence[float]
    validation_loss: Sequence[float]
    train_accuracy: Sequence[float]
    validation_accuracy: Sequence[float]
    classes: int
    deployed: float | None = None


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """A verdict, the measures that led to it, and what to do next."""

    verdict: Ailment
    because: str
    next_steps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Measures:
    """What a verdict stands on. Losses are shares of the loss of guessing, ln(classes).

    ``end`` is the training loss over the last tenth of the epochs. ``rise`` is how far the validation loss
    came up again from its least value. ``gap`` is by how much validation accuracy lags behind. ``falling`` is
    the share of the training loss' whole fall that happens in the last third. ``rough`` is the share of its
    movement that goes up. ``deployed_drop`` is how much lower the accuracy in use is than that on the
    validation set.
    """

    end: float
    rise: float
    gap: float
    falling: float
    rough: float
    deployed_drop: float


_LOST = 1.2
"""End of the training loss from which the run does worse than guessing: it diverged."""

_ROUGH = 0.3
_POOR = 0.25
"""End of the training loss from which the network has not learned its training set."""

_RISE, _GAP = 0.08, 0.1
_STILL_FALLING = 0.1
_DROP = 0.1


def measures(curves: Curves) -> Measures:
    """The measures of a run.

    Raises:
        ValueError: there are fewer than four epochs, or curves of unequal length.
    """
    series = [
        np.asarray(values, dtype=float)
        for values in (
            curves.train_loss,
            curves.validation_loss,
            curves.train_accuracy,
            curves.validation_accuracy,
        )
    ]
    if len({len(values) for values in series}) != 1 or len(series[0]) < 4:
        raise ValueError("four curves of the same length, of four epochs at least, are needed")
    guessing = float(np.log(curves.classes))
    ceiling = 1e3 * guessing
    train, validation = (np.nan_to_num(v, nan=ceiling, posinf=ceiling) / guessing for v in series[:2])
    last = max(1, len(train) // 10)
    third = len(train) - max(2, len(train) // 3)
    fall = max(float(train[0] - train.min()), 1e-9)
    moves = np.diff(train)
    moved = max(float(np.abs(moves).sum()), 1e-9)
    accuracies = [float(v[-last:].mean()) for v in series[2:]]
    smooth = np.convolve(validation, np.ones(3) / 3, mode="valid")
    return Measures(
        end=float(train[-last:].mean()),
        rise=float(smooth[-1] - smooth.min()),
        gap=accuracies[0] - accuracies[1],
        falling=float(train[third - 1] - train[-1]) / fall,
        rough=float(moves[moves > 0].sum()) / moved,
        deployed_drop=0.0 if curves.deployed is None else accuracies[1] - curves.deployed,
    )


def diagnose(curves: Curves) -> Diagnosis:
    """What ails a training run.

    The order matters: a run that does not learn tells nothing about capacity, and one that overfits nothing
    about use.

    Raises:
        ValueError: there are fewer than four epochs, or curves of unequal length.
    """
    m = measures(curves)
    verdict, because = _verdict(m)
    return Diagnosis(verdict, because, NEXT[verdict])


def _verdict(m: Measures) -> tuple[Ailment, str]:
    """The first of these that fits."""
    rising = f"{m.rough:.0%} of the training loss' movement goes up"
    late = f"{m.falling:.0%} of the training loss' fall comes in the last third"
    rose = f"the validation loss rose by {m.rise:.2f} from its least value, and accuracy lags by {m.gap:.0%}"
    lost = f"the training loss ends at {m.end:.2f} of that of guessing"
    dropped = f"in use the accuracy is {m.deployed_drop:.0%} lower than on the validation set"
    poor = m.end > _POOR
    signs = (
        (m.end > _LOST, Ailment.RATE_TOO_HIGH, lost),
        (poor and m.rough > _ROUGH, Ailment.RATE_TOO_HIGH, rising),
        (m.rise > _RISE and m.gap > _GAP, Ailment.OVERFITTING, rose),
        (poor and m.falling > _STILL_FALLING, Ailment.RATE_TOO_LOW, late),
        (poor, Ailment.UNDERFITTING, lost),
        (m.deployed_drop > _DROP, Ailment.DOMAIN_GAP, dropped),
        (True, Ailment.HEALTHY, "both losses come down and stay together"),
    )
    return next((verdict, because) for fits, verdict, because in signs if fits)
