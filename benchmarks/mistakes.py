"""Mistakes that a person might make in the reference exam's key: how many does its evidence notice?

    python benchmarks/mistakes.py [--exam DIR] [--jobs 2] [--json]

They were written down by hand, by somebody who looked at the key and not at its programs, and nothing is
tuned on them: `klausur check --mutate` plants others. Each is planted alone, with nothing accepted before. Of
40 at least 36 are to be noticed, 30 of them at their line.
"""

import argparse
import json
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

from klausur.base.diagnostics import Place
from klausur.evidence import Part
from klausur.exam import reference, trust
from klausur.exam.evidence.file import Limits
from klausur.exam.evidence.key_mutants import Fault, KeyMutant
from klausur.exam.evidence.mutate import held
from klausur.exam.evidence.noticed import BEFORE_ACCEPTANCE, Noticed
from klausur.exam.evidence.statements import asked_in
from klausur.exam.model import Exam, Problem
from klausur.exam.source import parse

CHOICE, SHORT, CODE, CNN = "1-multiple-choice", "2-short-questions", "3-autoencoder", "4-cnn"
OPTIMISE, DERIVE, JUDGE = "5-optimisation", "6-derivatives", "7-model-evaluation"

MISTAKES = (
    # crosses
    (CHOICE, "- [x] Noise from a normal", "- [ ] Noise from a normal"),
    (CHOICE, "- [ ] The weights are regularised", "- [x] The weights are regularised"),
    (CHOICE, "- [ ] For some pixel in the middle", "- [x] For some pixel in the middle"),
    (CHOICE, "- [x] The discriminator does the work", "- [ ] The discriminator does the work"),
    (CHOICE, "- [ ] Pooling by the average", "- [x] Pooling by the average"),
    (CHOICE, "- [ ] When the network is tested, mean", "- [x] When the network is tested, mean"),
    (CHOICE, "- [ ] A square image of whatever", "- [x] A square image of whatever"),
    # words of choices
    (CHOICE, "mirrored top to bottom", "mirrored left to right"),
    (CHOICE, r"the coefficient $p$ has to use $\sqrt{p}$", "the coefficient $p$ has to use $p$"),
    (CHOICE, "A higher probability that dropout", "A lower probability that dropout"),
    (CHOICE, "Deeper layers tend to have more filters", "Deeper layers tend to have fewer filters"),
    # numbers
    (SHORT, r"\ln 2 \approx 0.69$", r"\ln 2 \approx 0.68$"),
    (CNN, r"$80 \to 40 \to 20 \to 10$", r"$80 \to 40 \to 20 \to 5$"),
    (CNN, "The third convolution leaves 32 channels", "The third convolution leaves 16 channels"),
    (CNN, "- [+1] $x = 3200$", "- [+1] $x = 1600$"),
    (CNN, "- [+2] 224, or", "- [+2] 216, or"),
    (CNN, "- [+2] 112\n", "- [+2] 56\n"),
    (CNN, r"8 \cdot (27 + 1) = 224", r"8 \cdot (9 + 1) = 80"),
    (OPTIMISE, r"$\eta = \frac12$ one step", r"$\eta = \frac14$ one step"),
    (OPTIMISE, "it jumps between 5 and −5", "it jumps between 5 and 0"),
    (OPTIMISE, "- [+1] 0\n", "- [+1] 1\n"),
    # signs and swapped terms of formulas
    (SHORT, r"$\frac{k-1}{k}$", r"$\frac{k}{k-1}$"),
    (SHORT, "(1 - q)(1 - p)$. One layer", "(1 - q) + (1 - p)$. One layer"),
    (SHORT, "hence $p + q - pq$ for dropping", "hence $p + q + pq$ for dropping"),
    (SHORT, "finds $pq$ for keeping", "finds $p + q$ for keeping"),
    (SHORT, r"$f'(x) = \sigma(x)$", r"$f'(x) = \tanh(x)$"),
    (OPTIMISE, r"$0 < \eta < 1$", r"$0 < \eta < 2$"),
    (OPTIMISE, "x_{k+1} = x_k - 2 x_k = -x_k", "x_{k+1} = x_k - 2 x_k = x_k"),
    (DERIVE, r"= \frac{e^{-x}}{(1 + e^{-x})^2}", r"= \frac{e^{-x}}{(1 - e^{-x})^2}"),
    (DERIVE, r"- [+1] $y\,(1 - y)$", r"- [+1] $y\,(1 + y)$"),
    (DERIVE, r"with $u = 1 + e^{-x}$ and $u' = -e^{-x}$", r"with $u = 1 + e^{-x}$ and $u' = e^{-x}$"),
    (DERIVE, "product of the right matrices, $X^\\top d$", "product of the right matrices, $X d$"),
    (DERIVE, r"a result is right but for the factor $\frac1n$", r"a result is right but for the factor $n$"),
    # wrong words and swapped ones
    (SHORT, "ReLU. $f$ grows without bound like", "tanh. $f$ grows without bound like"),
    (SHORT, "and it vanishes on the left", "and it vanishes on the right"),
    (CODE, "to rebuild the image does not fit through", "to rebuild the image fits through"),
    (CODE, "whose centre is nearest", "whose centre is farthest"),
    (CODE, "The output has three channels", "The output has one channel"),
    (CODE, "KL divergence to a standard normal distribution", "KL divergence to a uniform distribution"),
    (OPTIMISE, r"$\alpha$ is the learning rate. $\beta$", r"$\beta$ is the learning rate. $\alpha$"),
    (OPTIMISE, "Of first order: it uses gradients only", "Of second order: it uses gradients only"),
    (JUDGE, "the validation loss rises. Against this", "the validation loss falls. Against this"),
    (JUDGE, "- [+0.5] overfitting\n", "- [+0.5] underfitting\n"),
    (JUDGE, "the weights after ten steps differ\n", "the weights after ten steps are the same\n"),
    # wrong reasons
    (SHORT, "no input cuts the gradient off altogether", "every input cuts the gradient off altogether"),
    (SHORT, "The two decide independently", "The two decide together"),
    (SHORT, "for positive inputs its derivative is 1", "for positive inputs its derivative is 0"),
    (OPTIMISE, "there the gradients change sign and cancel", "there the gradients agree and add up"),
    (OPTIMISE, "and computes the gradient where it would land", "and computes the gradient where it began"),
    (OPTIMISE, "The problem is quadratic, so", "The problem is convex, so"),
    (JUDGE, "a positive factor does not move the minima", "a positive factor moves the minima"),
    (JUDGE, "with a learning rate $N$ times smaller", "with a learning rate $N$ times larger"),
)  # fmt: skip
"""Each with its problem, the words as they stand there, and what stands there by mistake."""


