"""Rows to candidates as one assignment problem over log-likelihoods, solved with SciPy's sparse graphs.

And how far each row's place is ahead of the next best assignment of all. What the likelihoods are is told in
`klausur.roster.match`.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components, johnson, min_weight_full_bipartite_matching

Floats = npt.NDArray[np.float64]

_ROUNDING = 1e-9
_AT_ONCE = 256
"""Rows whose circles are searched at once, which bounds memory."""


def assign(
    rows_of: Sequence[Sequence[tuple[str, float]]], strangers: Sequence[float]
) -> tuple[list[str | None], list[float]]:
    """The joint assignment of rows to candidates with the greatest likelihood, each candidate once at most.

    Args:
        rows_of: for each row, at least one, the candidates who may get it, with their log-likelihoods.
        strangers: for each row the log-likelihood of a stranger.

    Returns:
        Each row's candidate, or None for a stranger; and by how much log-likelihood that is ahead of all
        assignments in which the row goes elsewhere.
    """
    columns: dict[str, int] = {}
    rows, places, costs = [], [], []
    for row, candidates in enumerate(rows_of):
        for candidate, likelihood in candidates:
            rows.append(row)
            places.append(columns.setdefault(candidate, len(columns)))
            costs.append(-likelihood)
    for row, stranger in enumerate(strangers):  # strangers are many: each row has a column for its own
        rows.append(row)
        places.append(len(columns) + row)
        costs.append(-stranger)
    cost = np.array(costs) + (1.0 - min(costs))  # SciPy takes an edge of weight 0 for none
    graph = csr_array((cost, (rows, places)), shape=(len(rows_of), len(columns) + len(rows_of)))
    _, taken = min_weight_full_bipartite_matching(graph)
    known = tuple(columns)
    assigned = [known[column] if column < len(known) else None for column in taken.tolist()]
    return assigned, _ahead(graph, taken)


def _ahead(graph: csr_array, taken: npt.NDArray[np.intp]) -> list[float]:
    """What it costs all rows together if one row, (rows,), must go elsewhere than it is assigned.

    A row that goes elsewhere takes a free column, or one whose row must go elsewhere in turn, and so on,
    until a column is free or is the one that was left: a circle in the graph of who displaces whom, with one
    more node for "free". Its edges weigh the change in cost; the shortest circle through a row is the answer.
    """
    rows, columns = graph.shape
    owner = np.full(columns, rows)  # the node "free"
    owner[taken] = np.arange(rows)
    edges = graph.tocoo()
    now = np.asarray(graph[np.arange(rows), taken]).ravel()
    change = edges.data - now[edges.row]
    away = np.full(rows, np.inf)
    free = owner[edges.col] == rows
    np.minimum.at(away, edges.row[free], change[free])
    to_row = ~free & (owner[edges.col] != edges.row)
    start, end, weight = edges.row[to_row], owner[edges.col[to_row]], change[to_row]
    count, part = connected_components(csr_array((weight, (start, end)), shape=(rows, rows)), directed=False)
    ahead = away.copy()  # of a row that nobody displaces
    for n in np.flatnonzero(np.bincount(part, minlength=count) > 1):
        members = np.flatnonzero(part == n)
        inside = part[start] == n
        ahead[members] = _circles(
            np.searchsorted(members, start[inside]),
            np.searchsorted(members, end[inside]),
            weight[inside],
            away[members],
        )
    return [float(cost) for cost in ahead]


def _circles(start: npt.NDArray[np.intp], end: npt.NDArray[np.intp], weight: Floats, away: Floats) -> Floats:
    """The weight of the shortest circle through each of n rows, (n,).

    Args:
        start: which row displaces another, (edges,).
        end: which one it displaces, (edges,).
        weight: the change in cost, (edges,).
        away: the cost of each row's way to a free column, (n,).
    """
    n = len(away)
    every = np.arange(n)
    ends = np.concatenate([end, np.full(n, n), every])
    starts = np.concatenate([start, every, np.full(n, n)])
    # Rounding must not make a circle of negative weight where the assignment is the best one.
    weights = np.concatenate([weight, away, np.zeros(n)]) + _ROUNDING
    back = csr_array((weights, (ends, starts)), shape=(n + 1, n + 1))  # edges turned round
    shortest = np.full(n, np.inf)
    first = np.concatenate([start, every])
    after, cost = np.concatenate([end, np.full(n, n)]), np.concatenate([weight, away])
    for low in range(0, n, _AT_ONCE):
        sources = every[low : low + _AT_ONCE]
        home = johnson(back, indices=sources)  # (sources, n + 1): from each node to the source
        mine = (first >= low) & (first < low + len(sources))
        np.minimum.at(shortest, first[mine], cost[mine] + home[first[mine] - low, after[mine]])
    return shortest
