"""The positions of actors on demands: the latest, and day by day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from summitry.analysis.daily import by_day, latest, summed
from summitry.analysis.inputs import with_names
from summitry.analysis.selection import SELF
from summitry.analysis.stances import observations, reporting_sources, signed

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from summitry.analysis.inputs import Tables
    from summitry.dataset.query import Day

KEYS = ("holder_id", "demand_id", "attribution")
NAMES = {"holder_id": "actors", "demand_id": "demands"}


def positions(
    attribution: str | Sequence[str] | None = SELF,
    holder: str | Sequence[str] | None = None,
    demand: str | Sequence[str] | None = None,
    *,
    as_of: Day | None = None,
    tables: Tables | None = None,
) -> pd.DataFrame:
    """Return the latest position of each holder on each demand, with its statements.

    What an adversary, a third party or a narrator says about the holder has its own rows, separate from what the
    holder says.

    The latest position is that of the last day on which there is one. A statement counts on its day, and one of a
    range of days on the last of them (`said_to`, else `said_from`). Undated statements are counted, but
    are the latest only if no statement has a date. On a day with several positions (`mixed`), the most frequent one
    by statements is chosen, then by sources, then the first in the order of the codebook: demands, accepts,
    conditional, rejects, noncommittal.

    Args:
        attribution: who says so: one or several of self, adversary, third_party, narrator;
            None for all.
        holder: only these actors, by id.
        demand: only these demands, by id.
        as_of: use only what was published by this day.
        tables: your own data frames by table name, instead of the dataset's tables.

    Returns:
        One row per holder, demand and attribution, sorted by these.

    Columns:
        holder_id, holder_name (text): who has the position.
        demand_id, demand_label (text): the demand.
        attribution (ordered category): who says so.
        position (ordered category): the latest.
        mixed (boolean): whether other positions were given on that day too.
        since (datetime): first day of the unbroken run of days with this position; missing when undated.
        first_said, last_said (datetime): first and last day with any position; missing when undated.
        n_statements, n_sources (integer): statements with any position, and distinct sources that report them.
        statement_ids (text): all of these statements by day, the undated last, joined by ";";
            `.str.split(";")` makes lists.
        condition, condition_demand_id (text): of the latest position, if it is conditional.

    Raises:
        UnknownNameError: for an attribution that does not exist.
        InputError: for a holder or demand that does not exist, or tables that do not match.

    Example:
        >>> from summitry import positions
        >>> table = positions()
        >>> table["attribution"].unique().tolist()
        ['self']
        >>> bool((table["since"] <= table["last_said"]).all())
        True
    """
    rows = observations(
        attribution, by="holder", groups="whole", infer=False, holder=holder, demand=demand, as_of=as_of, tables=tables
    )
    sources = reporting_sources(as_of, tables)
    keys = list(KEYS)
    last = latest(by_day(rows, keys, sources), keys)
    counts = ["first_said", "last_said", "n_statements", "n_sources", "statement_ids"]
    found = summed(rows.sort_values(["day", "statement_id"]), keys, sources)[[*keys, *counts]]
    conditions = ["condition", "condition_demand_id"]
    merged = last[[*keys, "position", "mixed", "since", *conditions]].merge(found, on=keys, validate="1:1")
    columns = [*keys, "position", "mixed", "since", *counts, *conditions]
    return with_names(merged.sort_values(keys).reset_index(drop=True)[columns], NAMES, as_of, tables)


def daily_positions(
    attribution: str | Sequence[str] | None = SELF,
    holder: str | Sequence[str] | None = None,
    demand: str | Sequence[str] | None = None,
    *,
    as_of: Day | None = None,
    tables: Tables | None = None,
) -> pd.DataFrame:
    """Return the position of each holder on each demand on each day on which there is one.

    Days, and what is taken on a day with several positions, are as in `positions`; undated statements are left out.

    Args:
        attribution: as in `positions`.
        holder: as in `positions`.
        demand: as in `positions`.
        as_of: as in `positions`.
        tables: as in `positions`.

    Returns:
        One row per holder, demand, attribution and day, sorted by these.

    Columns:
        holder_id, holder_name, demand_id, demand_label, attribution: as in `positions`.
        day (datetime): the day.
        position (ordered category): the position of that day.
        direction (ordered category): for (demands, accepts), open (conditional, noncommittal) or against (rejects).
        mixed (boolean): whether other positions were given on that day too.
        n_statements, n_sources (integer), statement_ids (text): the statements of that day with that position, and
            the sources that report them.
        condition, condition_demand_id (text): of that position, where it is conditional.

    Raises:
        UnknownNameError: for an attribution that does not exist.
        InputError: for a holder or demand that does not exist, or tables that do not match.

    Example:
        >>> from summitry import daily_positions
        >>> bool(daily_positions()["day"].notna().all())
        True
    """
    rows = observations(
        attribution, by="holder", groups="whole", infer=False, holder=holder, demand=demand, as_of=as_of, tables=tables
    )
    days = by_day(rows, list(KEYS), reporting_sources(as_of, tables))
    days = signed(days[days["day"].notna()].reset_index(drop=True), None).drop(columns="sign")
    days.insert(list(days.columns).index("position") + 1, "direction", days.pop("direction"))
    return with_names(days, NAMES, as_of, tables)
