"""Networks against matrices worked out by hand."""

from __future__ import annotations

import subprocess
import sys

import networkx as nx
import numpy as np
import pytest

from own_tables import SAID, build
from summitry import errors
from summitry.analysis import discourse
from summitry.analysis.networks import actor_network, affiliation_network, backbone, demand_network
from summitry.analysis.stances_table import stances_behind

PAIRS = [("a", "b"), ("a", "c"), ("b", "c")]


# congruence, the sum over demands and sides of the products of counts:
#     a b: p+ 2·1 + q- 1·2 = 4      a c: nothing in common = 0      b c: p- 1·3 = 3
CONGRUENCE = [4, 0, 3]


# conflict, the same across sides:
#     a b: p+ p- 2·1 = 2            a c: p+ p- 2·3 = 6              b c: p+ p- 1·3 = 3
CONFLICT = [2, 6, 3]


DENOMINATORS = {
    None: [1, 1, 1],
    # average: (3 + 4) / 2, (3 + 3) / 2, (4 + 3) / 2
    "average": [3.5, 3, 3.5],
    # jaccard: what one alone says + what the other alone says + the products of what both say
    #     a b: a alone nothing (b has p+ and q- too); b alone p- 1; both 2·1 + 1·2  -> 0 + 1 + 4 = 5
    #     a c: a alone p+ 2 and q- 1; c alone p- 3; both nothing                    -> 3 + 3 + 0 = 6
    #     b c: b alone p+ 1 and q- 2; c alone nothing; both 1·3                     -> 3 + 0 + 3 = 6
    "jaccard": [5, 6, 6],
    # cosine, as the manual defines it: 3·4, 3·3, 4·3; activity projects rows that add up to 1, which is the same
    "cosine": [12, 9, 12],
    "activity": [12, 9, 12],
}


def weights(graph):
    return [graph.edges[pair]["weight"] if graph.has_edge(*pair) else 0 for pair in PAIRS]


@pytest.mark.parametrize("normalize", DENOMINATORS)
def test_one_mode_networks_by_hand(normalize):
    norm = DENOMINATORS[normalize]
    expected = {
        "congruence": [c / n for c, n in zip(CONGRUENCE, norm, strict=True)],
        "conflict": [c / n for c, n in zip(CONFLICT, norm, strict=True)],
        "subtract": [(s - d) / n for s, d, n in zip(CONGRUENCE, CONFLICT, norm, strict=True)],
    }
    for kind, by_hand in expected.items():
        assert weights(actor_network(kind, normalize, contested=False, tables=SAID)) == pytest.approx(by_hand)


def test_activity_is_the_projection_of_the_normalised_affiliation_network():
    agreement, left_open, disagreement = [[2, 0], [1, 0], [0, 0]], [[0, 2], [0, 0], [1, 0]], [[0, 1], [1, 2], [3, 0]]
    whole = np.array([agreement, left_open, disagreement], dtype="float64")
    normalised = whole / whole.sum(axis=(0, 2))[:, None]
    for kind in discourse.KINDS:
        direct = discourse.weights(whole, kind, "activity")
        assert direct == pytest.approx(discourse.weights(normalised, kind, None))


@pytest.mark.parametrize(
    ("unit", "congruence", "conflict"),
    [
        # a counts p+ once for the 11th; b counts q- once; c counts p- for the 11th, the 12th and the 19th:
        # which makes a (p+ 1, q- 1), b (p+ 1, p- 1, q- 1), c (p- 3)
        ("day", [1 + 1, 0, 3], [1, 3, 3]),
        # c counts p- for two weeks: a (p+ 1, q- 1), b (p+ 1, p- 1, q- 1), c (p- 2)
        ("week", [1 + 1, 0, 2], [1, 2, 2]),
        # each side of each demand once: a (p+ 1, q- 1), b (p+ 1, p- 1, q- 1), c (p- 1)
        ("range", [1 + 1, 0, 1], [1, 1, 1]),
        # a document each, but a1 and a2 in one: a (p+ 1, q- 1), b (p+ 1, p- 1, q- 2), c (p- 3)
        ("source", [1 + 2, 0, 3], [1, 3, 3]),
    ],
)
def test_duplicates_are_dropped_within_a_unit(unit, congruence, conflict):
    mentions = SAID["mentions"].replace({"source_id": {"page-of-a2": "page-of-a1"}})
    table = {**SAID, "mentions": mentions}
    assert weights(actor_network("congruence", unit=unit, contested=False, tables=table)) == congruence
    assert weights(actor_network("conflict", unit=unit, contested=False, tables=table)) == conflict


