"""Evidence for problem 7, and the training runs that its figures show.

`python problems/7-model-evaluation.py` trains the three networks on MNIST, writes their curves to
``figures/curves.json`` and draws the figures from them.
"""

import json
import re
from pathlib import Path

import numpy as np

from klausur.evidence import Found, always, exact, experiment, not_checkable

FIGURES = Path(__file__).parents[1] / "figures"
SEED, LAST = 7, -1
RUNS = ("overfitting", "underfitting", "domain-gap")
SAMPLES = {"overfitting": 300, "underfitting": 4000, "domain-gap": 8000}
HIDDEN = {"overfitting": 512, "underfitting": 3, "domain-gap": 64}
RATE = {"overfitting": 1e-3, "underfitting": 3e-3, "domain-gap": 2e-4}
CLOSE, HIGH = 0.2, 3
"""Losses are close if they differ by this share, and high if they are so many times a good network's."""


def images(count, *, new=0):
    """The first digits of MNIST's training part, or ``new`` digits of its validation part behind ``count``.

    Returns:
        Pictures (n, 28, 28) with values 0 … 1, and what each is, (n,).
    """
    from klausur.learn.digits import mnist

    found = mnist.read(mnist.fetch(), mnist.Part.VALIDATION if new else mnist.Part.TRAIN)
    part = slice(count, count + new) if new else slice(count)
    return found.pixels[part] / np.float32(255), found.labels[part].copy()


def in_use(pictures):
    """As they come in daily use: off centre, and blurred."""
    import cv2

    return np.stack([cv2.GaussianBlur(np.roll(one, (3, -3), (0, 1)), (0, 0), 1.0) for one in pictures])


def training_set(name, seed):
    """What a network learns from. Where it overfits, a hurried annotator mislabelled a part."""
    x, y = images(SAMPLES[name])
    if name == "overfitting":
        rng = np.random.default_rng(seed)
        wrong = rng.random(len(y)) < 0.3
        y[wrong] = rng.integers(10, size=int(wrong.sum()))
    return x, y


def perceptron(*widths, dropout=0.0, normalised=False):
    """Hidden layers of these widths, each with ReLU, and a linear one for ten classes."""
    from torch import nn

    layers, before = [nn.Flatten()], 784
    for width in widths:
        layers.append(nn.Linear(before, width))
        layers += [nn.BatchNorm1d(width)] if normalised else []
        layers.append(nn.ReLU())
        layers += [nn.Dropout(dropout)] if dropout else []
        before = width
    return nn.Sequential(*layers, nn.Linear(before, 10))


def fit(network, optimizer, train, validation, epochs, *, change=None, schedule=None):
    """Train, in batches of 32, and measure both sets, pictures and classes, after each epoch.

    ``change`` is done to the pictures of a batch first; ``schedule`` takes a step with each batch.
    """
    import torch
    from torch import nn

    data = {
        part: tuple(map(torch.from_numpy, pair))
        for part, pair in {"train": train, "validation": validation}.items()
    }
    curves = {f"{part}_{what}": [] for part in data for what in ("loss", "accuracy")}
    x, y = data["train"]
    for _ in range(epochs):
        network.train()
        for batch in torch.randperm(len(x)).split(32):
            optimizer.zero_grad()
            given = x[batch] if change is None else change(x[batch])
            nn.functional.cross_entropy(network(given), y[batch]).backward()
            optimizer.step()
            if schedule is not None:
                schedule.step()
        network.eval()
        with torch.inference_mode():
            for part, (pictures, classes) in data.items():
                out = network(pictures)
                curves[f"{part}_loss"].append(round(float(nn.functional.cross_entropy(out, classes)), 4))
                right = (out.argmax(dim=1) == classes).float().mean()
                curves[f"{part}_accuracy"].append(round(float(right), 4))
    return curves


