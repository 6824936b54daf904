"""What somebody sends to be compared is neither followed, waited for, nor printed as it is."""

from __future__ import annotations

import importlib
import io
import json
import os
import subprocess
import sys
import tarfile
import zipfile

import pyarrow as pa
import pytest
from pyarrow import parquet

from conftest import PEAK, ROOT, some_every_day
from summitry.dataset import snapshot
from summitry.schema import types

ROLES = "role_id,person_id,body_id,title,start,end\n"
ROW = "a-role,some-body,nato,{},,\n"
EVIL = "\x1b[31m\u202e::error::x"


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "given").mkdir()
    (tmp_path / "given" / "roles.csv").write_text(ROLES + ROW.format("Chair"))
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "actors.csv").write_text("actor_id,name\nsecret,Secret\n")
    return tmp_path / "given"


def link(folder):
    (folder / "actors.csv").symlink_to(folder.parent / "outside" / "actors.csv")


def linked_folder(folder):
    (folder / "data").symlink_to(folder.parent / "outside")


def linked_schema(folder):
    (folder / "schemas").mkdir()
    (folder / "schemas" / "package.json").symlink_to(ROOT / "schemas" / "package.json")


def pipe(folder):
    os.mkfifo(folder / "actors.csv")


def pipe_in_data(folder):
    (folder / "data").mkdir()
    os.mkfifo(folder / "data" / "actors.parquet")


def device(folder):
    (folder / "actors.csv").symlink_to("/dev/zero")


def sparse(folder):
    with (folder / "actors.csv").open("wb") as file:
        file.truncate(30_000_000_000)


def nested(folder):
    (folder / "schemas").mkdir()
    (folder / "schemas" / "package.json").write_text("[" * 100_000)


def nested_table(folder):
    (folder / "schemas").mkdir()
    (folder / "schemas" / "package.json").write_text('{"tables": ["roles"]}')
    (folder / "schemas" / "roles.json").write_text('{"fields":' * 100_000)


def nested_in_parquet(folder):
    table = pa.table({"role_id": ["a"]}).replace_schema_metadata({types.TABLE_SCHEMA: "[" * 100_000})
    parquet.write_table(table, folder / "actors.parquet")


def no_schema(folder):
    (folder / "schemas").mkdir()
    (folder / "schemas" / "package.json").write_text("[5]")


HOSTILE = {
    f.__name__: f
    for f in (
        link,
        linked_folder,
        linked_schema,
        pipe,
        pipe_in_data,
        device,
        sparse,
        nested,
        nested_table,
        nested_in_parquet,
        no_schema,
    )
}


@pytest.mark.parametrize("case", HOSTILE)
@pytest.mark.skipif(os.name == "nt", reason="Windows has no pipes in folders, and links need a privilege")
def test_a_hostile_folder_is_a_message(case, folder, run):
    HOSTILE[case](folder)
    for given in ((folder,), (ROOT, folder)):
        done = run("diff", *given)
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr.startswith("summitry: ")
        assert "Traceback" not in done.stderr
        assert "Secret" not in done.stderr


def unfolding(folder):
    """A quarter of a megabyte that unfolds to 50 GB."""
    numbers = pa.array([0] * 100_000, pa.int8())
    title = pa.DictionaryArray.from_arrays(numbers, pa.array(["x" * 500_000]))
    parquet.write_table(pa.table({"role_id": title, "title": title}), folder / "actors.parquet")


def unfolding_slowly(folder):
    """A few kilobytes that unfold to 1 GB, in parts that are small enough."""
    title = pa.DictionaryArray.from_arrays(pa.array([0] * 1_000_000, pa.int8()), pa.array(["x" * 1000]))
    parquet.write_table(pa.table({"role_id": title}), folder / "actors.parquet")


def cells_of_nothing(folder):
    """A few kilobytes that have 40 million empty cells."""
    parquet.write_table(pa.table({name: pa.nulls(10_000_000) for name in "abcd"}), folder / "actors.parquet")


def columns_of_one_name(folder):
    parquet.write_table(pa.table([pa.array(["a"])] * 2, ["actor_id", "actor_id"]), folder / "actors.parquet")


def cells_of_lists(folder):
    parquet.write_table(pa.table({"actor_id": [["a"], ["b"]]}), folder / "actors.parquet")


PARQUET = {
    f.__name__: (f, words)
    for f, words in (
        (unfolding, "takes more than 8 GB of memory"),
        (unfolding_slowly, "larger than 500 MB"),
        (cells_of_nothing, "more than 10,000,000 cells"),
        (columns_of_one_name, "two columns 'actor_id'"),
        (cells_of_lists, "cannot be read"),
    )
}


@pytest.mark.skipif(sys.platform != "linux", reason="only there is memory limited")
@pytest.mark.parametrize("case", some_every_day(PARQUET, ("unfolding", "cells_of_lists"), pytest.mark.hostile))
def test_a_hostile_parquet_file_is_a_message(case, folder, run):
    write, words = PARQUET[case]
    write(folder)
    for given in (folder, folder / "actors.parquet"):
        done = run("diff", given)
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr.startswith("summitry: ")
        assert "actors.parquet" in done.stderr
        assert words in done.stderr


