"""Parquet files of a table as sheets, and how their columns differ from the schema."""

from __future__ import annotations

from collections import deque
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

import polars as pl
import pyarrow as pa
from pyarrow.parquet import ParquetFile

from summitry import arrowcolumns, firstlook, types
from summitry.report import Problem, shorten
from summitry.sheets import MOST_COLUMN_PROBLEMS, ROW, Sheet, complete, joined, no_rows
from summitry.sieve import SUSPECT

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence
    from pathlib import Path

    from summitry.csvblocks import Submit
    from summitry.csvsheets import Records
    from summitry.firstlook import FirstLook
    from summitry.schema import Field, Table
    from summitry.sieve import Sieve

ROWS_OF_A_PART = 262_144  # or a row group, where it is smaller
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
        look = firstlook.prepared(sieve, {n: i for i, n in enumerate(self.columns)}, len(self.columns), ())
        waiting: deque[tuple[ParquetPart, Callable[[], pl.DataFrame | None]]] = deque()
        for part in self.parts():
            waiting.append((part, submit(part.flags, sieve, hashes, look)))
            if len(waiting) > ahead:
                first, finish = waiting.popleft()
                yield first, finish()
        yield from ((part, finish()) for part, finish in waiting)
        waiting.clear()
        pa.default_memory_pool().release_unused()  # what follows needs memory of other libraries

    def read(self, part: ParquetPart) -> pa.Table:
        """Return the rows of a part, or some columns of them; none where they cannot be read."""
        columns = [n for n in self.columns if part.only is None or n in part.only]
        if not self.columns:  # another part could not be read
            return pa.table({})
        try:
            with self._opened() as source:
                batches = source.iter_batches(ROWS_OF_A_PART, [part.group], columns, use_threads=False)
                return pa.Table.from_batches(list(_some(batches, part.first, part.rows)))
        except FAULTS as e:
            return self._nothing(e)

    def joined(self, held: Sequence[Sheet | Records]) -> Sheet:
        """Lay rows together that were held back; here they are sheets already."""
        return joined([some for some in held if isinstance(some, Sheet)])

    def checked(self, read: pa.Table, proven: Collection[str] = ()) -> pa.Table:
        """Return what was read, or none of it where a column is not sound; texts that are proven need no look."""
        try:
            for name in read.column_names:
                few = pa.types.is_dictionary(read.column(name).type)
                read.column(name).validate(full=few or name not in proven)
        except FAULTS as e:
            return self._nothing(e)
        return read

    def _nothing(self, fault: Exception) -> pa.Table:
        if self._groups:  # there are none any more when another part has failed
            self.fail(fault)
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

    def flags(self, sieve: Sieve, hashes: Sequence[pl.Expr], look: FirstLook | None) -> pl.DataFrame | None:
        """Return for each row whether the sieve holds it back, as `suspect`, and some hashes."""
        read = self.source.read(self)
        proven = self._proven(read, partial(arrowcolumns.fits, look)) if look else set()
        read = self.source.checked(read, proven)
        if len(read) < self.rows:
            return None
        if not look:
            proven = self._proven(read, partial(arrowcolumns.is_usual, sieve))
        left = [n for n in read.column_names if n not in proven]
        plain = all(arrowcolumns.is_plain(read.column(n)) for n in left)
        needed = sieve.of_rules.union(left, *(h.meta.root_names() for h in hashes))
        frame = arrowcolumns.frame(read.select([n for n in read.column_names if n in needed]))
        found = sieve.flags(frame, hashes, text=False, plain=plain, proven=proven)
        if found[SUSPECT].any():
            self._suspects = self._sheet(read, found[SUSPECT].arg_true())
        return found

    def _read(self) -> pa.Table:
        return self.source.checked(self.source.read(self))

    def _proven(self, read: pa.Table, is_fine: Callable[[str, pa.Array], bool]) -> set[str]:
        """Return the columns of text that break no check; where there are few values only these are looked at."""
        table, proven = self.source.table, set()
        for name, column in zip(read.column_names, read.columns, strict=True):
            few = pa.types.is_dictionary(column.type)
            texts = (c.dictionary if few else c for c in column.chunks)
            if not (table.required(table[name]) and column.null_count) and all(is_fine(name, t) for t in texts):
                proven.add(name)
        return proven

    def sheet(self, rows: Sequence[int] | None = None) -> Sheet:
        """Return some rows by their numbers in the file, or all."""
        return self._sheet(self._read(), None if rows is None else pl.Series(rows, dtype=pl.Int64) - self.row)

    def suspects(self, rows: Sequence[int]) -> Sheet:
        """Return the rows that `flags` has held back, by their numbers; it has kept them."""
        return self._suspects or self.sheet(rows)

    def _sheet(self, read: pa.Table, places: pl.Series | None) -> Sheet:
        """Return what was read, or the rows at some places of it."""
        numbers = self.row + (pl.int_range(len(read), eager=True) if places is None else places)
        frame = arrowcolumns.frame(read, places).with_columns(numbers.cast(pl.UInt32).alias(ROW))
        return Sheet(self.source.table, self.source.file, complete(frame, self.source.table), [], self.source.absent)

    def again(self, rows: Sequence[int], names: Collection[str]) -> ParquetPart:  # noqa: ARG002 - it is read as a whole
        """Return the part to be read again, some columns only."""
        return replace(self, only=names)

    def emptied(self) -> ParquetPart:
        """Return the part without its content: what is needed to read it again."""
        return replace(self)


def _some(batches: Iterator[pa.RecordBatch], first: int, rows: int) -> Iterator[pa.RecordBatch]:
    """Yield rows of some batches, which may be smaller than they were asked to be.

    Raises:
        ValueError: when there are fewer.
    """
    for batch in batches:
        piece = batch.slice(min(first, len(batch)), rows)
        first, rows = max(first - len(batch), 0), rows - len(piece)
        if len(piece):
            yield piece
        if not rows:
            return
    raise ValueError(f"{rows} rows are missing")


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
