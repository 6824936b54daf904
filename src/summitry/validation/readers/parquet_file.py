"""Parquet files of a table as table_files."""

from __future__ import annotations

from bisect import bisect_left
from collections import deque
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING

import polars as pl
import pyarrow as pa
from pyarrow.parquet import FileMetaData, ParquetFile

from summitry.schema import types
from summitry.validation.prefilter import SUSPECT
from summitry.validation.readers import arrow_columns
from summitry.validation.readers.parquet_columns import column_problems, has_type
from summitry.validation.report import Problem, shorten
from summitry.validation.table_file import ROW, TableFile, complete, no_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
    from pathlib import Path

    from summitry.schema import Table
    from summitry.validation.prefilter import Sieve
    from summitry.validation.readers.csv_blocks import Submit
    from summitry.validation.readers.csv_file import Records

ROWS_OF_A_PART = 131_072  # of several row groups; one that is larger is a part, too
ROWS_AT_ONCE = 65_536  # of a batch
BATCHES_TOGETHER = 2  # that pass the sieve
MOST_KEPT = 131_072  # rows of a part that are held back; more are read again
BUFFER = 1 << 20  # bytes of a column that are read at once; without it Arrow holds all of a row group
FAULTS = (pa.ArrowException, OSError, ValueError)


