"""A file that is read in blocks, and judged behind a sieve, is told the same as one that is held as a whole."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import polars as pl
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from summitry import schema
from summitry.contribute import merge
from summitry.errors import InputError
from summitry.validation import contribution
from summitry.validation.checks import Reference, table_checks
from summitry.validation.evaluate import evaluate
from summitry.validation.prefilter import Sieve
from summitry.validation.readers import csv_blocks, csv_form, csv_records, parquet_file
from summitry.validation.readers.csv_file import CsvSource, read_csv
from summitry.validation.readers.parquet_file import ParquetSource
from summitry.validation.rules.rows import ROW_CHECKS

ROOT = Path(__file__).parents[2]
CASES = sorted(p.parent for p in (ROOT / "tests/contributions").glob("*/*/*.csv"))
MANY = settings(deadline=None, max_examples=500, suppress_health_check=[HealthCheck.function_scoped_fixture])


def in_blocks(path, size):
    """Return records and problems as blocks give them, every record by its number."""
    reader = csv_blocks.Reader(path, "t.csv", size)
    blocks = list(reader.blocks())
    found = [b.scanned() if not readable(b) else b for b in blocks]
    records = [record(b, row) for b in found for row in range(b.row, b.row + b.records)]
    return reader.header, records, [*reader.problems, *(p for b in found if b.parsed for p in b.parsed.problems)]


def record(block, row):
    """Return a record as the scanner sees it, with every cell where the block says that it stands."""
    if block.parsed:
        return block.parsed.records[row - block.row]
    raw, line = block.record(row)
    (found,) = csv_records.parse_part(raw, "t.csv", line, block.width).records
    assert [(c.line, c.column) for c in found.cells] == [block.place(row, at) for at in range(block.width)]
    return found


def readable(block):
    if block.parsed:
        return True
    try:
        read = pl.scan_csv(
            block.raw, has_header=False, schema={str(i): pl.String for i in range(block.width)}
        ).collect()
    except pl.exceptions.PolarsError:
        return False
    cells = [[c.text for c in record(block, row).cells] for row in range(block.row, block.row + block.records)]
    assert [[c or "" for c in row] for row in read.rows()] == cells
    return True


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


@pytest.mark.parametrize("many", [0, 1 << 20])
@given(source=st.lists(PIECES, max_size=120).map("".join), size=st.integers(1, 300))
@MANY
@example(source='a,b\n1,"x\ny",3\n', size=7)
@example(source='a,b\n1,2\n3,"4\n5,6\n7,8\n', size=4)
@example(source="a,b\r\n1,2\r\n3,4\r\n", size=4)
@example(source="a,b\n1,2,3\n4\n", size=60)
@example(source='a,b\n1,"2"', size=60)
def test_blocks_hold_the_records_of_the_whole_file(many, source, size, tmp_path, monkeypatch):
    monkeypatch.setattr(csv_blocks, "MANY", many)
    raw = source.encode()
    whole = csv_records.parse(raw, "t.csv")
    assume(whole.records)
    path = tmp_path / "t.csv"
    path.write_bytes(raw)
    header, records, problems = in_blocks(path, size)
    assert header == whole.records[0].cells
    assert [tuple(r.cells) for r in records] == [tuple(r.cells) for r in whole.records[1:]]
    assert [r.sound for r in records] == [r.sound for r in whole.records[1:]]
    assert in_order(problems) == in_order(whole.problems)


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ("q", (1, 1)), ('"q"', (1, 1)), ('"q""r"', (1, 1)), ('""', (1, 1)), ('"a\n\nb"', (1, 3)), ('"a,b"', (1, 1)),
        ('q"', None), ('q"r"', None), ('"q"r', None), ('"q""r', None), ('"q" ', None), ('""q', None), ("\n", None),
        ("q\n", None), ("q\n\n1,2", None), ("q,r\n", None), ("q,r", None), ("q\n1", None),
    ],
)  # fmt: skip
def test_the_form_of_bytes_is_the_same_wherever_pieces_end(cell, found, monkeypatch):
    for before in range(64):
        raw = f"{'x' * before},{cell}\n".encode()
        monkeypatch.setattr(csv_form, "_PIECE", 64)
        assert csv_form.counts(raw, 2) == found, before
        monkeypatch.setattr(csv_form, "_PIECE", 1 << 20)
        assert csv_form.counts(raw, 2) == found, before


def test_a_sound_file_is_not_scanned(tmp_path, monkeypatch):
    monkeypatch.setattr(csv_blocks, "MANY", 0)
    path = tmp_path / "t.csv"
    path.write_bytes('a,b\n1,"x, ""y"""\n"",“é”\n,"line\nbreak"\r\n'.replace("\r", "").encode() * 1 + b"3,4\n" * 50)
    blocks = list(csv_blocks.Reader(path, "t.csv", 64).blocks())
    assert len(blocks) > 2
    assert not any(b.parsed for b in blocks)


