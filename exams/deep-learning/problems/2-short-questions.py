"""Evidence for problem 2: costs are counted, functions compared, layers and clusterings tried out."""

from itertools import product

import numpy as np
import sympy

from klausur.evidence import Found, always, exact, simulated

k, p, q, x = sympy.symbols("k p q x")


def softplus(at):
    return np.log1p(np.exp(at))


# More folds


def trainings(folds, samples=60):
    """How many models cross-validation fits, and how many samples each of them sees."""
    held_out = np.array_split(np.arange(samples), folds)
    return [samples - len(part) for part in held_out]


@exact("folds", solution="so there are $k$ trainings")
@exact("folds", rubric="there are $k$ separate trainings")
def one_training_for_each_fold():
    return all(len(trainings(folds)) == folds for folds in (2, 5, 10, 60))


@exact("folds", solution="the share $@$ of the data")
def share_of_the_data():
    return 1 - 1 / k


@exact("folds", solution="with $k$ the work grows like $@$.")
def work():
    """In units of one training on all data; counted for several k, then as a formula."""
    if any(sum(trainings(folds)) != 60 * (folds - 1) for folds in (2, 5, 10, 60)):
        raise ValueError("the formula does not fit the counts")
    return sympy.expand(k * (1 - 1 / k))


# A logarithm as activation

OTHERS = {
    "tanh": np.tanh,
    "ReLU": lambda at: np.maximum(at, 0.0),
    "sigmoid": lambda at: 1 / (1 + np.exp(-at)),
}


@exact("softplus", solution="ReLU. $f$ grows without bound like $x$ on the right")
@exact("softplus", rubric="- [+1] ReLU")
def closest():
    at = np.linspace(-30, 30, 6001)
    far = {name: float(np.abs(softplus(at) - f(at)).max()) for name, f in OTHERS.items()}
    return Found(min(far, key=far.get) == "ReLU", far)


@exact("softplus", solution=r"where it is $\ln 2 \approx @$")
@exact("softplus", solution=r"largest at 0, where it is $@ \approx")
def largest_distance():
    at = np.linspace(-30, 30, 600_001)
    away = np.abs(softplus(at) - np.maximum(at, 0.0))
    if abs(at[away.argmax()]) > 1e-3:
        raise ValueError("it is largest elsewhere")
    return float(away.max())


@always("softplus", solution=r"$f'(x) = \sigma(x)$")
def slope(rng):
    at, step = rng.normal(0, 4), 1e-5
    return bool(abs((softplus(at + step) - softplus(at - step)) / (2 * step) - 1 / (1 + np.exp(-at))) < 1e-8)


@always("softplus", solution=r"$\sigma(x) > 0$, no input cuts the gradient off")
@always("softplus", rubric="a gradient for negative inputs too")
def gradient_everywhere(rng):
    return bool(1 / (1 + np.exp(-rng.normal(0, 30))) > 0)


@exact("softplus", solution="at 0 where ReLU has a kink")
@exact("softplus", rubric="where ReLU has no derivative at 0")
def kink():
    relu = sympy.Max(x, 0)
    sides = [sympy.limit((relu - 0) / x, x, 0, side) for side in ("+", "-")]
    smooth = sympy.diff(sympy.log(1 + sympy.exp(x)), x)
    return sides[0] != sides[1] and sympy.limit(smooth, x, 0, "+") == sympy.limit(smooth, x, 0, "-")


# Two held-out sets


@simulated(
    "held-out-sets",
    solution="tells once how well the\nchosen model does on data that had no part in any decision",
    within=0.005,
    runs=4000,
    expected=0.0,
)
def test_score_of_the_chosen(rng):
    """Of twenty models, all right in 70 % of cases, the one best in validation: its test score less 0.7."""
    validation, test = rng.binomial(100, 0.7, (2, 20)) / 100
    return test[validation.argmax()] - 0.7


@simulated(
    "held-out-sets",
    rubric="to choose hyperparameters",
    within=0.03,
    runs=4000,
    expected=0.085,
)
def validation_score_of_the_chosen(rng):
    """The same models: by what they are chosen makes them look better than they are."""
    validation = rng.binomial(100, 0.7, 20) / 100
    return validation.max() - 0.7


# Gradients in a deep tanh network


def reach(layers=40, width=64, *, scale=0.6, relu=False, skip=False, seed=0):
    """Norm of the gradient at the first layer over that at the last, and the number of parameters."""
    rng = np.random.default_rng(seed)
    weights = [rng.normal(0, scale / np.sqrt(width), (width, width)) for _ in range(layers)]
    h, slopes = rng.normal(size=width), []
    for w in weights:
        z = w @ h
        made = np.maximum(z, 0) if relu else np.tanh(z)
        slopes.append((z > 0).astype(float) if relu else 1 - made**2)
        h = made + (h if skip else 0)
    start = back = rng.normal(size=width)
    for w, s in zip(reversed(weights), reversed(slopes), strict=True):
        back = w.T @ (back * s) + (back if skip else 0)
    return float(np.linalg.norm(back) / np.linalg.norm(start)), sum(w.size for w in weights)


