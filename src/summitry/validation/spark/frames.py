"""A Spark DataFrame in, its problems as a Spark DataFrame out; files wherever Spark reads them in, a Report out."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pyarrow as pa

from summitry import schema
from summitry.validation.limits import LIMITS
from summitry.validation.report import Problem, Problems, Report
from summitry.validation.spark import batches, files, keys, sessions
from summitry.validation.spark.batches import ID
from summitry.validation.spark.rows import Rows, read, rows_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pyspark.sql import DataFrame, SparkSession

    from summitry.schema import Table

SKIPPED = "rules that compare rows of several tables, and texts: on Spark only cells, keys and single rows are checked"
PLACES = "lines and columns of problems: Spark does not count them, so a problem names the key of its row"


def validate_frame(
    frame: DataFrame,
    table: str | Table,
    *,
    references: Mapping[str, DataFrame] | None = None,
    file: str | None = None,
) -> DataFrame:
    """Check a Spark DataFrame against a table: cells, keys, and rules of one row.

    Foreign keys may name the rows of the dataset that ships, of `references`, and of the frame itself; a key that is
    suggested for a wrong one is one that ships. The frame is read at the call, for keys, and again whenever the
    result is. Of equal keys the first is not reported: the one in the first partition that has any. Where rows come in
    another order at each reading, persist the frame before.

    Args:
        frame: one column for each field, with the type of the field (an `integer` is a bigint, a `number` a
            double), or text as in a CSV file.
        table: the name of a table of the dataset, or a schema.
        references: other tables that foreign keys may name, by name; of each only the columns that are named are
            read.
        file: what to call the frame in the problems; by default the name of the table.

    Returns:
        One row for each problem, with the columns of `Problem`: file, rule, severity, expected, fix, line, column,
        row, table, field, key, value. Line, column and row are null. The key is the primary key, its parts joined
        by a comma; where a row has none, `with` and its first cells; it is null only for problems of the header.

    Raises:
        UnknownNameError: when the dataset has no such table.

    Example:
        >>> from pyspark.sql import SparkSession  # doctest: +SKIP
        >>> session = SparkSession.builder.getOrCreate()  # doctest: +SKIP
        >>> coded = session.read.parquet("s3a://statements/2025/")  # doctest: +SKIP
        >>> problems = validate_frame(coded, "statements")  # doctest: +SKIP
        >>> problems.groupBy("rule", "field").count().show()  # doctest: +SKIP
    """
    known = schema.package().table(table) if isinstance(table, str) else table
    rows = rows_of(frame, known, file or known.name)
    others = [rows_of(f, schema.package().table(name), name) for name, f in (references or {}).items()]
    return _problems(rows, [*others, rows])


def _problems(rows: Rows, given: Sequence[Rows]) -> DataFrame:
    """Return the problems of some rows; foreign keys may name those of all tables that are given, and what ships."""
    of_form = pa.Table.from_batches([batches.problem_batch(rows.problems)])
    problems = rows.frame.sparkSession.createDataFrame(of_form)
    if not any(name in rows.frame.columns for name in rows.table.names):
        return problems
    targets = {k.fields[0]: batches.shipped(k.table, k.references[0]).keys.to_list() for k in rows.table.foreign_keys}
    validate = partial(batches.problems, table=rows.table, forms=rows.forms)
    found = keys.marked(rows, given, targets).drop(ID).mapInArrow(validate, batches.PROBLEM_COLUMNS)
    return problems.union(found) if rows.problems else found


def validate_uris(uris: Sequence[str], session: SparkSession | None = None, *, most: int = LIMITS.problems) -> Report:
    """Check files on Spark, over the dataset that ships.

    Args:
        uris: table files (`statements.csv`, `statements.parquet`), folders of part files with such a name, or
            folders that hold several of either; local paths, or addresses that Spark reads, such as `hdfs://…`.
        session: where to run; by default the active session, else a new one that is stopped in the end. Its
            master is the environment's `SPARK_MASTER`, else what Spark's configuration says, else `local[*]`. The
            Python of its executors needs `summitry[spark]`.
        most: how many problems are listed; further ones are counted by rule.

    Returns:
        Every problem. They pass through this process one partition at a time. Each names its row by key, as
        `validate_frame` says; `row` counts from 1 in each Parquet file, and is None for CSV. Of equal keys the first
        is not reported; of several part files Spark reads the largest first. A line break in a cell of CSV is reported
        as two broken records. `skipped` says what is not checked on Spark.

    Raises:
        InputError: when a path does not exist, or Spark cannot do its work.

    Example:
        >>> report = validate_uris(["hdfs://archive/2025/statements.parquet"])  # doctest: +SKIP
        >>> report.valid  # doctest: +SKIP
        True
    """
    package = schema.package()
    report = Report(Problems(most=most), skipped=[SKIPPED, PLACES])
    with sessions.running(session) as spark:
        found = list(files.find(spark, uris, package))
        report.add(p for p in found if isinstance(p, Problem))
        given = [read(spark, source) for source in found if not isinstance(source, Problem)]
        for rows in given:
            report.rows |= rows.counts
            report.add(_collected(_problems(rows, given)))
    return report


def _collected(problems: DataFrame) -> Iterator[Problem]:
    """Yield problems, sorted, a partition at a time."""
    kept = problems.persist()  # sorting reads them twice
    try:
        for row in kept.orderBy("file", "row", "field", "rule", "key").toLocalIterator():
            yield Problem(**row.asDict())
    finally:
        kept.unpersist()