def test_actors_without_a_tie_are_there_and_say_what_they_are():
    graph = actor_network("congruence", contested=False, tables=SAID)
    assert set(graph.nodes) == {"a", "b", "c"}
    assert not graph.has_edge("a", "c")
    assert graph.nodes["b"] == {
        "label": "B",
        "name": "B",
        "mode": "actor",
        "bipartite": 0,
        "kind": "person",
        "party": "b",
        "party_name": "B",
        "belligerent": False,
        "agreement": 1,
        "open": 0,
        "disagreement": 3,
        "activity": 4,
        "n_statements": 4,
        "n_demands": 2,
    }
    assert graph.edges["a", "b"] == {
        "weight": 4.0,
        "strength": 4.0,
        "sign": "positive",
        "congruence": 4,
        "conflict": 2,
        "agree_on": "p;q",
        "differ_on": "p",
        "n_agree_on": 2,
        "n_differ_on": 1,
        "n_open": 0,
        "stance_ids": "a1-s0;a2-s1;a3-s2;b1-s3;b2-s4;b3-s5;b4-s6",
    }
    assert graph.graph["network"] == "congruence"
    assert graph.graph["attribution"] == "self"
    balanced = actor_network("subtract", contested=False, tables=SAID).edges["b", "c"]
    assert (balanced["weight"], balanced["sign"]) == (0, "balanced")


def test_the_affiliation_network_by_hand():
    # agreement less disagreement: a p 2, a q -1, b p 1 - 1, b q -2, c p -3
    plain = affiliation_network(tables=SAID)
    assert {(u, v): w for u, v, w in plain.edges(data="weight")} == {
        ("a", "p"): 2,
        ("a", "q"): -1,
        ("b", "p"): 0,
        ("b", "q"): -2,
        ("c", "p"): -3,
    }
    # divided by what the actor says: 3, 4 and 3
    active = affiliation_network(normalize="activity", tables=SAID)
    assert {(u, v): w for u, v, w in active.edges(data="weight")} == pytest.approx(
        {
            ("a", "p"): 2 / 3,
            ("a", "q"): -1 / 3,
            ("b", "p"): 0,
            ("b", "q"): -2 / 4,
            ("c", "p"): -1,
        }
    )
    # divided by what is said on the demand, d's open positions too: p 2 + 2 + 3 + 1, q 1 + 2 + 1
    prominent = affiliation_network(normalize="prominence", tables=SAID)
    assert {(u, v): w for u, v, w in prominent.edges(data="weight")} == pytest.approx(
        {
            ("a", "p"): 2 / 8,
            ("a", "q"): -1 / 4,
            ("b", "p"): 0,
            ("b", "q"): -2 / 4,
            ("c", "p"): -3 / 8,
        }
    )


def test_the_affiliation_network_has_two_modes():
    graph = affiliation_network(tables=SAID)
    assert nx.is_bipartite(graph)
    assert dict(graph.nodes(data="bipartite")) == {"a": 0, "b": 0, "c": 0, "p": 1, "q": 1}
    assert graph.nodes["p"] == {
        "label": "P",
        "name": "P",
        "mode": "demand",
        "bipartite": 1,
        "issue": "territory",
        "agreement": 3,
        "open": 1,
        "disagreement": 4,
        "activity": 8,
        "n_statements": 8,
        "n_actors": 4,
    }
    assert graph.edges["b", "p"] == {
        "weight": 0.0,
        "strength": 0.0,
        "sign": "balanced",
        "relation": "mixed",
        "agreement": 1,
        "disagreement": 1,
        "n_open": 0,
        "statement_ids": "b1;b2",
        "stance_ids": "b1-s3;b2-s4",
    }
    assert graph.edges["c", "p"]["relation"] == "disagreement"


def test_nobody_is_given_what_another_says_of_him():
    assert affiliation_network(tables=SAID).edges["a", "p"]["weight"] == 2
    assert affiliation_network(None, tables=SAID).edges["a", "p"]["weight"] == 1
    assert set(affiliation_network("third_party", tables=SAID).nodes) == {"a", "p"}
    by_speaker = affiliation_network(by="speaker", tables=SAID)
    assert set(by_speaker.nodes) == {"a", "b", "c", "p", "q"}


