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
LONG = 60  # days; the reports of a remark begin sooner
_REPORTS = ("statements", "mentions", "sources")
_KEYS = (("mentions", "statement_id"), ("mentions", "source_id"), ("mentions", "mention_id"), ("sources", "source_id"))


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


def other_days(data: Dataset) -> Iterator[Finding]:
    """Find statements of the day of a page, by their `date_basis`, that have the day of none of their pages."""
    is_other = pl.col("published_on").list.contains(pl.col("said_from")).not_()
    for row in rows_of(data.reported.filter((pl.col("date_basis") == "published") & is_other), "statements"):
        days = ", ".join(sorted({str(day) for day in row["published_on"]}))
        yield Finding(row, ("said_from", "date_basis"), f"the day of a source that reports it: {days}")


def unshown_days(data: Dataset) -> Iterator[Finding]:
    """Find statements whose day a source prints, by their `date_basis`, though no row shows it."""
    is_unshown = pl.col("shows_day").not_()
    for row in rows_of(data.reported.filter((pl.col("date_basis") == "stated") & is_unshown), "statements"):
        yield Finding(row, ("date_basis",), "a mention with the date in dated_by, or a transcript or official text")


def long_before(data: Dataset) -> Iterator[Finding]:
    """Find statements that are dated long before the first source that reports them."""
    is_long = pl.col("first") - pl.coalesce("said_to", "said_from") > dt.timedelta(days=LONG)
    for row in rows_of(data.reported.filter(is_long), "statements"):
        expected = f"a day at most {LONG} days before {row['first']}, when the first source of it was published"
        yield Finding(row, ("said_to" if row["said_to"] else "said_from",), expected)


def other_source_days(data: Dataset) -> Iterator[Finding]:
    """Find sources that print another day than that in their id; one day may be a time zone."""
    day = pl.col("source_id").str.extract(r"(\d{4}-\d{2}-\d{2})").str.to_date(strict=False)
    is_other = (pl.col("published_on") - day).abs() > _DAY
    for row in data.where("sources", (pl.col("published_on_basis") == "stated") & is_other):
        yield Finding(row, ("published_on", "source_id"), "the day in the source_id")


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
    DatasetRule("said-published", _REPORTS, said_after_publication),
    DatasetRule("date-published", _REPORTS, other_days, relies_on=(*_KEYS, ("sources", "published_on"))),
    DatasetRule(
        "date-stated", _REPORTS, unshown_days, relies_on=(*_KEYS, ("sources", "kind"), ("mentions", "dated_by"))
    ),
    DatasetRule("said-long-before", _REPORTS, long_before, relies_on=(*_KEYS, ("sources", "published_on"))),
    DatasetRule("source-day", ("sources",), other_source_days),
    DatasetRule("role-overlap", ("roles",), overlapping_roles),
    DatasetRule("event-future", ("events", "sources"), future_events),
)
