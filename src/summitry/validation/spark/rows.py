"""The rows of one table in Spark: those of a frame, or of the files of the table."""

from __future__ import annotations

import re
import tempfile
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
from py4j.protocol import Py4JJavaError
from pyspark.errors import PySparkException
from pyspark.sql import functions
from pyspark.sql.functions import col, lit
from pyspark.sql.pandas.types import to_arrow_type
from pyspark.sql.types import StringType

from summitry.validation.readers.csv_file import CsvSource
from summitry.validation.readers.parquet_columns import has_type, typed_column_problems
from summitry.validation.report import Problem, shorten
from summitry.validation.spark import batches, sessions
from summitry.validation.spark.batches import BROKEN, FILE, ID, LINE, NUMBER

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from pyspark.sql import Column, DataFrame, SparkSession
    from pyspark.sql.types import DataType

    from summitry.schema import Table
    from summitry.validation.spark.files import Source


_BESIDE = {FILE: "string", NUMBER: "bigint", LINE: "binary", BROKEN: "boolean"}  # each row has these, too


@dataclass(frozen=True)
class Rows:
    """The rows of a table.

    Attributes:
        table: their schema.
        frame: a column for each field of the file, as text or typed, and those beside them that `batches` names.
        problems: mistakes of form that belong to no row.
        counts: how many rows there are, by file.
        forms: by file, what records of CSV files are.
    """

    table: Table
    frame: DataFrame
    problems: list[Problem] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    forms: dict[str, batches.Form] = field(default_factory=dict)

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


def rows_of(frame: DataFrame, table: Table, file: str, besides: Mapping[str, Column] | None = None) -> Rows:
    """Return the rows of a frame, with other files and numbers; columns of another type are reported and left out.

    Where none is, the optional columns that it lacks are added, without values.
    """
    given = pa.schema([pa.field(column.name, _arrow_type(column.dataType)) for column in frame.schema.fields])
    there = [f for f in table.fields if given.names.count(f.name) == 1]
    sound = {f.name: given.names.index(f.name) for f in there if has_type(given.field(f.name), f)}
    problems = list(typed_column_problems(table, file, given, sound))
    lacking = () if problems else (name for name in table.names if name not in sound)
    further = {name: lit(None).cast(kind) for name, kind in {**dict.fromkeys(lacking, "string"), **_BESIDE}.items()}
    further |= {FILE: lit(file), BROKEN: lit(col=False), **(besides or {})}
    # by number, because Spark may take small and capital letters for the same, and two columns may have one name
    places = [f"c{n}" for n in range(len(given))]
    frame = frame.select("*", *(column.alias(name) for name, column in further.items())).toDF(*places, *further)
    frame = frame.select(*(_sound(frame, n).alias(name) for name, n in sound.items()), *further)
    return Rows(table, numbered(frame), problems)


def _sound(frame: DataFrame, number: int) -> Column:
    """Return a column; polars relies on text being UTF-8, so what is not is replaced."""
    column, kind = col(f"c{number}"), frame.schema.fields[number].dataType
    return functions.make_valid_utf8(column) if isinstance(kind, StringType) else column


def _arrow_type(kind: DataType) -> pa.DataType:
    """Return the Arrow type of a column; null, which no field has, where Arrow has no such type."""
    try:
        return to_arrow_type(kind)
    except PySparkException:
        return pa.null()


def read(session: SparkSession, source: Source) -> Rows:
    """Read the files of a table."""
    path = re.sub(r"([\\{}\[\]*?])", r"\\\1", source.uri)  # Spark's readers look for patterns in it
    folder = lit(f"{source.label.rstrip('/')}/")
    names = functions.concat(folder, col("_metadata.file_name")) if source.is_folder else lit(source.label)
    return (_read_parquet if source.suffix == "parquet" else _read_csv)(session, source, path, names)


def _no_rows(session: SparkSession, source: Source, problems: list[Problem]) -> Rows:
    """Return no rows, for files that cannot be read."""
    return Rows(source.table, session.range(0).select(), problems, {source.label: 0})


def _read_parquet(session: SparkSession, source: Source, path: str, names: Column) -> Rows:
    label = source.label
    try:
        frame = session.read.parquet(path)
    except (PySparkException, Py4JJavaError) as e:
        fix = f"Write the file again; reading it says: {shorten(sessions.sentence(e))}"
        problem = Problem(label, "parquet", "error", "a readable Parquet file", fix, table=source.table.name)
        return _no_rows(session, source, [problem])
    rows = rows_of(frame, source.table, label, {FILE: names, NUMBER: col("_metadata.row_index")})
    rows.counts.update({row[FILE]: row["count"] for row in rows.frame.groupBy(FILE).count().collect()})
    return rows


def _read_csv(session: SparkSession, source: Source, path: str, names: Column) -> Rows:
    """Return the rows of CSV files, in whatever order the columns of each are.

    Spark reads lines, and the executors split them. A line break in a cell breaks its record, because a file is read
    from many places at once.
    """
    text = session.read.text(path, lineSep="\n")
    lines = numbered(text.select(names.alias(FILE), col("value").cast("binary").alias(LINE)))
    survey = lines.groupBy(FILE).agg(
        functions.count(LINE).alias("lines"),
        functions.min(ID).alias("first"),
        functions.min_by(LINE, ID).alias("header"),
        functions.max(functions.endswith(LINE, lit(b"\r"))).alias("returned"),
    )
    surveyed = {row[FILE]: row for row in survey.collect()}
    if not surveyed and not source.is_folder:  # an empty file; Spark itself writes empty part files
        return _no_rows(session, source, _header(b"", source, source.label, returned=False).problems)
    heads = {
        file: _header(bytes(row["header"]), source, file, returned=row["returned"]) for file, row in surveyed.items()
    }
    problems = [p for head in heads.values() for p in head.problems]
    records = lines.where(~col(ID).isin([row["first"] for row in surveyed.values()]))
    forms = {file: _form(head) for file, head in heads.items()}
    splitter = partial(batches.split, table=source.table, forms=forms)
    cells = records.mapInArrow(splitter, batches.split_types(source.table))
    cells = numbered(cells.withColumn(NUMBER, lit(None).cast("bigint")))
    counts = {file: row["lines"] - 1 if heads[file].columns else 0 for file, row in surveyed.items()}
    return Rows(source.table, cells, problems, counts, forms)


def _header(given: bytes, source: Source, file: str, *, returned: bool) -> CsvSource:
    """Return what a file's first line says, and if any line ends in CRLF, that, as of the first."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "header.csv"
        path.write_bytes(given.removesuffix(b"\r") + (b"\r\n" if returned else b"\n") if given else b"")
        return CsvSource(path, source.table, file)


def _form(head: CsvSource) -> batches.Form:
    """Return what the records of a file are, by its header."""
    wrong = any(p.rule == "header" for p in head.problems)
    return batches.Form(head.columns, len(head.header), head.absent if wrong else frozenset())
