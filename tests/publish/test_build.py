"""What is derived is derived from the sources, always the same, and never half."""

from __future__ import annotations

import json
import runpy
import shutil
import sys

import pytest
from pyarrow.parquet import ParquetFile

from conftest import ROOT
from summitry.dataset import transaction
from summitry.errors import DamagedFileError
from summitry.publish import build
from summitry.schema import types


def contents(folder):
    found = {p.relative_to(folder): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}
    return {path: content for path, content in found.items() if path.name != transaction.LOCK}


def test_what_is_committed_is_built():
    assert build.stale(ROOT) == []


def test_twice_gives_the_same_bytes(checkout):
    first = contents(checkout)
    for path in (checkout / "data").glob("*.parquet"):
        path.unlink()
    build.write(checkout)
    assert contents(checkout) == first


def test_stale_names_what_is_stale_and_write_fixes_it(checkout):
    roles = checkout / "data" / "roles.csv"
    roles.write_text(roles.read_text("utf-8").replace("NATO", "Nato").replace("Minister", "minister"), "utf-8")
    names = {p.name for p in build.stale(checkout)}
    assert names == {"roles.parquet", "datapackage.json", "croissant.json", "dcat.jsonld", "schemaorg.jsonld"}
    assert {p.name for p in build.write(checkout).files} == names
    assert build.stale(checkout) == []


def test_rows_out_of_order_are_put_in_order(checkout):
    source = checkout / "data" / "roles.csv"
    header, *rows = source.read_text("utf-8").splitlines()
    source.write_text("\n".join([header, *reversed(rows), ""]), "utf-8")
    assert source in build.write(checkout).files
    assert source.read_text("utf-8").splitlines()[1:] == rows


def test_descriptor(checkout):
    given = json.loads((checkout / "datapackage.json").read_text("utf-8"))
    for resource in given["resources"]:
        file = checkout / resource["path"]
        assert resource.get("bytes", resource.get("byteSize")) == file.stat().st_size
        import hashlib

        assert resource["hash"] == f"sha256:{hashlib.sha256(file.read_bytes()).hexdigest()}"
        if file.suffix == ".parquet":
            assert resource["rowCount"] == ParquetFile(file).metadata.num_rows


def test_parquet_carries_the_schema(package):
    for name, table in package.tables.items():
        found = ParquetFile(ROOT / "data" / f"{name}.parquet").schema_arrow
        assert found.equals(types.arrow_schema(table), check_metadata=True), name


def test_what_a_build_may_write_is_what_it_derives_and_texts(checkout):
    may_write = build.may_write(checkout)
    assert all(may_write(path.relative_to(checkout).as_posix()) for path in build.derive(checkout))
    assert may_write("seeds/a-2025.txt")
    for path in ("CHANGELOG.md", "pyproject.toml", "seeds/.a.txt", "seeds/a/b.txt", "seeds/a.txt\n", "data/x.csv"):
        assert not may_write(path)


def test_a_build_refuses_a_journal_that_came_with_a_branch(checkout):
    """Of the old form it is left alone; of the new form it must name what a build writes, and is refused."""
    for folder, file in ((".summitry-journal", "files.json"), (transaction.STAGING, transaction.MANIFEST)):
        (checkout / folder).mkdir()
        (checkout / folder / file).write_text('["data/actors.csv", "README.md"]')
    before = contents(checkout)
    with pytest.raises(DamagedFileError, match="Remove the folder"):
        build.write(checkout)
    assert contents(checkout) == before
    shutil.rmtree(checkout / transaction.STAGING)
    build.write(checkout)
    assert (checkout / "data" / "actors.csv").is_file()


def test_the_script_checks_and_refuses_what_is_not_valid(checkout, monkeypatch, capsys):
    (script := runpy.run_path(str(ROOT / "scripts" / "build.py")))["main"].__globals__["ROOT"] = checkout
    monkeypatch.setattr(sys, "argv", ["build.py", "--check"])
    assert (script["main"](), capsys.readouterr().out) == (0, "up to date\n")
    (checkout / "CODEBOOK.md").write_text("x", "utf-8")
    assert script["main"]() == 1
    assert "stale: CODEBOOK.md\n" in capsys.readouterr().out
    actors = checkout / "data" / "actors.csv"
    actors.write_text(actors.read_text("utf-8").replace(",person,", ",persn,", 1), "utf-8")
    assert script["main"]() == 1
    assert "[enum]" in capsys.readouterr().out
    monkeypatch.setattr(sys, "argv", ["build.py"])
    assert script["main"]() == 1
    assert (checkout / "CODEBOOK.md").read_text("utf-8") == "x"
