"""What the loaders give, written by another program in its usual way, is a valid contribution with the same values."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from pyarrow import compute, parquet
from pyarrow import csv as arrow_csv

import summitry
from conftest import ROOT, some_every_day
from summitry import paths, schema
from summitry.dataset.storage import csv_rows
from summitry.export import export
from summitry.validation.child_process import validate_paths
from summitry.validation.limits import LIMITS, allow
from summitry.validation.readers.csv_file import read_csv
from summitry.validation.readers.parquet_file import ParquetSource

TABLES = schema.package().tables
HERE = replace(LIMITS, opening=allow)
LARGE = replace(HERE, csv=0, parquet=0, csv_batch=2_000, parquet_batch=20)


def arrow(frame):
    return pa.Table.from_pandas(frame, preserve_index=False)


def duck(options):
    def write(frame, path):
        with duckdb.connect() as connection:
            connection.register("given", frame)
            connection.execute(f"copy given to '{path}' ({options})")

    return write


def enums(frame, path):
    """DuckDB with its own type of lists of values."""
    lists = [n for n in frame.columns if isinstance(frame[n].dtype, pd.CategoricalDtype)]
    with duckdb.connect() as connection:
        connection.register("given", frame)
        for n in lists:
            values = f"select distinct {n}::varchar from given where {n} is not null"  # noqa: S608 - our own names
            connection.execute(f"create type list_{n} as enum ({values})")
        columns = [f"{n}::list_{n} as {n}" if n in lists else n for n in frame]
        connection.execute(f"copy (select {', '.join(columns)} from given) to '{path}' (format parquet)")  # noqa: S608 - our own names


DELTA = {"string": "DELTA_BYTE_ARRAY", "integer": "DELTA_BINARY_PACKED", "date": "DELTA_BINARY_PACKED"}


def delta(frame, path):
    """Every column in the encoding of differences that suits it."""
    found = arrow(frame.astype({n: "str" for n in frame if isinstance(frame[n].dtype, pd.CategoricalDtype)}))
    plain = {"boolean": "PLAIN", "number": "BYTE_STREAM_SPLIT"}
    encoding = {f.name: (DELTA | plain)[f.type] for f in TABLES[path.stem].fields}
    parquet.write_table(found, path, use_dictionary=False, column_encoding=encoding)


def narrow(frame, path):
    """The smallest integers, large and short texts, and the null type where nothing is given."""

    def smallest(column):
        if column.null_count == len(column):
            return pa.nulls(len(column))
        if pa.types.is_integer(column.type):
            return column.cast(pa.int32() if compute.max(column).as_py() < 1 << 31 else pa.int64())
        return column.cast(pa.large_string()) if pa.types.is_string(column.type) else column

    given = arrow(frame)
    parquet.write_table(pa.table({n: smallest(given[n]) for n in given.column_names}), path)


def views(frame, path):
    given = arrow(frame)
    text = [pa.types.is_string(t) for t in given.schema.types]
    columns = [c.cast(pa.string_view()) if t else c for c, t in zip(given.columns, text, strict=True)]
    parquet.write_table(pa.table(columns, names=given.column_names), path)


def read_again(frame, path):
    """pandas reads its own CSV, with floats for integers and objects for booleans that may be empty."""
    text = path.with_suffix(".txt")
    frame.to_csv(text, index=False)
    back = pd.read_csv(text, keep_default_na=False, na_values=[""], dtype={"country_code": "str", "value": "str"})
    text.unlink()
    if path.suffix == ".csv":
        back.to_csv(path, index=False)
    else:
        back.to_parquet(path, index=False)


WRITERS = {
    "pandas.csv": lambda frame, path: frame.to_csv(path, index=False),
    "pandas.parquet": lambda frame, path: frame.to_parquet(path, index=False),
    "pandas-read-again.csv": read_again,
    "pandas-read-again.parquet": read_again,
    "polars.csv": lambda frame, path: pl.from_pandas(frame).write_csv(path),
    "polars.parquet": lambda frame, path: pl.from_pandas(frame).write_parquet(path),
    "pyarrow.csv": lambda frame, path: arrow_csv.write_csv(arrow(frame), path),
    "pyarrow.parquet": lambda frame, path: parquet.write_table(arrow(frame), path),
    "pyarrow-delta.parquet": delta,
    "pyarrow-narrow.parquet": narrow,
    "pyarrow-views.parquet": views,
    "duckdb.csv": duck("format csv, header"),
    "duckdb.parquet": duck("format parquet"),
    "duckdb-v2.parquet": duck("format parquet, parquet_version v2"),
    "duckdb-enum.parquet": enums,
}


@cache
def some(name):
    """What a loader gives, but for most of the rows of a long table, from every part of it."""
    frame = getattr(summitry, f"load_{name}")()
    return frame[:: len(frame) // 50 + 1].copy()  # DuckDB before 2.0 takes other categories where rows are skipped


@cache
def shipped(name):
    """Every row of a table that ships, as text."""
    return csv_rows((ROOT / "data" / f"{name}.csv").read_bytes())


# each of these programs, in one form or the other
EVERY_DAY = ("pandas.csv", "pandas-read-again.parquet", "polars.parquet", "pyarrow-narrow.parquet", "duckdb.csv")


@pytest.mark.parametrize("writer", some_every_day(WRITERS, EVERY_DAY, pytest.mark.hostile))
def test_every_table_of_another_program_is_valid_and_the_same(writer, tmp_path):
    suffix = writer.rpartition(".")[2]
    read = read_csv if suffix == "csv" else lambda *given: ParquetSource(*given).whole()
    for name, table in TABLES.items():
        path, given = tmp_path / f"{name}.{suffix}", some(name)
        WRITERS[writer](given, path)
        assert read(path, table, path.name).texts() == [shipped(name)[row] for row in given.index], name
    found = validate_paths([tmp_path], quick=True, limits=HERE)
    assert [p for p in found.problems if p.severity == "error"] == []
    assert len(found.rows) == len(TABLES)


@pytest.mark.parametrize("writer", ["pandas.csv", "pyarrow-narrow.parquet"])
def test_large_files_of_another_program_are_valid(writer, tmp_path):
    for name in TABLES:
        WRITERS[writer](some(name), tmp_path / f"{name}.{writer.rpartition('.')[2]}")
    assert validate_paths([tmp_path], limits=LARGE).problems == []


@pytest.fixture(scope="module")
def json_lines(few_rows, tmp_path_factory):
    """The lines of few rows that ship."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(paths, "root", lambda: few_rows)
        path = export("jsonl", tmp_path_factory.mktemp("lines") / "few.jsonl")
    return pl.read_ndjson(path, infer_schema_length=None)


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
@pytest.mark.parametrize("name", ["statements", "mentions", "stances"])
def test_json_lines_that_polars_has_read_are_valid(name, suffix, json_lines, tmp_path):
    lines = json_lines
    if name != "statements":
        source = pl.col("source").struct.field("source_id") if name == "mentions" else []
        lines = (
            lines.select("statement_id", pl.col(name)).explode(name).drop_nulls(name).unnest(name).with_columns(source)
        )
    given = lines.select(TABLES[name].names)
    path = tmp_path / "rows" / f"{name}.{suffix}"
    path.parent.mkdir()
    given.write_csv(path) if suffix == "csv" else given.write_parquet(path)
    assert [p for p in validate_paths([path], quick=True, limits=HERE).problems if p.severity == "error"] == []


