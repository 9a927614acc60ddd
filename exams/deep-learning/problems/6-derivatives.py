"""Evidence for problem 6: every derivative by algebra, and by a step into the complex plane.

The derivative of a function that is smooth there is the imaginary part of f(x + ih) / h: no difference is
taken, so nothing is lost to rounding (Squire and Trapp, SIAM Review 40, 1998).
"""

from functools import cache

import numpy as np
import sympy

from klausur.evidence import always, exact, given, given_formula, not_checkable

x, y = sympy.symbols("x y")
STEP = 1e-30
SAMPLES, INPUTS = 5, 3
"""Of the layers that are drawn at random."""


@cache
def typed():
    """The sigmoid as the question defines it."""
    return given_formula("sigmoid-slope", text=r"\sigma(x) = @.")


@cache
def matrix(words):
    """A matrix that the question gives."""
    return np.array(given_formula("back-sigmoid", text=words).tolist(), dtype=float)


def inputs():
    return matrix(r"X = @, \quad W")


def weights():
    return matrix(r"W = @, \quad b")


def bias():
    return given("back-sigmoid", text=r"b = @ \quad")


def outputs():
    """Those that the question calculates with."""
    return matrix(r"y = \sigma(z) \approx @.")


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def slope(f, at, along):
    """Derivative of f at a point along a direction."""
    return f(at + 1j * STEP * along).imag / STEP


# Slope of the sigmoid


@exact("sigmoid-slope", solution="with $u = @$")
def denominator():
    return 1 / typed()


@exact("sigmoid-slope", solution="and $u' = @$")
def slope_of_the_denominator():
    return sympy.diff(1 / typed(), x)


def inverse_by_the_chain_rule():
    """Derivative of 1/u for any function u of x, written with u and u'."""
    u = sympy.Function("u")(x)
    return sympy.diff(1 / u, x).subs(sympy.diff(u, x), sympy.Symbol("u'")).subs(u, sympy.Symbol("u"))


@exact("sigmoid-slope", solution=r"\sigma'(x) = @ = \frac")
def chain_rule():
    return inverse_by_the_chain_rule()


@exact("sigmoid-slope", solution=r"\sigma'(x) = -\frac{u'}{u^2} = @$$")
@exact("sigmoid-slope", rubric="[+1] $@$ in any form")
@exact("slope-from-output", solution=r"$$\sigma'(x) = @ = y")
def derivative():
    return sympy.diff(typed(), x)


@always("sigmoid-slope", solution=r"\frac{e^{-x}}{(1 + e^{-x})^2}")
def derivative_by_a_complex_step(rng):
    at = rng.normal()
    return slope(sigmoid, at, 1), np.exp(-at) / (1 + np.exp(-at)) ** 2


@exact("sigmoid-slope", rubric="a step on the way is right, by the quotient rule or the chain rule")
def both_rules_lead_there():
    """Numerator 1 and denominator u: (0 · u - 1 · u') / u² is what the chain rule gives, too."""
    u, slope_of_u = sympy.symbols("u u'")
    quotient = (sympy.diff(sympy.Integer(1), x) * u - slope_of_u) / u**2
    values = {u: denominator(), slope_of_u: slope_of_the_denominator()}
    made = [rule.subs(values) - derivative() for rule in (quotient, inverse_by_the_chain_rule())]
    return [sympy.simplify(difference) for difference in made] == [0, 0]


# Slope from the output


def in_terms_of_the_output(expression):
    """An expression of x with y = sigmoid(x) put in for it."""
    return sympy.simplify(expression.subs(x, sympy.log(y / (1 - y))))


@exact("slope-from-output", solution=r"\frac{e^{-x}}{1 + e^{-x}} = @$$", domain={"y": (0, 1)})
@exact("slope-from-output", rubric="[+1] $@$", domain={"y": (0, 1)})
def derivative_in_terms_of_the_output():
    return in_terms_of_the_output(sympy.diff(typed(), x))


@exact("slope-from-output", solution="Since $1 - y = @$")
def one_minus_y():
    return sympy.simplify(1 - typed())


@exact("slope-from-output", solution="Since $@ =", domain={"y": (0, 1)})
@exact("back-sigmoid", solution=r"= y \circ (@)", domain={"y": (0, 1)})
def other_factor():
    """What the derivative has beside the factor y."""
    return in_terms_of_the_output(sympy.diff(typed(), x) / typed())


not_checkable(
    "slope-from-output", rubric="after steps in part right", why="which steps are worth half is a convention"
)