def test_what_a_check_of_characters_may_refuse_is_not_plain():
    table = schema.package().table("statements")
    characters = [chr(n) for n in (*range(0xD800), *range(0xE000, 0x11000)) if chr(n) not in "\n "]
    texts = pl.DataFrame({"summary": [f"text {c}" for c in characters]})
    fails = [c.fails for c in table_checks(table, {}, ["summary"]) if c.id != "minLength"]
    wrong = texts.filter(pl.any_horizontal(fails))["summary"].to_list()
    assert len(wrong) > 60
    assert [text for text in wrong if csv_form.is_plain(text.encode(), text.count("\n"))] == []


def test_most_text_is_plain():
    assert csv_form.is_plain("“Nein”, sagt er – naïve… русский, العربية, 中文, 日本語 😀\n".encode(), 1)
    assert not csv_form.is_plain(b"a\tb\n", 1)


@pytest.mark.parametrize("hidden", ["\u200b", "\u061c", "\x85", "\ufeff", "\x7f", "\x00"])
def test_no_character_hides_where_pieces_end(hidden, monkeypatch):
    monkeypatch.setattr(csv_form, "_CACHED", 8)
    texts = [f"{'x' * before}{hidden}{'“' * 5}\n" for before in range(20)]
    assert not any(csv_form.is_plain(text.encode(), 1) for text in texts)
    assert all(csv_form.is_plain(text.replace(hidden, "é").encode(), 1) for text in texts)


@pytest.fixture
def small_parts(monkeypatch):
    """Let every file count as large, and its parts be small."""
    monkeypatch.setattr(contribution, "MOST_CSV", -1)
    monkeypatch.setattr(contribution, "MOST_ROWS", -1)
    monkeypatch.setattr(csv_blocks, "MANY", 100)
    monkeypatch.setattr(csv_blocks, "MARKED", 2)
    monkeypatch.setattr(contribution, "Reader", lambda path, file: csv_blocks.Reader(path, file, 300))
    monkeypatch.setattr(parquet_file, "ROWS_OF_A_PART", 20)
    monkeypatch.setattr(parquet_file, "ROWS_AT_ONCE", 3)
    monkeypatch.setattr(parquet_file, "MOST_KEPT", 2)


def told(report):
    """Return problems without what suggests a key: of the keys of a large file none is looked for."""
    return {replace(p, fix="") if p.rule == "foreign-key" else p for p in report.problems}


@pytest.mark.parametrize("case", sorted(set(CASES)), ids=lambda p: f"{p.parent.name}-{p.name}")
def test_a_contribution_in_parts_is_told_the_same(case, request):
    held = contribution.validate_paths([case], ROOT, quick=True)
    request.getfixturevalue("small_parts")
    parts = contribution.validate_paths([case], ROOT)
    assert told(parts) == told(held)
    assert parts.rows == held.rows
    assert any("too large" in s for s in parts.skipped) == bool(parts.rows)


