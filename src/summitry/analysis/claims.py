"""Claims about events: who asserts them, who denies them, their standing, and the status of events by the latest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from summitry import schema
from summitry.analysis import selection
from summitry.analysis.inputs import affiliations, joined, party_column, read, table
from summitry.analysis.selection import analysis
from summitry.dataset.arguments import checked
from summitry.errors import choice

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Unpack

    import pandas as pd

    from summitry.analysis.inputs import Tables
    from summitry.analysis.selection import Chosen
    from summitry.dataset.days import Day
    from summitry.dataset.parties import Affiliations

STANDINGS = ("uncontested", "unconfirmed", "disputed", "denied")
# to deny the second is to deny the first too: what never happened is not going on, nor is fixed what nobody proposed
PRESUPPOSES = {"ongoing": "occurred", "ended_early": "occurred", "scheduled": "proposed", "agreed": "proposed"}


@analysis
def claims(*, by: str = "party", **chosen: Unpack[Chosen]) -> pd.DataFrame:
    """Return for each event and status who asserts it, who denies it, and its standing.

    The `standing` says who supports a claim, not whether it is true:

    - `disputed`: somebody asserts it and somebody denies it.
    - `denied`: somebody denies it and nobody in this dataset asserts it.
    - `unconfirmed`: nobody denies it, and all who assert it belong to one party that is itself party to the event.
    - `uncontested`: nobody denies it, and somebody outside the event, or a second party to it, asserts it.

    A party is the belligerent state, else the widest body, of the speaker (or of the one spoken for) on the day. The
    parties to an event are those with a part in it in event_actors and, for events of the war (strikes, fighting,
    territory taken, invasion, annexation, incursion), either belligerent. Only denials contradict: statuses that follow
    each other in time, such as proposed, scheduled and occurred, do not. To deny that something occurred is also to
    deny that it is going on or ended early, and to deny that it was proposed is also to deny that it is scheduled or
    agreed.

    Args:
        by: who asserts and denies it: "party"; "holder", the speaker or the one spoken for; or "speaker". The
            standing is always that among parties.
        party, speaker, narrators, since, until, dating, as_of, tables: as in `positions`. The standing is among what
            is chosen.
        issue: only claims in statements of these issues.
        holder, demand, addressee: not of claims: they are about events, and an error here.

    Returns:
        One row an event and status that a statement asserts or denies, sorted by event and status. Events that are
        only the occasion of statements have none.

    Columns:
        event_id, name (text), kind (ordered category): the event.
        status (ordered category): the status that the coders gave the event; not computed here.
        as_status (ordered category): the status that is asserted or denied.
        standing (ordered category): uncontested, unconfirmed, disputed or denied.
        asserted_by, denied_by (text): ids of the parties (or holders or speakers) by day, joined by ";".
        first_said, last_said (datetime): first and last day on which it was asserted or denied.
        asserting_statement_ids, denying_statement_ids (text): the statements by day, joined by ";".

    Raises:
        UnknownNameError: for an option, or a value of one, that does not exist.
        InputError: for an id that is in no row, a day that is none, a holder or a demand, or tables that do not match.

    Example:
        >>> from summitry import claims
        >>> set(claims()["standing"]) <= {"uncontested", "unconfirmed", "disputed", "denied"}
        True
    """
    import pandas as pd

    as_of, tables = selection.source(chosen)
    belongs = affiliations(as_of, tables)
    reports = _with_implied(_reports(chosen))
    reports["actor"] = reports[_VOICES[choice("kind of actor", by, list(_VOICES))]]
    events = table("events", as_of, tables).set_index("event_id")
    involved = _involved(events, as_of, tables, belongs)
    found = _by_claim(reports.sort_values([*_CLAIM, "day", "statement_id"]), involved)
    found = found.join(events[["name", "kind", "status"]], on="event_id")
    found["standing"] = found["standing"].astype(pd.CategoricalDtype(list(STANDINGS), ordered=True))
    return found[list(_COLUMNS)]


# who asserts and denies → the column that says it
_VOICES = {"party": "party", "holder": "voice", "speaker": "speaker_id"}
_CLAIM = ["event_id", "as_status"]
_COLUMNS = (
    *("event_id", "name", "kind", "status", "as_status", "standing", "asserted_by", "denied_by"),
    *("first_said", "last_said", "asserting_statement_ids", "denying_statement_ids"),
)


def _reports(chosen: Chosen) -> pd.DataFrame:
    """Return the event reports that are chosen, with the speaker of each, its party, and the day."""
    statements = selection.said(chosen, "claims")[["statement_id", "speaker_id", "voice", "party", "day"]]
    reports = table("event_reports", *selection.source(chosen))[["event_id", "statement_id", "verdict", "as_status"]]
    reports = reports.merge(statements, on="statement_id")
    signs = schema.package().table("event_reports")["verdict"].signs
    reports = reports.assign(sign=reports["verdict"].astype("str").map(signs).astype("int64"))
    return reports[reports["sign"] != 0]  # neither asserted nor denied


def _with_implied(reports: pd.DataFrame) -> pd.DataFrame:
    """Add the denials that a denial implies, where somebody asserts what is denied by it."""
    import pandas as pd

    asserted = reports.loc[reports["sign"] > 0, ["event_id", "as_status"]].drop_duplicates()
    denials = reports[reports["sign"] < 0]
    added = [reports]
    for status, presupposed in PRESUPPOSES.items():
        implied = denials[denials["as_status"] == presupposed].assign(as_status=status)
        implied["as_status"] = implied["as_status"].astype(reports["as_status"].dtype)
        added.append(implied.merge(asserted, on=["event_id", "as_status"]))
    keys = ["event_id", "as_status", "verdict", "statement_id"]
    return pd.concat(added, ignore_index=True).drop_duplicates(keys)


def _involved(
    events: pd.DataFrame, as_of: Day | None, tables: Tables | None, belongs: Affiliations
) -> dict[str, set[str]]:
    """Return the parties to each event, on its first day."""
    actors = table("actors", as_of, tables)
    belligerents = set(actors.loc[actors["belligerent"].fillna(value=False), "actor_id"])
    # to events of the war both belligerents are party, whether or not they are listed
    of_the_war = events.index[events["kind"].isin(schema.package().table("events")["kind"].group("force"))]
    involved: dict[str, set[str]] = {str(event): set(belligerents) for event in of_the_war}
    parts = table("event_actors", as_of, tables).merge(events["start_on"].rename("day"), on="event_id")
    for event, found in parts.assign(party=party_column(parts, "actor_id", belongs)).groupby("event_id")["party"]:
        involved.setdefault(str(event), set()).update(found)
    return involved


def _by_claim(reports: pd.DataFrame, involved: Mapping[str, set[str]]) -> pd.DataFrame:
    """Return a row for each event and status, from the reports on them in order."""
    reports = reports.assign(claim=reports.groupby(_CLAIM, observed=True).ngroup())
    asserts, denies = reports[reports["sign"] > 0], reports[reports["sign"] < 0]
    found = reports.drop_duplicates("claim").set_index("claim")[_CLAIM]
    found["asserted_by"], found["denied_by"] = (joined(side["actor"], side["claim"]) for side in (asserts, denies))
    found["first_said"], found["last_said"] = (reports.groupby("claim")["day"].agg(end) for end in ("min", "max"))
    found["asserting_statement_ids"] = joined(asserts["statement_id"], asserts["claim"])
    found["denying_statement_ids"] = joined(denies["statement_id"], denies["claim"])
    vouching, denied = asserts.groupby("claim")["party"].agg(set), set(denies["claim"])
    found["standing"] = [
        _standing(vouching.get(claim, set()), involved.get(event, set()), denied=claim in denied)
        for claim, event in found["event_id"].items()
    ]
    return found.reset_index(drop=True)


def _standing(vouching: set[str], involved: set[str], *, denied: bool) -> str:
    if denied:
        return "disputed" if vouching else "denied"
    return "unconfirmed" if len(vouching) == 1 and vouching <= involved else "uncontested"


@checked
def event_status(as_of: Day | None = None, tables: Tables | None = None) -> pd.DataFrame:
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
    events, reports, statements = read(("events", "event_reports", "statements"), as_of, tables).values()
    days = statements.assign(said_on=selection.last_day(statements))[["statement_id", "said_on"]]
    reports = reports.merge(days, on="statement_id")
    sign = reports["verdict"].astype("str").map(schema.package().table("event_reports")["verdict"].signs)
    asserted, denied = reports[sign > 0], reports[sign < 0]
    asserted = asserted.sort_values(["event_id", "said_on", "statement_id"], na_position="first")
    found = asserted.drop_duplicates("event_id", keep="last")
    found = found.assign(n_reports=found["event_id"].map(asserted["event_id"].value_counts()))
    later = found.merge(denied, on=["event_id", "as_status"], suffixes=("", "_of_denial"))
    later = later[later["said_on_of_denial"] >= later["said_on"]]
    found = found.assign(denied=found["event_id"].isin(later["event_id"]))
    coded = events[["event_id", "name", "status"]].rename(columns={"status": "coded_status"})
    found = found.merge(coded, on="event_id").rename(columns={"as_status": "status"})
    columns = ["event_id", "name", "status", "said_on", "statement_id", "n_reports", "denied", "coded_status"]
    return found[columns]
