"""Evidence for problem 5: each optimiser takes its steps."""

import numpy as np
import sympy

from klausur.evidence import Found, always, exact

eta, x = sympy.symbols("eta x")


def slope(at):
    """Derivative of x²."""
    return 2 * at


def descend(start, rate, steps):
    """Where gradient descent on x² comes by, exactly."""
    found = [sympy.nsimplify(start)]
    for _ in range(steps):
        found.append(found[-1] - rate * slope(found[-1]))
    return found


VALLEY = np.array([1.0, 60.0])
"""Curvatures of a long valley: f(x) = (x₁² + 60 x₂²) / 2."""


def steps_through_the_valley(rate, beta=0.0, *, ahead=False, most=5000):
    """Steps until the gradient is small, by gradient descent with momentum, and the path."""
    at, v = np.array([30.0, 1.0]), np.zeros(2)
    path = [at]
    for n in range(most):
        if np.linalg.norm(VALLEY * at) < 1e-3:
            return n, np.array(path)
        v = beta * v - rate * VALLEY * (at + beta * v if ahead else at)
        at = at + v
        path.append(at)
    return most, np.array(path)


@exact("momentum-why", solution="momentum adds them up to larger steps")
@exact("momentum-why", rubric="slow, small steps")
def faster_where_gradients_agree():
    plain, _ = steps_through_the_valley(0.02)
    fast, _ = steps_through_the_valley(0.02, 0.9)
    return Found(fast < plain / 2, {"steps without": plain, "steps with": fast})


@exact("momentum-why", solution="the gradients change sign and cancel in the average")
@exact("momentum-why", rubric="slows down where gradients alternate")
def alternating_gradients_cancel():
    """The sum of a velocity fed by +1, -1, +1 … stays below that fed by +1 all the time."""
    turns, same = 0.0, 0.0
    for n in range(200):
        turns, same = 0.9 * turns + (-1) ** n, 0.9 * same + 1
    return Found(abs(turns) < abs(same) / 10, {"alternating": abs(turns), "agreeing": same})


@exact("momentum-why", solution="noise of single mini-batches is averaged out")
@exact("momentum-why", rubric="the weighted average smooths the noise")
def noise_is_averaged():
    rng = np.random.default_rng(0)
    noise, v, kept = rng.normal(size=20_000), 0.0, []
    for value in noise:
        v = 0.9 * v + 0.1 * value
        kept.append(v)
    return Found(
        float(np.std(kept)) < 0.5, {"spread before": float(noise.std()), "after": float(np.std(kept))}
    )


@exact("momentum-symbols", solution="how much of the velocity lasts to the next step")
@exact("momentum-symbols", rubric="how much of the velocity is kept")
def velocity_without_gradients():
    beta, v = sympy.symbols("beta v")
    return sympy.simplify((beta * v - 0) / v) == beta


@exact("nesterov", solution="computes the gradient where it would land")
@exact("nesterov", rubric="overshooting is corrected in the same step")
def looking_ahead_overshoots_less():
    """The farthest that each swings beyond the valley's floor."""
    _, plain = steps_through_the_valley(0.015, 0.9)
    _, ahead = steps_through_the_valley(0.015, 0.9, ahead=True)
    beyond = [float(-path[:, 0].min()) for path in (plain, ahead)]
    return Found(beyond[1] < beyond[0], {"momentum": beyond[0], "Nesterov": beyond[1]})


@exact("rmsprop", solution="which damps directions that oscillate")
@exact("rmsprop", rubric="second moment, damps oscillation")
def first_steps_by_rmsprop():
    """Its step across the valley, compared with that along it, is far shorter than plain descent's."""
    gradient = VALLEY * np.array([30.0, 1.0]) * np.array([1.0, 5.0])
    scaled = gradient / np.sqrt(0.1 * gradient**2)
    plain, damped = (float(abs(step[1] / step[0])) for step in (gradient, scaled))
    return Found(damped < plain / 5, {"across to along, plain": plain, "RMSProp": damped})


