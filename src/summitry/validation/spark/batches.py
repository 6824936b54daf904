"""What the executors do: split lines of CSV into cells, and check batches of rows by the pandera schema of a table."""

from __future__ import annotations

from dataclasses import asdict, fields, replace
from functools import cache
from typing import TYPE_CHECKING

import polars as pl
import pyarrow as pa

from summitry.dataset.names import NAMES
from summitry.dataset.storage import read_arrow
from summitry.validation.checks import Check, Reference, key_check, slug, table_checks
from summitry.validation.evaluate import evaluate, executor
from summitry.validation.readers import csv_records
from summitry.validation.readers.csv_file import sound_texts
from summitry.validation.report import Problem, shorten
from summitry.validation.table_file import ROW, TableFile, as_read

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from summitry.schema import Table

    Batches = Iterable[pa.RecordBatch]

# columns beside those of a table: the number of a row, greater in later rows; its file and its number there, from 0;
# the bytes of a CSV record that has mistakes of form, and whether its cells may be misplaced
ID, FILE, NUMBER, LINE, BROKEN = "__id", "__file", "__number", "__line", "__broken"
# the columns of a problem, as Arrow and as Spark call their types
_NUMBERS = {"line", "column", "row"}
PROBLEM_SCHEMA = pa.schema((f.name, pa.int64() if f.name in _NUMBERS else pa.string()) for f in fields(Problem))
PROBLEM_COLUMNS = ", ".join(f"`{f.name}` {'long' if f.name in _NUMBERS else 'string'}" for f in fields(Problem))


def repeated_name(number: int) -> str:
    """Return the column that says which rows repeat a key, by its number in `Table.unique_sets`."""
    return f"repeated:{number}"


def lost_name(column: str) -> str:
    """Return the column that says which cells of a foreign key name no row."""
    return f"lost:{column}"


def problem_batch(problems: Iterable[Problem]) -> pa.RecordBatch:
    """Return problems as Arrow."""
    return pa.RecordBatch.from_pylist([asdict(p) for p in problems], PROBLEM_SCHEMA)


@cache
def shipped(table: str, column: str) -> Reference:
    """Return the keys of the dataset that ships, and other names for them."""

    def names() -> dict[str, str]:
        rows = [(of, row) for of in NAMES.get(table, ()) for row in read_arrow(of[0]).select(of[1:]).to_pylist()]
        return {slug(row[name]): row[id_] for (_, id_, name), row in rows}

    return Reference(table, pl.Series(read_arrow(table)[column].to_pylist()), names)


def split_types(columns: Iterable[str]) -> str:
    """Return the columns that `split` gives, as Spark calls their types."""
    cells = "".join(f"`{name}` string, " for name in columns)
    return f"{cells}{FILE} string, {LINE} binary, {BROKEN} boolean"


def split(batches: Batches, columns: Mapping[str, int], width: int, key: int) -> Iterator[pa.RecordBatch]:
    """Split lines of CSV files with one header into cells.

    Args:
        batches: the columns file and line.
        columns: where in a record each column of the table is.
        width: how many cells a record has.
        key: where the key is: other rows may name that of a record with mistakes of form.
    """
    for batch in batches:
        files, lines = batch.column(0), batch.column(1).to_pylist()
        cells, faulty = _cells(lines, width, key)
        found = [pa.array(cells[at], pa.string()) for at in columns.values()]
        wrong = pa.array([line if n in faulty else None for n, line in enumerate(lines)], pa.binary())
        broken = pa.array([faulty.get(n, False) for n in range(len(lines))], pa.bool_())
        yield pa.RecordBatch.from_arrays([*found, files, wrong, broken], [*columns, FILE, LINE, BROKEN])


def _cells(lines: list[bytes], width: int, key: int) -> tuple[list[list[str]], dict[int, bool]]:
    """Return the cells by column, and which lines have mistakes of form, with whether cells may be misplaced."""
    raw = b"".join(line.removesuffix(b"\r") + b"\n" for line in lines)
    texts = sound_texts(raw, width)
    if texts is not None and len(texts) == len(lines):
        return [column.to_list() for column in texts], {}
    rows, faulty = [], dict[int, bool]()
    for n, line in enumerate(lines):
        found = csv_records.parse_part(line + b"\n", "", 1, width)
        record = found.records[0]
        if found.problems:
            faulty[n] = not record.sound
        texts_of = [cell.text for cell in record.cells]
        kept = texts_of if record.sound else [text if at == key else "" for at, text in enumerate(texts_of)]
        rows.append([*kept, *[""] * width][:width])
    return [list(column) for column in zip(*rows, strict=True)], faulty


