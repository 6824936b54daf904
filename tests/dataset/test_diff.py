"""Two states of the dataset are compared by key and cell by cell, whatever they are kept in."""

from __future__ import annotations

import argparse
import copy
import csv
import gzip
import io
import json
import zipfile
from pathlib import Path

import pandas as pd
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import summitry
from conftest import ROOT
from summitry import paths, schema
from summitry.cli import diff as command
from summitry.dataset import diff, snapshot, storage
from summitry.errors import InputError, UnknownNameError
from summitry.schema import types

THINGS = {
    "name": "things",
    "title": "Things",
    "description": "One row is a thing.",
    "fields": [
        {"name": "thing_id", "type": "string", "constraints": {"required": True}},
        {
            "name": "kind", "type": "string", "constraints": {"enum": ["soft", "hard"]},
            "categories": [
                {"value": "soft", "label": "Soft", "description": "Gives way"},
                {"value": "hard", "label": "Hard", "description": "Does not"},
            ],
        },
        {"name": "weight", "type": "number", "description": "In kilograms."},
        {"name": "found_on", "type": "date"},
        {"name": "ours", "type": "boolean"},
    ],
    "primaryKey": "thing_id",
}  # fmt: skip
NAMES = {
    "name": "names", "title": "Names", "description": "One row is a name.",
    "fields": [{"name": "name", "type": "string"}, {"name": "thing_id", "type": "string"},
               {"name": "note", "type": "string"}],
    "primaryKey": ["name", "thing_id"],
}  # fmt: skip
ROWS = {
    "things": "thing_id,kind,weight,found_on,ours\nant,soft,0.50,2025-08-22,true\nbee,hard,,,false\n",
    "names": 'name,thing_id,note\nAmy,ant,\n"Bo, the second",bee,\n',
}


def dataset(folder, rows=ROWS, tables=(THINGS, NAMES), version="0.1.0"):
    """Write a small dataset and return its folder."""
    (folder / "schemas").mkdir(parents=True)
    (folder / "data").mkdir()
    about = {"name": "x", "title": "X", "version": version, "description": "", "tables": [t["name"] for t in tables]}
    (folder / "schemas" / "package.json").write_text(json.dumps(about), "utf-8")
    for table in tables:
        (folder / "schemas" / f"{table['name']}.json").write_text(json.dumps(table), "utf-8")
        (folder / "data" / f"{table['name']}.csv").write_text(rows[table["name"]], "utf-8")
    return folder


def changed(table, change):
    """Return a copy of a schema after a change."""
    new = copy.deepcopy(table)
    change(new)
    return new


def lines(old, new):
    return [tuple(line) for line in diff.diff(old, new).to_numpy().tolist()]


@pytest.fixture
def old(tmp_path):
    return dataset(tmp_path / "old")


def test_rows_are_compared_cell_by_cell(old, tmp_path):
    rows = {
        "things": "thing_id,kind,weight,found_on,ours\nant,hard,0.5,2025-08-23,true\ncat,,2,,\n",
        "names": 'name,thing_id,note\nAmy,ant,short\n"Bo, the second",bee,\n',
    }
    assert lines(old, dataset(tmp_path / "new", rows)) == [
        ("things", "ant", "changed", "kind", "soft", "hard"),
        ("things", "ant", "changed", "found_on", "2025-08-22", "2025-08-23"),
        ("things", "bee", "removed", "thing_id", "bee", ""),
        ("things", "bee", "removed", "kind", "hard", ""),
        ("things", "bee", "removed", "ours", "false", ""),
        ("things", "cat", "added", "thing_id", "", "cat"),
        ("things", "cat", "added", "weight", "", "2"),
        ("names", "Amy,ant", "changed", "note", "", "short"),
    ]


def test_a_key_with_a_comma_is_quoted_as_in_csv(old, tmp_path):
    rows = ROWS | {"names": "name,thing_id,note\nAmy,ant,\n"}
    found = lines(old, dataset(tmp_path / "new", rows))
    assert found[0] == ("names", '"Bo, the second",bee', "removed", "name", "Bo, the second", "")
    assert next(csv.reader([found[0][1]])) == ["Bo, the second", "bee"]


