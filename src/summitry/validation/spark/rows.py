"""The rows of one table in Spark."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pyarrow as pa
from pyspark.errors import PySparkException
from pyspark.sql import functions
from pyspark.sql.functions import col, lit
from pyspark.sql.pandas.types import to_arrow_type

from summitry.validation.readers.parquet_columns import column_problems, has_type

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from pyspark.sql import Column, DataFrame
    from pyspark.sql.types import DataType

    from summitry.schema import Table
    from summitry.validation.report import Problem

# columns beside those of a table: the number of a row, greater in later rows; its file and its number there, from 0;
# the bytes of a CSV record that has mistakes of form, and whether its cells may be misplaced
ID, FILE, NUMBER, LINE, BROKEN = "__id", "__file", "__number", "__line", "__broken"


@dataclass(frozen=True)
class Rows:
    """The rows of a table.

    Attributes:
        table: their schema.
        file: what to call them in problems.
        frame: a column for each field of the file, as text or typed, `__id`, and some of the other columns above.
        problems: mistakes of form that belong to no row.
        counts: how many rows there are, by file.
        width: how many cells a CSV record has.
    """

    table: Table
    file: str
    frame: DataFrame
    problems: list[Problem] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    width: int = 0

    def has(self, names: Collection[str]) -> bool:
        """Say whether there are such columns, and any."""
        return bool(names) and set(names) <= set(self.frame.columns)

    def key(self, names: Collection[str]) -> Column:
        """Return the values of some columns as an array of texts; null where one of them is empty."""
        parts = [functions.nullif(col(n).cast("string"), lit("")) for n in names]
        known = [part.isNotNull() for part in parts]
        return functions.when(functions.array_min(functions.array(*known)), functions.array(*parts))


def numbered(frame: DataFrame) -> DataFrame:
    """Return the frame with `__id`, which grows from partition to partition, and in each from row to row."""
    return frame.withColumn(ID, functions.monotonically_increasing_id())


def rows_of(
    frame: DataFrame, table: Table, file: str, *, text: bool, besides: Mapping[str, Column] | None = None
) -> Rows:
    """Return the rows of a frame, with further columns; columns of another type are reported and left out.

    With `text`, text may stand for values of any type.
    """
    given = pa.schema([pa.field(column.name, _arrow_type(column.dataType)) for column in frame.schema.fields])
    sound = {
        f.name: given.names.index(f.name)
        for f in table.fields
        if given.names.count(f.name) == 1
        and (has_type(given.field(f.name), f) or (text and given.field(f.name).type == pa.string()))
    }
    further = besides or {}
    # by number, because Spark may take small and capital letters for the same, and two columns may have one name
    places = [f"c{n}" for n in range(len(given))]
    frame = frame.select("*", *(column.alias(name) for name, column in further.items())).toDF(*places, *further)
    frame = frame.select(*(col(places[n]).alias(name) for name, n in sound.items()), *further)
    problems = list(column_problems(table, file, given, sound))
    return Rows(table, file, numbered(frame if problems else with_optional(frame, table)), problems)


def with_optional(frame: DataFrame, table: Table) -> DataFrame:
    """Add the optional columns that a frame lacks, without values."""
    missing = {name: lit(None).cast("string") for name in table.names if name not in frame.columns}
    return frame.withColumns(missing) if missing else frame


def _arrow_type(kind: DataType) -> pa.DataType:
    """Return the Arrow type of a column; null, which no field has, where Arrow has no such type."""
    try:
        return to_arrow_type(kind)
    except PySparkException:
        return pa.null()
