"""Positions and their changes, against small tables worked out by hand."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from own_tables import ANNA, build, only
from summitry import errors
from summitry.analysis.changes import position_changes
from summitry.analysis.positions import daily_positions, positions
from summitry.dataset import loaders


def day(number):
    return pd.Timestamp(2025, 8, number)


def date(number):
    return dt.date(2025, 8, number)


def test_the_latest_position_and_what_it_rests_on():
    row = only(positions(tables=ANNA))
    assert row["holder_name"] == "Anna"
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


def test_positions_of_one_holder_or_demand():
    table = build("s1 2025-08-10 anna anna peace accepts\ns2 2025-08-10 boris boris truce accepts")
    assert only(positions(holder="anna", tables=table))["demand_id"] == "peace"
    assert only(positions(demand=["truce"], tables=table))["holder_id"] == "boris"
    assert positions(holder="russia", tables=table).empty
    with pytest.raises(errors.InputError, match=r"actor_id 'ana'\. Did you mean 'anna'\?.*search\('ana'\)"):
        positions(holder="ana", tables=table)
    with pytest.raises(errors.InputError, match="Did you mean 'truce'"):
        positions(demand="truces", tables=table)
    with pytest.raises(errors.UnknownNameError, match="self, adversary, third_party, narrator"):
        positions("enemy", tables=table)


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
    assert moves["to_statement_ids"].tolist() == ["s2;s3", "s5"]


def test_positions_of_what_ships_agree_with_each_other():
    found = positions(None)
    assert not found.duplicated(["holder_id", "demand_id", "attribution"]).any()
    assert (found["statement_ids"].str.split(";").str.len() == found["n_statements"]).all()
    assert (found["since"].isna() | (found["since"] <= found["last_said"])).all()
    assert (
        found["condition"].notna() | found["condition_demand_id"].notna() | (found["position"] != "conditional")
    ).all()
    known = loaders.load("stances").groupby(["holder_id", "demand_id", "attribution"], observed=True)["statement_id"]
    assert known.nunique().tolist() == found["n_statements"].tolist()
