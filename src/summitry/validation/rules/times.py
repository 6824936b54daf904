"""Rules 7, 8 and 9: days against each other across rows."""

from __future__ import annotations

import datetime as dt
from itertools import combinations
from typing import TYPE_CHECKING

import polars as pl

from summitry.validation.rules.model import FILE, DatasetRule, Finding, read_order, rows_of, sound
from summitry.validation.table_file import ROW

if TYPE_CHECKING:
    from collections.abc import Iterator

    from summitry.validation.report import Severity
    from summitry.validation.rules.model import Dataset, Row

_DAY = dt.timedelta(days=1)


def said_after_publication(data: Dataset) -> Iterator[Finding]:
    """Find statements dated after a source that mentions them; one day may be a time zone."""
    published = data.tables["sources"].select("source_id", sound("published_on"))
    reported = data.tables["mentions"].select("statement_id", "source_id").join(published, on="source_id")
    said = pl.coalesce("said_to", "said_from")
    late = data.tables["statements"].join(reported, on="statement_id").filter(said > pl.col("published_on"))
    first = late.sort(FILE, ROW, "published_on", "source_id").unique([FILE, ROW], keep="first", maintain_order=True)
    for row in rows_of(first, "statements"):
        column, day = "said_to" if row["said_to"] else "said_from", row["published_on"]
        severity: Severity = "warning" if row[column] == day + _DAY else "error"
        expected = f"a day not after {day}, when {row['source_id']} was published"
        yield Finding(row, (column,), expected, severity=severity)


def overlapping_roles(data: Dataset) -> Iterator[Finding]:
    """Find two rows for one office of a person at one time.

    A person may have several offices at once, and the last day of one may be the first day of the next.
    """
    for roles in data.group("roles", "person_id").values():
        for pair in combinations(roles, 2):
            a, b = sorted(pair, key=read_order)
            if _office(a) == _office(b) and _overlap(a, b):
                yield Finding(b, ("valid_from", "valid_to"), f"a time that does not overlap with {a['role_id']}")


def _office(role: Row) -> tuple[str | None, str]:
    return role["organization_id"], " ".join((role["title"] or "").casefold().split())


def _overlap(a: Row, b: Row) -> bool:
    """Return whether two times share more than the day on which one ends and the other begins."""
    (a_from, a_to), (b_from, b_to) = _time(a), _time(b)
    return (a_from, a_to) == (b_from, b_to) or (a_from < b_to and b_from < a_to)


def _time(role: Row) -> tuple[dt.date, dt.date]:
    return role["valid_from"] or dt.date.min, role["valid_to"] or dt.date.max


def future_events(data: Dataset) -> Iterator[Finding]:
    """Find events said to have occurred that end after the last publication."""
    last = data.tables["sources"].select(sound("published_on").max()).item()
    later = pl.coalesce("end_on", "start_on") > pl.lit(last, pl.Date)  # None where there are no sources
    for row in data.where("events", (pl.col("status") == "occurred") & later):
        expected = f"a day not after {last}, the last publication, because it occurred"
        yield Finding(row, ("end_on" if row["end_on"] else "start_on", "status"), expected)


RULES = (
    DatasetRule("said-published", ("statements", "mentions", "sources"), said_after_publication),
    DatasetRule("role-overlap", ("roles",), overlapping_roles),
    DatasetRule("event-future", ("events", "sources"), future_events),
)