def test_parties_as_actors():
    table = build(
        "s1 2025-08-11 anna anna p accepts\ns2 2025-08-12 boris russia p accepts\ns3 2025-08-12 olga olga p rejects",
        roles="anna russia - -\nolga ukraine - -",
    )
    graph = actor_network("conflict", tables=table)
    assert graph.edges["russia", "ukraine"]["weight"] == 2
    assert graph.nodes["russia"]["belligerent"] is True
    assert actor_network(by="holder", tables=table).nodes["anna"]["party"] == "russia"


def test_the_party_of_an_actor_is_that_of_the_last_day():
    table = build(
        "s1 2025-08-09 a a p accepts\ns2 2025-08-10 a a p accepts\ns3 - a a p accepts",
        roles="a club - 2025-08-09\na bank 2025-08-10 2025-08-10\na ministry 2025-08-11 -",
        part_of="ministry russia",
    )
    assert affiliation_network(by="holder", tables=table).nodes["a"]["party"] == "bank"
    assert set(actor_network(contested=False, tables=table).nodes) == {"club", "bank", "russia"}


def test_a_condition_counts_as_agreement_in_a_table_of_ones_own():
    assert "d" not in affiliation_network(tables=SAID)
    recoded = SAID["stances"]["position"].mask(lambda position: position == "conditional", "accepts")
    graph = affiliation_network(tables={**SAID, "stances": SAID["stances"].assign(position=recoded)})
    assert graph.edges["d", "p"]["weight"] == 1


def test_choices_are_named_when_a_wrong_one_is_made():
    with pytest.raises(errors.UnknownNameError, match="congruence, conflict, subtract"):
        actor_network("agreement", tables=SAID)
    with pytest.raises(errors.UnknownNameError, match="None, activity, average, jaccard, cosine"):
        actor_network(normalize="prominence", tables=SAID)
    with pytest.raises(errors.UnknownNameError, match="None, activity, prominence"):
        affiliation_network(normalize="average", tables=SAID)
    with pytest.raises(errors.UnknownNameError, match="party, holder, speaker"):
        actor_network(by="issue", tables=SAID)
    with pytest.raises(errors.InputError, match="'a' is the id of an actor and of a demand"):
        affiliation_network(tables=build("s1 2025-08-11 a a a accepts"))


def python(code):
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()


def test_networkx_is_asked_for_only_when_needed_and_in_words():
    assert python("import sys, summitry.export.network_files; print('networkx' in sys.modules)") == "False"
    code = (
        "import sys; sys.modules['networkx'] = None\n"
        "from summitry.analysis.networks import actor_network\n"
        "try: actor_network()\n"
        "except ImportError as e: print(type(e).__name__, e)"
    )
    assert "pip install 'summitry[networks]'" in python(code)


def test_networks_of_some_rows_that_ship_agree_with_each_other(some_tables):
    affiliation = affiliation_network(tables=some_tables)
    assert nx.is_bipartite(affiliation)
    # of a few rows of a year, none may be on a demand that two parties contest
    plain = {kind: actor_network(kind, contested=False, tables=some_tables) for kind in discourse.KINDS}
    assert plain["subtract"].number_of_edges() > 0
    for u, v, d in plain["subtract"].edges(data=True):
        assert d["weight"] == d["congruence"] - d["conflict"]
        for kind in ("congruence", "conflict"):
            assert d[kind] == (plain[kind].edges[u, v]["weight"] if plain[kind].has_edge(u, v) else 0)
            shared = d.get("agree_on" if kind == "congruence" else "differ_on", "")
            assert (d[kind] > 0) == bool(shared)
            assert all({u, v} <= set(affiliation[demand]) for demand in shared.split(";") if demand)
    assert all(
        0 < w <= 1
        for _, _, w in actor_network(normalize="jaccard", unit="range", tables=some_tables).edges(data="weight")
    )


# p and q are contraries, and r is their neighbour, on which nobody differs:
#
#          p+  p0  p-  r+      so that, with the positions on q turned round,   a[i]
#     a     1   1   0   1      a1 for p, a2 open on p, a3 for r                  3
#     b     0   0   2   1      b1 against p, b2 for q, b3 for r                  3
#     c     0   1   0   1      c1 open on q, c2 for r                            2
FOLDED = build(
    """
    a1 2025-08-11 a a p demands
    a2 2025-08-12 a a p conditional
    a3 2025-08-12 a a r accepts
    b1 2025-08-11 b b p rejects
    b2 2025-08-11 b b q demands
    b3 2025-08-11 b b r demands
    c1 2025-08-11 c c q noncommittal
    c2 2025-08-11 c c r accepts
    """,
    relations="p contrary q",
)


