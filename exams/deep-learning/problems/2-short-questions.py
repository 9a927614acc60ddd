"""Evidence for problem 2: costs are counted, functions compared, layers and clusterings tried out."""

from fractions import Fraction
from functools import cache
from itertools import pairwise, product

import numpy as np
import sympy

from klausur.evidence import Found, always, exact, given_formula, not_checkable, simulated

k, p, q, x = sympy.symbols("k p q x")


FORMULAS = {"tanh": sympy.tanh(x), "ReLU": sympy.Max(x, 0), "sigmoid": 1 / (1 + sympy.exp(-x))}
sigmoid = sympy.lambdify(x, FORMULAS["sigmoid"])


def relu(at):
    return np.maximum(at, 0)


# More folds

SAMPLES, FOLDS = np.arange(60), (2, 3, 4, 5, 6)


def cross_validation(folds):
    """The samples that each model is trained on, and those that it is validated on."""
    held_out = np.array_split(SAMPLES, folds)
    return [(np.setdiff1d(SAMPLES, part), part) for part in held_out]


def in_terms_of_k(count):
    """What is counted in cross-validations with some numbers of folds, as a polynomial in k."""
    counted = [(folds, count(cross_validation(folds))) for folds in FOLDS]
    return sympy.interpolate([(folds, sympy.Rational(value)) for folds, value in counted], k)


def work_done(models):
    """Samples that all trainings see together; in units of one training on all of them."""
    return Fraction(sum(len(trained) for trained, _ in models), len(SAMPLES))


@exact("folds", solution="Computing time.")
@exact("folds", rubric="more computation, longer training")
def more_folds_take_more_computation():
    done = [work_done(cross_validation(folds)) for folds in (*FOLDS, len(SAMPLES))]
    return all(fewer < more for fewer, more in pairwise(done))


@exact("folds", solution="so there are $@$ trainings")
@exact("folds", rubric="there are $@$ separate trainings")
def trainings():
    return in_terms_of_k(len)


@exact("folds", rubric="separate trainings, each with its validation")
@exact("folds", solution="One model is trained and validated for each fold")
def every_model_has_a_fold_of_its_own_for_validation():
    return all(
        (len(trained) > 0, len(held_out) > 0, set(trained) & set(held_out)) == (True, True, set())
        for folds in FOLDS
        for trained, held_out in cross_validation(folds)
    )


@exact("folds", solution="the share $@$ of the data")
def share_of_the_data():
    """A model's share, on average over the folds."""
    return in_terms_of_k(work_done) / in_terms_of_k(len)


@exact("folds", solution="with $k$ the work grows like $@$.")
def work():
    return in_terms_of_k(work_done)


@exact("folds", rubric="each model sees more data, and each sample serves once for validation")
def more_data_for_each_and_each_validated_once():
    """So neither does a model overfit more for it, nor is there less to validate on."""
    every = [cross_validation(folds) for folds in FOLDS]
    once = {tuple(np.sort(np.concatenate([held_out for _, held_out in models]))) for models in every}
    seen = [min(len(trained) for trained, _ in models) for models in every]
    more = {less < many for less, many in pairwise(seen)}
    return (once, more) == ({tuple(SAMPLES)}, {True})


# A logarithm as activation

GRID = np.linspace(-30, 30, 6001)
"""With 0 in its middle."""


def activation():
    """The question's own function, as a formula."""
    return given_formula("softplus", text="The function $f(x) = @$ can serve")


@cache
def activation_of_numbers():
    return sympy.lambdify(x, activation())


@cache
def slope_of_numbers():
    return sympy.lambdify(x, sympy.diff(activation(), x))


def largest_distance_to(other):
    """And where it is."""
    away = np.abs(activation_of_numbers()(GRID) - other(GRID))
    return float(away.max()), float(GRID[away.argmax()])


@exact("softplus", solution="ReLU.")
@exact("softplus", rubric="- [+1] ReLU")
def closest():
    others = {"tanh": np.tanh, "ReLU": relu, "sigmoid": sigmoid}
    far = {name: largest_distance_to(other)[0] for name, other in others.items()}
    return Found(min(far, key=far.get) == "ReLU" and far["ReLU"] < 1, far)


@cache
def far_left(formula):
    return sympy.limit(formula, x, -sympy.oo)


@cache
def far_right(formula):
    return sympy.limit(formula, x, sympy.oo)