def remedy(change, before):
    """Whether a change brings the ratio of the gradients nearer to 1, with as many parameters."""
    (plain, many), (better, as_many) = reach(**before), reach(**{**before, **change})
    nearer = abs(np.log10(better)) < abs(np.log10(plain)) / 2
    return Found(bool(nearer and many == as_many), {"before": plain, "after": better})


@exact("tanh-gradients", solution=r"For example ReLU instead of $\tanh$")
def relu_for_tanh():
    """Large weights drive tanh into saturation, where its slope is nearly 0; ReLU passes the gradient on."""
    return remedy({"relu": True, "scale": np.sqrt(2.0)}, {"scale": 6.0, "seed": 1})


@exact("tanh-gradients", solution="Or skip connections")
def skip_connections():
    return remedy({"skip": True}, {"scale": 0.3})


@exact("tanh-gradients", solution="Xavier\ninitialisation")
def xavier():
    return remedy({"scale": 1.0}, {"scale": 0.3})


# Dropout twice


def kept_by_both():
    """Probability that a neuron survives two independent decisions, summed over all outcomes."""
    total = 0
    for first, second in product((True, False), repeat=2):
        chance = ((1 - q) if first else q) * ((1 - p) if second else p)
        total += chance if first and second else 0
    return sympy.expand(total)


@exact("double-dropout", solution="survives both with probability $@$.")
def survival():
    return kept_by_both()


@exact("double-dropout", solution="drops with probability $1 - (1 - q)(1 - p) = @$.")
@exact("double-dropout", solution="drops with probability $@ = p")
@exact("double-dropout", rubric="hence $@$ for dropping")
def loss():
    """Not p + q - 2 p q, which forgets that what both drop is dropped too."""
    return sympy.expand(1 - kept_by_both())


@simulated(
    "double-dropout", solution="The two decide independently", within=0.01, expected=0.58, runs=200_000
)
def a_neuron_dropped(rng):
    """With q = 0.3 and p = 0.4 the formula gives 0.58."""
    return bool(rng.random() < 0.3) or bool(rng.random() < 0.4)


# Overfitting without labels


@exact("unsupervised-overfitting", solution="its loss is 0")
@exact("unsupervised-overfitting", rubric="clustering $N$ points into $N$ clusters")
def as_many_clusters_as_points():
    """k-means by Lloyd, from one centre on each point: no loss there, and plenty on new points."""
    rng = np.random.default_rng(0)
    points, new = rng.normal(size=(50, 2)), rng.normal(size=(500, 2))
    centres = points.copy()
    for _ in range(10):
        nearest = ((points[:, None] - centres[None]) ** 2).sum(axis=2).argmin(axis=1)
        centres = np.stack([points[nearest == n].mean(axis=0) for n in range(len(centres))])
    losses = [
        float(((data[:, None] - centres[None]) ** 2).sum(axis=2).min(axis=1).mean()) for data in (points, new)
    ]
    return Found(
        losses[0] == 0.0 and losses[1] > 0.01, {"on its points": losses[0], "on new points": losses[1]}
    )


@exact("unsupervised-overfitting", rubric="principal components as many as dimensions")
def all_principal_components():
    data = np.random.default_rng(0).normal(size=(20, 6))
    _, _, axes = np.linalg.svd(data - data.mean(axis=0), full_matrices=False)
    centred = data - data.mean(axis=0)
    return bool(np.allclose(centred @ axes.T @ axes, centred))


# What is wrong with it?


@exact("activation-problems", solution="for large $|x|$ its derivative is nearly 0")
@exact("activation-problems", rubric="sigmoid: saturates, or is not centred on zero")
def sigmoid_saturates():
    at = np.array([-12.0, 12.0])
    s = 1 / (1 + np.exp(-at))
    return bool((s * (1 - s) < 1e-4).all() and (1 / (1 + np.exp(-np.linspace(-9, 9, 99))) > 0).all())


@exact("activation-problems", solution="has no gradient and stays dead")
@exact("activation-problems", rubric="ReLU: dead neurons")
def a_dead_neuron():
    """Its input is negative for all data: no step of gradient descent changes it."""
    rng = np.random.default_rng(0)
    data, w, b = rng.random((200, 3)), np.array([-1.0, -2.0, -0.5]), -0.1
    for _ in range(10):
        active = (data @ w + b) > 0
        w, b = w - 0.1 * (active[:, None] * data).mean(axis=0), b - 0.1 * active.mean()
    return bool((w == [-1.0, -2.0, -0.5]).all() and b == -0.1)


@always("activation-problems", solution="make up one linear map")
@always("activation-problems", rubric="identity: brings in no non-linearity")
def layers_collapse(rng):
    layers, data = rng.normal(size=(5, 4, 4)), rng.normal(size=(4, 9))
    one = np.linalg.multi_dot(layers)
    through = data
    for layer in layers[::-1]:
        through = layer @ through
    return one @ data, through
