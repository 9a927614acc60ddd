"""Evidence for problem 3: losses and small autoencoders, trained on digits in place of animals."""

from functools import cache

import numpy as np
import sympy

from klausur.evidence import Found, always, exact, experiment, given, not_checkable


@cache
def images(count, *, new=False):
    """Digits (n, 784) with values 0 … 1, and their kinds, which no training here looks at."""
    from klausur.learn.digits import mnist

    part = mnist.Part.VALIDATION if new else mnist.Part.TRAIN
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


def train(encoder, decoder, inputs, wanted, *, loss="l2", epochs=10, kl=None):
    """Train both parts; with ``kl``, a weight, latent vectors are drawn and held to a normal distribution."""
    import torch
    from torch.nn import functional

    compare = {"l1": functional.l1_loss, "l2": functional.mse_loss}[loss]
    optimizer = torch.optim.Adam([*encoder.parameters(), *decoder.parameters()], 1e-3)
    x, y = torch.from_numpy(inputs), torch.from_numpy(wanted)
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


def through(part, values):
    """What comes out of an encoder, a decoder or both."""
    import torch

    with torch.inference_mode():
        return part(torch.from_numpy(values)).numpy()


def error(encoder, decoder, inputs, wanted):
    """Mean squared error of what comes out."""
    return float(((through(decoder, through(encoder, inputs)) - wanted) ** 2).mean())


# Losses, of an image (8, 8) with values 0 … 1 and what came out for it


def l1(image, out):
    return np.abs(image - out).mean()


def l2(image, out):
    return ((image - out) ** 2).sum()


def less_psnr(image, out):
    """The peak signal-to-noise ratio in decibels, with its sign turned; of equal images it is endless."""
    mean_square = ((image - out) ** 2).mean()
    return 10 * np.log10(mean_square) if mean_square > 0 else -np.inf


def less_ssim(image, out):
    """1 - SSIM, in all windows of 4 by 4 pixels (Wang, Bovik, Sheikh and Simoncelli 2004)."""
    a, b = (np.lib.stride_tricks.sliding_window_view(of, (4, 4)).reshape(-1, 16) for of in (image, out))
    mean_a, mean_b = a.mean(axis=1), b.mean(axis=1)
    together = ((a - mean_a[:, None]) * (b - mean_b[:, None])).mean(axis=1)
    light = (2 * mean_a * mean_b + 0.01**2) / (mean_a**2 + mean_b**2 + 0.01**2)
    structure = (2 * together + 0.03**2) / (a.var(axis=1) + b.var(axis=1) + 0.03**2)
    return 1 - (light * structure).mean()


def as_distribution(of):
    return of / of.sum()


def softmax(of):
    return as_distribution(np.exp(of))


def cross_entropy_over_classes(image, out):
    return -(softmax(image) * np.log(softmax(out))).sum()


def hinge(image, out):
    return np.maximum(0.0, 1 - np.sign(image - 0.5) * out).mean()


def kl_divergence(image, out):
    p, q = as_distribution(image), as_distribution(out)
    return (p * np.log(p / q)).sum()


PIXEL_BY_PIXEL, BY_STRUCTURE = (l1, l2, less_psnr), (less_ssim,)
FOR_CLASSES = (cross_entropy_over_classes, hinge, kl_divergence)


def is_least_at_the_image_only(loss, rng):
    """Not for the image brighter, darker, of less or more contrast, noisy, or with its pixels in disorder."""
    image = 0.05 + 0.9 * rng.random((8, 8))
    others = [
        image + 0.05,
        0.9 * image,
        0.5 + 0.9 * (image - 0.5),
        0.5 + 1.1 * (image - 0.5),
        image * rng.uniform(0.9, 1.1, image.shape),
        rng.permuted(image).reshape(image.shape),
    ]
    return all(loss(image, other) > loss(image, image) + 1e-9 for other in others)


def compares_pixels_alone(loss, rng):
    """Whether it stays the same if the pixels of both images are put into one other order."""
    image, out = rng.random((2, 8, 8))
    order = rng.permutation(64)
    moved = [of.ravel()[order].reshape(8, 8) for of in (image, out)]
    return bool(np.isclose(loss(image, out), loss(*moved), rtol=1e-9))


