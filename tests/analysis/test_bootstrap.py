"""Bootstrap intervals, against samples of which every one is known."""

from __future__ import annotations

import pandas as pd
import pytest

from own_tables import build, only
from summitry import actor_network, network_edges, position_intervals, tie_intervals
from summitry.errors import InputError, UnknownNameError


def test_an_interval_contains_its_mean_and_has_no_width_where_all_say_the_same():
    found = position_intervals(samples=200)
    several = found[found["n_units"] > 1]
    assert ((several["low"] <= several["mean"] + 1e-9) & (several["mean"] <= several["high"] + 1e-9)).all()
    assert found.loc[found["n_units"] == 1, ["low", "high"]].isna().all(axis=None)
    sure = several[several["mean"].abs() == 1]
    assert len(sure)
    assert (sure["low"] == sure["high"]).all()


def test_an_interval_says_how_many_units_are_only_inferred():
    said = build(
        "s1 2025-08-11 a a part demands\ns1 2025-08-11 a a whole demands\ns2 2025-08-12 a a part demands",
        wholes="part whole",
    )
    found = position_intervals(samples=5, tables=said).set_index("demand_id")[["n_units", "n_inferred"]]
    assert found.loc["whole"].tolist() == [2, 1]
    assert found.loc["part"].tolist() == [2, 0]


def test_samples_are_the_same_for_the_same_seed():
    one, same, other = (position_intervals(samples=50, seed=s, issue="leaders_meeting") for s in (1, 1, 2))
    pd.testing.assert_frame_equal(one, same)
    assert not one.equals(other)


def test_the_weights_are_those_of_the_network():
    ties = tie_intervals(samples=20)
    edges = network_edges(actor_network("subtract", normalize="average"))
    weights = {frozenset((e.source, e.target)): e.weight for e in edges.itertuples() if e.weight}
    assert {frozenset((t.source, t.target)): t.weight for t in ties.itertuples()} == pytest.approx(weights)
    assert (ties["share_positive"] + ties["share_negative"] <= 1 + 1e-9).all()


def test_a_tie_of_one_statement_each_is_often_lost():
    """Two statements, one of each actor: a sample of two has both with probability 1/2."""
    said = build("s1 2025-08-11 a a p accepts\ns2 2025-08-11 b b p accepts\ns3 2025-08-11 c c p rejects")
    ties = tie_intervals(samples=100, party=["a", "b"], contested=False, tables=said)
    assert only(ties)["share_positive"] == pytest.approx(1 / 2, abs=0.15)
    assert only(ties)["share_negative"] == 0


@pytest.mark.parametrize("unit", ["source", "day", "week", "range"])
def test_what_counts_once_in_a_unit_does_so_in_a_sample(unit):
    """A part of the statements has no more common sides than all, and one that repeats another takes its place."""
    ties = tie_intervals("congruence", None, unit, samples=50, issue="ceasefire")
    assert (ties["high"] <= ties["weight"]).all()
    said = build("\n".join(f"s{i} 2025-08-11 {who} {who} p accepts" for i, who in enumerate("aaabbb")))
    assert only(tie_intervals("congruence", None, "day", contested=False, samples=100, tables=said))["low"] == 1


@pytest.mark.parametrize(("wrong", "message"), [({"samples": 0}, "samples"), ({"confidence": 1}, "confidence")])
def test_what_makes_no_interval_is_refused(wrong, message):
    for function in (position_intervals, tie_intervals):
        with pytest.raises(InputError, match=message):
            function(**wrong)
        with pytest.raises(UnknownNameError, match="isue"):
            function(isue="territory")
