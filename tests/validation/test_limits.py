"""How much is read, listed and kept in memory is limited; what is left out is said, and counted."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from conftest import PEAK, ROOT, some_every_day

HEADER = "actor_id,name,kind,part_of_id,belligerent,country_code,wikidata_id\n"
MOST = 900  # MB that a validation may take: polars and Arrow need some 150
WAIT = 300  # seconds

VALIDATE = f"""{PEAK}
import sys
from summitry.cli import main
code = main(sys.argv[1:])
print(peak(), file=sys.stderr)
sys.exit(code)
"""

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only there is memory measured in kilobytes")


def validate(*arguments):
    """Validate in a process of its own; return its report, and the memory that it took at most, in MB."""
    command = [sys.executable, "-c", VALIDATE, "validate", "--format", "json", *map(str, arguments)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=WAIT)
    assert done.returncode == 1, done.stderr
    return json.loads(done.stdout), int(done.stderr.splitlines()[-1])


@pytest.fixture
def report(run, on_few_rows):  # noqa: ARG001 - it is compared with these
    """Validate in this process, and return the report."""
    return lambda *arguments: json.loads(run("validate", "--format", "json", *arguments).stdout)


def actors(folder, content):
    (folder / "actors.csv").write_text(HEADER + content, newline="")
    return folder


CASES = {
    "3 MB of empty lines": ("\n" * 3_000_000, {"blank-line": 3_000_000}),
    "empty lines as Windows ends them": ("\r\n" * 300_000, {"blank-line": 300_000, "line-end": 1}),
    "20 MB of commas": ("," * 20_000_000, {"cell-count": 1}),
    "a mark that is not closed before 20 MB of commas": ('"' + "," * 20_000_000, {"quoting": 1}),
    "rows that are empty, and one of another length": (",,,,,,\n" * 100_000 + "x\n", {"blank-line": 100_000}),
}


@pytest.mark.parametrize("case", some_every_day(CASES, ("3 MB of empty lines", "20 MB of commas"), pytest.mark.hostile))
def test_a_file_that_is_one_mistake_takes_little_memory(case, tmp_path):
    content, expected = CASES[case]
    report, memory = validate("--max-problems", 100, actors(tmp_path, content))
    counts = dict.fromkeys(expected, 0)
    for problem in report["problems"]:
        counts[problem["rule"]] = counts.get(problem["rule"], 0) + 1
    for kind in report["unlisted"]:
        counts[kind["rule"]] += kind["count"]
    assert expected.items() <= counts.items()
    assert report["errors"] + report["warnings"] == sum(counts.values())
    assert memory < MOST


def test_problems_beyond_the_limit_are_counted_by_rule(tmp_path, run, report):
    folder = actors(tmp_path, "Bad Id,,person,,maybe,,\n" * 50)
    part = report("--max-problems", 7, folder)
    assert len(part["problems"]) == 7
    further = {kind["rule"]: kind["count"] for kind in part["unlisted"]}
    assert sum(further.values()) == part["errors"] - 7
    whole = report(folder)
    assert (len(whole["problems"]), whole["unlisted"]) == (part["errors"], [])
    done = run("validate", "--max-problems", 7, folder)
    assert f"the places of {part['errors'] - 7} further problems, because of --max-problems: " in done.stdout
    assert ": there are more than 7 problems" in done.stdout
    only = run("validate", "--max-problems", 7, "--rule", "required", folder)
    assert f"not valid: {sum(p['rule'] == 'required' for p in whole['problems'])} errors" in only.stdout


def test_a_descriptor_that_names_one_file_50_000_times_is_refused_at_once(tmp_path, report):
    actors(tmp_path, "")
    (tmp_path / "datapackage.json").write_text(json.dumps({"resources": [{"path": "actors.csv"}] * 50_000}))
    (problem,) = report(tmp_path)["problems"]
    assert (problem["rule"], problem["expected"]) == ("descriptor", "at most 1,000 resources")
    assert "none of the 50,000 resources was checked" in problem["fix"]


def sparse(path):
    path.parent.mkdir(exist_ok=True)
    with path.open("wb") as file:
        file.truncate(30_000_000_000)


@pytest.mark.parametrize("name", ["seeds/a.txt", "actors.csv"])
def test_a_sparse_file_of_30_gb_is_not_read(name, tmp_path):
    (tmp_path / "group_members.csv").write_text("group_id,member_id\n")
    sparse(tmp_path / name)
    report, memory = validate(tmp_path)
    (problem,) = report["problems"]
    assert (problem["rule"], problem["value"]) == ("file", "30 GB")
    assert "it was not read" in problem["fix"]
    assert memory < MOST


def test_sizes_can_be_set(tmp_path, report):
    import polars as pl

    pl.DataFrame({"group_id": ["a"] * 30, "member_id": ["b"] * 30}).write_parquet(tmp_path / "group_members.parquet")
    (problem,) = report("--max-rows", 20, tmp_path)["problems"]
    assert (problem["value"], problem["expected"]) == ("30 rows", "at most 20 rows")
    actors(tmp_path, "\n" * 2000)
    found = report("--max-size", 0.000001, tmp_path / "actors.csv")["problems"]
    assert [(p["rule"], p["expected"]) for p in found] == [("file", "at most 1 kB")]


@pytest.mark.parametrize(
    "wrong", [("--max-problems", "0"), ("--max-problems", "many"), ("--memory", "nan"), ("--max-size", "-1")]
)
def test_a_limit_that_is_no_number_is_a_message(wrong, run):
    done = run("validate", *wrong)
    assert (done.returncode, done.stdout) == (2, "")
    assert f"argument {wrong[0]}: {wrong[1]!r} is not a " in done.stderr
