"""Repeated keys, and foreign keys that name no row, found by one aggregation over all keys of a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyspark.sql import functions
from pyspark.sql.functions import col, lit

from summitry.validation.spark.batches import BROKEN, ID, lost_name, repeated_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pyspark.sql import Column, DataFrame

    from summitry.schema import ForeignKey
    from summitry.validation.spark.rows import Rows

MOST_BROADCAST = 100_000  # faulty keys that travel to every executor; more are joined by shuffling


def marked(rows: Rows, given: Sequence[Rows], shipped: Mapping[str, Sequence[str]]) -> DataFrame:
    """Return the rows with the columns of `repeated_name` and `lost_name`, those that are true for any row.

    Foreign keys may name the rows of all tables that are given, these among them, and the keys that ship, by column.
    """
    faults = _faults(rows, given, shipped).localCheckpoint()
    if faults.limit(MOST_BROADCAST + 1).count() <= MOST_BROADCAST:
        faults = functions.broadcast(faults)
    faulty = {row["of"] for row in faults.select("of").distinct().collect()}
    frame = rows.frame
    for name, of, key in _marks(rows):
        if of in faulty:
            wrong = faults.where(col("of") == of).select(col("key").alias("__key"), col("first").alias("__first"))
            # the first row that has a key does not repeat it; of a key that names no row there is no first
            fails = col("__key").isNotNull() & ~col(ID).eqNullSafe(col("__first"))
            frame = frame.join(wrong, key == col("__key"), "left").withColumn(name, fails).drop("__key", "__first")
    return frame


def _foreign_keys(rows: Rows) -> list[ForeignKey]:
    return [key for key in rows.table.foreign_keys if rows.has(key.fields)]


def _target(key: ForeignKey) -> str:
    return f"{key.table}.{key.references[0]}"


def _own_keys(rows: Rows) -> Iterator[tuple[int, tuple[str, ...]]]:
    yield from ((n, key) for n, key in enumerate(rows.table.unique_sets()) if rows.has(key))


def _marks(rows: Rows) -> Iterator[tuple[str, str, Column]]:
    """Yield for each column to add its name, the group of keys that it comes from, and the key of a row there."""
    for n, key in _own_keys(rows):
        yield repeated_name(n), repeated_name(n), rows.key(key)
    for foreign in _foreign_keys(rows):
        yield lost_name(foreign.fields[0]), _target(foreign), rows.key(foreign.fields)


def _faults(rows: Rows, given: Sequence[Rows], shipped: Mapping[str, Sequence[str]]) -> DataFrame:
    """Return the keys that more than one row has, and those that name no row.

    Returns:
        of (the group of keys), key (an array of texts), first (the first row that has it).
    """
    entries = _exploded(rows, [*_named(rows, shipped), *_had(rows)])
    for foreign in {_target(k): k for k in _foreign_keys(rows)}.values():
        for other in given:
            if other.table.name == foreign.table and other.has(foreign.references):
                known = _entry(_target(foreign), other.key(foreign.references), known=True)
                entries = entries.union(_exploded(other, [known]))
    counted = entries.groupBy("of", "key").agg(
        functions.max("known").alias("known"),
        functions.count("row").alias("times"),
        functions.min("row").alias("first"),
    )
    return counted.where(~col("known") | (col("times") > 1)).select("of", "key", "first")


def _exploded(rows: Rows, entries: Sequence[Column]) -> DataFrame:
    entry = functions.explode(functions.array(*entries)).alias("entry")
    return rows.frame.select(entry).select("entry.*").where(col("key").isNotNull())


def _entry(of: str, key: Column, *, known: bool, row: Column | None = None) -> Column:
    number = lit(None).cast("bigint") if row is None else row
    parts = {"of": lit(of), "key": key, "known": lit(known), "row": number}
    return functions.struct(*(part.alias(name) for name, part in parts.items()))


def _named(rows: Rows, shipped: Mapping[str, Sequence[str]]) -> Iterator[Column]:
    """Yield the keys that rows name and that do not ship."""
    for foreign in _foreign_keys(rows):
        key = rows.key(foreign.fields)
        further = ~col(foreign.fields[0]).isin(list(shipped[foreign.fields[0]]))
        yield _entry(_target(foreign), functions.when(further, key), known=False)


def _had(rows: Rows) -> Iterator[Column]:
    """Yield the keys that rows have themselves."""
    for n, key in _own_keys(rows):
        sound = functions.when(~col(BROKEN), rows.key(key)) if rows.has([BROKEN]) else rows.key(key)
        yield _entry(repeated_name(n), sound, known=True, row=col(ID))