@exact("rmsprop", solution="Of first order: it uses gradients only")
@exact("rmsprop", rubric="first order")
def blind_to_curvature():
    """Two functions with equal gradients at a point, and other curvatures, give the same step."""

    def step(f, at=1.5):
        g = sympy.diff(f, x).subs(x, at)
        return g / sympy.sqrt(0.1 * g**2)

    flat, bent = 3 * x, x**2
    return bool(
        sympy.simplify(step(flat) - step(bent)) == 0 and sympy.diff(flat, x, 2) != sympy.diff(bent, x, 2)
    )


@exact("parabola-minimum", solution="$x^* = @$")
@exact("parabola-minimum", rubric="- [+1] @")
def minimum():
    return sympy.solve(slope(x), x)[0]


@exact("parabola-full-steps", solution="it jumps between 5 and −5")
@exact("parabola-full-steps", rubric="it does not converge")
@exact("parabola-full-steps", rubric="it overshoots and oscillates")
def full_steps():
    return descend(5, 1, 10) == [5, -5] * 5 + [5]


@exact("parabola-full-steps", solution="x_k - 2 x_k = @$: it jumps")
def one_full_step():
    return sympy.Symbol("x_{k}") - slope(sympy.Symbol("x_{k}"))


@exact("parabola-faster", solution="each step multiplies $x$ by $@$")
def factor_of_a_step():
    return sympy.simplify((x - eta * slope(x)) / x)


@always("parabola-faster", solution=r"with $0 < \eta < 1$ each step multiplies")
@always("parabola-faster", rubric="smaller, decaying, adaptive, found by line search")
def smaller_rates_converge(rng):
    """Also from where it begins at random; at rate 1 it does not."""
    rate, start = rng.uniform(0.01, 0.99), rng.normal(0, 10)
    at = start
    for _ in range(2000):
        at -= rate * slope(at)
    return bool(abs(at) < 1e-6)


@exact("parabola-faster", solution=r"with\n$\eta = \frac12$ one step suffices".replace("\\n", "\n"))
def half_rate():
    return descend(7, sympy.Rational(1, 2), 1)[-1] == 0


@exact("newton-why", solution="has $@$ entries, too many")
def entries_of_the_hessian():
    """Counted on a function of several parameters, then as a formula."""
    for n in (2, 3, 5):
        w = sympy.symbols(f"w0:{n}")
        if len(sympy.hessian(sum(w) ** 2, w)) != n**2:
            return None
    return sympy.Symbol("n") ** 2


@exact("newton-why", solution="They need far fewer iterations")
@exact("newton-why", rubric="fewer iterations")
def iterations_on_the_valley():
    """Newton's method needs one step where gradient descent, at its best constant rate, needs hundreds."""
    at = np.array([30.0, 1.0])
    newton = at - (VALLEY * at) / VALLEY
    plain, _ = steps_through_the_valley(2 / VALLEY.sum())
    return Found(bool(np.allclose(newton, 0)) and plain > 100, {"gradient descent": plain, "Newton": 1})


@exact("newton-steps", solution="so its second-order Taylor polynomial is exact")
@exact("newton-steps", rubric="the approximation of second order is exact here")
def taylor():
    about = sympy.Symbol("a")
    f = x**2
    polynomial = sum(
        sympy.diff(f, x, n).subs(x, about) / sympy.factorial(n) * (x - about) ** n for n in range(3)
    )
    return sympy.expand(polynomial - f) == 0


@exact("newton-steps", solution=r"$x_1 = 5 - \frac{2 \cdot 5}{2} = @$.")
def newton():
    return 5 - slope(5) / sympy.diff(x**2, x, 2)


@exact("newton-steps", rubric="- [+0.5] one")
def newton_stays_there():
    return newton() == 0 and newton() - slope(newton()) / 2 == 0
