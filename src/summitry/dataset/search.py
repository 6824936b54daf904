"""Finding actors, demands, events, documents and places by any of their names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from summitry.dataset import names, query
from summitry.dataset.arguments import checked
from summitry.errors import choice

if TYPE_CHECKING:
    import pandas as pd

    from summitry.dataset.days import Day

NEAR = 0.5  # the least likeness of a name that may be meant where nothing is found


def _tables(table: str | None) -> tuple[str, ...]:
    return tuple(names.SEARCHED) if table is None else (choice("table to search", table, list(names.SEARCHED)),)


def nearest_names(text: str, table: str | None = None, as_of: Day | None = None, most: int = 3) -> list[str]:
    """Return the names that are most like a text for which `search` finds nothing.

    Args:
        text: what was searched.
        table: only in one of the tables.
        as_of: as for `search`.
        most: at most so many names.
    """
    found = names.ranked(text, _tables(table), lambda name: query.select(name, as_of=as_of), NEAR)
    return list(dict.fromkeys(named.name for _, named in found))[:most]


@checked
def search(text: str, *, table: str | None = None, limit: int = 10, as_of: Day | None = None) -> pd.DataFrame:
    """Find actors, demands, events, documents and places by any of their names, in any spelling.

    A whole name, alias or abbreviation comes first, then names that have all the words, then names that are alike, and
    what has all the words in its name, its kind or issue, and the proposition of a demand together.

    Args:
        text: a name or a part of one.
        table: only in one of "actors", "demands", "events", "documents", "locations".
        limit: at most so many rows.
        as_of: a day; leave out the events and documents that were not known by then. All else is vocabulary, which has
            no day.

    Returns:
        One row for each thing found, the likeliest first: table, id, name, kind (of a demand, its issue), found_as
        (the name that fits best), likeness (from 0 to 1).

    Raises:
        InputError: for a text that is none, or a limit that is not a number of rows.
        UnknownNameError: for a table that cannot be searched.

    Example:
        >>> from summitry import search
        >>> search("zelenskyy")["id"].iloc[0]
        'volodymyr-zelensky'
        >>> search("no-fly zone", table="demands").columns.tolist()
        ['table', 'id', 'name', 'kind', 'found_as', 'likeness']
    """
    import pandas as pd

    tables = _tables(table)
    found = names.ranked(text, tables, lambda name: query.select(name, as_of=as_of))[:limit]
    rows = [(*named, round(score, 3)) for score, named in found]
    return pd.DataFrame(rows, columns=["table", "id", "name", "kind", "found_as", "likeness"])
