r"""What an author of evidence writes with: functions beside a problem that show its key to be right.

A file ``problems/4-cnn.py`` belongs to ``problems/4-cnn.md``. Each of its functions is tied to one statement
of the key by a decorator, which names the question and the words of the statement:

    from klausur.evidence import always, exact, experiment, simulated

    @exact("flat-size", solution=r"x = 32 \cdot 10^2 = @")
    def inputs():
        return 32 * (80 // 2**3) ** 2

The words are looked up in the Markdown, so they say what is proved. ``@`` stands for a number or formula
that is typed there; the function's value is compared with it. Without ``@`` the function says whether the
statement is true. Exactly one of ``choice``, ``solution``, ``rubric``, ``answer`` (the
number that is right) and ``text`` (the question itself, with the problem's shared text) says where the words
stand. Of a choice, a part that no other has is enough.

How files are run and judged lives in `klausur.exam.evidence`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeVar

HOLE = "@"
"""Stands in a statement's words for what is computed."""

LEAST_DRAWS, LEAST_RUNS = 20, 30
"""Fewer examples, or runs, show nothing."""

DOMAINS = ("real", "positive", "nonnegative", "integer", "natural")
"""What a letter of a formula may stand for, beside the numbers between two bounds."""

Domains = Mapping[str, str | tuple[float, float]]
"""What letters stand for, by letter."""

_F = TypeVar("_F", bound=Callable[..., Any])

Giver = Callable[[str, "Part", str, bool], Any]
"""Looks up what is typed in a part of a question, by words; whether as a formula is its last argument."""

givers: list[Giver] = []
"""Who answers `given` in this process; nobody where a file is loaded, or run by Python alone."""


class Kind(StrEnum):
    """How a claim is checked."""

    EXACT = "exact"
    ALWAYS = "always"
    SIMULATED = "simulated"
    EXPERIMENT = "experiment"


class Part(StrEnum):
    """Where in a question the words of a claim stand."""

    CHOICE = "choice"
    SOLUTION = "solution"
    RUBRIC = "rubric"
    TEXT = "text"
    ANSWER = "answer"


@dataclass(frozen=True, slots=True)
class TiedFunction:
    """A function tied to a statement. ``options`` depend on the kind; see the decorators.

    ``domain`` is what letters stand for, ``control`` what the function is called with to see it say yes.
    """

    question: str
    part: Part
    words: str
    kind: Kind
    function: Callable[..., Any]
    options: dict[str, float] = field(default_factory=dict)
    domain: Domains = field(default_factory=dict)
    control: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Found:
    """The value of a function with more to show: ``figures`` by name, printed beside the claim."""

    value: Any
    figures: dict[str, float]


@dataclass(frozen=True, slots=True)
class UncheckedWords:
    """Words of the key of which their author says that no program can tell whether they are true, and why."""

    question: str
    part: Part
    words: str
    why: str


unchecked: list[UncheckedWords] = []
"""All that was said to be beyond programs by the evidence files that this process has loaded."""

ties: list[TiedFunction] = []
"""All ties of the evidence files that this process has loaded, in their order."""


def not_checkable(
    question: str,
    *,
    why: str,
    choice: str | None = None,
    solution: str | None = None,
    rubric: str | None = None,
    answer: str | None = None,
) -> None:
    """Say of words of the key that no program can tell whether they are true, as of a convention.

    All of a sentence, a line of the rubric or a choice in which the words stand counts so, and is reported
    with the reason.
    """
    if not why.strip():
        raise TypeError("say why no program can tell")
    part, words = _where(choice, solution, rubric, None, answer)
    if HOLE in words:
        raise TypeError(f"{words!r}: {HOLE} stands for what a program computes")
    unchecked.append(UncheckedWords(question, part, words, " ".join(why.split())))


def given(
    question: str,
    *,
    choice: str | None = None,
    solution: str | None = None,
    rubric: str | None = None,
    text: str | None = None,
    answer: str | None = None,
) -> int | float:
    r"""The number that is typed for ``@`` in the words of a question of this problem.

    A whole number typed without a decimal sign is an int, also as ``3 \cdot 10^4``; any other a float.
    What a function was given is part of its claim: where it is typed anew, the claim is judged anew.
    Call it in the function, or in one that it calls, not where the file is loaded.

    Raises:
        LookupError: the words are not there, or not only once. The claim fails then, whatever is caught.
        TypeError: no number is typed there, or no claim is being judged.
    """
    number: int | float = _given(question, choice, solution, rubric, text, answer, formula=False)
    return number


def given_formula(
    question: str,
    *,
    choice: str | None = None,
    solution: str | None = None,
    rubric: str | None = None,
    text: str | None = None,
    answer: str | None = None,
) -> Any:  # noqa: ANN401 - sympy, which is not loaded for this
    """The formula that is typed for ``@``, as a sympy expression or matrix; otherwise like `given`.

    Its letters are plain symbols, ``sympy.Symbol("x")``.
    """
    return _given(question, choice, solution, rubric, text, answer, formula=True)


def exact(  # noqa: PLR0913 - one of five places, and what belongs to it
    question: str,
    *,
    choice: str | None = None,
    solution: str | None = None,
    rubric: str | None = None,
    text: str | None = None,
    answer: str | None = None,
    domain: Domains | None = None,
    control: Mapping[str, Any] | None = None,
) -> Callable[[_F], _F]:
    """The function returns the value: a number, a sympy expression or matrix, an array, or True or False.

    A number typed with a decimal point is right if the value rounds to it. A formula is right if it is the
    same for all that its letters stand for: any real number, unless ``domain`` says otherwise, by letter:
    ``"positive"``, ``"nonnegative"``, ``"integer"``, ``"natural"``, or a pair of bounds.

    ``control`` are arguments, by name, with which the function says True: one that refutes a choice has to
    show that it can say yes.
    """
    return _tie(question, _where(choice, solution, rubric, text, answer), Kind.EXACT, {}, domain, control)


