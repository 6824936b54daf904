"""Networks as files that other programs open: GraphML, GEXF, and CSV of nodes and edges."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from summitry.analysis.networks import networkx
from summitry.dataset.arguments import checked
from summitry.dataset.days import as_day
from summitry.dataset.transaction import replace_file, require_free
from summitry.errors import InputError
from summitry.export import portable, through_time
from summitry.schema import types

if TYPE_CHECKING:
    from collections.abc import Mapping
    from xml.etree.ElementTree import Element

    import networkx as nx
    import pandas as pd

    from summitry.dataset.days import Day

CHANGING = "weight through time"  # the attribute that becomes the weight of an edge
_NO_TOKEN = re.compile(r"[^\w.:-]")  # characters that an id of GraphML cannot have
_DTYPES = {int: "Int64", float: "float64", bool: "boolean"}


@checked
def write_graphml(graph: nx.Graph[Any], path: str | Path, *, force: bool = False) -> Path:
    """Write a network as GraphML, for Gephi, visone, yEd, igraph, R and others.

    Every attribute has one type (`attr.type`: string, long, double or boolean) and every node a `label`. Gephi
    shows it at once; in visone, mark `label` in the attribute manager. What is missing, empty or infinite is left
    out; sets, lists and arrays become text joined by ";", days YYYY-MM-DD, and what has parts inside of parts JSON. A
    character that XML cannot have becomes the replacement character. Where two ids or names would be written alike,
    and where programs take a name for something else, such as id or size, an underscore is added. Attributes of the
    graph go into its description, because Gephi reports attributes of graphs as errors. Edges of weight 0 are left
    out, as the Discourse Network Analyzer does and Gephi asks.

    Args:
        graph: from `actor_network`, `affiliation_network` or any networkx graph.
        path: the file to write, in a folder that exists.
        force: whether to replace a file that is there.

    Returns:
        The path.

    Raises:
        InputError: for a file that is there already, or has no folder.
        MissingExtraError: when networkx is not installed.

    Example:
        >>> from summitry import actor_network, write_graphml
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as folder:
        ...     write_graphml(actor_network(), f"{folder}/congruence.graphml").name
        'congruence.graphml'
    """
    plain = portable.portable(graph)
    description = _taken_description(plain)
    plain.graph.clear()
    writer = networkx().readwrite.graphml.GraphMLWriter(plain)
    _rename_keys(writer.xml)
    element = writer.xml.makeelement("desc", {})
    element.text = description
    writer.xml.find("graph").insert(0, element)
    return _write(writer.dump, path, force=force)


def _rename_keys(xml: Element) -> None:
    """Name each key after its scope and attribute, and write truth values as XML does.

    The ids d0, d1, … that networkx gives would not do: Gephi reads d3 as a node's label and d7 as an edge's.
    """
    ids: dict[str, str] = {}
    for key in xml.iter("key"):
        id_ = _NO_TOKEN.sub("_", f"{key.get('for')}.{key.get('attr.name')}")
        while id_ in ids.values():
            id_ += "_"
        ids[str(key.get("id"))] = id_
    truths = {k.get("id") for k in xml.iter("key") if k.get("attr.type") == "boolean"}
    for data in xml.iter("data"):
        if data.get("key") in truths:
            data.text = str(data.text).lower()
        data.set("key", ids[str(data.get("key"))])
    for key in xml.iter("key"):
        key.set("id", ids[str(key.get("id"))])


@checked
def write_gexf(graph: nx.Graph[Any], path: str | Path, *, force: bool = False) -> Path:
    """Write a network as GEXF 1.2, the format of Gephi.

    Labels, types, names, what is missing, and edges of weight 0 are as in `write_graphml`. `spells` of a node or edge,
    a list of pairs of a first and a last day, say when it is there: then the file has a timeline. The file has no
    date of its own in it, so that equal networks give equal files.

    Args:
        graph: as in `write_graphml`.
        path: the file to write, in a folder that exists.
        force: whether to replace a file that is there.

    Returns:
        The path.

    Raises:
        InputError: for a file that is there already, or has no folder.
        MissingExtraError: when networkx is not installed.

    Example:
        >>> from summitry import affiliation_network, write_gexf
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as folder:
        ...     write_gexf(affiliation_network(), f"{folder}/positions.gexf").name
        'positions.gexf'
    """
    plain = portable.portable(graph)
    _add_spells(plain, graph)
    return _write_gexf(plain, path, force=force)


def _add_spells(plain: nx.Graph[Any], graph: nx.Graph[Any]) -> None:
    """Give the nodes and edges of a portable network the spells of the original."""
    nodes, edges = portable.parts(graph)
    for (id_, _), data in zip(nodes, graph.nodes.values(), strict=True):
        _set_spells(plain.nodes[id_], portable.spells(data))
    if not plain.is_multigraph():
        for (u, v, _), data in zip(edges, graph.edges.values(), strict=True):
            if plain.has_edge(u, v):  # one of weight 0 is left out
                _set_spells(plain.edges[u, v], portable.spells(data))


def _set_spells(data: dict[str, Any], spells: list[tuple[str | None, str | None]] | None) -> None:
    if spells:
        data.pop("spells_", None)  # the same as text
        data["spells"] = spells


@checked
def write_dynamic_gexf(
    graphs: Mapping[tuple[Day, Day], nx.Graph[Any]], path: str | Path, *, force: bool = False
) -> Path:
    """Write networks of different times as one GEXF file with a timeline, for Gephi.

    A node or edge is there from the first day of each network that has it to the last, or to the day before the next
    network begins if that is earlier, so that each day has one network. A number that changes, such as the weight of
    an edge, has a value for each of these times; of texts that change, the last is written. All else is as in
    `write_gexf`.

    Args:
        graphs: by first and last day, a network; all of one kind, directed or not.
        path: the file to write, in a folder that exists.
        force: whether to replace a file that is there.

    Returns:
        The path.

    Raises:
        InputError: for what is not a day, for networks of different kinds or none, and for a file as in
            `write_graphml`.
        MissingExtraError: when networkx is not installed.

    Example:
        >>> import networkx
        >>> from summitry import write_dynamic_gexf
        >>> from tempfile import TemporaryDirectory
        >>> before = networkx.Graph([("a", "b", {"weight": 1})])
        >>> after = networkx.Graph([("a", "b", {"weight": 3})])
        >>> with TemporaryDirectory() as folder:
        ...     graphs = {("2025-08-08", "2025-08-17"): before, ("2025-08-18", "2025-08-31"): after}
        ...     write_dynamic_gexf(graphs, f"{folder}/august.gexf").name
        'august.gexf'
    """
    periods = {(as_day(first, "a first day"), as_day(last, "a last day")): g for (first, last), g in graphs.items()}
    whole = through_time.joined([(period, periods[period]) for period in sorted(periods)])
    for *_, data in whole.edges(data=True):
        if isinstance(data.get(through_time.WEIGHT), list):
            data[CHANGING] = data.pop(through_time.WEIGHT)
    return _write_gexf(whole, path, force=force)


def _write_gexf(plain: nx.Graph[Any], path: str | Path, *, force: bool) -> Path:
    """Write a portable network."""
    description = _taken_description(plain)
    writer = networkx().readwrite.gexf.GEXFWriter(plain, version="1.2draft")
    meta = writer.xml.find("meta")
    del meta.attrib["lastmodifieddate"]
    element = meta.makeelement("description", {})
    element.text = description
    meta.append(element)
    _copy_changing_weight(writer.xml)
    return _write(writer.write, path, force=force)


def _copy_changing_weight(xml: Element) -> None:
    """Write weights that change a second time, as what Gephi takes for the weight of an edge."""
    ids = {str(a.get("id")) for a in xml.iter("attribute") if a.get("title") == CHANGING}
    for listed, name in (("attributes", "id"), ("attvalues", "for")):
        for parent in xml.iter(listed):
            for element in [e for e in parent if e.get(name) in ids]:
                again = parent.makeelement(element.tag, {**element.attrib, name: through_time.WEIGHT})
                if "title" in again.attrib:
                    again.set("title", through_time.WEIGHT)
                parent.append(again)


def _taken_description(plain: nx.Graph[Any]) -> str:
    """Return the attributes of a graph but its name as a text, and take them from the graph."""
    facts = {key: plain.graph.pop(key) for key in list(plain.graph) if key != "name"}
    return "; ".join(f"{key}: {value}" for key, value in facts.items())


def _write(dump: Any, path: str | Path, *, force: bool) -> Path:
    target, content = Path(path), io.BytesIO()
    require_free(target, force=force)
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
    rows = [{"id": id_, **row} for id_, row in portable.parts(graph).nodes]
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
    edges = portable.parts(graph).edges
    rows = [{"source": u, "target": v, "type": kind, "weight": 1.0, **row} for u, v, row in edges]
    return _frame(rows, head)


@checked
def write_network_csv(
    graph: nx.Graph[Any], nodes: str | Path, edges: str | Path, *, force: bool = False
) -> tuple[Path, Path]:
    """Write the nodes and the edges of a network as two CSV files (UTF-8, LF), which Gephi and R read.

    Args:
        graph: as in `write_graphml`.
        nodes: the file for `network_nodes`, in a folder that exists.
        edges: the file for `network_edges`, likewise.
        force: whether to replace files that are there.

    Returns:
        The two paths.

    Raises:
        InputError: for files as in `write_graphml`.

    Example:
        >>> from summitry import actor_network, write_network_csv
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as folder:
        ...     [p.name for p in write_network_csv(actor_network(), f"{folder}/nodes.csv", f"{folder}/edges.csv")]
        ['nodes.csv', 'edges.csv']
    """
    targets = (Path(nodes), Path(edges))
    for target in targets:
        require_free(target, force=force)
    for target, frame in zip(targets, (network_nodes(graph), network_edges(graph)), strict=True):
        truths = frame.select_dtypes("boolean").columns
        text = frame.astype(dict.fromkeys(truths, types.text())).replace(
            {t: {"True": "true", "False": "false"} for t in truths}
        )
        replace_file(target, text.to_csv(index=False, lineterminator="\n").encode())
    return targets


@checked
def write_matrix_csv(graph: nx.Graph[Any], path: str | Path, weight: str = "weight", *, force: bool = False) -> Path:
    """Write a network as a matrix in CSV (UTF-8, LF), which R, UCINET and spreadsheets read.

    Of a network of two modes, whose nodes have `bipartite` 0 and 1, such as `affiliation_network()`, the rows are the
    nodes with 0 and the columns those with 1. Of others, rows and columns are all nodes.

    Args:
        graph: as in `write_graphml`.
        path: the file to write, in a folder that exists.
        weight: the attribute of edges to write; an edge without it counts 1, and no edge 0. Parallel edges are added.
        force: whether to replace a file that is there.

    Returns:
        The path.

    Raises:
        InputError: for an attribute that is no number, and for a file as in `write_graphml`.
        MissingExtraError: when networkx is not installed.

    Example:
        >>> import networkx
        >>> from summitry import write_matrix_csv
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as folder:
        ...     print(write_matrix_csv(networkx.Graph([("a", "b")]), f"{folder}/matrix.csv").read_text(), end="")
        id,a,b
        a,0.0,1.0
        b,1.0,0.0
    """
    target = Path(path)
    require_free(target, force=force)
    plain = portable.portable(graph)
    modes = _modes(plain)
    try:
        matrix = networkx().to_pandas_adjacency(plain, weight=weight, dtype=float)
    except (TypeError, ValueError) as e:
        raise InputError(f"weight is {weight!r}; give an attribute of edges that is a number.") from e
    chosen = matrix.loc[modes[0], modes[1]] if modes[0] and modes[1] else matrix
    replace_file(target, chosen.to_csv(index_label="id", lineterminator="\n").encode())
    return target


def _modes(plain: nx.Graph[Any]) -> tuple[list[str], list[str]]:
    """Return the nodes of each of two modes; both empty where a node has none."""
    if any(mode not in (0, 1) for _, mode in plain.nodes(data="bipartite")):
        return [], []
    rows, columns = ([n for n, mode in plain.nodes(data="bipartite") if mode == side] for side in (0, 1))
    return rows, columns


def _frame(rows: list[dict[str, Any]], head: list[str]) -> pd.DataFrame:
    import pandas as pd

    kinds: dict[str, type] = {name: float if name == "weight" else str for name in head}
    for row in rows:
        kinds.update({key: type(value) for key, value in row.items()})
    dtypes = {key: float if key == "weight" else _DTYPES.get(kind, types.text()) for key, kind in kinds.items()}
    return pd.DataFrame(rows, columns=list(kinds), dtype="object").astype(dtypes)
