"""Evidence for problem 5: each optimiser takes its steps, and a framework's optimisers take the same."""

from functools import cache

import numpy as np
import sympy
from scipy.optimize import minimize_scalar

from klausur.evidence import always, exact, experiment, given, given_formula, not_checkable, simulated

alpha, beta, eta, g, n, v, x = sympy.symbols("alpha beta eta g n v x")

BETA, SMALL_RATE = 0.9, 0.05
FEW, STEPS, BATCH = 9, 400, 32
SIZES = (1, 20)
"""Of runs in which they do not matter; of 0.9 to the 400th nothing is left."""


@cache
def objective():
    """What the questions about the parabola minimise."""
    return given_formula("parabola-minimum", text=r"\mathbb{R}} \; @.$$")


@cache
def height():
    return sympy.lambdify(x, objective())


@cache
def derivative():
    return sympy.lambdify(x, sympy.diff(objective(), x))


def slope(at):
    """Of the parabola."""
    return derivative()(at)


def begin():
    return given("parabola-full-steps", text="begins at $x_0 = @$")


@cache
def full_rate():
    return given("parabola-full-steps", text=r"learning rate $\eta = @$")


@cache
def update():
    k = sympy.Symbol("k")
    formula = given_formula("momentum-symbols", text=r"v^{k+1} = @, \qquad")
    return sympy.lambdify((v, g, alpha, beta), formula.subs({v**k: v, g**k: g}))


def updated(velocity, gradient, rate, kept):
    """The velocity after its update, by the question's formula."""
    return update()(velocity, gradient, rate, kept)


def gathered(gradients, rate, kept):
    """The velocity after these gradients, from rest."""
    velocity, renewed = 0, update()
    for gradient in gradients:
        velocity = renewed(velocity, gradient, rate, kept)
    return velocity


def stepped(at, rate):
    """Where gradient descent on the parabola goes from a place."""
    return descent(derivative(), at, rate, 1)[-1]


def descent(gradient, start, rate, steps=STEPS):
    """Where gradient descent comes by, at first where it starts."""
    path = [start]
    while len(path) <= steps:
        path.append(path[-1] - rate * gradient(path[-1]))
    return np.array(path)


def descent_with_momentum(gradient, start, rate, kept, steps=STEPS):
    path, velocity, renewed = [start], 0, update()
    while len(path) <= steps:
        velocity = renewed(velocity, gradient(path[-1]), rate, kept)
        path.append(path[-1] + velocity)
    return np.array(path)


# Where momentum helps


@always(
    "momentum-why",
    solution="SGD is slow where the slope is small, for its steps are proportional to it.",
)
@always("momentum-why", rubric="slow, small steps")
def steps_follow_the_slope(rng):
    """On a plane whose slope is a part of another's, the same steps lead just that part of the way."""
    steep, part, rate = rng.uniform(size=3)
    ways = [descent(lambda _, s=s: s, 0, rate, FEW) for s in (steep, part * steep)]
    return ways[1], -part * rate * steep * np.arange(len(ways[0]))


@exact("momentum-why", solution=r"steps become $@$ times as long", domain={"beta": (0, 1)})
def agreeing_gradients_add_up():
    """The velocity that the same gradient keeps as it is, against a step without momentum."""
    (lasting,) = sympy.solve(updated(v, g, alpha, beta) - v, v)
    return sympy.simplify(lasting / updated(0, g, alpha, beta))


@always("momentum-why", solution="While gradients keep pointing the same way, momentum adds them up")
@always("momentum-why", rubric="faster as long as gradients agree")
def faster_where_gradients_agree(rng):
    """After many gradients that are alike."""
    kept, rate, gradient = rng.uniform(0, BETA), *rng.uniform(size=2)
    return gathered([gradient] * STEPS, rate, kept), -rate * gradient / (1 - kept)


@always("momentum-why", solution="Across narrow valleys SGD swings to and fro")
def swings_across_narrow_valleys(rng):
    """It changes sides at each step where the valley is narrow for the rate, and never where it is not."""
    curvature, rate = rng.uniform(0, 2, size=2)
    path = descent(lambda at: curvature * at, 1, rate, FEW)
    changes = np.sign(path[1:]) * np.sign(path[:-1])
    return changes, np.full(FEW, np.sign(1 - rate * curvature))


