"""The other formats: what is in the files, what they refuse, and that writing is all or nothing."""

from __future__ import annotations

import argparse
import datetime as dt
import io
import json
import sqlite3
import sys
import zipfile
from contextlib import contextmanager
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from own_tables import arrow
from summitry import errors, paths, schema
from summitry.analysis.stances_table import stances_table
from summitry.cli import export as command
from summitry.dataset import loaders, query, storage, transaction
from summitry.export import (
    FORMATS,
    csv_,
    datasette,
    duckdb_,
    export,
    flat,
    geojson,
    jsonl,
    parquet,
    refuse_suffix,
    sql,
    sqlite,
    tables,
    xlsx,
)

STATEMENT = {"act": "deny", "issue": "leaders_meeting", "date_basis": "stated"}
SOURCE = {"kind": "press", "publisher_id": "nbc", "title": "News", "published_on_basis": "stated", "language": "en"}
ROWS = {
    "actors": [
        {"actor_id": "lavrov", "name": "Sergey Lavrov", "kind": "person", "part_of_id": "russia",
         "belligerent": False, "wikidata_id": "Q58217"},
        {"actor_id": "nbc", "name": "NBC", "kind": "media", "belligerent": False},
        {"actor_id": "russia", "name": "Russia", "kind": "state", "belligerent": True, "country_code": "RU"},
    ],
    "locations": [
        {"location_id": "donetsk-oblast", "name": "Donetsk Oblast", "kind": "admin1", "part_of_id": "ukraine"},
        {"location_id": "kostiantynivka", "name": "Kostiantynivka", "kind": "settlement",
         "part_of_id": "donetsk-oblast", "latitude": 48.5, "longitude": 37.7, "coordinate_precision": "settlement"},
        {"location_id": "moon", "name": "Moon", "kind": "site"},
        {"location_id": "ukraine", "name": "Ukraine", "kind": "country", "latitude": 49.0, "longitude": 32.0,
         "coordinate_precision": "country"},
    ],
    "events": [
        {"event_id": "battle", "name": "Battle", "kind": "ground_combat", "status": "claimed",
         "start_on": dt.date(2025, 8, 20), "date_precision": "day", "location_id": "donetsk-oblast"},
        {"event_id": "capture", "name": "Capture", "kind": "strike", "status": "occurred",
         "date_precision": "unknown", "location_id": "kostiantynivka"},
        {"event_id": "landing", "name": "Landing", "kind": "visit", "status": "proposed", "date_precision": "unknown",
         "location_id": "moon"},
        {"event_id": "post", "name": "Post", "kind": "post", "status": "occurred", "date_precision": "unknown"},
    ],
    "event_actors": [
        {"event_id": "battle", "actor_id": "lavrov", "role": "participant"},
        {"event_id": "battle", "actor_id": "russia", "role": "participant"},
    ],
    "demands": [
        {"demand_id": "a", "label": "A", "proposition": "A.", "issue": "ceasefire", "part_of_id": "z"},
        {"demand_id": "b", "label": "B", "proposition": "B.", "issue": "ceasefire"},
        {"demand_id": "z", "label": "Z", "proposition": "Z.", "issue": "ceasefire"},
    ],
    "sources": [
        {**SOURCE, "source_id": "held", "text_path": "seeds/held.txt", "sha256": "0" * 64, "n_codepoints": 99,
         "published_on": dt.date(2025, 8, 22)},
        {**SOURCE, "source_id": "page", "url": "https://example.org/1", "published_on": dt.date(2025, 8, 20)},
    ],
    "statements": [
        {**STATEMENT, "statement_id": "s1", "speaker_id": "lavrov", "quoted_in_id": "s2",
         "said_from": dt.date(2025, 8, 20), "summary": "Lavrov denies that negotiations are planned."},
        {**STATEMENT, "statement_id": "s2", "speaker_id": "nbc", "summary": "NBC reports what Lavrov said."},
    ],
    "mentions": [
        {"mention_id": "m1", "statement_id": "s1", "source_id": "page", "form": "direct",
         "quote": "no meeting […] à Brégançon", "quote_language": "fr", "translated": "yes"},
        {"mention_id": "m2", "statement_id": "s1", "source_id": "held", "form": "direct", "quote": "not planned",
         "quote_language": "en", "translated": "no", "span_start": 3, "span_end": 20},
        {"mention_id": "m3", "statement_id": "s2", "source_id": "held", "form": "indirect",
         "span_start": 0, "span_end": 30},
        {"mention_id": "m4", "statement_id": "s2", "source_id": "page", "form": "indirect"},
    ],
    "stances": [
        {"stance_id": "s1-1", "statement_id": "s1", "mention_id": "m1", "holder_id": "russia", "demand_id": "a",
         "position": "rejects", "attribution": "self"},
    ],
    "event_reports": [
        {"event_id": "capture", "statement_id": "s1", "mention_id": "m2", "verdict": "denies",
         "as_status": "occurred", "quantity": 3, "unit": "settlements"},
    ],
}  # fmt: skip