@exact("softplus", solution="$f$ grows without bound like $x$ on the right")
@exact("softplus", solution="and it vanishes on the left")
@exact("softplus", rubric="unbounded above, a sketch of both graphs, the limits on both sides")
def like_relu_on_both_sides_and_like_no_other():
    ends = (far_left(activation()), far_right(activation()))
    alike = [name for name, formula in FORMULAS.items() if (far_left(formula), far_right(formula)) == ends]
    return (alike, ends, far_right(activation() - x)) == (["ReLU"], (0, sympy.oo), 0)


@exact("softplus", solution="while the other two stay below $@$, and")
def bound_of_the_others():
    """Both rise towards it."""
    others = FORMULAS["tanh"], FORMULAS["sigmoid"]
    (bound,) = {far_right(other) for other in others}
    if not all(other.subs(x, sympy.Integer(at)) < bound for other in others for at in range(-9, 9)):
        raise ValueError("one of them is larger")
    return bound


@exact("softplus", solution="The distance to ReLU is largest at $@$, where")
def place_of_the_largest_distance():
    return largest_distance_to(relu)[1]


@exact("softplus", solution=r"where it is $\ln 2 \approx @$")
@exact("softplus", solution=r"where it is $@ \approx")
def largest_distance():
    return largest_distance_to(relu)[0]


@exact("softplus", solution=r"$f'(x) = @ = \sigma(x)$")
def slope():
    return sympy.diff(activation(), x)


@exact("softplus", solution=r"\frac{1}{1 + e^{-x}} = \sigma(x)$")
def slope_is_the_sigmoid():
    return sympy.simplify(sympy.diff(activation(), x) - FORMULAS["sigmoid"]) == 0


def slopes_part(f, at, step=1e-6, least=1e-8):
    """Whether the slope to the left of a place is another than that to its right."""
    return abs((f(at + step) - f(at)) - (f(at) - f(at - step))) > least


@always("softplus", solution="Its advantage is that $f$ has a derivative everywhere")
@always("softplus", rubric="smooth everywhere")
def no_kink(rng):
    """Also at 0, where ReLU has one; so that this would see it."""
    places = [0.0, *rng.normal(size=3)]
    return [any(slopes_part(f, at) for at in places) for f in (activation_of_numbers(), relu)] == [
        False,
        True,
    ]


@exact("softplus", solution="also at $@$, where ReLU has a kink")
@exact("softplus", rubric="where ReLU has no derivative at @")
def place_of_the_kink():
    (only,) = GRID[slopes_part(relu, GRID)]
    return float(only)


@always("softplus", solution=r"since $\sigma$ is positive, no input cuts the gradient off")
@always("softplus", rubric="a gradient for negative inputs too")
def gradient_everywhere(rng):
    """Of ReLU it is 0 for an input below 0."""
    slopes = [(slope_of_numbers()(at), slope_of_relu(at)) for at in 20 * rng.normal(size=2)]
    slopes += [(slope_of_numbers()(at), slope_of_relu(at)) for at in (-9.0, 9.0)]
    return [one > 0 for one, _ in slopes] == [True] * len(slopes) and slopes[-2][1] == 0 < slopes[-1][1]


DATA = np.random.default_rng(0).random((200, 3))
SILENT = np.array([-1.0, -2.0, -0.5])
"""The weights of a neuron whose input is negative for all of the data."""


def gradient_of_a_silent_neuron(slope_of):
    """The largest entry of the gradient by its weights that all of the data gives it, at whatever loss."""
    inputs = DATA @ SILENT
    if inputs.max() >= 0:
        raise ValueError("it is not silent")
    return float((slope_of(inputs)[:, None] * DATA).mean(axis=0).max())


def slope_of_relu(at):
    return np.where(at > 0, 1.0, 0.0)


@exact("softplus", solution="there are no dead neurons")
@exact("softplus", rubric="so that no neuron dies")
def silent_neurons_move():
    return gradient_of_a_silent_neuron(slope_of_numbers()) > 0 == gradient_of_a_silent_neuron(slope_of_relu)


@always("softplus", rubric='"its values are positive", as those of the sigmoid are too')
def both_are_positive(rng):
    at = 5 * rng.normal(size=9)
    return all(f(at).min() > 0 for f in (activation_of_numbers(), sigmoid))


# Two held-out sets

PENALTIES = np.array([0.01, 0.1, 1.0, 10.0, 100.0, 1000.0])
"""The hyperparameter: how much large weights cost a linear model."""

