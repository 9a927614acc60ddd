"""Evidence for problem 4: the layers do what they do, and the network of the figure is counted."""

import re
from functools import cache
from pathlib import Path

import numpy as np
import sympy
from numpy.lib.stride_tricks import sliding_window_view

from klausur.evidence import always, exact, experiment, given, not_checkable

FIGURE = (Path(__file__).parents[1] / "figures" / "network.svg").read_text("utf-8")
CONVOLUTIONS = [(int(into), int(out)) for into, out in re.findall(r"conv (\d+) → (\d+)<", FIGURE)]
"""Channels before and behind each convolution, as the figure names them."""
NEURONS = int(re.findall(r"linear x → (\d+)<", FIGURE)[0])
BORDER = 1
"""Pixels that a convolution pads: the question says it in words."""
SMALL = (3, 20)
"""Sizes of the maps that are drawn to see what a layer does."""


@cache
def kernel():
    """Pixels along each side of a convolution's kernel."""
    return given("last-layer", text="has a kernel of @ ×")


@cache
def side():
    """Pixels along each side of an image."""
    return given("flat-size", text="the images are @ pixels wide")


def convolution(maps, kernels, border):
    """Maps (in, h, w) to maps (out, h, w): each window of the padded maps times kernels (out, in, k, k)."""
    padded = np.pad(maps, ((0, 0), (border, border), (border, border)))
    windows = sliding_window_view(padded, kernels.shape[2:], axis=(1, 2))
    return np.einsum("ihwyx,oiyx->ohw", windows, kernels)


def pooling(maps):
    """Maps (c, h, w) to (c, h/2, w/2): the largest of each window of 2 × 2 pixels, in steps of two."""
    return sliding_window_view(maps, (2, 2), axis=(1, 2))[:, ::2, ::2].max(axis=(3, 4))


def convolved(pixels):
    """A side behind a convolution: so many places there are for the kernel on the padded map."""
    return pixels + 2 * BORDER - kernel() + 1


def side_after(blocks):
    """A side of the maps behind so many blocks, each of a convolution and a pooling."""
    pixels = side()
    for _ in range(blocks):
        pixels = convolved(pixels) / 2
    return pixels


# The last layer


@exact("last-layer", solution="Each of the @ neurons has $x$ weights")
@exact("last-layer", rubric="one bias for each neuron, $@$")
def neurons():
    return NEURONS


@exact("last-layer", solution="= @$.")
@exact("last-layer", solution="one bias: $@ =")
def parameters_of_the_linear_layer():
    x = sympy.Symbol("x")
    return NEURONS * x + NEURONS


@exact("last-layer", rubric="a matrix of $@$")
def weights_of_the_linear_layer():
    return NEURONS * sympy.Symbol("x")


@exact("last-layer", rubric="the number of weights or of biases is wrong or left out")
def right_without_the_one_or_the_other():
    """What either mistake leaves out is more than nothing, so the number is another one."""
    left_out = (weights_of_the_linear_layer(), neurons())
    return [parameters_of_the_linear_layer() - part for part in left_out] == list(left_out[::-1])


# Inputs of the last layer


@always("flat-size", solution="Padding makes up for the kernel, so a convolution keeps width and height")
@always("flat-size", rubric="a convolution keeps the size")
def a_convolution_keeps_the_size(rng):
    """With the padding; without it, it would lose what the kernel has beyond one pixel."""
    height, width = rng.integers(*SMALL, size=2)
    maps, kernels = rng.normal(size=(2, height, width)), rng.normal(size=(5, 2, kernel(), kernel()))
    kept, lost = (convolution(maps, kernels, border).shape for border in (BORDER, 0))
    less = kernel() - 1
    return (kept, lost), ((5, height, width), (5, height - less, width - less))


@always("flat-size", solution="Each of the three poolings halves both")
@always("flat-size", rubric="a pooling halves it")
def a_pooling_halves(rng):
    height, width = rng.integers(*SMALL, size=2)
    maps = rng.normal(size=(3, 2 * height, 2 * width))
    return (*pooling(maps).shape, len(CONVOLUTIONS)), (3, height, width, 3)


@exact("flat-size", solution=r"$@ \to 40")
def side_of_the_image():
    return side()


@exact("flat-size", solution=r"80 \to @ \to 20")
@exact("flat-size", rubric="sizes @, 20")
def side_after_one_block():
    return side_after(1)


@exact("flat-size", solution=r"40 \to @ \to 10")
@exact("flat-size", rubric="sizes 40, @ and 10")
def side_after_two_blocks():
    return side_after(2)


@exact("flat-size", solution=r"40 \to 20 \to @$")
@exact("flat-size", rubric="20 and @, and")
def side_after_three_blocks():
    return side_after(3)


@exact("flat-size", solution="The third convolution leaves @ channels")
@exact("flat-size", rubric="10, and @ channels")
def channels_at_the_end():
    return CONVOLUTIONS[2][1]


@exact("flat-size", solution=r"x = 32 \cdot 10^2 = @$.")
@exact("flat-size", solution="Hence $x = @ =")
@exact("flat-size", rubric="$x = @$")
def inputs_of_the_linear_layer():
    return CONVOLUTIONS[2][1] * side_after(3) ** 2


@always("flat-size", rubric="the idea alone: channels times height times width")
def flattened(rng):
    channels, height, width = rng.integers(*SMALL, size=3)
    return np.zeros((channels, height, width)).ravel().shape, (channels * height * width,)


# Normalising activation maps


