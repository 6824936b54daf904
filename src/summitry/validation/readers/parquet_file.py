"""Parquet files of a table as table files.

polars reads them. A damaged file can end the process that reads it, so a contribution with Parquet files is validated
in a process of its own (`child_process`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeVar

import polars as pl

from summitry.dataset.own_process import EndedProcessError
from summitry.validation.limits import LIMITS, allow
from summitry.validation.prefilter import codes, contains_invisible
from summitry.validation.readers import ahead
from summitry.validation.report import Problem, shorten
from summitry.validation.table_file import ROW, TableFile, as_read, dtype, is_typed, no_rows, raw_name, typed

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from summitry.schema import Table

T = TypeVar("T")
BEGINNING = b"PAR1"  # of every Parquet file
FAULTS = (
    pl.exceptions.PolarsError,
    pl.exceptions.PanicException,
    OSError,
    ValueError,
    MemoryError,
    EndedProcessError,
)


def scan(path: Path) -> pl.LazyFrame:
    """Return a file as polars reads it, nothing guessed from its path: a folder may have the name `rows[1]`."""
    return pl.scan_parquet(path, glob=False, hive_partitioning=False)


class Part(NamedTuple):
    """Some rows of a Parquet file.

    Attributes:
        row: the number of the first one, from 0.
        rows: how many there are.
    """

    row: int
    rows: int

    @property
    def place(self) -> Part:
        """What is needed to read it again."""
        return self


class ParquetSource:
    """A Parquet file of a table, as table files of some size.

    Attributes:
        table: the table it belongs to.
        path: where it is.
        file: what to call it in problems.
        size: how many rows a part has.
        opening: called before the file is read.
        columns: the fields whose column is there, with its type.
        problems: what is wrong with the columns, or with the file as soon as it cannot be read.
        rows: how many there are.
    """

    def __init__(
        self,
        path: Path,
        table: Table,
        file: str,
        size: int = LIMITS.parquet_batch,
        opening: Callable[[Path], None] = allow,
    ) -> None:
        """Compare the columns with the table."""
        self.path, self.table, self.file, self.size, self.opening = path, table, file, size, opening
        self.columns: list[str] = []
        self.problems: list[Problem] = []
        self.rows = 0
        try:
            self.opening(path)
            self._read_header()
        except FAULTS as e:
            self.fail(e)

    def _read_header(self) -> None:
        fault: BaseException | None = None
        given: Mapping[str, pl.DataType] = {}
        try:
            given = scan(self.path).collect_schema()
            self.rows = scan(self.path).select(pl.len()).collect().item()
            self.columns = [f.name for f in self.table.fields if f.name in given and is_typed(given[f.name], f)]
        except FAULTS as e:  # such as a duplicate column
            fault = e
        if len(given) != len(self.columns) or not set(self.table.required_names).issubset(self.columns):
            self._compare_columns(given)
        if fault and not self.problems:
            raise fault

    def _compare_columns(self, given: Mapping[str, pl.DataType]) -> None:
        """Compare the columns as Arrow reads them: it knows the names and types that other programs use."""
        from pyarrow import parquet

        from summitry.validation.readers.parquet_columns import has_type, typed_column_problems

        columns = parquet.read_schema(self.path)
        there = [f for f in self.table.fields if columns.names.count(f.name) == 1]
        sound = [f.name for f in there if has_type(columns.field(f.name), f) or self._is_empty(f.name, given)]
        self.problems += typed_column_problems(self.table, self.file, columns, sound)
        self.columns = [name for name in sound if name in given]

    def _is_empty(self, name: str, given: Mapping[str, pl.DataType]) -> bool:
        """Say whether a column has no value, so that its type says nothing."""
        if name not in given or given[name].is_nested():
            return False
        empty: bool = scan(self.path).select(pl.col(name).is_null().all()).collect().item()
        return empty

    def fail(self, fault: BaseException) -> None:
        """Report that the file cannot be read; it counts as empty."""
        what = "has ended the process by" if isinstance(fault, EndedProcessError) else "says:"
        fix = f"Write the file again; reading it {what} {shorten(fault)}"
        if not self._begins_as_parquet():
            fix = f"Give it the name of its format, such as {self.table.name}.csv; it does not begin like Parquet."
        expected = "a readable Parquet file"
        self.problems = [Problem(self.file, "parquet", "error", expected, fix, table=self.table.name)]
        self.columns, self.rows = [], 0

    def _begins_as_parquet(self) -> bool:
        try:
            with self.path.open("rb") as source:
                return source.read(len(BEGINNING)) in (BEGINNING, b"")
        except OSError:  # which is the fault
            return True

    @property
    def absent(self) -> frozenset[str]:
        """Fields that the file lacks."""
        return frozenset(self.table.names).difference(self.columns)

    def results(self, work: Callable[[Part], T]) -> Iterator[tuple[Part, T]]:
        """Yield the rows part by part, each with what some work makes of it; none where no column is known."""
        rows = self.rows if self.columns else 0
        parts = (Part(row, min(self.size, rows - row)) for row in range(0, rows, self.size))
        try:
            self.opening(self.path)
            yield from ahead.results(work, parts)
        except FAULTS as e:
            self.fail(e)

    def again(self, part: Part, at: Sequence[int], names: Collection[str]) -> TableFile:
        """Return some columns of some rows of a part, given by their positions in it, in order."""
        return self.table_file(part, self.typed(self.frame(part, names)[at]))

    def frame(self, part: Part, names: Collection[str] | None = None) -> pl.DataFrame:
        """Return the rows of a part as they are in the file, all columns or some."""
        columns = [n for n in self.columns if names is None or n in names]
        frame = scan(self.path).select(columns).slice(part.row, part.rows).collect(engine="streaming")
        if len(frame) != part.rows:
            raise ValueError(f"{part.rows - len(frame)} rows are missing")
        return frame.with_row_index(ROW, part.row)

    def values(self, frame: pl.DataFrame) -> pl.LazyFrame:
        """Return all columns of a part with their types; where no value changes by that, values stand for texts."""
        found = frame.with_columns(typed(frame[n], self.table[n]) for n in self.columns)
        if not all(is_typed(found[n].dtype, self.table[n]) for n in self.columns):
            return as_read(frame, self.table).lazy()
        absent = [pl.lit(None, dtype(f)).alias(f.name) for f in self.table.fields if f.name in self.absent]
        raw = [pl.col(f.name).alias(raw_name(f)) for f in self.table.fields]
        return found.lazy().with_columns(absent).with_columns(raw)

    def is_plain(self, _: Part, frame: pl.DataFrame, names: Iterable[str]) -> bool:
        """Say whether texts in some columns surely contain no character that a check of characters refuses."""
        texts = [frame[n] for n in names if n in frame.columns]
        return all(text.dtype == pl.String and not contains_invisible(codes(text)) for text in texts)

    def typed(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Return rows as they would be read from a CSV file."""
        return as_read(frame, self.table)

    def table_file(self, _: Part, frame: pl.DataFrame) -> TableFile:
        """Return rows of a part."""
        return TableFile(self.table, self.file, frame, [], self.absent)

    def whole(self) -> TableFile:
        """Return all rows."""
        frame = no_rows(self.table)
        try:
            if self.columns:
                frame = as_read(self.frame(Part(0, self.rows)), self.table)
        except FAULTS as e:
            self.fail(e)
        return TableFile(self.table, self.file, frame, self.problems, self.absent)
