"""Who asserts and who denies an event, worked out by hand."""

from __future__ import annotations

import pandas as pd
import pytest

from own_tables import build, frame
from summitry import errors
from summitry.analysis.claims import claims, event_status


def day(number):
    return pd.Timestamp(2025, 8, number)


CLAIMS = build(
    "s0 2025-08-01 anna anna peace accepts",
    reports="""
        capture  c1 2025-08-10 anna  asserts occurred
        capture  c2 2025-08-11 boris asserts occurred
        raid     r1 2025-08-10 olga  asserts occurred
        raid     r2 2025-08-11 anna  asserts occurred
        flood    f1 2025-08-10 paper asserts occurred
        summit   p1 2025-08-10 clara asserts proposed
        summit   p2 2025-08-11 anna  denies  scheduled
        talks    t1 2025-08-10 clara asserts proposed
        talks    t2 2025-08-12 clara asserts scheduled
        talks    t3 2025-08-11 anna  denies  proposed
        war      w1 2025-08-10 paper asserts ongoing
        war      w2 2025-08-09 anna  denies  occurred
        visit    v1 2025-08-10 clara asserts occurred
        lunch    l1 2025-08-10 clara asserts occurred
        coup     k1 2025-08-10 clara denies  occurred
    """,
    events="capture territorial_control\nraid strike\nwar invasion",
    parts="visit clara\nsummit clara\nraid anna",
    roles="anna russia - -\nboris russia - -\nolga ukraine - -",
)


def test_the_standing_of_claims():
    found = claims(tables=CLAIMS).set_index(["event_id", "as_status"])
    assert found["standing"].astype(str).to_dict() == {
        ("capture", "occurred"): "unconfirmed",  # two voices of one belligerent, which is party to any capture
        ("coup", "occurred"): "denied",  # that it is going on is neither asserted nor denied: it has no row
        ("flood", "occurred"): "uncontested",  # a narrator is no party to it
        ("lunch", "occurred"): "uncontested",  # nobody is known to be party to it
        ("raid", "occurred"): "uncontested",  # both belligerents say so
        ("summit", "proposed"): "unconfirmed",  # only Clara, who would take part; that it is scheduled is not said
        ("summit", "scheduled"): "denied",
        ("talks", "proposed"): "disputed",
        ("talks", "scheduled"): "disputed",  # to deny the proposal is to deny the appointment
        ("visit", "occurred"): "unconfirmed",
        ("war", "occurred"): "denied",
        ("war", "ongoing"): "disputed",  # what did not occur is not going on
    }
    talks = found.loc[("talks", "scheduled")]
    assert (talks["asserted_by"], talks["denied_by"]) == ("clara", "russia")
    assert (talks["first_said"], talks["last_said"]) == (day(11), day(12))
    assert (talks["asserting_statement_ids"], talks["denying_statement_ids"]) == ("t2", "t3")
    assert set(found.loc[("raid", "occurred"), "asserted_by"].split(";")) == {"russia", "ukraine"}
    assert pd.isna(found.loc[("summit", "scheduled"), "asserted_by"])


def test_who_is_spoken_for_vouches():
    table = {**CLAIMS, "statements": CLAIMS["statements"].copy()}
    flood = table["statements"]["statement_id"] == "f1"
    table["statements"].loc[flood, "on_behalf_of_id"] = "clara"
    table["event_actors"] = frame("event_actors", [{"event_id": "flood", "actor_id": "clara"}])
    row = claims(tables=table).set_index("event_id").loc["flood"]
    assert (row["standing"], row["asserted_by"]) == ("unconfirmed", "clara")
    assert claims(by="speaker", tables=table).set_index("event_id").loc["flood", "asserted_by"] == "paper"


def test_claims_of_some_days_parties_and_voices():
    found = claims(since="2025-08-11", party="russia", tables=CLAIMS)
    assert set(found["event_id"]) == {"capture", "raid", "summit", "talks"}
    assert claims(speaker="boris", tables=CLAIMS)["standing"].tolist() == ["unconfirmed"]
    table = {**CLAIMS, "actors": CLAIMS["actors"].copy()}
    table["actors"].loc[table["actors"]["actor_id"] == "paper", "kind"] = "media"
    assert "flood" not in set(claims(narrators=False, tables=table)["event_id"])
    assert claims(issue="other", tables=CLAIMS).empty
    with pytest.raises(errors.InputError, match=r"claims\(\) has no demand"):
        claims(demand="peace", tables=CLAIMS)
    with pytest.raises(errors.UnknownNameError, match="party, holder, speaker"):
        claims(by="state", tables=CLAIMS)


MEETING = build(
    "s0 2025-10-01 anna anna peace accepts",
    reports="""
        summit s1 2025-10-16 anna  asserts proposed
        summit s2 2025-10-17 boris asserts scheduled
        summit s3 2025-10-20 anna  denies  scheduled
        summit s4 -          anna  asserts occurred
        call   s5 2025-10-02 anna  denies  occurred
        visit  s6 2025-10-03 anna  asserts occurred
        visit  s7 2025-10-02 boris denies  occurred
    """,
)


def test_the_latest_report_gives_the_status():
    found = event_status(tables=MEETING).set_index("event_id")
    assert found.index.tolist() == ["summit", "visit"]  # nobody asserts anything of the call
    assert found["status"].tolist() == ["scheduled", "occurred"]
    assert found["statement_id"].tolist() == ["s2", "s6"]
    assert found["n_reports"].tolist() == [3, 1]
    assert found["denied"].tolist() == [True, False]  # the visit was denied before it was reported
    assert found.loc["summit", "said_on"] == pd.Timestamp(2025, 10, 17)


def test_no_reports_give_no_rows():
    assert event_status(tables={**MEETING, "event_reports": MEETING["event_reports"].iloc[:0]}).empty


def test_a_day_hides_later_reports():
    """The meeting in Alaska was announced on 8 August; what happened was not known then."""
    before, after = (event_status(as_of=day).set_index("event_id") for day in ("2025-08-12", None))
    assert before.loc["alaska-summit-2025-08-15", "status"] == "scheduled"
    assert after.loc["alaska-summit-2025-08-15", "status"] == "occurred"