@experiment(
    "norm-axes", solution="one mean and one variance for each channel, shared by all pixels of the map"
)
@experiment("norm-axes", solution="Behind a fully connected layer it keeps them for each single feature")
@experiment("norm-axes", rubric="[+2] per channel here, per feature there")
@experiment(
    "norm-parameters", solution="A scale and a shift for each channel that comes out of the convolution"
)
def statistics_of_a_framework(seed):
    """What PyTorch's layers keep, and that they normalise by just this: over batch and pixels, or batch."""
    import torch
    from torch import nn

    torch.manual_seed(seed)
    kept = []
    for layer, shape, axes in (
        (nn.BatchNorm2d(5), (8, 5, 6, 7), (0, 2, 3)),
        (nn.BatchNorm1d(5), (8, 5), (0,)),
    ):
        given = torch.randn(shape) * torch.rand(shape[1:]) + torch.randn(shape[1:])
        mean, variance = given.mean(axes, keepdim=True), given.var(axes, keepdim=True, correction=0)
        wanted = (given - mean) / (variance + layer.eps).sqrt()
        other = (given - given.mean()) / (given.var(correction=0) + layer.eps).sqrt()
        made = layer(given)
        scales = [tuple(part.shape) for part in (layer.running_mean, layer.running_var, *layer.parameters())]
        kept.append(
            scales == [(5,)] * 4
            and torch.allclose(layer.running_mean, 0.1 * mean.ravel(), atol=1e-6)
            and torch.allclose(made, wanted, atol=1e-5)
            and not torch.allclose(made, other, atol=0.1)
        )
    return all(kept)


@experiment("norm-axes", rubric='"over the batch" or "over all samples", which is true of both')
def both_look_over_the_batch(seed):
    """Another image in the batch changes what becomes of the first one, behind either layer."""
    import torch
    from torch import nn

    torch.manual_seed(seed)
    changes = []
    for layer, shape in ((nn.BatchNorm2d(5), (8, 5, 6, 7)), (nn.BatchNorm1d(5), (8, 5))):
        given = torch.randn(shape)
        other = given.clone()
        other[-1] += 3
        changes.append(float((layer(given)[0] - layer(other)[0]).abs().min()))
    return min(changes) > 1e-3


@experiment("norm-axes", rubric="weights or single pixels are said to be normalised")
def neither_weights_nor_pixels(seed):
    """Weights stay as they are, and a pixel's mean over the batch is not nothing; its channel's is."""
    import torch
    from torch import nn

    torch.manual_seed(seed)
    convolution, norm = nn.Conv2d(3, 5, 3, padding=1), nn.BatchNorm2d(5)
    before = convolution.weight.detach().clone()
    made = norm(convolution(torch.randn(8, 3, 6, 7) + torch.randn(3, 6, 7)))
    pixels, channels = made.mean(0).abs().mean(), made.mean((0, 2, 3)).abs().max()
    return torch.equal(before, convolution.weight) and float(pixels) > 0.1 and float(channels) < 1e-5


@experiment("norm-axes", rubric="the network's input is said to be normalised")
def the_input_stays(seed):
    """It normalises what the layer before gives; the network's input has the mean that it had."""
    import torch
    from torch import nn

    torch.manual_seed(seed)
    images = torch.randn(8, 3, 6, 7) + 4
    before = images.clone()
    made = nn.Sequential(nn.Conv2d(3, 5, 3, padding=1), nn.BatchNorm2d(5))(images)
    return torch.equal(before, images) and float(images.mean()) > 3 and float(made.mean().abs()) < 1e-5


not_checkable(
    "norm-axes", rubric="the other missing", why="what half an answer earns is a convention of marking"
)


# Parameters


@exact("first-convolution", solution="Each of the @ filters")
@exact("first-convolution", rubric="[+0.5] the @ biases, but the weights are wrong")
def filters():
    return CONVOLUTIONS[0][1]


@exact("first-convolution", solution="covers $@$ pixels")
def pixels_of_a_filter():
    return kernel() ** 2


@exact("first-convolution", solution="pixels of @ channels")
def channels_of_an_image():
    return CONVOLUTIONS[0][0]


@exact("first-convolution", rubric="the biases are left out or wrong, such as @ for the weights alone")
def weights_of_the_first_convolution():
    into, out = CONVOLUTIONS[0]
    return out * into * kernel() ** 2


@exact("first-convolution", solution="has one bias: $8 \\cdot (27 + 1) = @$.")
@exact("first-convolution", solution="bias: $@ = 224")
@exact("first-convolution", rubric="[+2] @, or an expression that equals it")
def parameters_of_the_first_convolution():
    return weights_of_the_first_convolution() + CONVOLUTIONS[0][1]


@exact("first-convolution", rubric="[-0.5 from 2] the @ parameters of the batch normalisation")
def parameters_of_the_first_normalisation():
    return 2 * CONVOLUTIONS[0][1]


@exact("first-convolution", rubric="are added, such as @ in all")
def both_together():
    return parameters_of_the_first_convolution() + parameters_of_the_first_normalisation()


@exact("norm-parameters", solution="(8 + 16 + 32) = @$.")
@exact("norm-parameters", solution="$@ = 112$")
@exact("norm-parameters", rubric="[+2] @")
@exact("norm-parameters", rubric="$@$ or what equals it, but a slip")
def parameters_of_the_normalisations():
    return sum(2 * out for _, out in CONVOLUTIONS)


@exact("norm-parameters", rubric="two for each layer, @ in all, regardless of the channels")
def two_for_each_layer():
    return 2 * len(CONVOLUTIONS)