def field(number, **changes):
    """Return a change of a column of a schema."""
    return lambda table: table["fields"][number].update(changes)


SCHEMA_CHANGES = {
    "type": (field(0, type="integer"), ("things", "type", "column_changed", "thing_id", "string", "integer")),
    "description": (
        field(2, description="In grams."),
        ("things", "description", "column_changed", "weight", "In kilograms.", "In grams."),
    ),
    "limit": (
        field(2, constraints={"maximum": 9}), ("things", "maximum", "column_changed", "weight", "", "9"),
    ),
    "required": (
        field(3, constraints={"required": True}),
        ("things", "required", "column_changed", "found_on", "false", "true"),
    ),
    "order": (
        field(1, constraints={"enum": ["hard", "soft"]}, categories=[]),
        ("things", "enum", "column_changed", "kind", "soft,hard", "hard,soft"),
    ),
    "value added": (
        field(1, constraints={"enum": ["soft", "hard", "wet"]}, categories=[]),
        ("things", "", "value_added", "kind", "", "wet"),
    ),
    "value removed": (
        field(1, constraints={"enum": ["hard"]}, categories=[]),
        ("things", "", "value_removed", "kind", "soft", ""),
    ),
    "meaning": (
        lambda table: table["fields"][1]["categories"][0].update(description="Yields"),
        ("things", "soft.description", "column_changed", "kind", "Gives way", "Yields"),
    ),
    "key": (
        lambda table: table.update(primaryKey=["thing_id", "kind"]),
        ("things", "primaryKey", "table_changed", "", "thing_id", "thing_id,kind"),
    ),
    "title": (lambda table: table.update(title="Items"), ("things", "title", "table_changed", "", "Things", "Items")),
}  # fmt: skip


@pytest.mark.parametrize("case", SCHEMA_CHANGES)
def test_schemas_are_compared(old, tmp_path, case):
    change, expected = SCHEMA_CHANGES[case]
    found = lines(old, dataset(tmp_path / "new", tables=(changed(THINGS, change), NAMES)))
    assert expected in found
    assert {line[2] for line in found} <= diff.KINDS.keys() - set(diff.ROW_KINDS)


def test_columns_and_tables_come_and_go(old, tmp_path):
    swap = changed(THINGS, lambda t: t["fields"].__setitem__(4, {"name": "size", "description": "How big."}))
    rows = {"things": "thing_id,kind,weight,found_on,size\nant,soft,0.5,2025-08-22,tiny\nbee,hard,,,\n", "more": "id\n"}
    more = {"name": "more", "title": "More", "fields": [{"name": "id"}], "primaryKey": "id"}
    assert lines(old, dataset(tmp_path / "new", rows, (swap, more))) == [
        ("things", "", "column_added", "size", "", "How big."),
        ("things", "", "column_removed", "ours", "", ""),
        ("things", "ant", "filled", "size", "", "tiny"),
        ("things", "ant", "dropped", "ours", "true", ""),
        ("things", "bee", "dropped", "ours", "false", ""),
        ("more", "", "table_added", "", "", "More"),
        ("names", "", "table_removed", "", "Names", ""),
        ("names", '"Bo, the second",bee', "removed", "name", "Bo, the second", ""),
        ("names", '"Bo, the second",bee', "removed", "thing_id", "bee", ""),
        ("names", "Amy,ant", "removed", "name", "Amy", ""),
        ("names", "Amy,ant", "removed", "thing_id", "ant", ""),
    ]