class ParquetSource:
    """A Parquet file of a table, as table_files of some size.

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

    workers = 2  # parts that are looked at at once
    ahead = 3  # further parts that may be begun before a result is waited for: rows are read again meanwhile

    def __init__(self, path: Path, table: Table, file: str) -> None:
        """Compare the columns with the table."""
        self.path, self.table, self.file = path, table, file
        self.columns: list[str] = []
        self.problems: list[Problem] = []
        self._groups: list[int] = []
        self._metadata: FileMetaData | None = None
        try:
            with path.open("rb") as raw, ParquetFile(raw) as source:
                given = source.schema_arrow
                named = [f for f in table.fields if given.names.count(f.name) == 1]
                self.columns = [f.name for f in named if has_type(given.field(f.name), f)]
                self.problems += column_problems(table, file, given, self.columns)
                self._metadata = source.metadata
                self._groups = [self._metadata.row_group(i).num_rows for i in range(source.num_row_groups)]
                if min(self._groups, default=0) < 0:
                    raise ValueError("a row group has less than no rows")
        except FAULTS as e:
            self.fail(e)

    @contextmanager
    def _opened(self) -> Iterator[ParquetFile]:
        """Open the file; columns of few values are read as such."""
        fields = [self.table[name] for name in self.columns]
        few = [f.name for f in fields if f.enum or self.table.reference(f.name)]
        with (
            self.path.open("rb") as raw,
            ParquetFile(
                raw, metadata=self._metadata, read_dictionary=few, pre_buffer=False, buffer_size=BUFFER
            ) as source,
        ):
            yield source

    def fail(self, fault: Exception) -> None:
        """Tell that the file cannot be read, and take it for empty."""
        fix = f"Write the file again; reading it says: {shorten(fault)}"
        expected = "a readable Parquet file"
        self.problems = [Problem(self.file, "parquet", "error", expected, fix, table=self.table.name)]
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
        row, groups, rows = 0, list[int](), 0
        for group, more in enumerate(self._groups if self.columns else ()):
            if rows and rows + more > ROWS_OF_A_PART:
                yield ParquetPart(self, tuple(groups), row, rows)
                row, groups, rows = row + rows, [], 0
            groups, rows = [*groups, group], rows + more
        if rows:
            yield ParquetPart(self, tuple(groups), row, rows)

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

    def batches(
        self, part: ParquetPart, prove: Callable[[pa.RecordBatch], frozenset[str]] = lambda _: frozenset()
    ) -> Iterator[tuple[frozenset[str], pa.RecordBatch]]:
        """Yield the rows of a part, or some columns of them, in batches whose columns are sound.

        Args:
            part: the part.
            prove: finds columns whose texts are known to be sound, and more than that.

        Yields:
            What is proven, and the batch. The last ones are missing when the file cannot be read.
        """
        columns = [n for n in self.columns if part.only is None or n in part.only]
        missing = part.rows
        if not columns:  # another part could not be read
            return
        try:
            with self._opened() as source:
                for some in source.iter_batches(ROWS_AT_ONCE, part.groups, columns, use_threads=False):
                    batch = some.select(columns)
                    batch.validate()
                    proven = prove(batch)
                    for name in frozenset(columns) - proven:
                        batch.column(name).validate(full=True)
                    missing -= len(batch)
                    yield proven, batch
                if missing:
                    raise ValueError(f"{missing} rows are missing")
        except FAULTS as e:
            if self._groups:  # there are none any more when another part has failed
                self.fail(e)

    def joined(self, held: Sequence[TableFile | Records | pl.DataFrame]) -> TableFile:
        """Return rows that were held back."""
        return self.of_frames([some for some in held if isinstance(some, pl.DataFrame)])

    def of_frames(self, frames: Sequence[pl.DataFrame]) -> TableFile:
        """Return rows that were read, with their numbers, as a table_file."""
        frame = complete(pl.concat(frames), self.table) if frames else no_rows(self.table)
        return TableFile(self.table, self.file, frame, [], self.absent)

    def table_file(self) -> TableFile:
        """Return all rows."""
        frames = [frame for part in self.parts() for frame in part.frames(None)]
        return replace(self.of_frames(frames if self.columns else []), problems=self.problems, absent=self.absent)


@dataclass(eq=False)
class ParquetPart:
    """Some rows of a Parquet file, read when they are needed; otherwise as `csvsheets.CsvPart`."""

    source: ParquetSource
    groups: tuple[int, ...]
    row: int
    rows: int
    only: Collection[str] | None = None
    _suspects: list[pl.DataFrame] = field(default_factory=list, init=False, repr=False)  # all that is kept

    def flags(self, sieve: Sieve, hashes: Sequence[pl.Expr]) -> pl.DataFrame | None:
        """Return for each row whether the sieve holds it back, as `suspect`, and some hashes."""
        found, held, row, suspects = list[pl.DataFrame](), list[pl.DataFrame](), self.row, 0
        for proven, read in self._batches(sieve):
            flags = self._flags(read, proven, sieve, hashes)
            some = flags[SUSPECT].arg_true()
            suspects += len(some)
            if len(some) and suspects <= MOST_KEPT:
                held.append(_frame(read, row, [row + i for i in some]))
            found.append(flags)
            row += len(read)
        if row < self.row + self.rows:
            return None
        if suspects == sum(map(len, held)):
            self._suspects = held
        return pl.concat(found)

    def _batches(self, sieve: Sieve) -> Iterator[tuple[frozenset[str], pa.Table]]:
        """Yield the rows as Arrow reads them, some at a time, and columns that hold usual texts only."""
        batches = enumerate(self.source.batches(self, partial(arrow_columns.usual, sieve)))
        together = groupby(batches, key=lambda numbered: (numbered[0] // BATCHES_TOGETHER, numbered[1][0]))
        for (_, proven), some in together:
            yield proven, pa.Table.from_batches(batch for _, (_, batch) in some)

    def _flags(self, read: pa.Table, proven: frozenset[str], sieve: Sieve, hashes: Sequence[pl.Expr]) -> pl.DataFrame:
        hashed = _named(hashes)
        plain = all(arrow_columns.is_plain(read.column(n)) for n in read.column_names if n not in proven)
        enums = {n: self.source.table[n].enum for n in proven - hashed}  # a number has another hash
        left = [n for n in read.column_names if n not in proven or n in hashed or n in sieve.of_rules]
        frame = arrow_columns.frame(read.select(left), enums={n: pl.Enum(some) for n, some in enums.items() if some})
        missing = types.polars_schema(self.source.table).items()
        frame = frame.with_columns(pl.lit(None, t).alias(n) for n, t in missing if n in self.source.absent)
        return sieve.flags(frame, hashes, text=False, plain=plain, proven=proven)

    def table_file(self, rows: Sequence[int] | None = None) -> TableFile:
        """Return some rows by their numbers in the file, in order, or all."""
        return self.source.of_frames(list(self.frames(rows)))

    def suspects(self, rows: Sequence[int]) -> Iterable[pl.DataFrame]:
        """Return the rows that `flags` has held back, by their numbers, some at a time; it may have kept them."""
        return self._suspects or self.frames(rows)

    def frames(self, rows: Sequence[int] | None) -> Iterator[pl.DataFrame]:
        """Yield some rows by their numbers in the file, in order, or all; some at a time, with those numbers."""
        yield from self._frames_by_arrow(rows)

    def _frames_by_arrow(self, rows: Sequence[int] | None) -> Iterator[pl.DataFrame]:
        row = self.row
        for _, batch in self.source.batches(self):
            after = row + len(batch)
            here = None if rows is None else rows[bisect_left(rows, row) : bisect_left(rows, after)]
            if here is None or here:
                yield _frame(pa.Table.from_batches([batch]), row, here)
            if rows and rows[-1] < after:
                break
            row = after

    def again(self, rows: Sequence[int], names: Collection[str]) -> ParquetPart:  # noqa: ARG002 - it is read as a whole
        """Return the part to be read again, some columns only."""
        return replace(self, only=names)

    def emptied(self) -> ParquetPart:
        """Return the part without its content: what is needed to read it again."""
        return replace(self)


def _frame(read: pa.Table, first: int, rows: Sequence[int] | None) -> pl.DataFrame:
    """Return what was read from some row on, or some of its rows by their numbers in the file."""
    places = None if rows is None else pl.Series(rows, dtype=pl.Int64) - first
    return _numbered(arrow_columns.frame(read, places), range(first, first + len(read)) if rows is None else rows)


def _numbered(frame: pl.DataFrame, rows: Sequence[int]) -> pl.DataFrame:
    """Return rows with their numbers in the file."""
    return frame.insert_column(0, pl.Series(ROW, rows, pl.UInt32))


def _named(hashes: Sequence[pl.Expr]) -> frozenset[str]:
    """Return the columns of which hashes are asked."""
    return frozenset(name for h in hashes for name in h.meta.root_names())


def read_parquet(path: Path, table: Table, file: str) -> TableFile:
    """Read a Parquet file of a table; columns of another type are reported and read as empty."""
    return ParquetSource(path, table, file).table_file()
