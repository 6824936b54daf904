"""A file that is not what was published is named, with what to do."""

from __future__ import annotations

import base64
import hashlib
import json
from pathlib import PurePosixPath
from types import SimpleNamespace

import pytest

import summitry
from summitry import errors, paths
from summitry.cli import main
from summitry.dataset import integrity, loaders, storage, transaction
from summitry.export import flat
from summitry.publish import build


@pytest.fixture
def published(checkout, monkeypatch):
    """A checkout that is taken for the installation."""
    monkeypatch.setattr(paths, "root", lambda: checkout)
    return checkout


def flip(file, at):
    """Change one bit of a file."""
    content = bytearray(file.read_bytes())
    content[at] ^= 1
    file.write_bytes(content)


def states(base):
    return {file.path: file.state for file in integrity.verify(base) if file.state != "ok"}


def test_each_file_is_ok_changed_or_missing(published):
    listed = [r["path"] for r in json.loads((published / "datapackage.json").read_bytes())["resources"]]
    assert [file.path for file in integrity.verify(published)] == listed
    assert states(published) == {}
    flip(published / "data" / "roles.csv", 10)
    (published / "data" / "actors.parquet").unlink()
    assert states(published) == {"data/roles.csv": "changed", "data/actors.parquet": "missing"}
    roles = next(file for file in integrity.verify(published) if file.path == "data/roles.csv")
    assert roles.found == hashlib.sha256((published / "data" / "roles.csv").read_bytes()).hexdigest() != roles.expected


@pytest.mark.parametrize("content", [None, b"{", b"[]", b"{}", b'{"resources": [{}]}', b'{"resources": [1]}', b"\xff"])
def test_a_broken_descriptor_is_named(published, content):
    descriptor = published / "datapackage.json"
    if content is None:
        descriptor.unlink()
    else:
        descriptor.write_bytes(content)
    with pytest.raises(errors.DamagedFileError, match=r"datapackage\.json cannot be read.*--force-reinstall"):
        integrity.verify(published)


def test_the_record_of_a_wheel_vouches_for_schemas_and_descriptor():
    def entry(path, content, mode="sha256"):
        value = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).decode().rstrip("=")
        given = SimpleNamespace(mode=mode, value=value) if mode else None
        return SimpleNamespace(as_posix=PurePosixPath(path).as_posix, hash=given)

    record = [
        entry("summitry/dataset/schemas/roles.json", b"{}"),
        entry("summitry/loaders.py", b"code"),
        entry("summitry/dataset/other", b"", mode="md5"),
        entry("summitry-1.0.0.dist-info/RECORD", b"", mode=None),
    ]
    expected = {"schemas/roles.json": hashlib.sha256(b"{}").hexdigest()}
    assert integrity.recorded_hashes(record) == expected
    (damaged,) = integrity.compare(expected, lambda _: hashlib.sha256(b"{ }").hexdigest())
    assert (damaged.path, damaged.state) == ("schemas/roles.json", "changed")


def test_every_flipped_bit_is_reported(published):
    file = published / "data" / "roles.parquet"
    content = file.read_bytes()
    integrity.require_published(file, content)
    for at in range(0, len(content), len(content) // 200):
        damaged = bytearray(content)
        damaged[at] ^= 1
        with pytest.raises(
            errors.DamagedFileError,
            match=r"roles\.parquet cannot be read: it is not the published file.*--force-reinstall",
        ):
            integrity.require_published(file, bytes(damaged))


def test_a_file_that_no_descriptor_lists_is_not_checked(published):
    integrity.require_published(published / "data" / "extra.parquet", b"anything")


def pages(file):
    """Return the place in the middle of the pages of each column."""
    from pyarrow.parquet import ParquetFile

    with ParquetFile(file) as opened:
        group = opened.metadata.row_group(0)
        columns = [group.column(i) for i in range(opened.metadata.num_columns)]
    return [c.data_page_offset + c.total_compressed_size // 2 for c in columns]


def test_a_loader_reports_a_bit_flipped_in_the_middle_of_a_page(published):
    file = published / "data" / "statements.parquet"
    whole = file.read_bytes()
    loaders.load("statements")
    for at in pages(file):
        flip(file, at)
        with pytest.raises(errors.DamagedFileError, match=r"(?s)statements\.parquet .*--force-reinstall"):
            loaders.load("statements")
        file.write_bytes(whole)


def test_a_loader_reports_bits_flipped_in_the_words_about_the_table(published):
    """The footer has no checksum of its own: the hash of the whole file covers it."""
    file = published / "data" / "roles.parquet"
    whole = file.read_bytes()
    for at in range(len(whole) - 1, pages(file)[-1], -len(whole) // 40):
        flip(file, at)
        with pytest.raises(errors.DamagedFileError, match=r"(?s)roles\.parquet .*--force-reinstall"):
            storage.read_arrow("roles")
        file.write_bytes(whole)


def test_the_command(published, capsys):
    assert main(["verify"]) == 0
    out = capsys.readouterr().out.splitlines()
    n = len(integrity.verify(published))
    assert out[0].split() == ["ok", integrity.verify(published)[0].path]
    assert out[-1] == f"{n} of {n} files in {published} are the published ones."
    flip(published / "data" / "roles.csv", 10)
    (published / "data" / "roles.parquet").unlink()
    assert main(["verify"]) == 1
    out = capsys.readouterr().out
    assert "changed data/roles.csv: its SHA-256 is " in out
    assert "missing data/roles.parquet\n" in out
    assert f"{n - 2} of {n} files" in out
    assert out.endswith(f"{integrity.FIX}\n")


def test_what_was_loaded_is_loaded_again_after_a_build(published):
    assert "A new title" not in set(loaders.load("roles")["title"])
    source = published / "data" / "roles.csv"
    source.write_text(source.read_text("utf-8").replace(",President,", ",A new title,", 1), "utf-8")
    assert build.write(published).files
    assert "A new title" in set(loaders.load("roles")["title"])


READERS = {
    "a loader": lambda: loaders.load("roles"),
    "a loader of polars": lambda: loaders.load("roles", "polars"),
    "a path": lambda: summitry.path("roles", "csv"),
    "tables": summitry.tables,
    "verify": summitry.verify,
    "diff": lambda: summitry.diff(paths.root(), paths.root()),
    "export": flat.take,
    "search": lambda: summitry.search("meeting"),
}


@pytest.mark.parametrize("reader", READERS)
def test_an_error_says_how_to_finish_half_a_merge(reader, published):
    (published / transaction.STAGING).mkdir()
    READERS[reader]()  # nothing is decided yet
    (published / transaction.STAGING / transaction.MANIFEST).write_text("[]")
    with pytest.raises(errors.DamagedFileError, match=r"Finish it with: python .*scripts/build\.py"):
        READERS[reader]()
