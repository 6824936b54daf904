"""Finding actors, demands, events, documents and places by any of their names."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from summitry.dataset import names, query
from summitry.dataset.arguments import checked
from summitry.errors import InputError, choice

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd
    import pyarrow as pa

    from summitry.dataset.days import Day

MOST_NEAR = 3
NEAR = 0.5  # the least likeness of a name that may be meant where nothing is found
SPOKEN_OF = 0.7  # the likeness of a demand that only the statements about it name so


def _tables(table: str | None) -> tuple[str, ...]:
    return tuple(names.SEARCHED) if table is None else (choice("table to search", table, list(names.SEARCHED)),)


def nearest_names(text: str, table: str | None = None, as_of: Day | None = None) -> list[str]:
    """Return the names, at most MOST_NEAR, that are most like a text for which `search` finds nothing."""
    text = text.lower()  # an acronym is like others, too
    found = names.ranked(text, _tables(table), lambda name: query.select(name, as_of=as_of), NEAR)
    return list(dict.fromkeys(named.name for _, named in found))[:MOST_NEAR]


def _spoken_of(text: str, read: Callable[[str], pa.Table]) -> list[tuple[float, names.Named]]:
    """Return the demands on which statements with all these words state a position, those with most of them first."""
    wanted, exact = names.words_of(text), text if names.is_acronym(text) else ""
    quotes = _column(read("mentions"), "mention_id", "quote")
    summaries = _column(read("statements"), "statement_id", "summary")
    about: dict[str, set[str]] = {}
    for row in read("stances").select(["demand_id", "statement_id", "mention_id"]).to_pylist():
        summary = summaries[row["statement_id"]]
        there = f"{summary} {quotes[row['mention_id']] or ''}"
        if exact in there and names.has_words(wanted, names.words_of(there)):
            about.setdefault(row["demand_id"], set()).add(summary)
    demands = {row["demand_id"]: row for row in read("demands").to_pylist()}
    return [
        (SPOKEN_OF, names.Named("demands", demand, row["label"], row["issue"], min(about[demand])))
        for demand in sorted(about, key=lambda demand: (-len(about[demand]), demand))
        if (row := demands.get(demand))
    ]


def _column(rows: pa.Table, key: str, column: str) -> dict[str, str]:
    """Return the cells of a column by key."""
    return dict(zip(rows[key].to_pylist(), rows[column].to_pylist(), strict=True))


@checked
def search(text: str, *, table: str | None = None, limit: int = 10, as_of: Day | None = None) -> pd.DataFrame:
    """Find actors, demands, events, documents and places by any of their names, in any spelling.

    A whole name, alias or abbreviation comes first, then names that have all the words, then names that are alike, and
    what has all the words in its name, its kind or issue, and the proposition of a demand or the place of an event
    together. A word also finds longer words that begin with it; up to five capitals, such as POW, are an acronym and
    find only whole words. Of events found alike, those come first of which most
    statements speak. Where neither a demand nor a whole name fits, the demands come last on which
    statements with these words state a position: "arms factories" finds strikes inside Russia.

    Args:
        text: a name or a part of one.
        table: only in one of "actors", "demands", "events", "documents", "locations".
        limit: at most this many rows.
        as_of: a day; leave out the events and documents that were not known by then. All else is vocabulary, which has
            no day.

    Returns:
        One row for each thing found, the likeliest first: table, id, name, kind (of a demand, its issue), found_as
        (the name that fits best; where there is none, the summary of a statement), likeness (from 0 to 1).

    Raises:
        InputError: for a text that is none, or a limit that is not a number of rows.
        UnknownNameError: for a table that cannot be searched.

    Example:
        >>> from summitry import search
        >>> search("zelenskyy")["id"].iloc[0]
        'volodymyr-zelensky'
        >>> search("POW")["id"].iloc[0]
        'prisoners-exchanged'
        >>> "ukraine-strikes-inside-russia" in set(search("arms factories")["id"])
        True
        >>> search("no-fly zone", table="demands").columns.tolist()
        ['table', 'id', 'name', 'kind', 'found_as', 'likeness']
    """
    import pandas as pd

    if not names.words_of(text):
        raise InputError(f"text is {text!r}; give a name or a part of one.")
    tables = _tables(table)
    read = partial(query.select, as_of=as_of)
    found = names.ranked(text, tables, read)
    is_named = any(score == names.WHOLE or named.table == "demands" for score, named in found)
    if "demands" in tables and not is_named:
        found += _spoken_of(text, read)
    rows = [(*named, round(score, 3)) for score, named in found[:limit]]
    return pd.DataFrame(rows, columns=["table", "id", "name", "kind", "found_as", "likeness"])
