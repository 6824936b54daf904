"""Rows and columns of a table: filters, what was published by a day, and names for ids.

Everything here works on Arrow tables, so that every engine gets the same content.
"""

from __future__ import annotations

import datetime as dt
from functools import reduce
from typing import TYPE_CHECKING, Any

from summitry import schema
from summitry.dataset import storage
from summitry.dataset.parties import in_office
from summitry.errors import InputError, unknown_name

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import pyarrow as pa

    from summitry.schema import Field, Table

Day = str | dt.date
# a row of a table is known once a row is known that it hangs on: table → any of (its column, table, column)
# the day on which a row became known, in the tables that have one
PUBLISHED = {"sources": "published_on", "collection": "day"}
HANGS_ON = {
    "mentions": [("source_id", "sources", "source_id")],
    "statements": [("statement_id", "mentions", "statement_id")],
    "stances": [("mention_id", "mentions", "mention_id")],
    "event_reports": [("mention_id", "mentions", "mention_id")],
    "codings": [("unit_id", "mentions", "mention_id")],
    "event_actors": [("event_id", "events", "event_id")],
    "events": [("event_id", "event_reports", "event_id"), ("event_id", "statements", "occasion_id")],
}
# the column by which a row is called, in the order of preference
LABELS = ("name", "label", "title", "summary")


def as_day(given: Day, what: str = "as_of") -> dt.date:
    """Return a calendar day given as a date or as YYYY-MM-DD.

    Raises:
        InputError: if the text is not such a day.
    """
    if isinstance(given, dt.datetime):
        return given.date()
    if isinstance(given, dt.date):
        return given
    try:
        return dt.date.fromisoformat(given)
    except (TypeError, ValueError):
        raise InputError(f"{what} is {given!r}; give a calendar day such as '2025-08-20'.") from None


def known(name: str, day: dt.date, read: Callable[[str], pa.Table] = storage.read_arrow) -> pa.Table:
    """Return the rows of a table that were published by a day.

    A source, and a page of the collection, counts from its day of publication; a mention with its source; a
    statement, stance or event report with the first mention that shows it; an event once a statement reports it or is
    made at it, or at a part of it. Actors, their names, groups and offices, places and demands are the vocabulary of
    the dataset and are always whole.

    Args:
        name: a table.
        day: the day.
        read: a function that gives a table by name; by default those that ship.
    """
    import pyarrow.compute as pc

    rows = read(name)
    if name in PUBLISHED:
        return rows.filter(pc.less_equal(rows[PUBLISHED[name]], day))
    if name not in HANGS_ON:
        return rows
    shown = [pc.is_in(rows[column], known(table, day, read)[other]) for column, table, other in HANGS_ON[name]]
    found = rows.filter(reduce(pc.or_, shown))
    return _with_wholes(rows, found) if name == "events" else found


def _with_wholes(events: pa.Table, found: pa.Table) -> pa.Table:
    """Return the events found, and those that they are part of, over any number of steps."""
    import pyarrow as pa
    import pyarrow.compute as pc

    part_of = dict(zip(events["event_id"].to_pylist(), events["part_of_id"].to_pylist(), strict=True))
    ids = set(found["event_id"].to_pylist())
    waiting = list(ids)
    while waiting:
        whole = part_of[waiting.pop()]
        if whole is not None and whole not in ids:
            ids.add(whole)
            waiting.append(whole)
    return events.filter(pc.is_in(events["event_id"], pa.array(sorted(ids), events["event_id"].type)))


def _allowed(table: Table, f: Field, given: Any) -> list[Any]:
    """Return the values of a filter as values of the column's type."""
    values = list(given) if isinstance(given, list | tuple | set | frozenset) else [given]
    for value in values:
        if f.enum and value is not None and value not in f.enum:
            raise unknown_name(f"value of {table.name}.{f.name}", value, list(f.enum))
    return [as_day(v, f.name) if f.type == "date" and v is not None else v for v in values]


def fitting(rows: pa.Table, table: Table, where: Mapping[str, Any]) -> pa.Table:
    """Return the rows whose columns have the given values.

    Args:
        rows: the table.
        table: its schema.
        where: by column, a value or several; None means an empty cell.

    Raises:
        UnknownNameError: for a column, or a value of an enumeration, that does not exist.
        InputError: for a value that is not of the column's type.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    for name, given in where.items():
        f = table[name]
        column = rows[name].cast(pa.string()) if f.enum else rows[name]
        values = _allowed(table, f, given)
        try:
            wanted = pa.array(values, column.type)
        except (pa.ArrowException, TypeError) as e:
            raise InputError(f"where[{name!r}] is {given!r}; the column has {f.type} values.") from e
        rows = rows.filter(pc.is_in(column, wanted))
    return rows


def label_column(table: Table) -> str | None:
    """Return the column by which rows of a table are called, or None where there is none."""
    return next((name for name in LABELS if name in table.names), None)


def _lookup(ids: pa.ChunkedArray, table: str, key: str, label: str) -> pa.ChunkedArray:
    import pyarrow.compute as pc

    rows = storage.read_arrow(table)
    at = pc.index_in(ids, rows[key].combine_chunks())
    return rows[label].take(at)


def _role_titles(rows: pa.Table) -> list[str | None]:
    """Return the offices of each speaker on the day of the statement; several are joined by a semicolon."""
    roles = storage.read_arrow("roles").to_pylist()
    titles = []
    for person, first, last in zip(*(rows[n].to_pylist() for n in ("speaker_id", "said_from", "said_to")), strict=True):
        day = first or last
        offices = [r["title"] for r in roles if r["person_id"] == person and in_office(r, day)]
        titles.append("; ".join(offices) or None)
    return titles


def expanded(rows: pa.Table, table: Table) -> pa.Table:
    """Add the name for each id, by the foreign keys of the schema.

    `speaker_id` gets `speaker_name`, `occasion_id` gets `occasion_name`, `demand_id` gets `demand_label`; a
    statement also gets `role_title`, the office of its speaker on the day.
    """
    import pyarrow as pa

    package = schema.package()
    for key in table.foreign_keys:
        column = key.fields[0]
        label = label_column(package.tables[key.table])
        if label is None:
            continue
        name = f"{column.removesuffix('_id')}_{label}"
        at = rows.schema.get_field_index(column) + 1
        rows = rows.add_column(
            at, pa.field(name, pa.string()), _lookup(rows[column], key.table, key.references[0], label)
        )
    if "speaker_name" in rows.column_names:
        at = rows.schema.get_field_index("speaker_name") + 1
        rows = rows.add_column(at, pa.field("role_title", pa.string()), pa.array(_role_titles(rows), pa.string()))
    return rows


def select(
    name: str,
    *,
    expand: bool = False,
    columns: Sequence[str] | None = None,
    where: Mapping[str, Any] | None = None,
    as_of: Day | None = None,
) -> pa.Table:
    """Return a table as Arrow, restricted and expanded; the arguments are those of `load_<table>()`."""
    table = schema.package().table(name)
    rows = storage.read_arrow(name) if as_of is None else known(name, as_day(as_of))
    if where:
        rows = fitting(rows, table, where)
    if expand:
        rows = expanded(rows, table)
    if columns is not None:
        for column in columns:
            if column not in rows.column_names:
                raise unknown_name("column", column, rows.column_names)
        rows = rows.select(list(columns))
    return rows
