"""Evidence for problem 6: every derivative by algebra, and by finite differences."""

import numpy as np
import sympy

from klausur.evidence import always, exact

x, y = sympy.symbols("x y")
SIGMOID = 1 / (1 + sympy.exp(-x))
X = np.array([[1.0, 1.0], [0.0, -1.0]])
W = np.array([[1.0], [2.0]])
B = 2.0


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


@exact("sigmoid-slope", solution=r"\sigma'(x) = -\frac{u'}{u^2} = @$$")
def derivative():
    return sympy.diff(SIGMOID, x)


@always("sigmoid-slope", solution=r"\frac{e^{-x}}{(1 + e^{-x})^2}")
def derivative_by_differences(rng):
    at, step = rng.normal(0, 3), 1e-6
    slope = (sigmoid(at + step) - sigmoid(at - step)) / (2 * step)
    return abs(slope - np.exp(-at) / (1 + np.exp(-at)) ** 2) < 1e-8


@exact("slope-from-output", solution=r"\frac{e^{-x}}{1 + e^{-x}} = @$$")
def derivative_in_terms_of_the_output():
    inverse = sympy.log(y / (1 - y))
    return sympy.simplify(sympy.diff(SIGMOID, x).subs(x, inverse))


@exact("slope-from-output", solution="Since $1 - y = @$")
def one_minus_y():
    return sympy.simplify(1 - SIGMOID)


@exact("back-sigmoid", text="z = @, \\quad y")
def forward():
    return X @ W + B


ROUNDED = np.array([[1.0], [0.5]])
"""The outputs that the question calculates with."""


@exact("back-sigmoid", text=r"y = \sigma(z) \approx @.")
def rounded_outputs():
    made = np.round(sigmoid(X @ W + B), 1)
    if not (made == ROUNDED).all():
        return sympy.Matrix(made)
    return sympy.Matrix([[1], [sympy.Rational(1, 2)]])


def back_through_the_sigmoid():
    return ROUNDED * (1 - ROUNDED)


@exact("back-sigmoid", solution=r"= @" + "\n$$")
def slope_of_both_samples():
    return back_through_the_sigmoid()


@always("back-sigmoid", solution=r"\frac{\mathrm{d}y}{\mathrm{d}z} = y \circ (1 - y)", draws=30)
def entry_by_entry(rng):
    """The product of entries is the Jacobian's diagonal; a matrix product has another shape."""
    z, step = rng.normal(size=2), 1e-6
    jacobian = np.stack(
        [(sigmoid(z + step * e) - sigmoid(z - step * e)) / (2 * step) for e in np.eye(2)], axis=1
    )
    y = sigmoid(z)
    return bool(np.allclose(jacobian, np.diag(y * (1 - y)), atol=1e-8))


@exact("back-layer", solution="= @,")
def derivative_by_the_weights():
    return X.T @ back_through_the_sigmoid()


@exact("back-layer", solution=r"= X^\top d" + "\n= @ " + r"\begin{pmatrix} 0 \\ \tfrac14")
def transposed_inputs():
    return X.T


@exact("back-layer", solution=r"0 + \tfrac14 = @" + "\n$$")
def derivative_by_the_bias():
    return float(np.array([1.0, 1.0]) @ back_through_the_sigmoid().ravel())


@always("back-layer", solution="so its derivative is summed over them", draws=30)
def layer_by_differences(rng):
    """Sums of the outputs by weights and bias, for inputs, weights and bias drawn at random."""
    inputs, w, b, step = rng.normal(size=(2, 2)), rng.normal(size=(2, 1)), rng.normal(), 1e-6

    def out(w, b):
        return float(sigmoid(inputs @ w + b).sum())

    y = sigmoid(inputs @ w + b)
    d = y * (1 - y)
    by_w = [(out(w + step * e, b) - out(w - step * e, b)) / (2 * step) for e in np.eye(2)[:, :, None]]
    by_b = (out(w, b + step) - out(w, b - step)) / (2 * step)
    return bool(np.allclose((inputs.T @ d).ravel(), by_w, atol=1e-7) and np.isclose(d.sum(), by_b, atol=1e-7))
