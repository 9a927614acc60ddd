from fractions import Fraction


def parameters(rng):
    n = int(rng.integers(3, 9))
    return {"n": n, "even": n % 2 == 0, "half": n / 2, "name": "Ada", "ratio": Fraction(n, 2)}
