"""Parquet files of a table as sheets, and how their columns differ from the schema."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import polars as pl
import pyarrow as pa
from pyarrow.parquet import ParquetFile

from summitry import types
from summitry.report import Problem, shorten
from summitry.sheets import MOST_COLUMN_PROBLEMS, ROW, Sheet, complete

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from pathlib import Path

    from summitry.schema import Field, Table
    from summitry.sieve import Sieve

ROWS_OF_A_PART = 131_072


class ParquetSource:
    """A Parquet file of a table, as sheets of some size.

    Arrow reads, because a damaged file makes the reader of polars end the process; Arrow checks what it has read,
    because polars believes it.

    Attributes:
        table: the table it belongs to.
        path: where it lies.
        file: what to call it in problems.
        columns: the fields that stand there with their type.
        problems: what is wrong with the columns, or with the file as soon as it cannot be read.
        rows: how many there are.
    """

    def __init__(self, path: Path, table: Table, file: str) -> None:
        """Compare the columns with the table."""
        self.path, self.table, self.file = path, table, file
        self.columns: list[str] = []
        self.problems: list[Problem] = []
        self.rows = self._groups = 0
        with self._faults_told(), path.open("rb") as raw, ParquetFile(raw) as source:
            given = source.schema_arrow
            named = [f for f in table.fields if given.names.count(f.name) == 1]
            self.columns = [f.name for f in named if _has_type(given.field(f.name), f)]
            self.problems += _column_problems(table, file, given, self.columns)
            self.rows, self._groups = source.metadata.num_rows, source.num_row_groups

    @contextmanager
    def _faults_told(self) -> Iterator[None]:
        """Tell of a file that cannot be read, and go on without it."""
        try:
            yield
        except (pa.ArrowException, OSError, ValueError) as e:
            mend = f"Write the file again; reading it says: {shorten(e)}"
            fault = Problem(self.file, "parquet", "error", "a readable Parquet file", mend, table=self.table.name)
            self.problems, self.columns, self.rows = [fault], [], 0

    @property
    def absent(self) -> frozenset[str]:
        """Fields that the file lacks."""
        return frozenset(self.table.names).difference(self.columns)

    def parts(self) -> Iterator[ParquetPart]:
        """Yield the rows part by part; none where no column is known."""
        row = 0
        for group in range(self._groups) if self.columns else ():
            for part in self.group(group, row):
                yield part
                row += part.rows

    def sheet(self) -> Sheet:
        """Return all rows."""
        frames = [part.sheet().frame for part in self.parts()]
        if not frames or not self.columns:
            frames = [complete(pl.DataFrame(schema={ROW: pl.UInt32}), self.table)]
        return Sheet(self.table, self.file, pl.concat(frames), self.problems, self.absent)

    def group(self, number: int, row: int) -> Iterator[ParquetPart]:
        """Yield the parts of a row group that begins with a row of that number."""
        begins = row
        with self._faults_told(), self.path.open("rb") as raw, ParquetFile(raw) as source:
            for batch in source.iter_batches(ROWS_OF_A_PART, [number], self.columns, use_threads=False):
                yield ParquetPart(self, number, begins, row, len(batch), self._frame(batch))
                row += len(batch)

    def _frame(self, batch: pa.RecordBatch) -> pl.DataFrame:
        batch.validate(full=True)
        columns = zip(self.columns, batch.columns, strict=True)
        plain = {n: c.cast(pa.string()) if self.table[n].type == "string" else c for n, c in columns}
        return pl.DataFrame({n: pl.Series(n, c) for n, c in plain.items()})


@dataclass(frozen=True)
class ParquetPart:
    """Some rows of a Parquet file; the attributes are those of `csvsheets.CsvPart`."""

    source: ParquetSource
    group: int
    group_row: int
    row: int
    rows: int
    frame: pl.DataFrame

    def flags(self, sieve: Sieve, hashes: Sequence[pl.Expr]) -> pl.DataFrame | None:
        """Return for each row whether the sieve holds it back, as `suspect`, and some hashes."""
        return self.frame.lazy().select(sieve.of_values.alias("suspect"), *hashes).collect()

    def sheet(self, rows: Sequence[int] | None = None) -> Sheet:
        """Return some rows by their numbers in the file, or all."""
        source = self.source
        numbers = pl.Series(ROW, range(self.row, self.row + self.rows) if rows is None else rows, pl.UInt32)
        frame = self.frame if rows is None else self.frame[numbers.cast(pl.Int64) - self.row]
        return Sheet(source.table, source.file, complete(frame.with_columns(numbers), source.table), [], source.absent)

    def again(self) -> ParquetPart:
        """Read the part again after `emptied`."""
        return next(p for p in self.source.group(self.group, self.group_row) if p.row == self.row)

    def emptied(self) -> ParquetPart:
        """Return the part without its content: what is needed to read it again."""
        return replace(self, frame=self.frame.clear())


def read_parquet(path: Path, table: Table, file: str) -> Sheet:
    """Read a Parquet file of a table; columns of another type are reported and read as empty."""
    return ParquetSource(path, table, file).sheet()


def _has_type(column: pa.Field, f: Field) -> bool:
    import pyarrow as pa

    kind = column.type
    if f.enum and pa.types.is_dictionary(kind):
        kind = kind.value_type
    if f.type == "string":
        return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))
    return bool(kind.equals(getattr(pa, types.TYPES[f.type].arrow)()))


def _column_problems(table: Table, file: str, given: pa.Schema, sound: Collection[str]) -> Iterator[Problem]:
    for f in table.fields:
        if f.name not in sound:
            n = given.names.count(f.name)
            wanted = types.TYPES[f.type].arrow.removesuffix("_")
            mend = "The column is there twice; take one away."
            if n < 2:  # noqa: PLR2004 - not twice
                mend = f"Give the column {f.name} the type {wanted}."
            value = shorten(given.field(given.names.index(f.name)).type) if n else None
            yield Problem(file, "header", "error", f"a column {f.name} of type {wanted}", mend, table=table.name,
                          field=f.name, value=value)  # fmt: skip
    strange = [name for name in given.names if name not in table.names]
    for i, name in enumerate(strange[: MOST_COLUMN_PROBLEMS + 1]):
        further = len(strange) - i
        mend = f"Take away the {further} further columns." if i == MOST_COLUMN_PROBLEMS else "Take the column away."
        yield Problem(file, "header", "error", f"the columns {', '.join(table.names)}", mend,
                      table=table.name, value=shorten(name))  # fmt: skip
