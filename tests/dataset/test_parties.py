"""To which party an actor belongs on a day."""

from __future__ import annotations

import datetime as dt

from own_tables import build, frame
from summitry.analysis import inputs


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
    from summitry.validation.rules.model import Dataset, Row

    roles = [
        {"role_id": "b", "person_id": "anna", "organization_id": "nato", "valid_from": date(1), "valid_to": None},
        {"role_id": "a", "person_id": "anna", "organization_id": "ministry", "valid_from": None, "valid_to": None},
    ]
    actors = [
        {"actor_id": a, "name": a, "part_of_id": whole, "belligerent": a == "russia"}
        for a, whole in {"anna": None, "nato": None, "ministry": "russia", "russia": None}.items()
    ]
    keyed = {"roles": ("role_id", roles), "actors": ("actor_id", actors)}
    tables = {n: {(r[key],): Row(r, n, 0, i) for i, r in enumerate(rows)} for n, (key, rows) in keyed.items()}
    own = {"roles": frame("roles", roles), "actors": frame("actors", actors)}
    for anna in (Dataset(tables).affiliations, inputs.affiliations(tables=own)):
        assert anna.party("anna", date(11)) == "russia"
        assert anna.party("anna", None) == "russia"
    tables["actors"]["russia",]["belligerent"] = False
    own["actors"]["belligerent"] = False
    for anna in (Dataset(tables).affiliations, inputs.affiliations(tables=own)):
        assert anna.party("anna", date(11)) == "nato"
