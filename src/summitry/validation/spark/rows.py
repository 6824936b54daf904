"""The rows of one table in Spark: those of a frame, or of the files of the table."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from dataclasses import dataclass, field, replace
from functools import partial, reduce
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
from py4j.protocol import Py4JJavaError
from pyspark.errors import PySparkException
from pyspark.sql import functions
from pyspark.sql.functions import col, lit
from pyspark.sql.pandas.types import to_arrow_type

from summitry.validation.readers import csv_records
from summitry.validation.readers.csv_file import CsvSource
from summitry.validation.readers.parquet_columns import column_problems, has_type
from summitry.validation.report import Problem, shorten
from summitry.validation.spark import batches, sessions
from summitry.validation.spark.batches import FILE, ID, NUMBER

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from pyspark.sql import Column, DataFrame, SparkSession
    from pyspark.sql.types import DataType

    from summitry.schema import Table
    from summitry.validation.spark.files import Source


@dataclass(frozen=True)
class Rows:
    """The rows of a table.

    Attributes:
        table: their schema.
        file: what to call them in problems.
        frame: a column for each field of the file, as text or typed, `__id`, and some other columns of `batches`.
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


def read(session: SparkSession, source: Source) -> list[Rows]:
    """Read the files of a table: all rows; those of CSV files with different columns apart."""
    return [_read_parquet(session, source)] if source.suffix == "parquet" else list(_read_csv(session, source))


def _label(source: Source) -> Column:
    """Return what to call the file of a row."""
    if not source.at.is_folder:
        return lit(source.at.label)
    return functions.concat(lit(f"{source.at.label.rstrip('/')}/"), col("_metadata.file_name"))


def _no_rows(session: SparkSession, source: Source, file: str, problems: list[Problem]) -> Rows:
    """Return no rows, for files that cannot be read."""
    return Rows(source.table, file, numbered(session.range(0).select()), problems, {file: 0})


def _read_parquet(session: SparkSession, source: Source) -> Rows:
    try:
        frame = session.read.parquet(source.at.path)
    except (PySparkException, Py4JJavaError) as e:
        fix = f"Write the file again; reading it says: {shorten(sessions.sentence(e))}"
        problem = Problem(source.at.label, "parquet", "error", "a readable Parquet file", fix, table=source.table.name)
        return _no_rows(session, source, source.at.label, [problem])
    besides = {FILE: _label(source), NUMBER: col("_metadata.row_index")}
    rows = rows_of(frame, source.table, source.at.label, text=False, besides=besides)
    rows.counts.update({row[FILE]: row["count"] for row in rows.frame.groupBy(FILE).count().collect()})
    return rows


def _read_csv(session: SparkSession, source: Source) -> Iterator[Rows]:
    """Yield the rows of CSV files, those with the same columns together, in whatever order the columns are.

    Spark reads lines, and the executors split them. A line break in a cell breaks its record, because a file is read
    from many places at once.
    """
    text = session.read.text(source.at.path, lineSep="\n")
    value = col("value").cast("binary").alias("line")
    lines = numbered(text.select(_label(source).alias(FILE), value))
    survey = lines.groupBy(FILE).agg(
        functions.count("line").alias("lines"),
        functions.min(ID).alias("first"),
        functions.min_by("line", ID).alias("header"),
        functions.max(functions.endswith("line", lit(b"\r"))).alias("returned"),
    )
    surveyed = {row[FILE]: row for row in survey.collect()}
    if not surveyed and not source.at.is_folder:  # an empty file; Spark itself writes empty part files
        yield _no_rows(session, source, source.at.label, _header(b"", source, source.at.label).problems)
    headers: dict[bytes, list[str]] = defaultdict(list)
    for file, row in surveyed.items():
        headers[bytes(row["header"])].append(file)
    records = lines.where(~col(ID).isin([row["first"] for row in surveyed.values()]))
    alike: dict[frozenset[str], list[Rows]] = defaultdict(list)
    for header, files in headers.items():
        head = _header(header, source, files[0])
        reported = {p.file for p in head.problems if p.rule == "line-end"}
        ends = [_line_end(file) for file in files if surveyed[file]["returned"] and file not in reported]
        counts = {file: surveyed[file]["lines"] - 1 for file in files}
        some = records.where(col(FILE).isin(files)).select(FILE, "line")
        rows = _csv_rows(session, source, head, some)
        alike[frozenset(rows.frame.columns)].append(replace(rows, problems=[*head.problems, *ends], counts=counts))
    yield from map(_together, alike.values())


def _header(given: bytes, source: Source, file: str) -> CsvSource:
    """Return what a file's first line says."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "header.csv"
        path.write_bytes(given + b"\n" if given else b"")
        return CsvSource(path, source.table, file)


def _line_end(file: str) -> Problem:
    (problem,) = csv_records.line_end_problems(b"\r\n", file)
    return replace(problem, line=None, column=None)  # Spark does not count lines


def _csv_rows(session: SparkSession, source: Source, head: CsvSource, lines: DataFrame) -> Rows:
    """Return the rows of CSV files that have this header."""
    if not head.columns:
        return _no_rows(session, source, head.file, [])
    key = head.columns.get(source.table.primary_key[0], 0) if source.table.primary_key else 0
    width = len(head.header)
    splitter = partial(batches.split, columns=head.columns, width=width, key=key)
    cells = lines.mapInArrow(splitter, batches.split_types(head.columns))
    whole = cells if any(p.rule == "header" for p in head.problems) else with_optional(cells, source.table)
    return Rows(source.table, source.at.label, numbered(whole), width=width)


def _together(several: Sequence[Rows]) -> Rows:
    """Return rows with the same columns as one, so that a key that repeats one of another file is found."""
    first = several[0]
    if len(several) == 1:
        return first
    frame = reduce(lambda one, other: one.unionByName(other), (rows.frame.drop(ID) for rows in several))
    return replace(
        first,
        frame=numbered(frame),
        problems=[problem for rows in several for problem in rows.problems],
        counts={file: n for rows in several for file, n in rows.counts.items()},
    )
