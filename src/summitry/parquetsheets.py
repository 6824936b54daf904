"""Parquet files of a table as sheets, and how their columns differ from the schema."""

from __future__ import annotations

from collections import deque
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

import polars as pl
import pyarrow as pa
from pyarrow.parquet import ParquetFile

from summitry import types
from summitry.report import Problem, shorten
from summitry.sheets import MOST_COLUMN_PROBLEMS, ROW, Sheet, complete, no_rows
from summitry.sieve import SUSPECT

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence
    from pathlib import Path

    from summitry.csvblocks import Submit
    from summitry.schema import Field, Table
    from summitry.sieve import Sieve

ROWS_OF_A_PART = 262_144  # or a row group, where it is smaller
FEW = 10  # one of so many
FAULTS = (pa.ArrowException, OSError, ValueError)


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

    workers = 2  # parts that are looked at at once: each is held as a whole

    def __init__(self, path: Path, table: Table, file: str) -> None:
        """Compare the columns with the table."""
        self.path, self.table, self.file = path, table, file
        self.columns: list[str] = []
        self.problems: list[Problem] = []
        self._groups: list[int] = []
        try:
            with path.open("rb") as raw, ParquetFile(raw) as source:
                given = source.schema_arrow
                named = [f for f in table.fields if given.names.count(f.name) == 1]
                self.columns = [f.name for f in named if has_type(given.field(f.name), f)]
                self.problems += column_problems(table, file, given, self.columns)
                self._groups = [source.metadata.row_group(i).num_rows for i in range(source.num_row_groups)]
        except FAULTS as e:
            self.fail(e)

    @contextmanager
    def _opened(self) -> Iterator[ParquetFile]:
        """Open the file; columns of few values are read as such."""
        fields = [self.table[name] for name in self.columns]
        few = [f.name for f in fields if f.enum or self.table.reference(f.name)]
        with self.path.open("rb") as raw, ParquetFile(raw, read_dictionary=few) as source:
            yield source

    def fail(self, fault: Exception) -> None:
        """Tell that the file cannot be read, and take it for empty."""
        mend = f"Write the file again; reading it says: {shorten(fault)}"
        expected = "a readable Parquet file"
        self.problems = [Problem(self.file, "parquet", "error", expected, mend, table=self.table.name)]
        self.columns, self._groups = [], []

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return sum(self._groups)

    @property
    def absent(self) -> frozenset[str]:
        """Fields that the file lacks."""
        return frozenset(self.table.names).difference(self.columns)

    def column(self, name: str) -> pl.Expr:
        """Return a field as the sieve sees it: its value."""
        return pl.col(name)

    def parts(self) -> Iterator[ParquetPart]:
        """Yield the rows part by part; none where no column is known."""
        row = 0
        for group, rows in enumerate(self._groups if self.columns else ()):
            for first in range(0, rows, ROWS_OF_A_PART):
                yield ParquetPart(self, group, first, row + first, min(ROWS_OF_A_PART, rows - first))
            row += rows

    def sifted(
        self, sieve: Sieve, hashes: Sequence[pl.Expr], submit: Submit = partial, ahead: int = 0
    ) -> Iterator[tuple[ParquetPart, pl.DataFrame | None]]:
        """Yield the rows part by part, each with its flags (`Sieve.flags`), or None where it cannot be read.

        Args:
            sieve: holds rows back.
            hashes: what else to find out.
            submit: begins to read a part, and returns a function that waits for its flags.
            ahead: how many further parts may be begun before a result is waited for.
        """
        waiting: deque[tuple[ParquetPart, Callable[[], pl.DataFrame | None]]] = deque()
        for part in self.parts():
            waiting.append((part, submit(part.flags, sieve, hashes)))
            if len(waiting) > ahead:
                first, finish = waiting.popleft()
                yield first, finish()
        yield from ((part, finish()) for part, finish in waiting)

    def read(self, group: int, first: int, only: Collection[str] | None) -> pa.Table:
        """Return the rows of a part, or some columns of them; none where they cannot be read."""
        columns = [n for n in self.columns if only is None or n in only]
        try:
            with self._opened() as source:
                if self._groups[group] <= ROWS_OF_A_PART:
                    found = source.read_row_group(group, columns, use_threads=False)
                else:
                    batches = source.iter_batches(ROWS_OF_A_PART, [group], columns, use_threads=False)
                    found = pa.Table.from_batches([next(islice(batches, first // ROWS_OF_A_PART, None))])
                found.validate(full=True)
                return found
        except (*FAULTS, IndexError) as e:  # there are no groups any more when another part has failed
            if self._groups:
                self.fail(e)
            return pa.table({})

    def sheet(self) -> Sheet:
        """Return all rows."""
        frames = [part.sheet().frame for part in self.parts()]
        if not frames or not self.columns:
            frames = [no_rows(self.table)]
        return Sheet(self.table, self.file, pl.concat(frames), self.problems, self.absent)


@dataclass(eq=False)
class ParquetPart:
    """Some rows of a Parquet file, read when they are needed; otherwise as `csvsheets.CsvPart`."""

    source: ParquetSource
    group: int
    first: int
    row: int
    rows: int
    only: Collection[str] | None = None
    _suspects: Sheet | None = field(default=None, init=False, repr=False)  # all that is kept of what was read

    def flags(self, sieve: Sieve, hashes: Sequence[pl.Expr]) -> pl.DataFrame | None:
        """Return for each row whether the sieve holds it back, as `suspect`, and some hashes."""
        read = self._read()
        if len(read) < self.rows:
            return None
        proven = {n for n in read.column_names if self._is_proven(n, read.column(n), sieve)}
        plain = all(_is_plain(c) for c in read.columns)
        needed = sieve.of_rules.union(set(read.column_names) - proven, *(h.meta.root_names() for h in hashes))
        frame = _frame(read.select([n for n in read.column_names if n in needed]))
        found = sieve.flags(frame, hashes, text=False, plain=plain, proven=proven)
        if found[SUSPECT].any():
            self._suspects = self._sheet(read, found[SUSPECT].arg_true())
        return found

    def _read(self) -> pa.Table:
        return self.source.read(self.group, self.first, self.only)

    def _is_proven(self, name: str, column: pa.ChunkedArray, sieve: Sieve) -> bool:
        """Say whether a column holds a few values only, and none that breaks a check."""
        complete = not (self.source.table.required(self.source.table[name]) and column.null_count)
        return complete and all(
            pa.types.is_dictionary(c.type) and sieve.is_usual(name, pl.Series(_Exported(c.dictionary)))
            for c in column.chunks
        )

    def sheet(self, rows: Sequence[int] | None = None) -> Sheet:
        """Return some rows by their numbers in the file, or all."""
        return self._sheet(self._read(), None if rows is None else pl.Series(rows, dtype=pl.Int64) - self.row)

    def suspects(self, rows: Sequence[int]) -> Sheet:
        """Return the rows that `flags` has held back, by their numbers; it has kept them."""
        return self._suspects or self.sheet(rows)

    def _sheet(self, read: pa.Table, places: pl.Series | None) -> Sheet:
        """Return what was read, or the rows at some places of it."""
        numbers = self.row + (pl.int_range(len(read), eager=True) if places is None else places)
        frame = _frame(read, places).with_columns(numbers.cast(pl.UInt32).alias(ROW))
        return Sheet(self.source.table, self.source.file, complete(frame, self.source.table), [], self.source.absent)

    def again(self, names: Collection[str]) -> ParquetPart:
        """Return the part to be read again, some columns only."""
        return replace(self, only=names)

    def emptied(self) -> ParquetPart:
        """Return the part without its content: what is needed to read it again."""
        return replace(self)


def _frame(rows: pa.Table, places: pl.Series | None = None) -> pl.DataFrame:
    """Return rows, or those at some places; a few of many are copied, because they may be kept for long."""
    columns = (_series(n, c) for n, c in zip(rows.column_names, rows.columns, strict=True))
    if places is None:
        return pl.DataFrame(list(columns))
    found = (c.gather(places) for c in columns)
    return pl.DataFrame([_copied(c) if len(places) * FEW < len(rows) else c for c in found])


def _copied(column: pl.Series) -> pl.Series:
    """Return texts in memory of their own: as long as one is looked at, polars keeps all that stood beside it."""
    return pl.Series(column.name, column.to_list(), pl.String) if column.dtype == pl.String else column


class _Exported:
    """Values of Arrow as those of any library: to look at what it knows as Arrow's, polars imports what computes."""

    def __init__(self, values: pa.Array | pa.ChunkedArray) -> None:
        if isinstance(values, pa.ChunkedArray):
            self.__arrow_c_stream__ = values.__arrow_c_stream__
        else:
            self.__arrow_c_array__ = values.__arrow_c_array__


def _series(name: str, column: pa.ChunkedArray) -> pl.Series:
    """Return a column of polars in the memory of Arrow's, a dictionary as the texts that it stands for."""
    if not pa.types.is_dictionary(column.type):
        return pl.Series(_Exported(_text(column))).alias(name)
    texts = [pl.Series(_Exported(_text(c.dictionary))).gather(pl.Series(_Exported(c.indices))) for c in column.chunks]
    return pl.concat([pl.Series(dtype=pl.String), *texts]).alias(name)


def _text(values: pa.Array | pa.ChunkedArray) -> pa.Array | pa.ChunkedArray:
    """Return texts that may be views as texts that are not; other values as they are."""
    return values.cast(pa.string()) if pa.types.is_string_view(values.type) else values


def _is_plain(column: pa.ChunkedArray) -> bool:
    """Say whether texts hold plain characters only, and no line breaks; of what is no text there is nothing to say."""
    from summitry.csvform import is_plain

    chunks = [c.dictionary if pa.types.is_dictionary(c.type) else c for c in column.chunks]
    for chunk in (_text(c) for c in chunks if _is_text(c.type) and len(c)):
        _, offsets, texts = chunk.buffers()
        ends = memoryview(offsets).cast("q" if pa.types.is_large_string(chunk.type) else "i")
        start, end = ends[chunk.offset], ends[chunk.offset + len(chunk)]
        if end > start and not is_plain(memoryview(texts)[start:end], lines=0):
            return False
    return True


def read_parquet(path: Path, table: Table, file: str) -> Sheet:
    """Read a Parquet file of a table; columns of another type are reported and read as empty."""
    return ParquetSource(path, table, file).sheet()


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))


def has_type(column: pa.Field, f: Field) -> bool:
    """Say whether a column has the type of a field."""
    kind = column.type
    if f.enum and pa.types.is_dictionary(kind):
        kind = kind.value_type
    if f.type == "string":
        return _is_text(kind)
    return bool(kind.equals(getattr(pa, types.TYPES[f.type].arrow)()))


def column_problems(table: Table, file: str, given: pa.Schema, sound: Collection[str]) -> Iterator[Problem]:
    """Tell of fields that no sound column holds, and of columns that belong to no field."""
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