@always("reconstruction-losses", solution="compare images pixel by pixel or by structure")
def what_is_compared(rng):
    by_pixels = [compares_pixels_alone(loss, rng) for loss in (*PIXEL_BY_PIXEL, *BY_STRUCTURE)]
    return by_pixels == [True] * len(PIXEL_BY_PIXEL) + [False] * len(BY_STRUCTURE)


@always("reconstruction-losses", solution="L1 and L2, for example; also SSIM or PSNR")
@always("reconstruction-losses", rubric="L1, L2 or MSE, SSIM, PSNR or another one for reconstructions")
def the_image_itself_is_best(rng):
    return all(is_least_at_the_image_only(loss, rng) for loss in (*PIXEL_BY_PIXEL, *BY_STRUCTURE))


@always("reconstruction-losses", rubric="cross-entropy over classes, hinge, KL divergence")
def another_image_is_as_good(rng):
    """Each of the three likes some other image as well as the one that is wanted, or better."""
    return not any(is_least_at_the_image_only(loss, rng) for loss in FOR_CLASSES)


@always("reconstruction-losses", rubric="L2 and MSE named as if they were two")
def squared_errors_are_proportional(rng):
    """The squared L2 distance is the MSE times the number of pixels: both have the same minimum."""
    one, other = rng.random((2, 8, 8))
    return l2(one, other), one.size * np.mean((one - other) ** 2)


def binary_cross_entropy():
    """Where it is flat in what comes out, y, for a pixel x; and how it curves there."""
    x, y = sympy.symbols("x y")
    loss = -x * sympy.log(y) - (1 - x) * sympy.log(1 - y)
    (flat,) = sympy.solve(sympy.diff(loss, y), y)
    return x, flat, sympy.simplify(sympy.diff(loss, y, 2).subs(y, flat))


def pixels_of_their_own_minimum():
    """The pixels for which it curves upwards there, so that this is its minimum."""
    x, _flat, curvature = binary_cross_entropy()
    return sympy.solve_univariate_inequality(curvature > 0, x, relational=False)


@exact("reconstruction-losses", rubric="is least at the pixel's own value")
def least_at_the_pixel():
    x, flat, curvature = binary_cross_entropy()
    return flat == x and curvature.subs(x, sympy.Rational(1, 3)) > 0


@exact("reconstruction-losses", rubric="Binary cross-entropy of each pixel, between $@$ and $1$")
def least_pixel():
    return pixels_of_their_own_minimum().inf


@exact("reconstruction-losses", rubric="Binary cross-entropy of each pixel, between $0$ and $@$, is")
def largest_pixel():
    return pixels_of_their_own_minimum().sup


@experiment("reconstruction-losses", solution="L1 and L2, for example", seconds=120)
def trained_by_either(seed):
    """Both bring the reconstruction of new images well below the mean image's error.

    L1 takes its time: at first it is content with the median image, which is black.
    """
    import torch

    torch.manual_seed(seed)
    (x, _), (new, _) = images(6000), images(1000, new=True)
    plain = float(((new - x.mean(axis=0)) ** 2).mean())
    figures = {"mean image": plain}
    for loss in ("l1", "l2"):
        encoder, decoder = autoencoder(16)
        train(encoder, decoder, x, x, loss=loss, epochs=40)
        figures[loss] = error(encoder, decoder, new, new)
    return Found(max(figures["l1"], figures["l2"]) < 0.7 * plain, figures)


# Width of the bottleneck

NEEDED = 5
"""Dimensions in which the images below differ; they have twenty pixels."""


def rebuilt(width, rng):
    """Images, and what the best linear autoencoder with a bottleneck this wide makes of them."""
    image = rng.normal(size=(60, NEEDED)) @ rng.normal(size=(NEEDED, 20))
    decoder = np.linalg.svd(image, full_matrices=False)[2][:width]
    return image, image @ decoder.T @ decoder


@always("bottleneck", solution="what is needed to rebuild the image does not fit through", draws=50)
@always("bottleneck", rubric="information is lost", draws=50)
def too_narrow_for_what_is_needed(rng):
    """One dimension less than there is to tell, and no image is as it was; with as many, each is."""
    (image, poor), (other, good) = rebuilt(NEEDED - 1, rng), rebuilt(NEEDED, rng)
    off = np.abs(image - poor).max(axis=1)
    return bool(off.min() > 1e-6 and np.allclose(other, good))


def errors_by_width(seed, widths, samples, epochs):
    import torch

    torch.manual_seed(seed)
    (x, _), (new, _) = images(samples), images(1000, new=True)
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


