"""Numbers of the bottles, and what shows that the key follows from them."""

from math import sqrt

from klausur.evidence import exact, simulated

QUANTILES = {16: 2.131, 25: 2.064, 36: 2.030, 49: 2.011}


def parameters(rng):
    n = int(rng.choice(list(QUANTILES)))
    s = int(rng.integers(3, 9))
    mean = 498 + int(rng.integers(0, 50)) / 10
    error = s / sqrt(n)
    return {
        "n": n, "df": n - 1, "s": s, "mean": mean, "t": QUANTILES[n], "error": error,
        "low": mean - QUANTILES[n] * error, "high": mean + QUANTILES[n] * error,
    }  # fmt: skip


@exact("standard-error", answer="[+2] @")
def standard_error(n, s):
    return s / sqrt(n)


@exact("interval", solution=r"= [@;\ {{high:.2f}}]")
def low(n, s, mean):
    return mean - QUANTILES[n] * s / sqrt(n)


@exact("interval", solution=r"[{{low:.2f}};\ @]")
def high(n, s, mean):
    return mean + QUANTILES[n] * s / sqrt(n)


@exact("interval", rubric="n - 1 = @$")
def degrees(n):
    return n - 1


@simulated("meaning", choice="about 95 % would hold", runs=2000, expected=0.95, within=0.03)
def covers(rng, n, s):
    x = rng.normal(500, s, size=n)
    return abs(x.mean() - 500) <= QUANTILES[n] * x.std(ddof=1) / sqrt(n)
