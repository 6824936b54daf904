"""frictionless stays the conformance check beside ours: it passes what ships, and whatever it rejects, we reject."""

from __future__ import annotations

import csv
import io
import json

import pytest
from frictionless import Dialect, Resource, Schema, formats, validate
from hypothesis import given
from hypothesis import strategies as st

from conftest import CONTRIBUTIONS, ROOT
from generated_tables import EVERYTHING, SOME, TABLES, every_table, problems, rows, written


def rejects(path, table):
    """Say whether frictionless rejects a file by itself: without foreign keys and the optional columns it lacks."""
    header = "".join(path.read_bytes().decode("utf-8", "replace").splitlines()[:1]).split(",")
    fields = [f for f in table.json["fields"] if f["name"] in header or f["name"] in table.required_names]
    descriptor = {k: v for k, v in table.json.items() if k not in ("foreignKeys", "$schema")}
    alone = Schema.from_descriptor(descriptor | {"fields": fields})
    dialect = Dialect(controls=[formats.CsvControl(delimiter=",", quote_char='"', double_quote=True)])
    resource = Resource(
        path=path.name, basepath=str(path.parent), schema=alone, dialect=dialect, format="csv", encoding="utf-8"
    )
    return not resource.validate().valid


def passes(folder):
    report = validate(folder / "datapackage.json")
    assert report.valid, report.to_summary()
    assert report.stats["tasks"] == len(json.loads((folder / "datapackage.json").read_bytes())["resources"])


def test_frictionless_passes_what_is_built(few_rows):
    passes(few_rows)


@pytest.mark.shipped
def test_frictionless_passes_what_ships():
    passes(ROOT)


def test_every_contribution_that_frictionless_rejects_we_reject(tmp_path):
    rejected = set()
    for path in sorted(CONTRIBUTIONS.glob("invalid/*/*.csv")):
        table = TABLES.get(path.stem)
        if table and rejects(path, table):
            rejected.add(path.parent.name)
            found = problems(table, path.read_bytes(), tmp_path / "t.csv")
            assert "error" in {p.severity for p in found}, path
    assert rejected >= {
        "blank-line",
        "cell-count-few",
        "encoding",
        "enum",
        "maximum",
        "primaryKey-pair",
    }


@pytest.mark.parametrize("case", sorted(CONTRIBUTIONS.glob("valid/*/*.csv")), ids=lambda p: f"{p.parent.name}-{p.stem}")
def test_the_valid_contributions_pass_both(case, tmp_path):
    assert not rejects(case, TABLES[case.stem])
    assert problems(TABLES[case.stem], case.read_bytes(), tmp_path / "t.csv") == []


@every_table
@given(data=st.data())
@SOME
def test_frictionless_passes_what_the_schema_allows(name, data, tmp_path):
    table = TABLES[name]
    raw, _ = written(table, data.draw(rows(table)))
    assert problems(table, raw, tmp_path / "t.csv") == []
    assert not rejects(tmp_path / "t.csv", table)