@pytest.mark.parametrize("engine", ["local", "pandera"])
@pytest.mark.parametrize(
    ("column", "values", "expected"),
    [
        ("belligerent", ["True", "FALSE", "1", "0"], []),
        ("belligerent", ["yes", "t", "tRUE", "01"], [1, 2, 3, 4]),
        ("day", ["2025-08-20 00:00:00", "2025-08-20T00:00:00.000", "2025-08-20"], []),
        ("day", ["2025-08-20T00:00:00Z", "2025-08-20 00:00:00+03", "2025-08-20T00:00:00.000-0500"], []),
        ("day", ["2025-08-20 00:00:01", "2025-08-20 00:00", "2025-08-20T21:00:00Z"], [1, 2, 3]),
        ("quantity", ["12.0", "12", "0.0", "12.00"], []),
        ("quantity", ["12.5", "12.", "1e3", "12.01"], [1, 2, 3, 4]),
    ],
)  # fmt: skip
def test_the_forms_of_other_programs(column, values, expected, engine, tmp_path):
    table = next(t for t in TABLES.values() if column in t.names)
    rows = [row for row in shipped(table.name) if row[column]][: len(values)]
    frame = pd.DataFrame(rows).assign(**{column: values})
    frame.to_csv(tmp_path / f"{table.name}.csv", index=False)
    for limits in (HERE, LARGE):
        found = validate_paths([tmp_path], quick=True, engine=engine, limits=limits).problems
        assert [p.row for p in found if p.rule == "type"] == expected
        assert {p.field for p in found} <= {column}