@experiment("bottleneck", solution="and overfits", seconds=120)
@experiment("bottleneck", rubric="too large: no compression, the identity, overfitting", seconds=120)
def too_large(seed):
    """Few images and a wide bottleneck: new images come out far worse than those learned by heart."""
    training, new = errors_by_width(seed, (256,), 100, 400)[256]
    return Found(new > 5 * training, {"training images": training, "new images": new})


@always("bottleneck", solution="nothing forces it to compress", draws=50)
@always("bottleneck", solution="it may learn the identity", draws=50)
@always("bottleneck", rubric="no compression, the identity", draws=50)
def identity_fits_through(rng):
    """With as many dimensions as pixels whatever is put in comes out again; with one less it does not."""
    encoder, x = rng.normal(size=(20, 20)), rng.normal(size=(30, 20))
    wide, narrow = (x @ encoder[:, :n] @ np.linalg.pinv(encoder[:, :n]) for n in (20, 19))
    return bool(np.allclose(wide, x, atol=1e-6) and not np.allclose(narrow, x, atol=1e-2))


# Ten heaps of images


def groups():
    """How many the question asks for."""
    return given("ten-clusters", text="to split the images into @ groups")


@cache
def trained_on_digits(seed):
    """Images, their kinds, and an autoencoder that has been trained on them without these."""
    import torch

    torch.manual_seed(seed)
    x, kinds = images(6000)
    parts = autoencoder(16)
    train(*parts, x, x, epochs=15)
    return x, kinds, *parts


def with_their_own_kind(group, kinds):
    """The share of images that are of the kind which is most frequent in their group."""
    every = [kinds[group == n] for n in np.unique(group)]
    return sum(int(np.bincount(one).max()) for one in every) / len(kinds)


def nearest_centre(features, seed):
    """For each image the group whose centre, by k-means, is nearest."""
    from scipy.cluster.vq import kmeans2

    centres, _ = kmeans2(features, groups(), minit="++", seed=seed)
    return np.stack([((features - centre) ** 2).sum(axis=1) for centre in centres]).argmin(axis=0)


@exact("ten-clusters", solution="$k$-means with $k = @$")
def groups_that_are_asked_for():
    return groups()


@experiment(
    "ten-clusters", solution="Feed every image to the encoder alone and keep its latent vector", seconds=180
)
@experiment("ten-clusters", solution="Cluster these vectors, for instance by $k$-means", seconds=180)
@experiment("ten-clusters", solution="an image belongs to the group whose centre is nearest", seconds=180)
@experiment("ten-clusters", rubric="latent vectors of all images from the encoder", seconds=180)
@experiment("ten-clusters", rubric="a clustering of these vectors into ten groups", seconds=180)
def clusters_of_latent_vectors(seed):
    """Most images share their group with images of their own kind, unlike in groups drawn by lot."""
    x, kinds, encoder, _decoder = trained_on_digits(seed)
    group = nearest_centre(through(encoder, x), seed)
    own = with_their_own_kind(group, kinds)
    lot = with_their_own_kind(np.random.default_rng(seed).permutation(group), kinds)
    figures = {"with their own kind": own, "drawn by lot": lot}
    return Found(len(group) == len(x) and own > 0.4 > 2 * lot, figures)


@experiment("ten-clusters", rubric="further layers on top, which would have to be trained", seconds=180)
@experiment("ten-clusters", rubric="the whole autoencoder as features, as large as the image", seconds=180)
def layers_on_top_and_whole_outputs(seed):
    """A layer on top that nobody trains sorts worse than clusters; what comes out has all pixels again."""
    from torch import nn

    x, kinds, encoder, decoder = trained_on_digits(seed)
    latent = through(encoder, x)
    clusters = with_their_own_kind(nearest_centre(latent, seed), kinds)
    on_top = with_their_own_kind(through(nn.Linear(16, groups()), latent).argmax(axis=1), kinds)
    as_large = through(decoder, latent).shape == x.shape
    return Found(as_large and on_top < 0.8 * clusters, {"layer on top": on_top, "clusters": clusters})


# Old photographs