def test_what_ships_in_parts_is_told_the_same(tmp_path, request):
    for path in (ROOT / "data").glob("*.parquet"):
        parquet.write_table(parquet.read_table(path), tmp_path / path.name, row_group_size=8)
    held = contribution.validate_paths([tmp_path], ROOT, quick=True)
    request.getfixturevalue("small_parts")
    parts = contribution.validate_paths([tmp_path], ROOT)
    assert told(parts) == told(held)
    assert parts.rows == held.rows


ODD = [
    "", " ", "x", "x ", " x", "=x", "-1", "0", "7", "+7", "07", "1e3", "48.5", "nan", "true", "True", "2025-08-22",
    "2025-8-2", "2025-02-30", "1999-01-01", "0000-01-01", "a-b", "A", "a--b", "putin", "nobody", "e" * 300, "\u00a0x",
    "x\u202e", "a\tb", "“x”", '"x"', "ж" * 150,
]  # fmt: skip


@given(data=st.data())
@MANY
def test_the_sieve_holds_back_every_row_that_breaks_a_check(data, tmp_path):
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
    rules = ROW_CHECKS.get(table.name, ())
    sieve = Sieve(table, references, rules, frozenset(table.names))
    table_file = read_csv(path, table, "t.csv")
    wrong = {row for _, row, _ in evaluate(table_file, table_checks(table, references))}
    source = CsvSource(table, csv_blocks.Reader(path, "t.csv"))
    ((_, flags),) = source.sifted(sieve, [])
    assert wrong <= set(flags["suspect"].arg_true().to_list())
    values = pl.DataFrame({f.name: table_file.frame[f.name] for f in table.fields})
    held_back = sieve.flags(values, [], text=False, plain=False)["suspect"]
    typed = {row for p, row, c in evaluate(table_file, table_checks(table, references)) if p.rule != "type"}
    assert typed <= set(held_back.arg_true().to_list())


def test_the_sieve_lets_usual_rows_pass():
    home = ROOT / "data"
    for table in schema.package().tables.values():
        source = CsvSource(table, csv_blocks.Reader(home / f"{table.name}.csv", table.name))
        keys = {
            k.fields[0]: Reference(
                k.table,
                read_csv(home / f"{k.table}.csv", schema.package().table(k.table), "").frame[k.references[0]],
            )
            for k in table.foreign_keys
        }
        sieve = Sieve(table, keys, ROW_CHECKS.get(table.name, ()), frozenset(table.names))
        for _, flags in source.sifted(sieve, []):
            assert flags["suspect"].mean() < 0.1, table.name


@pytest.mark.usefixtures("small_parts")
def test_repeated_and_dangling_keys_are_found_across_parts(tmp_path):
    table = schema.package().table("group_members")
    pairs = [(f"group-{i % 40}", f"member-{i}") for i in range(60)] + [("group-3", "member-3"), ("group-3", "member-3")]
    lines = [",".join(table.names), *(",".join(pair) for pair in pairs)]
    (tmp_path / "group_members.csv").write_text("\n".join([*lines, ""]))
    actors = schema.package().table("actors")
    rows = [f"{prefix}-{i},{prefix} {i},group,,false,," for prefix in ("group", "member") for i in range(59)]
    (tmp_path / "actors.csv").write_text("\n".join([",".join(actors.names), *rows, rows[7], ""]))
    report = contribution.validate_paths([tmp_path], ROOT)
    assert [(Path(p.file).name, p.rule, p.line, p.column, p.value) for p in report.problems] == [
        ("actors.csv", "primaryKey", 120, 1, "group-7"),
        ("group_members.csv", "foreign-key", 61, 10, "member-59"),
        ("group_members.csv", "primaryKey", 62, 1, "group-3"),
        ("group_members.csv", "primaryKey", 63, 1, "group-3"),
    ]