def test_rows_are_matched_though_the_key_was_widened_or_renamed(old, tmp_path):
    wider = changed(NAMES, lambda t: t.update(primaryKey=["name", "thing_id", "note"]))
    assert {line[1] for line in lines(old, dataset(tmp_path / "a", tables=(THINGS, wider)))} == {
        "primaryKey",
        "required",
    }
    renamed = changed(THINGS, lambda t: (t["fields"][0].update(name="item_id"), t.update(primaryKey="item_id")))
    rows = ROWS | {"things": ROWS["things"].replace("thing_id", "item_id")}
    kinds = [line[2] for line in lines(old, dataset(tmp_path / "b", rows, (renamed, NAMES)))]
    assert (kinds.count("added"), kinds.count("removed")) == (0, 0)
    assert (kinds.count("filled"), kinds.count("dropped")) == (2, 2)


def as_parquet(folder, target):
    """Write a small dataset with its tables as Parquet only."""
    dataset(target)
    package = schema.read_package(folder / "schemas")
    for name, table in package.tables.items():
        arrow = storage.read_csv_arrow((folder / "data" / f"{name}.csv").read_bytes(), table)
        (target / "data" / f"{name}.csv").unlink()
        (target / "data" / f"{name}.parquet").write_bytes(storage.parquet_bytes(arrow, table))
    return target


def as_package(folder, target, prefix):
    """Pack a dataset into a zip file, beside a file that only looks like its table."""
    files = {prefix + str(f.relative_to(folder)): f.read_bytes() for f in folder.rglob("*") if f.is_file()}
    files[prefix + "tests/data/things.csv"] = b"thing_id\nzebra\n"
    with zipfile.ZipFile(target, "w") as packed:
        for name, content in files.items():
            packed.writestr(name, content)
    return target


@pytest.fixture(params=["parquet", "data folder", "whl", "zip"])
def same(request, old, tmp_path):
    """The same dataset in another place or form."""
    if request.param == "parquet":
        return as_parquet(old, tmp_path / "parquet")
    if request.param == "data folder":
        return old / "data"
    prefix = {"whl": "summitry/dataset/", "zip": ""}[request.param]
    return as_package(old, tmp_path / f"x.{request.param}", prefix)


def test_the_form_makes_no_difference(old, same, tmp_path):
    assert lines(old, same) == []
    assert snapshot.read(same).version == "0.1.0"
    rows = ROWS | {"things": ROWS["things"].replace("soft", "hard")}
    other = dataset(tmp_path / "other", rows)
    expected = [("things", "ant", "changed", "kind", "soft", "hard")]
    assert lines(same, other) == expected


@pytest.fixture
def roles(tmp_path):
    """Files of a table that this installation knows: as CSV, with a change, and as Parquet of another name."""
    table = schema.package().table("roles")
    row = dict.fromkeys(table.names, "") | {"role_id": "r", "person_id": "p", "organization_id": "o", "title": "Envoy"}
    made = {}
    for folder, title in (("a", "Envoy"), ("b", "Minister")):
        (tmp_path / folder).mkdir()
        made[folder] = tmp_path / folder / "roles.csv"
        made[folder].write_bytes(storage.csv_bytes([row | {"title": title}], table))
    made["parquet"] = tmp_path / "old-roles.parquet"
    arrow = storage.read_csv_arrow(made["a"].read_bytes(), table)
    made["parquet"].write_bytes(storage.parquet_bytes(arrow, table))
    return made


CHANGED_TITLE = [("roles", "r", "changed", "title", "Envoy", "Minister")]


def test_files_and_folders_without_schemas(roles, tmp_path):
    assert lines(roles["a"], roles["b"]) == CHANGED_TITLE
    assert lines(roles["a"].parent, roles["b"].parent) == CHANGED_TITLE
    assert lines(roles["parquet"], roles["b"]) == CHANGED_TITLE
    assert lines(roles["parquet"], roles["a"]) == []
    packed = tmp_path / "packed" / "roles.csv.gz"
    packed.parent.mkdir()
    packed.write_bytes(gzip.compress(roles["a"].read_bytes()))
    for source in (packed, packed.parent):
        assert lines(source, roles["b"]) == CHANGED_TITLE
    (packed.parent / "datapackage.json").write_text("{}")
    assert lines(packed.parent / "datapackage.json", roles["b"]) == CHANGED_TITLE
    renamed = tmp_path / "of-yesterday.csv"
    renamed.write_bytes(roles["a"].read_bytes())
    assert lines(renamed, roles["b"]) == CHANGED_TITLE
    narrow = tmp_path / "narrow.csv"
    narrow.write_text("role_id,title\nr,Minister\n", "utf-8")
    assert [x[2:4] for x in diff.compare(snapshot.read(roles["b"]), snapshot.read(narrow, table="roles"))
            .to_numpy().tolist() if x[2] == "column_removed"]  # fmt: skip


