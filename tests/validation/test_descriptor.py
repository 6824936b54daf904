"""What Data Package allows in a descriptor is read, or is said not to be supported."""

from __future__ import annotations

import hashlib
import json

import polars as pl
import pytest

from summitry.validation.child_process import validate_paths

CONTENT = b"actor_id,name,kind,belligerent\nsome-body,Some Body,person,false\n"


@pytest.fixture
def described(tmp_path):
    """Validate a folder with one table and a resource that says so much of it."""

    def call(**resource):
        (tmp_path / "actors.csv").write_bytes(CONTENT)
        (tmp_path / "datapackage.json").write_text(json.dumps({"resources": [{"path": "actors.csv"} | resource]}))
        return validate_paths([tmp_path], quick=True).problems

    return call


def digest(algorithm):
    return hashlib.new(algorithm, CONTENT).hexdigest()


LEGAL = {
    "a bare MD5": {"hash": digest("md5")},
    "MD5": {"hash": f"md5:{digest('md5')}"},
    "SHA-1": {"hash": f"sha1:{digest('sha1')}"},
    "SHA-256": {"hash": f"sha256:{digest('sha256')}"},
    "capitals": {"hash": f"SHA512:{digest('sha512').upper()}"},
    "bytes": {"bytes": len(CONTENT)},
    "a list of one path": {"path": ["actors.csv"]},
    "the usual dialect": {"dialect": {"delimiter": ",", "quoteChar": '"', "header": True, "lineTerminator": "\r\n"}},
    "UTF-8": {"encoding": "UTF-8"},
    "the missing values of our own descriptor": {"schema": {"missingValues": ["", "nan"], "fields": []}},
    "the usual missing value": {"schema": {"missingValues": [""], "fields": []}},
    "a format": {"format": "csv", "mediatype": "text/csv"},
    "a title": {"title": "Actors", "name": "some-actors"},
}


@pytest.mark.parametrize("case", LEGAL)
def test_what_is_legal_is_read(case, described):
    assert described(**LEGAL[case]) == []


WRONG = {
    "another bare MD5": ({"hash": digest("md5")[::-1]}, "hash"),
    "another SHA-256": ({"hash": f"sha256:{digest('sha256')[::-1]}"}, "hash"),
    "another size": ({"bytes": 5, "hash": "0"}, "hash"),
    "several paths": ({"path": ["actors.csv", "roles.csv"]}, "descriptor"),
    "inline data": ({"path": None, "data": [{"actor_id": "x"}]}, "descriptor"),
    "a delimiter": ({"dialect": {"delimiter": ";"}}, "descriptor"),
    "comments": ({"dialect": {"commentChar": "#"}}, "descriptor"),
    "a dialect in a file": ({"dialect": "dialect.json"}, "descriptor"),
    "an encoding": ({"encoding": "windows-1252"}, "descriptor"),
    "missing values": ({"schema": {"missingValues": ["NA", ""]}}, "descriptor"),
    "a compression": ({"compression": "zip"}, "descriptor"),
    "a format": ({"format": "xlsx"}, "descriptor"),
    "a kind of hash": ({"hash": "crc32:00"}, "hash"),
}
UNREAD = {"several paths", "inline data"}  # whose file is then one that the descriptor does not name


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_or_not_supported_is_said(case, described):
    resource, rule = WRONG[case]
    problem, *more = described(**resource)
    assert problem.rule == rule
    assert problem.fix
    assert rule == "hash" or "not supported" in problem.expected or case in UNREAD
    assert len(more) == (case in UNREAD)


def test_missing_values_in_the_file_of_a_schema_are_named(described, tmp_path):
    (tmp_path / "actors.json").write_text('{"missingValues": ["-"]}')
    (tmp_path / "other.json").write_text("[")
    assert [p.value for p in described(schema="actors.json")] == ['["-"]']
    assert described(schema="other.json") == []


def test_a_resource_may_name_the_table(described, tmp_path):
    (tmp_path / "some").mkdir()
    (tmp_path / "some" / "people.csv").write_bytes(CONTENT.replace(b"person", b"persn"))
    problems = described(path="some/people.csv", name="actors")
    assert {(p.file.rpartition("/")[2], p.rule) for p in problems} >= {("people.csv", "enum")}


def test_a_package_of_some_tables_may_refer_to_what_ships(tmp_path):
    (tmp_path / "roles.csv").write_text(
        "role_id,person_id,organization_id,title,kind,valid_from\n"
        "lavrov-example,sergey-lavrov,russia,An office,other,2004-03-09\n"
    )
    (tmp_path / "datapackage.json").write_text('{"resources": [{"path": "roles.csv"}]}')
    found = validate_paths([tmp_path], quick=True).problems
    assert "foreign-key" not in {p.rule for p in found}


@pytest.mark.parametrize("resource", [{"encoding": "windows-1252"}, {"path": "../actors.csv", "name": "actors"}])
def test_what_is_wrong_with_a_resource_names_it_and_rows_that_need_it_wait(resource, tmp_path):
    (tmp_path / "actor_names.csv").write_text("name,actor_id,kind,language\nBody,some-body,alias,en\n")
    (tmp_path / "some").mkdir()
    (tmp_path / "some" / "actors.csv").write_bytes(CONTENT)
    resources = [{"path": "some/actors.csv"} | resource, {"path": "actor_names.csv"}]
    (tmp_path / "datapackage.json").write_text(json.dumps({"resources": resources}))
    (problem,) = validate_paths([tmp_path], quick=True).problems
    assert "actors" in problem.expected


def test_a_file_that_is_not_there_is_said_to_be_missing(tmp_path):
    (tmp_path / "datapackage.json").write_text('{"resources": [{"path": "data/roles.csv"}]}')
    (problem,) = validate_paths([tmp_path], quick=True).problems
    assert problem.expected == "the file that datapackage.json names; there is none"
    assert problem.fix == "Put it there, or remove the resource."


def test_a_table_in_two_formats_is_checked_once_and_compared(tmp_path):
    rows = "role_id,person_id,organization_id,title,valid_from,valid_to\n"
    rows += "lavrov-example,some-body,russia,An office,2004-03-09,2004-03-01\n"
    (tmp_path / "roles.csv").write_text(rows)
    pl.read_csv(tmp_path / "roles.csv", try_parse_dates=True).write_parquet(tmp_path / "roles.parquet")
    actors = pl.read_csv(CONTENT).with_columns(pl.lit(None, pl.String).alias("part_of_id"))
    actors.write_parquet(tmp_path / "actors.parquet")
    resources = [{"path": f"{name}"} for name in ("roles.parquet", "roles.csv", "actors.parquet")]
    (tmp_path / "datapackage.json").write_text(json.dumps({"resources": resources}))
    (problem,) = validate_paths([tmp_path]).problems
    assert (problem.rule, problem.file, problem.line) == ("role-order", str(tmp_path / "roles.csv"), 2)
    (tmp_path / "roles.csv").write_text(rows.replace("2004-03-01", "2004-03-11"))
    (problem,) = validate_paths([tmp_path]).problems
    assert (problem.rule, problem.file) == ("file", str(tmp_path / "roles.parquet"))