@pytest.mark.parametrize("odd", [b"actor-7,Act\xffor,group,,false,,", b"actor-7,Actor\nactor-8,A,group,,false,,,,,,,,"])
def test_a_repeated_key_in_a_row_that_cannot_be_read_fast(odd, tmp_path, request):
    table = schema.package().table("actors")
    rows = [f"actor-{i},Actor {i},group,,false,,".encode() for i in range(60)]
    path = tmp_path / "actors.csv"
    path.write_bytes(b"\n".join([",".join(table.names).encode(), *rows, odd, b""]))
    held = contribution.validate_paths([path], ROOT, quick=True)
    request.getfixturevalue("small_parts")
    assert told(contribution.validate_paths([path], ROOT)) == told(held)
    assert {p.rule for p in held.problems} & {"primaryKey", "cell-count"}


def test_a_block_in_which_one_line_end_is_shorter_and_one_is_added(tmp_path, monkeypatch):
    monkeypatch.setattr(contribution, "MOST_CSV", -1)
    table = schema.package().table("actors")
    rows = [f"actor-{i},Actor {i},group,,false,," for i in range(2500)]
    rows[2300] = rows[1234]
    path = tmp_path / "actors.csv"
    path.write_bytes("\n".join([",".join(table.names), rows[0] + "\r", *rows[1:]]).encode())
    report = contribution.validate_paths([path], ROOT)
    assert [(p.rule, p.line) for p in report.problems] == [("line-end", 2), ("primaryKey", 2302)]


@pytest.mark.parametrize("odd", ["\ufeff", "x\x01", "x^", "x\x9c", "\x1f\x8b", "(\xb5/\xfd"])
@pytest.mark.parametrize("at", [0, 10])
def test_first_bytes_of_rows_are_taken_for_nothing_else(odd, at, tmp_path, request):
    table = schema.package().table("actors")
    rows = [f"actor-{i},Actor {i},group,,false,," for i in range(50)]
    path = tmp_path / "actors.csv"
    raw = "\n".join([",".join(table.names), *rows[:at], odd + rows[at], *rows[at + 1 :], ""])
    path.write_bytes(raw.encode("utf-8" if "\ufeff" in odd else "latin-1"))
    held = contribution.validate_paths([path], ROOT, quick=True)
    request.getfixturevalue("small_parts")
    assert told(contribution.validate_paths([path], ROOT)) == told(held)
    assert {(p.rule, p.line) for p in held.problems} & {("pattern", at + 2), ("encoding", at + 2)}


@pytest.mark.usefixtures("small_parts")
def test_many_repeated_keys_are_read_again_in_shares(tmp_path, monkeypatch):
    monkeypatch.setattr("summitry.validation.large.MOST_AT_ONCE", 10)
    table = schema.package().table("actors")
    rows = [f"actor-{i % 30},Actor {i},group,,false,," for i in range(90)]
    (tmp_path / "actors.csv").write_text("\n".join([",".join(table.names), *rows, ""]))
    report = contribution.validate_paths([tmp_path], ROOT)
    assert [(p.rule, p.line) for p in report.problems] == [("primaryKey", line) for line in range(32, 92)]


@pytest.mark.usefixtures("small_parts")
def test_equal_hashes_of_different_keys_are_no_repetition(tmp_path, monkeypatch):
    monkeypatch.setattr(pl.Expr, "hash", lambda self: self.str.len_bytes().cast(pl.UInt64))
    table = schema.package().table("actors")
    rows = [f"actor-{i:02},Actor {i},group,,false,," for i in range(20)]
    (tmp_path / "actors.csv").write_text("\n".join([",".join(table.names), *rows, rows[4], ""]))
    report = contribution.validate_paths([tmp_path], ROOT)
    assert [(p.rule, p.line) for p in report.problems] == [("primaryKey", 22)]


