"""What is said day by day, and what is said last: the rules behind positions, changes and gaps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from summitry.analysis.inputs import SEPARATOR, joined

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd


def by_day(rows: pd.DataFrame, keys: Sequence[str], sources: pd.DataFrame) -> pd.DataFrame:
    """Return one position a day for each combination of keys.

    On a day with several positions (`mixed`) the one that most statements of the day give is taken, then the one
    that most sources report, then the first in the order of the codebook.

    Args:
        rows: observations.
        keys: columns that say whose position on what.
        sources: which source reports which statement, as from `reporting_sources`.

    Returns:
        The keys, day (NaT for what is undated, last), position, mixed, n_statements, n_sources and statement_ids
        (of that position on that day), condition and condition_demand_id.
    """
    day_keys = [*keys, "day"]
    days = summed(rows.sort_values("statement_id"), [*day_keys, "position"], sources)
    days["mixed"] = days.duplicated(day_keys, keep=False).astype("boolean")
    days = days.sort_values(
        [*day_keys, "n_statements", "n_sources", "position"], ascending=[True] * len(day_keys) + [False, False, True]
    )
    days = days.drop_duplicates(day_keys).reset_index(drop=True)
    counts = ["n_statements", "n_sources", "statement_ids"]
    return days[[*day_keys, "position", "mixed", *counts, "condition", "condition_demand_id"]]


def summed(rows: pd.DataFrame, keys: Sequence[str], sources: pd.DataFrame) -> pd.DataFrame:
    """Return what each combination of keys rests on.

    Args:
        rows: observations, in the order in which to list their statements.
        keys: columns that say what belongs together; a missing value is a value.
        sources: which source reports which statement, as from `reporting_sources`.

    Returns:
        The keys, first_said and last_said, n_statements and n_sources, and as texts statement_ids, condition and
        condition_demand_id, one row per combination.
    """
    rows = rows.assign(group=rows.groupby(list(keys), dropna=False, observed=True).ngroup())
    found = rows.drop_duplicates("group").set_index("group")[list(keys)]
    groups = rows.groupby("group")
    reported = rows[["group", "statement_id"]].merge(sources, on="statement_id", how="left")
    found["first_said"], found["last_said"] = groups["day"].min(), groups["day"].max()
    found["n_statements"] = groups["statement_id"].nunique().astype("Int64")
    found["n_sources"] = reported.groupby("group")["source_id"].nunique().astype("Int64")
    # conditions may hold semicolons, so that nothing should split them again
    separators = {"statement_id": SEPARATOR, "condition": "; ", "condition_demand_id": SEPARATOR}
    texts = {column: joined(rows[column], rows["group"], separator) for column, separator in separators.items()}
    return found.assign(**texts).rename(columns={"statement_id": "statement_ids"}).reset_index(drop=True)


def latest(days: pd.DataFrame, keys: Sequence[str]) -> pd.DataFrame:
    """Return the last dated day of each combination of keys; the undated only where nothing is dated.

    Args:
        days: what `by_day` returned.
        keys: the same keys.

    Returns:
        The columns of `days`, one row per combination, and since: the first day of the unbroken run of days that end
        with this position.
    """
    list_keys = list(keys)
    days = days.sort_values([*list_keys, "day"], na_position="first").reset_index(drop=True)
    before = days.groupby(list_keys, observed=True)["position"].shift()
    run = (days["position"].astype("str") != before.astype("str")).cumsum()
    days["since"] = days.groupby(run)["day"].transform("min")
    return days.drop_duplicates(list_keys, keep="last").reset_index(drop=True)