@pytest.mark.parametrize("name", ["", "Unnamed: 0"])
def test_row_numbers_of_pandas_are_named(name, tmp_path):
    frame = summitry.load_roles()
    frame.to_csv(tmp_path / "roles.csv", index_label=name)
    (problem,) = validate_paths([tmp_path], quick=True).problems
    assert (problem.rule, problem.line, problem.column) == ("header", 1, 1)
    assert "index=False" in problem.fix


def test_row_numbers_of_pandas_in_parquet_are_named(tmp_path):
    summitry.load_roles().iloc[[3, 1, 4]].to_parquet(tmp_path / "roles.parquet")
    (problem,) = validate_paths([tmp_path], quick=True, limits=HERE).problems
    assert (problem.rule, problem.value) == ("header", "__index_level_0__")
    assert "index=False" in problem.fix


def test_a_state_that_is_true_is_not_to_become_false(tmp_path):
    summitry.load_actors().astype({"belligerent": "str"}).replace({"belligerent": {"True": "yes"}}).to_csv(
        tmp_path / "actors.csv", index=False
    )
    found = validate_paths([tmp_path], quick=True).problems
    assert {p.fix for p in found} == {"Write true or false."}


def write(frame, path):
    frame.write_csv(path) if path.suffix == ".csv" else frame.write_parquet(path)


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
@pytest.mark.parametrize("limits", [HERE, LARGE], ids=["small", "large"])
def test_midnight_is_a_day_in_every_time_zone_and_a_decimal_may_be_a_whole_number(suffix, limits, tmp_path):
    sources = summitry.load_sources(engine="polars")[:30]
    reports = summitry.load_event_reports(engine="polars").drop_nulls("quantity")[:30]
    midnight = pl.col("published_on").cast(pl.Datetime).dt.replace_time_zone("Europe/Kyiv")
    quantity = pl.col("quantity").cast(pl.Decimal(20, 2))
    write(sources.with_columns(midnight), tmp_path / f"sources.{suffix}")
    write(reports.with_columns(quantity), tmp_path / f"event_reports.{suffix}")
    report = validate_paths([tmp_path], limits=limits)
    assert report.problems == []
    assert not report.changes
    write(sources.with_columns(midnight.dt.offset_by("3h")), tmp_path / f"sources.{suffix}")
    write(reports.with_columns((quantity + 0.5).cast(pl.Decimal(20, 2))), tmp_path / f"event_reports.{suffix}")
    found = {(p.rule, p.field) for p in validate_paths([tmp_path], quick=True, limits=limits).problems}
    assert found == {("type", "published_on"), ("type", "quantity")}


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
@pytest.mark.parametrize("limits", [HERE, LARGE], ids=["small", "large"])
def test_columns_have_no_order(suffix, limits, tmp_path):
    given = summitry.load_statements(engine="polars")[:30]
    given = given[list(reversed(given.columns))]
    path = tmp_path / f"statements.{suffix}"
    write(given, path)
    report = validate_paths([path], limits=limits)
    assert report.problems == []
    assert not report.changes
    write(given.with_columns(summary=pl.lit("")), path)
    found = validate_paths([path], limits=limits).problems
    assert {(p.rule, p.field, p.column) for p in found} == {("required", "summary", 1 if suffix == "csv" else None)}


@pytest.mark.usefixtures("on_few_rows")
def test_no_cast_is_proposed_that_makes_other_values(tmp_path):
    given = summitry.load_event_reports(engine="polars")[:1]
    given.with_columns(pl.lit(b"12").alias("quantity")).write_parquet(tmp_path / "event_reports.parquet")
    (problem,) = validate_paths([tmp_path], quick=True, limits=HERE).problems
    assert problem.fix == "Give the column the type int64."
