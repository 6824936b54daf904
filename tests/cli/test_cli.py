"""The command line as its users see it."""

from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path

import pytest

from conftest import CONTRIBUTIONS, ROOT
from summitry.cli import COMMANDS
from summitry.dataset import storage
from summitry.validation import reporters

ENUM = CONTRIBUTIONS / "invalid" / "enum"
TWIN = CONTRIBUTIONS / "invalid" / "twin-statements"


def test_what_ships_is_valid(run):
    done = run("validate")
    assert (done.returncode, done.stderr) == (0, "")
    assert re.fullmatch(r"valid: 0 errors, \d+ warnings? in [\d,]+ rows in \d+ files", done.stdout.splitlines()[-1])


@pytest.mark.usefixtures("on_few_rows")
def test_exit_codes(run):
    assert run("validate", ENUM).returncode == 1
    assert run("validate", TWIN).returncode == 0
    assert run("validate", TWIN, "--strict").returncode == 1
    missing = run("validate", "nowhere")
    assert (missing.returncode, missing.stdout) == (2, "")
    assert "nowhere" in missing.stderr
    assert run().returncode == 2
    assert run("--version").stdout.strip()


@pytest.mark.usefixtures("on_few_rows")
def test_rules_can_be_chosen_and_left_out(run):
    assert run("validate", ENUM, "--ignore", "enum").returncode == 0
    assert run("validate", ENUM, "--rule", "span").returncode == 0
    left_out = run("validate", ENUM, "--ignore", "enum", "--format", "json")
    (reason,) = [reason for reason in json.loads(left_out.stdout)["skipped"] if "enum" in reason]
    assert re.fullmatch(r"the rules enum: because of --ignore, which leaves out [1-9]\d* problems?", reason)
    assert (
        "skipped: all rules but span: because of --rule, which leaves out "
        in run("validate", ENUM, "--rule", "span").stdout
    )
    none = run("validate", ENUM, "--rule", "enum", "--ignore", "enum")
    assert (none.returncode, none.stdout) == (2, "")
    assert "--ignore leaves out every rule that --rule names: enum." in none.stderr
    wrong = run("validate", ENUM, "--rule", "enums")
    assert wrong.returncode == 2
    assert "Did you mean 'enum'" in wrong.stderr


@pytest.mark.usefixtures("on_few_rows")
@pytest.mark.parametrize("form", reporters.FORMATS)
def test_every_format_shows_the_problem_and_its_fix(run, form):
    done = run("validate", ENUM, "--format", form)
    assert done.returncode == 1
    for part in ("accpets", "accepts", "position"):
        assert part in done.stdout


@pytest.mark.usefixtures("on_few_rows")
def test_json_is_what_it_documents(run):
    given = json.loads(run("validate", ENUM, "--format", "json").stdout)
    keys = ["format", "valid", "errors", "warnings", "rows", "skipped", "changes", "unlisted", "problems"]
    assert list(given) == keys
    (problem,) = given["problems"]
    assert set(problem) == {
        "file", "rule", "severity", "expected", "fix", "line", "column", "row", "table", "field", "key", "value",
    }  # fmt: skip
    assert (problem["line"], problem["value"], problem["fix"]) == (2, "accpets", "Write 'accepts'.")


def test_github_escapes_what_would_end_a_command():
    from summitry.validation.report import Problem, Report

    report = Report([Problem("a,b:c.csv", "enum", "error", "50 %\nmore", "do", line=1, column=2)])
    first = reporters.render(report, "github").splitlines()[0]
    assert first == "::error file=a%2Cb%3Ac.csv,line=1,col=2,title=enum::expected 50 %25%0Amore. do"


def test_html_escapes_and_needs_nothing_else():
    from summitry.validation.report import Problem, Report

    problem = Problem("x.csv", "enum", "error", "b", "c", 1, 1, value="<script>alert(1)</script>")
    page = reporters.render(Report([problem]), "html")
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert not re.search(r"(?:src|href)=", page)


def test_rules_are_listed(run):
    listed = run("rules").stdout
    assert "attribution-adversary (error, rule 5)" in listed
    assert run("rules", "enum").stdout.count("fix:") == 1
    assert "Did you mean" in run("rules", "enumm").stderr


def test_show(run):
    done = run("show", "statements", "--columns", "statement_id,act,said_from", "-n", "2")
    header, types, rule, first, *_ = done.stdout.splitlines()
    assert header.split() == ["statement_id", "act", "said_from"]
    assert types.split() == ["text", "ordered", "category", "datetime"]
    assert set(rule) == {"─", " "}
    assert first
    assert "Did you mean 'statements'" in run("show", "statments").stderr


def test_locate(run):
    found = run("locate", "this agenda is absolutely not ready", "--source", "var-matin-2025-08-22")
    start, end = map(int, re.match(r"span_start (\d+), span_end (\d+): ", found.stdout).groups())
    text = (ROOT / "seeds" / "var-matin-2025-08-22.txt").read_text("utf-8")
    assert text[start:end] == "this agenda is absolutely not ready"
    assert run("locate", "never written", "--source", "var-matin-2025-08-22").returncode == 1
    about = run("locate", "--source", "var-matin-2025-08-22").stdout
    assert storage.csv_rows((ROOT / "data" / "sources.csv").read_bytes())
    assert about.splitlines()[1].split(",")[2] == str(len(text))
    outside = run("locate", "x", "--source", "../secrets")
    assert outside.returncode == 2
    assert "is not a source id" in outside.stderr


@pytest.mark.usefixtures("on_few_rows")
def test_new_makes_a_valid_empty_contribution_and_never_overwrites(run, tmp_path):
    assert run("new", "rows").returncode == 0
    assert "valid: 0 errors" in run("validate", "rows").stdout
    again = run("new", "rows")
    assert again.returncode == 2
    assert "already exists" in again.stderr
    assert len(list((tmp_path / "rows").glob("*.csv"))) == len(list((ROOT / "schemas").glob("*.json"))) - 1


def test_a_contribution_that_cannot_be_made_leaves_no_half_of_it(run, tmp_path, monkeypatch):
    real = Path.write_text

    def full(path, *arguments):
        if path.name == "statements.csv":
            raise OSError(28, "No space left on device")
        return real(path, *arguments)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_text", full)
        failed = run("new", "rows")
    assert (failed.returncode, list(tmp_path.iterdir())) == (2, [])
    assert (
        failed.stderr
        == "summitry: rows/statements.csv cannot be written: No space left on device. Nothing was created.\n"
    )
    assert run("new", "rows").returncode == 0


@pytest.mark.skipif(sys.platform == "win32" or sys.platform == "darwin", reason="names are Unicode there")
def test_a_name_that_is_not_utf8_is_one(run, tmp_path):
    name = os.fsdecode(b"rows\xfb")
    assert run("new", name).returncode == 0
    assert "summitry validate 'rows" in (tmp_path / name / "GUIDE.md").read_text("utf-8")


def test_every_command_has_help(run):
    for command in COMMANDS:
        done = run(command, "--help")
        assert done.returncode == 0
        assert done.stdout.startswith("usage: summitry")
