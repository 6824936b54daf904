"""Any number of problems, in order, and what every format makes of them."""

from __future__ import annotations

import json
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import CONTRIBUTIONS
from summitry.cli import main
from summitry.validation import reporters
from summitry.validation.report import Problem, Problems, Report
from summitry.validation.reporters.json_ import document

# few values, so that many problems are equal in part of what they are sorted by; `key` makes them different
CELLS = st.none() | st.sampled_from(["", "position", "é\n“[]”", '"\\\r\u2028', "{0} [here](x)", "50%, a:b"])
NUMBERS = st.none() | st.integers(1, 3)
PROBLEMS = st.lists(
    st.builds(
        Problem, st.sampled_from(["b.csv", "a.csv", "ü/c.csv"]), st.sampled_from(["enum", "row"]),
        st.sampled_from(["error", "warning"]), st.just("accepts"), st.sampled_from(["", "Fix\nit."]),
        NUMBERS, NUMBERS, NUMBERS, CELLS, CELLS, CELLS, CELLS,
    ),
    max_size=40,
)  # fmt: skip


def order(p):
    return p.file, p.line or 0, p.row or 0, p.column or 0, p.rule


def in_lines(count):
    """Problems in so many lines."""
    return Problems(Problem("a.csv", "enum", "error", "accepts", line=n) for n in range(1, count + 1))


@given(st.lists(PROBLEMS, max_size=4), st.lists(st.booleans(), min_size=4), st.data())
def test_problems_are_a_sorted_list(batches, read, data):
    found, expected = Problems(), []
    for batch, now in zip(batches, read, strict=False):
        found.extend(iter(batch))
        expected = sorted(expected + batch, key=order)
        assert not now or list(found) == expected
    assert found == expected
    assert found == Problems(expected)
    assert len(found) == len(expected)
    for severity in ("error", "warning"):
        assert found.severities[severity] == sum(p.severity == severity for p in expected)
    for i in range(-len(expected), len(expected)):
        assert found[i] == expected[i]
    for i in (len(expected), -len(expected) - 1):
        with pytest.raises(IndexError):
            found[i]
    part = data.draw(st.slices(len(expected)))
    assert found[part] == expected[part]


@given(PROBLEMS, PROBLEMS, st.integers(0, 12))
def test_problems_beyond_the_limit_are_counted(first, second, most):
    found, whole = Problems(first, most=most), first + second
    found.extend(iter(second))
    assert found == sorted(whole[:most], key=order)
    assert found.unlisted == Counter((p.file, p.rule, p.severity) for p in whole[most:])
    assert found.severities == Counter(p.severity for p in whole)
    again = Problems(found)
    assert (again, again.unlisted, again.severities) == (found, found.unlisted, found.severities)


def test_what_is_not_the_same_is_not_equal():
    found = in_lines(20)
    assert found != in_lines(21)
    assert found != [*found[:-1], found[0]]
    assert found != tuple(found)
    assert found == in_lines(20)


@given(PROBLEMS, PROBLEMS, PROBLEMS)
def test_problems_that_were_passed_on_are_changed_by_neither_owner(first, second, third):
    found = Problems(first)
    other = Problems(found)
    found.extend(second)
    other.extend(third)
    assert found == sorted(first + second, key=order)
    assert other == sorted(first + third, key=order)
    other.extend(other)
    assert other == sorted([*sorted(first + third, key=order)] * 2, key=order)


def test_problems_that_come_while_others_are_read_wait_for_the_next_reader():
    found = in_lines(10)
    reader = iter(found)
    assert next(reader).line == 1
    found.extend(in_lines(10))
    assert [p.line for p in reader] == list(range(2, 11))
    assert len(list(found)) == 20


def test_the_repr_counts_and_shows_the_first():
    assert repr(Problems()) == "<Problems: none []>"
    written = repr(in_lines(5000))
    assert written.startswith("<Problems: 5000 errors [Problem(file='a.csv', rule='enum'")
    assert written.endswith(", …]>")
    assert written.count("Problem(") == 3