ENDING = """
import os
def ending(send, contents):
    send(next(iter(contents.values())))
    os.abort()
"""


@pytest.mark.skipif(os.name == "nt", reason="no such signal")
def test_a_parquet_file_that_ends_the_process_is_named(folder, tmp_path, run, monkeypatch):
    for name in ("actors", "events"):
        parquet.write_table(pa.table({f"{name[:-1]}_id": ["a"]}), folder / f"{name}.parquet")
    (tmp_path / "ending_by_abort.py").write_text(ENDING)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(snapshot, "_send_parquet", importlib.import_module("ending_by_abort").ending)
    done = run("diff", folder)
    assert (done.returncode, done.stdout) == (2, "")
    assert "events.parquet cannot be read: it has ended the process that read it by signal SIGABRT" in done.stderr


MOST_MEMORY = 2500  # MB
MEASURED = f"""{PEAK}
import sys
from summitry.cli import main
code = main(sys.argv[1:])
print("memory", peak())
sys.exit(code)
"""


def bomb():
    """Three megabytes that unfold to three gigabytes."""
    sink = io.BytesIO()
    with (
        zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as file,
        file.open("roles.csv", "w", force_zip64=True) as rows,
    ):
        for _ in range(600):
            rows.write(b" " * 1_000_000)
    return sink.getvalue()


def encrypted():
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as file:
        file.writestr("roles.csv", ROLES)
    content = bytearray(sink.getvalue())
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(mark) + at] |= 1
    return bytes(content)


def hostile_tar():
    sink = io.BytesIO()
    with tarfile.open(fileobj=sink, mode="w:gz") as file:
        for name, kind in (("roles.csv", tarfile.SYMTYPE), ("data/actors.csv", tarfile.FIFOTYPE)):
            member = tarfile.TarInfo(name)
            member.type, member.linkname = kind, "/etc/passwd"
            file.addfile(member)
    return sink.getvalue()


def several_bombs():
    """Tables of which each is small enough, and all together are not."""
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as file:
        for name in ("events", "roles"):
            with file.open(f"{name}.csv", "w") as rows:
                rows.write(f"{name[:-1]}_id\n".encode())
                for _ in range(260):
                    rows.write(b"x" * 999_999 + b"\n")
    return sink.getvalue()


PACKAGES = {
    "several bombs": ("x.zip", several_bombs),
    "a bomb": ("x.zip", bomb),
    "an encrypted zip": ("x.zip", encrypted),
    "links and pipes": ("x.tar.gz", hostile_tar),
    "a cut gzip": ("x.tar.gz", lambda: hostile_tar()[:-30]),
    "noise": ("x.tar.gz", lambda: b"\x1f\x8b" + bytes(range(256))),
    "nothing": ("x.whl", lambda: b""),
}


@pytest.mark.skipif(sys.platform != "linux", reason="only there is memory measured in kilobytes")
@pytest.mark.parametrize("case", some_every_day(PACKAGES, ("a bomb", "noise"), pytest.mark.hostile))
def test_a_hostile_package_is_a_message(case, tmp_path):
    name, content = PACKAGES[case]
    (tmp_path / name).write_bytes(content())
    command = [sys.executable, "-c", MEASURED, "diff", name]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, encoding="utf-8")
    assert (done.returncode, done.stdout[: done.stdout.rindex("memory")]) == (2, "")
    assert int(done.stdout.rsplit("memory", 1)[1]) < MOST_MEMORY
    assert done.stderr.startswith("summitry: ")
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("given", ["/dev/zero", "/dev/null", "/dev/stdin", "pipe.csv", "nothing.csv"])
@pytest.mark.skipif(os.name == "nt", reason="Windows has no pipes in folders")
def test_a_device_or_pipe_is_a_message(given, tmp_path, run):
    os.mkfifo(tmp_path / "pipe.csv")
    done = run("diff", given)
    assert (done.returncode, done.stdout) == (2, "")
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such names")
@pytest.mark.parametrize("format_", ["text", "json", "csv"])
def test_names_keys_and_versions_are_printed_escaped(format_, folder, few_rows, run):
    evil = folder.with_name(EVIL)
    folder.rename(evil)
    (evil / "roles.csv").write_text(f'{ROLES}{ROW.format("Chair")}"{EVIL}\n::error::key",x,y,"{EVIL}",,\n', newline="")
    (evil / f"{EVIL}.csv").write_text("a\n1\n")
    (evil / "schemas").mkdir()
    for name in ("package", "roles"):
        (evil / "schemas" / f"{name}.json").write_bytes((ROOT / "schemas" / f"{name}.json").read_bytes())
    about = json.loads((evil / "schemas" / "package.json").read_text())
    about |= {"tables": ["roles"], "version": EVIL}
    (evil / "schemas" / "package.json").write_text(json.dumps(about))
    (evil / "data").mkdir()
    (evil / "roles.csv").rename(evil / "data" / "roles.csv")
    done = run("diff", EVIL, few_rows, "--format", format_)
    assert done.returncode == 1, done.stderr
    for line in (done.stdout + done.stderr).splitlines():
        assert line.isprintable()
        assert not line.lstrip().startswith("::")