def make(package, **changed):
    """The rows above as tables, with some tables changed."""
    rows = {**ROWS, **changed}
    return tables.Tables(package, {name: arrow(table, rows.get(name, [])) for name, table in package.tables.items()})


@pytest.fixture(scope="module")
def small(package):
    return make(package)


def opened(content, tmp_path):
    """The SQLite database that the bytes are."""
    path = tmp_path / "made.db"
    path.write_bytes(content)
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA foreign_keys = ON")
    return connection


@pytest.fixture(scope="module")
def lite_bytes(small):
    return sqlite.content(small)


@pytest.fixture(scope="module")
def duck_bytes(small):
    return duckdb_.content(small)


@pytest.fixture
def lite(lite_bytes, tmp_path):
    connection = opened(lite_bytes, tmp_path)
    yield connection
    connection.close()


@pytest.fixture
def duck(duck_bytes, tmp_path):
    path = tmp_path / "made.duckdb"
    path.write_bytes(duck_bytes)
    connection = duckdb.connect(str(path))
    yield connection
    connection.close()


# what every database must refuse: a table, its columns, and values of which one is wrong
WRONG = {
    "missing": ("actors", "actor_id, name, kind", "'x', 'X', 'state'"),
    "enumeration": ("actors", "actor_id, name, kind, belligerent", "'x', 'X', 'planet', false"),
    "key twice": ("actors", "actor_id, name, kind, belligerent", "'russia', 'X', 'state', false"),
    "reference": ("roles", "role_id, person_id, organization_id, title", "'r', 'nobody', 'russia', 'T'"),
    "own table": ("actors", "actor_id, name, kind, belligerent, part_of_id", "'x', 'X', 'state', false, 'nobody'"),
    "truth": ("actors", "actor_id, name, kind, belligerent", "'x', 'X', 'state', 'perhaps'"),
    "minimum": ("locations", "location_id, name, kind, latitude", "'x', 'X', 'site', -91"),
    "maximum": ("locations", "location_id, name, kind, latitude", "'x', 'X', 'site', 91"),
    "number": ("locations", "location_id, name, kind, latitude", "'x', 'X', 'site', 'north'"),
    "integer": ("locations", "location_id, name, kind, geonames_id", "'x', 'X', 'site', 'many'"),
    "too long": ("demands", "demand_id, label, proposition, issue", f"'x', '{'x' * 81}', 'X.', 'ceasefire'"),
    "no such day": ("roles", "role_id, person_id, organization_id, title, valid_from",
                    "'r', 'lavrov', 'russia', 'T', '2025-02-30'"),
}  # fmt: skip


@pytest.mark.parametrize("wrong", WRONG)
def test_sqlite_refuses_what_breaks_the_schema(lite, wrong):
    table, columns, values = WRONG[wrong]
    with pytest.raises(sqlite3.IntegrityError):
        lite.execute(f"INSERT INTO {table} ({columns}) VALUES ({values})")  # noqa: S608 - our own text


@pytest.mark.parametrize("wrong", WRONG)
def test_duckdb_refuses_what_breaks_the_schema(duck, wrong):
    table, columns, values = WRONG[wrong]
    with pytest.raises((duckdb.ConstraintException, duckdb.ConversionException)):
        duck.execute(f"INSERT INTO {table} ({columns}) VALUES ({values})")  # noqa: S608 - our own text


