"""Positions and their changes, against small tables worked out by hand."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from own_tables import ANNA, build, only
from summitry import errors
from summitry.analysis.attribution import attribution_gap
from summitry.analysis.positions import daily_positions, position_changes, positions
from summitry.analysis.stances_table import stances_behind


def day(number):
    return pd.Timestamp(2025, 8, number)


def date(number):
    return dt.date(2025, 8, number)


def test_the_latest_position_and_what_it_rests_on():
    row = only(positions(tables=ANNA))
    assert row["actor_name"] == "Anna"
    assert (row["position"], row["attribution"], row["mixed"]) == ("rejects", "self", False)
    # refused since the 16th without a break; the refusal of the 10th is another run
    assert (row["since"], row["first_said"], row["last_said"]) == (day(16), day(10), day(18))
    assert (row["n_statements"], row["n_sources"]) == (6, 6)
    assert row["statement_ids"] == "s1;s2;s3;s4;s5;s6"


def test_what_others_say_has_a_row_of_its_own():
    both = positions(attribution=None, tables=ANNA)
    assert both["attribution"].tolist() == ["self", "third_party"]
    assert both["position"].tolist() == ["rejects", "demands"]
    assert only(positions("third_party", tables=ANNA))["statement_ids"] == "s7"


def test_a_statement_without_date_is_latest_only_where_nothing_is_dated():
    row = only(positions(tables=build("s1 - anna anna peace accepts\ns2 - anna anna peace accepts")))
    assert (row["position"], row["statement_ids"]) == ("accepts", "s1;s2")
    assert row[["since", "first_said", "last_said"]].isna().all()


def test_a_range_counts_on_its_last_day():
    table = build("""
        s1 2025-08-10             anna anna peace rejects
        s2 2025-08-01..2025-08-11 anna anna peace accepts
        s3 2025-08-09..           anna anna peace demands
    """)
    row = only(positions(tables=table))
    assert (row["position"], row["since"], row["first_said"]) == ("accepts", day(11), day(9))


@pytest.mark.parametrize(
    ("said", "reported", "taken"),
    [
        ("s1 rejects, s2 accepts, s3 accepts", "s1 a, s1 b, s1 c", "accepts"),  # more statements
        ("s1 rejects, s2 accepts", "s1 a, s1 b, s2 c", "rejects"),  # more sources
        ("s1 rejects, s2 accepts", "", "accepts"),  # the order of the codebook
    ],
)
def test_a_day_with_several_positions_is_decided_by_rule_and_marked(said, reported, taken):
    stances = [pair.split() for pair in said.split(", ")]
    text = "\n".join(f"{s} 2025-08-10 anna anna peace {position}" for s, position in stances)
    row = only(positions(tables=build(text, sources=reported.replace(", ", "\n"))))
    assert (row["position"], row["mixed"]) == (taken, True)
    assert row["n_statements"] == len(stances)


def test_the_condition_is_that_of_the_latest_position():
    table = build("""
        s1 2025-08-10 anna anna peace conditional
        s2 2025-08-11 anna anna peace conditional
        s3 2025-08-11 anna anna peace conditional
        s4 2025-08-11 anna anna truce accepts
    """)
    assert positions(tables=table)["condition"].tolist()[0] == "condition s2; condition s3"
    assert pd.isna(positions(tables=table)["condition"].tolist()[1])


def test_positions_of_one_party_or_demand():
    table = build("s1 2025-08-10 anna anna peace accepts\ns2 2025-08-10 boris boris truce accepts")
    assert only(positions(party="anna", tables=table))["demand_id"] == "peace"
    assert only(positions(demand=["truce"], tables=table))["actor_id"] == "boris"
    assert positions(holder="russia", tables=table).empty
    with pytest.raises(errors.InputError, match=r"actor_id 'ana'\. Did you mean 'anna'\?"):
        positions(holder="ana", tables=table)
    with pytest.raises(errors.InputError, match="Did you mean 'truce'"):
        positions(demand="truces", tables=table)
    with pytest.raises(errors.UnknownNameError, match="self, adversary, third_party, narrator"):
        positions("enemy", tables=table)


# anna is for the swap, so for cession of which it is a part, until she refuses or leaves the swap open
LEFT = """
    s1 2025-08-10 anna anna cession rejects
    s2 2025-08-12 anna anna swap    demands
