"""Evidence for problem 7, and the training runs that its figures show.

`python problems/7-model-evaluation.py` trains the three networks on MNIST, writes their curves to
``figures/curves.json`` and draws the figures from them.
"""

import json
from pathlib import Path

import numpy as np

from klausur.evidence import Found, exact, experiment

FIGURES = Path(__file__).parents[1] / "figures"
EPOCHS = 25
SEED = 7
RUNS = ("overfitting", "underfitting", "domain-gap")


def train(name, seed):
    """One of the three runs: its curves, and the accuracy in use (on blurred, off-centre images)."""
    import cv2
    import torch
    from torch import nn

    from klausur.learn.digits import mnist

    torch.manual_seed(seed)
    tarball = mnist.fetch()
    known, new = mnist.read(tarball, mnist.Part.TRAIN), mnist.read(tarball, mnist.Part.VALIDATION)
    samples = {"overfitting": 300, "underfitting": 4000, "domain-gap": 8000}[name]
    x, y = known.pixels[:samples] / np.float32(255), known.labels[:samples].copy()
    v, w = new.pixels[:2000] / np.float32(255), new.labels[:2000]
    rng = np.random.default_rng(seed)
    if name == "overfitting":  # labels of a hurried annotator
        wrong = rng.random(samples) < 0.3
        y[wrong] = rng.integers(10, size=int(wrong.sum()))
    used = np.stack([cv2.GaussianBlur(np.roll(image, (3, -3), (0, 1)), (0, 0), 1.0) for image in v])
    hidden = {"overfitting": 512, "underfitting": 3, "domain-gap": 64}[name]
    network = nn.Sequential(nn.Flatten(), nn.Linear(784, hidden), nn.ReLU(), nn.Linear(hidden, 10))
    rate = {"overfitting": 1e-3, "underfitting": 3e-3, "domain-gap": 2e-4}[name]
    optimizer = torch.optim.Adam(network.parameters(), rate)
    data = {
        "train": (torch.from_numpy(x), torch.from_numpy(y)),
        "validation": (torch.from_numpy(v), torch.from_numpy(w)),
    }
    curves = {f"{part}_{what}": [] for part in data for what in ("loss", "accuracy")}
    for _ in range(EPOCHS):
        for batch in torch.randperm(samples).split(32):
            optimizer.zero_grad()
            images, labels = data["train"]
            nn.functional.cross_entropy(network(images[batch]), labels[batch]).backward()
            optimizer.step()
        with torch.inference_mode():
            for part, (images, labels) in data.items():
                out = network(images)
                curves[f"{part}_loss"].append(round(float(nn.functional.cross_entropy(out, labels)), 4))
                curves[f"{part}_accuracy"].append(
                    round(float((out.argmax(dim=1) == labels).float().mean()), 4)
                )
    with torch.inference_mode():
        answers = network(torch.from_numpy(used)).argmax(dim=1).numpy()
    return {**curves, "deployed": round(float((answers == w).mean()), 4)}


def diagnosed(name):
    """What the curves in a figure amount to. The reader of the first two figures knows of no use."""
    from klausur.learn.diagnose import Curves, diagnose

    plain = json.loads((FIGURES / "curves.json").read_text("utf-8"))[name]
    if name != "domain-gap":
        plain["deployed"] = None
    return diagnose(Curves(**plain, classes=10))


@exact("curves-erin", solution="It overfits: while the training loss still falls, the validation loss rises")
@exact("curves-erin", rubric="[+0.5] overfitting")
def first_figure():
    return diagnosed("overfitting").verdict == "overfitting"


@exact("curves-erin", solution="Against this helps regularisation")
def remedies_of_overfitting():
    return any("regularise" in step for step in diagnosed("overfitting").next_steps)


@exact("curves-mika", solution="It underfits: both losses stay high and close together")
@exact("curves-mika", rubric="[+0.5] named\n        - [+1.5] more capacity")
def second_figure():
    return diagnosed("underfitting").verdict == "underfitting"


@exact("curves-mika", solution="It needs more capacity")
def remedies_of_underfitting():
    return "larger network" in diagnosed("underfitting").next_steps[0]


@exact("curves-deployed", solution="a domain gap")
@exact("curves-deployed", rubric="training and use differ in distribution, domain gap")
def third_figure():
    return diagnosed("domain-gap").verdict == "domain gap"


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
    kept = json.loads((FIGURES / "curves.json").read_text("utf-8"))[name]
    again = train(name, seed)
    apart = max(
        float(np.abs(np.subtract(again[curve], kept[curve])).max()) for curve in kept if curve != "deployed"
    )
    return Found(apart < 0.05, {"largest difference": apart, "accuracy in use": again["deployed"]})


# One over N


def ten_steps(scale, rate=0.01):
    """Weights of a linear model after ten steps of SGD on batches of four, the loss times ``scale``."""
    rng = np.random.default_rng(0)
    x, y, w = rng.normal(size=(40, 3)), rng.normal(size=40), np.zeros(3)
    for n in range(10):
        part = slice(4 * n, 4 * n + 4)
        w = w - rate * scale * 2 * x[part].T @ (x[part] @ w - y[part])
    return w


@exact("one-over-n", solution="a positive factor does not move the minima of a function")
@exact("one-over-n", rubric="the optimal weights stay the same")
def minima():
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(40, 3)), rng.normal(size=40)
    best = np.linalg.lstsq(x, y, rcond=None)[0]
    gradients = [scale * 2 * x.T @ (x @ best - y) for scale in (1.0, 1 / 40)]
    return bool(all(np.allclose(gradient, 0, atol=1e-10) for gradient in gradients))


@exact("one-over-n", solution="After ten steps the weights differ all the same")
@exact("one-over-n", rubric="the weights after ten steps differ")
def weights_after_ten_steps():
    apart = float(np.linalg.norm(ten_steps(1.0) - ten_steps(1 / 40)))
    return Found(apart > 0.01, {"distance": apart})


@exact("one-over-n", solution="taken with a learning rate $N$ times smaller")
@exact("one-over-n", rubric="with them the learning rate, are scaled")
def a_scaled_learning_rate():
    """Dividing the loss by N and multiplying the rate by N gives the same ten steps."""
    return bool(np.allclose(ten_steps(1.0), ten_steps(1 / 40, rate=0.01 * 40)))


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
    epochs = range(1, EPOCHS + 1)
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
        axis.set(xlabel="epoch", ylabel=what, xlim=(1, EPOCHS))
        axis.set_ylim(*((0, None) if what == "loss" else (0, 1.02)))
        axis.grid(color="0.88", linewidth=0.5)
        axis.legend(frameon=False)
    figure.savefig(FIGURES / f"curves-{name}.svg", metadata={"Date": None, "Creator": None})


if __name__ == "__main__":
    import torch

    torch.set_num_threads(1)
    made = {name: train(name, SEED) for name in RUNS}
    (FIGURES / "curves.json").write_text(json.dumps(made, indent=1) + "\n", "utf-8")
    for run_name, run_curves in made.items():
        draw(run_name, run_curves)
