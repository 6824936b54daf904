"""The keys that foreign keys may name, and the one that a wrong key probably means."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pyarrow as pa

from summitry import paths
from summitry.validation.checks import nearest_id
from summitry.validation.evaluate import LONGEST_FIXED
from summitry.validation.pipeline import ACTOR_NAMES, slug

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from pyspark.sql import SparkSession

    from summitry.validation.spark.rows import Rows

    Key = tuple[str, str]  # the name of a target, and a value that it has not
    Known = tuple[Sequence[str], Mapping[str, str]]  # ids, and other names with the id of each

MOST_KNOWN = 100_000  # keys of a table that are searched for a similar one; they are sent to the executors
_PER_TASK = 100  # keys that one task searches


class Target(NamedTuple):
    """A column that foreign keys name."""

    table: str
    column: str

    @property
    def set(self) -> str:
        """Its name among sets of keys."""
        return f"{self.table}.{self.column}"

    def is_in(self, rows: Rows) -> bool:
        """Return whether these rows have it."""
        return rows.table.name == self.table and rows.has(self.column)

    @property
    def shipped(self) -> list[str]:
        """Its values in the dataset."""
        return [key for (key,) in _shipped(self.table, self.column)]


def _shipped(table: str, *columns: str) -> list[tuple[str, ...]]:
    """Return columns of a table of the dataset."""
    from pyarrow import parquet

    path = paths.table_file(table, "parquet")
    if not path.is_file():
        return []
    read = parquet.read_table(path, columns=list(columns)).drop_null()
    return list(zip(*(read[name].to_pylist() for name in columns), strict=True))


def _collected(rows: Rows, *columns: str) -> list[tuple[str, ...]]:
    """Return columns of some rows, without those that are empty; one row more than is used, if there are more."""
    frame = rows.frame.select(*(rows.value(rows.table[name]).alias(name) for name in columns)).dropna()
    return [tuple(row) for row in frame.limit(MOST_KNOWN + 1).collect()]


def _known(target: Target, given: Sequence[Rows]) -> Known | None:
    """Return the keys that a wrong key may mean; None if there are too many."""
    ids, names = set(target.shipped), list[tuple[str, ...]]()
    if target.table == "actors":
        for table in ACTOR_NAMES:
            names += _shipped(table, "name", "actor_id")
    for rows in given:
        if target.is_in(rows):
            ids.update(key for (key,) in _collected(rows, target.column))
        if target.table == "actors" and rows.table.name in ACTOR_NAMES and rows.has("name", "actor_id"):
            names += _collected(rows, "name", "actor_id")
        if max(len(ids), len(names)) > MOST_KNOWN:
            return None
    return sorted(ids), {slug(name): actor for name, actor in names}


def suggestions(
    session: SparkSession, keys: Sequence[Key], targets: Sequence[Target], given: Sequence[Rows]
) -> dict[Key, str]:
    """Return the id that each wrong key probably means; an empty text if nothing is similar.

    Args:
        session: runs the search in its executors, because likeness takes time.
        keys: the wrong keys.
        targets: where.
        given: the tables that lie over the dataset that ships.
    """
    known = {target.set: among for target in targets if (among := _known(target, given))}
    frame = session.createDataFrame(pa.table(dict(zip(("set", "value"), zip(*keys, strict=True), strict=True))))
    found = frame.repartition(1 + len(keys) // _PER_TASK).mapInArrow(
        _search(known), "`set` string, value string, meant string"
    )
    return {(name, value): meant for name, value, meant in found.collect()}


def _search(known: Mapping[str, Known]) -> Callable[[Iterable[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    """Return a function that adds to batches of keys what is meant by each."""

    def search(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            names, values = (column.to_pylist() for column in batch.columns)
            near = [
                (nearest_id(value[:LONGEST_FIXED], *known[name]) if name in known else None) or ""
                for name, value in zip(names, values, strict=True)
            ]
            yield pa.RecordBatch.from_arrays(
                [*batch.columns, pa.array(near, pa.string())], names=["set", "value", "meant"]
            )

    return search
