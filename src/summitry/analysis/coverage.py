"""The coverage of the dataset, day by day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from summitry.dataset import loaders, query

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from summitry.dataset.query import Day


def coverage(as_of: Day | None = None, tables: Mapping[str, pd.DataFrame] | None = None) -> pd.DataFrame:
    """Return for each day how many pages were read and how many statements coded.

    “Nothing coded” does not mean “nothing said”: compare `statements` with `pages_seen`.

    Args:
        as_of: use only what was published by this day.
        tables: your own data frames instead of the dataset's: collection, sources, mentions, statements.

    Returns:
        One row per day, from the first to the last day of the collection: day, pages_seen (read), pages_used
        (published that day and in the dataset), statements (made that day, where the day is known), outlets
        (publishers of the pages used), wires (agencies credited by them).

    Source:
        The tables collection, sources and statements.

    Example:
        >>> from summitry import coverage
        >>> len(coverage())
        28
    """
    import pandas as pd

    names = ("collection", "sources", "statements")
    given = tables or {n: loaders.load(n, as_of=as_of) for n in names}
    seen = given["collection"].set_index("day")["pages_seen"]
    days = pd.date_range(seen.index.min(), seen.index.max(), unit="us", name="day")
    sources, statements = given["sources"], given["statements"]
    said = statements.loc[statements["said_from"] == statements["said_to"], "said_from"]
    by_day = sources.groupby("published_on")
    columns = {
        "pages_seen": seen,
        "pages_used": by_day.size(),
        "statements": said.value_counts(),
        "outlets": by_day["publisher_id"].nunique(),
        "wires": by_day["agency_id"].nunique(),
    }
    frame = pd.DataFrame({name: column.reindex(days).fillna(0).astype("int64") for name, column in columns.items()})
    if as_of is not None:
        frame = frame[frame.index <= pd.Timestamp(query.as_day(as_of))]
    return frame.reset_index()
