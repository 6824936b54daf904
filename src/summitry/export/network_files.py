"""Networks as files that other programs open: GraphML, GEXF, and CSV of nodes and edges."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING, Any

from summitry.analysis.inputs import SEPARATOR
from summitry.analysis.networks import networkx
from summitry.dataset.arguments import checked
from summitry.dataset.transaction import replace_file
from summitry.schema import types

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from xml.etree.ElementTree import Element

    import networkx as nx
    import pandas as pd

_DTYPES = {int: "Int64", float: "float64", bool: "boolean"}


@checked
def write_graphml(graph: nx.Graph[Any], path: str | Path) -> Path:
    """Write a network as GraphML, for Gephi, visone, yEd, igraph, R and others.

    Every attribute has one type (`attr.type`: string, long, double or boolean) and every node a `label`. Gephi
    shows it at once; in visone, mark `label` in the attribute manager. What is missing is left out, sets and lists
    become text joined by ";". Attributes of the graph go into its description, because Gephi reports attributes of
    graphs as errors. Edges of weight 0 are left out, as the Discourse Network Analyzer does and Gephi asks.

    Args:
        graph: from `actor_network`, `affiliation_network` or any networkx graph that is no multigraph.
        path: the file; one that is there is replaced as a whole.

    Returns:
        The path.

    Raises:
        MissingExtraError: when networkx is not installed.

    Example:
        >>> from summitry import actor_network, write_graphml
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as folder:
        ...     write_graphml(actor_network(), f"{folder}/congruence.graphml").name
        'congruence.graphml'
    """
    plain = _portable(graph)
    description = _taken_description(plain)
    plain.graph.clear()
    writer = networkx().readwrite.graphml.GraphMLWriter(plain)
    _rename_keys(writer.xml)
    element = writer.xml.makeelement("desc", {})
    element.text = description
    writer.xml.find("graph").insert(0, element)
    return _write(writer.dump, path)


def _rename_keys(xml: Element) -> None:
    """Name each key after its scope and attribute, and write truth values as XML does.

    The ids d0, d1, … that networkx gives would not do: Gephi reads d3 as a node's label and d7 as an edge's.
    """
    ids = {k.get("id"): f"{k.get('for')}.{k.get('attr.name')}" for k in xml.iter("key")}
    truths = {k.get("id") for k in xml.iter("key") if k.get("attr.type") == "boolean"}
    for data in xml.iter("data"):
        if data.get("key") in truths:
            data.text = str(data.text).lower()
        data.set("key", ids[data.get("key")])
    for key in xml.iter("key"):
        key.set("id", ids[key.get("id")])


@checked
def write_gexf(graph: nx.Graph[Any], path: str | Path) -> Path:
    """Write a network as GEXF 1.2, the format of Gephi.

    Labels, types, what is missing, and edges of weight 0 are as in `write_graphml`. The file has no date in it, so
    that equal networks give equal files.

    Args:
        graph: as in `write_graphml`.
        path: the file; one that is there is replaced as a whole.

    Returns:
        The path.

    Raises:
        MissingExtraError: when networkx is not installed.

    Example:
        >>> from summitry import affiliation_network, write_gexf
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as folder:
        ...     write_gexf(affiliation_network(), f"{folder}/positions.gexf").name
        'positions.gexf'
    """
    plain = _portable(graph)
    description = _taken_description(plain)
    writer = networkx().readwrite.gexf.GEXFWriter(plain, version="1.2draft")
    meta = writer.xml.find("meta")
    del meta.attrib["lastmodifieddate"]
    element = meta.makeelement("description", {})
    element.text = description
    meta.append(element)
    return _write(writer.write, path)


def _taken_description(plain: nx.Graph[Any]) -> str:
    """Return the attributes of a graph but its name as a text, and take them from the graph."""
    facts = {key: plain.graph.pop(key) for key in list(plain.graph) if key != "name"}
    return "; ".join(f"{key}: {value}" for key, value in facts.items())


def _write(dump: Any, path: str | Path) -> Path:
    target, content = Path(path), io.BytesIO()
    dump(content)
    replace_file(target, content.getvalue() + b"\n")
    return target


@checked
def network_nodes(graph: nx.Graph[Any]) -> pd.DataFrame:
    """Return the nodes of a network as a frame.

    Args:
        graph: as in `write_graphml`.

    Returns:
        One row per node, in the order of the graph: id, label, and a column for each attribute, of nullable types.

    Example:
        >>> from summitry import actor_network, network_nodes
        >>> network_nodes(actor_network()).columns[:2].tolist()
        ['id', 'label']
    """
    rows = [{"id": str(n), "label": _label(n, d), **_cells(d)} for n, d in graph.nodes(data=True)]
    return _frame(rows, ["id", "label"])


@checked
def network_edges(graph: nx.Graph[Any]) -> pd.DataFrame:
    """Return the edges of a network as a frame.

    Args:
        graph: as in `write_graphml`.

    Returns:
        One row an edge, in the order of the graph: source, target, type (undirected or directed), weight (1 where
        the edge has none), and a column for each attribute, of nullable types. Gephi reads these names.

    Example:
        >>> from summitry import actor_network, network_edges
        >>> network_edges(actor_network()).columns[:4].tolist()
        ['source', 'target', 'type', 'weight']
    """
    kind = "directed" if graph.is_directed() else "undirected"
    head = ["source", "target", "type", "weight"]
    rows = [
        {"source": str(u), "target": str(v), "type": kind, "weight": 1.0, **_cells(d)}
        for u, v, d in graph.edges(data=True)
    ]
    return _frame(rows, head)


@checked
def write_network_csv(graph: nx.Graph[Any], nodes: str | Path, edges: str | Path) -> tuple[Path, Path]:
    """Write the nodes and the edges of a network as two CSV files (UTF-8, LF), which Gephi and R read.

    Args:
        graph: as in `write_graphml`.
        nodes: the file for `network_nodes`; one that is there is replaced as a whole.
        edges: the file for `network_edges`; likewise.

    Returns:
        The two paths.

    Example:
        >>> from summitry import actor_network, write_network_csv
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as folder:
        ...     [p.name for p in write_network_csv(actor_network(), f"{folder}/nodes.csv", f"{folder}/edges.csv")]
        ['nodes.csv', 'edges.csv']
    """
    targets = (Path(nodes), Path(edges))
    for target, frame in zip(targets, (network_nodes(graph), network_edges(graph)), strict=True):
        truths = frame.select_dtypes("boolean").columns
        text = frame.astype(dict.fromkeys(truths, types.text())).replace(
            {t: {"True": "true", "False": "false"} for t in truths}
        )
        replace_file(target, text.to_csv(index=False, lineterminator="\n").encode())
    return targets


def _frame(rows: list[dict[str, Any]], head: list[str]) -> pd.DataFrame:
    import pandas as pd

    _unify(rows)
    kinds: dict[str, type] = {name: float if name == "weight" else str for name in head}
    for row in rows:
        kinds.update({key: type(value) for key, value in row.items()})
    dtypes = {key: _DTYPES.get(kind, types.text()) for key, kind in kinds.items()}
    return pd.DataFrame(rows, columns=list(kinds), dtype="object").astype(dtypes)


def _portable(graph: nx.Graph[Any]) -> nx.Graph[Any]:
    """Return a copy that every format can hold: plain values of one type an attribute, labels, no edge of weight 0."""
    plain = graph.__class__()
    plain.graph.update(_cells(graph.graph))
    nodes = [(n, {"label": _label(n, d), **_cells(d)}) for n, d in graph.nodes(data=True)]
    edges = [(u, v, _cells(d)) for u, v, d in graph.edges(data=True)]
    _unify([d for _, d in nodes])
    _unify([d for _, _, d in edges])
    plain.add_nodes_from((str(n), d) for n, d in nodes)
    plain.add_edges_from((str(u), str(v), d) for u, v, d in edges if d.get("weight", 1) != 0)
    return plain


def _label(node: object, data: Mapping[str, Any]) -> str:
    return str(data.get("label", data.get("name", node)))


def _cells(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return attributes as plain values: text, whole numbers, floats and truth values."""
    import pandas as pd

    found: dict[str, Any] = {}
    for key, value in data.items():
        if isinstance(value, list | tuple | set | frozenset):
            parts = sorted(map(str, value)) if isinstance(value, set | frozenset) else map(str, value)
            found[str(key)] = SEPARATOR.join(parts)
        elif not pd.isna(value):
            plain = value.item() if hasattr(value, "item") else value
            found[str(key)] = plain if isinstance(plain, str | bool | int | float) else str(plain)
    return found


def _unify(rows: Sequence[dict[str, Any]]) -> None:
    """Give each attribute one type: float where whole numbers and floats meet, text where anything else does."""
    kinds: dict[str, set[type]] = {}
    for row in rows:
        for key, value in row.items():
            kinds.setdefault(key, set()).add(type(value))
    for row in rows:
        for key, value in row.items():
            if len(kinds[key]) > 1:
                row[key] = float(value) if kinds[key] == {int, float} else str(value)