def accuracy(network, pictures, classes):
    import torch

    with torch.inference_mode():
        answers = network(torch.from_numpy(pictures)).argmax(dim=1).numpy()
    return round(float((answers == classes).mean()), 4)


def train(name, seed, epochs):
    """One of the three runs: its curves, and the accuracy in use."""
    import torch

    torch.manual_seed(seed)
    (x, y), (v, w) = training_set(name, seed), images(0, new=2000)
    network = perceptron(HIDDEN[name])
    curves = fit(network, torch.optim.Adam(network.parameters(), RATE[name]), (x, y), (v, w), epochs)
    return {**curves, "deployed": accuracy(network, in_use(v), w)}


def ends(curves):
    """Training and validation loss after the last epoch."""
    return curves["train_loss"][LAST], curves["validation_loss"][LAST]


# What the figures show


def kept(name):
    """The curves of a figure."""
    return json.loads((FIGURES / "curves.json").read_text("utf-8"))[name]


def drawn(name):
    """The lines of a figure as they are drawn: training and validation, of the loss, then of accuracy."""
    svg = (FIGURES / f"curves-{name}.svg").read_text("utf-8")
    paths = re.findall(r'<path d="M ([^"]+)" clip-path="[^"]+" style="[^"]*#000000; stroke-width: 1\.2', svg)
    return [np.array([point.split() for point in path.split("L")], dtype=float) for path in paths]


Y, DOWNWARDS = 1, [[1, -1], [-1, 1]]
"""Where a point's height stands, which is counted downwards; correlations of values with such heights."""


@exact("curves-erin", text="is trained for @ epochs")
def epochs_of_the_figures():
    """As many points have all lines of the three figures, each as high as the run's value, to scale."""
    fits = []
    for name in RUNS:
        lines, curves = iter(drawn(name)), kept(name)
        for what in ("loss", "accuracy"):
            values = np.concatenate([curves[f"{part}_{what}"] for part in ("train", "validation")])
            heights = np.concatenate([next(lines)[:, Y], next(lines)[:, Y]])
            fits.append(np.isclose(np.corrcoef(values, heights), DOWNWARDS).all())
    (points,) = {len(line) for name in RUNS for line in drawn(name)}
    return points if all(fits) else None


def trend(losses):
    """By how much it rises from epoch to epoch, on average."""
    return np.polyfit(range(len(losses)), losses, 1)[0]


@exact("curves-erin", solution="It overfits: while the training loss still falls, the validation loss rises")
@exact("curves-erin", rubric="[+0.5] overfitting")
def first_figure():
    """From where the validation loss is least."""
    curves = kept("overfitting")
    least = int(np.argmin(curves["validation_loss"]))
    falls, rises = (trend(curves[f"{part}_loss"][least:]) for part in ("train", "validation"))
    return np.sign([falls, rises]).tolist() == [-1, 1]


def apart(name):
    """The share by which the losses of a figure differ at the end."""
    train_loss, validation_loss = ends(kept(name))
    return 1 - train_loss / validation_loss


@exact("curves-mika", solution="It underfits: both losses stay high and close together")
@exact("curves-mika", rubric="underfitting named")
def second_figure():
    """High compared with those of the third figure, whose network learns the same digits."""
    high = min(ends(kept("underfitting"))) > HIGH * max(ends(kept("domain-gap")))
    return [high, apart("underfitting") < CLOSE] == [True, True]


@exact("curves-mika", rubric="a gap in generalisation")
def no_gap_in_the_second_figure():
    """There is one in the first."""
    return apart("underfitting") < CLOSE < apart("overfitting")


@exact("curves-deployed", solution="a domain gap")
@exact("curves-deployed", rubric="training and use differ in distribution, domain gap")
def third_figure():
    """It neither overfits nor underfits, and yet its accuracy falls in use."""
    curves, poor = kept("domain-gap"), min(ends(kept("underfitting")))
    fits, falls = HIGH * max(ends(curves)) < poor, trend(curves["validation_loss"]) < 0
    drops = curves["deployed"] < CLOSE < curves["validation_accuracy"][LAST]
    return [bool(one) for one in (fits, falls, drops)] == [True, True, True]


