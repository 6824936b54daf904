"""What people read: the text, the annotations and the page."""

from __future__ import annotations

import re

import pytest

from summitry.validation import reporters
from summitry.validation.report import Problem, Report
from summitry.validation.reporters import html


def problem(file="stances.csv", **more):
    return Problem(**{"file": file, "rule": "enum", "severity": "error", "expected": "accepts", **more})


IN_CELL = {"row": 1, "field": "position", "key": "s1", "table": "stances", "line": 2, "column": 9}


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        (IN_CELL | {"value": "accpets"}, "position (row s1): found “accpets”; expected accepts."),
        (IN_CELL, "position (row s1): the cell is empty; expected accepts."),
        ({"field": "position", "table": "stances"}, "position: expected accepts."),
        ({"table": "stances", "value": "x"}, "stances: found “x”; expected accepts."),
        ({}, "expected accepts."),
    ],
)
def test_a_problem_is_a_sentence_about_its_cell_its_column_its_table_or_nothing(more, expected, monkeypatch):
    monkeypatch.delenv("GITHUB_WORKSPACE", raising=False)
    report = Report([problem(fix="Fix it.", **more)])
    assert reporters.render(report, "github").splitlines()[0].partition("::")[2].endswith(f"::{expected} Fix it.")
    assert f"    {expected.partition(': ')[2] or expected}".rstrip(".") in reporters.render(report).splitlines()


def test_the_text_shows_the_first_of_a_kind_and_counts_the_others():
    """6,000 rows with the same two slips, and one of another kind among them."""
    rows = range(1, 6001)
    same = [problem(row=n, field=f, line=n + 1, column=9, value="x") for n in rows for f in ("act", "issue")]
    other = problem(row=99, field="act", line=100, column=9, rule="required", severity="warning")
    written = reporters.render(Report([*same, other])).splitlines()
    assert len(written) < 40
    assert sum("in act [enum]" in line for line in written) == 3
    assert any(line.startswith("stances.csv:100:9: warning in act [required]") for line in written)
    first = "5:9, 6:9, 7:9, 8:9, 9:9, 10:9, 11:9, 12:9, 13:9, 14:9, …"
    assert f"… and 5,997 more of [enum] in issue, at {first}" in written
    assert "12,000  error     enum      stances.csv" in written
    assert "     1  warning   required  stances.csv" in written
    assert written[-1].startswith("not valid: 12,000 errors, 1 warning")


def test_the_text_counts_in_each_file_and_of_what_has_no_place():
    few = [problem("a.csv", row=n, field="act", line=n) for n in (1, 2, 3)]
    whole = reporters.render(Report([*few, *[problem("b.csv", line=5)] * 17]))
    assert "number" not in whole
    assert whole.count("[enum]") == 20
    many = [problem("b.parquet", row=n, field="act") for n in range(1, 6)] + [problem("c.csv")] * 13
    written = reporters.render(Report([*few, *many])).splitlines()
    assert "… and 2 more of [enum] in act, at 4, 5" in written
    assert "… and 10 more of [enum]" in written
    table = [" ".join(line.split()) for line in written]
    counts = ["3 error enum a.csv", "5 error enum b.parquet", "13 error enum c.csv"]
    assert table[table.index("number severity rule file") + 1 :][:3] == counts


def test_annotations_name_files_from_the_root_of_the_checkout(tmp_path, monkeypatch):
    (tmp_path / "dataset").mkdir()
    monkeypatch.chdir(tmp_path / "dataset")
    monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path))
    for file in ("stances.csv", str(tmp_path / "dataset" / "stances.csv")):
        assert reporters.render(Report([problem(file, line=2)]), "github").startswith(
            "::error file=dataset/stances.csv,"
        )


@pytest.mark.parametrize(("errors", "warnings", "expected"), [(10, 10, 0), (11, 0, 1), (0, 11, 1)])
def test_annotations_say_when_github_will_drop_some(errors, warnings, expected):
    report = Report([problem()] * errors + [problem(severity="warning")] * warnings)
    notices = [line for line in reporters.render(report, "github").splitlines() if line.startswith("::notice ")]
    assert len(notices) == expected
    assert all(f"{errors} errors, {warnings} warnings" in n for n in notices)


@pytest.mark.parametrize("form", reporters.FORMATS)
def test_every_format_says_what_was_not_checked(form):
    assert "spans: no texts" in reporters.render(Report(skipped=["spans: no texts"]), form)


def test_the_page_shows_problems_in_their_rows():
    cells = {"stance_id": "s1", "position": "accpets", "condition": None, "holder_id": "russia"}
    report = Report([problem(**IN_CELL, value="accpets"), problem(line=4, column=1, rule="blank-line")])
    report.records = {"stances.csv": [cells].__getitem__}
    page = reporters.render(report, "html")
    rows = re.findall(r'<tr[^>]*><th scope="row">(\w+)</th><td[^>]*>(.*?)</td></tr>', page, re.DOTALL)
    assert [name for name, _ in rows] == ["stance_id", "position", "holder_id"]
    assert rows[0][1] == "<span>s1</span>"
    assert rows[1][1].startswith("<mark>accpets</mark>")
    assert "line 2, column 9: <b>error</b>" in rows[1][1]
    assert page.index("blank-line") < page.index("<table>")


def test_the_page_shows_what_it_knows_of_a_row():
    page = reporters.render(Report([problem(**IN_CELL), problem("b.parquet", row=7, field="act", value="x")]), "html")
    assert "<mark><i>empty</i></mark>" in page
    assert "<h3>row 7 " in page
    assert page.count("<tr") == 2


def test_nothing_in_a_cell_is_markup_and_the_page_runs_nothing():
    evil = "<script>alert(1)</script>\u202e"
    report = Report([problem(f"{evil}.csv", **IN_CELL | {"field": evil, "key": evil, "value": evil}, fix=evil)])
    report.records = {f"{evil}.csv": lambda _: {evil: evil, "other": evil}}
    page = reporters.render(report, "html")
    assert "<script" not in page
    assert page.count("&lt;script&gt;") == 6
    assert "default-src 'none'" in page
    assert not re.search(r"\s(?:src|href|on\w+)=", page)


def test_the_page_stays_small_enough_for_a_browser():
    many = Report([problem(line=n, column=1) for n in range(1, html.MOST_PROBLEMS + 4)])
    page = reporters.render(many, "html")
    assert page.count('problem">') == html.MOST_PROBLEMS
    assert "3 further problems not shown" in page
    assert "2,003 errors" in page
