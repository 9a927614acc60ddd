from fractions import Fraction

import numpy as np


def parameters(rng: np.random.Generator) -> dict[str, object]:
    n = int(rng.integers(3, 9))
    return {"n": n, "even": n % 2 == 0, "half": n / 2, "name": "Ada", "ratio": Fraction(n, 2)}
