"""One claim: its function is run by the rule of its kind, and its outcome told."""

import math
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from functools import partial
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt
import sympy
from scipy.special import stdtrit

from klausur.evidence import HOLE, Domains, Found, Kind, TiedFunction
from klausur.exam.evidence import agreement as maths
from klausur.exam.evidence import given_values, kept_value
from klausur.exam.evidence.details import Detail, own, said
from klausur.exam.evidence.model import Outcome
from klausur.exam.evidence.statements import Statement

_LONG = 180
"""Characters of a value that are told of a counterexample."""


@dataclass(frozen=True, slots=True)
class Showing:
    """What a function showed about its statement; ``value`` is what it returned, to be kept.

    ``controlled`` tells of one that refutes its statement that it was seen to say yes to another.
    ``detail`` is what ``details`` say, or the traceback of what failed.
    """

    outcome: Outcome
    computed: str = ""
    typed: str = ""
    detail: str = ""
    value: str = ""
    controlled: bool = False
    details: tuple[Detail, ...] = ()


@dataclass(slots=True)
class _Seen:
    """What running a function gave: a value, or whether the statement holds, with words about it."""

    value: Any = None
    holds: bool | None = None
    shown: str = ""
    details: tuple[Detail, ...] = ()
    figures: dict[str, float] = field(default_factory=dict)


class _UndecidedError(Exception):
    """The evidence is too weak to tell."""


def judge(
    tie: TiedFunction,
    statement: Statement,
    written: Mapping[str, Any] = MappingProxyType({}),
    *,
    again: bool = False,
) -> Showing:
    """Run a function and hold its result against what the key says.

    Args:
        tie: the function and its statement's words.
        statement: what the key says there.
        written: values that were written into this variant's text, by what they were written as.
        again: take what the function gave in this process before, if it was run.
    """
    if not again:
        _BEFORE.forget(_named(tie))
    try:
        seen = _RULES[tie.kind](tie, statement)
        value = kept_value.written(seen.value) if tie.kind is Kind.EXPERIMENT else ""
        found = replace(_against(seen, statement, written, tie.domain), value=value)
        return replace(found, controlled=_controlled(tie, statement, seen))
    except (_UndecidedError, maths.TypedError) as error:
        return Showing(Outcome.FAILED, typed=statement.typed or "", detail=str(error))
    except Exception:  # noqa: BLE001 - an author's program may raise anything; that is its outcome
        last = traceback.format_exc(limit=-3).strip()
        return Showing(Outcome.FAILED, typed=statement.typed or "", detail=last)


def _controlled(tie: TiedFunction, statement: Statement, seen: _Seen) -> bool:
    """Whether a function that refutes its statement was seen to say yes, where it has a control.

    Raises:
        _UndecidedError: it has one, and says no there too.
    """
    refuted = statement.typed is None and not (_truth(seen.value) if seen.holds is None else seen.holds)
    if not (tie.control and refuted):
        return False
    name = f"{tie.words}\0control"
    other = replace(tie, words=name, function=partial(tie.function, **tie.control))
    again = _RULES[tie.kind](other, replace(statement, right=True))
    if not (_truth(again.value) if again.holds is None else again.holds):
        raise _UndecidedError("its control is refuted as well: what never says yes shows nothing")
    return True


def judge_kept(tie: TiedFunction, statement: Statement, value: str) -> Showing:
    """Hold what a function returned some time ago against what the key says now."""
    try:
        return _against(_Seen(kept_value.read(value)), statement, {}, tie.domain)
    except (_UndecidedError, maths.TypedError, ValueError) as error:
        return Showing(Outcome.FAILED, typed=statement.typed or "", detail=str(error))


def _against(seen: _Seen, statement: Statement, written: Mapping[str, Any], domain: Domains) -> Showing:
    details = (*seen.details, *(own(f"{k} {maths.show(v)}") for k, v in seen.figures.items()))
    if seen.holds is None and statement.typed is not None:
        if statement.typed.strip() in written:
            right = maths.equal(seen.value, written[statement.typed.strip()], domain)
        else:
            typed = statement.typed if statement.read is None else statement.read
            found = maths.agree(seen.value, typed, domain)
            right = found.agrees
            details = (*details, *found.details)
        outcome = Outcome.PROVED if right else Outcome.CONTRADICTED
        return Showing(
            outcome, seen.shown or maths.show(seen.value), statement.typed, said(details), details=details
        )
    holds = seen.holds if seen.holds is not None else _truth(seen.value)
    claimed = statement.right if statement.right is not None else True
    outcome = Outcome.PROVED if holds == claimed else Outcome.CONTRADICTED
    words = {True: "true", False: "false"}
    typed = statement.typed if statement.typed is not None else words[claimed]
    return Showing(outcome, seen.shown or words[holds], typed, said(details), details=details)


def _truth(value: Any) -> bool:  # noqa: ANN401 - what an author returns
    """A function's value as true or false.

    Raises:
        _UndecidedError: it is neither.
    """
    if type(value) in _TRUTHS:
        return bool(value)
    raise _UndecidedError(
        f"the function returned {maths.show(value)}; where the words have no {HOLE} it says True or False"
    )


_TRUTHS = (bool, np.bool_, type(sympy.true), type(sympy.false))


