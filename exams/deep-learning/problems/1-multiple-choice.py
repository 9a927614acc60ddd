"""Evidence for problem 1: statement by statement, the right ones and the wrong ones."""

from fractions import Fraction
from functools import cache, reduce
from itertools import combinations, pairwise, product
from operator import add, mul

import numpy as np
import sympy

from klausur.evidence import Found, always, exact, experiment, given


def relu(x):
    return np.maximum(x, 0.0)


def sigmoid(x):
    return 1.0 / (1.0 + np.exp(-x))


# Augmenting digits: does a reader of real digits still read them after the change?


@cache
def digits(count, *, new=False):
    """Images (n, 28, 28) with values 0 … 1, and what they show."""
    from klausur.learn.digits import mnist

    found = mnist.read(mnist.fetch(), mnist.Part.VALIDATION if new else mnist.Part.TRAIN)
    return found.pixels[:count] / np.float32(255), found.labels[:count]


@cache
def reader(seed):
    """A network that was trained on digits as they are."""
    import torch
    from torch import nn

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
    images, labels = map(torch.from_numpy, digits(20_000))
    for _ in range(3):
        for batch in torch.randperm(len(labels)).split(64):
            optimizer.zero_grad()
            nn.functional.cross_entropy(network(images[batch][:, None]), labels[batch]).backward()
            optimizer.step()
    return network


def recalls(change, seed):
    """Share of right answers for each digit after a change to images, by a reader trained without."""
    import torch

    (images, right), network = digits(4000, new=True), reader(seed)
    with torch.inference_mode():
        answers = network(torch.from_numpy(change(images))[:, None]).argmax(dim=1).numpy()
    return {digit: float(np.mean(answers[right == digit] == digit)) for digit in range(10)}


def keeps_the_meaning(seed, *changes):
    """Whether a reader recognises most examples of every digit after each of the changes."""
    worst = {}
    for change in changes:
        for digit, recall in recalls(change, seed).items():
            worst[digit] = min(recall, worst.get(digit, 1.0))
    digit = min(worst, key=worst.get)
    return Found(worst[digit] > 0.5, {f"right on the worst digit, {digit}": worst[digit]})


@experiment("augmentation", choice="Noise from a normal distribution is added.", seconds=120)
def noise(seed):
    rng = np.random.default_rng(seed)
    return keeps_the_meaning(seed, lambda x: x + rng.normal(0, 0.2, x.shape).astype(np.float32))


@experiment(
    "augmentation",
    choice="Each image is mirrored top to bottom.",
    seconds=120,
    control={"step": 1},
)
def mirrored(seed, step=-1):
    return keeps_the_meaning(seed, lambda x: x[:, ::step].copy())


@experiment("augmentation", choice="Each image is turned by an angle of 10 degrees.", seconds=120)
def turned(seed):
    """To the left, and to the right."""
    import cv2

    def by(angle):
        turn = cv2.getRotationMatrix2D((13.5, 13.5), angle, 1)
        return lambda x: np.stack([cv2.warpAffine(image, turn, (28, 28)) for image in x])

    angle = given("augmentation", choice="turned by an angle of @ degrees")
    return keeps_the_meaning(seed, by(angle), by(-angle))


@experiment("augmentation", choice="The contrast is raised or lowered", seconds=120)
def contrast(seed):
    """Lowered to 60 %; raised to 150 %, where it does not stop at white."""
    lowered, raised = np.float32(0.6), np.float32(1.5)
    return keeps_the_meaning(seed, lambda x: lowered * x, lambda x: np.minimum(raised * x, 1))


# Residual blocks


def gradient(weights, x, back, *, skip):
    """Of the loss at the input x of layers with tanh, if it is ``back`` at their output."""
    h, outputs = x, []
    for w in weights:
        outputs.append(np.tanh(w @ h))
        h = outputs[-1] + h if skip else outputs[-1]
    for w, out in zip(reversed(weights), reversed(outputs), strict=True):
        back = w.T @ (back * (1 - out**2)) + (back if skip else 0)
    return back


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


@always("residual-blocks", choice="Gradients find a shortcut")
def gradients_go_round_dead_layers(rng):
    """Half of the layers let nothing through: the gradient is as if they were not there; without skips 0."""
    alive = rng.permutation(np.arange(12) < 6)
    weights = rng.normal(0, 0.5, (12, 8, 8)) * alive[:, None, None]
    x, back = rng.normal(size=(2, 8))
    skipping, plain = (gradient(weights, x, back, skip=skip) for skip in (True, False))
    shorter = gradient(weights[alive], x, back, skip=True)
    return bool(np.allclose(skipping, shorter) and np.any(skipping) and not np.any(plain))


@experiment("residual-blocks", choice="train more stably", seconds=120)
def training_of_thirty_layers(seed):
    """Share of digits learnt by thirty layers: the worst of three starts with skips, the best without."""
    import torch
    from torch import nn

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

    x, y = map(torch.from_numpy, digits(3000))
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


