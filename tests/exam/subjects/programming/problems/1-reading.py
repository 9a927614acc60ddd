"""What the pieces of code in the problem really do."""

from klausur.evidence import always, exact


@exact("output", choice="1 2 1")
def output():
    def grow(x, seen=[]):  # noqa: B006 - the point of the question
        seen.append(x)
        return len(seen)

    return [grow("a"), grow("b"), grow("c", [])] == [1, 2, 1]


@always("same-result", choice="list(map(lambda x: x ** 2, filter(lambda x: x > 0, xs)))")
def mapped(rng):
    xs = [int(x) for x in rng.integers(-9, 10, size=8)]
    return list(map(lambda x: x**2, filter(lambda x: x > 0, xs))) == [x * x for x in xs if x > 0]


@exact("calls", answer="[+2] @")
def calls():
    def count(n):
        return 1 if n < 2 else 1 + count(n - 1) + count(n - 2)

    return count(10)
