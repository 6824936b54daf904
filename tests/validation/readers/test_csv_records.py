"""Records, cells and their physical places, whatever the form of the file."""

from __future__ import annotations

import pytest

from summitry.validation.readers.csv_records import parse


def cells(text):
    return [[c.text for c in r.cells] for r in parse(text.encode(), "t.csv").records]


def test_cells():
    assert cells('a,b\n1,"x, ""y"""\n,\n') == [["a", "b"], ["1", 'x, "y"'], ["", ""]]
    assert cells("a,b\n1,2") == [["a", "b"], ["1", "2"]]
    assert cells("") == []


def test_a_quoted_line_break_does_not_shift_lines_or_columns():
    found = parse('a,b\n"x\nyé",1\nlong,"q"\n'.encode(), "t.csv")
    places = [[(c.line, c.column) for c in r.cells] for r in found.records]
    assert places == [[(1, 1), (1, 3)], [(2, 1), (3, 5)], [(4, 1), (4, 6)]]
    assert found.problems == []


@pytest.mark.parametrize(
    ("raw", "rule", "line", "column"),
    [
        (b'a,b\n1,"x\n3,4\n', "quoting", 2, 3),
        (b'a,b\n1,"x"y\n', "quoting", 2, 3),
        (b'a,b\n1,x"y\n', "quoting", 2, 3),
        (b"a,b\n1,x\ry\n", "quoting", 2, 3),
        (b"a,b\n1\n", "cell-count", 2, 1),
        (b"a,b\n1,2,3\n", "cell-count", 2, 5),
        (b"a,b\n\n1,2\n", "blank-line", 2, 1),
        (b"a,b\n1,\xff\n", "encoding", 2, 3),
        (b"\xff\xfea\x00", "encoding", 1, 1),
        (b"\xef\xbb\xbfa,b\n", "byte-order-mark", 1, 1),
        (b"a,b\n1,2\r\n", "line-end", 2, 1),
    ],
)
def test_a_mistake_of_form_is_reported_at_its_place(raw, rule, line, column):
    (problem,) = parse(raw, "t.csv").problems
    assert (problem.rule, problem.line, problem.column) == (rule, line, column)
    assert problem.fix


def test_reading_goes_on_behind_a_mistake():
    found = parse(b'a,b\n1,"x\n3,4\n5\n6,7\n', "t.csv")
    assert [p.line for p in found.problems] == [2, 4]
    assert [[c.text for c in r.cells] for r in found.records if r.sound] == [
        ["a", "b"],
        ["1", '"x'],
        ["3", "4"],
        ["6", "7"],
    ]
    assert len(found.records) == 5


def test_every_line_that_is_not_utf8_is_reported():
    assert [p.line for p in parse(b"a\n\xff\nb\n\xfe\xff\n", "t.csv").problems] == [2, 4]


def test_a_long_line_without_an_end_costs_one_pass():
    found = parse(b'a\n"' + b"x" * 5_000_000, "t.csv")
    assert [p.rule for p in found.problems] == ["quoting"]
    assert len(found.problems[0].value) <= 120