@exact("momentum-why", solution=r"shrinks the steps to $@$ of", domain={"beta": (0, 1)})
def alternating_gradients_cancel():
    """The velocity that a gradient turns round as it turns itself, against a step without momentum."""
    (turning,) = sympy.solve(updated(v, g, alpha, beta) + v, v)
    return sympy.simplify(-turning / updated(0, g, alpha, beta))


@always("momentum-why", solution="There the gradients change sign")
@always("momentum-why", rubric="slows down where gradients alternate")
def slower_where_gradients_alternate(rng):
    """After many gradients that change their sign."""
    kept, rate, gradient = rng.uniform(0, BETA), *rng.uniform(size=2)
    velocity = gathered([gradient, -gradient] * STEPS, rate, kept)
    return velocity, rate * gradient / (1 + kept)


@exact("momentum-why", solution=r"it falls to $@$ of what it was", domain={"beta": (0, 1)})
def noise_against_the_steps():
    """Spread over mean of a velocity that gathers independent noise, against those of one gradient."""
    variance, of_gradients = sympy.symbols("V s")
    of_velocity, of_gradient = (sympy.diff(updated(v, g, alpha, beta), one) for one in (v, g))
    (lasting,) = sympy.solve(of_velocity**2 * variance + of_gradient**2 * of_gradients - variance, variance)
    (mean,) = sympy.solve(updated(v, g, alpha, beta) - v, v)
    return sympy.sqrt(sympy.simplify(lasting / mean**2 / (of_gradients / g**2)))