def main() -> None:
    """Plant and count."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument("--exam", type=Path, help="another folder with the reference exam; it is only read")
    options.add_argument("--jobs", type=int, default=2)
    options.add_argument("--json", action="store_true")
    asked = options.parse_args()
    with TemporaryDirectory() as place:
        folder = Path(place) / "exam"
        reference.write(folder)
        if asked.exam is not None:
            for path in (*asked.exam.glob("problems/*"), asked.exam / "evidence.lock"):
                if path.is_file():
                    (folder / path.relative_to(asked.exam)).write_bytes(path.read_bytes())
        trust.trust(folder)
        try:
            exam = parse(folder).exam
            if exam is None:
                raise SystemExit("the reference exam cannot be built")
            figures = measured(exam, asked.jobs)
        finally:
            trust.forget(folder)
    if asked.json:
        print(json.dumps(figures, ensure_ascii=False))
        return
    for name, value in figures.items():
        if isinstance(value, list):
            print(f"{name}:", *(f"\n    {one}" for one in value))
        else:
            print(f"{name:>28}  {value}")


def measured(exam: Exam, jobs: int) -> dict[str, object]:
    """How many mistakes are noticed how, and which are not."""
    mutants: dict[str, list[KeyMutant]] = {}
    gone = []
    for problem in exam.problems:
        for name, before, after in MISTAKES:
            if name == problem.id:
                mutant = planted(problem, before, after)
                mutants.setdefault(name, []).extend([mutant] if mutant else [])
                gone.extend([] if mutant else [f"{name}: {before.strip()}"])
    found = held(exam, mutants, limits=Limits(jobs=jobs))
    told = [one for one in found if one.noticed in BEFORE_ACCEPTANCE]
    ways = Counter(one.noticed for one in found)
    return {
        "planted": len(found),
        "noticed": len(told),
        "at their line": sum(one.at_its_line for one in told),
        **{str(way): ways[way] for way in Noticed},
        "not noticed": [
            f"{one.mutant.place} ({one.noticed}): {one.mutant.after}" for one in found if one not in told
        ],
        "not planted, since the key says it otherwise now": gone,
    }


def planted(problem: Problem, before: str, after: str) -> KeyMutant | None:
    """The key with a mistake; None if it does not say this, or not only once."""
    text = problem.source
    if text.count(before) != 1:
        return None
    at = text.index(before)
    line = text.count("\n", 0, at) + 1
    part, question = next(
        (part, asked.id)
        for asked in asked_in(problem).values()
        for part in (Part.CHOICE, Part.SOLUTION, Part.RUBRIC)
        for piece in asked.parts[part]
        if piece.line <= line <= piece.line + piece.text.count("\n")
    )
    whole = text[:at] + after + text[at + len(before) :]
    was, now = (each.split("\n")[line - 1].strip() for each in (text, whole))
    place = Place(problem.place.file, line)
    return KeyMutant(question, part, Fault.WORD, place, was, now, whole)


if __name__ == "__main__":
    main()
