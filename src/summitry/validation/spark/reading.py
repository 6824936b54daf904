"""The files of a table as rows in Spark."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from dataclasses import replace
from functools import reduce
from pathlib import Path
from typing import TYPE_CHECKING

from summitry.validation.readers import csv_blocks, csv_records
from summitry.validation.readers.csv_file import CsvSource
from summitry.validation.report import Problem, shorten
from summitry.validation.spark import sessions
from summitry.validation.spark.batches import BROKEN, FILE, LINE, NUMBER, WIDTH
from summitry.validation.spark.files import first_line
from summitry.validation.spark.rows import ID, Rows, numbered, rows_of, with_optional

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pyspark.sql import Column, DataFrame, SparkSession

    from summitry.validation.spark.files import Part, Source

# a cell as in `csv_file`, for Java; possessive, so that no line is read twice or overflows its stack
_CELL = r'(?:"[^"]*+(?:""[^"]*+)*+"|[^",\r]*+)'


def read(session: SparkSession, source: Source) -> list[Rows]:
    """Read the files of a table.

    Args:
        session: reads them.
        source: where they lie.

    Returns:
        All rows; those of CSV files with different columns apart.
    """
    return [_read_parquet(session, source)] if source.suffix == "parquet" else list(_read_csv(session, source))


def _label(source: Source) -> Column:
    """Return the label of the file of a row."""
    from pyspark.sql import functions

    if not source.is_folder:
        return functions.lit(source.label)
    return functions.concat(functions.lit(f"{source.label.rstrip('/')}/"), functions.col("_metadata.file_name"))


def _counts(frame: DataFrame) -> dict[str, int]:
    return {row[FILE]: row["count"] for row in frame.groupBy(FILE).count().collect()}


def _nothing(session: SparkSession, source: Source, problems: list[Problem]) -> Rows:
    """Return no rows, for files that cannot be read."""
    return Rows(source.table, source.label, numbered(session.range(0).select()), problems, {source.label: 0})


def _read_parquet(session: SparkSession, source: Source) -> Rows:
    from py4j.protocol import Py4JJavaError
    from pyspark.errors import PySparkException
    from pyspark.sql import functions

    try:
        frame = session.read.parquet(*source.paths)
    except (PySparkException, Py4JJavaError) as e:
        fix = f"Write the file again; reading it says: {shorten(sessions.sentence(e))}"
        problem = Problem(source.label, "parquet", "error", "a readable Parquet file", fix, table=source.table.name)
        return _nothing(session, source, [problem])
    besides = {FILE: _label(source), NUMBER: functions.col("_metadata.row_index")}
    rows = rows_of(frame, source.table, source.label, text=False, besides=besides)
    rows.counts.update(_counts(rows.frame))
    return rows


def _read_csv(session: SparkSession, source: Source) -> Iterator[Rows]:
    """Yield the rows of CSV files, those with the same columns together, in any order."""
    headers: dict[bytes, list[Part]] = defaultdict(list)
    for part in source.parts:
        if part.size or not source.is_folder:  # Spark itself writes empty parts
            headers[first_line(session, part)].append(part)
    alike: dict[frozenset[str], list[Rows]] = defaultdict(list)
    for header, parts in headers.items():
        rows = _csv_rows(session, source, header, parts)
        alike[frozenset(rows.frame.columns)].append(rows)
    yield from map(_together, alike.values())


def _together(several: Sequence[Rows]) -> Rows:
    """Return rows with the same columns as one, so that a key that repeats one of another file is found."""
    first = several[0]
    if len(several) == 1:
        return first
    frame = reduce(lambda one, other: one.unionByName(other), (rows.frame.drop(ID) for rows in several))
    problems = [problem for rows in several for problem in rows.problems]
    counts = {file: n for rows in several for file, n in rows.counts.items()}
    return Rows(first.table, first.file, numbered(frame), problems, counts)


def _header(given: bytes, source: Source, part: Part) -> CsvSource:
    """Return the header of a file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "header.csv"
        path.write_bytes(given + b"\n" if given else b"")
        return CsvSource(source.table, csv_blocks.Reader(path, part.label))


def _csv_rows(session: SparkSession, source: Source, header: bytes, parts: Sequence[Part]) -> Rows:
    """Return the rows of CSV files that have this header.

    Spark reads lines and splits those that are well-formed; the others go on as they are, for `csvfile` to say what
    is wrong with them. A line break in a cell breaks its record, because a file is read from many places at once.
    """
    from pyspark.sql import functions

    col = functions.col
    head = _header(header, source, parts[0])
    problems = head.problems
    if not head.columns:
        return _nothing(session, source, problems)
    text = session.read.text([part.path for part in parts], lineSep="\n")
    lines = numbered(text.select("value", _label(source).alias(FILE)))
    returned = functions.endswith(col("value"), functions.lit("\r"))
    survey = (
        lines.groupBy(FILE)
        .agg(
            functions.count("value").alias("lines"),
            functions.min(ID).alias("first"),
            functions.max(returned).alias("returned"),
        )
        .collect()
    )
    reported = {p.file for p in problems if p.rule == "line-end"}
    problems += [_line_end(row[FILE]) for row in survey if row["returned"] and row[FILE] not in reported]
    value = functions.when(returned, functions.expr("substring(value, 1, length(value) - 1)")).otherwise(col("value"))
    records = lines.where(~col(ID).isin([row["first"] for row in survey])).select(FILE, value.alias("value"))
    counts = {row[FILE]: row["lines"] - 1 for row in survey}
    cells = _cells(records, head)
    whole = cells if any(p.rule == "header" for p in problems) else with_optional(cells, source.table)
    return Rows(source.table, source.label, numbered(whole), problems, counts)


def _line_end(file: str) -> Problem:
    (problem,) = csv_records.line_end_problems(b"\r\n", file)
    return replace(problem, line=None, column=None)  # Spark does not count lines


def _cells(lines: DataFrame, head: CsvSource) -> DataFrame:
    """Split lines; broken ones keep only their key, which others may name."""
    from pyspark.sql import functions

    col, when = functions.col, functions.when
    width = len(head.reader.header)
    sound = col("value").rlike(rf"\A{_CELL}(?:,{_CELL}){{{width - 1}}}\z")
    schema = ", ".join(f"c{n} string" for n in range(width))
    options = {"quote": '"', "escape": '"', "mode": "PERMISSIVE", "maxColumns": str(width + 1)}
    split = lines.withColumn("sound", sound).withColumn(
        "cells", functions.from_csv(when(col("sound"), col("value")), schema, options)
    )
    cells = {name: col(f"cells.c{n}") for name, n in head.columns.items()}
    key = head.table.primary_key[0] if head.table.primary_key else None
    if key in cells:
        found = functions.regexp_extract("value", rf'\A(?:{_CELL},){{{head.columns[key]}}}"?([^",\r]*)', 1)
        cells[key] = when(col("sound"), cells[key]).otherwise(found)
    faulty = ~col("sound") | ~functions.is_valid_utf8("value")
    return split.select(
        *(cell.alias(name) for name, cell in cells.items()),
        FILE,
        when(faulty, col("value").cast("binary")).alias(LINE),
        when(faulty, width).alias(WIDTH),
        (~col("sound")).alias(BROKEN),
    )