# Back through the sigmoid


@exact("back-sigmoid", text="z = @, \\quad y")
def forward():
    return inputs() @ weights() + bias()


@exact("back-sigmoid", text=r"y = \sigma(z) \approx @.")
def rounded_outputs():
    return np.round(sigmoid(forward()), 1)


@exact("back-sigmoid", solution=r"= y \circ (1 - y) = @ \circ")
def outputs_again():
    return outputs()


@exact("back-sigmoid", solution=r"\begin{pmatrix} 1 \\ \tfrac12 \end{pmatrix} \circ @ =")
def what_they_lack():
    return 1 - outputs()


@exact("back-sigmoid", solution=r"\circ \begin{pmatrix} 0 \\ \tfrac12 \end{pmatrix} = @" + "\n$$")
@exact("back-sigmoid", rubric="[+1] the result $@$")
@exact("back-layer", solution=r"\begin{pmatrix} 1 & 0 \\ 1 & -1 \end{pmatrix} @ = \begin")
def back_through_the_sigmoid():
    return outputs() * (1 - outputs())


@always("back-sigmoid", solution=r"For each entry by itself, $\circ$ being the product of entries")
@always("back-sigmoid", rubric="the formula multiplies entries, not matrices")
def entry_by_entry(rng):
    """An output changes with its own input alone: the Jacobian is diagonal, as of the entries' product."""
    z = rng.normal(size=SAMPLES)
    jacobian = [slope(sigmoid, z, one) for one in np.eye(SAMPLES)]
    return jacobian, np.diag(sigmoid(z) * (1 - sigmoid(z)))


@exact("back-sigmoid", rubric="the values put in have the right dimensions")
def dimensions():
    """A row for each sample and a column for each output, as in what is differentiated."""
    return outputs().shape == forward().shape == (len(inputs()), weights().shape[1])


# Back through the layer


@exact("back-layer", solution=r"= @," + "\n\\qquad")
@exact("back-layer", rubric=r"[+0.5] the result $@$" + "\n- [max 2] derivative by $b$")
def derivative_by_the_weights():
    return inputs().T @ back_through_the_sigmoid()


@exact("back-layer", solution=r"= X^\top d = @ \begin{pmatrix} 0 \\ \tfrac14")
def transposed_inputs():
    return inputs().T


@exact("back-layer", solution=r"\frac{\mathrm{d}y}{\mathrm{d}b} = @ d = 0")
def one_for_each_sample():
    """Derivative of the samples' z by the bias."""
    return np.ones_like(forward()).T


@exact("back-layer", solution=r"\end{pmatrix} d = @ = \tfrac14")
@exact("back-layer", solution=r"0 + \tfrac14 = @" + "\n$$")
@exact("back-layer", rubric=r"[+0.5] the result $@$" + "\n- [-0.5]")
def derivative_by_the_bias():
    return back_through_the_sigmoid().sum()


@exact("back-layer", rubric=r"off by the factor $\frac1n = @$")
def mean_instead_of_the_sum():
    """What a mean over the samples is of their sum."""
    return np.ones(len(inputs())).mean() / np.ones(len(inputs())).sum()


def summed(x, w, b):
    return sigmoid(x @ w + b).sum()


@always("back-layer", rubric="by the chain rule, through $d$ to the weights")
@always("back-layer", rubric=r"product of the right matrices, $X^\top d$")
def weights_by_a_complex_step(rng):
    """Slopes of the summed outputs by each weight, for inputs, weights and bias drawn at random."""
    batch, w, b = rng.normal(size=(SAMPLES, INPUTS)), rng.normal(size=(INPUTS, 1)), rng.normal()
    y = sigmoid(batch @ w + b)
    by_w = [[slope(lambda w: summed(batch, w, b), w, one[:, None])] for one in np.eye(INPUTS)]
    return by_w, batch.T @ (y * (1 - y))


@always("back-layer", solution="so its derivative is summed over them")
@always("back-layer", rubric="by the chain rule, through $d$ to the bias")
@always("back-layer", rubric="the sum over the samples")
def bias_by_a_complex_step(rng):
    """The same by the bias, which took part in every sample."""
    batch, w, b = rng.normal(size=(SAMPLES, INPUTS)), rng.normal(size=(INPUTS, 1)), rng.normal()
    y = sigmoid(batch @ w + b)
    return slope(lambda b: summed(batch, w, b), b, 1), (y * (1 - y)).sum()
