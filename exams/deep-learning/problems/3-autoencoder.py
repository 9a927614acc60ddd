"""Evidence for problem 3: small autoencoders, trained on digits in place of animals (ten kinds as well)."""

import numpy as np
import sympy

from klausur.evidence import Found, always, exact, experiment


def images(count, *, test=False):
    """Digits (n, 784) with values 0 … 1, and their kinds, which no training here looks at."""
    from klausur.learn.digits import mnist

    part = mnist.Part.VALIDATION if test else mnist.Part.TRAIN
    found = mnist.read(mnist.fetch(), part)
    return (found.pixels[:count] / np.float32(255)).reshape(count, 784), found.labels[:count]


def autoencoder(width, outputs=784, inputs=784, *, variational=False):
    """Encoder and decoder round a bottleneck; a variational encoder gives mean and log-variance."""
    from torch import nn

    encoder = nn.Sequential(
        nn.Linear(inputs, 128), nn.ReLU(), nn.Linear(128, width * (2 if variational else 1))
    )
    decoder = nn.Sequential(nn.Linear(width, 128), nn.ReLU(), nn.Linear(128, outputs), nn.Sigmoid())
    return encoder, decoder


def train(encoder, decoder, given, wanted, *, loss="l2", epochs=10, kl=None):
    """Train both parts; with ``kl``, a weight, latent vectors are drawn and held to a normal distribution."""
    import torch
    from torch.nn import functional

    compare = {"l1": functional.l1_loss, "l2": functional.mse_loss}[loss]
    optimizer = torch.optim.Adam([*encoder.parameters(), *decoder.parameters()], 1e-3)
    x, y = torch.from_numpy(given), torch.from_numpy(wanted)
    for _ in range(epochs):
        for batch in torch.randperm(len(x)).split(64):
            z, more = encoder(x[batch]), 0.0
            if kl is not None:
                mean, spread = z.chunk(2, dim=1)
                more = kl * 0.5 * (mean**2 + spread.exp() - 1 - spread).sum(dim=1).mean() / 784
                z = mean + torch.randn_like(mean) * (spread / 2).exp()
            optimizer.zero_grad()
            (compare(decoder(z), y[batch]) + more).backward()
            optimizer.step()


def error(encoder, decoder, given, wanted):
    """Mean squared error of what comes out."""
    import torch

    with torch.inference_mode():
        out = decoder(encoder(torch.from_numpy(given)))
    return float(((out.numpy() - wanted) ** 2).mean())


# Losses


@always("reconstruction-losses", rubric="L2 and MSE named as if they were two")
def squared_errors_are_proportional(rng):
    """The squared L2 distance is the MSE times the number of pixels: both have the same minimum."""
    one, other = rng.random((2, 50))
    return np.sum((one - other) ** 2), 50 * np.mean((one - other) ** 2)


@exact("reconstruction-losses", rubric="is least at the pixel's own value")
def binary_cross_entropy():
    x, y = sympy.symbols("x y", positive=True)
    loss = -x * sympy.log(y) - (1 - x) * sympy.log(1 - y)
    least = sympy.solve(sympy.diff(loss, y), y)
    return least == [x] and sympy.simplify(sympy.diff(loss, y, 2).subs(y, x) - 1 / (x * (1 - x))) == 0


@experiment("reconstruction-losses", solution="L1 and L2, for example", seconds=120)
def trained_by_either(seed):
    """Both bring the reconstruction of new images well below the mean image's error.

    L1 takes its time: at first it is content with the median image, which is black.
    """
    import torch

    torch.manual_seed(seed)
    (x, _), (new, _) = images(6000), images(1000, test=True)
    plain = float(((new - x.mean(axis=0)) ** 2).mean())
    figures = {"mean image": plain}
    for loss in ("l1", "l2"):
        encoder, decoder = autoencoder(16)
        train(encoder, decoder, x, x, loss=loss, epochs=40)
        figures[loss] = error(encoder, decoder, new, new)
    return Found(max(figures["l1"], figures["l2"]) < 0.7 * plain, figures)


# Width of the bottleneck


def errors_by_width(seed, widths, samples, epochs):
    import torch

    torch.manual_seed(seed)
    (x, _), (new, _) = images(samples), images(1000, test=True)
    found = {}
    for width in widths:
        encoder, decoder = autoencoder(width)
        train(encoder, decoder, x, x, epochs=epochs)
        found[width] = (error(encoder, decoder, x, x), error(encoder, decoder, new, new))
    return found


@experiment("bottleneck", solution="the reconstructions are poor, the model underfits", seconds=120)
@experiment("bottleneck", rubric="too small: poor reconstructions", seconds=120)
def too_small(seed):
    """Through one dimension even the training images come out badly, compared with 32."""
    found = errors_by_width(seed, (1, 32), 4000, 12)
    figures = {"1 dimension": found[1][0], "32 dimensions": found[32][0]}
    return Found(found[1][0] > 2 * found[32][0], figures)


