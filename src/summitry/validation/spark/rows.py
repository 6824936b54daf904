"""The rows of one table in Spark, in the form that the rest of this package uses."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pyarrow as pa

from summitry.validation.readers.parquet_columns import column_problems, has_type
from summitry.validation.spark.batches import BROKEN
from summitry.validation.table_file import FORMS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pyspark.sql import Column, DataFrame
    from pyspark.sql.types import DataType

    from summitry.schema import Field, Table
    from summitry.validation.report import Problem

ID = "__id"
_SQL_TYPES = {"integer": "bigint", "number": "double", "boolean": "boolean", "date": "date"}


@dataclass(frozen=True)
class Rows:
    """The rows of a table.

    Attributes:
        table: their schema.
        file: what to call them in problems.
        frame: a column for each field that is there, as text or with the type of the field, some of those that
            `batches` names, and `__id`, which is greater in later rows.
        problems: mistakes of form.
        counts: how many rows there are, by file.
    """

    table: Table
    file: str
    frame: DataFrame
    problems: list[Problem] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)

    def has(self, *names: str) -> bool:
        """Return whether it has these columns."""
        return set(names) <= set(self.frame.columns)

    @property
    def broken(self) -> Column:
        """Whether the form of a record is broken."""
        from pyspark.sql import functions

        return functions.col(BROKEN) if self.has(BROKEN) else functions.lit(False)  # noqa: FBT003 - a column's value

    def value(self, f: Field) -> Column:
        """Return a field's value as text, the same text for equal values; null where it is empty or has no value."""
        from pyspark.sql import functions

        column = functions.col(f.name)
        if dict(self.frame.dtypes)[f.name] == "string":
            column = functions.nullif(column, functions.lit(""))
            if f.type == "string":
                return column
            form = FORMS[f.type].removesuffix("$") + r"\z"  # Java's $ also matches before a last line break
            column = functions.when(column.rlike(form), column).try_cast(_SQL_TYPES[f.type])
        return column.cast("string")

    def values(self, names: tuple[str, ...]) -> Column:
        """Return the values of some fields as an array; null where one of them is."""
        from pyspark.sql import functions

        parts = [self.value(self.table[name]) for name in names]
        some_missing = functions.exists(functions.array(*parts), lambda part: part.isNull())
        return functions.when(~some_missing, functions.array(*parts))


def numbered(frame: DataFrame) -> DataFrame:
    """Return the frame with `__id`: it grows from partition to partition, and in each from row to row."""
    from pyspark.sql import functions

    return frame.withColumn(ID, functions.monotonically_increasing_id())


def rows_of(
    frame: DataFrame, table: Table, file: str, *, text: bool, besides: Mapping[str, Column] | None = None
) -> Rows:
    """Return the rows of a frame; columns of another type are reported and left out.

    Args:
        frame: columns of any names and types.
        table: the schema.
        file: what to call the frame in problems.
        text: whether text is allowed for values of any type.
        besides: further columns.
    """
    from pyspark.sql import functions

    given = pa.schema([pa.field(column.name, _arrow_type(column.dataType)) for column in frame.schema.fields])
    sound = {
        f.name: given.names.index(f.name)
        for f in table.fields
        if given.names.count(f.name) == 1
        and (has_type(given.field(f.name), f) or (text and given.field(f.name).type == pa.string()))
    }
    further = besides or {}
    # by number, because Spark may ignore case in names, and a name may be a duplicate
    places = [f"c{n}" for n in range(len(given))]
    frame = frame.select("*", *(column.alias(name) for name, column in further.items())).toDF(*places, *further)
    frame = frame.select(*(functions.col(places[n]).alias(name) for name, n in sound.items()), *further)
    problems = list(column_problems(table, file, given, sound))
    return Rows(table, file, numbered(frame if problems else with_optional(frame, table)), problems)


def with_optional(frame: DataFrame, table: Table) -> DataFrame:
    """Add the optional columns that a frame lacks, without values."""
    from pyspark.sql import functions

    missing = {name: functions.lit(None).cast("string") for name in table.names if name not in frame.columns}
    return frame.withColumns(missing) if missing else frame


def _arrow_type(kind: DataType) -> pa.DataType:
    """Return the Arrow type of a column; what Arrow has not is null, which no field is."""
    from pyspark.errors import PySparkException
    from pyspark.sql.pandas.types import to_arrow_type

    try:
        return to_arrow_type(kind)
    except PySparkException:
        return pa.null()
