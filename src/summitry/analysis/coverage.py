"""The coverage of the dataset, day by day."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from summitry.analysis import inputs
from summitry.dataset.arguments import checked
from summitry.dataset.days import as_range

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from summitry.dataset.days import Day


@checked
def coverage(
    as_of: Day | None = None,
    tables: Mapping[str, pd.DataFrame] | None = None,
    *,
    since: Day | None = None,
    until: Day | None = None,
) -> pd.DataFrame:
    """Return for each day how many pages were read and how many statements coded.

    “Nothing coded” does not mean “nothing said”: compare `statements` with `pages_seen`. A page without a day is in no
    row.

    Args:
        as_of: use only what was published by this day.
        tables: your own data frames by table name, instead of the dataset's tables: collection, sources, statements.
        since: only this day and later ones.
        until: only this day and earlier ones.

    Returns:
        One row per day, from the first to the last on which a page that was used was published or a statement made:
        day, pages_seen (read; the sum of the next three), pages_used (they are sources), pages_set_aside (not used, for
        a reason), pages_not_noted (not used, and the reason was not noted), statements (made that day, where the day is
        known), outlets (publishers of the pages used), wires (agencies credited by them). A page that was set aside and
        has no day, or an earlier or a later one, is in no row.

    Source:
        The tables collection, sources and statements.

    Example:
        >>> from summitry import coverage
        >>> len(coverage(since="2025-08-01", until="2025-08-31"))
        31
    """
    import pandas as pd

    pages, sources, statements = inputs.read(("collection", "sources", "statements"), as_of, tables).values()
    said = statements.loc[statements["said_from"] == statements["said_to"], "said_from"]
    # a page set aside may be years older, or have no day: it does not make a day of the period
    dated = pd.concat([sources["published_on"], said]).dropna()
    none = pd.DatetimeIndex([], name="day")
    days = pd.date_range(dated.min(), dated.max(), unit="us", name="day") if len(dated) else none
    first, last = as_range(since, until)
    days = days[(days >= pd.Timestamp(first or dt.date.min)) & (days <= pd.Timestamp(last or dt.date.max))]
    by_day = sources.groupby("published_on")
    used, not_noted = pages["source_id"].notna(), pages["not_used_because"].astype("object").eq("not_noted")
    columns = {
        "pages_seen": pages["day"].value_counts(),
        "pages_used": pages.loc[used, "day"].value_counts(),
        "pages_set_aside": pages.loc[~used & ~not_noted, "day"].value_counts(),
        "pages_not_noted": pages.loc[~used & not_noted, "day"].value_counts(),
        "statements": said.value_counts(),
        "outlets": by_day["publisher_id"].nunique(),
        "wires": by_day["agency_id"].nunique(),
    }
    frame = pd.DataFrame({name: column.reindex(days).fillna(0).astype("int64") for name, column in columns.items()})
    return frame.reset_index()
