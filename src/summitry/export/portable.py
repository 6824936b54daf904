"""Any network as one that every format can have: ids and names that differ, and attributes of one plain type each."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from summitry.analysis.inputs import SEPARATOR

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Sequence

    import networkx as nx

Row = dict[str, Any]
# names that programs read as something else than an attribute: GEXF, networkx, igraph, and Gephi in any format
_OF_FORMATS = frozenset({"id", "start", "end", "spells", "slices", "viz", "key", "r", "g", "b"})
TAKEN_BY_NODES = _OF_FORMATS | {"pid", "parents", "x", "y", "z", "xpos", "ypos", "size"}
TAKEN_BY_EDGES = _OF_FORMATS | {"source", "target", "type", "label", "edgelabel", "edgeid"}
# XML has no such characters, not even escaped
_UNWRITABLE = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
LONGEST = 2**63  # whole numbers of all formats are below it, and not below its negative


class Parts(NamedTuple):
    """The nodes and the edges of a network, in its order.

    Attributes:
        nodes: each with its id, and its attributes, of which the first is label.
        edges: each with the ids of its two nodes, and its attributes.
    """

    nodes: list[tuple[str, Row]]
    edges: list[tuple[str, str, Row]]


def parts(graph: nx.Graph[Any]) -> Parts:
    """Return the nodes and edges of a network with plain attributes.

    Two nodes whose ids would be written alike, such as 1 and "1", and two attributes whose names would, get different
    ones: an underscore is added. So do attributes with a name that programs read as something else.
    """
    ids = _ids(graph)
    labels = [{"label": clean(str(d.get("label", d.get("name", n)))) or ids[n]} for n, d in graph.nodes(data=True)]
    rest = ({k: v for k, v in d.items() if k != "label"} for _, d in graph.nodes(data=True))
    nodes = _table(rest, TAKEN_BY_NODES | {"label"})
    edges = _table((d for _, _, d in graph.edges(data=True)), TAKEN_BY_EDGES | _not_weights(graph))
    return Parts(
        [(ids[n], label | row) for n, label, row in zip(graph, labels, nodes, strict=True)],
        [(ids[u], ids[v], row) for (u, v), row in zip(graph.edges(), edges, strict=True)],
    )


def values(data: Mapping[Any, Any]) -> Row:
    """Return attributes as text, whole numbers, floats and truth values; what is missing is left out."""
    plain = {clean(str(key)): value(given) for key, given in data.items()}
    return {key: given for key, given in plain.items() if given is not None}


def value(given: Any) -> str | int | float | bool | None:
    """Return one value as text, a whole number, a float or a truth value; None if it is missing, empty or no number.

    Example:
        >>> import datetime as dt
        >>> value(dt.date(2025, 8, 22)), value({"b", "a"}), value(float("nan"))
        ('2025-08-22', 'a;b', None)
    """
    given = given.tolist() if hasattr(given, "tolist") and not isinstance(given, type) else given
    if isinstance(given, float):
        return given if math.isfinite(given) else None
    if isinstance(given, int):  # also a truth value
        return given if -LONGEST <= given < LONGEST else str(given)
    return clean(_text(given)) or None


def _text(given: Any) -> str:
    if given is None or str(given) in ("<NA>", "NaT"):
        return ""
    if isinstance(given, dt.date):
        return given.isoformat().removesuffix("T00:00:00")
    if isinstance(given, set | frozenset):
        given = sorted(map(_text, given))
    return SEPARATOR.join(map(_text, given)) if isinstance(given, list | tuple) else str(given)


def clean(text: str) -> str:
    """Return a text without what XML cannot have; each such character becomes the replacement character."""
    return _UNWRITABLE.sub("\N{REPLACEMENT CHARACTER}", text.replace("\r\n", "\n").replace("\r", "\n"))


def _free(name: str, taken: set[str]) -> str:
    """Return a name that is not taken, in capitals or not, and take it."""
    while name.casefold() in taken:
        name += "_"
    taken.add(name.casefold())
    return name


def _ids(graph: nx.Graph[Any]) -> dict[Hashable, str]:
    """Return the id of each node; texts keep theirs, and others get what is left."""
    written: dict[Any, str] = {n: clean(str(n)) or "_" for n in graph}
    used = {text for n, text in written.items() if text == n}
    for n, text in written.items():
        if text != n:
            while text in used:
                text += "_"  # noqa: PLW2901 - until it is free
            used.add(text)
            written[n] = text
    return written


def _table(rows: Iterable[Mapping[Any, Any]], taken: Iterable[str]) -> list[Row]:
    """Return rows of attributes with names that differ and one type a name."""
    given = list(rows)
    used, names = set(taken), {}
    for key in dict.fromkeys(key for row in given for key in row):
        names[key] = _free(clean(str(key)) or "_", used)
    plain = [{names[key]: value(cell) for key, cell in row.items()} for row in given]
    filled = [{key: cell for key, cell in row.items() if cell is not None} for row in plain]
    unify(filled)
    return filled


def unify(rows: Sequence[Row]) -> None:
    """Give each attribute one type: float where whole numbers and floats meet, text where anything else does."""
    kinds: dict[str, set[type]] = {}
    for row in rows:
        for key, cell in row.items():
            kinds.setdefault(key, set()).add(type(cell))
    for row in rows:
        for key, cell in row.items():
            if len(kinds[key]) > 1:
                row[key] = float(cell) if kinds[key] == {int, float} else str(cell)


def _not_weights(graph: nx.Graph[Any]) -> set[str]:
    """Return the name weight if an edge has one that is no number: then it is an attribute like others."""
    plain = (value(d["weight"]) for _, _, d in graph.edges(data=True) if "weight" in d)
    are_numbers = all(isinstance(w, int | float) and not isinstance(w, bool) for w in plain if w is not None)
    return set() if are_numbers else {"weight"}


def portable(graph: nx.Graph[Any]) -> nx.Graph[Any]:
    """Return a network that every format can have: see `parts`; edges of weight 0 are left out."""
    import networkx as nx

    kinds = {(False, False): nx.Graph, (False, True): nx.MultiGraph, (True, False): nx.DiGraph}
    plain = kinds.get((graph.is_directed(), graph.is_multigraph()), nx.MultiDiGraph)()
    plain.graph.update(values(graph.graph))
    nodes, edges = parts(graph)
    plain.add_nodes_from(nodes)
    heavy = [(u, v, d) for u, v, d in edges if d.get("weight", 1) != 0]
    if plain.is_multigraph():  # ids of edges: programs want each once
        plain.add_edges_from((u, v, i, d) for i, (u, v, d) in enumerate(heavy))
    else:
        plain.add_edges_from(heavy)
    return plain