INPUTS, SAMPLES_OF_EACH = 12, 20
"""Of the model; and of training and validation set."""


def errors(rng):
    """Of a model of each penalty: mean squared error on training and validation set, and on all data.

    Inputs have independent normal values, noise has the variance 1; so the last is known without a sample.
    """
    true = rng.normal(0, 0.5, INPUTS)
    (x, y), (v, w) = (
        (inputs, inputs @ true + rng.normal(size=len(inputs)))
        for inputs in rng.normal(size=(2, SAMPLES_OF_EACH, INPUTS))
    )
    fits = np.linalg.solve(x.T @ x + PENALTIES[:, None, None] * np.eye(INPUTS), (x.T @ y)[:, None])[..., 0]
    training, validation = (((fits @ a.T - b) ** 2).mean(axis=1) for a, b in ((x, y), (v, w)))
    return training, validation, ((fits - true) ** 2).sum(axis=1) + 1


@simulated(
    "held-out-sets",
    solution="measures during development how well models with different hyperparameters generalise",
    within=0.2,
    runs=800,
    expected=0.0,
)
@simulated("held-out-sets", rubric="measures generalisation", within=0.2, runs=800, expected=0.0)
def validation_error_less_that_on_all_data(rng):
    """Averaged over models of all penalties; the error on the training set is too small by more than 1."""
    _training, validation, everywhere = errors(rng)
    return float(np.mean(validation - everywhere))


@exact("held-out-sets", solution="it is used\nagain and again, to choose among them.")
@exact("held-out-sets", rubric="to choose hyperparameters")
def chosen_by_validation():
    """The penalty that does best in validation is a good one; that of the least training error is not."""
    rng, chosen = np.random.default_rng(0), []
    for _ in range(300):
        training, validation, everywhere = errors(rng)
        chosen.append([everywhere[training.argmin()], everywhere[validation.argmin()], everywhere.min()])
    by_training, by_validation, best = np.mean(chosen, axis=0)
    gain = np.array([one[0] - one[1] for one in chosen])
    sure = gain.mean() > 4 * gain.std() / np.sqrt(len(gain))
    figures = {"chosen by training": by_training, "by validation": by_validation, "best": best}
    return Found(bool(sure), {name: float(value) for name, value in figures.items()})


MODELS, RIGHT = 20, 0.7
"""Models that are all equally good: each answers so often right."""


def scores(rng):
    """Of each model on two sets of a hundred questions each."""
    return rng.binomial(100, RIGHT, (2, MODELS)) / 100


@simulated(
    "held-out-sets",
    solution="tells once how well the\nchosen model does on data that had no part in any decision",
    within=0.005,
    runs=4000,
    expected=0.0,
)
@simulated("held-out-sets", rubric="judges once, on data never seen", within=0.005, runs=4000, expected=0.0)
def test_score_of_the_chosen(rng):
    """The one best in validation, judged by a test set: its score less what it is worth."""
    validation, test = scores(rng)
    return test[validation.argmax()] - RIGHT


@exact("held-out-sets", solution="The test set stays untouched until all is decided")
@exact("held-out-sets", rubric="kept away until the very end")
def a_set_that_took_part_flatters():
    """The same, and the score on a test set by which the model was chosen: that is too good."""
    rng, kept_away, took_part = np.random.default_rng(0), [], []
    for _ in range(2000):
        validation, test = scores(rng)
        kept_away.append(test[validation.argmax()] - RIGHT)
        took_part.append(test[test.argmax()] - RIGHT)
    off = {"kept away": float(np.mean(kept_away)), "took part": float(np.mean(took_part))}
    return Found(abs(off["kept away"]) < 0.005 and off["took part"] > 0.05, off)


# Gradients in a deep tanh network

STEP, SEEDS = 1e-6, (0, 1, 2)
SATURATED = {"scale": np.sqrt(2.0), "bias": 4.0}
"""Biases so large that tanh is flat nearly everywhere, weights of the variance that suits ReLU."""


def layers_of(scale, bias, seed, layers=40, width=64):
    """Square layers: weights of the variance scale² / width, biases of the variance bias²."""
    rng = np.random.default_rng(seed)
    return [
        (rng.normal(0, scale / np.sqrt(width), (width, width)), rng.normal(0, bias, width))
        for _ in range(layers)
    ]


