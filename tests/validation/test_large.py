"""A file that is read in batches, behind a prefilter, has the same problems as one that is read as a whole."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path

import polars as pl
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from conftest import CONTRIBUTIONS, ROOT, some_every_day
from summitry import schema
from summitry.contribute import merge
from summitry.errors import InputError
from summitry.validation import child_process, contribution
from summitry.validation.checks import Reference, table_checks
from summitry.validation.contribution import Options
from summitry.validation.evaluate import evaluate
from summitry.validation.limits import Limits, allow
from summitry.validation.prefilter import doubtful, free_texts
from summitry.validation.readers import csv_file, csv_records
from summitry.validation.readers.csv_file import CsvSource, read_csv, sound_texts
from summitry.validation.readers.parquet_file import ParquetSource, Part
from summitry.validation.rules import DATASET_RULES

OF_THE_DATASET = {rule.id for rule in DATASET_RULES}  # these wait for rows that are in no batch
CASES = [
    case
    for case in sorted({p.parent for p in CONTRIBUTIONS.glob("*/*/*.csv")})
    if case.parent.name == "valid"
    or not OF_THE_DATASET.issuperset(p["rule"] for p in json.loads(case.with_suffix(".json").read_text("utf-8")))
]
MANY = settings(max_examples=5 * settings().max_examples, suppress_health_check=[HealthCheck.function_scoped_fixture])
TWO_COLUMNS = schema.package().table("location_names")
SMALL = Limits(csv=-1, parquet=-1, csv_batch=300, parquet_batch=7, again=10, opening=allow)


def in_batches(*paths, engine="local", base=ROOT, limits=SMALL):
    return child_process.validate_paths(list(paths), base, limits=limits, engine=engine)


def as_a_whole(*paths, base=ROOT):
    return child_process.validate_paths(list(paths), base, quick=True)


def records_of(path, size):
    """Return records and problems as parts give them, every record by its number."""
    source = CsvSource(path, TWO_COLUMNS, "t.csv", size)
    source.columns = {"a": 0}  # whatever the header is
    parts = list(source.parts())
    records = [record(part, row, len(source.header)) for part in parts for row in range(part.place.row, part.end.row)]
    again = [source.again(part.place, range(len(part.texts)), None) for part in parts]
    assert [file.frame["__row"].to_list() for file in again] == [part.texts["__row"].to_list() for part in parts]
    return source.header, records, [*source.form, *(p for part in parts if part.found for p in part.found.problems)]


def record(part, row, width):
    """Return a record as the scanner reads it, and compare it with that of the part, and its cells with the texts."""
    given = part.record(row)
    assert part.records([row])(row).cells == given.cells
    if part.found:
        return given
    raw = part.raw.split(b"\n")[row - part.place.row] + b"\n"
    (found,) = csv_records.parse_part(raw, "t.csv", part.place.line + row - part.place.row, width).records
    assert found.sound
    assert found.cells == given.cells
    assert [c or "" for c in part.texts.row(row - part.place.row)[1:]] == [c.text for c in found.cells]
    return found


def in_order(problems):
    return sorted(problems, key=lambda p: (p.line or 0, p.column or 0, p.rule))


PIECES = st.sampled_from(
    [
        *',"\n\n\n é',
        "\r\n",
        '""',
        ',"a"',
        '"a,b"',
        '"x ""y"""',
        "a,b\n",
        '"a\nb"',
        "1,2\n",
        b"\xff".decode("latin-1"),
        "\ufeff",
    ]
)


@given(source=st.lists(PIECES, max_size=120).map("".join), size=st.integers(1, 300))
@MANY
@example(source='a,b\n1,"x\ny",3\n', size=7)
@example(source='a,b\n1,2\n3,"4\n5,6\n7,8\n', size=4)
@example(source="a,b\r\n1,2\r\n3,4\r\n", size=4)
@example(source="a,b\n1,2,3\n4\n", size=60)
@example(source='a,b\n1,"2"', size=60)
@example(source='a,b\n1,"2,"x\n1,"2"\n', size=60)
@example(source="a\n\nb\n", size=60)
def test_parts_contain_the_records_of_the_whole_file(source, size, tmp_path):
    raw = source.encode()
    whole = csv_records.parse(raw, "t.csv")
    assume(whole.records)
    path = tmp_path / "t.csv"
    path.write_bytes(raw)
    header, records, problems = records_of(path, size)
    assert header == whole.records[0].cells
    assert [tuple(r.cells) for r in records] == [tuple(r.cells) for r in whole.records[1:]]
    assert [r.sound for r in records] == [r.sound for r in whole.records[1:]]
    assert in_order(problems) == in_order(whole.problems)


