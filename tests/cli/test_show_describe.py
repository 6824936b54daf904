"""`summitry show` and `summitry describe`: filters, what fits a terminal, and the codebook at the prompt."""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import io
import json
import re
from importlib import import_module

import pytest

import own_tables
from summitry import errors, schema
from summitry.cli import show, terminal
from summitry.dataset import conditions, expansion, loaders

ROWS = [
    {"statement_id": "a", "speaker_id": "sergey-lavrov", "act": "deny", "said_from": dt.date(2025, 8, 20),
     "summary": "Lavrov denies that there is a meeting at Brégançon."},
    {"statement_id": "b", "speaker_id": "mark-rutte", "act": "demand", "said_from": dt.date(2025, 8, 22),
     "target_id": "russia", "summary": "Rutte asks for strong security guarantees and for a meeting."},
    {"statement_id": "c", "speaker_id": "sergey-lavrov", "act": "propose", "said_from": None,
     "summary": "Lavrov proposes the guarantees that were discussed in 2022 as a basis."},
]  # fmt: skip


@pytest.fixture
def rows(package):
    return [{**dict.fromkeys(package.tables["statements"].names), "issue": "ceasefire", **row} for row in ROWS]


@pytest.fixture
def statements(package):
    return package.tables["statements"]


@pytest.fixture
def arrow(rows, statements):
    """The three statements, with the names that --expand adds."""
    return expansion.expanded(own_tables.arrow(statements, rows), statements)


def matching(arrow, texts, table):
    return conditions.fitting(arrow, table, conditions.from_texts(texts, table)).to_pylist()


@pytest.fixture
def call(capsys, monkeypatch):
    """Run a command of these two in a terminal of some width; returns what it printed."""

    def run(name, *arguments, width=80):
        monkeypatch.setenv("COLUMNS", str(width))
        module, parser = import_module(f"summitry.cli.{name}"), argparse.ArgumentParser()
        module.add_arguments(parser)
        assert module.run(parser.parse_args([str(a) for a in arguments])) == 0
        return capsys.readouterr().out

    return run


@pytest.fixture
def small(rows, statements, monkeypatch):
    """The three statements above in place of those that ship."""
    table = own_tables.arrow(statements, rows)
    monkeypatch.setattr(loaders, "load", lambda *_, **__: table)


@pytest.mark.parametrize(
    ("texts", "found"),
    [
        (["speaker_id=sergey-lavrov"], "ac"),
        (["speaker_id=sergey-lavrov", "act=deny"], "a"),
        (["act=deny", "act=demand"], "ab"),
        (["act=deny", "act=demand", "speaker_id=mark-rutte"], "b"),
        (["act!=deny", "act!=demand"], "c"),
        (["target_id="], "ac"),
        (["target_id!="], "b"),
        (["target_id=", "target_id=russia"], "abc"),
        (["said_from>=2025-08-21"], "b"),
        (["said_from <= 2025-08-22"], "ab"),
        (["said_from=2025-08-20"], "a"),
        (["said_from>2025-08-20"], "b"),
        (["said_from<2025-08-22"], "a"),
        (["said_from=2025-01-01"], ""),
        (["speaker_name=Mark Rutte"], "b"),
        (["speaker_id=vladimir-putin"], ""),  # an actor, who says none of the three
        ([], "abc"),
    ],
)
def test_conditions(arrow, statements, texts, found):
    assert "".join(r["statement_id"] for r in matching(arrow, texts, statements)) == found


@pytest.mark.parametrize(
    ("given", "answer"),
    [
        ("actt=deny", r"no column 'actt'\. Did you mean 'act'\? The columns are: statement_id, "),
        ("act=denny", r"No act is 'denny'\. Did you mean 'deny'\? There are: assert, demand, "),
        ("act!=denny", r"No act is 'denny'"),
        ("speaker_id=lavrov", r"Did you mean 'sergey-lavrov'\? There are: .* and \d+ more\.$"),
        ("speaker_id=us", r"Did you mean 'united-states'\?"),
        ("speaker_name=Lavrov", r"Did you mean 'Sergey Lavrov'\?"),
        ("summary=Lavrov", r"No summary is 'Lavrov'.*--contains Lavrov"),
        ("said_from=yesterday", r"has date values\. Give a day such as"),
        ("said_from>=", r"said_from >=: this needs one number or day"),
        ("act>=deny", r"act >=: this needs one number or day"),
        ("act", r"'act' is not a condition\. Write a column"),
    ],
)
def test_a_condition_that_cannot_be_is_answered_with_what_can(arrow, statements, given, answer):
    with pytest.raises((errors.InputError, errors.UnknownNameError), match=answer):
        matching(arrow, [given], statements)