def passed(made, x, *, relu, skip):
    """What comes out of layers, and the slopes of their activations."""
    slopes = []
    for w, b in made:
        z = w @ x + b
        out = np.maximum(z, 0) if relu else np.tanh(z)
        slopes.append(np.where(z > 0, 1.0, 0.0) if relu else 1 - out**2)
        x = out + x if skip else out
    return x, slopes


def returned(made, slopes, back, *, skip):
    """The gradient at the input of layers, if it is ``back`` at their output."""
    for (w, _), s in zip(made[::-1], slopes[::-1], strict=True):
        back = w.T @ (back * s) + (back if skip else 0)
    return back


def reach(*, scale, bias=0.0, relu=False, skip=False, seed=0):
    """Norm of the gradient at the first layer over that at the last; slopes of each layer; parameters.

    Raises:
        ValueError: of the first three layers it is not what a small step at the input says.
    """
    made, how = layers_of(scale, bias, seed), {"relu": relu, "skip": skip}
    rng = np.random.default_rng(seed)
    h, start, step = rng.normal(size=(3, len(made[0][1])))
    few, (ahead, _), (behind, _) = made[:3], *(passed(made[:3], h + of * step, **how) for of in (STEP, -STEP))
    along = returned(few, passed(few, h, **how)[1], start, skip=skip) @ step
    if not np.isclose(start @ (ahead - behind) / (2 * STEP), along, rtol=1e-3, atol=1e-9):
        raise ValueError("the gradient is wrong")
    _, slopes = passed(made, h, **how)
    ratio = np.linalg.norm(returned(made, slopes, start, skip=skip)) / np.linalg.norm(start)
    return float(ratio), slopes, sum(w.size + b.size for w, b in made)


def steadier(change, before):
    """Whether a change, and it alone, brings the ratio of the gradients nearer to 1, with as many parameters.

    So it does for each of three networks: in powers of ten, to less than half of the distance.
    """
    figures, nearer = {}, []
    for seed in SEEDS:
        (plain, _, many), (after, _, as_many) = (
            reach(seed=seed, **before),
            reach(seed=seed, **{**before, **change}),
        )
        figures |= {f"before, {seed}": plain, f"after, {seed}": after}
        nearer.append((as_many - many, bool(abs(np.log10(after)) < abs(np.log10(plain)) / 2)))
    return Found(set(nearer) == {(0, True)}, figures)


@exact("tanh-gradients", solution=r"For example ReLU instead of $\tanh$")
@exact("tanh-gradients", solution=r"where large inputs saturate $\tanh$, so that gradients vanish")
@exact("tanh-gradients", rubric="[max 1] ReLU - [+0.5] named")
@exact("tanh-gradients", rubric="does not saturate, gradients stay large")
def relu_where_tanh_saturates():
    """The same weights and biases: tanh is flat there, and the gradient dies; ReLU passes it on."""
    vanished, flat, _ = reach(**SATURATED)
    _, steep, _ = reach(**SATURATED, relu=True)
    found = steadier({"relu": True}, SATURATED)
    shown = [vanished < 1e-6, np.mean(flat) < np.mean(steep) / 2, found.value]
    return Found(all(shown), found.figures)


POSITIVE = [Fraction(1, 1000), Fraction(1, 3), Fraction(2), Fraction(10), Fraction(10**6)]


@exact("tanh-gradients", solution=r"is $@$ for every positive input")
def slope_of_relu_on_the_right():
    """The same between any two positive numbers."""
    slopes = {(max(right, 0) - max(left, 0)) / (right - left) for left, right in pairwise(POSITIVE)}
    (only,) = slopes
    return only


@exact("tanh-gradients", solution="It does not mend weights that are themselves too small or too large")
def relu_alone_against_bad_weights():
    """With them, ReLU in the place of tanh leaves the gradients no nearer to those of the last layer."""
    figures, worse = {}, True
    for scale in (0.3, 6.0):
        plain, changed = reach(scale=scale)[0], reach(scale=scale, relu=True)[0]
        figures |= {f"tanh, {scale}": plain, f"ReLU, {scale}": changed}
        worse &= abs(np.log10(changed)) > abs(np.log10(plain)) > 6
    return Found(bool(worse), figures)


@exact("tanh-gradients", solution="Or skip\nconnections")
@exact("tanh-gradients", rubric="[max 1] residual connections - [+0.5] named")
def skip_connections():
    return steadier({"skip": True}, {"scale": 0.3})