"""


@pytest.mark.parametrize(
    ("later", "side", "moves"),
    [
        ("s3 2025-08-14 anna anna swap rejects", "against", []),
        ("s3 2025-08-14 anna anna swap conditional", "against", []),
        ("s3 2025-08-14 anna anna keep demands", "against", ["for", "against"]),
        ("s3 2025-08-14 anna anna swap accepts", "for", ["for"]),
        ("s3 2025-08-14 boris boris swap rejects", "for", ["for"]),
        ("s3 2025-08-14 boris anna swap rejects adversary", "for", ["for"]),
        ("s3 2025-08-14 anna anna swap rejects\n s4 2025-08-14 anna anna swap accepts", "for", ["for"]),  # says both
        ("s3 2025-08-14 anna anna swap rejects\n s4 2025-08-16 anna anna swap accepts", "for", ["for"]),  # and again
        ("s3 2025-08-11 anna anna swap rejects", "for", ["for"]),  # before
    ],
)
def test_what_follows_from_a_position_ends_with_it(later, side, moves):
    related = {"wholes": "swap cession", "relations": "cession contrary keep"}
    of_anna = {"tables": build(LEFT + later, **related), "party": "anna", "demand": "cession"}
    assert only(positions(**of_anna))["direction"] == side
    assert position_changes(**of_anna)["to_direction"].tolist() == moves
    said = "\nt1 2025-08-13 boris anna cession rejects adversary\nt2 2025-08-20 carla anna cession rejects adversary"
    gap = attribution_gap(**{**of_anna, "tables": build(LEFT + later + said, **related)})
    assert gap["own_direction"].tolist() == ["for", side]


def test_who_only_followed_from_what_was_left_has_no_position():
    table = build("s1 2025-08-10 anna anna swap demands\ns2 2025-08-12 anna anna swap rejects", wholes="swap cession")
    assert positions(tables=table)["demand_id"].tolist() == ["swap"]
    assert daily_positions(tables=table)["demand_id"].tolist() == ["cession", "swap", "swap"]
    undated = build("s1 - anna anna swap demands\ns2 2025-08-12 anna anna swap rejects", wholes="swap cession")
    assert positions(tables=undated)["demand_id"].tolist() == ["swap"]


def test_positions_day_by_day():
    found = daily_positions(tables=ANNA)
    assert found["day"].tolist() == [day(n) for n in (10, 12, 14, 16, 18)]
    assert found["direction"].tolist() == ["against", "for", "for", "against", "against"]


def test_changes_lie_between_days_and_within_one_attribution():
    moves = position_changes(attribution=None, tables=ANNA)
    assert moves["attribution"].tolist() == ["self", "self"]
    assert list(zip(moves["from_position"], moves["to_position"], strict=True)) == [
        ("rejects", "accepts"),
        ("accepts", "rejects"),
    ]
    # the second change lies between the last acceptance, of the 14th, and the refusal of the 16th
    last = moves.iloc[1]
    assert (last["from_day"], last["to_day"]) == (day(14), day(16))
    assert (last["from_statement_ids"], last["to_statement_ids"], last["mixed"]) == ("s3", "s4", False)
    assert (last["from_stance_ids"], last["to_stance_ids"]) == ("s3-s2", "s4-s3")


def test_a_change_of_wording_is_no_change_of_direction():
    table = build("""
        s1 2025-08-10 anna anna peace accepts
        s2 2025-08-11 anna anna peace demands
        s3 2025-08-11 anna anna peace demands
        s4 2025-08-11 anna anna peace rejects
        s5 2025-08-12 anna anna peace noncommittal
    """)
    moves = position_changes(tables=table)
    assert moves["from_direction"].tolist() == ["for", "for"]
    assert moves["to_direction"].tolist() == ["for", "open"]
    assert moves["mixed"].tolist() == [True, True]
    assert moves["to_statement_ids"].tolist() == ["s2;s3;s4", "s5"]
    assert moves["to_who_said"].tolist()[0] == "anna: demands; anna: rejects"


def test_positions_of_some_rows_that_ship_agree_with_each_other(some_tables):
    found = positions(None, by="holder", groups="whole", infer=False, tables=some_tables)
    assert not found.duplicated(["actor_id", "demand_id", "attribution"]).any()
    assert (found["statement_ids"].str.split(";").str.len() == found["n_statements"]).all()
    assert (found["since"].isna() | (found["since"] <= found["last_said"])).all()
    assert (
        found["condition"].notna() | found["condition_demand_id"].notna() | (found["position"] != "conditional")
    ).all()
    stances = some_tables["stances"].merge(some_tables["statements"][["statement_id", "said_from"]])
    stances = stances[~(stances["held_to"] < stances["said_from"])]  # none whose time had ended before it was said
    known = stances.groupby(["holder_id", "demand_id", "attribution"], observed=True)["statement_id"]
    assert known.nunique().tolist() == found["n_statements"].tolist()


# Anna and Boris are of one ministry, Clara leads a state of a group of two. On the 10th Anna accepts what Boris
# refuses; on the 11th a part is wanted; on the 12th what is contrary to the whole.
SIDES = build(
    """
    s1 2025-08-10 anna  anna   peace demands
    s2 2025-08-10 boris boris  peace rejects
    s3 2025-08-10 boris russia peace rejects
    s4 2025-08-11 anna  anna   truce accepts
    s5 2025-08-12 boris boris  war   demands
    s6 2025-08-12 pair  pair   peace accepts
    s7 2025-08-13 clara clara  peace conditional
    """,
    roles="anna ministry - -\nboris ministry - -\nclara realm - -",
    part_of="ministry russia",
    relations="peace contrary war",
    wholes="truce peace",
    groups="pair clara\npair land",
    complete="pair",
)


def test_a_party_that_says_different_things_is_mixed_and_lists_who_said_which():
    days = daily_positions(party="russia", demand="peace", tables=SIDES)
    first = days.iloc[0]
    assert (first["position"], first["direction"], first["mixed"]) == ("rejects", "against", True)
    assert first["who_said"] == "anna: demands; boris: rejects"
    assert (first["statement_ids"], first["stance_ids"]) == ("s1;s2;s3", "s1-s0;s2-s1;s3-s2")
    assert days["who_said"].isna().tolist() == [False, True, True]
    by_holder = daily_positions(by="holder", demand="peace", until="2025-08-10", tables=SIDES)
    assert by_holder[["actor_id", "mixed"]].to_numpy().tolist() == [
        ["anna", False],
        ["boris", False],
        ["russia", False],
    ]


def test_what_is_inferred_has_a_direction_and_replaces_only_another():
    days = daily_positions(party="russia", demand="peace", tables=SIDES)
    assert days["direction"].tolist() == ["against", "for", "against"]
    assert days["position"].isna().tolist() == [False, True, True]
    assert days["inferred_by"].tolist()[1:] == ["part_of", "contrary"]
    last = only(positions(party="russia", demand="peace", tables=SIDES))
    assert (last["direction"], last["since"], last["inferred_by"]) == ("against", day(12), "contrary")
    assert pd.isna(last["position"])
    moves = position_changes(party="russia", demand="peace", tables=SIDES)
    assert list(zip(moves["from_direction"], moves["to_direction"], strict=True)) == [
        ("against", "for"),
        ("for", "against"),
    ]
    assert only(positions(party="russia", demand="peace", infer=False, tables=SIDES))["position"] == "rejects"


def test_what_is_inferred_confirms_a_position_of_the_same_direction():
    table = build(
        "s1 2025-08-10 a a peace accepts\ns2 2025-08-11 a a truce demands\ns3 2025-08-12 a a peace demands",
        wholes="truce peace",
    )
    until = only(positions(demand="peace", until="2025-08-11", tables=table))
    assert (until["position"], until["since"], until["inferred_by"]) == ("accepts", day(10), "part_of")
    since_then = only(positions(demand="peace", tables=table))
    assert (since_then["since"], since_then["direction_since"]) == (day(12), day(10))
    # a change of wording is seen past the inferred day
    move = only(position_changes(demand="peace", tables=table))
    assert (move["from_position"], move["to_position"], move["from_day"]) == ("accepts", "demands", day(11))


def test_a_coded_position_goes_before_inferred_ones_of_its_day():
    table = build(
        "s1 2025-08-10 a a peace conditional\ns2 2025-08-10 a a truce demands\ns3 2025-08-10 a a truce accepts",
        wholes="truce peace",
    )
    row = only(positions(demand="peace", tables=table))
    assert (row["position"], row["mixed"], row["who_said"]) == ("conditional", True, "a: conditional; a: for")


def test_joint_statements_count_for_members_and_are_counted_apart():
    found = positions(demand="peace", tables=SIDES).set_index("actor_id")
    assert found.index.tolist() == ["land", "realm", "russia"]
    assert found["n_statements"].tolist() == [1, 2, 5]
    assert found["n_own_statements"].tolist() == [0, 1, 5]
    assert positions(demand="peace", groups="whole", tables=SIDES)["actor_id"].tolist() == ["pair", "realm", "russia"]


def test_changes_are_listed_for_one_of_two_contraries():
    assert set(position_changes(party="russia", tables=SIDES)["demand_id"]) == {"peace", "truce"}
    assert set(position_changes(party="russia", demand="war", tables=SIDES)["demand_id"]) == {"war"}


def test_every_table_leads_to_the_stances_behind_it(some_tables):
    given = {"tables": some_tables}
    for table in (positions(**given), daily_positions(**given)):
        assert len(stances_behind(table["stance_ids"], **given)) > 0
    moves = position_changes(**given)
    assert set(stances_behind(moves["from_stance_ids"], **given)["demand_id"])


def test_a_stance_that_was_not_published_by_a_day_is_named(some_tables):
    stance = some_tables["stances"]["stance_id"].iloc[0]
    with pytest.raises(errors.InputError, match=f"{stance}.* was not published by 2025-01-01"):
        stances_behind(stance, as_of="2025-01-01", tables=some_tables)
