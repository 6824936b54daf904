"""The benchmarks measure what they say: the data, what everybody finds in them, and the documents. Nothing is timed."""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import json
import re
import sys
from pathlib import Path

import polars as pl
import pytest

from conftest import ROOT, some_every_day

sys.path.append(str(ROOT))  # the benchmarks are in a checkout only

from benchmarks import compare, data, machine, measure, outcome, planted, prompt, table, validate
from benchmarks.contestants.found import Found
from benchmarks.entries import CONTESTANTS, FLOOR, OURS, Contestant
from benchmarks.measure import Cost, Task, TaskError
from benchmarks.outcome import Entry, Outcome, Ratio
from summitry.validation import child_process
from summitry.validation.rules import DATASET_RULES

ROWS = 3_000
FEW = planted.FEWEST  # for those that take part up to 1e5 rows only
BETWEEN_TABLES = [rule.id for rule in DATASET_RULES]
MODULES = {"dataframely", "patito", "pointblank", "frictionless", "pandera"}


@pytest.fixture(scope="session")
def folders(tmp_path_factory):
    """By number of rows and format, a folder with the data."""
    home = tmp_path_factory.mktemp("statements")
    for rows in (FEW, ROWS):
        for form, write in data.WRITERS.items():
            write(home / str(rows) / form, rows)
    return {(rows, form): home / str(rows) / form for rows in (FEW, ROWS) for form in planted.FORMATS}


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def problems(folder):
    """What our validation says of cells, keys and rows, as the contestants say it."""
    report = child_process.validate_paths([folder]).only(ignore=BETWEEN_TABLES)
    return [Found(p.rule, p.field, p.row - 1) for p in report.problems]


# the data


def test_the_same_rows_come_however_they_are_cut_into_chunks(tmp_path, folders, monkeypatch):
    monkeypatch.setattr(data, "CHUNK", 997)
    for form, write in data.WRITERS.items():
        write(tmp_path / form, ROWS)
    for name in ("statements", "actors", "events"):
        assert digest(tmp_path / "csv" / f"{name}.csv") == digest(folders[ROWS, "csv"] / f"{name}.csv")
        read = [pl.read_parquet(f / f"{name}.parquet") for f in (tmp_path / "parquet", folders[ROWS, "parquet"])]
        assert read[0].equals(read[1])


FORMS = some_every_day(planted.FORMATS, ("csv",), pytest.mark.planted)


@pytest.mark.parametrize("form", FORMS)
def test_rows_obey_our_schemas(tmp_path, form):
    data.WRITERS[form](tmp_path, ROWS, planted=False)
    assert problems(tmp_path) == []


@pytest.mark.parametrize("form", FORMS)
def test_our_validation_finds_every_planted_mistake_with_its_row_and_nothing_else(folders, form):
    found = problems(folders[ROWS, form])
    assert sorted(found) == sorted(planted.expected(ROWS, form))
    assert len(found) == {"csv": 35, "parquet": 29}[form]


def test_both_formats_contain_the_same_but_for_bad_dates(folders):
    text = pl.read_csv(folders[ROWS, "csv"] / "statements.csv", infer_schema=False)
    typed = pl.read_parquet(folders[ROWS, "parquet"] / "statements.parquet").with_columns(pl.all().cast(pl.String))
    bad = [p.row for p in planted.expected(ROWS, "csv") if p.kind == "type"]
    text[bad, "said_from"] = None
    assert typed.equals(text)


@pytest.mark.parametrize("rows", [FEW, 12_345, 1_000_000])
def test_mistakes_are_apart_after_the_keys_that_they_repeat(rows):
    at = planted.places(rows)
    assert len(at) == len(set(at)) == sum(planted.COUNTS.values()) == 35
    assert 31 < min(at) < max(at) < rows


# the contestants


def run(contestant, folder, form, tmp_path):
    output = tmp_path / "found.json"
    measure.measure(contestant.task(contestant.module, folder, form, output))
    return contestant.read(output)


@pytest.mark.parametrize("form", planted.FORMATS)
@pytest.mark.parametrize(
    "contestant",
    [OURS, *(pytest.param(c, marks=pytest.mark.planted) for c in CONTESTANTS if c is not OURS)],
    ids=lambda c: c.name,
)
def test_each_contestant_finds_what_is_planted(contestant, form, folders, tmp_path):
    if contestant.library in MODULES and not importlib.util.find_spec(contestant.library):
        pytest.skip(f"not installed; {validate.INSTALL}")
    rows = FEW if contestant.most < 1e6 else ROWS
    found = run(contestant, folders[rows, form], form, tmp_path)
    assert compare.differences(found, rows, form, contestant.cannot) == []
    assert len(found) == (0 if contestant is FLOOR else {"csv": 35, "parquet": 29}[form])


