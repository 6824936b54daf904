"""The status of events through time, as reports give it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from summitry import schema
from summitry.analysis import inputs
from summitry.dataset.arguments import checked

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from summitry.dataset.days import Day


@checked
def event_status(as_of: Day | None = None, tables: Mapping[str, pd.DataFrame] | None = None) -> pd.DataFrame:
    """Return for each event the status that the latest report gives it.

    A meeting is proposed, then scheduled, then cancelled: the table events has the status of the whole period, and this
    the one that was known on a day. Only what a report asserts counts; whether somebody denies it is in `denied`.

    Args:
        as_of: use only what was published by this day.
        tables: your own data frames by table name, instead of the dataset's tables: events, event_reports, statements.

    Returns:
        One row per event that a report asserts something of, sorted by event: event_id, name, status (the one that the
        latest report asserts), said_on (the last day on which that report may have been made, NaT if unknown),
        statement_id (that report), n_reports (how many assert something), denied (whether a report of that day or later
        denies that status), coded_status (in the table events). Of reports of one day, the last by statement_id counts.

    Source:
        The tables events, event_reports and statements.

    Example:
        >>> from summitry import event_status
        >>> known = event_status(as_of="2025-08-12").set_index("event_id")
        >>> known.loc["alaska-summit-2025-08-15", "status"]
        'scheduled'
    """
    events, reports, statements = inputs.read(("events", "event_reports", "statements"), as_of, tables).values()
    said_on = statements["said_to"].fillna(statements["said_from"])
    reports = reports.merge(statements.assign(said_on=said_on)[["statement_id", "said_on"]], on="statement_id")
    sign = reports["verdict"].astype("str").map(schema.package().table("event_reports")["verdict"].signs)
    asserted, denied = reports[sign > 0], reports[sign < 0]
    asserted = asserted.sort_values(["event_id", "said_on", "statement_id"], na_position="first")
    found = asserted.drop_duplicates("event_id", keep="last")
    found = found.assign(n_reports=found["event_id"].map(asserted["event_id"].value_counts()))
    found = found.assign(denied=_denied(found, denied))
    coded = events[["event_id", "name", "status"]].rename(columns={"status": "coded_status"})
    found = found.merge(coded, on="event_id").rename(columns={"as_status": "status"})
    columns = ["event_id", "name", "status", "said_on", "statement_id", "n_reports", "denied", "coded_status"]
    return found[columns]


def _denied(latest: pd.DataFrame, denials: pd.DataFrame) -> list[bool]:
    """Return for each latest report whether a report of its day or later denies the status that it asserts."""
    keys = zip(denials["event_id"], denials["as_status"], strict=True)
    days: dict[tuple[str, str], list[pd.Timestamp]] = {}
    for key, day in zip(keys, denials["said_on"], strict=True):
        days.setdefault(key, []).append(day)
    rows = zip(latest["event_id"], latest["as_status"], latest["said_on"], strict=True)
    return [any(day >= said_on for day in days.get((event, status), ())) for event, status, said_on in rows]