@experiment("curves-erin", text="These are the curves of Erin's network", seconds=120, seed=SEED)
def first_run(seed):
    return same_run("overfitting", seed)


@experiment("curves-mika", text="Mika chose another network", seconds=120, seed=SEED)
def second_run(seed):
    return same_run("underfitting", seed)


@experiment("curves-deployed", text="In daily use it does badly all the same", seconds=120, seed=SEED)
def third_run(seed):
    """Trained anew, it also does badly on images of another kind than those that it was validated on."""
    found = same_run("domain-gap", seed)
    return Found(found.value and found.figures["accuracy in use"] < 0.6, found.figures)


def same_run(name, seed):
    """Whether the run behind a figure comes out the same again, to a few percent."""
    before = kept(name)
    again = train(name, seed, len(before["train_loss"]))
    off = max(
        float(np.abs(np.subtract(again[curve], before[curve])).max())
        for curve in before
        if curve != "deployed"
    )
    return Found(off < 0.05, {"largest difference": off, "accuracy in use": again["deployed"]})


# Remedies, tried


def shifted(pictures):
    """A batch of pictures, moved by up to two pixels."""
    import torch

    return torch.roll(pictures, torch.randint(-2, 3, (2,)).tolist(), (1, 2))


@experiment(
    "curves-erin",
    solution="Against this helps regularisation (dropout, weight decay,\naugmented data), a smaller network, "
    "or to stop where the validation loss is least.",
    seconds=240,
    seed=SEED,
)
@experiment(
    "curves-erin",
    rubric="regularisation, less capacity, or early stopping by the validation",
    seconds=240,
    seed=SEED,
)
def remedies_of_overfitting(seed):
    """Erin's run with each of them: with all, the validation loss ends lower than in her own."""
    import torch

    given, validation = training_set("overfitting", seed), images(0, new=2000)
    epochs = len(kept("overfitting")["train_loss"])

    def run(width=HIDDEN["overfitting"], dropout=0.0, decay=0.0, change=None):
        torch.manual_seed(seed)
        network = perceptron(width, dropout=dropout)
        optimizer = torch.optim.Adam(network.parameters(), RATE["overfitting"], weight_decay=decay)
        return fit(network, optimizer, given, validation, epochs, change=change)["validation_loss"]

    plain = run()
    figures = {
        "dropout": run(dropout=0.5)[-1],
        "weight decay": run(decay=0.01)[-1],
        "augmented": run(change=shifted)[-1],
        "smaller": run(width=16)[-1],
        "stopped at its least": min(plain),
    }
    return Found(max(figures.values()) < 0.95 * plain[-1], {"as it is": plain[-1], **figures})


@experiment(
    "curves-mika", solution="It needs more capacity: more neurons, in more layers", seconds=240, seed=SEED
)
@experiment("curves-mika", rubric="more capacity", seconds=240, seed=SEED)
def remedies_of_underfitting(seed):
    """Mika's run with each: more neurons lower both losses, a second layer the training loss again."""
    import torch

    given, validation = training_set("underfitting", seed), images(0, new=2000)

    def run(*widths):
        torch.manual_seed(seed)
        network = perceptron(*widths)
        optimizer = torch.optim.Adam(network.parameters(), RATE["underfitting"])
        return ends(fit(network, optimizer, given, validation, epochs=10))

    plain, wide, deep = run(HIDDEN["underfitting"]), run(32), run(32, 32)
    figures = {"as it is": plain[1], "more neurons": wide[1], "in more layers": deep[1]}
    helped = bool(np.less([wide, deep], plain).all())
    return Found(helped and deep[0] < wide[0], figures)


