"""Rows and columns of a table: what was published by a day, and the options of a loader together.

Everything here works on Arrow tables, so that every engine gets the same content.
"""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING, Any

from summitry import schema
from summitry.dataset import dated, storage
from summitry.dataset.arguments import checked
from summitry.dataset.days import Day, as_day

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterable, Mapping

    import pyarrow as pa


# the day on which a row became known, in the tables that have one
PUBLISHED = {"sources": "published_on", "collection": "day"}
# a row of a table is known once a row is known that it hangs on: table → any of (its column, table, column)
HANGS_ON = {
    "mentions": [("source_id", "sources", "source_id")],
    "statements": [("statement_id", "mentions", "statement_id")],
    "stances": [("mention_id", "mentions", "mention_id")],
    "event_reports": [("mention_id", "mentions", "mention_id")],
    "codings": [("unit_id", "mentions", "mention_id")],
    "event_actors": [("event_id", "events", "event_id")],
    "events": [
        ("event_id", "event_reports", "event_id"),
        ("event_id", "statements", "occasion_id"),
        ("event_id", "documents", "event_id"),
    ],
    "document_actors": [("mention_id", "mentions", "mention_id")],
    "document_clauses": [("mention_id", "mentions", "mention_id")],
    "documents": [
        ("document_id", "document_actors", "document_id"),
        ("document_id", "document_clauses", "document_id"),
    ],
}
# in these tables what a known row names in this column is known too
WHOLES = {"events": "part_of_id", "documents": "version_of_id"}


def known(name: str, day: dt.date, read: Callable[[str], pa.Table] = storage.read_arrow) -> pa.Table:
    """Return the rows of a table that were published by a day; by default of the tables that ship.

    A source, and a page of the collection, counts from its day of publication; a mention with its source; a
    statement, stance, event report, or actor or clause of a document with the first mention that shows it; an event
    once a statement reports it or is made at it, or at a part of it; a document once one of its actors or clauses is
    known, or a later version is. Actors, their names, groups and offices, places and demands are the vocabulary of the
    dataset and are always whole.
    """
    import pyarrow.compute as pc

    rows = read(name)
    if name in PUBLISHED:
        return rows.filter(pc.less_equal(rows[PUBLISHED[name]], day))
    if name not in HANGS_ON:
        return rows
    shown = [pc.is_in(rows[column], known(table, day, read)[other]) for column, table, other in HANGS_ON[name]]
    found = rows.filter(reduce(pc.or_, shown))
    if name not in WHOLES:
        return found
    return _with_wholes(rows, found, schema.package().table(name).primary_key[0], WHOLES[name])


def _with_wholes(rows: pa.Table, found: pa.Table, key: str, whole_of: str) -> pa.Table:
    """Return the rows found, and those that they name as their whole, over any number of steps."""
    import pyarrow as pa
    import pyarrow.compute as pc

    part_of = dict(zip(rows[key].to_pylist(), rows[whole_of].to_pylist(), strict=True))
    ids = set(found[key].to_pylist())
    waiting = list(ids)
    while waiting:
        whole = part_of[waiting.pop()]
        if whole is not None and whole not in ids:
            ids.add(whole)
            waiting.append(whole)
    return rows.filter(pc.is_in(rows[key], pa.array(sorted(ids), rows[key].type)))


@checked
def select(
    name: str,
    *,
    expand: bool = False,
    columns: str | Iterable[str] | None = None,
    where: Mapping[str, Any] | None = None,
    since: Day | None = None,
    until: Day | None = None,
    as_of: Day | None = None,
) -> pa.Table:
    """Return a table as Arrow, restricted and expanded; the arguments are those of `load_<table>()`."""
    table = schema.package().table(name)
    rows = storage.read_arrow(name) if as_of is None else known(name, as_day(as_of))
    if not expand and columns is None and where is None and since is None and until is None:
        return rows.select(table.names)
    from summitry.dataset import conditions, expansion  # a whole table does not wait for them

    if since is not None or until is not None:
        rows = dated.between(name, rows, since, until)
    asked = conditions.from_mapping({} if where is None else where, table)
    wanted = table.names if columns is None else conditions.columns(columns, table)
    added = set(expansion.columns(table)) & {*(c.column for c in asked), *wanted}
    if expand or added:
        rows = expansion.expanded(rows, table)
    rows = conditions.fitting(rows, table, asked)
    return rows if expand and columns is None else rows.select(wanted)