@exact("tanh-gradients", solution="travels through the sum, past the layers in between")
@exact("tanh-gradients", rubric="a way for the gradient round the layers")
def past_layers_that_let_nothing_through():
    """All weights are 0: round such layers the gradient arrives whole, through them nothing of it."""
    return (reach(scale=0.0, skip=True)[0], reach(scale=0.0)[0]) == (1.0, 0.0)


@exact("tanh-gradients", solution="Or Xavier initialisation")
@exact("tanh-gradients", solution="and gradients neither vanish nor explode")
@exact("tanh-gradients", rubric="[max 1] Xavier initialisation - [+0.5] named")
def xavier():
    """Against weights that are too small as well as against weights that are too large."""
    small, large = (steadier({"scale": 1.0}, {"scale": scale}) for scale in (0.3, 6.0))
    figures = {
        f"{name}, {of}": v for of, one in ((0.3, small), (6, large)) for name, v in one.figures.items()
    }
    return Found([small.value, large.value] == [True, True], figures)


@exact("tanh-gradients", solution=r"a variance that keeps the inputs of $\tanh$ where it is steep")
@exact("tanh-gradients", rubric="keeps the activations in the steep part")
def steep_in_every_layer():
    """The mean slope of tanh in the layer where it is least; and with weights six times as large."""
    least = {scale: float(min(np.mean(s) for s in reach(scale=scale)[1])) for scale in (1.0, 6.0)}
    return Found(least[1.0] > 0.5 > 2 * least[6.0], {f"slope, {s:g}": v for s, v in least.items()})


def clipped(gradient, most=1.0):
    return gradient * min(1.0, most / np.linalg.norm(gradient))


@always("tanh-gradients", rubric="clipping of gradients, which does nothing for vanishing ones")
def clipping_leaves_small_gradients(rng):
    """One that vanishes stays as it is; one that explodes is shortened."""
    gradient = rng.normal(size=9)
    gradient /= np.linalg.norm(gradient)
    small, large = gradient * 1e-9, gradient * 1e9
    return np.concatenate([clipped(small), clipped(large)]), np.concatenate([small, gradient])


@exact("tanh-gradients", rubric="batch normalisation, which adds parameters; regularisation")
def parameters_added_and_gradients_regularised():
    """A scale and a shift for each neuron; and weights that decay let the gradient vanish even more."""
    width = 64
    scale_and_shift = [np.ones(width), np.zeros(width)]
    ratio, slopes, many = reach(scale=0.3)
    with_normalisation = many + len(slopes) * sum(of.size for of in scale_and_shift)
    decayed, _, _ = reach(scale=0.3 * 0.9)
    return [with_normalisation > many, decayed < ratio] == [True, True]


# Dropout twice


def kept_by_both(first, second):
    """Probability that a neuron survives two independent decisions with these probabilities of keeping it."""
    kept, every = 0, 0
    for one, other in product((True, False), repeat=2):
        chance = (first if one else 1 - first) * (second if other else 1 - second)
        kept += chance if one and other else 0
        every += chance
    if sympy.expand(every) != 1:
        raise ValueError("these are not all outcomes")
    return sympy.expand(kept)


@exact("double-dropout", solution="survives both with probability $@$.")
def survival():
    return kept_by_both(1 - q, 1 - p)


@exact("double-dropout", rubric="finds $@$ for keeping: right as well")
def survival_by_probabilities_of_keeping():
    return kept_by_both(q, p)


@exact("double-dropout", solution="drops with probability $1 - (1 - q)(1 - p) = @$.")
@exact("double-dropout", solution="drops with probability $@ = p")
@exact("double-dropout", rubric="hence $@$ for dropping")
def loss():
    """Not p + q - 2 p q, which forgets that what both drop is dropped too."""
    return sympy.expand(1 - kept_by_both(1 - q, 1 - p))


def patterns(probabilities, neurons=3):
    """Which neurons survive layers that drop with these probabilities: the exact chance of each pattern."""
    chances = {(True,) * neurons: Fraction(1)}
    for dropped in probabilities:
        after = {}
        for (alive, chance), kept in product(chances.items(), product((True, False), repeat=neurons)):
            pattern = tuple(a and b for a, b in zip(alive, kept, strict=True))
            deciding = Fraction(1)
            for one in kept:
                deciding *= 1 - dropped if one else dropped
            after[pattern] = after.get(pattern, 0) + chance * deciding
        chances = after
    return chances