def test_sqlite_refuses_numbers_of_another_type():
    fields = [{"name": "id", "type": "integer"}, {"name": "share", "type": "number"}]
    table = schema.parse_table({"name": "t", "fields": fields, "primaryKey": "id"})
    connection = sqlite3.connect(":memory:")
    connection.execute(sql.create_table(table, sqlite.DIALECT))
    connection.execute("INSERT INTO t VALUES (1, 0.5), (2, NULL), (3, 1)")
    for wrong in ("(4, 'half')", "('four', 0.5)", "(4.5, 0.5)"):
        with pytest.raises(sqlite3.IntegrityError):
            connection.execute(f"INSERT INTO t VALUES {wrong}")  # noqa: S608 - our own text
    connection.close()


def test_both_databases_take_a_right_row(lite, duck):
    columns = "role_id, person_id, organization_id, title, valid_from"
    right = f"INSERT INTO roles ({columns}) VALUES ('r', 'lavrov', 'russia', 'T', '2025-02-28')"  # noqa: S608 - ours
    assert lite.execute(right).rowcount == 1
    duck.execute(right)


@pytest.fixture(params=["few", pytest.param("all", marks=pytest.mark.shipped)])
def whole(request):
    """Few of the rows that ship as the installation, or all; none of them is changed."""
    if request.param == "few":
        request.getfixturevalue("on_few_rows")
    return taken(paths.root())


@lru_cache(maxsize=1)
def taken(_):
    """What is exported of the installation, made once for the tests that come one after another."""
    return flat.take()


@contextmanager
def only_small_files():
    """Let the system refuse large files, as a disk does that is full, where it can."""
    if sys.platform != "linux":
        yield
        return
    import resource

    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)


def test_both_databases_have_the_rows_that_are_loaded(whole, package, tmp_path):
    with only_small_files():  # it is made in memory
        content = sqlite.content(whole)
    lite = opened(content, tmp_path)
    (tmp_path / "d.duckdb").write_bytes(duckdb_.content(whole))
    duck = duckdb.connect(str(tmp_path / "d.duckdb"))
    assert lite.execute("PRAGMA foreign_key_check").fetchall() == []
    assert lite.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    for table in package.tables.values():
        wanted = sorted(tuple(row.values()) for row in loaders.load(table.name, "pyarrow").to_pylist())
        query = f"SELECT * FROM {sql.quoted(table.name)}"  # noqa: S608 - quoted
        assert sorted(duck.execute(query).fetchall(), key=repr) == sorted(wanted, key=repr)
        days = [i for i, f in enumerate(table.fields) if f.type == "date"]
        truths = [i for i, f in enumerate(table.fields) if f.type == "boolean"]
        found = [
            tuple(
                dt.date.fromisoformat(v) if v and i in days else bool(v) if v is not None and i in truths else v
                for i, v in enumerate(row)
            )
            for row in lite.execute(query)
        ]
        assert sorted(found, key=repr) == sorted(wanted, key=repr)
    lite.close()
    duck.close()


def test_sqlite_finds_words(lite):
    def found(table, words):
        query = f"SELECT t.rowid FROM {table} t JOIN {table}_fts f ON f.rowid = t.rowid WHERE {table}_fts MATCH ?"  # noqa: S608
        return [row for (row,) in lite.execute(query, [words])]

    assert found("statements", "negotiation") == [1]  # the summary has the plural
    assert found("mentions", "bregancon") == [1]
    assert found("mentions", "plan") == []  # quotations are of any language: no English stems
    assert found("statements", "nothing") == []


def test_sqlite_describes_itself(lite, package):
    assert dict(lite.execute("SELECT name, value FROM dataset"))["version"] == package.version
    described = set(lite.execute("SELECT table_name, column_name FROM codebook"))
    assert described == {(t.name, n) for t in package.tables.values() for n in [None, *t.names]}
    meanings = "SELECT value, description FROM codebook_values WHERE table_name = ? AND column_name = ?"
    found = dict(lite.execute(meanings, ["stances", "attribution"]))
    assert found == {c.value: c.description for c in package.tables["stances"]["attribution"].categories}