@cache
def restorers(seed):
    """Errors on old pictures that were not trained on, after each way of training; kinds have their colours.

    An old picture is grey in three equal channels, and noisy. A picture's three channels follow one another.
    """
    import torch

    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    hues = 2 * np.pi * (np.arange(10)[:, None] / 10 + np.arange(3) / 3)
    colours = (0.5 + 0.5 * np.cos(hues)).astype(np.float32)

    def pictures(count, *, new):
        x, kinds = images(count, new=new)
        return (x[:, None, :] * colours[kinds][:, :, None]).reshape(count, -1)

    def grey(picture):
        return np.tile(picture.reshape(len(picture), 3, 784).mean(axis=1), 3)

    def noise(count):
        return np.tile(rng.normal(0, 0.4, (count, 784)).astype(np.float32), 3)

    def made_old(picture):
        return grey(picture) + noise(len(picture))

    known, true = pictures(6000, new=False), pictures(1000, new=True)
    old = made_old(true)
    ways = {
        "as the key says": (made_old(known), known, "l2"),
        "with L1": (made_old(known), known, "l1"),
        "no noise": (grey(known), known, "l2"),
        "no grey": (known + noise(len(known)), known, "l2"),
        "old targets": (made_old(known), made_old(known), "l2"),
        "grey targets": (made_old(known), grey(known), "l2"),
    }
    found = {"not restored": float(((old - true) ** 2).mean())}
    for name, (inputs, wanted, loss) in ways.items():
        parts = autoencoder(32, outputs=3 * 784, inputs=3 * 784)
        train(*parts, inputs, wanted, loss=loss, epochs=12)
        found[name] = error(*parts, old, true)
    return found


def better(seed, *others):
    """Whether it is better to train as the key says than in other ways, by a fifth at least."""
    found = restorers(seed)
    named = {name: found[name] for name in ("as the key says", *others)}
    return Found(all(1.2 * found["as the key says"] < found[other] for other in others), named)


@experiment("restorer", solution="Each image of the set is made old", seconds=240)
@experiment("restorer", solution="This is the input.", seconds=240)
@experiment("restorer", solution="the loss, L1 or L2, compares it", seconds=240)
@experiment("restorer", rubric="a suitable loss, such as L1 or L2", seconds=240)
def restored(seed):
    """By either loss less than half of the error is left."""
    found = restorers(seed)
    left = {name: found[name] for name in ("not restored", "as the key says", "with L1")}
    return Found(max(left["as the key says"], left["with L1"]) < left["not restored"] / 2, left)


@experiment("restorer", solution="then noise is added", seconds=240)
@experiment("restorer", rubric="inputs get noise", seconds=240)
def trained_without_noise(seed):
    return better(seed, "no noise")


@experiment("restorer", solution="turned to grey", seconds=240)
@experiment("restorer", rubric="inputs are turned to grey", seconds=240)
def trained_without_grey(seed):
    return better(seed, "no grey")


@experiment("restorer", solution="with the image as it was before, in colour and without noise", seconds=240)
@experiment("restorer", rubric="between the network's output and the original in colour", seconds=240)
def trained_towards_old_pictures(seed):
    return better(seed, "old targets")


@experiment("restorer", solution="The output has three channels", seconds=240)
def one_channel_is_too_few(seed):
    """Three equal channels are no more than one: grey pictures, clean, are further off."""
    return better(seed, "grey targets")


MARKING = "how little is too little for a credit is the markers' convention"
not_checkable("ten-clusters", rubric='"clustering" and nothing else', why=MARKING)
not_checkable("restorer", rubric="the name of a loss and nothing else", why=MARKING)
not_checkable("restorer", rubric="another architecture", why="the question asks for the same one")


# Autoencoder and VAE


@cache
def plain_and_variational(seed):
    """The two, trained on the same images: by name, encoder and decoder."""
    import torch

    torch.manual_seed(seed)
    x, _ = images(6000)
    found = {}
    for name, kl in (("autoencoder", None), ("VAE", 1.0)):
        found[name] = autoencoder(4, variational=kl is not None)
        train(*found[name], x, x, epochs=15, kl=kl)
    return found


def latent_of(name, encoder, x, rng):
    """A latent vector of each image as it is handed to the decoder in training."""
    z = through(encoder, x)
    if name == "autoencoder":
        return z
    mean, log_variance = np.split(z, 2, axis=1)
    return (mean + rng.normal(size=mean.shape) * np.exp(log_variance / 2)).astype(np.float32)