@always("double-dropout", solution="Yes.", draws=20)
@always("double-dropout", solution="One layer does\nthe same", draws=20)
@always("double-dropout", rubric="[+1] yes", draws=20)
@always("double-dropout", rubric="[0] no", draws=20)
def one_layer_does_the_work_of_two(rng):
    """Every pattern of surviving neurons comes as often out of one layer as out of the two."""
    first, second = map(Fraction, rng.random(2))
    return patterns([first, second]) == patterns([first + second - first * second])


NEURONS = 50


@simulated("double-dropout", solution="The two decide independently", within=0.01, expected=0.0, runs=4000)
@simulated("double-dropout", rubric="independent decisions", within=0.01, expected=0.0, runs=4000)
def share_dropped_less_the_formula(rng):
    """By two layers that draw one after the other; probabilities differ from run to run."""
    first, second = rng.random(2)
    alive = np.ones(NEURONS, bool)
    for dropped in (first, second):
        alive &= rng.random(NEURONS) >= dropped
    return float((~alive).mean() - (first + second - first * second))


@exact("double-dropout", rubric="or the product of both for keeping")
def kept_by_one_and_by_the_other():
    return sympy.expand(kept_by_both(1 - q, 1 - p) - (1 - q) * (1 - p)) == 0


@always("double-dropout", rubric="What one layer switched off cannot be switched off again by the other")
def each_is_switched_off_once(rng):
    """The second finds fewer to switch off: together they are fewer than both of them would be apart."""
    first, second = rng.random((2, NEURONS)) < 0.4
    newly = ~first & second
    return bool(first.sum() + newly.sum() == (first | second).sum() < first.sum() + second.sum())


# Overfitting without labels


def clustered(points, clusters):
    """The centres of k-means by Lloyd, from points as the first centres."""
    centres = points[:clusters].copy()
    for _ in range(20):
        nearest = squares(points, centres).argmin(axis=1)
        centres = np.stack([points[nearest == n].mean(axis=0) for n in range(clusters)])
    return centres


def squares(points, centres):
    return ((points[:, None] - centres[None]) ** 2).sum(axis=2)


POINTS = 50


def known_and_new():
    rng = np.random.default_rng(0)
    return rng.normal(size=(POINTS, 2)), rng.normal(size=(10 * POINTS, 2))


def losses(clusters):
    """Of k-means with so many clusters: on its points, and on new ones."""
    points, new = known_and_new()
    centres = clustered(points, clusters)
    return [float(squares(data, centres).min(axis=1).mean()) for data in (points, new)]


@exact("unsupervised-overfitting", solution="its loss is $@$, while")
def loss_with_a_cluster_for_each_point():
    return losses(POINTS)[0]


@exact("unsupervised-overfitting", solution="Yes.")
@exact("unsupervised-overfitting", solution="that of new\npoints is not.")
@exact("unsupervised-overfitting", rubric="[+1] yes")
@exact("unsupervised-overfitting", rubric="[0] no")
@exact("unsupervised-overfitting", rubric="clustering $N$ points into $N$ clusters")
def as_many_clusters_as_points():
    """With two clusters both losses are about the same."""
    (few, few_new), (many, many_new) = losses(2), losses(POINTS)
    figures = {
        "2 clusters": few,
        "on new points": few_new,
        "50 clusters": many,
        "50, on new points": many_new,
    }
    return Found([many == 0, many_new > 0.05, few_new < 1.5 * few] == [True] * 3, figures)


@exact(
    "unsupervised-overfitting",
    solution="with as many clusters as there are points puts a centre on each of them:",
)
def a_centre_on_each_point():
    points, _ = known_and_new()
    return {tuple(point) for point in clustered(points, len(points))} == {tuple(point) for point in points}


def learned_by_heart(images, width):
    """Errors of the best linear autoencoder with a bottleneck this wide: on its images, and on new ones.

    That is one that projects onto as many principal components; without a mean that it would know beside.
    """
    rng = np.random.default_rng(0)
    known, new = rng.normal(size=(images, 40)), rng.normal(size=(200, 40))
    decoder = np.linalg.svd(known, full_matrices=False)[2][:width]
    return [float(np.mean((data @ decoder.T @ decoder - data) ** 2)) for data in (known, new)]


def by_heart(images, width):
    known, new = learned_by_heart(images, width)
    return Found([known < 1e-20, new > 0.5] == [True, True], {"images learned": known, "new images": new})