@pytest.mark.usefixtures("small_parts")
def test_a_large_parquet_file_that_breaks_off_is_told(tmp_path):
    given = (ROOT / "data/statements.parquet").read_bytes()
    (tmp_path / "statements.parquet").write_bytes(given[:2000] + bytes(4000) + given[6000:])
    report = contribution.validate_paths([tmp_path], ROOT)
    assert "parquet" in {p.rule for p in report.problems}


@pytest.mark.usefixtures("small_parts")
@pytest.mark.parametrize("short", [1, 2])
def test_batches_that_are_shorter_than_asked_lose_no_row(short, monkeypatch):
    path, table = ROOT / "data/statements.parquet", schema.package().table("statements")
    whole = parquet_file.read_parquet(path, table, "s").frame
    batches = parquet_file.ParquetFile.iter_batches

    def shorter(self, *args, **kwargs):
        for batch in batches(self, *args, **kwargs):
            yield from (batch.slice(at, short) for at in range(0, len(batch), short))

    monkeypatch.setattr(parquet_file.ParquetFile, "iter_batches", shorter)
    assert parquet_file.read_parquet(path, table, "s").frame.equals(whole)
    monkeypatch.setattr(parquet_file.ParquetFile, "iter_batches", lambda *a, **k: list(shorter(*a, **k))[:1])
    broken = parquet_file.read_parquet(path, table, "s")
    assert [p.rule for p in broken.problems] == ["parquet"]
    assert "missing" in broken.problems[0].fix


@pytest.mark.usefixtures("small_parts")
@pytest.mark.parametrize("name", ["summary", "speaker_id", "statement_id"])
def test_text_in_a_large_parquet_file_that_is_not_utf8_is_told(name, tmp_path):
    given = parquet.read_table(ROOT / "data/statements.parquet")
    texts = [text.encode() if text else text for text in given[name].cast(pa.string()).to_pylist()]
    texts[17] = b"caf\xe9"
    place = given.column_names.index(name)
    kind = given.schema.field(name).type
    broken = pa.array(texts, pa.large_binary() if pa.types.is_large_string(kind) else pa.binary()).view(
        kind if not pa.types.is_dictionary(kind) else pa.string()
    )
    parquet.write_table(given.set_column(place, name, broken), tmp_path / "statements.parquet")
    report = contribution.validate_paths([tmp_path], ROOT)
    assert [(p.rule, "UTF8" in p.fix) for p in report.problems if p.rule == "parquet"] == [("parquet", True)]


@pytest.mark.usefixtures("small_parts")
def test_a_large_contribution_is_not_merged(tmp_path):
    table = schema.package().table("group_members")
    (tmp_path / "group_members.csv").write_text(",".join(table.names) + "\n")
    with pytest.raises(InputError, match="too large"):
        merge.merge(tmp_path, ROOT)


@pytest.mark.parametrize("at_once", [1, 2, 1000])
@pytest.mark.parametrize("group", [1, 7, 1000])
def test_a_part_of_a_parquet_file_can_be_read_again(group, at_once, tmp_path, monkeypatch):
    monkeypatch.setattr(parquet_file, "ROWS_OF_A_PART", 10)
    monkeypatch.setattr(parquet_file, "ROWS_AT_ONCE", at_once)
    given = parquet.read_table(ROOT / "data/statements.parquet")[:50]
    parquet.write_table(given, tmp_path / "statements.parquet", row_group_size=group)
    source = ParquetSource(tmp_path / "statements.parquet", schema.package().table("statements"), "s")
    parts = list(source.parts())
    assert [p.rows for p in parts] == {1: [10] * 5, 7: [7] * 6 + [8], 1000: [50]}[group]
    assert [i for p in parts for i in range(p.row, p.row + p.rows)] == list(range(50))
    whole, some = source.table_file().frame, ["__row", "statement_id", "act"]
    assert whole["__row"].to_list() == list(range(50))
    assert whole["statement_id"].to_list() == given["statement_id"].to_pylist()
    for part in parts:
        wanted = [part.row, part.row + part.rows - 1][: part.rows]
        again = part.emptied().again(wanted, {"statement_id", "act"})
        assert again.table_file().frame[some].equals(whole[part.row : part.row + part.rows][some])
        assert again.table_file(wanted).frame[some].equals(whole[wanted][some])
        assert again.table_file().frame["summary"].null_count() == part.rows


