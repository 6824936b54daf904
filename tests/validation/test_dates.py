"""Days that cannot be: each is one problem, and no rule is switched off or on by it."""

from __future__ import annotations

import csv
import shutil
from itertools import cycle

import pytest

from conftest import CONTRIBUTIONS
from summitry import schema
from summitry.validation.child_process import validate_paths

DATES = [(t.name, f.name) for t in schema.package().tables.values() for f in t.fields if f.type == "date"]


@pytest.mark.parametrize(("table", "column"), DATES)
def test_every_date_has_bounds_that_no_clock_moves(table, column, package):
    field = package.table(table)[column]
    assert str(field.minimum) >= "1900-01-01"
    assert "2030-12-31" <= str(field.maximum) <= "2040-12-31"


@pytest.mark.parametrize(
    ("table", "column", "year"),
    [(*date, year) for date, year in zip(DATES, cycle(["0204", "2205", "3025", "1025"]), strict=False)],
)
def test_a_year_that_cannot_be_is_one_problem(table, column, year, few_rows, tmp_path):
    """Other rules wait: the row is not dated before its source, nor out of office, because of the slip."""
    shutil.copytree(CONTRIBUTIONS / "valid" / "everything", tmp_path / "rows")
    file = tmp_path / "rows" / f"{table}.csv"
    with file.open(encoding="utf-8", newline="") as source:
        header, first, *others = csv.reader(source)
    at = header.index(column)
    first[at] = year + first[at][4:]
    with file.open("w", encoding="utf-8", newline="") as target:
        csv.writer(target, lineterminator="\n").writerows([header, first, *others])
    (problem,) = validate_paths([tmp_path / "rows"], few_rows).problems
    assert (problem.field, problem.value) == (column, first[at])
    assert problem.rule in ("minimum", "maximum")
    assert problem.fix == f"Correct the year; {column} is {problem.expected}."