@pytest.mark.parametrize(
    ("cell", "sound"),
    [
        ("q", True), ('"q"', True), ('"q""r"', True), ('""', True), ('"a,b"', True), ('""""', True), ("", True),
        ('q"', False), ('q"r"', False), ('"q"r', False), ('"q""r', False), ('"q" ', False), ('""q', False),
        ("\n", False), ("q\n", False), ("q\n\n1,2", False), ("q,r\n", False), ("q,r", False), ("q\n1", False),
        ('"a\nb"', False), ("q\rr", False), ('"q,"r', False), ("q\nr,s,t", False), ('"q",r"', False),
    ],
)  # fmt: skip
def test_bytes_are_sound_where_the_scanner_finds_nothing_and_each_record_is_a_line(cell, sound):
    raw = f"x,{cell}\n".encode()
    assert (sound_texts(raw, 2) is not None) == sound
    found = csv_records.parse_part(raw, "t.csv", 1, 2)
    assert sound == (not found.problems and found.lines == len(found.records))


def test_bytes_of_any_number_are_read_alike(monkeypatch):
    raw = b'a,"b ""c"""\n' * 9
    few = sound_texts(raw, 2)
    monkeypatch.setattr(csv_file, "MOST_COPIED", 0)
    assert sound_texts(raw, 2).equals(few)


def parts_of(path, raw, size=1000):
    path.write_bytes(raw)
    source = CsvSource(path, TWO_COLUMNS, "t.csv", size)
    source.columns = {"a": 0}
    return list(source.parts())


def test_a_sound_file_is_not_scanned(tmp_path):
    parts = parts_of(tmp_path / "t.csv", 'a,b\n1,"x, ""y"""\n"",“é”\n'.encode() + b"3,4\n" * 50, 64)
    assert len(parts) > 2
    assert not any(part.found for part in parts)


def test_records_are_found_in_a_part_of_any_size(tmp_path):
    cells = ["x" * (n % 7) for n in range(40_000)]
    cells[3], cells[30_000] = "y" * 200_000, "z" * 70_000
    (part,) = parts_of(
        tmp_path / "t.csv", "\n".join(["a,b", *(f"{n},{c}" for n, c in enumerate(cells)), ""]).encode(), 1 << 20
    )
    rows = [0, 1, 2, 3, 4, 20_000, 29_999, 30_000, 30_001, 39_999]
    assert [part.record(row).text for row in rows] == [f"{row},{cells[row]}\n" for row in rows]
    assert [part.record(row).line for row in rows] == [row + 2 for row in rows]


@pytest.mark.parametrize("letter", ["a", "ж", "戦", "🕊"])  # of one to four bytes
def test_what_may_fail_is_found_wherever_a_check_fails(letter):
    texts = pl.Series([letter * n for n in range(1200)])
    given = [c for table in schema.package().tables.values() for c in table_checks(table, {})]
    checks = [c for c in given if c.may_fail is not None and len(c.fields) == 1]
    assert {c.id for c in checks} == {"minLength", "maxLength"}
    for check in checks:
        frame = texts.to_frame(check.fields[0])
        missed = frame.filter(check.fails).remove(check.may_fail)
        assert missed.is_empty(), check


@pytest.mark.parametrize(
    "case", some_every_day(CASES, CASES[::6], pytest.mark.planted), ids=lambda p: f"{p.parent.name}-{p.name}"
)
def test_a_contribution_in_batches_has_the_same_problems(case, few_rows):
    whole, batches = as_a_whole(case, base=few_rows), in_batches(case, base=few_rows)
    assert without_suggestions(batches) == without_suggestions(whole)
    assert batches.rows == whole.rows
    assert any("too large" in s for s in batches.skipped) == bool(batches.rows)


