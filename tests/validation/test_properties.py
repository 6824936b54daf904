"""What is true of any table: what its schema allows passes and survives every format; one fault is one problem."""

from __future__ import annotations

import datetime as dt
import io
import random
import re
from dataclasses import dataclass
from math import nextafter

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pyarrow import parquet

import conftest
from conftest import ROOT, some_every_day
from generated_tables import (
    MANY,
    SAME,
    SOME,
    TABLES,
    every_table,
    plain,
    problems,
    rows,
    written,
)
from summitry import schema
from summitry.dataset import storage
from summitry.schema import types
from summitry.validation import reporters
from summitry.validation.child_process import validate_paths
from summitry.validation.readers import csv_records
from summitry.validation.readers.csv_file import read_csv
from summitry.validation.readers.parquet_file import ParquetSource
from summitry.validation.report import Report

FEW = 8  # rows of what ships, to be damaged


@every_table
@given(data=st.data())
@SOME
def test_what_the_schema_allows_passes(name, data, tmp_path):
    table = TABLES[name]
    raw = storage.csv_bytes(data.draw(rows(table)), table)
    assert problems(table, raw, tmp_path / "t.csv") == []
    packed = storage.parquet_bytes(storage.read_csv_arrow(raw, table), table)
    assert problems(table, packed, tmp_path / "t.parquet", lambda *given: ParquetSource(*given).whole()) == []
    typed = [read_csv(tmp_path / "t.csv", table, ""), ParquetSource(tmp_path / "t.parquet", table, "").whole()]
    assert typed[0].frame.select(table.names).equals(typed[1].frame.select(table.names))


def limits(f):
    """The outermost values that a column may have."""
    if f.type != "string":
        return [str(limit) for limit in (f.minimum, f.maximum) if limit is not None]
    return [] if f.pattern is not None or f.enum else ["é" * n for n in (f.min_length, f.max_length) if n]


@every_table
@given(data=st.data())
@settings(SAME, max_examples=1)
def test_the_limits_themselves_are_allowed(name, data, tmp_path):
    table = TABLES[name]
    (good, *_) = data.draw(rows(table, least=1))
    for f in table.fields:
        for limit in limits(f):
            raw, _ = written(table, [good | {f.name: limit}])
            assert problems(table, raw, tmp_path / "t.csv") == []


def text(value):
    """The text of a value of a frame."""
    if pd.isna(value):
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dt.date):
        return value.isoformat()[:10]
    return plain(value) if isinstance(value, float) else str(value)


def csv_of(records, table):
    return storage.csv_bytes([{n: text(v) for n, v in record.items()} for record in records], table)


@every_table
@given(data=st.data())
@SOME
def test_csv_parquet_and_frames_have_the_same_values(name, data):
    table = TABLES[name]
    raw = storage.csv_bytes(data.draw(rows(table)), table)
    arrow = storage.read_csv_arrow(raw, table)
    back = parquet.ParquetFile(io.BytesIO(storage.parquet_bytes(arrow, table))).read()
    assert back.equals(arrow, check_metadata=True)
    frame = storage.to_pandas(back, table)
    assert pa.Table.from_pandas(frame, types.arrow_schema(table), preserve_index=False).equals(arrow)
    assert csv_of(frame.to_dict("records"), table) == raw
    assert csv_of(pl.from_arrow(back).rows(named=True), table) == raw
    assert [dict(r) for r in storage.csv_rows(raw)] == storage.csv_rows(csv_of(back.to_pylist(), table))


@dataclass(frozen=True)
class Fault:
    """A text that a column must not have, and the rule that says so."""

    rule: str
    text: str


WRONG_TYPE = {
    "integer": ["1.5", "x", "1e3", "+1", "01", "\u0663", "1 000", " 1", "9" * 19, "NaN"],
    "number": ["1,5", "x", "1e3", "+1.5", ".5", "5.", "\u0663", "inf", "NaN", "1.5 "],
    "boolean": ["tRUE", "01", "2", "yes", "t"],
    "date": ["2025-02-30", "22.08.2025", "2025-8-1", "20250822", "2025-08-22T00:00", "0000-01-01", "2025-13-01"],
}


