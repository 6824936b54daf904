"""Networks of different times as one network with spells, and with values that change."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from summitry.errors import InputError
from summitry.export import portable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import networkx as nx

Spell = tuple[str, str]
Period = tuple[dt.date, dt.date]
WEIGHT = "weight"
ONE_DAY = dt.timedelta(days=1)


def times(periods: Sequence[Period]) -> list[Spell]:
    """Return the time of each of some periods, in order: it ends before the next period begins.

    Example:
        >>> import datetime as dt
        >>> times([(dt.date(2025, 8, 1), dt.date(2025, 8, 14)), (dt.date(2025, 8, 8), dt.date(2025, 8, 21))])
        [('2025-08-01', '2025-08-07'), ('2025-08-08', '2025-08-21')]
    """
    begins = [*(first - ONE_DAY for first, _ in periods[1:]), dt.date.max]
    return [(str(first), str(min(last, end))) for (first, last), end in zip(periods, begins, strict=True)]


def joined(networks: Sequence[tuple[Period, nx.Graph[Any]]]) -> nx.Graph[Any]:
    """Return one network whose nodes and edges have spells, from networks with their first and last day, by first day.

    Raises:
        InputError: for networks of different kinds, with parallel edges, or none.
    """
    import networkx as nx

    kinds = {(graph.is_directed(), graph.is_multigraph()) for _, graph in networks}
    if len(kinds) != 1 or any(parallel for _, parallel in kinds):
        raise InputError("Networks through time must be one or more, all directed or none, without parallel edges.")
    whole: nx.Graph[Any] = nx.DiGraph() if networks[0][1].is_directed() else nx.Graph()
    plain = [portable.portable(graph) for _, graph in networks]
    spells = times([period for period, _ in networks])
    for spell, graph in zip(spells, plain, strict=True):
        for node, data in graph.nodes.items():
            whole.add_node(node)
            _note(whole.nodes[node], spell, data)
        for (u, v), data in graph.edges.items():
            whole.add_edge(u, v)
            _note(whole.edges[u, v], spell, data)
    _settle(whole.nodes.values())
    _settle(whole.edges.values())
    return whole


def _note(seen: dict[str, Any], spell: Spell, data: dict[str, Any]) -> None:
    """Note that something is there at a time, with some values."""
    seen.setdefault("spells", []).append(spell)
    for key, value in data.items():
        seen.setdefault(key, []).append((value, *spell))


def _settle(things: Iterable[dict[str, Any]]) -> None:
    """Keep the values through time of numbers that change, and one value of all else, each key alike everywhere."""
    every = list(things)
    keys = {key for thing in every for key in thing if key != "spells"}
    changing = {key for key in keys if _is_number_that_changes([thing[key] for thing in every if key in thing])}
    for thing in every:
        for key in keys & set(thing):
            if key in changing:
                thing[key] = [(float(value), first, last) for value, first, last in thing[key]]
            else:
                thing[key] = thing[key][-1][0]


def _is_number_that_changes(values: list[list[tuple[Any, str, str]]]) -> bool:
    numbers = all(type(value) in (int, float) for each in values for value, _, _ in each)
    return numbers and any(len({value for value, _, _ in each}) > 1 for each in values)