@exact("larger-images", choice="It has twice as many parameters.", control={"grown": (12, 24), **UNSHARED})
def parameters_double(grown=(24, 24), layers=CONVOLUTIONS, shared=True):  # noqa: FBT002 - given by name
    once, grown_ = (weights_used(*size, layers, shared=shared) for size in ((12, 12), grown))
    return grown_ == 2 * once


@exact("larger-images", choice="It has as many parameters as before.")
def parameters_stay():
    return weights_used(24, 24) == weights_used(12, 12) > 0


def receptive_fields(side, layers):
    """Of every pixel on a line through every map: how many pixels of the input, along it, it depends on."""
    found = []
    for depth in range(1, len(layers) + 1):
        passed = [kernel for _, _, kernel in layers[:depth]]
        for pixel in np.eye(side - sum(passed) + depth, dtype=bool):
            reached = pixel
            for kernel in reversed(passed):
                reached = np.convolve(reached, np.ones(kernel)) > 0
            found.append(int(reached.sum()))
    return found


@exact("larger-images", choice="the receptive field may shrink", control={"larger": CONVOLUTIONS[:2]})
def receptive_field_shrinks(larger=CONVOLUTIONS):
    """The largest ones are those of the last map; the control has no such map for larger images."""
    fields = [
        (receptive_fields(side, CONVOLUTIONS), receptive_fields(2 * side, larger)) for side in (12, 17, 24)
    ]
    return any(max(after) < max(before) or min(after) < min(before) for before, after in fields)


def share_let_through(height, width, kept):
    """What dropout lets through of a convolution's outputs on average, over all patterns of dropping.

    Each pixel of the image is kept with a probability, in training; when the network is tested, all are.
    """
    image = np.arange(1, 1 + height * width, dtype=object).reshape(height, width)

    def outputs(of):
        padded, weights = np.pad(of, 1), np.arange(1, 10).reshape(3, 3)
        return sum(weights[y, x] * padded[y : y + height, x : x + width] for y, x in np.ndindex(3, 3))

    expected = np.zeros_like(image) * Fraction(0)
    for pattern in product((False, True), repeat=image.size):
        chance = reduce(mul, (kept if one else 1 - kept for one in pattern))
        expected = expected + chance * outputs(image * np.reshape(pattern, image.shape))
    (share,) = set((expected / outputs(image)).flat)
    return share


P, ROOT = Fraction(1, 4), Fraction(1, 2)


@exact(
    "larger-images",
    choice="Dropout with the coefficient $p$ has to use $\\sqrt{p}$ when the network is tested.",
    control={"when_larger": ROOT},
)
def larger_images_let_a_root_through(when_larger=P):
    """The control keeps more of a larger image, which no dropout does."""
    small, large = share_let_through(1, 2, P), share_let_through(2, 4, when_larger)
    return (small, large) == (P, ROOT)


# Generator and discriminator


@always("gan", choice="The generator tries to make it less probable")
def a_step_of_the_generator(rng):
    """One step down the generator's loss, mean log(1 - D(G(z))); D is right on fakes with 1 - D(G(z))."""
    slope, bias, shift = rng.uniform(0.2, 2.0) * rng.choice([-1, 1]), rng.normal(), rng.normal(0, 2)
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


def made(latent):
    """What the discriminator is told of images from a generator, whatever they were made from: not real."""
    return np.zeros(len(latent))


def likely(latent):
    """A generator's own word on each of its images: how likely was what it was made from?"""
    return np.exp(-np.square(latent).sum(axis=1) / 2)


@always("gan", choice="Supervision reaches the discriminator", control={"told": likely})
def taught_by_the_generator(rng, told=made):
    """Whether the discriminator learns more of a generator than the images that come from it.

    Two generators make the same images from other latent vectors: is the gradient of its loss another?
    """
    latent, weights, turn = rng.normal(size=(20, 3)), rng.normal(size=(3, 5)), rng.normal(size=(3, 3))
    real, judging = rng.normal(size=(20, 5)), rng.normal(size=5)
    gradients = []
    for vectors, generator in ((latent, weights), (latent @ turn, np.linalg.inv(turn) @ weights)):
        images = np.concatenate([real, np.tanh(vectors @ generator)])
        off = sigmoid(images @ judging) - np.concatenate([np.ones(len(real)), told(vectors)])
        gradients.append(off @ images)
    return not np.allclose(*gradients)


def images_made_of(latent):
    """Five pixels out of three latent dimensions."""
    return np.tanh(latent @ np.arange(-7, 8).reshape(3, 5) / 7)


@always("gan", choice="A latent space is what the discriminator", control={"generator": np.array})
def judges_latent_vectors(rng, generator=images_made_of):
    """Whether what the discriminator judges in a step of training was drawn from the latent space itself.

    The control is a generator that hands on what it is given.
    """
    latent, real = rng.normal(size=(20, 3)), rng.normal(size=(20, 5))
    judged = [*real, *generator(latent)]
    return bool({tuple(vector) for vector in latent} & {tuple(sample) for sample in judged})


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


# Against overfitting: a convolutional network that tells of each pixel which digit it belongs to, or none


