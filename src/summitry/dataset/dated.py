"""Which rows of a table are between two days."""

from __future__ import annotations

from typing import TYPE_CHECKING

from summitry import schema
from summitry.dataset import storage
from summitry.dataset.days import as_range
from summitry.errors import InputError

if TYPE_CHECKING:
    import datetime as dt

    import pyarrow as pa

    from summitry.dataset.days import Day

# table → the columns of the first and the last day of a row
DAYS = {
    "statements": ("said_from", "said_to"),
    "sources": ("published_on", "published_on"),
    "collection": ("day", "day"),
    "events": ("start_on", "end_on"),
    "documents": ("dated_from", "dated_to"),
}
# likewise, of rows that count on every day of the range
TERMS: dict[str, tuple[str, str]] = dict.fromkeys(("roles", "group_members"), ("valid_from", "valid_to"))
# table → the table whose days its rows have
DAYS_OF = {
    "mentions": "statements",
    "stances": "statements",
    "event_reports": "statements",
    "codings": "mentions",
    "event_actors": "events",
    "document_actors": "mentions",
    "document_clauses": "mentions",
}
# table → which of its rows are between two days
MEANING = {
    "statements": "said on these days, also if the exact day is not known",
    "sources": "published on these days",
    "collection": "published on these days",
    "events": "on these days from beginning to end",
    "documents": "finished or handed over on these days, also if the exact day is not known",
    "group_members": "a member on one of these days; an unknown day limits nothing",
    "roles": "in office on one of these days; an unknown day limits nothing",
}


def home(name: str) -> str | None:
    """Return the table that has the days of a table's rows, or None where there are none."""
    return name if name in DAYS or name in TERMS else home(DAYS_OF[name]) if name in DAYS_OF else None


def between(name: str, rows: pa.Table, since: Day | None, until: Day | None) -> pa.Table:
    """Return the rows between two days, which are included; None is no limit.

    A range of days counts where it is surely inside; an office, where a part of it is. A row without days of
    its own has those of its statement or event.

    Raises:
        InputError: for a table whose rows have neither a day nor a statement, for what is not a day, and for a last
            day before the first.
    """
    first, last = as_range(since, until)
    if home(name) is None:
        raise InputError(f"The rows of {name} have neither a day nor a statement: leave out since and until.")
    return _between(name, rows, first, last)


def _between(name: str, rows: pa.Table, first: dt.date | None, last: dt.date | None) -> pa.Table:
    import pyarrow as pa
    import pyarrow.compute as pc

    if name in DAYS_OF:
        other = DAYS_OF[name]
        key = next(k for k in schema.package().table(name).foreign_keys if k.table == other)
        inside = _between(other, storage.read_arrow(other), first, last)
        return rows.filter(pc.is_in(rows[key.fields[0]], inside[key.references[0]]))
    is_term = name in TERMS
    begins, ends = (TERMS if is_term else DAYS)[name]
    for day, column, compare in (
        (first, ends if is_term else begins, pc.greater_equal),
        (last, begins if is_term else ends, pc.less_equal),
    ):
        if day is not None:
            rows = rows.filter(pc.fill_null(compare(rows[column], pa.scalar(day, pa.date32())), fill_value=is_term))
    return rows