def test_one_demand_counts_for_both_of_a_pair_of_contraries():
    graph = affiliation_network(tables=FOLDED)
    assert {(u, v): w for u, v, w in graph.edges(data="weight")} == {
        ("a", "p"): 1,
        ("a", "r"): 1,
        ("b", "p"): -2,
        ("b", "r"): 1,
        ("c", "r"): 1,
    }
    assert graph.edges["a", "p"]["n_open"] == 1
    assert graph.edges["b", "p"]["stance_ids"] == "b1-s3;b2-s4"
    assert "q" in affiliation_network(infer=False, tables=FOLDED)


def test_only_contested_demands_tie_actors_unless_asked():
    graph = actor_network("subtract", tables=FOLDED)
    assert list(graph.edges) == [("a", "b")]
    assert graph.edges["a", "b"]["weight"] == -2
    assert graph.graph["share_left_out"] == 3 / 8  # the three on r
    assert set(graph) == {"a", "b"}  # c only leaves it open
    whole = actor_network("subtract", contested=False, tables=FOLDED)
    assert weights(whole) == [1 - 2, 1, 1]
    assert whole.graph["share_left_out"] == 0


def test_a_party_that_contradicts_itself_makes_no_contest():
    table = build(
        "s1 2025-08-11 anna anna p accepts\ns2 2025-08-12 boris boris p rejects", roles="anna x - -\nboris x - -"
    )
    assert len(actor_network("conflict", by="holder", tables=table)) == 0
    assert len(actor_network("conflict", by="holder", contested=False, tables=table)) == 2


def test_one_refusal_among_many_wishes_makes_no_contest():
    """Anna is for p twice and against it once, Boris is for it: nobody is on balance against."""
    said = "s1 2025-08-11 anna anna p accepts\ns2 2025-08-12 anna anna p demands\ns3 2025-08-13 anna anna p rejects\n"
    table = build(f"{said}s4 2025-08-12 boris boris p accepts", roles="anna x - -\nboris y - -")
    assert len(actor_network("subtract", tables=table)) == 0
    table = build(f"{said}s4 2025-08-12 boris boris p rejects", roles="anna x - -\nboris y - -")
    assert len(actor_network("subtract", tables=table)) == 2


def test_what_is_open_makes_normalised_weights_smaller_and_is_counted_on_the_tie():
    tie = actor_network("conflict", "average", tables=FOLDED).edges["a", "b"]
    # a says 2 on p (one of them open), b 2; conflict is 1 · 2
    assert (tie["weight"], tie["n_open"]) == (2 / 2, 1)
    closed = {**FOLDED, "stances": FOLDED["stances"][FOLDED["stances"]["statement_id"] != "a2"]}
    assert actor_network("conflict", "average", tables=closed).edges["a", "b"]["weight"] == pytest.approx(2 / 1.5)


def test_the_formula_for_whole_numbers_by_hand():
    # p only: a has one 1 and one 0, b two -1, c one 0
    #     a b: 1 with -1 twice: 0 agree, 1 conflict each; 0 with -1 twice: 1/2 and 1/2 each
    #     a c: 1 with 0: 1/2 and 1/2; 0 with 0: 1 and 0              b c: -1 with 0 twice: 1/2 and 1/2 each
    def graph(kind):
        return weights(actor_network(kind, compare="integer", tables=FOLDED))

    assert graph("congruence") == [1, 1.5, 1]
    assert graph("conflict") == [2 + 1, 0.5, 1]
    assert graph("subtract") == [-2, 1, 0]


def test_qualifiers_may_be_ignored_or_combined():
    # a says 2 on p and 1 on r, b 2 and 1, c 1 and 1
    assert weights(actor_network("ignore", contested=False, tables=FOLDED)) == [2 * 2 + 1, 2 + 1, 2 + 1]
    said = affiliation_network(kind="ignore", tables=FOLDED)
    assert said.edges["a", "p"]["weight"] == 2
    codes = affiliation_network(kind="combine", tables=SAID)
    assert {(u, v): w for u, v, w in codes.edges(data="weight")} == {
        ("a", "p"): 1,
        ("a", "q"): 2,
        ("b", "p"): 3,
        ("b", "q"): 2,
        ("c", "p"): 2,
    }
    with pytest.raises(errors.InputError, match="cannot be normalized"):
        affiliation_network(kind="combine", normalize="activity", tables=SAID)