def test_whoever_cannot_find_a_kind_says_which():
    for contestant in CONTESTANTS:
        assert contestant.cannot.keys() <= planted.COUNTS.keys()
    assert FLOOR.cannot.keys() == planted.COUNTS.keys()
    assert not OURS.cannot


def test_ours_counts_problems_of_other_tables(tmp_path):
    report = {"problems": [
        {"table": "statements", "rule": "enum", "field": "act", "row": 7},
        {"table": "actors", "rule": "enum", "field": "kind", "row": 1},
        {"table": "statements", "rule": "header", "field": None, "row": None},
    ]}  # fmt: skip
    (tmp_path / "report.json").write_text(json.dumps(report))
    assert OURS.read(tmp_path / "report.json") == [
        ("enum", "act", 6), ("actors: enum", "kind", 0), ("header", None, None)
    ]  # fmt: skip


# the comparison


def every(form="csv"):
    return [Found(*p) for p in planted.expected(FEW, form)]


def test_what_is_planted_is_accepted_however_much_of_the_place_is_given():
    assert compare.differences(every(), FEW, "csv") == []
    assert compare.differences([Found(f.kind, f.column) for f in every()], FEW, "csv") == []
    assert compare.differences([Found(f.kind, None, f.row) for f in every()], FEW, "csv") == []
    assert compare.differences(every("parquet"), FEW, "parquet") == []


def test_a_mistake_that_is_missed_or_invented_or_misplaced_is_reported():
    first, *others = every()
    missed = [f"missed: enum in act in row {first.row} (1 times)"]
    assert compare.differences(others, FEW, "csv") == missed
    assert compare.differences([*others, Found("enum", "act", 5)], FEW, "csv") == [
        *missed, "not planted: enum in act in row 5 (1 times)"
    ]  # fmt: skip
    assert compare.differences([*every(), first], FEW, "csv") == [
        f"not planted: enum in act in row {first.row} (1 times)"
    ]
    assert compare.differences([*every(), Found("space", "summary")], FEW, "csv") == [
        "not planted: space in summary (1 times)"
    ]
    counted = [Found(f.kind, f.column) for f in others]
    assert compare.differences(counted, FEW, "csv") == ["missed: enum in act (1 times)"]


def test_a_kind_that_somebody_cannot_find_is_not_missed_but_must_not_be_found():
    without = [f for f in every() if f.kind != "date-order"]
    assert compare.differences(without, FEW, "csv", {"date-order"}) == []
    assert len(compare.differences(every(), FEW, "csv", {"date-order"})) == 3
    assert len(compare.differences(without, FEW, "csv")) == 3


def test_not_more_is_shown_than_can_be_read():
    wrong = compare.differences([Found("enum", "act", row) for row in range(1000)], FEW, "csv")
    assert len(wrong) == compare.MOST_SHOWN + 1
    assert re.fullmatch(r"and \d+ more", wrong[-1])


def test_a_run_stops_at_a_wrong_finding(tmp_path):
    output = tmp_path / "found.json"
    output.write_text(json.dumps([["enum", "act", 1]]))
    with pytest.raises(SystemExit, match=r"on CSV does not find what is planted:\n  missed: "):
        validate.check(FLOOR.__class__("x", "x", "summitry_", "x"), "csv", FEW, output)


# the runner


@pytest.fixture(scope="session")
def done(tmp_path_factory):
    """A whole run of the smallest size with the floor alone, and the folder of its results."""
    home = tmp_path_factory.mktemp("run")
    parser = argparse.ArgumentParser()
    validate.add_arguments(parser)
    given = ["--rows", "1e3", "--rounds", "1", "--only", "floor"]
    arguments = parser.parse_args([*given, "--folder", str(home / "data"), "--results", str(home / "results")])
    assert validate.run(arguments) == 0
    return home


def test_a_run_writes_a_table(done):
    (written,) = (done / "results").iterdir()
    assert written.name == "validate-1e3.md"
    assert "| reading alone (polars, streaming) | nothing | 1.00 | 1.00 |" in written.read_text("utf-8")


def test_no_document_of_a_run_names_a_folder(done):
    for path in (done / "results").iterdir():
        assert str(done) not in path.read_text("utf-8")
        assert str(Path.home()) not in path.read_text("utf-8")


def test_data_that_are_there_are_used_again(done, monkeypatch):
    def refuse(*_, **__):
        raise AssertionError

    kept = validate.prepared(done / "data", 1000)
    monkeypatch.setattr(validate.subprocess, "run", refuse)
    assert validate.prepared(done / "data", 1000) == kept
    assert sorted(p.name for p in kept["csv"].parent.iterdir()) == ["csv", "parquet"]
    with pytest.raises(AssertionError):
        validate.prepared(done / "data", 2000)


