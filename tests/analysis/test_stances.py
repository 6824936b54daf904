"""Observations: whose position, on which demand, when; and the flat table of stances."""

from __future__ import annotations

import datetime as dt
import inspect
from typing import get_args

import pandas as pd
import pytest

from own_tables import build, frame, only
from summitry import errors, schema
from summitry.analysis import selection, stances
from summitry.analysis.claims import claims
from summitry.analysis.stances import observations
from summitry.analysis.stances_table import stances_behind, stances_table
from summitry.dataset import entailment, loaders
from summitry.plots import position_timeline


def cells(rows, *columns):
    return [tuple(None if pd.isna(cell) else cell for cell in row) for row in rows[list(columns)].to_numpy().tolist()]


# The leaders of three states sign s1; two of the signatories serve the union. The council is a group, but a part of
# the union; of the club not all members are listed. Clara herself says the same as the group, on the same day.
JOINT = build(
    """
    s1 2025-08-11 leaders leaders peace accepts
    s2 2025-08-11 council council peace rejects
    s3 2025-08-11 club    club    peace accepts
    s4 2025-08-11 anna    leaders truce demands third_party
    s5 2025-08-11 clara   clara   peace accepts
    """,
    groups="""
        leaders boris
        leaders clara
        leaders dora
        leaders emil
        council boris
        club    boris
    """,
    complete="leaders council",
    part_of="council union\ncommission union\nparliament union",
    roles="boris land - -\nclara realm - -\ndora commission - -\nemil parliament - -",
)


def test_a_joint_statement_counts_once_for_each_party_that_signed_it():
    rows = observations(None, tables=JOINT)
    assert cells(rows[rows["statement_id"] == "s1"], "actor", "via_group_id") == [
        ("land", "leaders"),
        ("realm", "leaders"),
        ("union", "leaders"),
    ]


def test_a_group_that_is_part_of_a_body_counts_for_that_body():
    rows = observations(None, tables=JOINT)
    assert cells(rows[rows["statement_id"] == "s2"], "actor", "via_group_id") == [("union", None)]


def test_who_is_listed_has_signed_a_joint_statement_and_said_nothing_that_another_says_for_the_group():
    rows = observations(None, tables=JOINT)
    assert cells(rows[rows["statement_id"] == "s3"], "actor", "via_group_id") == [("land", "club")]
    said_for_it = build("s1 2025-08-11 boris club peace accepts", groups="club boris\nclub clara")
    assert cells(observations(tables=said_for_it), "actor", "via_group_id") == [("club", None)]


def test_what_another_says_of_a_group_counts_for_the_group():
    rows = observations(None, tables=JOINT)
    assert cells(rows[rows["statement_id"] == "s4"], "actor", "via_group_id") == [("leaders", None)]


def test_groups_may_count_as_a_whole():
    rows = observations(None, groups="whole", tables=JOINT)
    assert rows["actor"].tolist() == ["club", "leaders", "leaders", "realm", "union"]
    assert rows["via_group_id"].isna().all()


def test_members_count_as_holders_too():
    rows = observations(by="holder", tables=JOINT)
    assert rows.loc[rows["statement_id"] == "s1", "actor"].tolist() == ["boris", "clara", "dora", "emil"]
    assert only(observations(by="holder", holder="emil", tables=JOINT))["statement_id"] == "s1"
    assert set(observations(by="holder", holder="leaders", tables=JOINT)["actor"]) == {"boris", "clara", "dora", "emil"}


def test_a_party_that_signs_and_says_the_same_in_one_statement_counts_once():
    both = build(
        "s1 2025-08-11 leaders leaders peace accepts\ns1 2025-08-11 leaders anna peace accepts",
        groups="leaders anna",
        complete="leaders",
    )
    assert cells(observations(tables=both), "actor", "stance_id", "via_group_id") == [("anna", "s1-s1", None)]


def test_speakers_have_only_positions_of_their_own():
    rows = observations(by="speaker", groups="whole", tables=JOINT)
    assert rows["actor"].tolist() == ["clara", "club", "council", "leaders"]
    for attribution in (None, "third_party", ["self", "adversary"]):
        with pytest.raises(errors.InputError, match="is not his own position"):
            observations(attribution, by="speaker", tables=JOINT)


