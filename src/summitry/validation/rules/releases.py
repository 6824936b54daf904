"""Rule 17: an id that was released stays, or is withdrawn with a reason, and a known row keeps what it is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from summitry.validation.rules.model import DatasetRule, Finding, Row, read_order

if TYPE_CHECKING:
    from collections.abc import Iterator

    from summitry.validation.rules.model import Dataset


def vanished(data: Dataset) -> Iterator[Finding]:
    """Find ids of the releases so far that are neither there nor withdrawn."""
    if data.released is None:
        return
    tables = data.tables.keys() & set(data.released["table_name"].unique())
    ids = [data.tables[table].select(pl.lit(table).alias("table_name"), id=pl.first()) for table in tables]
    lost = data.released.join(pl.concat([data.released.clear(), *ids]), on=["table_name", "id"], how="anti")
    for table, id_ in sorted(set(lost.iter_rows()) - data.withdrawn):
        row = Row({"released_id": id_}, table, -1, -1)
        yield Finding(row, ("released_id",), f"the id {id_}, which was released")


def revived(data: Dataset) -> Iterator[Finding]:
    """Find ids that are withdrawn and nevertheless there."""
    for row in data.rows("withdrawn"):
        there = data.get(row["table_name"], row["id"]) if row["id"] in data.ids(row["table_name"]) else None
        if there is not None and read_order(there) > read_order(row):  # a contribution brings it back
            instead = (
                f"Write {row['replaced_by']!r}, which replaces it." if row["replaced_by"] else "Choose another id."
            )
            key = data.package.table(there.table).primary_key
            yield Finding(there, key, "an id that was never withdrawn: none is used again", instead)
        elif there is not None:
            yield Finding(row, ("id", "table_name"), f"an id that is no longer in the table {row['table_name']}")


def lost_successors(data: Dataset) -> Iterator[Finding]:
    """Find withdrawn rows whose successor is not there."""
    for row in data.rows("withdrawn"):
        if row["replaced_by"] and row["replaced_by"] not in data.ids(row["table_name"]):
            yield Finding(row, ("replaced_by", "table_name"), f"an id of the table {row['table_name']}")


def other_things(data: Dataset) -> Iterator[Finding]:
    """Find rows that, under a known key, become those of another speaker, actor or page."""
    for old, new in data.replaced:
        for f in data.package.table(new.table).fields:
            if f.identifies and old.get(f.name) != new[f.name]:
                expected = f"{old.get(f.name) or 'an empty cell'}, as in the row that it replaces"
                yield Finding(new, (f.name,), expected)


RULES = (
    DatasetRule("vanished-id", (), vanished),
    DatasetRule("withdrawn-id", (), revived),
    DatasetRule("withdrawn-successor", ("withdrawn",), lost_successors),
    DatasetRule("changed-identity", (), other_things),
)