def test_sqlite_indexes_every_foreign_key(lite, package):
    for table in package.tables.values():
        indexes = lite.execute(f"PRAGMA index_list({table.name})").fetchall()
        first = {lite.execute(f"PRAGMA index_info({sql.quoted(i[1])})").fetchone()[2] for i in indexes}
        assert {key.fields[0] for key in table.foreign_keys} <= first


def test_the_same_rows_give_the_same_sqlite_bytes(small, package):
    assert sqlite.content(small) == sqlite.content(make(package))
    fewer = make(package, event_actors=[])
    assert sqlite.content(small) != sqlite.content(fewer)


def test_a_reference_to_nothing_is_reported(package):
    lost = {**STATEMENT, "statement_id": "s9", "speaker_id": "nobody", "summary": "Somebody says something."}
    broken = make(package, statements=[*ROWS["statements"], lost])
    with pytest.raises(errors.DamagedFileError, match=r"row 3 of statements \(actors\).*summitry validate"):
        sqlite.content(broken)
    with pytest.raises(errors.DamagedFileError, match="nobody"):
        duckdb_.content(broken)


def test_a_row_twice_is_reported(package):
    twice = make(package, demands=[*ROWS["demands"], ROWS["demands"][2]])
    for writer in (sqlite, duckdb_):
        with pytest.raises(errors.DamagedFileError, match="summitry validate"):
            writer.content(twice)


def test_duckdb_has_ordered_enumerations_keys_and_comments(duck, package):
    positions = duck.execute("SELECT enum_range(NULL::stances_position)").fetchone()[0]
    assert tuple(positions) == package.tables["stances"]["position"].enum
    declared = duck.execute(
        "SELECT table_name, constraint_column_names[1] FROM duckdb_constraints() WHERE constraint_type = 'FOREIGN KEY'"
    ).fetchall()
    every = {(t.name, k.fields[0]) for t in package.tables.values() for k in t.foreign_keys}
    assert set(declared) == every
    comments = dict(duck.execute("SELECT column_name, comment FROM duckdb_columns() WHERE table_name = 'statements'"
                                 ).fetchall())  # fmt: skip
    assert comments == {f.name: f.description for f in package.tables["statements"].fields}
    assert dict(duck.execute("SELECT name, value FROM dataset").fetchall())["name"] == "summitry"


def test_duckdb_takes_each_row_after_those_that_it_names(small, package):
    assert list(duckdb_.batches(small, package.tables["statements"])) == [[1], [0]]
    assert list(duckdb_.batches(small, package.tables["demands"])) == [[1, 2], [0]]
    assert list(duckdb_.batches(small, package.tables["mentions"])) == [[0, 1, 2, 3]]
    assert list(duckdb_.batches(small, package.tables["codings"])) == []
    first, second, third = ROWS["demands"]
    circle = make(package, demands=[first, second, {**third, "part_of_id": "a"}])
    with pytest.raises(errors.DamagedFileError, match="does not fit"):
        duckdb_.content(circle)


def test_without_duckdb_the_extra_is_named(small, monkeypatch):
    monkeypatch.setitem(sys.modules, "duckdb", None)
    with pytest.raises(errors.MissingExtraError, match=r"pip install 'summitry\[duckdb\]'"):
        duckdb_.content(small)


def test_tables_come_after_those_that_they_name(package):
    names = [t.name for t in sql.in_order(package)]
    assert sorted(names) == sorted(package.tables)
    for table in package.tables.values():
        for key in table.foreign_keys:
            assert names.index(key.table) <= names.index(table.name)


