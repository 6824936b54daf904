"""The status that the latest report gives an event."""

from __future__ import annotations

import pandas as pd

from own_tables import build
from summitry.analysis.stages import event_status

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
