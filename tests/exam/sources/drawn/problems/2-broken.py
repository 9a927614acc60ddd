import numpy as np


def parameters(rng: np.random.Generator) -> dict[str, object]:  # expect: parameters-failed
    return {"n": 1 / (rng.integers(2) * 0)}