def test_a_part_is_compared_with_its_part_of_the_whole(roles):
    found = diff.diff(ROOT, roles["a"].parent)
    assert set(found["table"]) == {"roles"}
    assert {"added", "removed"} >= set(found["kind"])
    assert set(diff.diff(roles["a"], ROOT)["table"]) == {"roles"}


@pytest.mark.usefixtures("on_few_rows")
@pytest.mark.parametrize("columns", [["person_id"], ["role_id", "role_id"]])
def test_a_frame_has_its_key_and_each_column_once(columns):
    roles = summitry.load_roles()
    with pytest.raises(InputError, match="Give each once"):
        summitry.diff({"roles": roles}, {"roles": roles[columns]})
    with pytest.raises(InputError, match="Row 1 of the frame of roles has no key"):
        summitry.diff({"roles": roles}, {"roles": roles.assign(role_id=roles["role_id"].where(roles.index > 0))})
    with pytest.raises(InputError, match="no single values in note"):
        summitry.diff({"roles": roles}, {"roles": roles.assign(note=[["a"]] * len(roles))})


@pytest.mark.parametrize("change", [lambda r: r.set_index("role_id"), pl.from_pandas])
def test_frames_of_any_library_and_with_keys_as_labels(change):
    roles = summitry.load_roles()
    assert summitry.diff({"roles": roles}, {"roles": change(roles)}).empty


def test_frames():
    frames = summitry.load_all()
    assert diff.diff(paths.root(), frames).empty
    locations = frames["locations"].copy()
    locations.loc[0, "name"] = "Nowhere"
    few = {name: frames[name] for name in ("locations", "roles")}
    found = diff.diff(few, few | {"locations": locations})
    assert found[["table", "kind", "column", "new"]].to_numpy().tolist() == [
        ["locations", "changed", "name", "Nowhere"]
    ]
    with pytest.raises(UnknownNameError, match="Did you mean 'roles'"):
        diff.diff({"role": locations}, frames)


def test_a_time_of_day_is_a_difference():
    """Of a midnight nothing is said, with or without a time zone; a day with a time is another cell than the day."""
    frame = summitry.load_statements()
    day = frame.loc[0, "said_from"]
    for zone in (None, "UTC"):
        at_midnight = frame.assign(said_from=frame["said_from"].dt.tz_localize(zone))
        assert diff.diff({"statements": frame}, {"statements": at_midnight}).empty
    at_noon = frame.assign(said_from=frame["said_from"].where(frame.index > 0, day + pd.Timedelta(hours=12)))
    (found,) = diff.diff({"statements": frame}, {"statements": at_noon})[["column", "old", "new"]].to_numpy().tolist()
    assert found == ["said_from", f"{day:%Y-%m-%d}", f"{day:%Y-%m-%d} 12:00:00"]


def test_a_version_is_looked_up_without_a_network(old, tmp_path, monkeypatch):
    releases = tmp_path / "kept"
    dataset(releases / "0.1.0")
    as_package(dataset(tmp_path / "next", version="0.2.0"), releases / "summitry-0.2.0-py3-none-any.whl", "x/")
    assert diff.diff("0.1.0", "0.2.0", releases).empty
    assert snapshot.read("0.2.0", releases).version == "0.2.0"
    monkeypatch.chdir(tmp_path)
    (tmp_path / "kept").rename(tmp_path / "releases")
    assert diff.diff("0.1.0", old).empty
    assert snapshot.read(schema.package().version).version == schema.package().version
    assert snapshot.read("0.8.0").version == "0.8.0"  # it is in the checkout
    with pytest.raises(InputError, match=r"no version 99\.0\.0 in releases.*pip download --no-deps"):
        snapshot.read("99.0.0")
    with pytest.raises(InputError, match=r"--dest 'my versions' summitry==99\.0\.0"):
        snapshot.read("99.0.0", Path("my versions"))


