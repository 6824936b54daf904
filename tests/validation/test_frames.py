"""`summitry.validate`: frames, files and folders in, problems as a frame out."""

from __future__ import annotations

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from pyarrow import parquet

import summitry
from summitry.dataset import loaders
from summitry.errors import InputError, UnknownNameError
from summitry.validation.frames import COLUMNS
from summitry.validation.report import Problem


@pytest.fixture(scope="module")
def roles():
    """Some roles, of which the second names nobody."""
    frame = summitry.load_roles().head(4)
    return frame.assign(person_id=[frame.person_id[0], "nobody", *frame.person_id[2:]])


FRAMES = {
    "pandas": lambda frame: frame,
    "pandas with labels": lambda frame: frame.set_index(pd.Index(list("abcd"))),
    "pandas with the key as labels": lambda frame: frame.set_index("role_id"),
    "pandas with two columns as labels": lambda frame: frame.set_index(["role_id", "title"]),
    "DuckDB": lambda frame: duckdb.from_arrow(pa.Table.from_pandas(frame, preserve_index=False)),
    "pandas objects": lambda frame: frame.astype("object").where(frame.notna(), None),
    "polars": pl.from_pandas,
    "pyarrow": lambda frame: pa.Table.from_pandas(frame, preserve_index=False),
}


@pytest.mark.parametrize("engine", ["local", "pandera"])
@pytest.mark.parametrize("kind", FRAMES)
def test_a_frame_of_any_kind_has_the_same_problems(kind, engine, roles):
    found = summitry.validate(FRAMES[kind](roles), "roles", quick=True, engine=engine)
    assert tuple(found.columns) == COLUMNS
    assert found[["file", "row", "field", "rule", "value"]].to_numpy().tolist() == [
        ["roles", 2, "person_id", "foreign-key", "nobody"]
    ]
    assert found.line.isna().all()


@pytest.mark.parametrize(
    ("table", "column", "value", "rule"),
    [
        ("roles", "title", "half of \ud83d a character", "character"),
        ("mentions", "span_start", 10**30, "type"),
        ("mentions", "quote", {"a": 1}, "header"),
    ],
)
def test_a_value_that_no_file_can_have_is_a_problem(table, column, value, rule):
    frame = loaders.load(table).head(1)
    frame[column] = pd.Series([value], dtype="object")
    assert set(summitry.validate(frame, table, quick=True)["rule"]) == {rule}


def test_what_is_valid_has_no_problems():
    found = summitry.validate(summitry.load_roles().head(4), "roles")
    assert (tuple(found.columns), len(found)) == (COLUMNS, 0)


def test_several_frames_may_name_each_other(roles):
    actors = summitry.load_actors().head(1).assign(actor_id="nobody", name="No Body", wikidata_id=None)
    assert len(summitry.validate({"roles": roles, "actors": actors}, quick=True)) == 0


def test_a_file_and_a_folder_have_their_places(roles, tmp_path):
    roles.to_csv(tmp_path / "roles.csv", index=False)
    for given in (tmp_path, str(tmp_path / "roles.csv")):
        found = summitry.validate(given, quick=True)
        assert found[["line", "row", "field"]].to_numpy().tolist() == [[3, 2, "person_id"]]


def test_missing_and_unknown_columns_are_named(roles):
    found = summitry.validate(roles.rename(columns={"person_id": "Person_ID"}), "roles", quick=True)
    assert found[["rule", "value", "fix"]].to_numpy().tolist() == [["header", "Person_ID", "Rename it to 'person_id'."]]


@pytest.mark.parametrize("empty", [pd.DataFrame(), pl.DataFrame(), pa.table({})], ids=lambda f: type(f).__module__[:6])
def test_a_frame_without_columns_lacks_the_required_ones(empty):
    assert set(summitry.validate(empty, "roles").rule) == {"header"}


def test_values_of_several_types_are_reported_at_their_rows(roles):
    mixed = roles.astype({"title": "object"}).assign(valid_from=["2020-01-01", 5, None, "soon"])
    found = summitry.validate(mixed, "roles", quick=True)
    assert sorted(found[found.field == "valid_from"].row) == [2, 4]


def test_columns_that_are_there_twice_are_named(roles):
    twice = pd.concat([roles, roles[["title"]]], axis=1)
    assert set(summitry.validate(twice, "roles", quick=True).field.dropna()) >= {"title"}


def test_what_is_no_table_is_refused(roles):
    with pytest.raises(InputError, match="table="):
        summitry.validate(roles)
    with pytest.raises(InputError, match="list is not a table"):
        summitry.validate([1], "roles")
    with pytest.raises(UnknownNameError, match="roles"):
        summitry.validate(roles, "role")
    with pytest.raises(InputError, match="nowhere"):
        summitry.validate("nowhere")


def test_the_columns_are_those_of_a_problem():
    assert set(COLUMNS) == {*Problem.__slots__}


@pytest.mark.parametrize(
    ("moment", "value"),
    [
        (pa.array([10**13], pa.timestamp("s")), "a day beyond the years 1 to 9999"),
        (pa.array([10**18], pa.timestamp("ms")), "a day beyond the years 1 to 9999"),
        (pa.array([181_901_722], pa.date32()), "a day beyond the years 1 to 9999"),
        (pa.array([1_755_118_800], pa.timestamp("s", "UTC")), "2025-08-13 21:00:00+00:00"),
    ],
    ids=str,
)
def test_a_moment_that_is_no_day_is_a_problem_of_its_cell(moment, value, few_rows, tmp_path, monkeypatch):
    monkeypatch.setattr(summitry.paths, "root", lambda: few_rows)
    role = summitry.load_roles(engine="pyarrow")[:1]
    rows = role.set_column(role.column_names.index("valid_from"), "valid_from", moment)
    found = summitry.validate(rows, "roles", quick=True)
    assert found[["row", "field", "rule", "value"]].to_numpy().tolist() == [[1, "valid_from", "type", value]]
    parquet.write_table(rows, tmp_path / "roles.parquet")
    found = summitry.validate(tmp_path / "roles.parquet", quick=True)
    assert found[["row", "field", "rule", "value"]].to_numpy().tolist() == [[1, "valid_from", "type", value]]


def test_a_zone_that_nobody_knows_is_refused_with_the_table():
    role = summitry.load_roles(engine="pyarrow")[:1]
    moment = pa.array([0], pa.timestamp("us", "Mars/Base"))
    rows = role.set_column(role.column_names.index("valid_from"), "valid_from", moment)
    with pytest.raises(InputError, match="frame of roles cannot be read"):
        summitry.validate(rows, "roles", quick=True)


@pytest.mark.parametrize("data", [None, "roles.csv", {"roles": None}], ids=str)
def test_a_table_is_named_for_one_frame_only(data):
    with pytest.raises(InputError, match="is for one frame"):
        summitry.validate(data, "statements")
