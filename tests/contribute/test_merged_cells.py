"""What a merge makes of cells: it writes each value in one form, and clears none that a contribution lacks."""

from __future__ import annotations

import pytest
from pyarrow import csv, parquet

from conftest import ROOT
from summitry import schema
from summitry.contribute import merge
from summitry.dataset import storage
from summitry.validation import child_process
from summitry.validation.readers.csv_file import read_csv


def row(checkout, table, key):
    """Return one row of a checkout as text."""
    rows = storage.csv_rows((checkout / f"data/{table}.csv").read_bytes())
    (found,) = (r for r in rows if next(iter(r.values())) == key)
    return found


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_a_known_row_keeps_the_cells_that_a_contribution_lacks(checkout, tmp_path, suffix):
    (tmp_path / "rows").mkdir()
    known = next(r for r in storage.csv_rows((checkout / "data/locations.csv").read_bytes()) if r["latitude"])
    names = ["location_id", "name", "kind"]
    rows = [known | {"name": "Another name"}, known | {"location_id": "example", "name": "Example"}]
    locations = schema.package().table("locations")
    given = storage.read_csv_arrow(storage.csv_bytes(rows, locations), locations).select(names)
    if suffix == "csv":
        csv.write_csv(given, tmp_path / "rows/locations.csv", csv.WriteOptions(quoting_style="none"))
    else:
        parquet.write_table(given, tmp_path / "rows/locations.parquet")
    merged = merge.merge(tmp_path / "rows", checkout)
    assert (merged.added, merged.changed) == ({"locations": ["example"]}, {"locations": [known["location_id"]]})
    assert row(checkout, "locations", known["location_id"]) == known | {"name": "Another name"}
    assert not row(checkout, "locations", "example")["latitude"]


def test_a_row_is_checked_with_the_cells_that_it_keeps(tmp_path):
    """A stance that is known as conditional has a condition, which no other position may have."""
    known = next(r for r in storage.csv_rows((ROOT / "data/stances.csv").read_bytes()) if r["condition"])
    given = {n: c for n, c in known.items() if not n.startswith("condition")} | {"position": "accepts"}
    (tmp_path / "stances.csv").write_text(f"{','.join(given)}\n{','.join(given.values())}\n", "utf-8")
    (problem,) = child_process.validate_paths([tmp_path], ROOT, quick=True).problems
    assert (problem.rule, problem.field, problem.line) == ("condition-idle", "position", 2)


def test_values_are_written_in_one_form(checkout, tmp_path):
    """Numbers may be written in several ways; what has the same value is no change."""
    (tmp_path / "rows").mkdir()
    known = next(r for r in storage.csv_rows((checkout / "data/locations.csv").read_bytes()) if r["latitude"])
    same = known | {"latitude": known["latitude"] + "00"}
    (tmp_path / "rows/locations.csv").write_text(f"{','.join(same)}\n{','.join(same.values())}\n", "utf-8")
    before = (checkout / "data/locations.csv").read_bytes()
    merged = merge.merge(tmp_path / "rows", checkout)
    assert merged.report.valid
    assert (merged.added, merged.changed) == ({}, {})
    assert (checkout / "data/locations.csv").read_bytes() == before


def test_what_ships_has_the_form_that_merging_gives(package):
    for table in package.tables.values():
        path = ROOT / "data" / f"{table.name}.csv"
        shipped = storage.csv_rows(path.read_bytes())
        assert read_csv(path, table, path.name).texts() == shipped, table.name
