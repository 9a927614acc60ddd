def parameters(rng):  # expect: parameters-failed
    return {"n": 1 / (rng.integers(2) * 0)}
