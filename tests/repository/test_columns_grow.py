"""One optional column more changes schemas, CSV files and what is built, and nothing else has to be touched.

This uses a part of the package; the scheduled workflow runs the tests of the rest where tables have the column.
"""

from __future__ import annotations

import shutil

import pytest

from conftest import CONTRIBUTIONS
from grown_checkout import COLUMN, NEEDED_TO_BUILD, add_column, copied, python

# with the package of the copy, in a process of its own
USE = """
import sys
from pathlib import Path
from summitry import pandera_schema, schema
from summitry.cli import main
from summitry.contribute.merge import merge
from summitry.dataset.loaders import ENGINES, load
from summitry.export import export
from summitry.publish import build

column, valid, out = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
for name in schema.package().tables:
    assert column in load(name).columns
for engine in ENGINES:
    loaded = load("stances", engine=engine)
    assert column in (loaded.column_names if engine == "pyarrow" else loaded.columns)
stances = load("stances")
assert len(pandera_schema("stances").validate(stances, lazy=True)) == len(stances)
for case in ("everything", "optional-columns-left-out"):
    assert main(["validate", "--strict", str(valid / case)]) == 0
assert main(["describe", "statements"]) == 0
assert main(["show", "statements", "--columns", column]) == 0
assert export("sqlite", out / "a.db").is_file()
assert merge(valid / "one-statement", Path.cwd()).added
assert build.stale(Path.cwd()) == []
"""


def files(folder):
    found = (p for p in folder.rglob("*") if p.is_file() and "__pycache__" not in p.parts)
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in found}


@pytest.mark.shipped
def test_a_column_in_every_table_changes_only_what_is_built(few_rows, tmp_path, package):
    checkout = copied(tmp_path / "checkout", [folder for folder in NEEDED_TO_BUILD if folder != "releases"])
    shutil.copytree(few_rows, checkout, dirs_exist_ok=True)
    before = files(checkout)
    built = add_column(checkout, package.tables)
    assert (built.returncode, built.stderr) == (0, "")
    changed = {name for name, content in files(checkout).items() if before.get(name) != content}
    allowed = {"CODEBOOK.md", "README.md", "datapackage.json", "src/summitry/__init__.pyi", ".summitry.lock"}
    assert {n for n in changed if n.split("/")[0] not in ("data", "schemas", "metadata")} <= allowed
    header = (checkout / "data" / "statements.csv").read_text("utf-8").split("\n")[0]
    assert header == ",".join(package.table("statements").names).replace(",", f",{COLUMN['name']},", 1)
    arguments = COLUMN["name"], CONTRIBUTIONS / "valid", tmp_path
    used = python(checkout, "-c", USE, *arguments, capture_output=True)
    assert used.returncode == 0, used.stderr