def test_the_network_of_demands_by_hand():
    # with each side once: a is for p and against q; b for and against p, and against q; c against p
    #     p and q: both against once (b); for p and against q twice (a and b)
    graph = demand_network("subtract", tables=SAID)
    tie = graph.edges["p", "q"]
    assert (tie["congruence"], tie["conflict"], tie["weight"]) == (1, 2, -1)
    assert (tie["agree_on"], tie["differ_on"]) == ("b", "a;b")
    # by statement: b's p- 1 · q- 2; a's p+ 2 · q- 1 and b's p+ 1 · q- 2
    tie = demand_network("subtract", unit="statement", tables=SAID).edges["p", "q"]
    assert (tie["congruence"], tie["conflict"]) == (2, 4)
    assert set(graph) == {"p", "q"}


def test_groups_are_one_actor_unless_asked():
    table = build(
        "s1 2025-08-11 pair pair p accepts\ns2 2025-08-11 c c p rejects", groups="pair a\npair b", complete="pair"
    )
    assert set(actor_network("conflict", tables=table)) == {"pair", "c"}
    assert set(actor_network("conflict", groups="members", tables=table)) == {"a", "b", "c"}


def test_a_graph_says_how_it_is_made():
    graph = actor_network(since="2025-08-11", party=["a", "b"], tables=SAID)
    assert (graph.graph["since"], graph.graph["party"], graph.graph["by"]) == ("2025-08-11", "a;b", "party")
    assert set(actor_network(until="2025-08-10", tables=SAID)) == set()


def test_russia_and_ukraine_do_not_agree_and_the_dispute_over_territory_shows():
    assert actor_network("subtract", "average").edges["russia", "ukraine"]["weight"] < 0
    territory = actor_network("conflict", issue="territory")
    assert "ukraine-cedes-territory" in territory.edges["russia", "ukraine"]["differ_on"].split(";")


def test_every_tie_leads_to_its_stances(some_tables):
    given = {"tables": some_tables}
    for graph in (
        affiliation_network(**given),
        actor_network("subtract", **given),
        demand_network("subtract", **given),
    ):
        behind = [tie["stance_ids"] for *_, tie in graph.edges(data=True)]
        assert all(behind)
        assert set(stances_behind(behind, **given)["stance_id"]) == {i for ids in behind for i in ids.split(";")}


def test_options_may_be_of_numpy():
    asked = actor_network(since=np.datetime64("2025-08-20"), narrators=np.False_)
    assert asked.graph["since"] == "2025-08-20"
    assert set(asked) == set(actor_network(since="2025-08-20", narrators=False))


def signed(*ties):
    graph = nx.Graph()
    graph.add_weighted_edges_from(ties)
    return graph


def test_a_tie_stays_where_it_is_strong_for_one_of_its_actors():
    """a has 10 of 13 with b: (1 - 10/13) ** 3 = 0.012; c has 1 of 2 with a: 0.5."""
    graph = signed(("a", "b", 10), ("a", "c", -1), ("a", "d", 1), ("a", "e", 1), ("c", "d", 1))
    kept = backbone(graph)
    assert set(kept.edges) == {("a", "b")}
    assert kept.edges["a", "b"]["significance"] == pytest.approx((3 / 13) ** 3)
    assert set(kept) == set(graph)


@pytest.mark.parametrize("alpha", [0, 1, -1])
def test_a_level_outside_of_0_and_1_is_refused(alpha):
    with pytest.raises(errors.InputError, match="between 0 and 1"):
        backbone(signed(("a", "b", 1)), alpha)


@pytest.mark.parametrize(("later", "agree_on"), [("", "oil"), ("s3 2025-10-22 usa usa sanctions demands", None)])
def test_what_follows_from_a_position_makes_no_tie_once_that_is_left(later, agree_on):
    """Against all sanctions in May is against those on oil; in October the United States asks for sanctions."""
    said = f"s1 2025-05-19 usa usa sanctions rejects\ns2 2025-10-23 russia russia oil rejects\n{later}"
    tables = build(said, wholes="oil sanctions")
    edges = actor_network(infer=True, contested=False, tables=tables).edges
    assert edges.get(("russia", "usa"), {}).get("agree_on") == agree_on


def test_who_takes_a_side_on_a_contrary_has_said_so():
    """That the other demand of a pair counts for it is no conclusion that ends."""
    said = """
        s1 2025-05-19 usa    usa    peace accepts
        s2 2025-06-19 usa    usa    peace rejects
        s3 2025-10-23 russia russia war   rejects
    """
    tables = build(said, relations="war contrary peace")
    assert actor_network(contested=False, tables=tables).edges["russia", "usa"]["agree_on"] == "war"
