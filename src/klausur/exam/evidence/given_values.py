"""What the key gives its programs: `klausur.evidence.given`, in the process that they run in.

The key itself is not there: each value is asked of the process that judges. What was computed is kept by what
it was given, so that nothing serves for a key that gives something else; so are functions of the exam's
programs that `functools.cache` keeps.
"""

import functools
from collections.abc import Callable, Hashable, Mapping
from pathlib import Path
from typing import Any

from klausur import evidence
from klausur.evidence import Part

Asked = tuple[str, str, str]
"""A question, a part of it, and words in which ``@`` stands for what is given."""

_known: dict[Asked, Mapping[str, str]] = {}
_ask: list[Callable[[Asked], Mapping[str, str]]] = []
_filled: list[Callable[[str], str]] = []
_noting: list[set[Asked]] = []


def begin(
    ask: Callable[[Asked], Mapping[str, str]],
    filled: Callable[[str], str] = str,
    known: Mapping[Asked, Mapping[str, str]] | None = None,
) -> None:
    """From now on a claim is judged.

    Args:
        ask: tells what stands there: ``typed``, or why nothing is found as ``missing``.
        filled: puts the values of a variant into words.
        known: what need not be asked.
    """
    _known.clear()
    _known.update(known or {})
    _ask[:], _filled[:] = [ask], [filled]
    evidence.givers[:] = [_given]


def end() -> None:
    """No claim is judged any more."""
    evidence.givers.clear()


def _given(question: str, part: Part, words: str, formula: bool) -> Any:  # noqa: ANN401, FBT001 - as it is asked for
    from klausur.exam.evidence import agreement  # noqa: PLC0415 - sympy, which drawing can do without

    reply = _reply((question, str(part), _filled[0](words)))
    if "missing" in reply:
        raise LookupError(reply["missing"])
    return agreement.formula(reply["typed"]) if formula else agreement.plain(reply["typed"])


def _reply(asked: Asked) -> Mapping[str, str]:
    for noted in _noting:
        noted.add(asked)
    if asked not in _known:
        _known[asked] = _ask[0](asked)
    return _known[asked]


class Kept:
    """What was computed, by what it is called and by what it was given meanwhile."""

    def __init__(self) -> None:
        self._given: dict[Hashable, tuple[Asked, ...]] = {}
        self._values: dict[Hashable, Any] = {}

    def get(self, name: Hashable, compute: Callable[[], Any]) -> Any:  # noqa: ANN401 - whatever that gives
        """What is kept under this name of what is given now, else computed."""
        known = self._given.get(name)
        if known is not None and (name, _now(known)) in self._values:
            return self._values[name, _now(known)]
        asked = set(known or ())
        _noting.append(asked)
        try:
            value = compute()
        finally:
            _noting.pop()
        self._given[name] = tuple(sorted(asked))
        self._values[name, _now(self._given[name])] = value
        return value

    def forget(self, name: Hashable) -> None:
        """Compute it anew the next time."""
        self._given.pop(name, None)

    def clear(self) -> None:
        """Compute all anew."""
        self._given.clear()
        self._values.clear()


def _now(every: tuple[Asked, ...]) -> tuple[str, ...]:
    return tuple(str(sorted(_reply(asked).items())) for asked in every)


def watch(folder: Path) -> None:
    """From now on `functools.cache` keeps what functions below a folder give by what they are given, too."""
    own = str(folder.resolve())
    functools.cache = _keeping(functools.cache, own)
    functools.lru_cache = _keeping(functools.lru_cache, own)


def _keeping(plain: Callable[..., Any], own: str) -> Callable[..., Any]:
    @functools.wraps(plain)
    def cached(*given: Any, **options: Any) -> Any:  # noqa: ANN401 - as functools has it
        if len(given) == 1 and callable(given[0]):
            return _kept(given[0], own) or plain(given[0], **options)
        decorate = plain(*given, **options)
        return lambda function: _kept(function, own) or decorate(function)

    return cached


def _kept(function: Callable[..., Any], own: str) -> Callable[..., Any] | None:
    """A function that keeps what it gives; None for one that is no program of the exam."""
    code = getattr(function, "__code__", None)
    if code is None or not code.co_filename.startswith(own):
        return None
    kept = Kept()

    @functools.wraps(function)
    def asked(*values: Any, **named: Any) -> Any:  # noqa: ANN401 - whatever it takes and gives
        return kept.get((values, tuple(sorted(named.items()))), lambda: function(*values, **named))

    asked.cache_clear = kept.clear  # type: ignore[attr-defined]
    return asked
