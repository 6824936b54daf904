"""To which party an actor belongs on a day."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import polars as pl
import pytest

from own_tables import build, frame
from summitry import errors, schema
from summitry.analysis import inputs
from summitry.analysis.parties import parties, party_of


def date(number):
    return dt.date(2025, 8, number)


def test_the_party_of_an_actor():
    table = build(
        "s1 2025-08-11 anna anna peace accepts",
        roles="""
            anna  bank      -          2025-08-10
            anna  ministry  2025-08-11 -
            boris council   -          -
            clara nato      -          -
            clara ministry  -          -
        """,
        part_of="ministry government\ngovernment russia\ncouncil union",
    )
    party = inputs.affiliations(tables=table).party
    assert party("anna", date(10)) == "bank"
    assert party("anna", date(11)) == "russia"
    assert party("anna", None) == "russia"  # every office counts on an unknown day
    assert party("boris", date(11)) == "union"
    assert party("clara", date(11)) == "russia"  # a state at war goes before the first office
    assert party("ministry", date(11)) == "russia"
    table = build("s1 2025-08-11 anna anna peace accepts", roles="dora nato - -\ndora union - -")
    for roles in (table["roles"], table["roles"][::-1]):
        assert (
            inputs.affiliations(tables={**table, "roles": roles}).party("dora", date(11)) == "nato"
        )  # the first by role_id
    assert party("nobody", date(11)) == "nobody"


def test_of_two_offices_the_one_begun_later_decides_the_party():
    table = build("s1 2025-08-11 anna anna peace accepts", roles="anna nato 2025-08-01 -\nanna union 2025-08-05 -")
    party = inputs.affiliations(tables=table).party
    assert [party("anna", date(n)) for n in (4, 5, 11)] == ["nato", "union", "union"]
    table = build("s1 2025-08-11 anna anna peace accepts", roles="anna nato 2025-08-01 -\nanna union - -")
    assert inputs.affiliations(tables=table).party("anna", date(11)) == "nato"  # when the other began is not known


def test_rules_and_analyses_give_one_party():
    """The second office, which sorts first by its id, is the one that counts for both."""
    from summitry.validation.rules.model import FAULTY, FILE, ROW, Dataset

    of_a_row = {FILE: 0, ROW: 0, FAULTY: None}
    roles = [
        {"role_id": "b", "person_id": "anna", "organization_id": "nato", "valid_from": date(1), "valid_to": None},
        {"role_id": "a", "person_id": "anna", "organization_id": "ministry", "valid_from": None, "valid_to": None},
    ]
    for belligerent, party in (("russia", "russia"), (None, "nato")):
        actors = [
            {"actor_id": a, "name": a, "part_of_id": whole, "belligerent": a == belligerent, "kind": "state"}
            for a, whole in {"anna": None, "nato": None, "ministry": "russia", "russia": None}.items()
        ]
        tables = {"roles": roles, "actors": actors}
        frames = {name: pl.DataFrame([row | of_a_row for row in rows]) for name, rows in tables.items()}
        own = {name: frame(name, rows) for name, rows in tables.items()}
        for anna in (Dataset(schema.package(), frames).affiliations, inputs.affiliations(tables=own)):
            assert anna.party("anna", date(11)) == party
            assert anna.party("anna", None) == party


def test_parties_through_time():
    table = build(
        "s1 2025-08-11 anna anna peace accepts",
        roles="""
            anna  bank     2025-08-01 2025-08-10
            anna  ministry 2025-08-11 -
            boris ministry -          -
            clara bank     -          2025-08-05
        """,
        part_of="ministry russia",
    )
    spells = parties(tables=table).set_index("actor_id")
    assert spells.loc["anna", "party_id"].tolist() == ["anna", "bank", "russia"]
    assert spells.loc["anna", "valid_from"].tolist()[1:] == [pd.Timestamp(2025, 8, 1), pd.Timestamp(2025, 8, 11)]
    assert spells.loc["anna", "valid_to"].tolist()[:2] == [pd.Timestamp(2025, 7, 31), pd.Timestamp(2025, 8, 10)]
    assert spells.loc["clara", "party_id"].tolist() == ["bank", "clara"]
    assert spells.loc["boris", "party_name"] == "Russia"
    assert spells.loc["boris", ["valid_from", "valid_to"]].isna().all()


def test_the_spells_agree_with_the_party_of_each_day():
    belongs = inputs.affiliations()
    for spell in parties().itertuples():
        for end in (spell.valid_from, spell.valid_to):
            if not pd.isna(end):
                assert belongs.party(spell.actor_id, end.date()) == spell.party_id


def test_the_party_of_an_actor_is_asked_for_with_a_day_where_it_changed():
    table = build(
        "s1 2025-08-11 anna anna peace accepts",
        roles="anna bank - 2025-08-10\nanna ministry 2025-08-11 -\nboris ministry 2025-08-01 -",
        part_of="ministry russia",
    )
    assert party_of("anna", "2025-08-10", tables=table) == "bank"
    assert party_of("anna", dt.date(2025, 8, 11), tables=table) == "russia"
    with pytest.raises(errors.InputError, match="bank to 2025-08-10; russia from 2025-08-11"):
        party_of("anna", tables=table)
    assert party_of("boris", tables=table) == "russia"  # before his office nothing is known of him
    assert party_of("boris", "2025-07-31", tables=table) == "boris"
    with pytest.raises(errors.InputError, match="Did you mean 'anna'"):
        party_of("ana", tables=table)
    with pytest.raises(errors.InputError, match="on is 'soon'"):
        party_of("anna", "soon", tables=table)


def test_members_of_groups_in_groups():
    table = build(
        "s1 2025-08-11 anna anna peace accepts",
        groups="inner anna\nouter boris\nouter inner\nopen clara\nring circle\ncircle ring",
        complete="inner outer ring circle",
    )
    counts_for = inputs.affiliations(tables=table).counts_for
    assert counts_for("outer") == ["boris", "anna"]
    assert counts_for("open") == ["open"]
    assert counts_for("ring") == ["ring"]
    assert counts_for("anna") == ["anna"]


def of_kinds(tables, **kinds):
    """The tables with actors of other kinds than `person`."""
    actors = tables["actors"]
    kind = actors["actor_id"].map(kinds).fillna(actors["kind"].astype("str"))
    return {**tables, "actors": inputs.typed(actors.assign(kind=kind), "actors")}


def test_who_does_not_speak_for_his_state():
    """A parliament, a firm or an outlet is a party of its own, and a member of a parliament speaks for himself."""
    table = of_kinds(
        build(
            "s1 2025-08-11 anna anna peace accepts",
            roles="""
                anna  duma    2025-08-01 -
                boris duma    2025-08-05 -
                boris council 2025-08-01 2025-08-20
                clara firm    -          -
                dora  union   -          -
                dora  firm    2025-08-01 -
                emil  panel   -          -
            """,
            part_of="duma russia\ncouncil russia\nfirm russia\npanel duma\nchamber duma",
        ),
        duma="legislature",
        chamber="legislature",
        council="government_body",
        firm="company",
    )
    belongs = inputs.affiliations(tables=table)
    assert belongs.party("anna", date(11)) == "anna"
    assert belongs.party("emil", date(11)) == "emil"
    assert {belongs.party(body, date(11)) for body in ("duma", "panel", "chamber")} == {"duma"}
    assert belongs.party("boris", date(11)) == "russia"
    assert belongs.party("boris", date(21)) == "boris"  # his office of state has ended
    assert belongs.party("clara", date(11)) == belongs.party("firm", date(11)) == "firm"
    assert belongs.party("dora", date(11)) == "union"  # an office of state goes before one begun later in a firm
    assert belongs.bodies("anna", date(11)) == ["anna", "duma"]


def test_a_joint_statement_counts_for_those_who_were_members_on_the_day():
    table = build("s1 2025-08-11 anna anna peace accepts", groups="union anna\nunion boris", complete="union")
    until = table["group_members"]["member_id"].map({"anna": pd.Timestamp("2025-08-10")})
    belongs = inputs.affiliations(tables={**table, "group_members": table["group_members"].assign(valid_to=until)})
    assert belongs.counts_for("union", date(10)) == ["anna", "boris"]
    assert belongs.counts_for("union", date(11)) == ["boris"]
    assert belongs.counts_for("union") == ["anna", "boris"]