def _plain(value: Any) -> Any:  # noqa: ANN401 - what an author returns
    """A value, if it is one that a key can be held against: what it is, it says itself nowhere.

    Raises:
        _UndecidedError: it is something else, such as an object with an idea of its own of what it equals.
    """
    if type(value) in _NUMBERS or type(value) in _TRUTHS or isinstance(value, np.number):
        return value
    if isinstance(value, sympy.Basic | sympy.MatrixBase) and type(value).__module__.startswith("sympy."):
        return value
    if type(value) in {list, tuple, np.ndarray}:
        array = np.asarray(value, dtype=object)
        if array.size == 0:
            raise _UndecidedError("the function returned an empty list or array: nothing to compare")
        for one in array.flat:
            _plain(one)
        return value
    what = type(value).__name__
    raise _UndecidedError(
        f"the function returned a {what}: return a number, a truth value, a formula or an array"
    )


_NUMBERS = (int, float, complex, Fraction, Decimal)

_BEFORE = given_values.Kept()
"""What functions gave in this process, by question, words and name."""


def _named(tie: TiedFunction) -> tuple[str, str, str]:
    function = tie.function.func if isinstance(tie.function, partial) else tie.function
    return tie.question, tie.words, function.__name__


def _once(tie: TiedFunction, run: Callable[[], Any]) -> Any:  # noqa: ANN401 - whatever that gives
    """What a run gives, or gave before."""
    return _BEFORE.get(_named(tie), run)


def _exact(tie: TiedFunction, _statement: Statement) -> _Seen:
    return _found(_once(tie, tie.function))


def _experiment(tie: TiedFunction, _statement: Statement) -> _Seen:
    """Run once for all claims of this process that one function is tied to."""
    seed = int(tie.options["seed"])
    return _found(_RUN.get((tie.function, seed), lambda: tie.function(seed)))


_RUN = given_values.Kept()
"""What experiments gave in this process, by function and seed."""


def _found(value: Any) -> _Seen:  # noqa: ANN401 - what an author returns
    if isinstance(value, Found):
        return _Seen(_plain(value.value), figures=dict(value.figures))
    return _Seen(_plain(value))


def _always(tie: TiedFunction, statement: Statement) -> _Seen:
    seen: _Seen = _once(tie, lambda: _drawn(tie, statement))
    return replace(seen)


def _drawn(tie: TiedFunction, statement: Statement) -> _Seen:
    draws = int(tie.options["draws"])
    for n in range(draws):
        shown = tie.function(np.random.default_rng(n))
        if isinstance(shown, tuple):
            one, other = map(_plain, shown)
            holds = maths.equal(one, other, tie.domain)
            against = Detail("counterexample", (str(n), maths.show(one)[:_LONG], maths.show(other)[:_LONG]))
        else:
            holds, against = _truth(shown), Detail("counterexample-false", (str(n),))
        if not holds:
            return _Seen(holds=False, shown="false", details=(against,))
    if statement.right is False:
        return _Seen(holds=True, shown="true", details=(Detail("holds-in-all", (str(draws),)),))
    return _Seen(holds=True, shown="true", details=(Detail("holds-in", (str(draws),)),))


def _simulated(tie: TiedFunction, statement: Statement) -> _Seen:
    """The mean of many runs with its interval: mean ± t · s / √n, Student's t."""
    runs, within = int(tie.options["runs"]), tie.options["within"]

    def sampled() -> npt.NDArray[np.float64]:
        rng = np.random.default_rng(int(tie.options["seed"]))
        return np.array([float(tie.function(rng)) for _ in range(runs)])

    values: npt.NDArray[np.float64] = _once(tie, sampled)
    mean, spread = float(values.mean()), float(values.std(ddof=1)) / math.sqrt(runs)
    half = float(stdtrit(runs - 1, 0.5 + tie.options["confidence"] / 2)) * spread
    if "expected" in tie.options:
        wanted = tie.options["expected"]
    elif statement.typed is not None:
        wanted = maths.number(statement.typed if statement.read is None else statement.read)
    else:
        raise _UndecidedError("say expected=…, or put @ into the words where the number is typed")
    shown = f"{mean:.4g} ± {half:.2g}"
    sure, seed = f"{tie.options['confidence']:.4g}", str(int(tie.options["seed"]))
    details = (Detail("runs", (str(runs), sure, seed)),)
    _refuse_wide(within, wanted, float(values.std(ddof=1)))
    off = abs(mean - wanted)
    if off + half <= within:
        return _Seen(holds=True, shown=shown, details=details)
    if off - half > within:
        return _Seen(holds=False, shown=shown, details=details)
    raise _UndecidedError(
        f"{shown} does not decide on {wanted:g} ± {within:g}; take more runs ({said(details)})"
    )


def _refuse_wide(within: float, wanted: float, spread: float) -> None:
    """Refuse a distance within which nearly anything would be right.

    Raises:
        _UndecidedError: it is as large as the value itself or, of nothing, as three runs' spread.
    """
    most = abs(wanted) if wanted else 3 * spread
    if not 0 < within < max(most, 1e-12):
        raise _UndecidedError(f"within {within:g} of {wanted:g} nearly anything would be right: ask for less")


_RULES = {
    Kind.EXACT: _exact,
    Kind.ALWAYS: _always,
    Kind.SIMULATED: _simulated,
    Kind.EXPERIMENT: _experiment,
}
