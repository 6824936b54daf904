"""The columns of a large Parquet file, looked at in machine code page by page.

Arrow lays out every text before anybody can look at it, which costs more than all checks together. Here an entry of a
dictionary is looked at once, however many rows name it, and only the columns that are still needed are handed on.
What is unusual, or not as it should be, is left to Arrow, which reads everything and tells what is wrong.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import polars as pl
import pyarrow as pa

from summitry import machine
from summitry.firstlook import KINDS
from summitry.parquetfooter import Footer, UnusualError
from summitry.parquetpages import Memory
from summitry.sieve import SUSPECT

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from io import FileIO
    from pathlib import Path

    from summitry.firstlook import FirstLook
    from summitry.schema import Table

    Found = tuple[machine.Capsules | None, machine.Capsules | None]

MOST_ROWS = 1 << 21  # of a row group: the columns that are handed on are held for all of it
FAULTS = (pa.ArrowException, OSError, ValueError, MemoryError)
BOOLEAN, INT32, INT64, DOUBLE, BYTE_ARRAY = 0, 1, 2, 5, 6  # physical types
PHYSICAL = {"string": BYTE_ARRAY, "date": INT32, "integer": INT64, "number": DOUBLE, "boolean": BOOLEAN}


class _Group(NamedTuple):
    """A row group: its number and rows, the file, and memory for its columns."""

    number: int
    rows: int
    raw: FileIO
    memory: Memory


@dataclass(frozen=True)
class ColumnReader:
    """Reads columns of a Parquet file as its pages have them.

    Attributes:
        path: where the file lies.
        footer: what its footer says.
        table: the table that the file belongs to.
        columns: the names of its columns, in the order of plans.
    """

    path: Path
    footer: Footer
    table: Table
    columns: Sequence[str]
    _idle: list[Memory] = field(default_factory=list, init=False, repr=False)

    def looked(self, groups: Sequence[int], look: FirstLook) -> pl.DataFrame | None:
        """Return which rows of row groups are `suspect`, and their columns that are still needed.

        None where that must be left to Arrow.
        """
        with suppress(*FAULTS), self._opened() as (raw, memory):
            return pl.concat([self._looked(_Group(i, self.footer.rows[i], raw, memory), look) for i in groups])
        return None

    @contextmanager
    def _opened(self) -> Iterator[tuple[FileIO, Memory]]:
        """Open the file, and get memory to read it."""
        try:
            memory = self._idle.pop()
        except IndexError:
            memory = Memory()
        with self.path.open("rb", buffering=0) as raw:
            yield raw, memory
        self._idle.append(memory)

    def _looked(self, group: _Group, look: FirstLook) -> pl.DataFrame:
        if not 0 <= group.rows <= MOST_ROWS:
            raise UnusualError("the row group is too large to be held")
        suspect, columns = pl.repeat(value=False, n=group.rows, dtype=pl.Boolean, eager=True), list[pl.Series]()
        for name in self.columns:
            doubtful, values = self._read(group, name, look.plan, None)
            if doubtful:
                suspect |= machine.series(doubtful)
            if values:
                columns.append(look.typed(name, machine.series(values)))
        return pl.DataFrame([suspect.alias(SUSPECT), *columns])

    def rows(self, rows: Sequence[int], names: Collection[str]) -> pl.DataFrame | None:
        """Return some columns of some rows, by their numbers in the file, in order.

        None where that must be left to Arrow.
        """
        found, row = list[pl.DataFrame](), 0
        with suppress(*FAULTS), self._opened() as (raw, memory):
            for group, count in enumerate(self.footer.rows):
                here = rows[bisect_left(rows, row) : bisect_left(rows, row + count)]
                if here:
                    chosen = array("q", [i - row for i in here])
                    found.append(self._chosen(_Group(group, count, raw, memory), chosen, names))
                row += count
            return pl.concat(found)
        return None

    def _chosen(self, group: _Group, chosen: array[int], names: Collection[str]) -> pl.DataFrame:
        columns = list[pl.Series]()
        for name in self.columns:
            if name in names and (values := self._read(group, name, self._all, chosen)[1]):
                columns.append(machine.series(values).alias(name))
        return pl.DataFrame(columns)

    @cached_property
    def _all(self) -> object:
        """The plan of handing on everything."""
        return machine.native.plan(tuple((None, None, -1, -1, False, KINDS[self.table[n].type]) for n in self.columns))

    def _read(self, group: _Group, name: str, plan: object, chosen: array[int] | None) -> Found:
        """Read a column, or chosen rows of it; return which rows are doubtful, and the values."""
        column = self.footer.columns.get(name)
        if not column or column.kind != PHYSICAL[self.table[name].type] or not 0 <= group.rows <= MOST_ROWS:
            raise UnusualError(f"the column {name} is not laid out as most are, or is too large")
        chunk = group.memory.chunk
        machine.native.begin(chunk, plan, self.columns.index(name), group.rows, column.optional, chosen)
        group.memory.read(group.raw, self.footer.chunk(group.number, column))
        return machine.native.found(chunk)
