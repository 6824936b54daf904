"""Networks in files that other programs open."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from xml.etree import ElementTree as ET

import networkx as nx
import numpy as np
import pandas as pd
import pytest

from own_tables import SAID
from summitry.analysis.networks import actor_network, affiliation_network
from summitry.errors import InputError
from summitry.export import portable
from summitry.export.network_files import (
    network_edges,
    network_nodes,
    write_dynamic_gexf,
    write_graphml,
)
from summitry.schema import types

NAMESPACE = "{http://graphml.graphdrawing.org/xmlns}"


# what Gephi takes for something else than an attribute, by the id or the name of its key
TAKEN_BY_GEPHI = {
    "node": {"d3", "x", "y", "z", "xpos", "ypos", "size", "r", "g", "b"},
    "edge": {"d7", "label", "edgelabel", "id", "edgeid", "r", "g", "b"},
}


READ = {"string": str, "long": int, "double": float, "boolean": {"true": True, "false": False}.get}


MADE = {
    "affiliation": lambda: affiliation_network(tables=SAID),
    "subtract": lambda: actor_network("subtract", "average", tables=SAID),
    "shipped affiliation": lambda: affiliation_network(None, "day"),
    "shipped party": lambda: actor_network("subtract", "cosine"),
    "empty": lambda: actor_network(as_of="2000-01-01"),
}


@pytest.fixture(scope="module", params=MADE)
def made(request):
    """A network, which no test changes."""
    return MADE[request.param]()


def read(path):
    """The keys, and the nodes and edges with their typed attributes, of a GraphML file, by the letter of the format."""
    root = ET.parse(path).getroot()  # noqa: S314 - a file of our own
    keys = {k.get("id"): k for k in root.iter(f"{NAMESPACE}key")}
    assert len(keys) == len(root.findall(f"{NAMESPACE}key"))

    def cells(element, scope):
        data = element.findall(f"{NAMESPACE}data")
        assert max(Counter(d.get("key") for d in data).values(), default=1) == 1
        for d in data:
            assert keys[d.get("key")].get("for") == scope
            assert d.text
        return {keys[d.get("key")].get("attr.name"): READ[keys[d.get("key")].get("attr.type")](d.text) for d in data}

    nodes = {n.get("id"): cells(n, "node") for n in root.iter(f"{NAMESPACE}node")}
    edges = {(e.get("source"), e.get("target")): cells(e, "edge") for e in root.iter(f"{NAMESPACE}edge")}
    return keys, nodes, edges


def test_graphml_has_types_and_labels(made, tmp_path):
    keys, nodes, edges = read(write_graphml(made, tmp_path / "network.graphml"))
    for name, key in keys.items():
        assert key.get("attr.type") in READ
        scope, title = key.get("for"), key.get("attr.name")
        assert not {name, title} & TAKEN_BY_GEPHI[scope]
        assert re.fullmatch(r"[\w.:-]+", name)  # an NMTOKEN, as the schema of GraphML wants
        assert re.fullmatch(r"[\w.:-]+", title)
    assert nodes == dict(made.nodes(data=True))
    assert all(n["label"] for n in nodes.values())
    assert edges == {(u, v): d for u, v, d in made.edges(data=True) if d["weight"] != 0}


def test_graphml_reads_back(made, tmp_path):
    again = nx.read_graphml(write_graphml(made, tmp_path / "network.graphml"))
    assert dict(again.nodes(data=True)) == dict(made.nodes(data=True))
    weighty = nx.Graph()
    weighty.add_nodes_from(made)
    weighty.add_edges_from((u, v, d) for u, v, d in made.edges(data=True) if d["weight"] != 0)
    assert nx.utils.edges_equal(again.edges(data=True), weighty.edges(data=True))


def test_graphml_describes_the_network(tmp_path):
    graph = actor_network("conflict", "jaccard", "week", tables=SAID)
    before = dict(graph.graph)
    path = write_graphml(graph, tmp_path / "network.graphml")
    assert "network: conflict; normalize: jaccard; unit: week" in path.read_text("utf-8")
    assert graph.graph == before
    first = path.read_bytes()
    assert write_graphml(graph, path, force=True).read_bytes() == first


def test_any_graph_can_be_written(tmp_path):
    graph = nx.DiGraph(id="mine", about=None)
    graph.add_node(1, kinds=["b", "a"], seen={"y", "x"}, empty=None, n=1)
    graph.add_node("two", name="Two & <two>", n=2.5, odd=pd.NA, day=pd.Timestamp(2025, 8, 11))
    graph.add_edge(1, "two", weight=pd.Series([3]).iloc[0], sure=True, code=1)
    graph.add_edge("two", 1, sure=False, code="x")
    keys, nodes, edges = read(write_graphml(graph, tmp_path / "network.graphml"))
    assert nodes == {
        "1": {"label": "1", "kinds": "b;a", "seen": "x;y", "n": 1.0},
        "two": {"label": "Two & <two>", "name": "Two & <two>", "n": 2.5, "day": "2025-08-11"},
    }
    assert edges == {("1", "two"): {"weight": 3, "sure": True, "code": "1"}, ("two", "1"): {"sure": False, "code": "x"}}
    assert keys["node.n"].get("attr.type") == "double"
    assert graph.graph["id"] == "mine"
    assert network_edges(graph)["weight"].tolist() == [3, 1]
    assert network_edges(graph)["type"].tolist() == ["directed", "directed"]


def test_nodes_and_edges_as_frames(made):
    nodes, edges = network_nodes(made), network_edges(made)
    assert nodes["id"].tolist() == list(made.nodes)
    assert nodes.columns[:2].tolist() == ["id", "label"]
    assert edges.columns[:4].tolist() == ["source", "target", "type", "weight"]
    assert list(zip(edges["source"], edges["target"], strict=True)) == list(made.edges)
    assert edges["weight"].tolist() == [w for _, _, w in made.edges(data="weight")]
    if len(nodes):
        assert nodes["belligerent"].dtype == "boolean"
        assert nodes["activity"].dtype == "Int64"
        assert edges["sign"].dtype == types.text()


def odd(kind):
    """A network with all that networkx allows and files do not."""
    graph = kind(name="odd", about=[1, {2: "x"}], when=dt.date(2025, 8, 22))
    graph.add_node(1, label="one", kinds=["b", "a"], many=np.array([1, 2]), deep=[(1, 2)], id="mine", size=3)
    graph.add_node("1", label=1, control="a\x00b\x1b\ud800", day=dt.date(2025, 8, 22), big=2**70, x=0.5, Label="other")
    graph.add_node((2, "x"), spells=["x"], mapping={"a": {1}}, none=None, nat=pd.NaT, inf=float("inf"), empty="")
    graph.add_node(frozenset({3}), **{"a b": True, "A B": 1, "é": "Київ\r\n基輔"})
    graph.add_node(" ", viz={"color": {"r": 1}}, parents=["1"], pid=1, start="2025-08-08", key="k", time=dt.time(3))
    graph.add_edge(1, "1", weight=2, id="e", label="to", type="mutual", source="x", key_="k")
    graph.add_edge("1", (2, "x"), weight=np.float64(0.5), start=1, sure=np.True_, seen=pd.Timestamp("2025-08-22 10:00"))
    graph.add_edge(" ", " ", weight=None, other=b"bytes", number=3 + 4j)
    graph.add_edge(1, frozenset({3}), weight=0)
    return graph


ODD = {kind.__name__: kind for kind in (nx.Graph, nx.DiGraph, nx.MultiGraph, nx.MultiDiGraph)}


def comparable(graph, *, without=()):
    """The nodes, and the edges in any order, with their attributes."""
    edges = [
        (
            *(sorted((u, v)) if not graph.is_directed() else (u, v)),
            sorted((k, x) for k, x in d.items() if k not in without),
        )
        for u, v, d in graph.edges(data=True)
    ]
    return {n: dict(d) for n, d in graph.nodes(data=True)}, sorted(edges, key=str)


@pytest.mark.parametrize("kind", ODD)
def test_any_legal_network_reads_back_from_graphml(kind, tmp_path):
    graph = odd(ODD[kind])
    path = write_graphml(graph, tmp_path / "odd.graphml")
    again = nx.read_graphml(path)
    expected = portable.portable(graph)
    assert comparable(again, without={"id"}) == comparable(expected)
    assert set(again) == {"1", "1_", "(2, 'x')", "frozenset({3})", " "}
    assert again.nodes["1_"]["label"] == "one"  # the text keeps its id
    assert again.nodes["1"]["control"] == "a\ufffdb\ufffd\ufffd"
    assert again.nodes["1_"] == {
        "label": "one",
        "kinds": "b;a",
        "many": "1;2",
        "deep": "1;2",
        "id_": "mine",
        "size_": 3,
    }
    keys = [k.get("id") for k in ET.parse(path).getroot().iter(f"{NAMESPACE}key")]  # noqa: S314 - a file of our own
    assert len({key.casefold() for key in keys}) == len(keys)


@pytest.mark.parametrize("kind", ODD)
def test_any_legal_network_reads_back_in_igraph(kind, tmp_path):
    igraph = pytest.importorskip("igraph")
    graph = odd(ODD[kind])
    expected = portable.portable(graph)
    again = igraph.Graph.Read_GraphML(str(write_graphml(graph, tmp_path / "odd.graphml")))
    assert again.is_directed() == expected.is_directed()
    assert again.vs["id"] == list(expected)
    ends = Counter(frozenset((again.vs[e.source]["id"], again.vs[e.target]["id"])) for e in again.es)
    assert ends == Counter(frozenset(e[:2]) for e in expected.edges)
    for vertex in again.vs:
        for name, value in expected.nodes[vertex["id"]].items():
            assert vertex[name] == value, name


@pytest.mark.parametrize("kind", ODD)
def test_any_legal_network_can_be_a_frame(kind):
    nodes, edges = network_nodes(odd(ODD[kind])), network_edges(odd(ODD[kind]))
    assert nodes["id"].tolist() == ["1_", "1", "(2, 'x')", "frozenset({3})", " "]
    assert nodes.columns.str.casefold().is_unique
    assert set(edges["source"]) | set(edges["target"]) <= set(nodes["id"])


@pytest.mark.parametrize("weight", ["heavy", [1], True, dt.date(2025, 8, 22)])
def test_a_weight_that_is_no_number_is_an_attribute_like_others(weight, tmp_path):
    graph = nx.Graph([("a", "b", {"weight": weight})])
    assert "weight_" in nx.read_graphml(write_graphml(graph, tmp_path / "w.graphml")).edges["a", "b"]
    assert network_edges(graph)["weight"].tolist() == [1]


def test_networks_through_time(tmp_path):
    before, after = nx.Graph(), nx.Graph()
    before.add_edge("a", "b", weight=1, sign="positive")
    after.add_edge("b", "a", weight=3, sign="negative")
    after.add_edge("b", "c", weight=2.5, sign="positive")
    after.nodes["c"]["label"] = "Two & <two>"
    path = write_dynamic_gexf(
        {("2025-08-15", "2025-08-31"): after, (dt.date(2025, 8, 8), "2025-08-21"): before}, tmp_path / "time.gexf"
    )
    assert "lastmodified" not in path.read_text("utf-8")
    root = ET.parse(path).getroot()  # noqa: S314 - a file of our own
    graph = root.find("{*}graph")
    assert (graph.get("mode"), graph.get("timeformat")) == ("dynamic", "date")
    again = nx.read_gexf(path)
    first, second = ("2025-08-08", "2025-08-14"), ("2025-08-15", "2025-08-31")
    assert again.nodes["a"]["spells"] == [first, second]
    assert again.nodes["c"]["spells"] == [second]
    assert again.edges["a", "b"]["weight through time"] == [(1.0, *first), (3.0, *second)]
    assert again.edges["b", "c"]["weight through time"] == [(2.5, *second)]
    of_gephi = [v for v in graph.findall(".//{*}attvalue") if v.get("for") == "weight"]
    assert [(v.get("value"), v.get("start"), v.get("end")) for v in of_gephi] == [
        ("1.0", *first),
        ("3.0", *second),
        ("2.5", *second),
    ]
    assert again.edges["a", "b"]["sign"] == "negative"
    assert again.nodes["c"]["label"] == "Two & <two>"
    assert {a.get("id") for a in graph.findall(".//{*}attribute") if a.get("title") == "weight"} == {"weight"}


def test_networks_through_time_must_be_of_one_kind(tmp_path):
    graphs = {("2025-08-08", "2025-08-14"): nx.Graph(), ("2025-08-15", "2025-08-31"): nx.DiGraph()}
    with pytest.raises(InputError, match="all directed or none"):
        write_dynamic_gexf(graphs, tmp_path / "time.gexf")
