"""Parquet files of a table as sheets, and how their columns differ from the schema."""

from __future__ import annotations

from bisect import bisect_left
from collections import deque
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING

import polars as pl
import pyarrow as pa
from pyarrow.parquet import FileMetaData, ParquetFile

from summitry import arrowcolumns, firstlook, types
from summitry.report import Problem, shorten
from summitry.sheets import MOST_COLUMN_PROBLEMS, ROW, Sheet, complete, joined, no_rows
from summitry.sieve import SUSPECT

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
    from pathlib import Path

    from summitry.csvblocks import Submit
    from summitry.csvsheets import Records
    from summitry.firstlook import FirstLook
    from summitry.schema import Field, Table
    from summitry.sieve import Sieve

ROWS_OF_A_PART = 131_072  # of several row groups; one that is larger is a part, too
ROWS_AT_ONCE = 65_536  # of a batch
BATCHES_TOGETHER = 2  # that pass the sieve
MOST_KEPT = 131_072  # rows of a part that are held back; more are read again
BUFFER = 1 << 20  # bytes of a column that are read at once; without it Arrow holds all of a row group
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

    workers = 2  # parts that are looked at at once

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
        texts = {n: i for i, n in enumerate(self.columns) if self.table[n].type == "string"}
        look = firstlook.prepared(sieve, texts, len(self.columns), ())
        waiting: deque[tuple[ParquetPart, Callable[[], pl.DataFrame | None]]] = deque()
        for part in self.parts():
            waiting.append((part, submit(part.flags, sieve, hashes, look)))
            if len(waiting) > ahead:
                first, finish = waiting.popleft()
                yield first, finish()
        yield from ((part, finish()) for part, finish in waiting)
        waiting.clear()
        pa.default_memory_pool().release_unused()  # what follows needs memory of other libraries

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
                    for name in proven.symmetric_difference(columns):
                        batch.column(name).validate(full=True)
                    missing -= len(batch)
                    yield proven, batch
                if missing:
                    raise ValueError(f"{missing} rows are missing")
        except FAULTS as e:
            if self._groups:  # there are none any more when another part has failed
                self.fail(e)

    def joined(self, held: Sequence[Sheet | Records]) -> Sheet:
        """Lay rows together that were held back; here they are sheets already."""
        return joined([some for some in held if isinstance(some, Sheet)])

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
    groups: tuple[int, ...]
    row: int
    rows: int
    only: Collection[str] | None = None
    _suspects: list[Sheet] = field(default_factory=list, init=False, repr=False)  # all that is kept of what was read

    def flags(self, sieve: Sieve, hashes: Sequence[pl.Expr], look: FirstLook | None) -> pl.DataFrame | None:
        """Return for each row whether the sieve holds it back, as `suspect`, and some hashes."""
        hashed = frozenset[str]().union(*(h.meta.root_names() for h in hashes))
        found, held, row, suspects = list[pl.DataFrame](), list[Sheet](), self.row, 0
        for proven, read in self._looked_at(sieve, hashed | sieve.of_rules, look):
            flags = self._flags(read, proven, hashed, sieve, hashes)
            some = flags[SUSPECT].arg_true()
            suspects += len(some)
            if len(some) and suspects <= MOST_KEPT and read.num_columns == len(self.source.columns):
                held.append(self._sheet(read, row, [row + i for i in some]))
            found.append(flags)
            row += len(read)
        if row < self.row + self.rows:
            return None
        if suspects == sum(len(sheet.frame) for sheet in held):
            self._suspects = held
        return pl.concat(found)

    def _flags(
        self, read: pa.Table, proven: frozenset[str], hashed: Collection[str], sieve: Sieve, hashes: Sequence[pl.Expr]
    ) -> pl.DataFrame:
        left = [n for n in read.column_names if n not in proven]
        plain = all(arrowcolumns.is_plain(read.column(n)) for n in left)
        enums = {n: self.source.table[n].enum for n in proven.difference(hashed)}  # a number has another hash
        names = [n for n in read.column_names if n in hashed or n in sieve.of_rules or n in left]
        frame = arrowcolumns.frame(read.select(names), enums={n: pl.Enum(some) for n, some in enums.items() if some})
        return sieve.flags(frame, hashes, text=False, plain=plain, proven=proven)

    def _looked_at(
        self, sieve: Sieve, needed: Collection[str], look: FirstLook | None
    ) -> Iterator[tuple[frozenset[str], pa.Table]]:
        """Yield the rows, some at a time, and what is proven of them; of faultless texts only those still needed."""
        prove = look.proven_in if look else partial(arrowcolumns.usual, sieve)

        def looked() -> Iterator[tuple[tuple[int, frozenset[str]], pa.RecordBatch]]:
            for i, (proven, batch) in enumerate(self.source.batches(self, prove)):
                left = [n for n in batch.schema.names if n in needed or n not in proven]
                fine = look and proven == look.proven
                yield (i // BATCHES_TOGETHER, proven), batch.select(left) if fine else batch

        for (_, proven), batches in groupby(looked(), key=itemgetter(0)):
            yield proven, pa.Table.from_batches(batch for _, batch in batches)

    def sheet(self, rows: Sequence[int] | None = None) -> Sheet:
        """Return some rows by their numbers in the file, in order, or all."""
        sheets = list(self._sheets(rows))
        return joined(sheets) if sheets else self._sheet(pa.table({}), self.row, None)

    def suspects(self, rows: Sequence[int]) -> Iterable[Sheet]:
        """Return the rows that `flags` has held back, by their numbers, some at a time; it may have kept them."""
        return self._suspects or self._sheets(rows)

    def _sheets(self, rows: Sequence[int] | None) -> Iterator[Sheet]:
        row = self.row
        for _, batch in self.source.batches(self):
            after = row + len(batch)
            here = None if rows is None else rows[bisect_left(rows, row) : bisect_left(rows, after)]
            if here is None or here:
                yield self._sheet(pa.Table.from_batches([batch]), row, here)
            if rows and rows[-1] < after:
                break
            row = after

    def _sheet(self, read: pa.Table, first: int, rows: Sequence[int] | None) -> Sheet:
        """Return what was read from some row on, or some of its rows by their numbers in the file."""
        numbers = pl.Series(range(first, first + len(read)) if rows is None else rows, dtype=pl.Int64)
        frame = arrowcolumns.frame(read, None if rows is None else numbers - first)
        frame = complete(frame.with_columns(numbers.cast(pl.UInt32).alias(ROW)), self.source.table)
        return Sheet(self.source.table, self.source.file, frame, [], self.source.absent)

    def again(self, rows: Sequence[int], names: Collection[str]) -> ParquetPart:  # noqa: ARG002 - it is read as a whole
        """Return the part to be read again, some columns only."""
        return replace(self, only=names)

    def emptied(self) -> ParquetPart:
        """Return the part without its content: what is needed to read it again."""
        return replace(self)


def read_parquet(path: Path, table: Table, file: str) -> Sheet:
    """Read a Parquet file of a table; columns of another type are reported and read as empty."""
    return ParquetSource(path, table, file).sheet()


def has_type(column: pa.Field, f: Field) -> bool:
    """Say whether a column has the type of a field."""
    kind = column.type
    if f.enum and pa.types.is_dictionary(kind):
        kind = kind.value_type
    if f.type == "string":
        return arrowcolumns.is_text(kind)
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
