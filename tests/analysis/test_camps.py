"""Camps and polarization, against networks whose answers are worked out by hand."""

from __future__ import annotations

import networkx as nx
import pandas as pd
import pytest

import summitry
from summitry import actor_network, backbone, camps, polarization
from summitry.analysis.camps import _measured, _p_value
from summitry.errors import InputError, UnknownNameError


def network(*ties):
    graph = nx.Graph()
    graph.add_weighted_edges_from(ties)
    return graph


def sides(graph):
    found = camps(graph)
    return {frozenset(found.loc[found["camp"] == c, "actor_id"]) for c in set(found["camp"])}


def test_two_camps_are_found_as_by_hand():
    """Friends a-b and c-d, foes across, and one tie across that is friendly: 0.5 of 4.5 does not fit."""
    graph = network(("a", "b", 1), ("c", "d", 1), ("a", "c", -1), ("b", "d", -1), ("a", "d", 0.5))
    found = camps(graph).set_index("actor_id")
    assert sides(graph) == {frozenset("ab"), frozenset("cd")}
    assert found["camp"].to_dict() == {"a": "a", "b": "a", "c": "b", "d": "b"}
    assert found.attrs["frustration"] == pytest.approx(0.5 / 4.5)
    assert found["fit"].to_dict() == pytest.approx({"a": 1.5 / 2.5, "b": 1, "c": 1, "d": 1.5 / 2.5})


def test_a_network_without_a_foe_is_one_camp_and_not_polarized():
    graph = network(("a", "b", 2), ("b", "c", 1))
    assert sides(graph) == {frozenset("abc")}
    assert _measured(graph)["polarization"] == 0


def test_to_contradict_the_same_actor_makes_no_friends():
    """m contradicts both sides: wherever it is put, nobody there is its friend."""
    graph = network(("a", "b", 3), ("c", "d", 3), ("a", "c", -3), ("m", "a", -2), ("m", "c", -0.1))
    found = camps(graph).set_index("actor_id")
    assert found["camp"].dropna().to_dict() == {"a": "a", "b": "a", "c": "b", "d": "b"}
    assert found.loc["m", "fit"] == pytest.approx(1.9 / 2.1)
    assert found.index[-1] == "m"
    assert _measured(graph)["no_camp"] == "m"
    assert _measured(graph)["n_ties"] == 3


@pytest.mark.parametrize(("foe", "camp"), [(-0.5, "a"), (-0.6, None)])
def test_who_fits_not_much_better_than_not_is_in_no_camp(foe, camp):
    """m agrees with a by 1 and contradicts b, of the same camp, by half of that or a little more."""
    graph = network(("a", "b", 3), ("a", "c", -3), ("m", "a", 1), ("m", "b", foe))
    found = camps(graph).set_index("actor_id")["camp"]
    assert (found["m"] == camp) if camp else pd.isna(found["m"])


def test_a_tie_counts_that_rests_on_enough_demands():
    """What both do, agree and differ, on one demand, is one demand."""
    graph = network(("a", "b", 1), ("b", "c", -1))
    graph.edges["a", "b"].update(n_agree_on=2, n_differ_on=1, agree_on="p;q", differ_on="q")
    graph.edges["b", "c"].update(n_agree_on=0, n_differ_on=3, differ_on="p;q;r")
    assert sides(graph) == {frozenset("b"), frozenset("c")}
    assert set(camps(graph, min_demands=2)["actor_id"]) == set("abc")


@pytest.mark.parametrize("kind", ["congruence", "conflict", "ignore"])
def test_a_network_without_signs_is_refused(kind, some_tables):
    with pytest.raises(InputError, match="subtract"):
        camps(actor_network(kind, tables=some_tables))


def test_the_least_frustration_is_that_of_all_divisions():
    chance = __import__("random").Random(3)
    for _ in range(10):
        names = "abcdefg"
        ties = [(i, j, chance.choice([-2, -1, 1, 2])) for n, i in enumerate(names) for j in names[n + 1 :]]
        graph = network(*ties)
        least = min(
            sum(abs(w) for i, j, w in ties if (w > 0) != ((bits >> names.index(i) & 1) == (bits >> names.index(j) & 1)))
            for bits in range(2 ** len(names))
        )
        assert camps(graph).attrs["frustration"] == pytest.approx(least / sum(abs(w) for *_, w in ties))


def test_polarization_is_the_mean_within_less_the_mean_between():
    graph = network(("a", "b", 1), ("c", "d", 0.5), ("a", "c", -1), ("b", "d", -0.5))
    found = _measured(graph)
    # within: a-b 1 and c-d 0.5; between: a-c -1, a-d 0, b-c 0, b-d -0.5
    assert (found["within"], found["between"]) == (0.75, -0.375)
    assert found["polarization"] == pytest.approx(1.125)
    assert (found["camp_a"], found["camp_b"]) == ("a;b", "c;d")


def test_a_network_that_chance_could_have_made_has_a_high_p_value():
    import numpy as np

    one = network(("a", "b", 1), ("b", "c", 1), ("a", "c", 1), ("d", "e", 1), ("e", "f", 1), ("d", "f", 1),
                  ("a", "d", -1), ("b", "e", -1), ("c", "f", -1), ("a", "e", -1))  # fmt: skip
    assert _p_value(one, _measured(one)["polarization"], 49, np.random.default_rng(0)) < 0.1
    same = network(("a", "b", 1), ("b", "c", -1), ("a", "c", 1), ("c", "d", -1))
    assert _p_value(same, _measured(same)["polarization"], 49, np.random.default_rng(0)) > 0.3
    assert _p_value(same, _measured(same)["polarization"], 0, np.random.default_rng(0)) is None


def test_what_ships_through_time():
    autumn = {"since": "2025-10-20", "until": "2025-12-31"}
    found, again = (polarization(permutations=9, seed=1, **autumn) for _ in range(2))
    assert found["since"].is_monotonic_increasing
    assert found["polarization"].notna().all()
    for camp in (row.split(";") for row in [*found["camp_a"], *found["camp_b"]]):
        assert "russia" not in camp or not {"ukraine", "germany", "european-union"} & set(camp)
    pd.testing.assert_frame_equal(found, again)


def test_what_is_no_network_of_weights_is_refused():
    for graph in (nx.DiGraph([("a", "b")]), nx.Graph([("a", "b")])):
        for function in (camps, backbone):
            with pytest.raises(InputError, match="actor_network"):
                function(graph)
    with pytest.raises(UnknownNameError, match="isue"):
        polarization(isue="territory")
    with pytest.raises(InputError, match="permutations"):
        polarization(permutations=-1)


def test_nobody_is_in_a_camp_where_there_are_no_ties():
    assert camps(nx.Graph()).empty
    assert _measured(nx.Graph())["polarization"] is None


def test_a_group_of_one_statement_is_in_no_camp():
    kinds = summitry.load_actors().set_index("actor_id")["kind"]
    windows = polarization(since="2025-10-20")[["camp_a", "camp_b", "no_camp"]].melt()["value"].dropna()
    named = {actor for cell in windows for actor in cell.split(";")}
    assert named
    assert not [actor for actor in named if kinds[actor] == "group"]