def problems(batches: Batches, table: Table, file: str, width: int) -> Iterator[pa.RecordBatch]:
    """Yield the problems of each batch of a table, each with a key.

    Where a batch does not say its file, it is this one; `width` is how many cells a CSV record has.
    """
    for batch in batches:
        yield problem_batch(_problems(frame_of(batch), table, file, width))


def _problems(frame: pl.DataFrame, table: Table, file: str, width: int) -> Iterator[Problem]:
    frame = frame.with_row_index(ROW)
    if FILE not in frame.columns:
        frame = frame.with_columns(pl.lit(file).alias(FILE))
    undecodable: set[int] = set()
    if LINE in frame.columns:
        lines = frame.filter(pl.col(LINE).is_not_null())
        for line, of in lines.select(LINE, FILE).iter_rows():
            yield from _problems_of_form(line, of, width)
        undecodable.update(lines[ROW])
        frame = frame.filter(pl.col(BROKEN).not_())
    marks = [name for name in frame.columns if name.startswith(("repeated:", "lost:"))]
    table_file = TableFile(table, file, as_read(frame, table).hstack(frame.select(marks)))
    number = pl.col(NUMBER) + 1 if NUMBER in frame.columns else pl.lit(None, pl.Int64)  # from 1, where it is known
    places = {row: place for row, *place in frame.select(ROW, FILE, number.alias(NUMBER)).iter_rows()}
    for problem, row, _ in evaluate(table_file, _checks(frame, table), executor("pandera")):
        if problem.rule == "character" and row in undecodable:
            continue  # the encoding of the line is reported
        of, place = places[row]
        yield replace(problem, file=of, row=place, key=problem.key or _described(table_file.record(row)))


def _problems_of_form(line: bytes, file: str, width: int) -> Iterator[Problem]:
    """Yield what is wrong with the form of a CSV record, which is found again by its text."""
    for problem in csv_records.parse_part(line + b"\n", file, 1, width).problems:
        text = shorten(line.decode("utf-8", errors="replace"))
        yield replace(problem, line=None, column=None, key=f"with {text}")


def frame_of(batch: pa.RecordBatch) -> pl.DataFrame:
    """Return a batch as a polars frame; polars relies on text being UTF-8, so what is not is replaced before."""
    try:
        batch.validate(full=True)
    except pa.ArrowInvalid:
        batch = pa.RecordBatch.from_arrays([_decoded(column) for column in batch.columns], batch.schema.names)
    return pl.DataFrame(pl.from_arrow(batch))


def _decoded(column: pa.Array) -> pa.Array:
    if not pa.types.is_string(column.type):
        return column
    raw = column.view(pa.binary()).to_pylist()
    return pa.array([None if b is None else b.decode("utf-8", errors="replace") for b in raw], pa.string())


def _described(cells: Mapping[str, str | None]) -> str:
    """Return what finds a row again that has no key: its first cells."""
    return f"with {shorten(', '.join(f'{name}={cell}' for name, cell in cells.items() if cell is not None))}"


def _checks(frame: pl.DataFrame, table: Table) -> list[Check]:
    """Return the checks of a table; for keys Spark has found already which rows fail."""
    lost = {k.fields[0]: k for k in table.foreign_keys if lost_name(k.fields[0]) in frame.columns}
    checks = table_checks(table, {name: shipped(k.table, k.references[0]) for name, k in lost.items()}, frame.columns)
    repeated = [
        replace(key_check(table, key), fails=pl.col(repeated_name(n)))
        for n, key in enumerate(table.unique_sets())
        if repeated_name(n) in frame.columns
    ]
    return [replace(c, fails=pl.col(lost_name(c.fields[0]))) if c.id == "foreign-key" else c for c in checks] + repeated
