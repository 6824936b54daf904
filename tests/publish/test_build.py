"""What is derived is derived from the sources, always the same, and never half."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap

import pytest
from pyarrow.parquet import ParquetFile

from conftest import ROOT
from summitry.dataset import storage
from summitry.publish import build
from summitry.schema import types


def contents(folder):
    return {p.relative_to(folder): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_what_is_committed_is_built():
    assert build.stale(ROOT) == []


def test_twice_gives_the_same_bytes(checkout):
    build.write(checkout)
    first = contents(checkout)
    for path in (checkout / "data").glob("*.parquet"):
        path.unlink()
    build.write(checkout)
    assert contents(checkout) == first


def test_stale_names_what_is_stale_and_write_fixes_it(checkout):
    build.write(checkout)
    roles = checkout / "data" / "roles.csv"
    roles.write_text(roles.read_text("utf-8").replace("NATO", "Nato").replace("Minister", "minister"), "utf-8")
    names = {p.name for p in build.stale(checkout)}
    assert names == {"roles.parquet", "datapackage.json", "croissant.json", "dcat.jsonld", "schemaorg.jsonld"}
    assert {p.name for p in build.write(checkout)} == names
    assert build.stale(checkout) == []


def test_rows_out_of_order_are_put_in_order(checkout):
    source = checkout / "data" / "roles.csv"
    header, *rows = source.read_text("utf-8").splitlines()
    source.write_text("\n".join([header, *reversed(rows), ""]), "utf-8")
    assert source in build.write(checkout)
    assert source.read_text("utf-8").splitlines()[1:] == rows


def test_descriptor(checkout):
    build.write(checkout)
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


KILLED = """
    import os, signal
    from pathlib import Path
    from summitry.dataset import storage
    from summitry.publish import build
    real, count = storage.replace_file, 0
    def dying(target, content):
        global count
        count += 1
        if count == {after}:
            os.kill(os.getpid(), signal.SIGKILL)
        real(target, content)
    storage.replace_file = dying
    build.write(Path({base!r}))
"""


# five files change: 1-5 keep what was there, 6 writes the list, 7-11 replace; so a kill can fall before each
@pytest.mark.parametrize("after", [1, 6, 7, 11])
@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
def test_a_killed_build_leaves_the_old_files_or_puts_them_back(checkout, after):
    build.write(checkout)
    before = contents(checkout)
    source = checkout / "data" / "roles.csv"
    changed = source.read_text("utf-8").replace("Minister", "minister")
    source.write_text(changed, "utf-8")
    code = textwrap.dedent(KILLED.format(after=after, base=str(checkout)))
    died = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert died.returncode == -signal.SIGKILL
    for path in (checkout / "data").glob("*.parquet"):
        ParquetFile(path).read()  # never half a file
    storage.recover(checkout)
    after_kill = {k: v for k, v in contents(checkout).items() if storage.JOURNAL not in k.parts}
    assert after_kill.pop(source.relative_to(checkout)) == changed.encode()
    before.pop(source.relative_to(checkout))
    assert after_kill == before
    build.write(checkout)
    assert build.stale(checkout) == []


def test_a_failure_puts_everything_back(checkout, monkeypatch):
    build.write(checkout)
    source = checkout / "data" / "roles.csv"
    source.write_text(source.read_text("utf-8").replace("Minister", "minister"), "utf-8")
    before = contents(checkout)
    real = storage.replace_file

    def failing(target, content):
        if target.name == "datapackage.json":
            monkeypatch.setattr(storage, "replace_file", real)
            raise OSError("disk full")
        real(target, content)

    monkeypatch.setattr(storage, "replace_file", failing)
    with pytest.raises(OSError, match="disk full"):
        build.write(checkout)
    assert contents(checkout) == before


def test_the_script_refuses_what_is_not_valid_and_checks(tmp_path):
    def script(*arguments):
        command = [sys.executable, str(ROOT / "scripts" / "build.py"), *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)

    done = script("--check")
    assert (done.returncode, done.stdout) == (0, "up to date\n")