@pytest.mark.usefixtures("small_parts")
@pytest.mark.parametrize("group", [4, 1000])
def test_what_is_wrong_in_any_row_of_a_large_parquet_file_is_told_once(group, tmp_path):
    frame = pl.read_parquet(ROOT / "data/statements.parquet")[:60]
    wrong = {  # a cell of few values, one of free text, a rule of the row only, a key, and several in one batch
        5: {"act": "shrug"}, 17: {"summary": "=1"}, 23: {"said_from": dt.date(2025, 9, 30)}, 31: {"act": None},
        32: {"summary": " a"}, 33: {"speaker_id": "nobody"}, 59: {"said_from": dt.date(2025, 9, 30)},
    }  # fmt: skip
    for row, cells in wrong.items():
        for name, value in cells.items():
            frame[row, name] = value
    frame[41, "statement_id"] = frame[40, "statement_id"]
    frame.write_parquet(tmp_path / "statements.parquet", row_group_size=group)
    report = contribution.validate_paths([tmp_path], ROOT)
    assert {p.row - 1 for p in report.problems} == {*wrong, 41}
    assert len(set(report.problems)) == len(report.problems)
    with_text = pl.read_parquet(tmp_path / "statements.parquet")
    with_text.write_csv(tmp_path / "statements.csv")
    (tmp_path / "statements.parquet").unlink()
    held = contribution.validate_paths([tmp_path], ROOT)
    assert [(p.row, p.rule, p.field) for p in held.problems] == [(p.row, p.rule, p.field) for p in report.problems]


@pytest.mark.usefixtures("small_parts")
def test_a_key_of_listed_values_is_the_same_in_every_batch(tmp_path):
    frame = pl.read_parquet(ROOT / "data/event_actors.parquet")[:12]
    for name in ("event_id", "actor_id", "role"):
        frame[11, name] = frame[0, name]
    frame[10, "role"] = "nonsense"
    frame.write_parquet(tmp_path / "event_actors.parquet", row_group_size=4)
    report = contribution.validate_paths([tmp_path], ROOT)
    assert [(p.row, p.rule) for p in report.problems] == [(11, "enum"), (12, "primaryKey")]


@pytest.mark.usefixtures("small_parts")
@pytest.mark.parametrize("sizes", [(0, 25, 25), (25, 0, 25), (0, 0, 10, 0, 40, 0), (50, 0, 0)])
def test_row_groups_may_be_empty(sizes, tmp_path):
    given = parquet.read_table(ROOT / "data/statements.parquet")[:50]
    row = 0
    with parquet.ParquetWriter(tmp_path / "statements.parquet", given.schema) as writer:
        for size in sizes:
            writer.write_table(given[row : row + size], row_group_size=100)
            row += size
    assert parquet.ParquetFile(tmp_path / "statements.parquet").num_row_groups == len(sizes)
    report = contribution.validate_paths([tmp_path], ROOT)
    assert (report.problems[:], list(report.rows.values())) == ([], [50])


@pytest.mark.usefixtures("small_parts")
def test_a_large_parquet_file_without_its_key_is_told(tmp_path):
    frame = pl.read_parquet(ROOT / "data/statements.parquet")[:9]
    frame.select("issue").write_parquet(tmp_path / "statements.parquet")
    report = contribution.validate_paths([tmp_path], ROOT)
    assert {p.rule for p in report.problems} == {"header"}
    assert list(report.rows.values()) == [9]