def test_data_that_cannot_be_finished_leave_nothing_behind(tmp_path, monkeypatch):
    def interrupted(command, **_):
        Path(command[3]).mkdir()
        raise KeyboardInterrupt

    monkeypatch.setattr(validate.subprocess, "run", interrupted)
    with pytest.raises(KeyboardInterrupt):
        validate.prepared(tmp_path, 1000)
    (made,) = tmp_path.iterdir()
    assert list(made.iterdir()) == []


def test_why_somebody_does_not_take_part(tmp_path):
    slow = Contestant("slow", "slow", "patito_", "polars", most=1e4)
    missing = Contestant("none", "none", "patito_", "no-such-library")
    assert validate.absence(slow, 10_000, 1e4, tmp_path) is None
    assert validate.absence(missing, 10_000, 1e4, tmp_path) == (
        "not installed; `pip install --group benchmarks` installs it"
    )
    late = "takes part up to 10⁴ rows; its ratio is in "
    assert validate.absence(slow, 10_001, 1e4, tmp_path) == f"{late}the table of that size"
    (tmp_path / "validate-1e4.md").touch()
    assert validate.absence(slow, 10_001, 1e4, tmp_path) == f"{late}[the table of that size](validate-1e4.md)"


def test_the_version_of_the_dataset_is_that_of_the_code_that_runs():
    described = json.loads((ROOT / "datapackage.json").read_text("utf-8"))
    assert machine.version("summitry") == described["version"]


@pytest.mark.parametrize(("text", "rows"), [("1e6", 1_000_000), ("2500", 2500)])
def test_a_number_of_rows_is_read(text, rows):
    assert validate.rows(text) == rows


@pytest.mark.parametrize("text", ["999", "1000.5"])
def test_a_number_of_rows_is_refused(text):
    with pytest.raises(argparse.ArgumentTypeError, match=f"{text} is no whole number of at least 1000"):
        validate.rows(text)


def test_a_limit_is_read_and_a_strange_name_refused():
    assert validate.limit("patito=1e5") == ("patito", 1e5)
    with pytest.raises(argparse.ArgumentTypeError, match="'pandas' is none of floor, summitry, "):
        validate.limit("pandas=1e5")


# the measurement of a process


def test_the_peak_of_memory_is_that_of_the_process_and_its_children(tmp_path):
    big = "bytearray(b'x') * 300_000_000"
    own = measure.measure(Task([sys.executable, "-c", big], tmp_path / "a.out"))
    child = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {big!r}], check=True)"
    inherited = measure.measure(Task([sys.executable, "-c", child], tmp_path / "b.out"))
    assert min(own.peak, inherited.peak) > 300_000_000


def test_what_a_process_prints_is_kept_and_its_environment_given(tmp_path):
    code = "import os; print(os.environ['SALUTE'])"
    measure.measure(Task([sys.executable, "-c", code], tmp_path / "a.out", env=(("SALUTE", "good day"),)))
    assert (tmp_path / "a.out").read_text() == "good day\n"