def test_the_party_is_that_of_the_day():
    table = build(
        "s1 2025-08-09 a a p accepts\ns2 2025-08-10 a a p accepts\ns3 - a a p accepts",
        roles="a club - 2025-08-09\na ministry 2025-08-10 -",
        part_of="ministry russia",
    )
    assert cells(observations(tables=table), "actor", "statement_id") == [
        ("club", "s1"),
        ("russia", "s2"),
        ("russia", "s3"),
    ]
    assert only(observations(party="club", tables=table))["statement_id"] == "s1"


# swap is a part of cession, the contrary of keep; neutral excludes join
INFERRED = build(
    """
    s1 2025-08-11 anna anna swap    demands
    s2 2025-08-11 anna anna cession accepts
    s3 2025-08-12 anna anna keep    conditional
    s4 2025-08-12 anna anna neutral rejects
    s5 2025-08-13 anna anna swap    accepts
    s5 2025-08-13 anna anna cession accepts
    """,
    relations="cession contrary keep\nneutral excludes join",
    wholes="swap cession",
)


def test_what_follows_from_a_stance_has_a_sign_and_no_position():
    rows = observations(tables=INFERRED)
    first = rows[rows["statement_id"] == "s1"]
    assert cells(first, "demand_id", "position", "sign", "inferred_from", "inferred_by") == [
        ("cession", None, 1.0, "s1-s0", "part_of"),
        ("keep", None, -1.0, "s1-s0", "part_of;contrary"),
        ("swap", "demands", 1.0, None, None),
    ]
    assert cells(rows[rows["statement_id"] == "s3"], "demand_id", "position", "sign", "direction") == [
        ("cession", None, 0.0, "open"),
        ("keep", "conditional", 0.0, "open"),
    ]
    assert only(rows[rows["statement_id"] == "s4"])["demand_id"] == "neutral"


def test_what_is_inferred_counts_once_and_never_beside_what_is_coded():
    rows = observations(tables=INFERRED)
    assert cells(rows[rows["statement_id"] == "s5"], "demand_id", "position", "inferred_from") == [
        ("cession", "accepts", None),
        ("keep", None, "s5-s5"),
        ("swap", "accepts", None),
    ]


def test_inference_may_be_left_out_or_narrowed():
    assert observations(infer=False, tables=INFERRED)["inferred_by"].isna().all()
    assert set(observations(infer="contrary", tables=INFERRED)["inferred_by"].dropna()) == {"contrary"}
    with pytest.raises(errors.UnknownNameError, match="Did you mean 'contrary'"):
        observations(infer="contrry", tables=INFERRED)


def test_one_demand_counts_for_both_of_a_pair_of_contraries():
    rows = observations(infer="contrary", fold=True, tables=INFERRED)
    assert set(rows["demand_id"]) == {"cession", "swap", "neutral"}
    assert only(rows[rows["statement_id"] == "s3"])["sign"] == 0
    assert len(rows) == len(INFERRED["stances"])
    assert "keep" in set(observations(infer=False, fold=True, tables=INFERRED)["demand_id"])


def test_a_demand_that_is_only_inferred_can_be_chosen():
    assert only(observations(demand="keep", since="2025-08-13", tables=INFERRED))["inferred_from"] == "s5-s5"


DAYS = frame(
    "statements",
    [
        {"statement_id": name, "said_from": first, "said_to": last}
        for name, first, last in [
            ("on the 10th", "2025-08-10", "2025-08-10"),
            ("8th to 10th", "2025-08-08", "2025-08-10"),
            ("10th to 12th", "2025-08-10", "2025-08-12"),
            ("8th to 14th", "2025-08-08", "2025-08-14"),
            ("until the 10th", None, "2025-08-10"),
            ("from the 10th", "2025-08-10", None),
            ("until the 8th", None, "2025-08-08"),
            ("from the 14th", "2025-08-14", None),
            ("unknown", None, None),
        ]
    ],
)


