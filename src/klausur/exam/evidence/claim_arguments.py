"""Which parameters of a variant a claim's function takes: by their names, behind its generator or seed."""

import inspect
from collections.abc import Mapping
from typing import Any

from klausur.evidence import Kind, TiedFunction

_FIRST = {Kind.EXACT: 0, Kind.ALWAYS: 1, Kind.SIMULATED: 1, Kind.EXPERIMENT: 1}
"""How many arguments each kind of claim is given in any case."""


def parameters(tie: TiedFunction) -> tuple[str, ...]:
    """The names of what a claim's function takes beside its generator or seed."""
    try:
        names = tuple(inspect.signature(tie.function).parameters.values())
    except (TypeError, ValueError):  # a function without a signature, such as a built-in one
        return ()
    plain = [p for p in names if p.kind in {p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY}]
    return tuple(p.name for p in plain[_FIRST[tie.kind] :])


def values(tie: TiedFunction, drawn: Mapping[str, Any]) -> dict[str, Any]:
    """What a claim's function is given; a name that is not drawn keeps its default.

    Raises:
        LookupError: it is not drawn, and has none.
    """
    if tie.kind is Kind.EXPERIMENT:
        return {}
    known = inspect.signature(tie.function).parameters
    for name in parameters(tie):
        if name not in drawn and known[name].default is inspect.Parameter.empty:
            raise LookupError(f"{tie.function.__name__} takes {name}, which parameters() does not give")
    return {name: drawn[name] for name in parameters(tie) if name in drawn}