@cache
def losses(seed, *, decay=0.01, dropped=0.1, noise=0.0, pooling="maximum"):
    """On the thirty images that it is trained on, and on new ones; the mean of two starts."""
    import torch
    from torch import nn

    def segmented(images, labels):
        """Images (n, 1, 14, 14), and of each pixel the digit that it belongs to, or 10."""
        small = nn.functional.avg_pool2d(torch.from_numpy(images)[:, None], 2)
        return small, torch.where(small[:, 0] > 0.3, torch.from_numpy(labels)[:, None, None].long(), 10)

    known, new = segmented(*digits(30)), segmented(*digits(500, new=True))
    pool = {"maximum": nn.MaxPool2d, "average": nn.AvgPool2d}[pooling]
    found = []
    for start in range(2):
        torch.manual_seed(2 * seed + start)
        network = nn.Sequential(
            *(nn.Conv2d(1, 16, 3, padding=1), nn.ReLU(), pool(2)),
            *(nn.Conv2d(16, 32, 3, padding=1), nn.ReLU(), nn.Dropout(dropped)),
            *(nn.Conv2d(32, 32, 5, padding=2), nn.ReLU(), nn.Dropout(dropped)),
            *(nn.Upsample(scale_factor=2), nn.Conv2d(32, 11, 3, padding=1)),
        )
        optimizer = torch.optim.AdamW(network.parameters(), 3e-3, weight_decay=decay)
        for _ in range(300):
            optimizer.zero_grad()
            noisy = known[0] + noise * torch.randn_like(known[0])
            nn.functional.cross_entropy(network(noisy), known[1]).backward()
            optimizer.step()
        network.eval()
        with torch.inference_mode():
            found.append([float(nn.functional.cross_entropy(network(x), y)) for x, y in (known, new)])
    return tuple(float(of) for of in np.mean(found, axis=0))


def helps(seed, before, after):
    """Whether a change brings the loss on new images down, and nearer to that on known ones, by a tenth."""
    (known, new), (known_after, new_after) = losses(seed, **before), losses(seed, **after)
    figures = {"new": new, "known": known, "new after": new_after, "known after": known_after}
    return Found(new_after < 0.9 * new and new_after - known_after < 0.9 * (new - known), figures)


LITTLE, MUCH = {"decay": 0.01}, {"decay": 2.0}


@experiment(
    "overfitting",
    choice="A smaller factor for the weight decay",
    seconds=180,
    control={"before": LITTLE, "after": MUCH},
)
def less_weight_decay(seed, before=MUCH, after=LITTLE):
    return helps(seed, before, after)


@experiment("overfitting", choice="A higher probability that dropout", seconds=180)
def more_dropout(seed):
    return helps(seed, {"dropped": 0.1}, {"dropped": 0.5})


@experiment("overfitting", choice="Gaussian noise, drawn anew", seconds=180)
def noise_on_the_inputs(seed):
    return helps(seed, {"noise": 0.0}, {"noise": 0.3})


@experiment("overfitting", choice="Pooling by the average", seconds=180, control={"after": {"dropped": 0.5}})
def average_instead_of_maximum(seed, after=None):
    """The control is a measure that helps."""
    return helps(seed, {"pooling": "maximum"}, after or {"pooling": "average"})


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


@exact(
    "batch-gradients",
    choice="Both end at the same parameters; SGD only trades memory for a larger number of steps.",
    control={"size": len(SAMPLES)},
)
def both_end_at_the_same(size=1):
    """With a constant learning rate SGD does not even settle: its last steps still differ from GD's end."""
    rng = np.random.default_rng(0)
    x, y = np.array([[float(a), float(b)] for a, b in SAMPLES]).T
    w = v = 0.0
    for _ in range(1000):
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
    """Of thirty layers: how far their gradients are apart at the start, and what training makes of them.

    Apart is in powers of ten, from the largest to the smallest.
    """
    import torch
    from torch import nn

    def tried(*, normalised):
        torch.manual_seed(seed)
        layers = []
        for _ in range(30):
            layers += [nn.Linear(64, 64), *([nn.BatchNorm1d(64)] if normalised else []), nn.ReLU()]
        network = nn.Sequential(*layers, nn.Linear(64, 2))
        x = torch.randn(256, 64)
        y = (x[:, 0] > 0).long()
        optimizer, norms = torch.optim.SGD(network.parameters(), 0.05), []
        for _ in range(200):
            optimizer.zero_grad()
            nn.functional.cross_entropy(network(x), y).backward()
            norms = norms or [m.weight.grad.norm().item() for m in network if isinstance(m, nn.Linear)][:-1]
            optimizer.step()
        right = float((network(x).argmax(dim=1) == y).float().mean())
        return float(np.ptp(np.log10(np.maximum(norms, 1e-30)))), right

    (plain, stuck), (normalised, learned) = tried(normalised=False), tried(normalised=True)
    figures = {"without": plain, "with": normalised, "right without": stuck, "right with": learned}
    return Found(normalised < plain / 2 and stuck < 0.7 and learned > 0.95, figures)


@experiment(
    "batch-norm",
    choice="When the network is tested, mean and variance are taken from the images of the test set.",
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


@exact(
    "classic-networks",
    choice="A square image of whatever size can be fed to them.",
    control={"networks": POOLED},
)
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