@experiment(
    "curves-mika",
    solution="Or the optimisation does badly: then a smaller or decaying",
    seconds=240,
    seed=SEED,
)
@experiment("curves-mika", rubric="poor optimisation named", seconds=240, seed=SEED)
@experiment(
    "curves-mika",
    rubric="a lower or decaying learning rate, an optimiser such as Adam, batch",
    seconds=240,
    seed=SEED,
)
def remedies_of_poor_optimisation(seed):
    """A network of enough capacity, with too large a rate: both its losses stay high and close, as Mika's.

    With a tenth of the rate or a rate that decays, with Adam or with batch normalisation both get low.
    """
    import torch

    given, validation = images(2000), images(0, new=2000)

    def run(rate=2.0, decay=None, *, adam=False, normalised=False):
        torch.manual_seed(seed)
        network = perceptron(64, normalised=normalised)
        weights = network.parameters()
        optimizer = torch.optim.Adam(weights) if adam else torch.optim.SGD(weights, rate)
        schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, decay) if decay else None
        return ends(fit(network, optimizer, given, validation, epochs=8, schedule=schedule))

    plain = run()
    tried = {
        "smaller": run(rate=0.2),
        "decaying": run(decay=lambda step: 1 / (1 + step / 10)),
        "Adam": run(adam=True),
        "normalised": run(normalised=True),
    }
    alike = min(plain) > HIGH * max(ends(kept("domain-gap"))) and abs(1 - plain[0] / plain[1]) < CLOSE
    figures = {name: loss for name, (_, loss) in {"as it is": plain, **tried}.items()}
    return Found(alike and HIGH * max(map(max, tried.values())) < min(plain), figures)


def for_use(pictures, classes, seed):
    """A network trained on these, and its accuracy in use on pictures that it has never seen."""
    import torch

    torch.manual_seed(seed)
    network, (v, w) = perceptron(64), images(0, new=2000)
    fit(network, torch.optim.Adam(network.parameters()), (pictures, classes), (v, w), epochs=5)
    return network, accuracy(network, in_use(v), w)


@experiment(
    "curves-deployed", solution="The training data must come closer to those in use", seconds=240, seed=SEED
)
@experiment(
    "curves-deployed",
    solution="collect images there and add them, or augment so that they",
    seconds=240,
    seed=SEED,
)
@experiment(
    "curves-deployed", rubric="make the data alike: another data set, augmentation", seconds=240, seed=SEED
)
@experiment("curves-deployed", rubric="shuffle training and validation set", seconds=240, seed=SEED)
def remedies_of_a_domain_gap(seed):
    """Images from there help, and so does augmentation; another split of the same images does not."""
    import cv2

    rng = np.random.default_rng(seed)
    (x, y), (v, w) = images(4000), images(2000, new=2000)
    moved = [
        cv2.GaussianBlur(np.roll(one, rng.integers(-4, 5, size=2), (0, 1)), (0, 0), rng.uniform(0.3, 1.5))
        for one in x
    ]
    whole, classes = np.concatenate([x, v]), np.concatenate([y, w])
    drawn_anew = rng.permutation(len(whole))[: len(x)]
    made = {
        "as it is": (x, y),
        "collected there": (np.concatenate([x[:2000], in_use(x[2000:])]), y),
        "augmented": (np.concatenate([x, np.stack(moved)]), np.concatenate([y, y])),
        "shuffled": (whole[drawn_anew], classes[drawn_anew]),
    }
    figures = {name: for_use(*given, seed)[1] for name, given in made.items()}
    bad, good = (
        max(figures["as it is"], figures["shuffled"]),
        min(figures["collected there"], figures["augmented"]),
    )
    return Found(bad < 0.5 and good > bad + 0.3, figures)


