"""The report on files at any address that Spark reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from summitry import schema
from summitry.validation.report import Problem, Report
from summitry.validation.spark import files, frames, reading, sessions

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pyspark.sql import DataFrame, SparkSession

SKIPPED = "rules that compare rows of several tables, and texts: on Spark only cells, keys and single rows are checked"
PLACES = "lines and columns of problems: Spark does not count them, so a problem names the key of its row"


def validate_uris(uris: Sequence[str], session: SparkSession | None = None) -> Report:
    """Check files on Spark, as a contribution to the dataset.

    Args:
        uris: table files (`statements.csv`, `statements.parquet`), folders of part files with such a name, or
            folders that hold several of either; local paths, or addresses that Spark reads, such as `hdfs://…`.
        session: where to run; by default the active session, else a new one that is stopped in the end. Its
            master is the environment's `SPARK_MASTER`, else what Spark's configuration says, else `local[*]`. The
            Python of its executors needs `summitry[spark]`.

    Returns:
        Every problem. They pass through this process one partition at a time, so its memory does not grow with
        them. Each names its row by key, as `validate_frame` says; `row` counts from 1 in each Parquet file, and is
        None for CSV. Of duplicate keys the first is not reported; of several part files Spark reads the largest first.
        A line break in a cell of CSV is reported as two broken records. `skipped` lists the checks skipped on Spark.

    Raises:
        MissingExtraError: when pyspark is not installed.
        InputError: when a path does not exist, or Spark cannot do its work.

    Example:
        >>> report = validate_uris(["hdfs://archive/2025/statements.parquet"])  # doctest: +SKIP
        >>> report.valid  # doctest: +SKIP
        True
    """
    package = schema.package()
    report = Report(skipped=[SKIPPED, PLACES])
    with sessions.running(session) as spark:
        sources, problems = files.find(spark, uris, package)
        report.add(problems)
        read = [reading.read(spark, source) for source in sources]
        given = [rows for parts in read for rows in parts]
        for rows in given:
            report.rows |= rows.counts
            report.add(_sorted(frames.problems_of(rows, given)))
    return report


def _sorted(problems: DataFrame) -> Iterator[Problem]:
    """Yield problems, sorted, a partition at a time."""
    cached = problems.persist()  # sorting reads them twice
    try:
        for row in cached.orderBy("file", "row", "field", "rule", "key").toLocalIterator():
            yield Problem(**row.asDict())
    finally:
        cached.unpersist()