def test_jsonl_has_a_statement_a_line_with_all_that_hangs_on_it(small, package):
    first, second = map(json.loads, jsonl.content(small).decode().splitlines())
    assert {k: first[k] for k in ("speaker_id", "speaker_name", "said_from", "occasion_id", "quoted_in_summary")} == {
        "speaker_id": "lavrov", "speaker_name": "Sergey Lavrov", "said_from": "2025-08-20", "occasion_id": None,
        "quoted_in_summary": "NBC reports what Lavrov said.",
    }  # fmt: skip
    assert [m["mention_id"] for m in first["mentions"]] == ["m1", "m2"]
    assert first["mentions"][1]["source"]["publisher_name"] == "NBC"
    assert first["mentions"][1]["source"]["published_on"] == "2025-08-22"
    assert "statement_id" not in first["mentions"][0]
    assert "source_id" not in first["mentions"][0]
    (stance,) = first["stances"]
    assert (stance["holder_name"], stance["demand_label"], stance["position"]) == ("Russia", "A", "rejects")
    (report,) = first["event_reports"]
    assert (report["event_name"], report["verdict"], report["quantity"]) == ("Capture", "denies", 3)
    assert (second["stances"], second["event_reports"]) == ([], [])
    assert list(first) == list(second)
    assert set(package.tables["statements"].names) < set(first)


def test_jsonl_calls_names_as_the_loaders_do(small):
    expanded = loaders.load("statements", "pyarrow", expand=True).column_names
    line = json.loads(jsonl.content(small).decode().splitlines()[0])
    assert [n for n in line if not isinstance(line[n], list)] == [n for n in expanded if n != "role_title"]


def check_geojson(given):
    """The rules of RFC 7946 for what we write: points in the order longitude, latitude."""
    assert given["type"] == "FeatureCollection"
    assert isinstance(given["features"], list)
    for feature in given["features"]:
        assert feature["type"] == "Feature"
        assert set(feature) == {"type", "id", "geometry", "properties"}
        assert feature["geometry"]["type"] == "Point"
        longitude, latitude = feature["geometry"]["coordinates"]
        assert -180 <= longitude <= 180
        assert -90 <= latitude <= 90
        assert isinstance(feature["properties"], dict)
        assert all(v is None or isinstance(v, str | int | float) for v in feature["properties"].values())


def test_geojson_places_events_and_says_whose_coordinates_they_are(small):
    given = json.loads(geojson.content(small))
    check_geojson(given)
    battle, capture = given["features"]
    assert (battle["id"], battle["geometry"]["coordinates"]) == ("battle", [32.0, 49.0])
    assert battle["properties"]["coordinates_from"] == "ukraine"
    assert battle["properties"]["coordinate_precision"] == "country"
    assert battle["properties"]["location_name"] == "Donetsk Oblast"
    assert battle["properties"]["participant"] == "Sergey Lavrov; Russia"
    assert battle["properties"]["host"] is None
    assert battle["properties"]["start_on"] == "2025-08-20"
    assert capture["geometry"]["coordinates"] == [37.7, 48.5]
    assert capture["properties"]["coordinate_precision"] == "settlement"
    assert given["description"].startswith("2 of 4 events")


def test_rows_that_ship_fit_every_structure(whole):
    check_geojson(json.loads(geojson.content(whole)))
    lines = [json.loads(line) for line in jsonl.content(whole).decode().splitlines()]
    assert len(lines) == len(whole.rows["statements"])
    assert sum(len(line["mentions"]) for line in lines) == len(whole.rows["mentions"])
    assert sum(len(line["stances"]) for line in lines) == len(whole.rows["stances"])


def test_a_reference_to_what_is_not_known_yet_is_emptied(package, small):
    outer = small.arrow["statements"].slice(0, 1)  # s1, which s2 quotes
    closed = tables.closed(package, {**small.arrow, "statements": outer})
    assert closed["statements"]["quoted_in_id"].to_pylist() == [None]
    assert closed["statements"]["speaker_id"].to_pylist() == ["lavrov"]
    assert tables.closed(package, small.arrow)["statements"].equals(small.arrow["statements"])
    assert closed["statements"].schema.equals(small.arrow["statements"].schema)


def test_what_was_known_on_a_day_is_whole_in_itself(small, monkeypatch):
    early = {**small.arrow, "statements": small.arrow["statements"].slice(0, 1)}
    monkeypatch.setattr(query, "select", lambda name, *_, **__: early[name])
    taken = flat.take("2025-08-20")
    assert (taken.as_of, taken.about["as_of"]) == (dt.date(2025, 8, 20), "2025-08-20")
    assert taken.rows["statements"][0]["quoted_in_id"] is None
    assert flat.take().rows["statements"][0]["quoted_in_id"] == "s2"