def test_values_are_read_as_the_type_of_their_column(package):
    actors, locations = package.tables["actors"], package.tables["locations"]
    assert conditions.from_texts(["belligerent=TRUE"], actors)[0].values == (True,)
    assert conditions.from_texts(["latitude>=48.5"], locations)[0].values == (48.5,)
    assert conditions.from_texts(["geonames_id=7"], locations)[0].values == (7,)
    for table, wrong in ((actors, "belligerent=yes"), (locations, "latitude=north"), (locations, "geonames_id=7.5")):
        with pytest.raises(errors.InputError, match=r"has .* values\. Give "):
            conditions.from_texts([wrong], table)


@pytest.mark.parametrize(
    ("words", "found"),
    [("meeting", "ab"), ("MEETING rutte", "b"), ("bregancon", "a"), ("guarantees lavrov", "c"), ("2025-08-22", "b"),
     ("no such words", "")],
)  # fmt: skip
def test_words_are_found_in_any_column_and_spelling(rows, words, found):
    found_rows = conditions.contains(rows, words, list(rows[0]))
    assert "".join(r["statement_id"] for r in found_rows) == found


@pytest.mark.parametrize(
    ("by", "descending", "found"),
    [
        (["said_from"], False, "abc"),
        (["said_from"], True, "bac"),  # empty cells are last both ways
        (["act"], False, "bca"),  # demand, propose, …, deny: the order of the codebook
        (["speaker_id", "said_from"], False, "bac"),
        (["speaker_id", "act"], False, "bca"),
    ],
)
def test_rows_are_sorted(rows, statements, by, descending, found):
    in_order = conditions.ordered(rows, [statements[n] for n in by], descending=descending)
    assert "".join(r["statement_id"] for r in in_order) == found


@pytest.mark.parametrize(
    ("text", "columns"), [("Kyiv", 4), ("Київ", 4), ("基輔", 4), ("e\N{COMBINING ACUTE ACCENT}", 1), ("", 0), ("👍", 2)]
)
def test_text_is_measured_as_the_screen_shows_it(text, columns):
    assert terminal.measure(text) == columns
    assert terminal.measure(terminal.pad(text, 6)) == 6


def test_text_is_cut_where_the_screen_ends():
    assert terminal.cut("abcdef", 6) == "abcdef"
    assert terminal.cut("abcdefg", 6) == "abcde…"
    assert terminal.cut("基輔基輔", 6) == "基輔…"
    assert terminal.cut("ab cdefg", 4) == "ab…"
    assert terminal.without_controls("a\x1b[31mb\nc") == "a [31mb c"


def test_width_is_shared_the_longest_first():
    assert terminal.shares([5, 30, 50], [5, 10, 20], 59) == [5, 25, 25]
    assert terminal.shares([5, 10, 50], [5, 10, 20], 35) == [5, 10, 16]  # too little for the least widths
    assert terminal.shares([5, 10, 20], [5, 10, 20], 99) == [5, 10, 20]
    assert terminal.shares([30, 30], [20, 20], 5) == [6, 6]
    assert terminal.fitting([30, 18, 18, 36], [0, 2, 3, 1], 70) == [0, 3]
    assert terminal.fitting([30, 18, 18, 36], [0, 2, 3, 1], 88) == [0, 1, 3]
    assert terminal.fitting([30, 18], [0, 1], 5) == [0]


def test_a_table_lines_up_whatever_the_script():
    made = terminal.table([["a", "基輔", "x"], ["b", "y", "Київ"]], ["text", "text"], [1, 1], 80).splitlines()
    assert made == ["a     b", "text  text", "────  ────", "基輔  y", "x     Київ"]


def test_a_narrow_terminal_shows_what_was_said(call):
    assert call("show", "statements", "-n", 2, width=60).split()[:2] == ["statement_id", "summary"]


