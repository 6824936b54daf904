"""A contribution with Parquet files is validated in a process of its own; whatever happens to it, there is a report."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from summitry.contribute.merge import merge
from summitry.errors import InputError, UnknownNameError
from summitry.validation import child_process
from summitry.validation.child_process import is_expected, validate_paths
from summitry.validation.limits import LIMITS, ChildNeeded, allow, refuse

ROOT = Path(__file__).resolve().parents[2]
HERE = replace(LIMITS, opening=allow)


# imported by each new Python: the first that reads a Parquet file is ended by it
ENDING = """
import os, pathlib, signal
import polars
marker, read = pathlib.Path({!r}), polars.scan_parquet
def ending(path, **options):
    if not marker.exists():
        marker.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return read(path, **options)
polars.scan_parquet = ending
"""


@pytest.fixture
def folder(tmp_path):
    """A contribution with a mistake in Parquet and one in CSV."""
    home = tmp_path / "given"
    home.mkdir()
    actors = pl.read_parquet(ROOT / "data/actors.parquet")[:5].with_columns(pl.col("kind").cast(pl.String))
    actors[2, "kind"] = "nonsense"
    actors.write_parquet(home / "actors.parquet")
    (home / "group_members.csv").write_text("group_id,member_id\nnobody,\n")
    return home


def test_the_report_of_another_process_is_the_same(folder):
    there, here = validate_paths([folder], ROOT), validate_paths([folder], ROOT, limits=HERE)
    assert len(there.problems) > 1
    assert there.problems == here.problems
    assert (there.rows, there.skipped) == (here.rows, here.skipped)
    file = str(folder / "actors.parquet")
    assert there.records[file](2) == here.records[file](2)
    assert there.records[file](2)["kind"] == "nonsense"


@pytest.mark.skipif(sys.platform == "win32", reason="no such signal")
def test_a_file_that_ends_the_process_is_reported_and_the_others_are_validated(folder, tmp_path, monkeypatch):
    (tmp_path / "sitecustomize.py").write_text(ENDING.format(str(tmp_path / "ended")))
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")]))
    report = validate_paths([folder], ROOT)
    assert (tmp_path / "ended").exists()
    fatal = [(Path(p.file).name, p.fix) for p in report.problems if p.rule == "parquet"]
    assert fatal == [("actors.parquet", "Write the file again; reading it has ended the process by signal SIGKILL")]
    assert "group_members.csv" in {Path(p.file).name for p in report.problems}


@pytest.mark.skipif(sys.platform != "linux", reason="only there is memory limited")
def test_a_process_without_memory_is_an_error_with_advice(folder):
    for memory in (10**7, 10**8):
        with pytest.raises(InputError, match=r"The process that validates has ended: .*Raise --memory"):
            validate_paths([folder], ROOT, limits=replace(LIMITS, memory=memory))


def test_a_file_that_takes_too_much_memory_is_named_with_the_limit_and_the_others_are_checked(folder, monkeypatch):
    """The process raises it where it reads the file: whatever it says, the file is what it opened last."""
    real = child_process.own_process.messages

    def messages(work, limits, options, fatal, memory):
        if fatal:
            yield from real(work, limits, options, fatal, memory=memory)
        else:
            yield folder / "actors.parquet"
            raise MemoryError

    monkeypatch.setattr(child_process.own_process, "messages", messages)
    report = validate_paths([folder], ROOT)
    assert "group_members.csv" in {Path(p.file).name for p in report.problems}
    (fix,) = (p.fix for p in report.problems if p.rule == "parquet")
    assert fix.endswith("it takes more than 8 GB of memory, the limit of --memory")


def test_errors_come_back(folder):
    with pytest.raises(UnknownNameError, match="engine 'nonsense'"):
        validate_paths([folder], ROOT, engine="nonsense")


def test_no_parquet_file_is_opened_in_a_process_that_is_not_made_for_it():
    with pytest.raises(ChildNeeded):
        refuse(Path("actors.parquet"))


def test_files_of_a_folder_are_expected(folder, tmp_path):
    assert is_expected([folder])
    assert is_expected([Path("x.parquet")])
    assert not is_expected([tmp_path, folder / "group_members.csv"])


def test_parquet_with_errors_is_not_merged_and_without_is(folder, checkout):
    (folder / "group_members.csv").unlink()
    assert not merge(folder, checkout).report.valid
    actors = pl.read_parquet(checkout / "data/actors.parquet")[:3]
    actors.write_parquet(folder / "actors.parquet")
    merged = merge(folder, checkout)
    assert merged.report.valid
    assert not merged.added