@pytest.mark.parametrize(
    ("since", "until", "sure", "possible"),
    [
        # both ends are included
        (
            "2025-08-10",
            "2025-08-10",
            {"on the 10th"},
            {"on the 10th", "8th to 10th", "10th to 12th", "8th to 14th", "until the 10th", "from the 10th", "unknown"},
        ),
        (
            "2025-08-09",
            "2025-08-12",
            {"on the 10th", "10th to 12th"},
            {"on the 10th", "8th to 10th", "10th to 12th", "8th to 14th", "until the 10th", "from the 10th", "unknown"},
        ),
        # an open end is sure where only the beginning matters, and an open start where only the end does
        (
            "2025-08-10",
            None,
            {"on the 10th", "10th to 12th", "from the 10th", "from the 14th"},
            {*DAYS["statement_id"]} - {"until the 8th"},
        ),
        (
            None,
            "2025-08-10",
            {"on the 10th", "8th to 10th", "until the 10th", "until the 8th"},
            {*DAYS["statement_id"]} - {"from the 14th"},
        ),
        ("2025-08-11", "2025-08-13", set(), {"10th to 12th", "8th to 14th", "from the 10th", "unknown"}),
        (None, None, {*DAYS["statement_id"]}, {*DAYS["statement_id"]}),
    ],
)
def test_days_that_are_not_known_exactly(since, until, sure, possible):
    for dating, expected in (("sure", sure), ("possible", possible)):
        assert set(DAYS.loc[selection.within(DAYS, since, until, dating), "statement_id"]) == expected


def test_days_that_are_none():
    with pytest.raises(errors.InputError, match="since is '1 August'; give a calendar day"):
        observations(since="1 August", tables=JOINT)
    with pytest.raises(errors.InputError, match="before since"):
        observations(since="2025-08-12", until="2025-08-11", tables=JOINT)


def test_a_demand_that_is_asked_for_and_left_out_because_of_the_addressee_is_named():
    table = build("s1 2025-08-11 anna anna peace accepts\ns2 2025-08-11 anna anna truce accepts")
    table["demands"]["addressee_id"] = table["demands"]["demand_id"].map({"truce": "russia"})
    with pytest.warns(UserWarning, match=r"leaves out 1 of 2 demands, on which .* would have to act: peace\."):
        assert only(observations(demand=["peace", "truce"], addressee="russia", tables=table))["demand_id"] == "truce"
    assert only(observations(addressee="russia", tables=table))["demand_id"] == "truce"


def test_type_checkers_know_the_values_that_exist():
    package = schema.package()
    assert get_args(selection.Attribution) == package.table("stances")["attribution"].enum
    assert get_args(selection.By) == tuple(stances.ACTORS)
    assert {*get_args(entailment.Relation)} - {"part_of"} < {*package.table("demand_relations")["relation"].enum}


def test_narrators_can_be_left_out():
    table = build(
        "s1 2025-08-11 paper russia peace accepts narrator\ns2 2025-08-11 anna russia peace accepts third_party"
    )
    table["actors"].loc[table["actors"]["actor_id"] == "paper", "kind"] = "media"
    assert len(observations(None, tables=table)) == 2
    assert only(observations(None, narrators=False, tables=table))["speaker_id"] == "anna"


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"by": "state"}, "party, holder, speaker"),
        ({"groups": "all"}, "members, whole"),
        ({"attribution": "enemy"}, "self, adversary"),
        ({"holder": "leader"}, "Did you mean 'leaders'"),
        ({"speaker": ["anna", "borys"]}, "Did you mean 'boris'"),
        ({"demand": "peac"}, "Did you mean 'peace'"),
        ({"issue": "territories"}, "Did you mean 'territory'"),
        ({"dating": "certain"}, "sure, possible"),
        ({"party": "dora"}, "'dora' is not a party. It belongs to 'union'"),
        ({"untill": "2025-08-11"}, "Did you mean 'until'"),
    ],
)
def test_what_does_not_exist_is_refused_with_the_nearest(wrong, message):
    with pytest.raises(errors.SummitryError, match=message):
        observations(tables=JOINT, **wrong)


def test_an_addressee_chooses_the_demands_on_which_it_would_have_to_act():
    demands = loaders.load("demands").dropna(subset="addressee_id").set_index("demand_id")["addressee_id"]
    every, chosen = observations(infer=True), observations(infer=True, addressee="ukraine")
    assert len(chosen) > 1
    assert chosen.equals(every[every["demand_id"].map(demands).eq("ukraine")].reset_index(drop=True))
    with pytest.raises(errors.InputError, match=r"claims\(\) has no addressee"):
        claims(addressee="ukraine")