def without_suggestions(report):
    """Return problems without the key that a fix suggests: of the keys of a large file none is looked for."""
    return [replace(p, fix="") if p.rule == "foreign-key" else p for p in report.problems]


def test_a_dataset_in_batches_has_the_same_problems(few_rows, tmp_path):
    for path in (few_rows / "data").glob("*.parquet"):
        parquet.write_table(parquet.read_table(path), tmp_path / path.name, row_group_size=40)
    batches, whole = in_batches(tmp_path, base=few_rows), as_a_whole(tmp_path, base=few_rows)
    assert without_suggestions(batches) == without_suggestions(whole)
    assert batches.rows == whole.rows


def test_a_dataset_in_csv_in_batches_has_the_same_problems(few_rows, tmp_path):
    for path in (few_rows / "data").glob("*.csv"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    batches = in_batches(tmp_path, base=few_rows, limits=replace(SMALL, csv_batch=3000))
    assert batches.problems == []
    assert batches.rows == as_a_whole(tmp_path, base=few_rows).rows


ODD = [
    "", " ", "x", "x ", " x", "=x", "-1", "0", "7", "+7", "07", "1e3", "48.5", "nan", "true", "True", "2025-08-22",
    "2025-8-2", "2025-02-30", "1999-01-01", "0000-01-01", "a-b", "A", "a--b", "putin", "nobody", "e" * 300, "\u00a0x",
    "x\u202e", "a\tb", "“x”", '"x"', "ж" * 150,
]  # fmt: skip


@given(data=st.data())
@MANY
def test_every_row_that_fails_a_check_is_doubtful(data, tmp_path):
    table = data.draw(st.sampled_from(list(schema.package().tables.values())))
    usual = {f.name: [str(f.example).lower() if f.type == "boolean" else str(f.example), *f.enum] for f in table.fields}
    cells = {f.name: st.sampled_from(ODD) | st.sampled_from(usual[f.name]) for f in table.fields}
    rows = data.draw(st.lists(st.fixed_dictionaries(cells), min_size=1, max_size=8))
    path = tmp_path / "t.csv"
    lines = [",".join('"' + row[n].replace('"', '""') + '"' for n in table.names) for row in rows]
    path.write_text("\n".join([",".join(table.names), *lines, ""]), "utf-8")
    references = {
        k.fields[0]: Reference(k.table, pl.Series([str(table[k.fields[0]].example), "x", "A"]))
        for k in table.foreign_keys
    }
    checks = table_checks(table, references)
    table_file = read_csv(path, table, "t.csv")
    failing = [(row, check) for _, row, check in evaluate(table_file, checks)]
    source = CsvSource(path, table, "t.csv")
    (part,) = source.parts()
    assert {row for row, _ in failing} <= doubtful_rows(source, part, checks, references)
    table_file.frame.select(table.names).write_parquet(tmp_path / "t.parquet")
    source = ParquetSource(tmp_path / "t.parquet", table, "t.parquet")
    found = doubtful_rows(source, Part(0, len(rows)), checks, references)
    assert {row for row, check in failing if check.id != "type"} <= found


def doubtful_rows(source, part, checks, references):
    """Return the numbers of the rows of a part that may fail a check."""
    frame = source.frame(part)
    plain = source.is_plain(part, frame, free_texts(checks, references))
    doubt = doubtful(source.table, checks, source.table.names, references, plain=plain)
    return set(source.values(frame).filter(doubt).collect()["__row"])


def test_usual_rows_are_not_doubtful():
    package, home = schema.package(), ROOT / "data"
    files = {name: read_csv(home / f"{name}.csv", table, name) for name, table in package.tables.items()}
    for name in ("statements", "mentions", "stances", "sources", "events"):  # tables that grow
        table = package.table(name)
        references = {
            k.fields[0]: Reference(k.table, files[k.table].frame[k.references[0]]) for k in table.foreign_keys
        }
        source = CsvSource(home / f"{name}.csv", table, name)
        for part in source.parts():
            found = doubtful_rows(source, part, table_checks(table, references), references)
            assert len(found) < 0.1 * part.rows, name


ACTORS, MEMBERS = "actor_id,name,kind,belligerent", "group_id,member_id"


def test_repeated_and_dangling_keys_are_found_across_parts(tmp_path):
    pairs = [(f"group-{i % 40}", f"member-{i}") for i in range(60)] + [("group-3", "member-3"), ("group-3", "member-3")]
    lines = [MEMBERS, *(",".join(pair) for pair in pairs)]
    (tmp_path / "group_members.csv").write_text("\n".join([*lines, ""]))
    rows = [f"{prefix}-{i},{prefix} {i},group,false" for prefix in ("group", "member") for i in range(58)]
    (tmp_path / "actors.csv").write_text("\n".join([ACTORS, *rows, rows[7], ""]))
    report = in_batches(tmp_path)
    assert [(Path(p.file).name, p.rule, p.line, p.column, p.value) for p in report.problems] == [
        ("actors.csv", "primaryKey", 118, 1, "group-7"),
        ("group_members.csv", "foreign-key", 60, 10, "member-58"),
        ("group_members.csv", "foreign-key", 61, 10, "member-59"),
        ("group_members.csv", "primaryKey", 62, 1, "group-3"),
        ("group_members.csv", "primaryKey", 63, 1, "group-3"),
    ]


@pytest.mark.parametrize("odd", [b"actor-7,Act\xffor,group,false", b"actor-7,Actor\nactor-8,A,group,false,,,,,,"])
def test_a_repeated_key_in_a_row_that_cannot_be_read_fast(odd, tmp_path):
    rows = [f"actor-{i},Actor {i},group,false".encode() for i in range(60)]
    path = tmp_path / "actors.csv"
    path.write_bytes(b"\n".join([ACTORS.encode(), *rows, odd, b""]))
    held = as_a_whole(path)
    assert without_suggestions(in_batches(path)) == without_suggestions(held)
    assert {p.rule for p in held.problems} & {"primaryKey", "cell-count"}


def test_a_block_in_which_one_line_end_is_shorter_and_one_is_added(tmp_path):
    rows = [f"actor-{i},Actor {i},group,false" for i in range(2500)]
    rows[2300] = rows[1234]
    path = tmp_path / "actors.csv"
    path.write_bytes("\n".join([ACTORS, rows[0] + "\r", *rows[1:]]).encode())
    report = child_process.validate_paths([path], ROOT, limits=replace(SMALL, csv_batch=1 << 20))
    assert [(p.rule, p.line) for p in report.problems] == [("line-end", 2), ("primaryKey", 2302)]


MARKS = ["<<<<<<< HEAD", "||||||| 1234567", "=======", ">>>>>>> 7654321 (Add rows, more)"]


@pytest.mark.parametrize("size", [1, 40, 300, 1 << 20])
def test_a_conflict_of_git_is_one_problem_and_neither_side_is_read(size, tmp_path, bare):
    rows = [f"actor-{i},Actor {i},group,false" for i in range(20)]
    base, theirs = (
        [row.replace("Actor", "Old") for row in rows[5:8]],
        [row.replace("false", "odd") for row in rows[5:9]],
    )
    lines = [ACTORS, *rows[:5], MARKS[0], *rows[5:7], MARKS[1], *base, MARKS[2], *theirs, MARKS[3], *rows[10:]]
    (tmp_path / "actors.csv").write_text("\n".join([*lines, ""]))
    (tmp_path / "group_members.csv").write_text(f"{MEMBERS}\nactor-1,actor-6\nactor-1,actor-8\nactor-2,actor-19\n")
    limits = replace(SMALL, csv_batch=size)
    for report in (as_a_whole(tmp_path, base=bare), in_batches(tmp_path, base=bare, limits=limits)):
        (problem,) = report.problems
        assert (problem.rule, problem.line, problem.value) == ("cell-count", 7, MARKS[0])
        assert "lines 7 to 19" in problem.fix


@pytest.mark.parametrize("mark", MARKS)
def test_a_mark_of_git_without_the_others_is_named(mark, tmp_path, bare):
    (tmp_path / "actors.csv").write_text(f"{ACTORS}\na,A,group,false\n{mark}\nb,B,group,false\n")
    for report in (as_a_whole(tmp_path, base=bare), in_batches(tmp_path, base=bare)):
        (problem,) = report.problems
        assert (problem.rule, problem.line) == ("cell-count", 3)
        assert problem.fix.startswith("It is a mark of a conflict of git")


@pytest.mark.parametrize("odd", ["\ufeff", "x\x01", "x^", "x\x9c", "\x1f\x8b", "(\xb5/\xfd"])
@pytest.mark.parametrize("at", [0, 10])
def test_first_bytes_of_rows_are_taken_for_nothing_else(odd, at, tmp_path):
    rows = [f"actor-{i},Actor {i},group,false" for i in range(50)]
    path = tmp_path / "actors.csv"
    raw = "\n".join([ACTORS, *rows[:at], odd + rows[at], *rows[at + 1 :], ""])
    path.write_bytes(raw.encode("utf-8" if "\ufeff" in odd else "latin-1"))
    held = as_a_whole(path)
    assert without_suggestions(in_batches(path)) == without_suggestions(held)
    assert {(p.rule, p.line) for p in held.problems} & {("pattern", at + 2), ("encoding", at + 2)}


def test_many_repeated_keys_are_read_again_in_shares(tmp_path):
    rows = [f"actor-{i % 30},Actor {i},group,false" for i in range(90)]
    (tmp_path / "actors.csv").write_text("\n".join([ACTORS, *rows, ""]))
    report = in_batches(tmp_path)
    assert [(p.rule, p.line) for p in report.problems] == [("primaryKey", line) for line in range(32, 92)]


def test_equal_hashes_of_different_keys_are_no_repetition(tmp_path, monkeypatch):
    monkeypatch.setattr(pl.Expr, "hash", lambda self: self.str.len_bytes().cast(pl.UInt64))
    rows = [f"actor-{i:02},Actor {i},group,false" for i in range(20)]
    (tmp_path / "actors.csv").write_text("\n".join([ACTORS, *rows, rows[4], ""]))
    report = in_batches(tmp_path)
    assert [(p.rule, p.line) for p in report.problems] == [("primaryKey", 22)]


def test_a_large_parquet_file_that_breaks_off_is_reported(tmp_path):
    given = (ROOT / "data/statements.parquet").read_bytes()
    (tmp_path / "statements.parquet").write_bytes(given[:2000] + bytes(4000) + given[6000:])
    report = in_batches(tmp_path)
    assert "parquet" in {p.rule for p in report.problems}


def test_a_large_parquet_file_that_breaks_off_behind_a_repeated_key_is_reported(tmp_path):
    frame, path = pl.read_parquet(ROOT / "data/statements.parquet")[:100], tmp_path / "statements.parquet"
    parquet.write_table(pl.concat([frame[:1], frame]).to_arrow(), path, row_group_size=50, compression="none")
    column = parquet.ParquetFile(path).metadata.row_group(1).column(0)
    given, start = path.read_bytes(), column.dictionary_page_offset or column.data_page_offset
    path.write_bytes(given[:start] + b"\xff" * 40 + given[start + 40 :])
    assert {p.rule for p in in_batches(tmp_path).problems} == {"parquet"}


@pytest.mark.parametrize("name", ["summary", "speaker_id", "statement_id"])
def test_text_in_a_large_parquet_file_that_is_not_utf8_is_reported(name, tmp_path):
    given = parquet.read_table(ROOT / "data/statements.parquet")
    texts = [text.encode() if text else text for text in given[name].cast(pa.string()).to_pylist()]
    texts[17] = b"caf\xe9"
    place = given.column_names.index(name)
    kind = given.schema.field(name).type
    broken = pa.array(texts, pa.large_binary() if pa.types.is_large_string(kind) else pa.binary()).view(
        kind if not pa.types.is_dictionary(kind) else pa.string()
    )
    parquet.write_table(given.set_column(place, name, broken), tmp_path / "statements.parquet")
    report = in_batches(tmp_path)
    assert [(p.rule, "utf-8" in p.fix.lower()) for p in report.problems if p.rule == "parquet"] == [("parquet", True)]


def test_a_large_contribution_is_not_merged(checkout, tmp_path, monkeypatch):
    (tmp_path / "rows").mkdir()
    (tmp_path / "rows" / "group_members.csv").write_text(MEMBERS + "\n")
    small = partial(Options, limits=SMALL)  # a file that large takes long to make
    report = child_process.read_and_validate([tmp_path / "rows"], checkout, small())[1]
    assert any("and for a merge; split it" in reason for reason in report.skipped)
    monkeypatch.setattr(contribution, "Options", small)
    with pytest.raises(InputError, match="too large"):
        merge.merge(tmp_path / "rows", checkout)


@pytest.mark.parametrize("group", [1, 7, 1000])
def test_a_part_of_a_parquet_file_can_be_read_again(group, tmp_path):
    given = parquet.read_table(ROOT / "data/statements.parquet")[:50]
    parquet.write_table(given, tmp_path / "statements.parquet", row_group_size=group)
    source = ParquetSource(tmp_path / "statements.parquet", schema.package().table("statements"), "s", 8)
    parts = [part for part, _ in source.results(lambda _: None)]
    assert [i for p in parts for i in range(p.row, p.row + p.rows)] == list(range(50))
    whole, some = source.whole().frame, ["__row", "statement_id", "act"]
    assert whole["__row"].to_list() == list(range(50))
    assert whole["statement_id"].to_list() == given["statement_id"].to_pylist()
    for part in parts:
        again = source.again(part.place, range(part.rows), {"statement_id", "act"}).frame
        assert again[some].equals(whole[part.row : part.row + part.rows][some])
        assert again["summary"].null_count() == part.rows


@pytest.mark.parametrize("engine", ["local", "pandera"])
@pytest.mark.parametrize("group", [4, 1000])
def test_each_problem_of_a_large_parquet_file_is_reported_once(group, engine, tmp_path):
    frame = pl.read_parquet(ROOT / "data/statements.parquet")[:60]
    wrong = {  # a cell of few values, one of free text, a rule of the row only, a key, and several in one batch
        5: {"act": "shrug"}, 17: {"summary": "=1"}, 23: {"said_from": dt.date(2025, 9, 30)}, 31: {"act": None},
        32: {"summary": " a"}, 33: {"speaker_id": "nobody"}, 59: {"said_from": dt.date(2025, 9, 30)},
    }  # fmt: skip
    for row, cells in wrong.items():
        for name, value in cells.items():
            frame[row, name] = pl.Series([value], dtype=frame.schema[name])
    frame[41, "statement_id"] = frame[40, "statement_id"]
    frame.write_parquet(tmp_path / "statements.parquet", row_group_size=group)
    report = in_batches(tmp_path, engine=engine)
    assert {p.row - 1 for p in report.problems} == {*wrong, 41}
    assert len(set(report.problems)) == len(report.problems)
    with_text = pl.read_parquet(tmp_path / "statements.parquet")
    with_text.write_csv(tmp_path / "statements.csv")
    (tmp_path / "statements.parquet").unlink()
    text = in_batches(tmp_path)
    assert [(p.row, p.rule, p.field) for p in text.problems] == [(p.row, p.rule, p.field) for p in report.problems]


def test_a_key_of_listed_values_is_the_same_in_every_batch(tmp_path):
    frame = pl.read_parquet(ROOT / "data/event_actors.parquet")[:12]
    for name in ("event_id", "actor_id", "role"):
        frame[11, name] = frame[0, name]
    frame[10, "role"] = "nonsense"
    frame.write_parquet(tmp_path / "event_actors.parquet", row_group_size=4)
    report = in_batches(tmp_path)
    assert [(p.row, p.rule) for p in report.problems] == [(11, "enum"), (12, "primaryKey")]


@pytest.mark.parametrize("sizes", [(0, 25, 25), (25, 0, 25), (0, 0, 10, 0, 40, 0), (50, 0, 0)])
def test_row_groups_may_be_empty(sizes, tmp_path):
    given = parquet.read_table(ROOT / "data/statements.parquet")[:50]
    row = 0
    with parquet.ParquetWriter(tmp_path / "statements.parquet", given.schema) as writer:
        for size in sizes:
            writer.write_table(given[row : row + size], row_group_size=100)
            row += size
    assert parquet.ParquetFile(tmp_path / "statements.parquet").num_row_groups == len(sizes)
    report = in_batches(tmp_path)
    assert (report.problems[:], list(report.rows.values())) == ([], [50])


def test_a_large_parquet_file_without_its_key_is_reported(tmp_path):
    frame = pl.read_parquet(ROOT / "data/statements.parquet")[:9]
    frame.select("issue").write_parquet(tmp_path / "statements.parquet")
    report = in_batches(tmp_path)
    assert {p.rule for p in report.problems} == {"header"}
    assert list(report.rows.values()) == [9]


def test_a_parquet_file_that_lacks_optional_columns_is_read_without_arrow(tmp_path):
    frame = pl.read_parquet(ROOT / "data/actors.parquet").select(
        pl.col("actor_id", "name", "kind").cast(pl.String), "belligerent"
    )
    frame.write_parquet(tmp_path / "actors.parquet")
    program = (
        "import sys; from pathlib import Path; from summitry import schema;"
        "from summitry.validation.limits import allow;"
        "from summitry.validation.readers.parquet_file import ParquetSource;"
        "source = ParquetSource(Path(sys.argv[1]), schema.package().table('actors'), 'a', opening=allow);"
        "print(len(source.whole().frame), source.problems, 'pyarrow' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "actors.parquet")], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == [str(len(frame)), "[]", "False"]  # to import it takes longer than to read much


# rows of actors and of group_members: what is wrong with a key, who is named, and which names are reported
WAITING = {
    "a repeated key hides nothing": (["aa,A", "aa,A"], ["nobody-x", "nobody-y", "nobody-z"], 3),
    "one bad key may be one row that is named": (["aa,A", "Other One,B"], ["another", "aa"], 0),
    "one bad key is not three rows": (["aa,A", "Other One,B"], ["nobody-x", "nobody-y", "nobody-z"], 3),
    "what is near is that row, and the others are not": (["aa,A", "Other One,B"], ["other-one", "nobody-y"], 1),
    "no key": (["aa,A", ",B", ",C"], ["nobody-x", "nobody-y"], 0),
    "an invisible character": (["aa,A", "f\u200brance,B"], ["france", "somebody"], 1),
    "a key near to one that is repeated": (["somebody-long,A", "somebody-long,B"], ["somebody-lon", "nobody"], 2),
    "a quotation mark": (["aa,A", 'oth"er,B'], ["other", "aa"], 0),
}


@pytest.mark.parametrize("case", WAITING)
@pytest.mark.parametrize("large", [set(), {"actors"}, {"group_members"}, {"actors", "group_members"}])
@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_foreign_keys_wait_for_a_bad_key_in_files_of_any_size(case, large, suffix, tmp_path, bare, monkeypatch):
    actors, members, reported = WAITING[case]
    if suffix == "parquet" and "quotation" in case:
        return
    group = actors[0].partition(",")[0]
    lines = {
        "actors": [ACTORS, *(f"{row},group,false" for row in actors)],
        "group_members": [MEMBERS, *(f"{group},{member}" for member in members)],
    }
    for name, rows in lines.items():
        path = tmp_path / f"{name}.csv"
        path.write_text("\n".join([*rows, ""]), "utf-8")
        if suffix == "parquet":
            pl.read_csv(path, infer_schema=False).write_parquet(path.with_suffix(".parquet"))
            path.unlink()
    opened = contribution._open  # noqa: SLF001 - a real file of this size takes long

    def as_if_large(path, suffix, table, file, limits):
        return opened(path, suffix, table, file, SMALL if table.name in large else limits)

    monkeypatch.setattr(contribution, "_open", as_if_large)
    report = child_process.validate_paths([tmp_path], bare, limits=replace(SMALL, csv=10**6, parquet=10**6))
    found = [p.value for p in report.problems if p.rule == "foreign-key"]
    assert len(found) == reported
    said = [s for s in report.skipped if "foreign keys to actors" in s]
    assert bool(said) == (len({*members} - {group}) > reported)


def test_a_foreign_key_to_a_large_file_is_not_given_a_form_that_nobody_has(tmp_path, bare):
    rows = ["aa,A,group,false,", "bb,B,group,false,f\u200brance", "cc,C,group,false,Buffer zone"]
    (tmp_path / "actors.csv").write_text("\n".join([f"{ACTORS},part_of_id", *rows, ""]), "utf-8")
    fixes = [p.fix for p in in_batches(tmp_path, base=bare).problems if p.rule == "pattern"]
    assert len(fixes) == 2
    assert all(fix.startswith("Write it in a form like that of") for fix in fixes)
