"""A new value of an enumeration works everywhere, or the schemas are refused with its place named."""

from __future__ import annotations

import copy
import csv
import json
import os
import shutil
import subprocess
import sys
from collections import Counter

import pytest

from conftest import ROOT, belonging, shipped
from summitry import errors, schema

NEW = "brand_new"
STATEMENTS = 200  # so many that somebody changes a position, however many ship
STANCES = json.loads((ROOT / "schemas" / "stances.json").read_text("utf-8"))


def with_new_values(table):
    """The schema with one more value in each enumeration, drawn and counted as the first is."""
    changed = copy.deepcopy(table)
    for field in changed["fields"]:
        if field.get("categories"):
            new = {**field["categories"][0], "value": NEW, "label": "Brand new", "description": "A value to come"}
            if "mark" in new:
                new["mark"] = {**new["mark"], "label": "brand new"}
            field["categories"].append(new)
            field["constraints"]["enum"].append(NEW)
    return changed


def some_rows():
    """The rows of every table that belong to some statements of the two who are quoted most and change positions."""
    everything = shipped()
    most = dict(Counter(row["speaker_id"] for row in everything["statements"]).most_common(2))
    ids = [row["statement_id"] for row in everything["statements"] if row["speaker_id"] in most]
    rows = belonging({"statements": ids[:: -(-len(ids) // STATEMENTS)]})
    mentions = {row["mention_id"] for row in rows["mentions"]}
    return rows | {"codings": [row for row in everything["codings"] if row["unit_id"] in mentions]}


def with_new_cells(rows, table):
    """The rows with the new value in every third cell of each enumeration, in other rows for each.

    A row stays as it is if its key would be that of another: two variables of one unit are both brand new only once.
    """
    enums = [f["name"] for f in table["fields"] if "enum" in f.get("constraints", {})]
    changed, keys = [], set()
    for i, row in enumerate(rows):
        new = {**row, **{name: NEW for k, name in enumerate(enums) if (i + k) % 3 == 0}}
        new = row if key_of(new, table) in keys else new
        keys.add(key_of(new, table))
        changed.append(new)
    return changed


def key_of(row, table):
    return tuple(row[name] for name in table["primaryKey"])


@pytest.fixture(scope="module")
def copied(tmp_path_factory):
    """A checkout in which each enumeration has a value more, which rows use."""
    base = tmp_path_factory.mktemp("copied") / "checkout"
    for folder in ("src", "data", "schemas"):
        shutil.copytree(ROOT / folder, base / folder, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("README.md", "datapackage.json"):
        shutil.copy(ROOT / name, base / name)
    rows = some_rows()
    for name in rows:
        described, file = base / "schemas" / f"{name}.json", base / "data" / f"{name}.csv"
        table = with_new_values(json.loads(described.read_text("utf-8")))
        described.write_text(json.dumps(table), "utf-8")
        with file.open("w", newline="", encoding="utf-8") as target:
            writer = csv.DictWriter(target, [f["name"] for f in table["fields"]], lineterminator="\n")
            writer.writeheader()
            writer.writerows(with_new_cells(rows[name], table))
    return base


EVERYTHING = """
import functools, sys
from pathlib import Path
base = Path(sys.argv[1])
from summitry.publish import build
build._require_valid = lambda *_: None  # that new values break rules of rows is not the question here
for path, content in build.derive(base).items():
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
import summitry
from summitry import schema
from summitry.export import FORMATS, export, flat
from summitry.site import pages, strips

def used(frame, column):
    assert "brand_new" in set(frame[column].astype(str)), column

tables = summitry.load_all(expand=True)
used(summitry.positions(None), "position")
used(summitry.daily_positions(None), "position")
used(summitry.position_changes(None), "to_position")
used(summitry.attribution_gap("brand_new"), "attribution")
used(summitry.claims(), "as_status")
used(summitry.describe("stances.position"), "value")
assert "brand_new" in summitry.stance_matrix(None, level="issue", value="count").columns
assert (summitry.daily_positions(None).query("position == 'brand_new'")["direction"] == "for").all()
for kind in ("congruence", "conflict", "subtract"):
    summitry.actor_network(kind, attribution=None)
graph = summitry.affiliation_network(None)
assert "brand_new" in set(summitry.network_nodes(graph)["issue"])
summitry.network_edges(graph)
summitry.coverage(), summitry.tables(), summitry.cite(), summitry.search("putin"), summitry.reliability()
for name in schema.package().tables:
    summitry.describe(name)
out = base / "out"
out.mkdir()
flat.take = functools.cache(flat.take)  # the same for every format
for name in FORMATS:
    export(name, out / name)

def words(figure):
    axes = figure.axes
    shown = [t.get_text() for ax in axes for t in ax.texts]
    legends = [a for ax in axes for a in (ax.get_legend(), *ax.artists) if hasattr(a, "get_texts")]
    return shown + [t.get_text() for legend in legends for t in legend.get_texts()]

assert "brand new" in words(summitry.statement_timeline())
demand = tables["stances"].query("position == 'brand_new'")["demand_id"].mode()[0]
assert "brand new" in words(summitry.position_timeline(demand))
assert "Brand new" in words(summitry.stance_heatmap(attribution=None, max_rows=999))
summitry.event_map(), summitry.network_drawing(graph), summitry.coverage_by_day()
assert strips.shape("brand_new").startswith("<svg")
print("all of it works")
"""


def test_every_function_and_picture_takes_a_new_value_of_every_enumeration(copied):
    env = {**os.environ, "PYTHONPATH": str(copied / "src"), "MPLBACKEND": "agg"}
    command = [sys.executable, "-c", EVERYTHING, str(copied)]
    done = subprocess.run(command, cwd=copied, env=env, capture_output=True, text=True, check=False)
    assert done.stdout == "all of it works\n", done.stderr


@pytest.mark.parametrize(("column", "key"), [("position", "sign"), ("position", "mark"), ("attribution", "mark")])
def test_a_new_value_without_its_sign_or_mark_is_refused_with_its_place(column, key):
    table = with_new_values(STANCES)
    field = next(f for f in table["fields"] if f["name"] == column)
    del field["categories"][-1][key]
    with pytest.raises(errors.SchemaError, match=rf"^stances\.{column}: the value '{NEW}' has no {key}"):
        schema.parse_table(table, "stances")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"sign": 2}, r"stances\.position\.demands: the sign 2 is not supported"),
        ({"colour": "blue"}, r"stances\.position\.demands: the keyword 'colour'"),
        ({"mark": {"label": "x", "shape": "heart"}}, r"stances\.position\.demands\.mark: the shape 'heart'"),
        ({"mark": {"form": "circle"}}, r"stances\.position\.demands\.mark: the keyword 'form'"),
    ],
)
def test_what_cannot_be_counted_or_drawn_is_refused_with_its_place(change, message):
    table = copy.deepcopy(STANCES)
    next(f for f in table["fields"] if f["name"] == "position")["categories"][0].update(change)
    with pytest.raises(errors.SchemaError, match=f"^{message}"):
        schema.parse_table(table, "stances")