@experiment(
    "curves-deployed",
    solution="The images in use come from another distribution than those of both sets",
    seconds=240,
    seed=SEED,
)
def told_apart(seed):
    """A network tells images in use from those of the sets, but not those of the one set from the other's."""
    import torch

    def separable(one, other):
        torch.manual_seed(seed)
        x = np.concatenate([one, other])
        y = np.repeat([0, 1], (len(one), len(other)))
        known = np.arange(len(x)) % 2 == 0
        network = perceptron(64)
        optimizer = torch.optim.Adam(network.parameters())
        fit(network, optimizer, (x[known], y[known]), (x[~known], y[~known]), epochs=8)
        return accuracy(network, x[~known], y[~known])

    (x, _), (v, _) = images(2000), images(0, new=2000)
    figures = {"use and sets": separable(in_use(v), x), "both sets": separable(v, x)}
    return Found(figures["use and sets"] > 0.95 and figures["both sets"] < 0.6, figures)


@experiment("curves-deployed", rubric="overfitting to the validation set", seconds=240, seed=SEED)
def as_good_on_fresh_images(seed):
    """On images of the sets' kind that were in neither, it is as good as on the validation set."""
    network, _ = for_use(*images(4000), seed)
    known, fresh = (accuracy(network, *images(begin, new=2000)) for begin in (0, 2000))
    return Found(abs(known - fresh) < 0.03, {"validation set": known, "fresh images": fresh})


not_checkable(
    "curves-mika",
    rubric="a mere description of the curves",
    why="what counts as a reading of curves is a convention",
)
not_checkable(
    "curves-deployed",
    rubric="another test set",
    why="who measures elsewhere trains nothing: there is no effect to look for",
)


# One over N


STEPS, BATCH, WEIGHTS, VALLEYS = 10, 4, 3, 3
PICTURES = STEPS * BATCH
RATE_OF_BOTH = 0.01
ROOM, MANY = (0.5, 2), (2, 60_000)
"""How far apart points without slope lie of a loss that is drawn, and numbers of samples."""


def lowest(loss):
    """Where a polynomial is least, among the points at which it has no slope."""
    flat = np.roots(np.polyder(loss)).real
    return flat[np.argmin(np.polyval(loss, flat))]


@always("one-over-n", solution="No: a positive factor does not move the minima of a function")
@always("one-over-n", rubric="the optimal weights stay the same")
def minima(rng):
    """Losses with two valleys: divided by N, they are least where they were; and turned round, elsewhere."""
    loss = np.polyint(np.poly(np.cumsum(rng.uniform(*ROOM, size=VALLEYS))))
    divided = loss / rng.integers(*MANY)
    return (lowest(divided), lowest(-divided) == lowest(loss)), (lowest(loss), False)


def after_ten_steps(x, y, start, rate, factor):
    """Weights of a linear model after ten steps of plain SGD on the squared error times a factor."""
    w = start
    for k in range(STEPS):
        w = w - rate * factor * x[k].T @ (x[k] @ w - y[k])
    return w


def problem(rng):
    """Inputs (10, 4, 3) in ten batches, initial weights, and the weights that the outputs are made with."""
    return rng.normal(size=(STEPS, BATCH, WEIGHTS)), *rng.normal(size=(2, WEIGHTS))


@always("one-over-n", solution="After ten steps the weights differ all the same")
@always("one-over-n", rubric="the weights after ten steps differ")
def weights_after_ten_steps(rng):
    """Erin has come nearer to the best weights than Mika, who has come nearer than where both began."""
    x, start, best = problem(rng)
    mika, erin = (after_ten_steps(x, x @ best, start, RATE_OF_BOTH, f) - best for f in (1 / PICTURES, 1))
    return np.argsort([np.linalg.norm(way) for way in (erin, mika, start - best)]).tolist() == [0, 1, 2]


