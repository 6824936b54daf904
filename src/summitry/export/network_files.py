"""Networks for other programs: GraphML, GEXF with a timeline, and frames of nodes and edges."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from summitry.analysis.networks import networkx
from summitry.dataset.arguments import checked
from summitry.dataset.days import as_day
from summitry.dataset.transaction import replace_file, require_free
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
    out; sets, lists and arrays become text joined by ";", and days YYYY-MM-DD. A character that XML cannot have
    becomes the replacement character. Where two ids or names would be written alike, and where programs take a name
    for something else, such as id or size, an underscore is added. Attributes of the graph go into its description,
    because Gephi reports attributes of graphs as errors. Edges of weight 0 are left out, as the Discourse Network
    Analyzer does and Gephi asks.

    Args:
        graph: from `actor_network`, `affiliation_network` or any networkx graph.
        path: the file to write, in a folder that exists.
        force: whether to replace a file that is there.

    Returns:
        The path.

    Raises:
        InputError: for a file that already exists, or whose folder does not.
        MissingExtraError: when networkx is not installed.

    Example:
        >>> from summitry import actor_network, write_graphml
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as folder:
        ...     write_graphml(actor_network(), f"{folder}/congruence.graphml").name
        'congruence.graphml'
    """
    plain = portable.portable(graph)
    description = "; ".join(f"{key}: {value}" for key, value in plain.graph.items() if key != "name")
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
def write_dynamic_gexf(
    graphs: Mapping[tuple[Day, Day], nx.Graph[Any]], path: str | Path, *, force: bool = False
) -> Path:
    """Write networks of different times as one GEXF file with a timeline, for Gephi.

    A node or edge is there from the first day of each network that has it to the last, or to the day before the next
    network begins if that is earlier, so that each day has one network. A number that changes, such as the weight of
    an edge, has a value for each of these times; of texts that change, the last is written. All else is as in
    `write_graphml`. The file has no date of its own in it, so that equal networks give equal files.

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
    writer = networkx().readwrite.gexf.GEXFWriter(whole, version="1.2draft")
    del writer.xml.find("meta").attrib["lastmodifieddate"]
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


def _write(dump: Any, path: str | Path, *, force: bool) -> Path:
    target, content = Path(path), io.BytesIO()
    require_free(target, force=force)
    dump(content)
    replace_file(target, content.getvalue() + b"\n", force=force)
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


def _frame(rows: list[dict[str, Any]], head: list[str]) -> pd.DataFrame:
    import pandas as pd

    kinds: dict[str, type] = {name: float if name == "weight" else str for name in head}
    for row in rows:
        kinds.update({key: type(value) for key, value in row.items()})
    dtypes = {key: float if key == "weight" else _DTYPES.get(kind, types.text()) for key, kind in kinds.items()}
    return pd.DataFrame(rows, columns=list(kinds), dtype="object").astype(dtypes)