@pytest.mark.usefixtures("on_few_rows")
def test_every_format_can_be_exported_as_of_any_day(tmp_path, monkeypatch):
    """Before the first source, when nothing was known, and early on, when little was."""
    monkeypatch.setattr(flat, "take", lru_cache(flat.take))
    days = sorted(set(loaders.load("sources", "pyarrow")["published_on"].to_pylist()))
    for day in (days[0] - dt.timedelta(1), days[len(days) // 16]):
        for name in FORMATS:
            assert export(name, tmp_path / f"{name}-{day}", day).is_file(), name


@pytest.mark.usefixtures("on_few_rows")
def test_as_of_leaves_out_what_was_not_known(tmp_path):
    first = min(loaders.load("sources", "pyarrow")["published_on"].to_pylist())
    early = export("jsonl", tmp_path / "early.jsonl", (first - dt.timedelta(1)).isoformat())
    assert early.read_bytes() == b""
    whole = json.loads(export("geojson", tmp_path / "a.json", first.isoformat()).read_text("utf-8"))
    assert whole["as_of"] == first.isoformat()
    with pytest.raises(errors.InputError, match="calendar day"):
        export("jsonl", tmp_path / "x", "yesterday")


@pytest.mark.usefixtures("on_few_rows")
def test_a_file_that_is_there_is_kept_unless_forced(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text("mine", "utf-8")
    with pytest.raises(errors.InputError, match=r"already exists.*--force"):
        export("jsonl", path)
    assert path.read_text("utf-8") == "mine"
    assert export("jsonl", str(path), force=True) == path
    assert path.read_bytes() == jsonl.content(flat.take())


@pytest.mark.usefixtures("on_few_rows")
def test_what_cannot_be_written_is_said_in_words(tmp_path, monkeypatch):
    with pytest.raises(errors.InputError, match=r"no folder.*nowhere"):
        export("jsonl", tmp_path / "nowhere" / "a.jsonl")
    with pytest.raises(errors.InputError, match="is a folder"):
        export("jsonl", tmp_path, force=True)
    with pytest.raises(errors.UnknownNameError, match="Did you mean 'sqlite'"):
        export("sqlit", tmp_path / "a.db")

    def broken(_):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(jsonl, "content", broken)
        with pytest.raises(errors.InputError, match="The folder for temporary files cannot be written: No space"):
            export("jsonl", tmp_path / "a.jsonl")

    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(transaction, "_put", full)
    with pytest.raises(errors.InputError, match=r"a\.jsonl cannot be written: No space left"):
        export("jsonl", tmp_path / "a.jsonl")


@pytest.mark.skipif(sys.platform != "linux", reason="only there is the size of files limited so")
@pytest.mark.usefixtures("on_few_rows")
def test_a_database_for_which_there_is_no_room_is_said_in_words(tmp_path):
    with only_small_files(), pytest.raises(errors.InputError, match=r"^/.* cannot be written: [^\n]*$"):
        export("duckdb", tmp_path / "a.duckdb")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "file", "message"),
    [
        ("csv", "all.csv", r"the format csv writes a zip file whose name ends in \.zip\..*choose the format flat\."),
        ("xlsx", "s.csv", r"ends in \.xlsx.*For a name that ends in \.csv choose the format flat\."),
        ("sqlite", "S.XLSX", r"ends in \.db.*choose the format xlsx\."),
        ("graphml", "a.zip", r"choose the format csv or parquet\."),
        ("xlsx", "a.xls", r"the format xlsx writes a file whose name ends in \.xlsx\.$"),
        ("parquet", "a.parquet", r"the format parquet writes a zip file whose name ends in \.zip\.$"),
    ],
)
def test_a_file_name_of_another_format_is_refused(tmp_path, name, file, message):
    with pytest.raises(errors.InputError, match=message):
        export(name, tmp_path / file)
    assert not list(tmp_path.iterdir())


def test_every_format_takes_its_own_suffixes_and_one_that_is_of_no_format():
    for name, about in FORMATS.items():
        for suffix in (*about.suffixes, "", ".out"):
            refuse_suffix(name, Path(f"a{suffix}"))


@pytest.mark.usefixtures("on_few_rows")
def test_a_failing_writer_leaves_everything_as_it_was(tmp_path, monkeypatch):
    path = tmp_path / "a.db"
    path.write_text("mine", "utf-8")

    def failing(_):
        raise errors.DamagedFileError("broken")

    monkeypatch.setattr(sqlite, "content", failing)
    with pytest.raises(errors.DamagedFileError):
        export("sqlite", path, force=True)
    assert path.read_text("utf-8") == "mine"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.usefixtures("on_few_rows")
def test_the_command_says_what_it_wrote(tmp_path, capsys):
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    assert command.run(parser.parse_args(["geojson", str(tmp_path / "e.geojson")])) == 0
    said = capsys.readouterr().out
    assert said.startswith(f"wrote {tmp_path / 'e.geojson'} (")
    assert "open it with: " in said
    assert all(name in parser.format_help() for name in FORMATS)


def test_csv_and_parquet_are_those_of_the_dataset(whole):
    # another version of Arrow may have written what ships
    for form, folder, read in (("csv", csv_, bytes), ("parquet", parquet, storage.decoded)):
        with zipfile.ZipFile(io.BytesIO(folder.content(whole))) as archive:
            names = archive.namelist()
            for table in schema.package().tables:
                assert read(archive.read(f"{table}.{form}")) == read((paths.data() / f"{table}.{form}").read_bytes())
            note = archive.read("README.txt").decode()
        assert sorted(names) == sorted([*(f"{t}.{form}" for t in whole.package.tables), "README.txt"])
        assert whole.package.version in note


def test_a_flat_file_has_a_row_for_each_stance(whole):
    text = flat.content(whole)
    rows = pd.read_csv(io.BytesIO(text), keep_default_na=False)
    assert rows.columns.tolist() == stances_table().columns.tolist()
    assert sorted(rows["stance_id"]) == sorted(loaders.load("stances")["stance_id"])
    assert set(rows["sign"]) == {-1, 0, 1}
    assert b"\r" not in text


def test_every_export_with_tables_has_the_flat_table(whole, tmp_path):
    flat_rows = stances_table(tables=whole.frames).sort_values("stance_id").reset_index(drop=True)
    wanted = flat_rows[["stance_id", "speaker_party_id", "holder_party_id", "sign", "address"]].astype("object")
    wanted = wanted.where(wanted.notna(), None).to_numpy().tolist()
    query = f"SELECT stance_id, speaker_party_id, holder_party_id, sign, address FROM {flat.NAME} ORDER BY 1"  # noqa: S608 - ours
    lite = opened(sqlite.content(whole), tmp_path)
    assert [list(row) for row in lite.execute(query)] == wanted
    assert lite.execute("SELECT count(*) FROM codebook WHERE table_name = ?", [flat.NAME]).fetchone()[0] == 31
    lite.close()
    (tmp_path / "d.duckdb").write_bytes(duckdb_.content(whole))
    with duckdb.connect(str(tmp_path / "d.duckdb")) as duck:
        assert [list(row) for row in duck.execute(query).fetchall()] == wanted
    for writer, suffix, read in ((csv_, "csv", pd.read_csv), (parquet, "parquet", pd.read_parquet)):
        with zipfile.ZipFile(io.BytesIO(writer.content(whole))) as packed:
            found = read(io.BytesIO(packed.read(f"{flat.NAME}.{suffix}")))
        assert found["stance_id"].tolist() == [row[0] for row in wanted]
        assert found.columns.tolist() == flat_rows.columns.tolist()
        assert found["sign"].tolist() == [row[3] for row in wanted]
    described = json.loads(datasette.content(whole))["databases"]["summitry"]["tables"][flat.NAME]
    assert list(described["columns"]) == flat_rows.columns.tolist()
    parties = {
        stance["stance_id"]: [stance["speaker_party_id"], stance["holder_party_id"], stance["sign"]]
        for line in jsonl.content(whole).decode().splitlines()
        for stance in json.loads(line)["stances"]
    }
    assert parties == {row[0]: row[1:4] for row in wanted}


def test_an_excel_file_has_dates_and_no_formulas(small):
    small = flat.added(small)
    openpyxl = pytest.importorskip("openpyxl")
    pytest.importorskip("xlsxwriter")
    content = xlsx.content(small)
    assert xlsx.content(small) == content
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert book.sheetnames == ["about", *small.package.tables]
    for name, table in small.package.tables.items():
        header, *rows = book[name].iter_rows(values_only=True)
        assert list(header) == table.names
        for row, expected in zip(rows, small.rows[name], strict=True):
            for cell, column in zip(row, table.names, strict=True):
                assert (cell.date() if isinstance(cell, dt.datetime) else cell) == expected[column], column
    assert book["statements"].freeze_panes == "B2"
    risky = replace(small)
    risky.rows["roles"] = [{**dict.fromkeys(small.package.tables["roles"].names), "role_id": "=1+1"}]
    cells = openpyxl.load_workbook(io.BytesIO(xlsx.content(risky)))["roles"][2]
    assert (cells[0].value, cells[0].data_type) == ("=1+1", "s")


def test_sqlite_finds_by_any_spelling_of_a_name(whole, tmp_path):
    lite = opened(sqlite.content(whole), tmp_path)
    for table in ("statements", "mentions", "stances", "actors"):
        by_spelling = f"SELECT rowid FROM {table}_fts WHERE {table}_fts MATCH ?"  # noqa: S608 - names of our tables
        assert lite.execute(by_spelling, ["zelenskyy"]).fetchall(), table
    said = (
        "SELECT speaker_id FROM statements "
        "WHERE rowid IN (SELECT rowid FROM statements_fts WHERE statements_fts MATCH ?)"
    )
    assert ("volodymyr-zelensky",) in lite.execute(said, ["zelenskyy"]).fetchall()
    counts = [len(lite.execute(said, [name]).fetchall()) for name in ("Zelensky", "zelenskyy", "Зеленський")]
    assert counts[0] <= min(counts[1:])  # also where only the summary names him
    who = "SELECT actor_id FROM actors WHERE rowid IN (SELECT rowid FROM actors_fts WHERE actors_fts MATCH ?)"
    assert ("volodymyr-zelensky",) in lite.execute(who, ["zelenskyy"]).fetchall()
    # what Datasette looks for when it is asked to search a table
    asked = "SELECT demand_id FROM demands WHERE rowid IN (SELECT rowid FROM demands_fts WHERE demands_fts MATCH ?)"
    assert ("prisoners-exchanged",) in lite.execute(asked, ("POW",)).fetchall()
    sources = [s for (s,) in lite.execute("SELECT sql FROM sqlite_master WHERE sql LIKE '%USING fts5%'")]
    assert sum('content="statements"' in s for s in sources) == 1


def test_both_databases_have_the_name_beside_each_id(whole, tmp_path):
    (tmp_path / "d.duckdb").write_bytes(duckdb_.content(whole))
    duck = duckdb.connect(tmp_path / "d.duckdb", read_only=True)
    lite = opened(sqlite.content(whole), tmp_path)
    wide = loaders.load("stances", "pyarrow", expand=True)
    for database in (lite, duck):
        rows = database.execute("SELECT * FROM stances_with_names ORDER BY stance_id").fetchall()
        wanted = [tuple(row.values()) for row in wide.to_pylist()]
        if database is lite:  # it has no type for days
            wanted = [tuple(str(cell) if isinstance(cell, dt.date) else cell for cell in row) for row in wanted]
        assert rows == wanted
    found = duck.execute("SELECT speaker_name FROM search_statements('ZELENSKYY')").fetchall()
    assert ("Volodymyr Zelensky",) in found
    assert duck.execute("SELECT location_id FROM search_locations('kiev')").fetchall() == [("kyiv",)]
    assert ("prisoners-exchanged",) in duck.execute("SELECT demand_id FROM search_demands('POW')").fetchall()
    duck.close()


def test_metadata_for_datasette_describe_every_column(whole):
    given = json.loads(datasette.content(whole))
    described = given["databases"]["summitry"]["tables"]
    assert set(described) == set(whole.package.tables)
    assert all(set(described[t.name]["columns"]) == set(t.names) for t in whole.package.tables.values())
    assert given["license"] == "CC-BY-4.0"
