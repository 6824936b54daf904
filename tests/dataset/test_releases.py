"""The ids of the releases, and a checkout compared with its last release: what a merge adds is not published yet."""

from __future__ import annotations

import json
import shutil
import zipfile

import pytest

from conftest import CONTRIBUTIONS, ROOT
from summitry import errors, paths, schema
from summitry.cli import main
from summitry.contribute.merge import merge
from summitry.dataset import integrity, releases, snapshot
from summitry.publish import build, release_checks


@pytest.fixture
def released(checkout, monkeypatch):
    """A checkout that is taken for the installation, of which 0.10.0 is the last release."""
    (checkout / "releases").mkdir()
    with zipfile.ZipFile(checkout / "releases" / "summitry-0.10.0.zip", "w") as packed:
        for name, content in release_checks.archived_files(checkout).items():
            packed.writestr(name, content)
    (checkout / "releases" / "summitry-0.9.0.zip").write_bytes(b"older, and not read")
    listed = release_checks.ids(release_checks.Candidate(checkout, {}, {}, snapshot.read(checkout), None))
    (checkout / "releases" / "ids.csv").write_bytes(listed)
    (checkout / "releases" / "summitry-next.zip").write_bytes(b"no version")
    monkeypatch.setattr(paths, "root", lambda: checkout)
    return checkout


def new(base):
    return {file.path for file in integrity.verify(base) if file.state == "new"}


def test_after_a_merge_the_tables_are_not_those_of_the_release(released, capsys):
    assert main(["verify"]) == 0
    assert "Every table is that of the last release, releases/summitry-0.10.0.zip." in capsys.readouterr().out
    assert merge(CONTRIBUTIONS / "valid" / "two-offices-at-once", released).added["roles"]
    assert new(released) == {"data/roles.csv", "data/roles.parquet"}
    assert main(["verify"]) == 1
    out = capsys.readouterr().out
    assert "new     data/roles.csv\n" in out
    assert out.endswith("They are not those of the last release, releases/summitry-0.10.0.zip:\n  roles: 4 added\n")


def test_a_changed_cell_and_a_changed_schema_are_new_too(released, capsys):
    source = released / "data" / "roles.csv"
    source.write_text(source.read_text("utf-8").replace("President", "A new title", 1), "utf-8")
    file = paths.schemas(released) / "withdrawn.json"
    about = json.loads(file.read_bytes())
    file.write_text(json.dumps(about | {"title": "What went"}), "utf-8")
    build.write(released)
    assert {path.rpartition(".")[0] for path in new(released)} == {"data/roles", "data/withdrawn"}
    assert main(["verify"]) == 1
    assert capsys.readouterr().out.endswith("  roles: 1 changed\n  withdrawn: 1 change of the schema\n")


def test_a_changed_file_is_damage_whether_or_not_its_table_is_new(released, capsys):
    merge(CONTRIBUTIONS / "valid" / "two-offices-at-once", released)
    (released / "data" / "roles.csv").write_bytes(b"")
    assert {f.path: f.state for f in integrity.verify(released) if f.state != "ok"} == {
        "data/roles.csv": "changed",
        "data/roles.parquet": "new",
    }
    assert main(["verify"]) == 1
    assert capsys.readouterr().out.endswith(f"{integrity.FIX}\n")


def test_where_there_is_no_release_the_descriptor_is_what_counts(released):
    assert releases.last_archive(released).name == "summitry-0.10.0.zip"
    shutil.rmtree(released / "releases")
    merge(CONTRIBUTIONS / "valid" / "two-offices-at-once", released)
    assert new(released) == set()


def test_an_archive_that_cannot_be_read_is_named(released):
    (released / "releases" / "summitry-0.10.0.zip").write_bytes(b"PK")
    with pytest.raises(errors.InputError, match=r"summitry-0\.10\.0\.zip cannot be read: .*Get it again"):
        integrity.verify(released)


def test_released_ids_keep_the_first_version_of_each_id(tmp_path):
    file = releases.ids_file(tmp_path)
    assert file == tmp_path / "releases" / "ids.csv"
    assert releases.released_ids(tmp_path) == frozenset()
    file.parent.mkdir()
    file.write_bytes(releases.extended(file, [("roles", "r"), ("actors", "a")], "0.1.0"))
    assert file.read_text("utf-8") == "table_name,id,version\nactors,a,0.1.0\nroles,r,0.1.0\n"
    file.write_bytes(releases.extended(file, [("actors", "a"), ("actors", "b")], "0.2.0"))
    assert file.read_text("utf-8") == "table_name,id,version\nactors,a,0.1.0\nactors,b,0.2.0\nroles,r,0.1.0\n"
    assert releases.released_ids(tmp_path) == {("actors", "a"), ("actors", "b"), ("roles", "r")}
    # an id of the version that is being prepared was never released, so it may go again
    assert (
        releases.extended(file, [("actors", "a")], "0.2.0") == b"table_name,id,version\nactors,a,0.1.0\nroles,r,0.1.0\n"
    )


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"table\nactors\n", b"table,id\nactors\n", b"x" * 200_000])
def test_a_table_of_withdrawals_in_bad_form_withdraws_nothing(tmp_path, content):
    assert releases.withdrawn_ids(tmp_path) == frozenset()
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "withdrawn.csv").write_bytes(content)
    assert releases.withdrawn_ids(tmp_path) == frozenset()


def test_withdrawn_ids(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "withdrawn.csv").write_text("table_name,id,reason\nactors,a,twin\nroles,r,wrong\n", "utf-8")
    assert releases.withdrawn_ids(tmp_path) == {("actors", "a"), ("roles", "r")}


def test_days_are_not_recorded_as_ids():
    now = snapshot.read(ROOT)
    recorded = {table for table, _ in releases.ids(now)}
    assert recorded == set(releases.id_tables(schema.package())) & set(now.tables)


def test_tables_with_ids(package):
    tables = releases.id_tables(package)
    assert "statements" in tables
    assert "actor_names" not in tables