@always(
    "one-over-n",
    solution="the factor scales every gradient, and so\neach of Mika's "
    "steps is taken with a learning rate $N$ times smaller than Erin's.",
)
@always("one-over-n", rubric="because the gradients, and with them the learning rate, are scaled")
def a_scaled_learning_rate(rng):
    """Dividing the loss by N, or the rate, leads to the same weights."""
    x, start, best = problem(rng)
    divided = after_ten_steps(x, x @ best, start, RATE_OF_BOTH, 1 / PICTURES)
    return divided, after_ten_steps(x, x @ best, start, RATE_OF_BOTH / PICTURES, 1)


@always("one-over-n", rubric="the loss becomes independent of the size of the data set")
def every_image_twice(rng):
    """True, and beside the point: twice the data leave the mean as it is, and double the sum."""
    x, w, best = problem(rng)
    once = np.square(x @ w - x @ best)
    twice = np.concatenate([once, once])
    return (twice.mean(), twice.sum()), (once.mean(), 2 * once.sum())


def ridge(x, y, factor, decay):
    """The weights that are best for the squared error times a factor, with weight decay."""
    return np.linalg.solve(factor * x.T @ x + decay * np.eye(WEIGHTS), factor * x.T @ y)


@always("one-over-n", rubric="With weight decay the optimal weights would change")
@always("one-over-n", rubric="divided by $N$, a loss has less weight against it")
def weight_decay_moves_the_minimum(rng):
    """A loss divided by N is least where the whole loss is with N times the decay, not with the same."""
    x, y, decay = rng.normal(size=(PICTURES, WEIGHTS)), rng.normal(size=PICTURES), rng.uniform(*ROOM)
    divided, whole = (ridge(x, y, factor, decay) for factor in (1 / PICTURES, 1))
    less = np.linalg.norm(divided) < np.linalg.norm(whole)
    return (*divided, less), (*ridge(x, y, 1, PICTURES * decay), True)


@always("curves-mika", rubric="[0] more regularisation")
def a_penalty_raises_the_training_loss(rng):
    """The best weights fit what was learnt from the worse, the more they are held back."""
    x, y = rng.normal(size=(PICTURES, WEIGHTS)), rng.normal(size=PICTURES)
    decays = np.cumsum(rng.uniform(*ROOM, size=VALLEYS))
    errors = [np.linalg.norm(x @ ridge(x, y, 1, decay) - y) for decay in decays]
    return np.argsort(errors), np.arange(len(errors))


not_checkable(
    "one-over-n",
    rubric="contradictory or unclear",
    why="whether an answer is clear is for the corrector to see",
)


def draw(name, curves):
    """A figure: loss on the left, accuracy on the right."""
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams |= {
        "svg.hashsalt": name,
        "font.size": 8,
        "font.family": "DejaVu Sans",
        "axes.spines.top": False,
        "axes.spines.right": False,
    }
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(1, 2, figsize=(6.3, 2.0), layout="constrained")
    epochs = range(1, len(curves["train_loss"]) + 1)
    for axis, what in zip(axes, ("loss", "accuracy"), strict=True):
        axis.plot(epochs, curves[f"train_{what}"], color="black", linewidth=1.2, label="training")
        axis.plot(
            epochs,
            curves[f"validation_{what}"],
            color="black",
            linewidth=1.2,
            linestyle=(0, (4, 2)),
            label="validation",
        )
        axis.set(xlabel="epoch", ylabel=what, xlim=(1, len(curves["train_loss"])))
        axis.set_ylim(*((0, None) if what == "loss" else (0, 1.02)))
        axis.grid(color="0.88", linewidth=0.5)
        axis.legend(frameon=False)
    figure.savefig(FIGURES / f"curves-{name}.svg", metadata={"Date": None, "Creator": None})


if __name__ == "__main__":
    import torch

    torch.set_num_threads(1)
    EPOCHS = 25
    made = {name: train(name, SEED, EPOCHS) for name in RUNS}
    (FIGURES / "curves.json").write_text(json.dumps(made, indent=1) + "\n", "utf-8")
    for run_name, run_curves in made.items():
        draw(run_name, run_curves)
