"""What a contribution adds and changes is listed, and what a row is about does not change without a warning."""

from __future__ import annotations

import csv
import json

import pytest

import summitry
from conftest import CONTRIBUTIONS
from summitry import paths, schema
from summitry.cli import hook, main
from summitry.validation import reporters
from summitry.validation.child_process import validate_paths

IDENTIFYING = [(t.name, f.name) for t in schema.package().tables.values() for f in t.fields if f.identifies]


def shipped(table):
    with (paths.root() / "data" / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write(folder, table, *rows):
    folder.mkdir(exist_ok=True)
    with (folder / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return folder


def test_another_thing_under_a_known_key_is_a_warning(tmp_path):
    """In each column that says what a row is about: one row of its table for each, all in one contribution."""
    broken = {}
    for table in dict.fromkeys(table for table, _ in IDENTIFYING):
        rows, left = {}, shipped(table)
        for column in [column for of, column in IDENTIFYING if of == table]:
            row = next(row for row in left if row[column])
            left.remove(row)
            other = next(r[column] for r in shipped(table) if r[column] not in ("", row[column]))
            rows[column] = row | {column: other}
            broken[table, column, len(rows)] = (row[column], other)
        write(tmp_path / "rows", table, *rows.values())
    report = validate_paths([tmp_path / "rows"])
    found = [p for p in report.problems if p.rule == "changed-identity"]
    assert {p.severity for p in found} == {"warning"}
    assert {(p.table, p.field, p.row) for p in found} == set(broken)
    assert all(p.expected.startswith(broken[p.table, p.field, p.row][0][:100]) for p in found)
    listed = {
        (table, column): cells
        for table, rows in report.changes.changed.items()
        for row in rows.values()
        for column, cells in row.items()
    }
    assert listed == {(table, column): cells for (table, column, _), cells in broken.items()}


def test_the_columns_that_were_asked_for_identify():
    assert {("statements", "speaker_id"), ("actors", "name"), ("sources", "url")} <= set(IDENTIFYING)


@pytest.mark.usefixtures("on_few_rows")
def test_new_and_changed_rows_are_listed_and_those_that_stay_are_not(tmp_path):
    first, second, third = shipped("roles")[:3]
    new = first | {"role_id": "example", "title": "Example"}
    changed = second | {"title": "Another title", "valid_from": "2020-02-20"}
    changes = validate_paths([write(tmp_path / "rows", "roles", first, changed, new)]).changes
    assert changes.added == {"roles": ["example"]}
    assert changes.changed == {
        "roles": {
            second["role_id"]: {
                "title": (second["title"], "Another title"),
                "valid_from": (second["valid_from"], "2020-02-20"),
            }
        }
    }
    assert changes.unchanged == 1
    known = validate_paths([write(tmp_path / "rows", "roles", first, third)])
    assert not known.changes
    assert reporters.render(known).startswith("already in the dataset: 2 rows\n")


@pytest.mark.usefixtures("on_few_rows")
def test_a_column_that_is_left_out_and_a_cell_that_is_wrong_are_no_changes(tmp_path):
    row = next(row for row in shipped("roles") if row["valid_from"])
    del row["valid_from"]
    assert not validate_paths([write(tmp_path / "rows", "roles", row)]).changes
    assert not validate_paths([write(tmp_path / "rows", "roles", row | {"valid_from": "14 March"})]).changes


@pytest.mark.usefixtures("on_few_rows")
def test_what_loaders_give_changes_nothing_in_parquet_either(tmp_path):
    places = summitry.load_locations()
    assert places["latitude"].notna().any()
    places.to_parquet(tmp_path / "locations.parquet")
    assert not validate_paths([tmp_path]).changes
    first = places.loc[0, "name"]
    places.loc[0, "name"] = "Another name"
    places.to_parquet(tmp_path / "locations.parquet")
    changes = validate_paths([tmp_path]).changes
    assert list(changes.changed["locations"].values()) == [{"name": (first, "Another name")}]


@pytest.mark.usefixtures("on_few_rows")
def test_every_format_lists_them(capsys):
    folder = CONTRIBUTIONS / "invalid" / "changed-identity"
    main(["validate", str(folder)])
    text = capsys.readouterr().out
    assert "changed in actors: 1 row\n    a-news\n        name: A News → B News\n" in text
    main(["validate", str(folder), "--format", "json"])
    changed = json.loads(capsys.readouterr().out)["changes"]["changed"]
    assert changed["actors"] == {"a-news": {"name": ["A News", "B News"]}}
    main(["validate", str(folder), "--format", "sarif"])
    assert json.loads(capsys.readouterr().out)["runs"][0]["properties"]["changed"] == changed
    main(["validate", str(folder), "--format", "github"])
    assert "::notice title=new and changed rows::changed in actors: 1 row%0A    a-news%0A" in capsys.readouterr().out
    main(["validate", str(folder), "--format", "html"])
    assert "name: A News → B News" in capsys.readouterr().out
    assert hook.main([str(folder / "actors.csv")]) == 0
    assert "name: A News → B News" in capsys.readouterr().out


@pytest.mark.usefixtures("on_few_rows")
def test_a_long_list_is_cut_in_the_text_and_whole_in_json(tmp_path, capsys):
    rows = [shipped("roles")[0] | {"role_id": f"example-{n}", "title": f"Example {n}"} for n in range(25)]
    folder = write(tmp_path / "rows", "roles", *rows)
    main(["validate", str(folder)])
    assert "; example-9; and 15 more\n" in capsys.readouterr().out
    main(["validate", str(folder), "--format", "json"])
    assert len(json.loads(capsys.readouterr().out)["changes"]["added"]["roles"]) == 25


@pytest.mark.usefixtures("on_few_rows")
@pytest.mark.parametrize("quick", [True, False])
def test_a_quick_report_says_that_changes_were_skipped(quick, tmp_path):
    report = validate_paths([write(tmp_path / "rows", "roles", shipped("roles")[0])], quick=quick)
    assert ("what is new and changed: because of --quick" in " ".join(report.skipped)) is quick


def test_a_row_that_ships_is_wrong_for_what_is_new(tmp_path):
    """It is named: the row that shares an id with the one that is wrong or, where none does, all that is new."""
    (source,) = (row for row in shipped("sources") if row["source_id"] == "business-standard-2025-09-19")
    (russia,) = (row for row in shipped("actors") if row["actor_id"] == "russia")
    other = next(row for row in shipped("sources") if row["published_on_basis"] == "stated") | {"note": "Another note."}
    write(tmp_path, "sources", other, source | {"published_on": "2025-02-12"})
    found = {p.fix for p in validate_paths([tmp_path]).problems if p.rule == "said-published"}
    at = sum(len(source[name]) + 1 for name in list(source)[: list(source).index("published_on")]) + 1
    (fix,) = found
    assert f"The reason may be what is new in {tmp_path / 'sources.csv'}:3:{at} (published_on)." in fix
    write(tmp_path, "actors", russia | {"belligerent": "false"})
    found = {p.fix for p in validate_paths([tmp_path / "actors.csv"]).problems if p.rule == "attribution-adversary"}
    assert len(found) == 1
    assert f"what is new in {tmp_path / 'actors.csv'}:2:22 (belligerent)." in found.pop()
