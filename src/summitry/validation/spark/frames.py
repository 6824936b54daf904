"""The problems of a Spark DataFrame, as another Spark DataFrame."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from summitry import schema
from summitry.errors import missing_extra
from summitry.validation.spark import keys
from summitry.validation.spark.batches import PROBLEM_COLUMNS, BatchChecker, problem_batch
from summitry.validation.spark.rows import ID, Rows, rows_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pyspark.sql import DataFrame

    from summitry.schema import Table


def validate_frame(
    frame: DataFrame,
    table: str | Table,
    *,
    references: Mapping[str, DataFrame] | None = None,
    file: str | None = None,
) -> DataFrame:
    """Check a Spark DataFrame against a table: cells, keys, and rules of one row.

    Rows are checked as `summitry validate` checks a contribution to the dataset: foreign keys may name rows of the
    dataset, of `references`, and of the frame itself. The frame is read once for the keys, and again whenever the
    result is read. Of duplicate keys the first is not reported: the one in the first partition that has any. If rows
    may come in another order at each reading, persist the frame before.

    Args:
        frame: one column for each field, with the type of the field (an `integer` is a bigint, a `number` a
            double), or text as in a CSV file.
        table: the name of a table of the dataset, or a schema.
        references: other tables that foreign keys may name, by name; only the columns that keys name are read,
            and of actors and their other names also `name`, for suggestions.
        file: the name of the frame in the problems; by default the name of the table.

    Returns:
        One row for each problem, with the columns of `Problem`: file, rule, severity, expected, fix, line, column,
        row, table, field, key, value. Line, column and row are null. The key is the primary key, its parts joined
        by a comma; if a row has none, `with` and its first cells; it is null only for problems of the header.

    Raises:
        MissingExtraError: when pyspark is not installed.
        UnknownNameError: when the dataset has no such table.

    Example:
        >>> from pyspark.sql import SparkSession  # doctest: +SKIP
        >>> session = SparkSession.builder.getOrCreate()  # doctest: +SKIP
        >>> coded = session.read.parquet("s3a://statements/2025/")  # doctest: +SKIP
        >>> problems = validate_frame(coded, "statements")  # doctest: +SKIP
        >>> problems.groupBy("rule", "field").count().show()  # doctest: +SKIP
    """
    try:
        import pyspark  # noqa: F401 - only to see whether it is installed
    except ModuleNotFoundError as e:
        raise missing_extra("pyspark", "spark") from e
    known = schema.package().table(table) if isinstance(table, str) else table
    rows = rows_of(frame, known, file or known.name, text=True)
    others = [rows_of(f, schema.package().table(name), name, text=True) for name, f in (references or {}).items()]
    return problems_of(rows, [*others, rows])


def problems_of(rows: Rows, given: Sequence[Rows]) -> DataFrame:
    """Return the problems of some rows.

    Args:
        rows: the rows to check.
        given: all tables that foreign keys may name besides the dataset, including these rows.
    """
    of_form = pa.Table.from_batches([problem_batch(rows.problems)])
    header = rows.frame.sparkSession.createDataFrame(of_form)
    if not any(f.name in rows.frame.columns for f in rows.table.fields):
        return header
    checker = BatchChecker.of(rows.table, rows.file)
    found = keys.marked(rows, given).drop(ID).mapInArrow(checker, PROBLEM_COLUMNS)
    return header.union(found) if rows.problems else found
