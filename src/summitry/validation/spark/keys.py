"""Duplicate keys and foreign keys without a row: Spark counts all keys at once, and marks the rows with wrong ones.

Every key of a table becomes an entry of one count: its set, its values, whether a foreign key names it, whether it
exists, and which row has it. One aggregation over all entries finds the wrong keys.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pyarrow as pa

from summitry.validation.spark.batches import again_name, meant_name
from summitry.validation.spark.rows import ID
from summitry.validation.spark.targets import Target, suggestions

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pyspark.sql import Column, DataFrame, SparkSession

    from summitry.validation.spark.rows import Rows

MOST_FIXED = 10_000  # wrong keys in the memory of the driver; with more there are no suggestions


class Mark(NamedTuple):
    """A column to add: the set of keys that it is from, and the key of a row in it."""

    set: str
    name: str
    key: Column


def marked(rows: Rows, given: Sequence[Rows]) -> DataFrame:
    """Return the rows with the columns `again:<n>` and `meant:<field>` of `batches`, if any row needs them.

    Args:
        rows: the rows to check.
        given: all tables that foreign keys may name besides the dataset, including these rows.
    """
    from pyspark.sql import functions

    marks = list(_marks(rows))
    if not marks:
        return rows.frame
    session = rows.frame.sparkSession
    wrong_keys = _wrong_keys(rows, given).localCheckpoint()
    collected = wrong_keys.limit(MOST_FIXED + 1).toArrow()
    if len(collected) <= MOST_FIXED:
        sets = set(collected["set"].to_pylist())
        marks = [mark for mark in marks if mark.set in sets]
        wrong_keys = functions.broadcast(session.createDataFrame(_fixed(collected, rows, given)))
    frame = rows.frame
    for mark in marks:
        frame = _joined(frame, wrong_keys, mark)
    return frame


def _targets(rows: Rows) -> dict[str, Target]:
    """Return what the foreign keys name, by field."""
    keys = rows.table.foreign_keys
    return {k.fields[0]: Target(k.table, k.references[0]) for k in keys if rows.has(k.fields[0])}


def _marks(rows: Rows) -> Iterator[Mark]:
    for name, target in _targets(rows).items():
        yield Mark(target.set, meant_name(name), rows.values((name,)))
    for n, key in enumerate(rows.table.unique_sets()):
        if key and rows.has(*key):
            yield Mark(again_name(n), again_name(n), rows.values(key))


def _wrong_keys(rows: Rows, given: Sequence[Rows]) -> DataFrame:
    """Return the duplicate keys, and the foreign keys without a row.

    Returns:
        set, key (an array of texts), first (the first row that has it), and meant, an empty text.
    """
    from pyspark.sql import functions

    col, lit = functions.col, functions.lit
    entries = functions.explode(functions.array(*_entries(rows))).alias("entry")
    tally = rows.frame.select(entries).select("entry.*").where(col("key").isNotNull())
    for target in dict.fromkeys(_targets(rows).values()):
        others = [r.frame.select(_known_entry(r, target)) for r in given if r is not rows and target.is_in(r)]
        for other in [*others, _shipped_entries(rows.frame.sparkSession, target)]:
            tally = tally.union(other.select("entry.*"))
    counted = tally.groupBy("set", "key").agg(
        functions.max("asked").alias("asked"),
        functions.max("known").alias("known"),
        functions.count("row").alias("times"),
        functions.min("row").alias("first"),
    )
    wrong = (col("asked") & ~col("known")) | (col("times") > 1)
    return counted.where(wrong).select("set", "key", "first", lit("").alias("meant"))


def _entry(set_: str, key: Column, *, asked: bool = False, known: bool = False, row: Column | None = None) -> Column:
    from pyspark.sql import functions

    lit = functions.lit
    number = lit(None).cast("bigint") if row is None else row
    parts = {"set": lit(set_), "key": key, "asked": lit(asked), "known": lit(known), "row": number}
    return functions.struct(*(part.alias(name) for name, part in parts.items()))


def _entries(rows: Rows) -> Iterator[Column]:
    """Yield the entries of each row."""
    from pyspark.sql import functions

    targets = _targets(rows)
    for name, target in targets.items():
        yield _entry(target.set, rows.values((name,)), asked=True)
    for target in dict.fromkeys(targets.values()):
        if target.is_in(rows):
            yield _entry(target.set, rows.values((target.column,)), known=True)
    for n, key in enumerate(rows.table.unique_sets()):
        if key and rows.has(*key):
            sound = functions.when(~rows.broken, rows.values(key))
            yield _entry(again_name(n), sound, row=functions.col(ID))


def _known_entry(rows: Rows, target: Target) -> Column:
    return _entry(target.set, rows.values((target.column,)), known=True).alias("entry")


def _shipped_entries(session: SparkSession, target: Target) -> DataFrame:
    from pyspark.sql import functions

    keys = session.createDataFrame(pa.table({"key": pa.array(target.shipped, pa.string())}))
    return keys.select(_entry(target.set, functions.array("key"), known=True).alias("entry"))


def _joined(frame: DataFrame, wrong_keys: DataFrame, mark: Mark) -> DataFrame:
    """Return the frame with one more mark."""
    from pyspark.sql import functions

    col = functions.col
    value = "first" if mark.name == mark.set else "meant"
    wanted = wrong_keys.where(col("set") == mark.set).select(col("key").alias("__key"), col(value).alias(mark.name))
    joined = frame.join(wanted, mark.key == col("__key"), "left").drop("__key")
    return joined.withColumn(mark.name, col(mark.name) != col(ID)) if value == "first" else joined


def _fixed(wrong_keys: pa.Table, rows: Rows, given: Sequence[Rows]) -> pa.Table:
    """Return wrong keys with the id that each foreign key without a row probably means."""
    keys = [(row["set"], row["key"][0]) for row in wrong_keys.to_pylist()]
    targets = [t for t in dict.fromkeys(_targets(rows).values()) if any(t.set == name for name, _ in keys)]
    if not targets:
        return wrong_keys
    near = suggestions(rows.frame.sparkSession, [k for k in keys if k[0] in {t.set for t in targets}], targets, given)
    meant = [near.get(key, "") for key in keys]
    return wrong_keys.set_column(wrong_keys.schema.get_field_index("meant"), "meant", pa.array(meant, pa.string()))
