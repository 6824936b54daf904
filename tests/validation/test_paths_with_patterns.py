"""A path is the name of one file, whatever characters it has: readers of other libraries look for patterns in it."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace

import polars as pl
import pytest

from conftest import ROOT
from summitry.validation.child_process import validate_paths
from summitry.validation.limits import LIMITS


@pytest.fixture
def role(few_rows):
    """A role that ships."""
    return pl.read_csv(few_rows / "data" / "roles.csv", infer_schema=False)[:1]


@pytest.mark.parametrize("most", [LIMITS.parquet, 0], ids=["small", "large"])
@pytest.mark.parametrize("neighbour", [True, False])
def test_a_folder_with_brackets_is_no_pattern(neighbour, most, role, few_rows, tmp_path):
    for name in ("a[x]", "ax") if neighbour else ("a[x]",):
        (tmp_path / name).mkdir()
    wrong = role.with_columns(organization_id=pl.lit("nobody-here"))
    wrong.write_parquet(tmp_path / "a[x]" / "roles.parquet")
    if neighbour:
        role.drop("organization_id").write_parquet(tmp_path / "ax" / "roles.parquet")
    (problem,) = validate_paths([tmp_path / "a[x]"], few_rows, limits=replace(LIMITS, parquet=most)).problems
    assert (problem.rule, problem.field, problem.value) == ("foreign-key", "organization_id", "nobody-here")


def test_a_checkout_with_brackets_is_read_and_not_its_neighbour(role, few_rows, tmp_path):
    home = shutil.copytree(few_rows, tmp_path / "co[1]")
    shutil.copytree(few_rows, tmp_path / "co1")
    pl.DataFrame({"actor_id": ["nobody"]}).write_parquet(tmp_path / "co1" / "data" / "actors.parquet")
    given = tmp_path / "roles.csv"
    role.write_csv(given)
    assert validate_paths([given], home).problems == []


def test_no_reader_of_polars_is_given_a_path_but_by_name():
    """`scan` of `parquet_file` takes a path for a name; bytes have none."""
    opening = re.compile(r"pl\.(?:read|scan)_(?:parquet|csv|ipc|ndjson|parquet_schema)\((?!source|listed|storage)")
    found = {
        (path.name, line.strip())
        for path in (ROOT / "src").rglob("*.py")
        for line in path.read_text("utf-8").splitlines()
        if opening.search(line)
    }
    assert found == {("parquet_file.py", "return pl.scan_parquet(path, glob=False, hive_partitioning=False)")}