def bad_csv(text, name="roles.csv"):
    return lambda folder: (folder / name).write_text(text, "utf-8")


HEADER = "role_id,person_id,organization_id,title,valid_from,valid_to\n"
UNREADABLE = {
    "nothing there": (lambda _: None, "no file or folder"),
    "no table": (lambda folder: (folder / "notes.txt").write_text("x"), "not a table or a package"),
    "unknown table": (bad_csv("a,b\n1,2\n", "things.csv"), "Which table is"),
    "no header": (bad_csv(""), "no header"),
    "twice a column": (bad_csv("role_id,role_id\na,b\n"), "two columns 'role_id'"),
    "ragged": (bad_csv(HEADER + "a,b\n"), "roles.csv cannot be read"),
    "no key": (bad_csv("person_id,title\na,b\n"), "lacks the column role_id"),
    "key twice": (bad_csv(HEADER + "r,p,o,t,,\nr,p,o,t,,\n"), r"The key r is a duplicate in .*bad/roles\.csv\."),
    "an empty key": (bad_csv(HEADER + "r,p,o,t,,\n,p,o,t,,\n"), r"Row 2 of .*bad/roles\.csv has no key"),
    "an open quotation mark": (bad_csv(HEADER + 'r,p,o,"t,,\ns,p,o,"t",,\n'), r"bad/roles\.csv cannot be read: "),
    "a mark that nothing closes": (bad_csv(HEADER + 'r,p,o,"t,,\ns,p,o,t,,\n'), r"bad/roles\.csv cannot be read: "),
    "no gzip": (bad_csv(HEADER, "roles.csv.gz"), r"roles\.csv\.gz cannot be read: Not a gzipped file"),
    "a part of gzip": (
        lambda folder: (folder / "roles.csv.gz").write_bytes(gzip.compress(HEADER.encode())[:-9]),
        r"roles\.csv\.gz cannot be read",
    ),
    "not UTF-8": (lambda folder: (folder / "roles.csv").write_bytes(b"role_id\n\xff\n"), "cannot be read"),
    "no Parquet": (lambda folder: (folder / "roles.parquet").write_bytes(b"PAR1"), "roles.parquet cannot be read"),
    "no zip": (lambda folder: (folder / "x.whl").write_bytes(b"PK"), "x.whl cannot be read"),
    "empty zip": (lambda folder: zipfile.ZipFile(folder / "x.zip", "w").close(), "has no tables"),
    "empty folder": (lambda folder: (folder / "sub").mkdir(), "has no tables"),
    "no schema": (
        lambda folder: (dataset(folder / "d") / "schemas" / "things.json").unlink(), "the schemas cannot be read",
    ),
    "later schema": (
        lambda folder: dataset(folder / "d", tables=(changed(THINGS, lambda t: t.update(units="SI")),)),
        "pip install --upgrade",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", UNREADABLE)
def test_what_cannot_be_compared_says_why(case, tmp_path, roles, capsys):
    make, message = UNREADABLE[case]
    folder = tmp_path / "bad"
    folder.mkdir()
    make(folder)
    source = next(folder.iterdir(), folder / "nowhere")
    with pytest.raises(InputError, match=message):
        diff.diff(source, roles["a"])
    assert capsys.readouterr().err == ""


def test_two_files_of_different_tables(roles):
    with pytest.raises(InputError, match="a file of stances"):
        diff.diff(ROOT / "data" / "stances.csv", roles["a"])


CELLS = st.text(alphabet='ab,é"\r\n ', max_size=3)
TABLES = st.dictionaries(st.tuples(CELLS.filter(bool), CELLS), CELLS, max_size=6)


@given(TABLES, TABLES)
def test_old_and_the_differences_give_new(before, after):
    def side(rows):
        frame = pd.DataFrame([(*key, note) for key, note in rows.items()], columns=["name", "thing_id", "note"])
        return snapshot.Snapshot(
            "x", {"names": snapshot.Contents(schema.parse_table(NAMES), frame.astype(types.text()))}
        )

    rebuilt = {key: {"name": key[0], "thing_id": key[1], "note": note} for key, note in before.items()}
    for _, text, kind, column, old, new in diff.compare(side(before), side(after)).to_numpy().tolist():
        key = tuple(next(csv.reader(io.StringIO(text, newline=""))))
        assert rebuilt.setdefault(key, {}).get(column, "") == old
        rebuilt[key][column] = new
        if kind == "removed" and not any(rebuilt[key].values()):
            del rebuilt[key]
    assert {key: row.get("note", "") for key, row in rebuilt.items()} == after


def run(*arguments):
    """Run the command with arguments, as its parser takes them."""
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    return command.run(parser.parse_args([str(a) for a in arguments]))


def test_the_command_says_equal_or_what_differs(old, tmp_path, capsys):
    assert run(old, old) == 0
    assert capsys.readouterr().out == f"{old} (0.1.0) and {old} (0.1.0) are equal\n"
    long = "a long remark on a name that takes more than eighty characters together with what it is compared to"
    rows = {
        "things": ROWS["things"].replace("bee,hard", "bee,").replace("ant,", "cat,"),
        "names": ROWS["names"].replace("bee,", f"bee,{long}\u202e"),
    }
    assert run(old, dataset(tmp_path / "new", rows, version="0.2.0")) == 1
    assert capsys.readouterr().out.splitlines() == [
        "things: 1 removed, 1 changed, 1 added",
        "  - ant",
        "  ~ bee",
        "      kind: hard → (empty)",
        "  + cat",
        "",
        "names: 1 changed",
        '  ~ "Bo, the second",bee',
        "      note: (empty)",
        f"          → {long}\\u202e",
        "",
        f"{old} (0.1.0) and {tmp_path / 'new'} (0.2.0) differ: 1 row added, 1 row removed, 2 rows changed",
    ]


def test_the_command_as_json_and_csv(roles, capsys):
    assert run(roles["a"], roles["b"], "--format", "json") == 1
    document = json.loads(capsys.readouterr().out)
    assert list(document) == ["format", "equal", "old", "new", "counts", "differences"]
    assert (document["equal"], document["counts"]) == (False, {"roles": {"changed": 1}})
    assert [tuple(d.values()) for d in document["differences"]] == CHANGED_TITLE
    assert run(roles["a"], roles["b"], "--format", "csv") == 1
    assert capsys.readouterr().out == "table,key,kind,column,old,new\nroles,r,changed,title,Envoy,Minister\n"


def test_the_command_names_what_it_left_out_and_takes_a_table(roles, tmp_path, capsys):
    (roles["a"].parent / "notes.csv").write_text("a\n1\n", "utf-8")
    assert run(roles["a"].parent, roles["b"]) == 1
    assert "notes.csv is not a table and was not compared" in capsys.readouterr().err
    odd = tmp_path / "odd.csv"
    odd.write_text("title,role_id\nEnvoy,r\n", "utf-8")
    assert run(odd, roles["a"], "--table", "roles", "--format", "csv") == 1
    assert ",changed," not in capsys.readouterr().out
    with pytest.raises(UnknownNameError, match="Did you mean 'roles'"):
        run(odd, roles["a"], "--table", "role")


@pytest.mark.shipped
def test_what_ships_is_equal_to_itself_in_both_formats(tmp_path, capsys):
    (tmp_path / "data").mkdir()
    for file in (ROOT / "data").glob("*.parquet"):
        (tmp_path / "data" / file.name).write_bytes(file.read_bytes())
    assert run(tmp_path) == 0
    assert str(paths.root()) in capsys.readouterr().out
