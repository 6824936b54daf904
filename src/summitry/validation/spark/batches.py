"""What the executors do: split lines of CSV into cells, and check batches of rows by the pandera schema of a table."""

from __future__ import annotations

from dataclasses import asdict, fields, replace
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

import polars as pl
import pyarrow as pa

from summitry.dataset.names import NAMES
from summitry.dataset.storage import read_arrow
from summitry.validation.checks import Check, Reference, key_check, names_of_one, table_checks
from summitry.validation.evaluate import evaluate, executor
from summitry.validation.readers.csv_file import sound_texts
from summitry.validation.readers.csv_records import parse_part
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
        return names_of_one((row[name], row[id_]) for (_, id_, name), row in rows)

    return Reference(table, pl.Series(read_arrow(table)[column].to_pylist()), names)


class Form(NamedTuple):
    """What the records of a CSV file are.

    Attributes:
        columns: where each column of the table is.
        width: how many cells there are.
        unchecked: the columns that the file lacks, if its header must be corrected first.
    """

    columns: Mapping[str, int]
    width: int
    unchecked: frozenset[str]


def split_types(table: Table) -> str:
    """Return the columns that `split` gives, as Spark calls their types."""
    return "".join(f"`{name}` string, " for name in table.names) + f"{FILE} string, {LINE} binary, {BROKEN} boolean"


def split(batches: Batches, table: Table, forms: Mapping[str, Form]) -> Iterator[pa.RecordBatch]:
    """Split lines of CSV files, in the columns file and line, into the cells of a table.

    By file, `forms` says what its records are; a file in which no column is known has no rows.
    """
    cells = dict.fromkeys(table.names, pl.String())
    schema = pl.Schema({**cells, FILE: pl.String(), LINE: pl.Binary(), BROKEN: pl.Boolean()})
    for batch in batches:
        for (file,), some in pl.DataFrame(pl.from_arrow(batch)).group_by(FILE, maintain_order=True):
            form = forms[str(file)]
            if form.columns:
                found = _cells(some[LINE].to_list(), table, form, schema).with_columns(pl.lit(file).alias(FILE))
                whole = pl.concat([schema.to_frame(), found], how="diagonal")
                yield from whole.to_arrow(compat_level=pl.CompatLevel.oldest()).to_batches()


def _cells(lines: list[bytes], table: Table, form: Form, schema: pl.Schema) -> pl.DataFrame:
    """Return the cells of records by column, as far as the file has them."""
    texts = sound_texts(b"".join(line.removesuffix(b"\r") + b"\n" for line in lines), form.width)
    if texts is None or len(texts) != len(lines):
        return pl.from_dicts([_record(line, table, form) for line in lines], schema)
    columns = (pl.col(str(at)).alias(name) for name, at in form.columns.items())
    return texts.select(*columns, pl.lit(value=False).alias(BROKEN))


def _record(line: bytes, table: Table, form: Form) -> dict[str, Any]:
    """Return the cells of a record, and its bytes if it has mistakes of form; of a broken one only the cell of the key.

    Other rows may name that key.
    """
    found = parse_part(line + b"\n", "", 1, form.width)
    (record,) = found.records
    names = form.columns if record.sound else form.columns.keys() & table.primary_key[:1]
    cells = {n: record.cells[form.columns[n]].text for n in names if form.columns[n] < len(record.cells)}
    return {**cells, LINE: line if found.problems else None, BROKEN: not record.sound}


def problems(batches: Batches, table: Table, forms: Mapping[str, Form]) -> Iterator[pa.RecordBatch]:
    """Yield the problems of each batch of a table, each with a key; `forms` are those of CSV files."""
    for batch in batches:
        for (file,), some in pl.DataFrame(pl.from_arrow(batch)).with_row_index(ROW).group_by(FILE, maintain_order=True):
            yield problem_batch(_problems(some, table, str(file), forms.get(str(file), Form({}, 0, frozenset()))))


def _problems(frame: pl.DataFrame, table: Table, file: str, form: Form) -> Iterator[Problem]:
    """Yield the problems of some rows of a file; while they are found, a record is its own line."""
    faulty = frame.filter(pl.col(LINE).is_not_null()).select(ROW, LINE).rows()
    found = {row: parse_part(line + b"\n", file, row, form.width) for row, line in faulty}
    of_form = [problem for part in found.values() for problem in part.problems]
    for row, line in faulty:
        key = f"with {shorten(line.decode('utf-8', errors='replace'))}"  # by its text it is found again
        yield from (replace(problem, line=None, column=None, key=key) for problem in found[row].problems)

    def place(row: int, at: int) -> tuple[int, int]:
        return row, found[row].records[0].cells[at].column if row in found else 0

    numbers = dict(frame.select(ROW, pl.col(NUMBER) + 1).iter_rows())  # from 1
    frame = frame.filter(pl.col(BROKEN).not_()).drop(form.unchecked)
    marks = [name for name in frame.columns if name.startswith(("repeated:", "lost:"))]
    cells = as_read(frame, table).hstack(frame.select(marks))
    table_file = TableFile(table, file, cells, of_form, place=place, columns=form.columns)
    for problem, row, _ in evaluate(table_file, _checks(frame, table), executor("pandera")):
        if not table_file.already_reported(problem):
            key = problem.key or _described(table_file.record(row))
            yield replace(problem, line=None, column=None, row=numbers[row], key=key)


def _described(cells: Mapping[str, str | None]) -> str:
    """Return what finds a row again that has no key: its first cells."""
    return f"with {shorten(', '.join(f'{name}={cell}' for name, cell in cells.items() if cell is not None))}"


def _checks(frame: pl.DataFrame, table: Table) -> list[Check]:
    """Return the checks of a table; for keys Spark has found already which rows fail."""
    lost = {k.fields[0]: k for k in table.foreign_keys if lost_name(k.fields[0]) in frame.columns}
    checks = table_checks(table, {name: shipped(k.table, k.references[0]) for name, k in lost.items()}, frame.columns)
    repeated = [
        replace(key_check(table, key), fails=pl.col(repeated_name(n)), key=())
        for n, key in enumerate(table.unique_sets())
        if repeated_name(n) in frame.columns
    ]
    return [replace(c, fails=pl.col(lost_name(c.fields[0]))) if c.id == "foreign-key" else c for c in checks] + repeated
