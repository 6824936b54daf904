"""One wrong cell anywhere in a valid contribution is one problem, at that cell; what rests on it waits."""

from __future__ import annotations

import shutil
from dataclasses import replace
from functools import cache
from pathlib import Path

import polars as pl
import pytest

from conftest import ROOT, every_table
from summitry import schema
from summitry.dataset import storage
from summitry.dataset.texts import Texts
from summitry.validation import shipped_files
from summitry.validation.child_process import validate_paths
from summitry.validation.limits import LIMITS, allow
from summitry.validation.pipeline import Tables, validate_tables
from summitry.validation.table_file import ROW, TableFile, parsed, raw_name

PACKAGE = schema.package()
HERE = replace(LIMITS, opening=allow)
FIRST = 2  # rows of each table, with all that they need
# rows that a row needs beyond those that its foreign keys name: the rows of a table that name its key in a column
NEEDED = {
    "statements": [("mentions", "statement_id")],
    "actors": [("group_members", "group_id"), ("roles", "person_id")],
    "documents": [("document_actors", "document_id"), ("document_clauses", "document_id")],
    "events": [("event_reports", "event_id"), ("event_actors", "event_id"), ("statements", "occasion_id")],
}


@cache
def contribution() -> dict[str, TableFile]:
    """A few rows of every table that ships, valid by themselves."""
    shipped = {file.table.name: file for file in shipped_files.read(ROOT, PACKAGE)}
    chosen = {name: set(file.frame[ROW][:FIRST]) for name, file in shipped.items()}
    chosen["coding_map"] = set(shipped["coding_map"].frame[ROW])  # any coding may need any
    chosen["withdrawn"] = set(shipped["withdrawn"].frame.filter(pl.col("replaced_by").is_null())[ROW][:FIRST])
    changed = True
    while changed:
        before = sum(map(len, chosen.values()))
        for name, file in shipped.items():
            rows = file.frame.filter(pl.col(ROW).is_in(list(chosen[name])))
            for key in file.table.foreign_keys:
                _add(chosen, shipped[key.table], key.references[0], rows[key.fields[0]])
            for table, column in NEEDED.get(name, ()):
                _add(chosen, shipped[table], column, rows[file.table.primary_key[0]])
        changed = sum(map(len, chosen.values())) > before
    return {
        name: replace(file, frame=file.frame.filter(pl.col(ROW).is_in(list(chosen[name]))))
        for name, file in shipped.items()
    }


def _add(chosen, file, column, values):
    named = file.frame.filter(pl.col(column).is_in(values.drop_nulls().implode()))
    chosen[file.table.name].update(named[ROW])


def problems(files):
    return validate_tables(Tables(PACKAGE, list(files), texts=Texts((ROOT,)))).problems


def with_cell(file, row, field, text):
    """The file with another text in one cell."""
    name = raw_name(field)
    cell = pl.when(pl.col(ROW) == row).then(pl.lit(text, pl.String)).otherwise(pl.col(name)).alias(name)
    frame = file.frame.with_columns(cell)
    return replace(file, frame=frame if field.type == "string" else frame.with_columns(parsed(field)))


def faults(table, field):
    """An empty cell where one is required, and an odd text where none is, or where a key has the cell."""
    if table.required(field):
        yield None
    names = {name for key in table.foreign_keys for name in key.fields}.union(table.primary_key)
    if not table.required(field) or field.name in names:
        yield "not\u202evalid"


def test_the_contribution_is_valid():
    files = contribution()
    assert {p.severity for p in problems(files.values())} <= {"warning"}
    assert all(len(file.frame) for file in files.values())


@every_table(PACKAGE.tables)
def test_one_wrong_cell_is_one_problem_at_that_cell(name):
    files = contribution()
    for field in files[name].table.fields:
        frame = files[name].frame
        given = frame.filter(pl.col(raw_name(field)).is_not_null())[ROW]
        row = given[-1] if len(given) else frame[ROW][-1]
        for text in faults(files[name].table, field):
            broken = with_cell(files[name], row, field, text)
            found = [
                p for p in problems([*(f for n, f in files.items() if n != name), broken]) if p.severity == "error"
            ]
            assert [(p.table, p.field, p.row) for p in found] == [(name, field.name, row + 1)], text


@pytest.mark.parametrize("name", [n for n, t in PACKAGE.tables.items() if len(t.primary_key) == 1])
def test_a_repeated_key_is_one_problem(name):
    files = contribution()
    key = files[name].table.primary_key[0]
    values, rows = files[name].frame[key], files[name].frame[ROW]
    broken = with_cell(files[name], rows[-1], files[name].table[key], values[0])
    found = [p for p in problems([*(f for n, f in files.items() if n != name), broken]) if p.severity == "error"]
    assert [(p.rule, p.field, p.row) for p in found] == [("primaryKey", key, rows[-1] + 1)]


def written(folder, table, change):
    """Write the contribution as CSV, with the lines of one table changed."""
    for name, file in contribution().items():
        lines = storage.csv_bytes(file.texts(), file.table).decode().splitlines()
        (folder / f"{name}.csv").write_text("\n".join([*(change(lines) if name == table else lines), ""]), "utf-8")


@pytest.fixture(scope="module")
def bare(tmp_path_factory):
    """A dataset without rows."""
    home = tmp_path_factory.mktemp("bare")
    shutil.copytree(ROOT / "schemas", home / "schemas")
    shutil.copytree(ROOT / "seeds", home / "seeds")
    return home


@pytest.mark.parametrize(
    ("table", "old", "new"),
    [
        ("statements", "statement_id", "Statement_ID"),
        ("actors", "actor_id", "actor id"),
        ("mentions", "statement_id", "statment_id"),
        ("sources", "text_path", "text-path"),
        ("roles", "person_id", "Person"),
    ],
)
def test_a_slip_in_a_header_is_one_problem_that_names_the_column(table, old, new, tmp_path, bare):
    names = [new if n == old else n for n in PACKAGE.table(table).names]
    written(tmp_path, table, lambda lines: [",".join(names), *lines[1:]])
    found = [p for p in validate_paths([tmp_path], bare).problems if p.severity == "error"]
    assert [(p.table, p.rule, p.value) for p in found] == [(table, "header", new)]
    assert f"'{old}'" in found[0].fix
    path = tmp_path / f"{table}.csv"
    pl.read_csv(path, infer_schema=False).write_parquet(path.with_suffix(".parquet"))
    path.unlink()
    found = [p for p in validate_paths([tmp_path], bare, limits=HERE).problems if p.severity == "error"]
    assert [(p.table, p.rule, p.value) for p in found] == [(table, "header", new)]
    assert f"'{old}'" in found[0].fix


@pytest.mark.parametrize("table", ["statements", "actors", "sources", "events"])
def test_a_broken_record_is_one_problem(table, tmp_path, bare):
    written(tmp_path, table, lambda lines: [lines[0], f"{lines[1]},", *lines[2:]])
    found = [p for p in validate_paths([tmp_path], bare).problems if p.severity == "error"]
    assert [(Path(p.file).stem, p.rule, p.line) for p in found] == [(table, "cell-count", 2)]