@pytest.mark.parametrize("width", [40, 60, 80, 120, 200])
@pytest.mark.parametrize("table", schema.package().tables)
def test_no_table_that_ships_runs_over_the_terminal(call, table, width):
    lines = call("show", table, "-n", 5, width=width).splitlines()
    assert max(map(terminal.measure, lines)) <= width
    assert lines[0].split()[0] == schema.package().tables[table].primary_key[0]


@pytest.mark.usefixtures("small")
def test_empty_columns_go_first_and_what_is_not_shown_is_said(call):
    wide = call("show", "statements", width=300)
    assert "target_id" in wide.splitlines()[0]
    assert "addressee_id" not in wide.splitlines()[0]
    assert re.search(r"^not shown: .*addressee_id.*\(choose with --columns\)$", wide, re.MULTILINE)
    narrow = call("show", "statements", width=60)
    assert narrow.splitlines()[0].split() == ["statement_id", "act", "summary"]
    assert narrow.splitlines()[3].startswith("a ")


@pytest.mark.usefixtures("small")
def test_columns_that_are_asked_for_are_all_shown(call):
    header = call("show", "statements", "--columns", "act, addressee_id,summary,statement_id", width=40).splitlines()[0]
    assert header.split() == ["act", "addresse…", "summary", "statemen…"]
    with pytest.raises(errors.UnknownNameError, match="Did you mean 'act'"):
        call("show", "statements", "--columns", "acts")


@pytest.mark.usefixtures("small")
def test_the_last_line_counts(call):
    assert "3 of 3 rows of statements" in call("show", "statements")
    assert "2 of 3 rows of statements" in call("show", "statements", "--where", "speaker_id=sergey-lavrov")
    few = call("show", "statements", "--where", "speaker_id=sergey-lavrov", "-n", "1")
    assert "1 of 2 that match, of 3 rows of statements" in few
    none = call("show", "statements", "--contains", "nowhere to be found")
    assert "0 of 3 rows of statements" in none
    assert none.startswith("statement_id")


def test_csv_is_that_of_the_dataset(call, package):
    table = package.tables["actors"]
    printed = list(csv.reader(io.StringIO(call("show", "actors", "--format", "csv"))))
    loaded = loaders.load("actors", "pyarrow").to_pylist()
    assert printed[0] == table.names
    assert [row[0] for row in printed[1:]] == [row["actor_id"] for row in loaded]
    assert {row[table.names.index("belligerent")] for row in printed[1:]} == {"true", "false"}


@pytest.mark.usefixtures("small")
def test_json_has_days_as_texts_and_null_for_nothing(call):
    given = json.loads(call("show", "statements", "--format", "json", "--columns", "act,said_from", "--sort", "act"))
    assert given == [
        {"act": "demand", "said_from": "2025-08-22"},
        {"act": "propose", "said_from": None},
        {"act": "deny", "said_from": "2025-08-20"},
    ]


def test_a_table_for_the_screen_has_20_rows_and_says_how_to_see_the_rest(call):
    lines = call("show", "statements").splitlines()
    assert f"20 of {len(loaders.load('statements'))} rows of statements" in " ".join(lines)
    assert "see the rest: the same command with --all, or with -n and a number" in lines
    assert len(lines) < 35
    every = call("show", "actors", "--all")
    assert "see the rest" not in every
    assert len(every.splitlines()) > len(loaders.load("actors"))


@pytest.mark.usefixtures("small")
def test_lines_of_json_and_markdown(call):
    options = ("show", "statements", "--columns", "statement_id,act,speaker_name", "--sort", "act", "-n", "2")
    assert [json.loads(line) for line in call(*options, "--format", "jsonl").splitlines()] == [
        {"statement_id": "b", "act": "demand", "speaker_name": "Mark Rutte"},
        {"statement_id": "c", "act": "propose", "speaker_name": "Sergey Lavrov"},
    ]
    assert call(*options, "--format", "md").splitlines() == [
        "| statement_id | act | speaker_name |",
        "| --- | --- | --- |",
        "| b | demand | Mark Rutte |",
        "| c | propose | Sergey Lavrov |",
    ]
    assert r"a \| b" in show.as_markdown([{"x": "a | b"}], [conditions.Field("x", "x", "string", "", "")])


def test_rows_of_some_days(call):
    given = json.loads(call("show", "statements", "--since", "2025-08-22", "--until", "2025-08-22", "--format", "json"))
    assert {row["said_from"] for row in given} == {"2025-08-22"}