def beside(f):
    """The values that are just below the minimum and just above the maximum."""
    if f.type == "date":
        day, limits = dt.timedelta(days=1), [d and dt.date.fromisoformat(d) for d in (f.minimum, f.maximum)]
        found = [limits[0] and limits[0] - day, limits[1] and limits[1] + day]
    elif f.type == "integer":
        found = [None if f.minimum is None else f.minimum - 1, None if f.maximum is None else f.maximum + 1]
    else:
        steps = zip((f.minimum, f.maximum), (-1e9, 1e9), strict=True)
        found = [None if limit is None else plain(nextafter(limit, away)) for limit, away in steps]
    return [Fault(rule, str(v)) for rule, v in zip(("minimum", "maximum"), found, strict=True) if v is not None]


def text_faults(f):
    for hidden in "\n\r\t\0\x85\u202e\u2066\u200f\ufeff\ufffd":
        yield Fault("character", f"hidden{hidden}inside")
    for start in "=+-@":
        yield Fault("formula", f"{start}HYPERLINK(1)")
    for space in " \u00a0\u2003":
        yield Fault("space", f"{space}before or")
        yield Fault("space", f"or behind{space}")
    if f.min_length and f.min_length > 1:
        yield Fault("minLength", "é" * (f.min_length - 1))
    if f.max_length:
        yield Fault("maxLength", "é" * (f.max_length + 1))
    yield Fault("character", "=hidden\u202einside ")  # of several rules only the first is reported


def faults(table, f, good):
    """Every fault that a cell can have, of which each breaks one rule more than the cell `good` does."""
    if table.required(f):
        yield Fault("required", "")
    if f.type != "string":
        yield from (Fault("type", t) for t in WRONG_TYPE[f.type])
        yield from beside(f)
        return
    near = [
        f"{good}\u0430",
        f"{good} ",
        f" {good}",
        f"{good}\n",
        f"x{good}\u202e",
        good.upper() + "_",
        "=1",
        " É" * 300,
    ]
    if f.enum:
        yield from (Fault("enum", t) for t in near)
    elif f.pattern is not None:
        yield from (Fault("pattern", t) for t in near if not re.fullmatch(f.pattern, t))
        longest = "a" * ((f.max_length or 0) + 1)
        if f.max_length and re.fullmatch(f.pattern, longest):
            yield Fault("maxLength", longest)
    else:
        yield from text_faults(f)


@every_table
@given(data=st.data())
@SOME
def test_one_fault_is_reported_once_and_at_its_cell(name, data, tmp_path):
    table = TABLES[name]
    good = data.draw(rows(table, least=1))
    at = data.draw(st.integers(0, len(good) - 1))
    for f in table.fields:
        possible = list(faults(table, f, good[at][f.name]))
        fault = data.draw(st.sampled_from(possible))
        records = [dict(record) for record in good]
        records[at][f.name] = fault.text
        raw, places = written(table, records)
        found = problems(table, raw, tmp_path / "t.csv")
        reported = [(p.line, p.column, p.row, p.field, p.rule, p.severity) for p in found]
        assert reported == [(at + 2, places[at][f.name], at + 1, f.name, fault.rule, "error")]


@every_table
@given(data=st.data())
@SOME
def test_a_duplicate_key_is_reported_once_at_the_later_row(name, data, tmp_path):
    table = TABLES[name]
    records = data.draw(rows(table, least=2))
    key = data.draw(st.sampled_from(table.unique_sets()))
    assume(all(records[0][n] for n in key))
    records[-1] |= {n: records[0][n] for n in key}
    sets = [k for k in table.unique_sets() if all(records[0][n] and records[-1][n] == records[0][n] for n in k)]
    assume(sets == [key])
    raw, places = written(table, records)
    found = problems(table, raw, tmp_path / "t.csv")
    assert [(p.line, p.column, p.field) for p in found] == [(len(records) + 1, places[-1][key[0]], key[0])]
    assert found[0].rule in {"primaryKey", "unique", "uniqueKeys"}