def test_modules_are_compiled_once(tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    code = "import sys; print(sys.dont_write_bytecode)"
    measure.measure(Task([sys.executable, "-c", code], tmp_path / "a.out"))
    assert (tmp_path / "a.out").read_text() == "False\n"


def test_a_process_that_fails_says_why(tmp_path):
    command = [sys.executable, "-c", "raise SystemExit('no such bank')"]
    with pytest.raises(TaskError, match=r"ended with 1:\nno such bank"):
        measure.measure(Task(command, tmp_path / "a.out"))
    measure.measure(Task(command, tmp_path / "a.out", allowed=(0, 1)))


def test_the_least_time_and_the_highest_peak_count():
    assert measure.best([Cost(3, 2, 10), Cost(1, 4, 30), Cost(2, 3, 20)]) == Cost(1, 2, 30)


def test_tasks_take_turns(tmp_path, monkeypatch):
    seen = []
    monkeypatch.setattr(measure, "measure", lambda task: seen.append(task.command[0]) or Cost(len(seen), 1, 1))
    tasks = {name: Task([name], tmp_path / name) for name in ("a", "b")}
    checked = []
    assert measure.interleaved(tasks, 2, checked.append) == {"a": Cost(1, 1, 1), "b": Cost(2, 1, 1)}
    assert seen == checked == ["a", "b", "a", "b"]


# the documents


@pytest.fixture
def made_up():
    both = {"csv": Ratio(1.0, 1.0, 0.4), "parquet": Ratio(1.0, 1.0, 0.3)}
    return Outcome(2_500_000, 3, {"cores": "2", "memory": "8 GB"}, (
        Entry("floor", "reading alone", "2.1", both, FLOOR.cannot),
        Entry("summitry", "summitry", "0.3", {"csv": Ratio(1.15, 1.2, 0.54), "parquet": Ratio(1.5, 1.7, 0.5)}, {}),
        Entry("old", "old one", "4", {"csv": Ratio(80.4, 90, 1), "parquet": "reads CSV only"},
              {"date-order": "it sees one cell at a time"}),
        Entry("slow", "slow one", "1", {"csv": "too slow", "parquet": "too slow"}, {}),
    ))  # fmt: skip


def test_the_table_says_everything(made_up):
    text = table.validate(made_up)
    assert "# Validation of 2.5 · 10⁶ statements\n" in text
    rows = [line for line in text.splitlines() if line.startswith("| ")][2:]
    assert rows == [
        "| reading alone | nothing | 1.00 | 1.00 | 0.40 | 1.00 | 1.00 | 0.30 |",
        "| summitry 0.3 | all | 1.15 | 1.20 | 0.54 | 1.50 | 1.70 | 0.50 |",
        "| old one 4 | all but date-order | 80.4 | 90.0 | 1.00 | – | – | – |",
        "| slow one 1 | – | – | – | – | – | – | – |",
    ]
    notes = [line for line in text.splitlines() if line.startswith("- ")]
    assert notes == [
        "- old one, Parquet: reads CSV only.",
        "- old one cannot find date-order: it sees one cell at a time.",
        "- slow one: too slow.",
        "- cores: 2",
        "- memory: 8 GB",
    ]


def test_costs_become_ratios():
    assert outcome.over(Cost(3, 5, 540_000_000), Cost(2, 4, 1)) == Ratio(1.5, 1.25, 0.54)


@pytest.mark.parametrize(
    ("rows", "short", "power"),
    [(1000, "1e3", "10³"), (1_000_000, "1e6", "10⁶"), (250_000, "2.5e5", "2.5 · 10⁵"), (12_345, "1.2345e4", None)],
)
def test_numbers_of_rows_are_short(rows, short, power):
    assert outcome.short(rows) == short
    assert power is None or outcome.superscript(rows) == power


# at the prompt


def costs(**ratios):
    """Costs where every base takes 100 ms and every process as many times that as is given, or as much."""
    base = {name: Cost(0.1, 0.1, 1) for name in prompt.BASES}
    return base | {
        s.title: Cost(0.1 * ratios.get(s.library, 1), 0.1 * ratios.get(s.library, 1), 1) for s in prompt.STARTS
    }


def test_the_prompt_compares_every_process_with_a_base_that_is_measured(tmp_path):
    assert {s.over for s in prompt.STARTS} == set(prompt.BASES)
    assert list(prompt.tasks(list(prompt.STARTS), tmp_path)) == [*prompt.BASES, *(s.title for s in prompt.STARTS)]


def test_the_table_of_the_prompt_compares_ours_by_wall_time():
    text = prompt.document(costs(summitry=1.2, frictionless=20), 15, {"cores": "2"})
    lines = [line for line in text.splitlines() if line.startswith(("| `", "| fr"))]
    assert lines == [
        "| `import summitry` | python -c pass | at most 10 ms of CPU more: no | 1.20 | 1.20 |",
        "| `load_statements()` | import pandas | at most 1.1: no | 1.20 | 1.20 |",
        '| `load_statements(engine="polars")` | import polars | at most 1.1: no | 1.20 | 1.20 |',
        '| `load_statements(engine="pyarrow")` | import pyarrow.parquet | at most 1.25: yes | 1.20 | 1.20 |',
        "| `summitry validate` | polars reads the same CSV files | at most 1.5: yes | 1.20 | 1.20 |",
        "| frictionless validate | polars reads the same CSV files |  | 20.0 | 20.0 |",
    ]
    assert " ms" not in text.replace("at most 10 ms of CPU more", "")


def test_the_prompt_names_what_is_not_installed():
    given = costs(summitry=1.05)
    assert "Not installed" not in prompt.document(given, 15, {})
    del given["vega_datasets: data.iris()"]
    text = prompt.document(given, 15, {})
    assert "Not installed: vega_datasets; `pip install --group benchmarks` installs them." in text
    assert "| vega_datasets: data.iris() | import pandas |  | – | – |" in text
    assert "at most 10 ms of CPU more: yes" in text


@pytest.mark.planted
def test_a_fresh_process_runs_what_the_prompt_measures(tmp_path):
    ours = [s for s in prompt.STARTS if s.library == "summitry"]
    for task in prompt.tasks(ours, tmp_path).values():
        measure.measure(task)
