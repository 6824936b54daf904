"""Files that people bring beside or instead of tables: the message names the cause and what to do."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import pytest

from conftest import ROOT
from summitry import schema
from summitry.cli import hook
from summitry.dataset.storage import csv_bytes, csv_rows
from summitry.paths import COMPRESSED, FORMATS
from summitry.validation.child_process import validate_paths
from summitry.validation.file_names import table_of
from summitry.validation.limits import Limits

ACTORS = "actor_id,name,kind,belligerent\n"
ROW = "some-body,Some Body,person,false\n"


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "actors.csv").write_text(ACTORS + ROW)
    return tmp_path


def found(folder):
    return validate_paths([folder], quick=True).problems


@pytest.mark.parametrize(
    "name",
    [
        *("Thumbs.db", "~$statements.xlsx", "desktop.ini", "THUMBS.DB", ".~lock.actors.csv#"),
        *("__MACOSX", "actors.csv~", "actors.csv.bak", "#actors.csv#", ".actors.csv.swp"),
    ],
)
def test_what_another_program_has_left_is_a_warning(name, folder):
    (folder / name).write_bytes(b"\0junk")
    problems = [(p.rule, p.severity) for p in found(folder)]
    assert problems == ([] if name.startswith(".") else [("file", "warning")])


def test_the_mark_of_an_open_workbook_is_no_copy_of_an_editor(tmp_path):
    (tmp_path / ".~lock.actors.csv#").write_bytes(b"junk")
    problems = validate_paths([tmp_path / ".~lock.actors.csv#"], quick=True).problems
    assert [p.fix for p in problems if p.severity == "warning"] == [
        "Close the workbook, and delete the file if it stays."
    ]


@pytest.mark.parametrize("name", ["actors_.csv", "actor.csv", "ACTORS.CSV"])
def test_a_second_file_of_a_table_is_not_to_have_its_name(name, folder):
    (folder / name).write_text(ACTORS + ROW)
    (problem,) = found(folder)
    assert problem.fix == "Remove it, or put its rows into actors.csv: a table has one file."


@pytest.mark.parametrize("name", ["actors.md", "actors.xlsx"])
def test_what_is_beside_a_table_leaves_nothing_unread(name, folder):
    (folder / name).write_text("about the actors")
    (problem,) = found(folder)
    assert (problem.table, problem.fix) == (None, "Remove it; only tables, texts and GUIDE.md belong here.")


def test_a_folder_inside_without_tables_is_to_be_removed(folder):
    (folder / "figures").mkdir()
    (problem,) = found(folder)
    assert problem.fix == "Remove it; only tables, texts and GUIDE.md belong here."


def test_an_archive_of_a_release_that_was_unpacked_is_read(folder, tmp_path):
    """`summitry diff` reads it, too."""
    unpacked = tmp_path / "unpacked"
    (unpacked / "schemas").mkdir(parents=True)
    (unpacked / "schemas" / "roles.json").write_text("{}")
    (unpacked / "data").mkdir()
    (folder / "actors.csv").rename(unpacked / "data" / "actors.csv")
    report = validate_paths([unpacked], quick=True)
    assert report.problems == []
    assert report.rows == {str(unpacked / "data" / "actors.csv"): 1}


@pytest.mark.parametrize("again", [["."], ["actors.csv"], ["../link"], ["actors.csv", "."]])
def test_what_is_given_twice_is_read_once(again, folder):
    (folder.parent / "link").unlink(missing_ok=True)
    (folder.parent / "link").symlink_to(folder, target_is_directory=True)
    report = validate_paths([folder, *(folder / path for path in again)])
    assert [p for p in report.problems if p.severity == "error"] == []
    assert list(report.rows.values()) == [1]
    assert (report.changes.added, report.changes.unchanged) == ({"actors": ["some-body"]}, 0)


@pytest.mark.parametrize(("name", "is_one"), [("actrs.csv", True), ("Actor.PARQUET", True), ("figures.csv", False)])
def test_a_folder_whose_table_has_nearly_its_name_is_a_contribution(name, is_one, tmp_path):
    (tmp_path / name).touch()
    assert hook.has_table(tmp_path) is is_one


def test_a_folder_inside_is_to_be_given_by_itself(folder):
    (folder / "my-rows").mkdir()
    (folder / "my-rows" / "part-0.parquet").touch()
    (problem,) = found(folder)
    assert (problem.rule, problem.value) == ("file", "my-rows")
    assert problem.fix == f"Give it by itself, such as summitry validate {folder / 'my-rows'}, or remove it."


def test_such_a_file_by_itself_is_no_table(tmp_path):
    (tmp_path / "actors.csv.bak").write_text(ACTORS + ROW)
    problems = validate_paths([tmp_path / "actors.csv.bak"], quick=True).problems
    assert {(p.severity, p.expected) for p in problems if p.severity == "error"} == {("error", "at least one table")}


def test_such_a_file_beside_a_table_is_a_warning(folder):
    (folder / "Thumbs.db").write_bytes(b"junk")
    problems = validate_paths([folder / "Thumbs.db", folder / "actors.csv"], quick=True).problems
    assert [p.severity for p in problems] == ["warning"]


def test_no_editor_makes_a_folder(folder):
    (folder / "rows.bak").mkdir()
    (problem,) = found(folder)
    assert (problem.severity, problem.expected) == ("error", "a table, not a folder")


def test_a_folder_of_such_files_has_no_table(tmp_path):
    (tmp_path / "Thumbs.db").write_bytes(b"junk")
    assert {p.severity for p in found(tmp_path)} == {"error", "warning"}


@pytest.mark.parametrize(
    ("name", "cause", "fix"),
    [
        ("MENTIONS.CSV", "", "Rename it to mentions.csv."),
        ("Mentions.csv", "", "Rename it to mentions.csv."),
        ("mentoins.parquet", "", "Rename it to mentions.parquet."),
        ("statements.xlsx", "workbook", "CSV UTF-8"),
        ("statements.ods", "workbook", "CSV UTF-8"),
        ("roles.tsv", "tabs", "roles.csv"),
        ("roles.jsonl", "JSON Lines", "CSV or Parquet"),
        ("roles.zip", "archive", "Unpack"),
        ("roles.parquet.gz", "compressed", "Unpack"),
        ("notes.docx", "", "Remove it"),
    ],
)
def test_the_message_names_the_cause_and_what_to_do(name, cause, fix, folder):
    (folder / name).write_bytes(b"PK\3\4")
    (problem,) = found(folder)
    assert (problem.rule, problem.severity, problem.value) == ("file", "error", name)
    assert cause in problem.expected
    assert fix in problem.fix


@pytest.mark.parametrize("suffix", [*FORMATS, COMPRESSED])
def test_every_table_has_its_names(suffix):
    package = schema.package()
    names = (*FORMATS, COMPRESSED)
    assert all(table_of(Path(f"{t}.{suffix}"), package, "", names) == (t, suffix) for t in package.tables)


def test_compressed_csv_is_read(tmp_path):
    (tmp_path / "roles.csv.gz").write_bytes(gzip.compress((ROOT / "data/roles.csv").read_bytes()))
    assert found(tmp_path) == []


def test_a_mistake_in_compressed_csv_has_its_place(tmp_path):
    (tmp_path / "actors.csv.gz").write_bytes(gzip.compress((ACTORS + ROW.replace("person", "persn")).encode()))
    (problem,) = found(tmp_path)
    assert (problem.rule, problem.line, problem.column) == ("enum", 2, 21)


@pytest.mark.parametrize(
    "content",
    [b"", b"junk", gzip.compress(b"x" * 1000)[:-9], gzip.compress(b"x")[:5] + b"\xff" * 20],
    ids=["nothing", "text", "cut", "damaged"],
)
def test_what_is_not_compressed_by_gzip_is_reported(content, tmp_path):
    (tmp_path / "actors.csv.gz").write_bytes(content)
    assert {p.rule for p in found(tmp_path)} <= {"file", "header"}
    assert found(tmp_path)


def test_no_more_is_unpacked_than_may_be_in_memory(tmp_path):
    (tmp_path / "actors.csv.gz").write_bytes(gzip.compress(b"\n" * 10_000_000))
    (problem,) = validate_paths([tmp_path], limits=Limits(csv=1000)).problems
    assert (problem.rule, "gunzip" in problem.fix) == ("file", True)


@pytest.mark.parametrize(("separator", "name"), [(";", "“;”"), ("\t", "tabs"), ("|", "“|”")])
@pytest.mark.parametrize("quoted", [False, True])
def test_another_separator_is_one_problem_that_names_it(separator, name, quoted, tmp_path):
    rows = csv_rows((ROOT / "data/roles.csv").read_bytes())[:20]
    mark = '"' if quoted else ""
    lines = [separator.join(f"{mark}{cell}{mark}" for cell in row) for row in (rows[0], *(r.values() for r in rows))]
    (tmp_path / "roles.csv").write_text("\n".join(lines))
    (problem,) = found(tmp_path)
    assert (problem.rule, problem.line, problem.column) == ("header", 1, 1)
    assert f"separated by {name}" in problem.expected
    assert "commas" in problem.fix


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"])
def test_another_encoding_is_named(encoding, folder):
    (folder / "actors.csv").write_bytes((ACTORS + ROW).encode(encoding))
    (problem,) = found(folder)
    assert (problem.rule, problem.expected) == ("encoding", f"UTF-8, not {encoding[:6].upper()}")


def test_windows_1251_is_named(folder):
    (folder / "actors.csv").write_bytes((ACTORS + ROW.replace("Body", "Львів")).encode("cp1251"))
    (problem,) = found(folder)
    assert "'Л' in Windows-1251" in problem.fix


@pytest.mark.skipif(os.name == "nt", reason="Windows makes no links without a right to")
@pytest.mark.parametrize("to", ["nowhere.csv", "roles.csv"])
def test_a_link_to_nothing_or_to_itself_is_called_a_link(to, folder):
    (folder / "roles.csv").symlink_to(folder / to)
    (problem,) = found(folder)
    assert problem.fix == "Put the file itself there, not a link."


def test_windows_1252_is_named(folder):
    (folder / "actors.csv").write_bytes((ACTORS + ROW.replace("Body", "Bödy")).encode("cp1252"))
    (problem,) = found(folder)
    assert (problem.rule, problem.line, "Windows-1252" in problem.fix) == ("encoding", 2, True)


@pytest.mark.parametrize("word", ["NA", "NULL", "None", "nan", "-", "N/A"])
@pytest.mark.parametrize("column", ["note", "said_from", "occasion_id", "condition"])
def test_a_word_for_a_missing_value_is_named(word, column, tmp_path):
    table = next(t for t in schema.package().tables.values() if column in t.names)
    row = csv_rows((ROOT / f"data/{table.name}.csv").read_bytes())[0] | {column: word}
    (tmp_path / f"{table.name}.csv").write_bytes(csv_bytes([row], table))
    fixes = {p.fix for p in found(tmp_path) if p.field == column}
    assert fixes == {"Leave the cell empty: only that is a missing value."}
