"""Every folder in contributions/ is a test: the valid ones pass, the invalid ones fail exactly as expected."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest

from conftest import CONTRIBUTIONS
from summitry.validation.catalogue import catalogue, rule
from summitry.validation.child_process import validate_paths
from summitry.validation.rules.rows import MOST_QUOTED_WORDS

VALID = sorted(p for p in (CONTRIBUTIONS / "valid").iterdir() if p.is_dir())
INVALID = sorted(p for p in (CONTRIBUTIONS / "invalid").iterdir() if p.is_dir())
# rules that no folder of files can break; each has a test of its own
ELSEWHERE = {
    "unique": "no table that ships has such a column; test_checks.py",
    "uniqueKeys": "no table that ships has such keys; test_checks.py",
    "path": "git keeps no hostile links; test_hostile.py",
    "descriptor": "is of data packages; test_hostile.py",
    "hash": "is of data packages; test_hostile.py",
    "replaced-text": "needs the text of others; contribute/test_merge.py",
    "vanished-id": "needs a release; publish/test_release.py",
}


def expected_of(case):
    return json.loads(case.with_suffix(".json").read_text("utf-8"))


@pytest.mark.parametrize("case", VALID, ids=lambda p: p.name)
def test_valid(case, few_rows):
    assert validate_paths([case], few_rows).problems == []


def test_valid_beside_all_that_ships():
    assert validate_paths([CONTRIBUTIONS / "valid" / "everything"]).problems == []


@pytest.mark.parametrize("case", INVALID, ids=lambda p: p.name)
def test_invalid(case, few_rows, monkeypatch):
    monkeypatch.chdir(case.parent)
    expected = expected_of(case)
    found = [p.as_dict() for p in validate_paths([Path(case.name)], few_rows).problems]
    assert [{k: p[k] for k in e} for p, e in zip(found, expected, strict=True)] == expected
    assert all(p["expected"] for p in found)
    assert all(p["fix"] for p in found)


def test_every_rule_has_an_invalid_case():
    shown = {p["rule"] for case in INVALID for p in expected_of(case)}
    assert {r.id for r in catalogue()} - shown == set(ELSEWHERE)


def test_every_keyword_of_the_schemas_is_a_rule(package):
    keywords = {k for t in package.tables.values() for f in t.json["fields"] for k in f.get("constraints", {})}
    assert keywords <= {r.id for r in catalogue()}


def test_rule_ids_are_unique_and_explained():
    rules = catalogue()
    assert len({r.id for r in rules}) == len(rules)
    assert all(r.statement and r.fix and r.example for r in rules)


def test_the_words_of_a_rule_name_the_number_that_it_checks():
    assert f"more than {MOST_QUOTED_WORDS} words" in rule("quote-words").statement


def test_the_groups_of_rules_are_1_to_18():
    assert {r.number for r in catalogue()} == set(range(19))


def test_no_case_leaves_anything_behind():
    assert not [p for p in CONTRIBUTIONS.rglob("*") if os.access(p, os.X_OK) and p.is_file()]


def test_a_contribution_brings_its_own_texts_where_none_are_installed(checkout):
    """An installed package has no texts: spans in its own rows are left out, and that is said."""
    import shutil

    shutil.rmtree(checkout / "seeds")
    report = validate_paths([CONTRIBUTIONS / "invalid" / "span-cuts-word"], checkout)
    assert [p.rule for p in report.problems] == ["span"]
    assert report.skipped


@pytest.mark.parametrize("column", ["speaker_id", "said_from", "target_id"])
def test_a_column_with_another_name_is_a_problem_also_where_stances_rest_on_it(column, few_rows, tmp_path):
    lines = (few_rows / "data" / "statements.csv").read_text("utf-8").splitlines()
    (tmp_path / "statements.csv").write_text("\n".join([lines[0].replace(column, "other"), *lines[1:]]), "utf-8")
    assert {p.rule for p in validate_paths([tmp_path], few_rows).problems} >= {"header"}


@pytest.mark.parametrize("engine", ["local", "pandera"])
def test_two_contributions_with_one_new_key_are_an_error_at_the_second(engine, few_rows, tmp_path):
    first, second = (Path(shutil.copytree(CONTRIBUTIONS / "valid" / "with-text", tmp_path / name)) for name in "ab")
    for folder in (first, second):
        assert validate_paths([folder], few_rows, engine=engine).problems == []
    report = validate_paths([first, second], few_rows, engine=engine)
    errors = {(p.file, p.line, p.rule): p for p in report.problems if p.severity == "error"}
    assert set(errors) == {
        *((f"{second}/{table}.csv", 2, "primaryKey") for table in ("statements", "mentions", "sources")),
        (f"{second}/seeds/example-2025-08-22.txt", None, "text"),
    }
    assert f"it is also in {first}/statements.csv:2:1" in errors[f"{second}/statements.csv", 2, "primaryKey"].expected
    assert (
        f"{first}/seeds/example-2025-08-22.txt is given" in errors[next(k for k in errors if k[2] == "text")].expected
    )
    assert report.changes.unchanged == 0
    assert validate_paths([first, second], few_rows, engine=engine, quick=True).count("error") == len(errors)


def test_two_contributions_that_change_one_row_are_an_error(few_rows, tmp_path):
    folders = [tmp_path / name for name in "ab"]
    for folder in folders:
        folder.mkdir()
        lines = (few_rows / "data" / "roles.csv").read_text("utf-8").splitlines()[:2]
        (folder / "roles.csv").write_text("\n".join(lines) + "\n", "utf-8")
    report = validate_paths(folders, few_rows)
    assert [(p.file, p.rule) for p in report.problems if p.severity == "error"] == [
        (f"{folders[1]}/roles.csv", "primaryKey")
    ]
