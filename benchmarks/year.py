"""Rows of a longer time, made from those that ship: the same weeks again and again, each time some weeks later."""

from __future__ import annotations

import csv
import datetime as dt
from typing import TYPE_CHECKING

from summitry import schema

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from summitry.schema import Table

APART = 32  # days between a repetition and the next; ten of them are 320 days
# who speaks, where, and of which demands, stays; what is said and what happens is repeated
REPEATED = (
    "statements",
    "mentions",
    "stances",
    "events",
    "event_reports",
    "event_actors",
    "sources",
    "codings",
    "collection",
)
ALONE = ("text_path", "sha256", "n_codepoints", "span_start", "span_end")  # what only one row may have
REPEATED_KEYS = ("statement_id", "mention_id", "stance_id", "event_id", "source_id", "unit_id")
Row = dict[str, str]


def repeated(table: Table, rows: Iterable[Row], times: int) -> list[Row]:
    """Return rows of a table with as many repetitions of each.

    Args:
        table: the schema.
        rows: cells as in CSV.
        times: how often each row is there in the end.
    """
    rows = list(rows)
    again = [_later(table, row, n) for n in range(1, times) for row in rows] if table.name in REPEATED else []
    return sorted([*rows, *again], key=lambda row: [row[column] for column in table.primary_key])


def _later(table: Table, row: Row, n: int) -> Row:
    """Return the n-th repetition of a row: other ids, later days."""
    found = dict(row)
    for f in table.fields:
        key = table.reference(f.name)
        if not row[f.name] or f.name in ALONE:
            found[f.name] = ""
        elif f.type == "date" and row.get("date_precision", "day") == "day":
            found[f.name] = str(dt.date.fromisoformat(row[f.name]) + dt.timedelta(n * APART))
        elif f.name in ("url", "page"):
            found[f.name] = f"{row[f.name]}#{n}"
        elif (key.references[0] in REPEATED_KEYS) if key else f.name in REPEATED_KEYS:
            found[f.name] = f"{row[f.name]}-r{n}"
    return found


def lengthen(checkout: Path, times: int) -> None:
    """Repeat the rows of the CSV files of a checkout, which then needs to be built.

    Args:
        checkout: a copy of this repository.
        times: how often each row is there in the end.
    """
    for table in schema.package().tables.values():
        path = checkout / "data" / f"{table.name}.csv"
        with path.open(encoding="utf-8", newline="") as file:
            rows = repeated(table, csv.DictReader(file), times)
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, table.names, lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
