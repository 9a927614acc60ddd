"""Evidence for problem 4: the network is walked through layer by layer, and its parameters are counted."""

import numpy as np
import sympy

from klausur.evidence import always, exact

KERNEL, STRIDE, PADDING = 3, 1, 1
CHANNELS = (3, 8, 16, 32)
CLASSES = 4
SIDE = 80


def convolved(side):
    """Width of an activation map behind a convolution."""
    return (side + 2 * PADDING - KERNEL) // STRIDE + 1


def sides():
    """Width of the image and of what each block makes of it."""
    found = [SIDE]
    for _ in CHANNELS[1:]:
        found.append(convolved(found[-1]) // 2)
    return found


@exact("last-layer", solution="= @$.")
@exact("last-layer", solution="one bias each: $@ =")
def parameters_of_the_linear_layer():
    x = sympy.Symbol("x")
    return CLASSES * x + CLASSES


@exact("flat-size", solution=r"x = 32 \cdot 10^2 = @$.")
@exact("flat-size", solution="Hence $x = @ =")
@exact("flat-size", rubric="$x = @$")
def inputs_of_the_linear_layer():
    return CHANNELS[-1] * sides()[-1] ** 2


@exact("flat-size", solution=r"$80 \to 40 \to 20 \to 10$")
@exact("flat-size", rubric="sizes 40, 20 and 10, and 32 channels")
def sizes_after_each_block():
    return sides() == [80, 40, 20, 10] and CHANNELS[-1] == 32


@exact("flat-size", rubric="a convolution keeps the size")
def a_convolution_keeps_the_size():
    return all(convolved(side) == side for side in range(1, 200))


@exact("first-convolution", solution="has one bias: $8 \\cdot (27 + 1) = @$.")
@exact("first-convolution", solution="bias: $@ = 224")
def parameters_of_the_first_convolution():
    return CHANNELS[1] * (KERNEL**2 * CHANNELS[0] + 1)


@exact("norm-parameters", solution="(8 + 16 + 32) = @$.")
@exact("norm-parameters", rubric="[+2] @")
def parameters_of_the_normalisations():
    return sum(2 * channels for channels in CHANNELS[1:])


@always("norm-axes", solution="shared by all pixels of the map", draws=20)
def one_mean_per_channel(rng):
    maps = rng.normal(rng.normal(size=(1, 5, 1, 1)), 2.0, (8, 5, 6, 6))
    mean, deviation = maps.mean(axis=(0, 2, 3), keepdims=True), maps.std(axis=(0, 2, 3), keepdims=True)
    made = (maps - mean) / deviation
    return (
        mean.size == 5 and np.allclose(made.mean(axis=(0, 2, 3)), 0) and not np.allclose(made.mean(axis=0), 0)
    )