def test_a_header_has_colour_on_a_terminal_that_has_it(monkeypatch):
    class Screen(io.StringIO):
        def isatty(self):
            return True

    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert terminal.has_colour(Screen())
    assert not terminal.has_colour(io.StringIO())
    made = terminal.table([["a", "x"], ["b", "y"]], ["text", "text"], [1, 1], 80, colour=True).splitlines()
    assert made[0] == "\x1b[1ma     b\x1b[0m"
    assert made[3] == "x     y"
    monkeypatch.setenv("NO_COLOR", "1")
    assert not terminal.has_colour(Screen())
    monkeypatch.delenv("NO_COLOR")
    monkeypatch.setenv("TERM", "dumb")
    assert not terminal.has_colour(Screen())


def test_all_rows_go_to_the_pager_of_a_terminal_and_else_to_the_output(call, monkeypatch):
    paged = []
    monkeypatch.setattr("pydoc.pager", paged.append)
    call("show", "roles", "--all")
    assert paged == []
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    call("show", "roles", "--all")
    assert len(paged) == 1


def test_expand_and_as_of_are_those_of_the_loaders(call):
    header = call("show", "stances", "--expand", "--format", "csv").splitlines()[0]
    assert header.split(",") == loaders.load("stances", "pyarrow", expand=True).column_names
    first = min(loaders.load("sources", "pyarrow")["published_on"].to_pylist())
    early = call("show", "sources", "--as-of", first, "--format", "csv").splitlines()
    assert len(early) - 1 == len(loaders.load("sources", as_of=first))


def test_options_that_make_no_sense_are_refused(call):
    with pytest.raises(errors.InputError, match="-n is -1"):
        call("show", "statements", "-n", "-1")
    with pytest.raises(errors.InputError, match="--descending needs"):
        call("show", "statements", "--descending")


def test_the_columns_that_are_shown_first_exist(package):
    for name, columns in show.IMPORTANT.items():
        assert set(columns) <= set(package.tables[name].names)


def test_describe_lists_the_tables(call, package):
    printed = call("describe")
    for table in package.tables.values():
        assert re.search(rf"^{table.name} +\d+ rows  ", printed, re.MULTILINE)


@pytest.mark.parametrize("name", schema.package().tables)
def test_describe_lists_every_column_of_a_table(call, package, name):
    printed = " ".join(call("describe", name).split())
    for f in package.tables[name].fields:
        assert " ".join(f.description.split()) in printed
        assert f"{f.name} ({'enumeration' if f.enum else f.type}" in printed
        if f.enum:
            assert f"values: {', '.join(f.enum)}" in printed
            assert f"summitry describe {name}.{f.name}" in printed


def test_describe_lists_values_and_rules_in_order(call, package):
    f = package.tables["stances"]["attribution"]
    printed = " ".join(call("describe", "stances.attribution").split())
    at = -1
    for category in f.categories:
        assert f"{category.value} {category.description}" in printed
    for number, rule in enumerate(f.decision_rules, 1):
        following = printed.index(f"{number}. {rule.question} → {rule.code} example: {rule.examples[0]}")
        assert following > at
        at = following
        assert f"near miss: {rule.near_miss}" in printed


def test_describe_of_a_plain_column(call, package):
    f = package.tables["statements"]["speaker_id"]
    printed = " ".join(call("describe", "statements.speaker_id").split())
    assert printed.startswith("statements.speaker_id (string; required; → actors.actor_id;")
    assert f.description in printed
    assert printed.endswith(f"example: {f.example}")
    shown = str(package.tables["actors"]["belligerent"].example).lower()
    assert call("describe", "actors.belligerent").endswith(f"example: {shown}\n")


def test_describe_answers_an_unknown_name_with_those_there_are(call):
    with pytest.raises(errors.UnknownNameError, match=r"no table 'statment'.*Did you mean 'statements'"):
        call("describe", "statment")
    with pytest.raises(errors.UnknownNameError, match=r"no field 'actt'.*Did you mean 'act'"):
        call("describe", "statements.actt")


@pytest.mark.parametrize("width", [60, 80, 120])
def test_the_codebook_fits_the_terminal(call, package, width):
    names = ["", *package.tables, *(f"{t.name}.{f.name}" for t in package.tables.values() for f in t.fields)]
    for name in names:
        for line in call("describe", *([name] if name else []), width=width).splitlines():
            assert len(line) <= width or " " not in line.strip(), (name, line)