GOOD = {f["name"]: "" for f in EVERYTHING["fields"]} | {
    "id": "ab", "long": "a text of twenty", "code": "a", "bounded": "3", "sure": "true", "single": "AB",
}  # fmt: skip
GRID = [list(GOOD), list(GOOD.values()), list((GOOD | {"id": "cd", "single": "CD"}).values())]
CELLS = {
    "a required cell that is empty": ("long", ""),
    "a key that is empty": ("id", ""),
    "an integer with a point": ("integer", "1.5"),
    "an integer that is a word": ("bounded", "three"),
    "a number with a comma": ("number", "1,5"),
    "a boolean in Ukrainian": ("sure", "так"),
    "a boolean of another form": ("boolean", "yes"),
    "a day of another form": ("date", "22.08.2025"),
    "a day that is none": ("date", "2025-02-30"),
    "a day with a time": ("day", "2025-08-22T10:00:00"),
    "a value outside the list": ("code", "c"),
    "a value outside the list by its case": ("code", "A"),
    "a value of another pattern": ("single", "abc"),
    "an integer too small": ("bounded", "-4"),
    "an integer too large": ("bounded", "13"),
    "a number too small": ("degree", "-90.5"),
    "a number too large": ("degree", "90.5"),
    "a day too early": ("day", "2025-07-31"),
    "a day too late": ("day", "2025-09-01"),
    "a text too short": ("long", "short"),
    "a text too long": ("long", "x" * 41),
    "a key that is repeated": ("id", "ab"),
    "a unique value that is repeated": ("single", "AB"),
}
LINES = {
    "a missing column": lambda grid: [line[1:] for line in grid],
    "a column that is not the schema's": lambda grid: [[*line, "x"] for line in grid],
    "a nameless column": lambda grid: [[*line, ""] for line in grid],
    "a repeated column": lambda grid: [[*line, line[0]] for line in grid],
    "a column by another name": lambda grid: [["ident", *grid[0][1:]], *grid[1:]],
    "a cell too few": lambda grid: [*grid[:-1], grid[-1][:-1]],
    "a cell too many": lambda grid: [*grid[:-1], [*grid[-1], "x"]],
    "a blank line": lambda grid: [*grid[:2], [], *grid[2:]],
    "a line that is repeated": lambda grid: [*grid, grid[-1]],
    "no line at all": lambda _: [],
}


def verdicts(grid, table, path):
    """Whether frictionless and we reject these lines."""
    lines = io.StringIO()
    csv.writer(lines, lineterminator="\n").writerows(grid)
    found = problems(table, lines.getvalue().encode(), path)
    return rejects(path, table), any(p.severity == "error" for p in found)


def test_the_lines_that_the_mutations_begin_with_pass_both(tmp_path):
    assert verdicts(GRID, TABLES["everything"], tmp_path / "t.csv") == (False, False)


@pytest.mark.parametrize("case", CELLS)
def test_both_reject_a_cell(case, tmp_path):
    name, cell = CELLS[case]
    grid = [*GRID[:2], [cell if n == name else old for n, old in zip(*GRID[::2], strict=True)]]
    assert verdicts(grid, TABLES["everything"], tmp_path / "t.csv") == (True, True)


@pytest.mark.parametrize("case", LINES)
def test_both_reject_lines(case, tmp_path):
    assert verdicts(LINES[case](GRID), TABLES["everything"], tmp_path / "t.csv") == (True, True)


@st.composite
def mutations(draw, table):
    """Lines that were valid until some of their cells and lines were changed, taken away or doubled."""
    grid = [table.names, *([row[n] for n in table.names] for row in draw(rows(table, least=1)))]
    odd = st.sampled_from([cell for _, cell in CELLS.values()]) | st.sampled_from(table.names) | st.text(max_size=8)
    for _ in range(draw(st.integers(1, 3))):
        i = draw(st.integers(0, len(grid) - 1))
        j = draw(st.integers(0, max(0, len(grid[i]) - 1)))
        change = draw(st.sampled_from(["cell", "cell", "cell", "lose", "add", "double", "line"]))
        if change == "cell":
            grid[i] = [*grid[i][:j], draw(odd), *grid[i][j + 1 :]]
        elif change == "lose":
            grid[i] = [*grid[i][:j], *grid[i][j + 1 :]]
        elif change == "add":
            grid[i] = [*grid[i][:j], draw(odd), *grid[i][j:]]
        elif change == "double":
            grid.insert(i, grid[i])
        else:
            grid = draw(st.sampled_from(list(LINES.values())))(grid) or grid
    return grid


@every_table
@given(data=st.data())
@SOME
def test_whatever_frictionless_rejects_we_reject(name, data, tmp_path):
    table = TABLES[name]
    theirs, ours = verdicts(data.draw(mutations(table)), table, tmp_path / "t.csv")
    assert ours or not theirs