@simulated(
    "momentum-why",
    solution="And noise of single mini-batches is averaged out",
    expected=1 / 19,
    within=0.006,
    runs=3_000,
)
@simulated(
    "momentum-why", rubric="the weighted average smooths the noise", expected=1 / 19, within=0.006, runs=3_000
)
def noise_is_averaged(rng):
    """Variance of the average that weighs gradients by 0.9, 0.81 …: 0.1 / 1.9 of theirs, which is one."""
    weights = BETA ** np.arange(STEPS // 4)
    return np.average(rng.normal(size=len(weights)), weights=weights) ** 2


WELLS, SLOPE = (-1.2, 1.0), (1.8, 2.2)
"""Minima of the function whose derivative `two_wells` is, the deeper one first; and where descent begins."""


def two_wells(at):
    return (at - WELLS[0]) * at * (at - WELLS[1])


@always("momentum-why", rubric="gets stuck in local minima")
def stuck_in_the_shallow_minimum(rng):
    """Descent without momentum ends in the minimum next to it, though the other one is deeper."""
    path = descent(two_wells, rng.uniform(*SLOPE), SMALL_RATE)
    depths = np.polyval(np.polyint(np.poly([0, *WELLS])), WELLS)
    return (path[-1], depths.min()), (WELLS[1], depths[0])


@always("momentum-why", rubric="keeps its direction and rolls out of a local minimum")
def rolls_out_of_it(rng):
    """With momentum it comes through the shallow minimum and ends in the deeper one."""
    return descent_with_momentum(two_wells, rng.uniform(*SLOPE), SMALL_RATE, BETA)[-1], WELLS[0]


@simulated("momentum-why", rubric="noisy steps", expected=1 / BATCH, within=0.002)
def noise_at_the_minimum(rng):
    """Where the whole gradient of (w - y)² / 2 is nothing, that of a batch has the variance 1 / size."""
    return rng.normal(size=BATCH).mean() ** 2


@always("momentum-why", rubric="one learning rate for all directions", draws=30)
def no_rate_suits_both(rng):
    """Of two curvatures, the worse direction keeps (b - a) / (a + b) of its way at the best common rate.

    With a rate of its own, each would have been at the minimum after one step.
    """
    curvatures = np.sort(rng.uniform(*SIZES, size=2))
    best = minimize_scalar(
        lambda rate: np.abs(1 - rate * curvatures).max(),
        bounds=(0, 2),
        method="bounded",
        options={"xatol": 1e-10},
    )
    return bool(np.isclose(best.fun, np.ptp(curvatures) / curvatures.sum()))


# Two hyperparameters


@experiment("momentum-symbols", solution=r"$\alpha$ is the learning rate")
@experiment("momentum-symbols", rubric=r"$\alpha$: learning rate")
def as_a_framework_names_them(seed):
    """PyTorch's SGD with ``lr`` and ``momentum`` goes where the formula with alpha and beta goes."""
    import torch

    start, rate, kept = np.random.default_rng(seed).uniform((2, 0.05, 0.8), (4, 0.15, 0.9))
    weight = torch.tensor(start, dtype=torch.float64, requires_grad=True)
    optimizer, path = torch.optim.SGD([weight], lr=rate, momentum=kept), [start]
    for _ in range(20):
        optimizer.zero_grad()
        torch.log(torch.cosh(weight)).backward()
        optimizer.step()
        path.append(float(weight))
    return bool(np.allclose(path, descent_with_momentum(np.tanh, start, rate, kept, 20)))


@always("momentum-symbols", solution="is the share of the velocity that lasts to the next step")
@always("momentum-symbols", rubric="how much of the velocity is kept, rate of its accumulation, friction")
def velocity_where_gradients_end(rng):
    """Where gradients end, the share beta of what they have gathered is left after each step."""
    kept, gradients = rng.uniform(), rng.normal(size=FEW)
    before = gathered(gradients, 0.1, kept)
    return [
        gathered([*gradients, *[0] * more], 0.1, kept) for more in range(FEW)
    ], before * kept ** np.arange(FEW)


@exact("momentum-symbols", solution="$@$ is lost, as to a friction")
def lost_velocity():
    return sympy.simplify(1 - updated(v, 0, alpha, beta) / v)


@always("momentum-symbols", solution="So it is a rate of accumulation")
def old_gradients_count_less(rng):
    """What a gradient adds when more have come since, against what it adds when it has just come."""
    kept, gradient = rng.uniform(size=2)
    added = [gathered([gradient, *[0] * since], 1, kept) for since in range(FEW)]
    return np.divide(added, added[0]), kept ** np.arange(FEW)


@exact("momentum-symbols", solution="still counts $@$ times", domain={"k": "natural", "beta": (0, 1)})
def weight_of_old_gradients():
    """What an earlier gradient adds, against the last: solved from how a velocity goes on by itself."""
    k, f = sympy.Symbol("k"), sympy.Function("f")
    return sympy.rsolve(f(k + 1) - updated(f(k), 0, alpha, beta), f(k), {f(0): 1})


not_checkable(
    "momentum-symbols",
    rubric='just "momentum"',
    why="that a name alone is worth half is a convention of marking",
)


# Nesterov


@experiment("nesterov", solution="It looks ahead: it first goes along the velocity gathered so far")
@experiment("nesterov", rubric="a step in the direction of the previous velocity, the gathered gradients")
@experiment("nesterov", rubric="the gradient is taken at the point reached by it")
def where_a_framework_takes_the_gradient(seed):
    """PyTorch's Nesterov momentum takes gradients where the velocity leads, not where the step began."""
    import torch

    start, rate, kept = np.random.default_rng(seed).uniform((2, 0.05, 0.8), (4, 0.15, 0.9))
    weight = torch.tensor(start, dtype=torch.float64, requires_grad=True)
    optimizer, taken = torch.optim.SGD([weight], lr=rate, momentum=kept, nesterov=True), []
    for _ in range(20):
        taken.append(float(weight))
        optimizer.zero_grad()
        torch.log(torch.cosh(weight)).backward()
        optimizer.step()
    at, velocity, began, ahead = start, 0.0, [], []
    for _ in range(20):
        began.append(at)
        ahead.append(at + kept * velocity)
        velocity = updated(velocity, np.tanh(ahead[-1]), rate, kept)
        at += velocity
    return bool(np.allclose(taken, ahead) and np.abs(np.subtract(taken, began)).max() > 0.1)


@always(
    "nesterov",
    solution="If\nthe velocity is about to overshoot, "
    "this gradient already points back and corrects it within the same step.",
)
@always("nesterov", rubric="overshooting is corrected in the same step")
def looking_ahead_corrects(rng):
    """Left of the minimum and on its way beyond: the slope here drives on, where it lands it drives back."""
    lands, before = rng.uniform(size=2)
    ends = [lands + updated(0, slope(where), SMALL_RATE, BETA) for where in (-before, lands)]
    return bool(0 < ends[1] < lands) and bool(lands < ends[0])


not_checkable(
    "nesterov", rubric="just the idea", why="whether an idea is understood is for the corrector to see"
)


# RMSProp


def mean_of_squares(gradients):
    """RMSProp's decaying average, from nothing, after these gradients."""
    average = 0
    for gradient in gradients:
        average = BETA * average + (1 - BETA) * gradient**2
    return average


@experiment("rmsprop", solution="Of first order: it uses gradients only")
@experiment(
    "rmsprop", solution="RMSProp keeps a decaying average of the *squared* gradients, the second moment"
)
@experiment("rmsprop", rubric="[+1] first order")
def path_from_gradients_alone(seed):
    """PyTorch's RMSProp goes where its average of squares says, told the gradients and nothing else.

    The gradients are numbers drawn at random, so there is no function with a curvature to look at.
    """
    import torch

    gradients = np.random.default_rng(seed).normal(size=20)
    weight = torch.zeros((), dtype=torch.float64, requires_grad=True)
    optimizer, path = torch.optim.RMSprop([weight], lr=0.1, alpha=BETA, eps=0), []
    for gradient in gradients:
        weight.grad = torch.tensor(gradient)
        optimizer.step()
        path.append(float(weight))
    steps = [-0.1 * last / np.sqrt(mean_of_squares(gradients[: k + 1])) for k, last in enumerate(gradients)]
    return bool(np.allclose(path, np.cumsum(steps)))


@always("rmsprop", solution="directions of large, swinging gradients are damped")
@always("rmsprop", rubric="damps oscillation")
def swinging_gradients_are_damped(rng):
    """However much larger they are than small, steady ones, its steps are as long there, and no longer."""
    small, large = np.sort(rng.uniform(size=2))
    across = large / np.sqrt(mean_of_squares([-large, large] * STEPS))
    along = small / np.sqrt(mean_of_squares([small, small] * STEPS))
    return (across, along), (1, 1)


@simulated("rmsprop", rubric="RMSProp: average of squares, second moment", expected=2, within=0.2, runs=500)
def second_moment(rng):
    """Of gradients with mean 1 and variance 1: two, and not their variance, from which the mean is taken."""
    return mean_of_squares(rng.normal(1, 1, size=STEPS // 4))


@simulated(
    "rmsprop",
    solution="SGD with momentum keeps an average of the gradients themselves",
    expected=1,
    within=0.1,
    runs=500,
)
@simulated(
    "rmsprop", rubric="SGD with momentum: gathers gradients, first moment", expected=1, within=0.1, runs=500
)
def first_moment(rng):
    """Of the same gradients momentum gathers the mean, as often as steps count."""
    return gathered(rng.normal(1, 1, size=STEPS // 4), -1, BETA) * (1 - BETA)


# The parabola


@exact("parabola-minimum", solution="$x^* = @$")
@exact("parabola-minimum", rubric="- [+1] @")
def minimum():
    return sympy.solve(slope(x), x)[0]


@exact("parabola-full-steps", solution="Never. $x_{k+1} =")
@exact("parabola-full-steps", solution="it jumps between 5 and −5")
@exact("parabola-full-steps", rubric="it does not converge")
@exact("parabola-full-steps", rubric="it overshoots and oscillates")
def full_steps():
    """From any place to its opposite and back: the same for ever, and never at the minimum."""
    there = stepped(x, full_rate())
    return [there, stepped(there, full_rate())] == [-x, x]


@exact("parabola-full-steps", solution="it jumps between @ and")
def where_it_begins():
    return begin()


@exact("parabola-full-steps", solution="between 5 and @.")
def where_it_jumps():
    return stepped(begin(), full_rate())


@exact("parabola-full-steps", solution="$x_{k+1} = @ = -x_k")
@exact("parabola-full-steps", solution="x_k - 2 x_k = @$: it jumps")
def one_full_step():
    return stepped(sympy.Symbol("x_{k}"), full_rate())


@exact("parabola-faster", solution="each step multiplies $x$ by $@$")
def factor_of_a_step():
    return sympy.simplify(stepped(x, eta) / x)


def rates_that_shrink():
    """The rates with which a step multiplies by less than one in modulus."""
    rate = sympy.Symbol("eta", real=True)
    return sympy.solveset(sympy.Abs(factor_of_a_step().subs(eta, rate)) < 1, rate, sympy.S.Reals)


@exact("parabola-faster", solution="with $@ <")
def least_rate():
    return rates_that_shrink().inf


@exact("parabola-faster", solution=r"< \eta < @$")
def largest_rate():
    return rates_that_shrink().sup


@exact("parabola-faster", solution="whose modulus is below @;")
def largest_modulus():
    """Its bound over those rates."""
    rates = rates_that_shrink()
    return max(abs(factor_of_a_step().subs(eta, rate)) for rate in (rates.inf, rates.sup))


@always("parabola-faster", solution="A smaller learning rate: with")
def smaller_rates_converge(rng):
    """From anywhere, with rates below the constant one of 1 and with no others."""
    start, rate = rng.normal(), rng.uniform(0.1, 1.9)
    return bool((abs(descent(derivative(), start, rate)[-1]) < abs(start)) == (rate < full_rate()))


@exact("parabola-faster", solution=r"$\eta = @$ one step")
def half_rate():
    return sympy.solve(factor_of_a_step(), eta)[0]


DECAY = 10


def decaying(at):
    """A rate that begins with the question's and decays as 1 / (1 + k / 10)."""
    slope_at, rate = derivative(), full_rate()
    for k in range(STEPS):
        at = at - rate / (1 + k / DECAY) * slope_at(at)
    return at


def adaptive(at):
    """AdaGrad's rate: divided by the root of all squared gradients so far."""
    slope_at, rate, squares = derivative(), full_rate(), 0
    for _ in range(STEPS):
        squares += slope_at(at) ** 2
        at = at - rate / np.sqrt(squares) * slope_at(at)
    return at


def searched(at):
    """The best rate, looked for along the step."""
    height_at, slope_at = height(), derivative()
    best = minimize_scalar(lambda rate: height_at(at - rate * slope_at(at))).x
    return at - best * slope_at(at)


@always(
    "parabola-faster",
    solution="A decaying rate, an adaptive one such as AdaGrad's, or a line search does it too",
    draws=20,
)
@always("parabola-faster", rubric="smaller, decaying, adaptive, found by line search", draws=20)
def these_converge(rng):
    """From anywhere; so does half the rate, while the constant one of 1 stays as far away as it began."""
    start = rng.normal()
    constant = [descent(derivative(), start, rate)[-1] for rate in (half_rate(), full_rate())]
    ends = [*constant, *(method(start) for method in (decaying, adaptive, searched))]
    return [bool(abs(end) < 1e-6) for end in ends] == [True, False, True, True, True]


@always("parabola-faster", rubric='just "another" or "a suitable" one')
def another_may_be_larger(rng):
    """With another rate that is larger it runs away."""
    path = descent(derivative(), rng.normal(), full_rate() + rng.uniform())
    return bool(abs(path[-1]) > abs(path[0]))


BOUNDS = (0.1, 2)


@exact("parabola-faster", rubric="with a constant rate of @ it still")
def rate_without_change():
    return full_rate()


@always(
    "parabola-faster",
    rubric="gradients clipped: with a constant rate of 1 it still jumps to and fro",
    draws=300,
)
def clipped_gradients_do_not_converge(rng):
    """Once within half the bound, clipping does nothing, and it jumps from x to -x and back for ever."""
    start, bound, slope_at = rng.normal(scale=3), rng.uniform(*BOUNDS), derivative()
    path = descent(lambda at: max(-bound, min(bound, slope_at(at))), start, full_rate())
    return (path[-1], 0 < abs(path[-1]) <= bound / 2), (-path[-2], True)


# Newton's method


def logistic(rng):
    """Gradient and Hessian of a logistic regression's loss, whose inputs have scales of their own."""
    inputs, classes = rng.normal(size=(60, 3)) * (0.1, 1, 3), rng.integers(2, size=60)

    def at(w):
        p = 1 / (1 + np.exp(-inputs @ w))
        hessian = (inputs.T * (p * (1 - p))) @ inputs / len(p) + 1e-3 * np.eye(3)
        return inputs.T @ (p - classes) / len(p) + 1e-3 * w, hessian

    return at


def iterations(function, step, most):
    """How many steps from the origin until the gradient is small; ``most`` if it never is."""
    w = np.zeros(3)
    for count in range(most):
        gradient, hessian = function(w)
        if np.linalg.norm(gradient) < 1e-6:
            return count
        w = w - step(gradient, hessian)
    return most


@always("newton-why", solution="They need far fewer iterations", draws=20)
@always("newton-why", rubric="fewer iterations", draws=20)
def far_fewer_iterations(rng):
    """Gradient descent takes nine times as many or more, at the rate that the curvature allows."""
    function = logistic(rng)
    rate = 1 / np.linalg.eigvalsh(function(np.zeros(3))[1]).max()
    few = iterations(function, lambda gradient, hessian: np.linalg.solve(hessian, gradient), STEPS)
    many = iterations(function, lambda gradient, _: rate * gradient, STEPS)
    return FEW * few < many


@always("newton-why", solution="and no learning rate", draws=20)
@always("newton-why", rubric="a single step; no learning rate to choose", draws=20)
def its_step_has_its_length(rng):
    """A loss in other units has the same step by Newton; on a parabola it is the last one."""
    at = rng.normal()
    return [newton_step(scale * objective(), at) for scale in rng.uniform(size=3)], [0, 0, 0]


COUNTS = (1, 2, 3, 4, 5)


@exact("newton-why", solution="has $@$ entries, too many")
@exact("newton-why", rubric="the Hessian is costly, with $@$ entries")
def entries_of_the_hessian():
    """A polynomial through the counts for a few parameters."""
    counts = [(k, len(sympy.hessian(sum(w), w))) for k in COUNTS for w in [sympy.symbols(f"w0:{k}")]]
    return sympy.interpolate(counts, n)


@always("newton-why", solution="And a mini-batch says too little about it")
@always("newton-why", solution="with fewer samples than a linear model has parameters, it has no inverse")
@always("newton-why", rubric="does not go well with mini-batches")
def rank_from_a_batch(rng):
    """The Hessian of squared errors has no larger rank than there are samples, and full rank with enough."""
    samples, parameters = rng.integers(*SIZES, size=2)
    inputs = rng.normal(size=(samples, parameters))
    return np.linalg.matrix_rank(inputs.T @ inputs), min(samples, parameters)


@exact("newton-why", rubric='just "faster", although each iteration costs more')
def an_iteration_costs_more():
    """Eliminating n unknowns takes multiplications that grow as n³, a plain step n: one for each."""
    counts = [(k, sum((k - one) * (k - one + 1) for one in range(k))) for k in COUNTS]
    return sympy.factor(sympy.interpolate(counts, n)) == n * (n + 1) * (n + 2) / 3


@exact("newton-steps", solution="The problem is quadratic, so its second-order Taylor polynomial is exact")
@exact("newton-steps", rubric="the approximation of second order is exact here")
def taylor():
    about = sympy.Symbol("a")
    return sympy.expand(sympy.series(objective(), x, about, 3).removeO()) == objective()


def newton_step(function, at):
    slope_there, curvature = (sympy.diff(function, x, k).subs(x, at) for k in (1, 2))
    return at - slope_there / curvature


def begin_again():
    return given("newton-steps", text="Again $x_0 = @$")


@exact("newton-steps", solution="One: $x_1 =")
@exact("newton-steps", rubric="- [+0.5] one")
def newton_needs_one():
    """It begins elsewhere, and after one step it is at the minimum."""
    return newton_step(objective(), begin_again()) == minimum() != begin_again()


@exact("newton-steps", solution="$x_1 = @ =")
@exact("newton-steps", solution=r"$x_1 = 5 - \frac{2 \cdot 5}{2} = @$.")
def newton():
    return newton_step(objective(), begin_again())


CONVEX = x**4


@exact("newton-steps", rubric='"because the problem is convex": so is $@$, where')
def a_convex_function():
    """It is convex: its second derivative is nowhere negative."""
    at = sympy.Symbol("x", real=True)
    return CONVEX if sympy.diff(CONVEX, x, 2).subs(x, at).is_nonnegative else None


@exact("newton-steps", rubric="where a step leaves $@$ of the way")
def newton_on_a_convex_function():
    return sympy.simplify(newton_step(CONVEX, x) / x)