def always(  # noqa: PLR0913 - one of five places, and how often
    question: str,
    *,
    choice: str | None = None,
    solution: str | None = None,
    rubric: str | None = None,
    text: str | None = None,
    answer: str | None = None,
    draws: int = 100,
    domain: Domains | None = None,
    control: Mapping[str, Any] | None = None,
) -> Callable[[_F], _F]:
    """The function draws an example from a `numpy.random.Generator` and says if the statement holds there.

    It returns True or False, or two values that should be equal (to rounding). One example against the
    statement makes it false, and is shown. Two formulas are compared as `exact` does.
    """
    _least("draws", draws, LEAST_DRAWS)
    where = _where(choice, solution, rubric, text, answer)
    return _tie(question, where, Kind.ALWAYS, {"draws": draws}, domain, control)


def simulated(  # noqa: PLR0913 - one of five places, and how sure
    question: str,
    *,
    choice: str | None = None,
    solution: str | None = None,
    rubric: str | None = None,
    text: str | None = None,
    answer: str | None = None,
    within: float,
    confidence: float = 0.999,
    runs: int = 10_000,
    seed: int = 0,
    expected: float | None = None,
) -> Callable[[_F], _F]:
    """The function makes one run with a `numpy.random.Generator` and returns a number, or True or False.

    Their mean is compared with the typed number, or else with ``expected`` (the statement is then true if
    they agree). They agree if the mean's interval at this ``confidence`` (Student's t) lies ``within`` that
    distance, and disagree if it lies beyond; in between the evidence fails, and more ``runs`` are needed.
    """
    _least("runs", runs, LEAST_RUNS)
    options = {"within": within, "confidence": confidence, "runs": runs, "seed": seed}
    if expected is not None:
        options["expected"] = expected
    return _tie(question, _where(choice, solution, rubric, text, answer), Kind.SIMULATED, options)


def experiment(  # noqa: PLR0913 - one of five places, and how long
    question: str,
    *,
    choice: str | None = None,
    solution: str | None = None,
    rubric: str | None = None,
    text: str | None = None,
    answer: str | None = None,
    seconds: float = 60.0,
    seed: int = 0,
    domain: Domains | None = None,
    control: Mapping[str, Any] | None = None,
) -> Callable[[_F], _F]:
    """The function trains or measures something by a seed and returns what `exact` may return, or a `Found`.

    It may take this many seconds. It runs only when asked for; its result is kept in ``evidence.lock`` beside
    the exam. Import heavy packages inside the function: who only reads the kept result needs none of them.
    """
    options = {"seconds": seconds, "seed": seed}
    return _tie(
        question, _where(choice, solution, rubric, text, answer), Kind.EXPERIMENT, options, domain, control
    )


def _given(
    question: str,
    choice: str | None,
    solution: str | None,
    rubric: str | None,
    text: str | None,
    answer: str | None,
    *,
    formula: bool,
) -> Any:  # noqa: ANN401 - a number or a formula
    part, words = _named(choice, solution, rubric, text, answer)
    if words.count(HOLE) != 1:
        raise TypeError(f"{words!r}: one {HOLE} stands for what is given")
    if not givers:
        raise TypeError("nothing is given before a claim is judged: ask for it inside of a function")
    return givers[-1](question, part, words, formula)


def _least(name: str, given: int, least: int) -> None:
    if given < least:
        raise TypeError(f"{name}={given} shows too little: take {least} or more")


def _where(
    choice: str | None, solution: str | None, rubric: str | None, text: str | None, answer: str | None
) -> tuple[Part, str]:
    """Where a claim's words stand, and which they are."""
    part, words = _named(choice, solution, rubric, text, answer)
    if words.count(HOLE) > (0 if part is Part.CHOICE else 1):
        raise TypeError(f"{words!r}: at most one {HOLE} stands for what is computed, and none in a choice")
    return part, words


def _named(
    choice: str | None, solution: str | None, rubric: str | None, text: str | None, answer: str | None
) -> tuple[Part, str]:
    every = {
        Part.CHOICE: choice,
        Part.SOLUTION: solution,
        Part.RUBRIC: rubric,
        Part.TEXT: text,
        Part.ANSWER: answer,
    }
    named = [(part, words) for part, words in every.items() if words is not None]
    if len(named) != 1 or not named[0][1].strip():
        raise TypeError("say where the statement stands: one of choice=, solution=, rubric=, text=, answer=")
    return named[0]


def _tie(
    question: str,
    where: tuple[Part, str],
    kind: Kind,
    options: dict[str, float],
    domain: Domains | None = None,
    control: Mapping[str, Any] | None = None,
) -> Callable[[_F], _F]:
    part, words = where
    letters = dict(domain or {})
    for letter, values in letters.items():
        if isinstance(values, str) and values not in DOMAINS:
            raise TypeError(f"domain of {letter}: {values!r} is none of {', '.join(DOMAINS)}")

    def tied(function: _F) -> _F:
        ties.append(
            TiedFunction(question, part, words, kind, function, options, letters, dict(control or {}))
        )
        return function

    return tied