@experiment("vae", solution="yields a distribution, its mean and variance, instead of a point", seconds=180)
@experiment("vae", solution="In training a latent vector is drawn from it", seconds=180)
@experiment("vae", rubric="latent vectors are drawn at random", seconds=180)
def latent_vectors_of_one_image(seed):
    """Of a VAE they differ each time, with the variance that its encoder tells; else all are one point."""
    rng, (x, _) = np.random.default_rng(seed), images(1)
    spread = {
        name: latent_of(name, encoder, np.repeat(x, 5000, axis=0), rng).var(axis=0)
        for name, (encoder, _) in plain_and_variational(seed).items()
    }
    told = np.exp(np.split(through(plain_and_variational(seed)["VAE"][0], x)[0], 2)[1])
    right = np.allclose(spread["VAE"], told, rtol=0.1) and spread["VAE"].min() > 0
    figures = {f"variance, {name}": float(of.mean()) for name, of in spread.items()}
    return Found(bool(right and spread["autoencoder"].max() < 1e-6), figures)


@experiment("vae", solution="holds the latent space in shape", seconds=180)
@experiment(
    "vae", solution="the reconstruction loss alone and leaves the latent space as it comes", seconds=180
)
@experiment(
    "vae",
    rubric="the latent space of the VAE is held to a probability distribution, not that of the autoencoder",
    seconds=180,
)
@experiment("vae", rubric="there is a constraint on the latent space", seconds=180)
def latent_spaces(seed):
    """Over all images, the VAE's latent dimensions have about mean 0 and variance 1, the other's not.

    That costs it some of the reconstruction, which the plain one has nothing else to look after.
    """
    rng, (x, _), figures = np.random.default_rng(seed), images(6000), {}
    for name, (encoder, decoder) in plain_and_variational(seed).items():
        z = latent_of(name, encoder, x, rng)
        figures[f"off the normal, {name}"] = float(
            np.mean(np.abs(z.mean(axis=0)) + np.abs(z.var(axis=0) - 1))
        )
        figures[f"error, {name}"] = float(((through(decoder, z) - x) ** 2).mean())
    plain, held, (error_plain, error_held) = (
        figures["off the normal, autoencoder"],
        figures["off the normal, VAE"],
        (figures["error, autoencoder"], figures["error, VAE"]),
    )
    return Found(held < 0.5 < plain / 2 and error_plain < error_held, figures)


def energy_distance(some, others):
    """Between the distributions of two samples of points; 0 if they are one (Székely and Rizzo 2013)."""
    from scipy.spatial.distance import cdist

    return float(2 * cdist(some, others).mean() - cdist(some, some).mean() - cdist(others, others).mean())


@experiment("vae", rubric='"the autoencoder generates new images"', seconds=180)
def decoded_random_vectors(seed):
    """Of normal random latent vectors a VAE makes what is like new digits, the other does not."""
    rng, (new, _) = np.random.default_rng(seed), images(1000, new=True)
    drawn = rng.normal(size=(1000, 4)).astype(np.float32)
    far = {
        name: energy_distance(through(decoder, drawn), new)
        for name, (_, decoder) in plain_and_variational(seed).items()
    }
    return Found(
        far["autoencoder"] > 2 * far["VAE"], {f"from new digits, {name}": of for name, of in far.items()}
    )


def divergence():
    """Of a normal distribution from the standard one: the integral of its density times the log ratio."""
    mean, at = sympy.symbols("m x", real=True)
    variance = sympy.Symbol("v", positive=True)
    density = sympy.exp(-((at - mean) ** 2) / (2 * variance)) / sympy.sqrt(2 * sympy.pi * variance)
    log_ratio = at**2 / 2 - (at - mean) ** 2 / (2 * variance) - sympy.log(variance) / 2
    return mean, variance, sympy.simplify(sympy.integrate(density * log_ratio, (at, -sympy.oo, sympy.oo)))


@exact("vae", solution="which is $@$ in a latent dimension", domain={"v": "positive"})
def divergence_from_the_standard_normal():
    return divergence()[2]


@exact("vae", solution="the KL divergence to a standard normal distribution")
@exact("vae", rubric="- [+0.5] KL divergence")
def least_for_the_standard_normal():
    """It is flat for mean 0 and variance 1 alone, where it is 0 and curves upwards: there it pulls to."""
    mean, variance, value = divergence()
    flat = sympy.solve([sympy.diff(value, of) for of in (mean, variance)], [mean, variance], dict=True)
    there = {mean: 0, variance: 1}
    curves = sympy.hessian(value, (mean, variance)).subs(there).is_positive_definite
    return (flat, value.subs(there), curves) == ([there], 0, True)