@experiment("bottleneck", solution="overfits", seconds=120)
@experiment("bottleneck", rubric="too large: no compression", seconds=120)
def too_large(seed):
    """Few images and a wide bottleneck: new images come out far worse than those learned by heart."""
    training, new = errors_by_width(seed, (256,), 100, 400)[256]
    return Found(new > 5 * training, {"training images": training, "new images": new})


@exact("bottleneck", solution="It may learn the identity")
def identity_fits_through():
    """With as many dimensions as inputs, encoder and decoder can undo each other exactly."""
    rng = np.random.default_rng(0)
    encoder = rng.normal(size=(20, 20))
    x = rng.normal(size=(100, 20))
    return bool(np.allclose(x @ encoder @ np.linalg.inv(encoder), x))


# Ten heaps of images


@experiment(
    "ten-clusters", solution="Cluster these vectors, for instance by $k$-means with $k = 10$", seconds=180
)
@experiment("ten-clusters", rubric="a clustering of these vectors into ten groups", seconds=180)
def clusters_of_latent_vectors(seed):
    """Most images share their group with images of their own kind; by chance one in ten would."""
    import torch
    from scipy.cluster.vq import kmeans2

    torch.manual_seed(seed)
    x, kinds = images(6000)
    encoder, decoder = autoencoder(16)
    train(encoder, decoder, x, x, epochs=15)
    with torch.inference_mode():
        latent = encoder(torch.from_numpy(x)).numpy()
    _, group = kmeans2(latent, 10, minit="++", seed=seed)
    own = sum(int(np.bincount(kinds[group == n], minlength=10).max()) for n in range(10))
    return Found(own / len(x) > 0.4, {"with their own kind": own / len(x)})


# Old photographs


@experiment("restorer", solution="Each image of the set is made old", seconds=180)
@experiment("restorer", rubric="between the network's output and the original in colour", seconds=180)
def restored(seed):
    """Digits tinted by their kind: grey and noisy ones go in, the coloured originals are the targets."""
    import torch

    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    tints = rng.uniform(0.2, 1.0, (10, 3)).astype(np.float32)

    def old_and_new(count, *, test):
        x, kinds = images(count, test=test)
        colour = x[:, None, :] * tints[kinds][:, :, None]
        grey = colour.mean(axis=1)
        return (grey + rng.normal(0, 0.15, grey.shape)).astype(np.float32), colour.reshape(count, -1)

    (given, wanted), (old, true) = old_and_new(10_000, test=False), old_and_new(1000, test=True)
    encoder, decoder = autoencoder(32, outputs=3 * 784)
    train(encoder, decoder, given, wanted, epochs=15)
    before = float(((np.tile(old, 3) - true) ** 2).mean())
    after = error(encoder, decoder, old, true)
    return Found(after < before / 2, {"error before": before, "restored": after})


# Autoencoder and VAE


@experiment("vae", solution="holds the latent space in shape", seconds=180)
@experiment("vae", rubric="the latent space of the VAE is held to a probability distribution", seconds=180)
def latent_spaces(seed):
    """Over all images, the VAE's latent dimensions have about mean 0 and variance 1, the other's not."""
    import torch

    torch.manual_seed(seed)
    x, _ = images(6000)
    off = {}
    for name in ("autoencoder", "VAE"):
        variational = name == "VAE"
        encoder, decoder = autoencoder(4, variational=variational)
        train(encoder, decoder, x, x, epochs=15, kl=1.0 if variational else None)
        with torch.inference_mode():
            z = encoder(torch.from_numpy(x))
            if variational:
                mean, spread = z.chunk(2, dim=1)
                z = mean + torch.randn_like(mean) * (spread / 2).exp()
        off[name] = float((z.mean(dim=0).abs() + (z.var(dim=0) - 1).abs()).mean())
    return Found(
        off["VAE"] < 0.5 < off["autoencoder"] / 2, {f"off the normal, {k}": v for k, v in off.items()}
    )


@exact("vae", solution="the KL divergence to a standard normal distribution")
def divergence():
    """The closed form used in training against the integral, for some means and variances."""
    at = np.linspace(-40, 40, 400_001)
    for mean, variance in ((0.0, 1.0), (1.5, 0.5), (-2.0, 3.0)):
        q = np.exp(-((at - mean) ** 2) / (2 * variance)) / np.sqrt(2 * np.pi * variance)
        log_ratio = -((at - mean) ** 2) / (2 * variance) - 0.5 * np.log(variance) + at**2 / 2
        integral = float(np.sum(q * log_ratio) * (at[1] - at[0]))
        if abs(integral - 0.5 * (mean**2 + variance - 1 - np.log(variance))) > 1e-6:
            return False
    return True
