"""Networks in files that other programs open."""

from __future__ import annotations

import re
from collections import Counter
from xml.etree import ElementTree as ET

import networkx as nx
import pandas as pd
import pytest

from own_tables import SAID
from summitry.analysis.networks import actor_network, affiliation_network
from summitry.export.network_files import network_edges, network_nodes, write_gexf, write_graphml, write_network_csv
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
    "shipped party": lambda: actor_network("subtract", "cosine", actors="party"),
    "empty": lambda: actor_network(as_of="2000-01-01"),
}


@pytest.fixture(params=MADE)
def made(request):
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
    assert write_graphml(graph, path).read_bytes() == first


def test_gexf_reads_back_and_has_no_date(made, tmp_path):
    path = write_gexf(made, tmp_path / "network.gexf")
    assert "lastmodified" not in path.read_text("utf-8")
    again = nx.read_gexf(path)
    assert dict(again.nodes(data=True)) == dict(made.nodes(data=True))
    assert {frozenset(e) for e in again.edges} == {frozenset((u, v)) for u, v, w in made.edges(data="weight") if w}
    for u, v, d in again.edges(data=True):
        assert {k: x for k, x in d.items() if k != "id"} == made.edges[u, v]


def test_any_graph_can_be_written(tmp_path):
    graph = nx.DiGraph(id="mine", about=None)
    graph.add_node(1, kinds=["b", "a"], seen={"y", "x"}, empty=None, n=1)
    graph.add_node("two", name="Two & <two>", n=2.5, odd=pd.NA, day=pd.Timestamp(2025, 8, 11))
    graph.add_edge(1, "two", weight=pd.Series([3]).iloc[0], sure=True, code=1)
    graph.add_edge("two", 1, sure=False, code="x")
    keys, nodes, edges = read(write_graphml(graph, tmp_path / "network.graphml"))
    assert nodes == {
        "1": {"label": "1", "kinds": "b;a", "seen": "x;y", "n": 1.0},
        "two": {"label": "Two & <two>", "name": "Two & <two>", "n": 2.5, "day": "2025-08-11 00:00:00"},
    }
    assert edges == {("1", "two"): {"weight": 3, "sure": True, "code": "1"}, ("two", "1"): {"sure": False, "code": "x"}}
    assert keys["node.n"].get("attr.type") == "double"
    assert graph.graph["id"] == "mine"
    assert nx.read_gexf(write_gexf(graph, tmp_path / "network.gexf")).nodes["two"]["label"] == "Two & <two>"
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


def test_csv_of_nodes_and_edges(tmp_path):
    graph = affiliation_network(tables=SAID)
    nodes, edges = write_network_csv(graph, tmp_path / "nodes.csv", tmp_path / "edges.csv")
    assert nodes.read_bytes().splitlines()[1].decode() == "a,A,A,actor,0,person,a,A,false,2,1,3,3,2,,"
    assert edges.read_bytes().splitlines()[:2] == [
        b"source,target,type,weight,strength,sign,relation,agreement,disagreement,statement_ids",
        b"a,p,undirected,2.0,2.0,positive,agreement,2,0,a1;a2",
    ]
    assert b"\r" not in nodes.read_bytes()
    written = pd.read_csv(edges, keep_default_na=False)
    assert written["weight"].tolist() == network_edges(graph)["weight"].tolist()