def test_a_withdrawn_id_means_the_one_that_replaces_it():
    """In every option and for every argument that is an id."""
    old, new = "attacker-gains-nothing", "settlement-gives-russia-no-gain"
    assert observations(demand=[old, "ceasefire"]).equals(observations(demand=[new, "ceasefire"]))
    assert position_timeline(old).get_suptitle() == position_timeline(new).get_suptitle()
    withdrawn = loaders.load("withdrawn").query("table_name == 'stances'")
    replaced = withdrawn.dropna(subset="replaced_by").iloc[0]
    assert only(stances_behind(replaced["id"]))["stance_id"] == replaced["replaced_by"]


def test_a_withdrawn_id_that_nothing_replaces_is_answered_with_the_reason():
    gone = loaders.load("withdrawn").query("table_name == 'stances' and replaced_by.isna()").iloc[0]
    with pytest.raises(errors.InputError, match="It was withdrawn in version") as refused:
        stances_behind(gone["id"])
    assert str(refused.value).endswith(gone["reason"])


@pytest.mark.parametrize("person", ["vladimir-putin", "sergey-lavrov", "donald-trump"])
def test_a_person_is_no_party_because_nothing_is_known_before_the_first_office(person):
    with pytest.raises(errors.InputError, match=f"'{person}' is not a party. It belongs to '(russia|united-states)'"):
        observations(party=person)


def test_the_flat_table_has_a_row_for_each_stance_that_ships():
    rows = stances_table()
    assert sorted(rows["stance_id"]) == sorted(loaders.load("stances")["stance_id"])
    assert rows[["speaker_party_name", "holder_party_name", "demand_label", "outlet"]].notna().all(axis=None)
    for column in rows.columns:
        assert column in stances_table.__doc__
    assert (
        not stances_table(infer=True, groups="members")
        .duplicated(["actor_id", "statement_id", "demand_id", "sign", "attribution", "position", "stance_id"])
        .any()
    )


def test_the_stances_behind_a_number():
    found = stances_behind("s5-s4;s1-s0", tables=INFERRED)
    assert found["stance_id"].tolist() == ["s1-s0", "s5-s4"]
    assert len(stances_behind(pd.Series(["s1-s0;s2-s1", None, "s1-s0"]), tables=INFERRED)) == 2
    with pytest.raises(errors.InputError, match="Did you mean 's1-s0'"):
        stances_behind("s1-so", tables=INFERRED)


def test_windows_through_time():
    found = [tuple(map(str, w.values())) for w in selection.windows(7, "14d", since="2025-08-01", until="2025-08-25")]
    assert found == [("2025-08-01", "2025-08-14"), ("2025-08-08", "2025-08-21"), ("2025-08-15", "2025-08-25")]
    apart = selection.windows("10d", "2d", since="2025-08-01", until="2025-08-12")
    assert [(w["since"].day, w["until"].day) for w in apart] == [(1, 2), (11, 12)]
    only_day = selection.windows(since="2025-08-01", until="2025-08-01")
    assert len(list(only_day)) == 1
    whole = list(selection.windows("1d", "1d", tables=JOINT))
    assert whole == [{"since": dt.date(2025, 8, 11), "until": dt.date(2025, 8, 11)}]
    counted = [
        len(observations(infer=False, tables=INFERRED, **window)) for window in selection.windows(1, 1, tables=INFERRED)
    ]
    assert counted == [2, 2, 2]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"every": "1w"}, "every is '1w'; give a number of days"),
        ({"width": 0}, "width is 0"),
        ({"width": "9999999999d"}, "give a number of days"),
        ({"since": "2025-08-02", "until": "2025-08-01"}, "before since"),
    ],
)
def test_windows_that_are_none(wrong, message):
    with pytest.raises(errors.InputError, match=message):
        list(selection.windows(**wrong))


def test_help_names_every_option():
    import summitry

    for function in (summitry.positions, summitry.stance_matrix, summitry.claims, summitry.stances_table):
        shown = inspect.signature(function).parameters
        assert set(selection.Chosen.__annotations__) < set(shown)
        assert "chosen" not in shown


def test_a_position_that_had_ended_when_it_was_named_is_left_out():
    table = build("s1 2025-08-11 anna anna peace accepts\ns2 2025-08-11 anna anna war rejects")
    for last, left in (("2021-06-25", {"s2"}), ("2025-08-11", {"s1", "s2"})):
        ends = table["stances"]["statement_id"].map({"s1": pd.Timestamp(last)})
        found = observations(tables={**table, "stances": table["stances"].assign(held_to=ends)})
        assert set(found["statement_id"]) == left
