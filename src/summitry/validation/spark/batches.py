"""The work of executors: check a batch of rows with `summitry.validation.checks`, and return its problems.

Nothing here needs Spark. A batch has the columns of a table, as text or typed, and some of these:

- `again:<n>`: true if the nth set of unique columns repeats the values of an earlier row;
- `meant:<field>`: not null if a foreign key has no row: the id that is probably meant, or an empty text;
- `__file`: the file; `__number`: the row in it, from 0;
- `__line`: the bytes of a CSV record that is broken or is not UTF-8; `__width`: how many cells it should have;
  `__broken`: true if its form is broken, so that the cells are not checked.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields, replace
from functools import partial
from typing import TYPE_CHECKING

import polars as pl
import pyarrow as pa

from summitry import schema
from summitry.validation.checks import Check, Reference, key_check, table_checks
from summitry.validation.evaluate import LONGEST_FIXED, evaluate
from summitry.validation.readers import csv_records
from summitry.validation.report import Problem, shorten
from summitry.validation.table_file import ROW, TableFile, as_read

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from summitry.schema import Table

    Batches = Iterable[pa.RecordBatch]

FILE, NUMBER, LINE, WIDTH, BROKEN = "__file", "__number", "__line", "__width", "__broken"
# the columns of a problem, as Arrow and as Spark call their types
_NUMBERS = {"line", "column", "row"}
PROBLEM_SCHEMA = pa.schema((f.name, pa.int64() if f.name in _NUMBERS else pa.string()) for f in fields(Problem))
PROBLEM_COLUMNS = ", ".join(f"`{f.name}` {'long' if f.name in _NUMBERS else 'string'}" for f in fields(Problem))


def again_name(number: int) -> str:
    """Return the column that marks repeated values of a unique set, by its number in `Table.unique_sets`."""
    return f"again:{number}"


def meant_name(field: str) -> str:
    """Return the column with the id that is meant by a foreign key without a row."""
    return f"meant:{field}"


def problem_batch(problems: Iterable[Problem]) -> pa.RecordBatch:
    """Return problems as Arrow."""
    return pa.RecordBatch.from_pylist([asdict(p) for p in problems], PROBLEM_SCHEMA)


@dataclass(frozen=True)
class BatchChecker:
    """Checks batches; it is sent to the executors, so it has the schema as JSON and no expressions.

    Attributes:
        table: the JSON of the table's schema.
        file: the name of the file, if a batch does not have it.
    """

    table: str
    file: str

    @classmethod
    def of(cls, table: Table, file: str) -> BatchChecker:
        """Return the checker of a table."""
        return cls(json.dumps({**table.json, "name": table.name}), file)

    def __call__(self, batches: Batches) -> Iterator[pa.RecordBatch]:
        """Yield the problems of each batch."""
        table = schema.parse_table(json.loads(self.table))
        for batch in batches:
            yield problem_batch(batch_problems(frame_of(batch), table, self.file))


def frame_of(batch: pa.RecordBatch) -> pl.DataFrame:
    """Return a batch as a polars frame; polars assumes that text is UTF-8, so other bytes are replaced first."""
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


def batch_problems(frame: pl.DataFrame, table: Table, file: str) -> Iterator[Problem]:
    """Yield the problems of some rows, each with a key.

    Args:
        frame: the rows, with any of the columns that this module names.
        table: their schema; columns that the frame lacks are not checked.
        file: the name of the file, if the frame does not have it.
    """
    frame = frame.with_row_index(ROW)
    undecodable: set[int] = set()
    if LINE in frame.columns:
        lines = frame.filter(pl.col(LINE).is_not_null())
        for line, width, name in lines.select(LINE, WIDTH, FILE).iter_rows():
            yield from _record_problems(line, width, name)
        undecodable.update(lines[ROW])
        frame = frame.filter(pl.col(BROKEN).not_())
    table_file = TableFile(table, file, _cells(frame, table))
    found = list(evaluate(table_file, _checks(frame, table)))
    faulty = pl.col(ROW).is_in([row for _, row, _ in found])
    table_file, places = replace(table_file, frame=table_file.frame.filter(faulty)), _places(frame.filter(faulty), file)
    for problem, row, _ in found:
        if problem.rule == "character" and row in undecodable:
            continue  # the line's encoding is already reported
        where, number = places[row]
        yield replace(problem, file=where, row=number, key=problem.key or _described(table_file.record(row)))


def _record_problems(line: bytes, width: int, file: str) -> Iterator[Problem]:
    """Yield the problems of a broken CSV record, which is named by its text."""
    for problem in csv_records.parse_part(line + b"\n", file, 1, width).problems:
        yield replace(problem, line=None, column=None, key=f"with {shorten(line.decode('utf-8', errors='replace'))}")


def _described(cells: Mapping[str, str | None]) -> str:
    """Return the first cells of a row, as its name if it has no key."""
    return f"with {shorten(', '.join(f'{name}={cell}' for name, cell in cells.items() if cell is not None))}"


def _cells(frame: pl.DataFrame, table: Table) -> pl.DataFrame:
    """Return the frame of a table_file, with the marks of Spark."""
    marks = [name for name in frame.columns if name.startswith(("again:", "meant:"))]
    return as_read(frame, table).hstack(frame.select(marks))


def _places(frame: pl.DataFrame, file: str) -> dict[int, tuple[str, int | None]]:
    """Return the file and the number of each row, from 1, if known."""
    where = frame.select(
        ROW,
        FILE if FILE in frame.columns else pl.lit(file).alias(FILE),
        pl.col(NUMBER) + 1 if NUMBER in frame.columns else pl.lit(None, pl.Int64).alias(NUMBER),
    )
    return {row: (name, number) for row, name, number in where.iter_rows()}


def _checks(frame: pl.DataFrame, table: Table) -> list[Check]:
    """Return the checks of a table; those of keys use the marks in the frame."""
    references = {}
    for key in table.foreign_keys:
        name = meant_name(key.fields[0])
        if name in frame.columns:
            dangling = frame.filter(pl.col(name).is_not_null()).select(key.fields[0], name)
            meant = {value[:LONGEST_FIXED]: near or None for value, near in dangling.unique().iter_rows()}
            references[key.fields[0]] = Reference(key.table, pl.Series(dtype=pl.String), partial(dict, meant))
    lost = {f: pl.col(meant_name(f)).is_not_null() for f in references}
    checks = table_checks(table, references, frame.columns)
    keys = [
        replace(key_check(table, key), fails=pl.col(again_name(n)))
        for n, key in enumerate(table.unique_sets())
        if again_name(n) in frame.columns
    ]
    return [replace(c, fails=lost[c.fields[0]]) if c.id == "foreign-key" else c for c in checks] + keys