@exact(
    "unsupervised-overfitting",
    solution="An autoencoder with a wide bottleneck can learn its training images by heart",
)
@exact("unsupervised-overfitting", rubric="an autoencoder with a wide bottleneck")
@exact("unsupervised-overfitting", rubric="as many principal components as points")
def as_wide_as_there_are_images():
    """A narrow one does not: it makes mistakes on both."""
    wide, narrow = by_heart(15, 15), learned_by_heart(15, 3)
    return Found(
        [wide.value, narrow[0] > 0.3] == [True, True], {**wide.figures, "narrow, images learned": narrow[0]}
    )


@exact("unsupervised-overfitting", rubric="or a single image")
def one_image():
    return by_heart(1, 1)


GRADED_BY_EYE = "how well an answer explains, whoever marks it has to see"
not_checkable(
    "unsupervised-overfitting", rubric="an unsupervised method, vaguely explained", why=GRADED_BY_EYE
)
not_checkable("unsupervised-overfitting", rubric="an unsupervised method by its name", why=GRADED_BY_EYE)


# What is wrong with it?


FROM_THE_MIDDLE = (0, -10, 10)


def slope_of_the_sigmoid():
    return sympy.diff(FORMULAS["sigmoid"], x)


@exact("activation-problems", solution="for large $|x|$ its derivative is nearly $@$.")
def slope_far_out():
    left, right = far_left(slope_of_the_sigmoid()), far_right(slope_of_the_sigmoid())
    if left != right:
        raise ValueError("it differs from side to side")
    return left


@exact("activation-problems", solution="The sigmoid saturates")
@exact("activation-problems", rubric="sigmoid: saturates")
def sigmoid_saturates():
    """Its slope is largest in the middle, and a thousandth of that ten to each side."""
    middle, *out = (float(slope_of_the_sigmoid().subs(x, at)) for at in FROM_THE_MIDDLE)
    return all(0 < slope < middle / 1000 for slope in out)


@exact("activation-problems", solution="Its values lie between $@$ and $1$")
def least_of_the_sigmoid():
    return far_left(FORMULAS["sigmoid"])


@exact("activation-problems", solution="Its values lie between $0$ and $@$, so")
def largest_of_the_sigmoid():
    return far_right(FORMULAS["sigmoid"])


@always("activation-problems", solution="and $1$, so they are not\ncentred on zero")
@always("activation-problems", rubric="sigmoid: saturates, or is not centred on zero")
def sigmoid_is_positive(rng):
    """All values on one side; those of tanh are on both, as often here as there."""
    at = rng.normal(size=200)
    return [set(np.sign(f(at))) for f in (sigmoid, np.tanh)] == [{1}, {-1, 1}]


@exact("activation-problems", solution="Its values are never below $@$,")
def least_of_relu():
    return float(relu(GRID).min())


@always("activation-problems", solution="so they are not centred on zero either")
@always("activation-problems", rubric="ReLU: dead neurons, or is not centred on zero")
def relu_has_a_positive_mean(rng):
    """For inputs that are centred on zero themselves: half of their mean distance from it."""
    at = rng.normal(size=200)
    at -= at.mean()
    return relu(at).mean(), np.abs(at).mean() / 2


@exact(
    "activation-problems",
    solution="A neuron with ReLU whose input is negative for all data has no gradient and stays dead.",
)
@exact("activation-problems", rubric="ReLU: dead neurons")
def a_dead_neuron():
    """So no step of gradient descent changes it; with a slope below 0 as well, as softplus has, each does."""
    return gradient_of_a_silent_neuron(slope_of_relu) == 0 < gradient_of_a_silent_neuron(sigmoid)


def collapse(activation, rng):
    """Whether some layers with an activation do to data what they do to unit vectors: are one matrix."""
    layers = rng.normal(size=(int(rng.integers(2, 9)), 4, 4))

    def through(data):
        for layer in layers:
            data = activation(layer @ data)
        return data

    data = rng.normal(size=(4, 9))
    return bool(np.allclose(through(np.eye(4)) @ data, through(data)))


@always(
    "activation-problems", solution="Layers with the identity make up one linear map, however many they are."
)
@always("activation-problems", rubric="identity: brings in no non-linearity")
def layers_collapse(rng):
    """With the identity; with tanh they do not."""
    return [collapse(f, rng) for f in (lambda z: z, np.tanh)] == [True, False]