@given(
    source=st.lists(
        st.sampled_from([*',"\r\n aé=', '""', "\r\n"]) | st.characters(exclude_categories=["Cs"]), max_size=40
    ).map("".join)
)
@MANY
def test_every_line_belongs_to_one_record_and_every_cell_has_its_place(source):
    assume(not source.startswith("\ufeff"))
    records = csv_records.parse(source.encode(), "t.csv").records
    lines = source.split("\n")
    if lines[-1] == "":
        lines.pop()
    at = 1
    for record in records:
        assert record.cells[0].line == at
        for cell in record.cells:
            there = lines[cell.line - 1][cell.column - 1 :]
            assert there.removeprefix('"').startswith(cell.text.split("\n")[0].split('"')[0])
            assert at <= cell.line
            at = cell.line + cell.text.count("\n")
        at += 1
    assert at == len(lines) + 1


BROKEN = st.text(st.sampled_from('",\n aé'), max_size=6)


@given(grid=st.lists(st.lists(BROKEN, min_size=3, max_size=3), min_size=1, max_size=4))
@MANY
def test_line_breaks_and_quotes_in_cells_come_back_at_their_places(grid):
    source, expected = "", []
    for row in grid:
        for i, cell in enumerate(row):
            source += "," if i else ""
            line = source[source.rfind("\n") + 1 :]
            expected.append((cell, source.count("\n") + 1, len(line) + 1))
            source += '"' + cell.replace('"', '""') + '"'
        source += "\n"
    found = csv_records.parse(source.encode(), "t.csv")
    assert [tuple(cell) for record in found.records for cell in record.cells] == expected
    assert found.problems == []


@given(raw=st.binary(max_size=200))
@MANY
def test_any_bytes_can_be_taken_apart(raw):
    found = csv_records.parse(raw, "t.csv")
    assert all(p.rule and p.expected and p.fix and p.line and p.column for p in found.problems)
    assert all(len(r.cells) == len(found.records[0].cells) for r in found.records if r.sound)


def assert_reported(folder, base):
    report = validate_paths([folder], base)
    assert isinstance(report, Report)
    assert all(p.file and p.rule and p.expected and p.fix for p in report.problems)
    for format_ in reporters.FORMATS:
        reporters.render(report, format_).encode()
    return report


def spliced(raw):
    """A file with some of its bytes replaced, lost or doubled."""

    def splice(edits):
        content = raw
        for at, length, new in edits:
            content = content[: at % (len(content) + 1)] + new + content[at % (len(content) + 1) + length :]
        return content

    pieces = st.binary(max_size=6) | st.sampled_from([b"\0", b"\xff", b'"', b"\r", b"\n", b",", b"\xe2\x80\xae", b"=1"])
    return st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 8), pieces), min_size=1, max_size=4).map(splice)


@conftest.every_table(schema.package().tables)
@given(data=st.data())
@SAME
def test_any_bytes_as_a_table_give_a_report(name, data, tmp_path, bare):
    lines = (ROOT / "data" / f"{name}.csv").read_bytes().splitlines(keepends=True)[:FEW]
    junk = st.binary(max_size=300)
    files = st.one_of(junk, junk.map(lines[0].__add__), spliced(b"".join(lines)))
    (tmp_path / f"{name}.csv").write_bytes(data.draw(files))
    assert_reported(tmp_path, bare)


@pytest.mark.parametrize("seed", some_every_day(range(6), range(2), pytest.mark.hostile))
def test_any_bytes_as_parquet_tables_give_a_report(seed, tmp_path, bare):
    chance = random.Random(seed)  # noqa: S311 - the same bytes in every run
    for name, table in schema.package().tables.items():
        shipped = storage.parquet_bytes(storage.read_arrow(name).slice(0, FEW), table)
        damaged = bytearray(shipped)
        for _ in range(chance.choice([1, 2, 20])):
            damaged[chance.randrange(4, len(damaged))] = chance.randrange(256)
        cut = chance.choice([len(damaged), len(damaged), chance.randrange(len(damaged))])
        (tmp_path / f"{name}.parquet").write_bytes(damaged[:cut])
    assert_reported(tmp_path, bare)
