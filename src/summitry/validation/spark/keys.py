"""Repeated keys, and foreign keys that name no row, found by one aggregation over all keys of a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pyspark.sql import functions
from pyspark.sql.functions import col, lit

from summitry.validation.spark.batches import BROKEN, ID, lost_name, repeated_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pyspark.sql import Column, DataFrame

    from summitry.schema import ForeignKey
    from summitry.validation.spark.rows import Rows

MOST_BROADCAST = 100_000  # faulty keys that travel to every executor; more are joined by shuffling


class Key(NamedTuple):
    """A key that rows have or name.

    Attributes:
        mark: the column that says which rows are faulty by it.
        of: the group of keys that it comes from.
        columns: its columns.
        foreign: what it refers to; None for a key of the rows themselves.
    """

    mark: str
    of: str
    columns: tuple[str, ...]
    foreign: ForeignKey | None = None


def _keys(rows: Rows) -> list[Key]:
    """Return the keys of a table of which there are all columns."""
    own = [Key(repeated_name(n), repeated_name(n), names) for n, names in enumerate(rows.table.unique_sets())]
    named = rows.table.foreign_keys
    foreign = [Key(lost_name(k.fields[0]), f"{k.table}.{k.references[0]}", k.fields, k) for k in named]
    return [key for key in (*own, *foreign) if rows.has(key.columns)]


def marked(rows: Rows, given: Sequence[Rows], shipped: Mapping[str, Sequence[str]]) -> DataFrame:
    """Return the rows with the columns of `repeated_name` and `lost_name`, those that are true for any row.

    Foreign keys may name the rows of all tables that are given, these among them, and the keys that ship, by column.
    """
    faults = _faults(rows, given, shipped).localCheckpoint()
    if faults.limit(MOST_BROADCAST + 1).count() <= MOST_BROADCAST:
        faults = functions.broadcast(faults)
    faulty = {row["of"] for row in faults.select("of").distinct().collect()}
    frame = rows.frame
    for key in _keys(rows):
        if key.of in faulty:
            wrong = faults.where(col("of") == key.of).select(col("key").alias("__key"), col("first").alias("__first"))
            # the first row that has a key does not repeat it; of a key that names no row there is no first
            fails = col("__key").isNotNull() & ~col(ID).eqNullSafe(col("__first"))
            frame = frame.join(wrong, rows.key(key.columns) == col("__key"), "left")
            frame = frame.withColumn(key.mark, fails).drop("__key", "__first")
    return frame


def _faults(rows: Rows, given: Sequence[Rows], shipped: Mapping[str, Sequence[str]]) -> DataFrame:
    """Return the keys that more than one row has, and those that name no row.

    Returns:
        of (the group of keys), key (an array of texts), first (the first row that has it).
    """
    own, foreign = [], {}
    for key in _keys(rows):
        value = rows.key(key.columns)
        if key.foreign:
            foreign[key.of] = key.foreign
            further = ~col(key.columns[0]).isin(list(shipped[key.columns[0]]))
            own.append(_entry(key.of, functions.when(further, value), known=False))
        else:
            own.append(_entry(key.of, functions.when(~col(BROKEN), value), known=True, row=col(ID)))
    entries = _entries(rows, own)
    for of, named in foreign.items():
        for other in given:
            if other.table.name == named.table and other.has(named.references):
                entries = entries.union(_entries(other, [_entry(of, other.key(named.references), known=True)]))
    counted = entries.groupBy("of", "key").agg(
        functions.max("known").alias("known"),
        functions.count("row").alias("times"),
        functions.min("row").alias("first"),
    )
    return counted.where(~col("known") | (col("times") > 1)).select("of", "key", "first")


def _entries(rows: Rows, entries: Iterable[Column]) -> DataFrame:
    """Return the keys in some columns of rows, one below the other."""
    entry = functions.explode(functions.array(*entries)).alias("entry")
    return rows.frame.select(entry).select("entry.*").where(col("key").isNotNull())


def _entry(of: str, key: Column, *, known: bool, row: Column | None = None) -> Column:
    number = lit(None).cast("bigint") if row is None else row
    parts = {"of": lit(of), "key": key, "known": lit(known), "row": number}
    return functions.struct(*(part.alias(name) for name, part in parts.items()))