def test_a_report_takes_any_problems_and_is_chosen_from_and_made_stricter():
    problems = [
        Problem("a.csv", rule, severity, "accepts") for rule, severity in (("row", "warning"), ("enum", "error"))
    ]
    report = Report(problems, {"a.csv": 2}, ["spans"], {"a.csv": dict})
    report.add(iter(problems))
    assert [p.rule for p in report.problems] == ["enum", "enum", "row", "row"]
    strict, some, others = report.stricter(), report.only(["row"]), report.only(ignore=["row"])
    assert [(r.count("error"), r.count("warning")) for r in (report, strict, some, others)] == [
        (2, 2), (4, 0), (0, 2), (2, 0),
    ]  # fmt: skip
    assert [r.valid for r in (report, strict, some, others)] == [False, False, True, False]
    assert all((r.rows, r.records) == (report.rows, report.records) for r in (strict, some))
    assert strict.skipped == ["spans"]
    assert some.skipped == ["spans", "all rules but row: because of --rule, which leaves out 2 problems"]
    assert report.only().problems == report.problems


@given(PROBLEMS, st.lists(st.sampled_from(["[]", "no\ntexts"])))
def test_json_and_sarif_have_a_line_for_each_problem(problems, skipped):
    report = Report(problems, {"a.csv": 4, "[]": 1}, skipped)
    whole = {
        "format": 1, "valid": report.valid, "errors": report.count("error"), "warnings": report.count("warning"),
        "rows": report.rows, "skipped": skipped, "unlisted": [],
        "changes": {"added": {}, "changed": {}, "unchanged": 0},
        "problems": [p.as_dict() for p in sorted(problems, key=order)],
    }  # fmt: skip
    text = reporters.render(report, "json")
    assert json.loads(text) == whole
    assert sum(line.startswith('{"file"') for line in text.splitlines()) == len(problems)
    log = reporters.render(report, "sarif")
    assert len(json.loads(log)["runs"][0]["results"]) == len(problems)
    assert sum(line.startswith('{"ruleId"') for line in log.splitlines()) == len(problems)


@pytest.mark.parametrize("items", [[], [[]], [{}, {"a": {}}], [{"a": [1, {"b": None}], "c": "\n  []"}, 1.5, "x\ny"]])
def test_any_list_can_be_the_long_one(items):
    frame = {"[]": [], "inner": [{"a": "[]", "list": []}]}
    whole = {"[]": [], "inner": [{"a": "[]", "list": items}]}
    assert json.loads("".join(document(frame, items))) == whole


def test_text_and_annotations_letter_by_letter(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GITHUB_WORKSPACE", raising=False)
    problems = [
        Problem("b.csv", "row", "warning", "a row", line=3),
        Problem("a.csv", "enum", "error", "50%: a", "Fix it.", 2, 9, 1, "stances", "position", "s1", "b"),
    ]
    report = Report(problems, {"a.csv": 1}, ["spans"])
    assert reporters.render(report) == (
        "a.csv:2:9: error in position (row s1) [enum]\n    found “b”; expected 50%: a\n    → Fix it.\n\n"
        "b.csv:3:1: warning [row]\n    expected a row\n\n"
        "skipped: spans\nnot valid: 1 error, 1 warning in 1 row in 1 file\n"
    )
    assert reporters.render(report, "github") == (
        "::error file=a.csv,line=2,col=9,title=enum::position (row s1): found “b”; expected 50%25: a. Fix it.\n"
        "::warning file=b.csv,line=3,title=row::expected a row.\n"
        "::notice title=skipped::spans\nnot valid: 1 error, 1 warning in 1 row in 1 file\n"
    )


@pytest.mark.usefixtures("on_few_rows")
@pytest.mark.parametrize("form", reporters.FORMATS)
def test_the_command_writes_the_same_to_the_terminal_and_to_a_file(form, tmp_path, capsys):
    given = ["validate", str(CONTRIBUTIONS / "invalid" / "enum"), "--format", form]
    assert main(given) == 1
    written = capsys.readouterr().out
    assert "accpets" in written
    assert main([*given, "--output", str(tmp_path / "report")]) == 1
    assert (tmp_path / "report").read_text("utf-8") == written
    assert main([*given, "--output", str(tmp_path / "no" / "report")]) == 2
    assert "There is no folder" in capsys.readouterr().err
