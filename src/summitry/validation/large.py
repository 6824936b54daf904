"""Files too large to hold: part after part passes the sieve, and only rows that it holds back are judged.

What needs all rows at once, a key that stands there twice or names a row of another large file, is found by
64-bit hashes of the keys, eight bytes a row; rows whose hashes are equal are read again and compared as text.
"""

from __future__ import annotations

import tempfile
import weakref
from bisect import bisect_right
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import IO, TYPE_CHECKING

import polars as pl

from summitry.validation.checks import Check, Reference, foreign_key_check, key_check, keyword_checks
from summitry.validation.evaluate import evaluate
from summitry.validation.hashes import Hashes
from summitry.validation.prefilter import SUSPECT
from summitry.validation.table_file import ROW, TableFile, completed, joined

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from summitry.schema import Table
    from summitry.validation.prefilter import Sieve
    from summitry.validation.readers.csv_file import CsvPart, CsvSource, Records
    from summitry.validation.readers.parquet_file import ParquetPart, ParquetSource
    from summitry.validation.report import Problem

    Part = CsvPart | ParquetPart
    Held = TableFile | Records | pl.DataFrame

MOST_AT_ONCE = 100_000  # rows that are read again and held together
MOST_JUDGED = 10_000  # rows that are judged together
_NAMED = [("row", "<u4"), ("hash", "<u8")]  # as they are kept on disk
_BYTES = 12  # of both


@dataclass(eq=False)
class LargeFile:
    """A file of a table of which only hashes are held.

    Attributes:
        source: reads it, part by part and again.
        rows: records read, broken ones included.
        keys: by columns that must be unique together, the hashes of all rows.
        further: keys in broken records, which other rows may name.
    """

    source: CsvSource | ParquetSource
    rows: int = 0
    keys: dict[tuple[str, ...], Hashes] = field(default_factory=dict)
    further: set[str] = field(default_factory=set)
    _places: list[Part] = field(default_factory=list, repr=False)
    _named: dict[str, IO[bytes]] = field(default_factory=dict, repr=False)

    @property
    def table(self) -> Table:
        """The table it belongs to."""
        return self.source.table

    @property
    def file(self) -> str:
        """What the file is called in problems."""
        return self.source.file

    @property
    def absent(self) -> frozenset[str]:
        """Columns that the file lacks."""
        return self.source.absent

    @property
    def unchecked(self) -> frozenset[str]:
        """The columns that no check reads: the file lacks them, and its header must be corrected first."""
        return self.absent if any(p.rule == "header" for p in self.source.problems) else frozenset()

    def _hash(self, names: Sequence[str]) -> pl.Expr:
        """Return the hash of some columns, null where one of them is."""
        columns = [self.source.column(n) for n in names]
        value = columns[0].hash() if len(columns) == 1 else pl.struct(columns).hash()
        return pl.when(pl.all_horizontal(c.is_not_null() for c in columns)).then(value).alias(_name(names))

    def judge(
        self,
        sieve: Sieve,
        checks: Sequence[Check],
        keys: Sequence[tuple[str, ...]],
        named: Sequence[str],
        below: Sequence[TableFile] = (),
    ) -> Iterator[Problem]:
        """Read the file once, keep the hashes, and yield what is wrong with cells and rows.

        Args:
            sieve: holds back the rows that `checks` and its rules then judge.
            checks: of cells and rows.
            keys: columns that must be unique together.
            named: columns whose foreign keys name rows of large files.
            below: files of the table whose rows keep the values of columns that this one lacks.
        """
        self.keys = {key: Hashes() for key in keys}
        self._named = {name: self._spool() for name in named}
        hashes = [self._hash(key) for key in dict.fromkeys([*keys, *((n,) for n in named)])]
        for held in self._together(self._suspects(sieve, hashes)):
            table_file = completed(self.source.joined(held), below)
            yield from table_file.problems
            yield from (p for p, _, _ in evaluate(table_file, checks) if not table_file.already_reported(p))
        yield from self.source.problems
        for key in keys:
            yield from self._repeated(key)

    @staticmethod
    def _together(held: Iterable[Held]) -> Iterator[list[Held]]:
        """Yield rows that are held back in lots of some size."""
        lot: list[Held] = []
        for some in held:
            lot.append(some)
            if sum(len(s.frame if isinstance(s, TableFile) else s) for s in lot) >= MOST_JUDGED:
                yield lot
                lot = []
        if lot:
            yield lot

    def _suspects(self, sieve: Sieve, hashes: Sequence[pl.Expr]) -> Iterator[Held]:
        """Read all parts, some at a time, keep their hashes, and yield the rows that are held back."""
        with ThreadPoolExecutor(self.source.workers) as pool:
            submit = lambda *task: pool.submit(*task).result  # noqa: E731 - as short as what it says
            for part, flags in self.source.sifted(sieve, hashes, submit, self.source.ahead):
                yield from self._held_back(part, flags, hashes)

    def _held_back(self, part: Part, flags: pl.DataFrame | None, hashes: Sequence[pl.Expr]) -> Iterator[Held]:
        """Keep the place and the hashes of a part, and yield its rows that are to be judged, if there are any."""
        self.rows += part.rows
        self._places.append(part.emptied())
        if flags is None:
            table_file = part.table_file()
            self._keep(part, table_file.frame[ROW], table_file.frame.select(hashes))
            self.further |= table_file.broken_keys
            yield table_file
        else:
            self._keep(part, None, flags)
            if flags[SUSPECT].any():
                yield from part.suspects([part.row + i for i in flags[SUSPECT].arg_true()])

    def _spool(self) -> IO[bytes]:
        """Return a temporary file that is open as long as this object lives."""
        spool = tempfile.TemporaryFile()  # noqa: SIM115 - as the docstring says
        weakref.finalize(self, spool.close)
        return spool

    def _keep(self, part: Part, some: pl.Series | None, hashes: pl.DataFrame) -> None:
        """Keep the hashes of some rows, or of all; one without a key gets a number that is a key's by chance only."""

        def rows() -> pl.Series:
            return _numbers(part) if some is None else some

        for key, kept in self.keys.items():
            found = hashes[_name(key)]
            if len(found) < part.rows or found.null_count():
                places = (rows() - part.row).filter(found.is_not_null())
                found = _numbers(part).cast(pl.UInt64).scatter(places, found.drop_nulls())
            kept.add(found)
        for name, spool in self._named.items():
            found = hashes[_name((name,))]
            if found.null_count() < len(found):
                spool.write(_packed(rows().filter(found.is_not_null()), found.drop_nulls()))

    def _repeated(self, key: tuple[str, ...]) -> Iterator[Problem]:
        """Yield the rows whose key an earlier row has."""
        rows, check = self.keys[key].repeated(), key_check(self.table, key)
        if not len(rows):
            return
        hashes = self.keys[key].all()
        shares = -(-len(rows) // MOST_AT_ONCE)
        # all rows of one key are in one share
        for share in range(shares):
            yield from self._judged_again(rows.filter(hashes.gather(rows) % shares == share), check)

    def key_hashes(self, column: str) -> pl.Series:
        """Return the hashes of what a foreign key may name in this file."""
        own = self.keys.get((column,), Hashes()).all()
        return pl.concat([own, pl.Series(sorted(self.further), dtype=pl.String).hash()])

    def names(self, column: str) -> bool:
        """Say whether any cell of a foreign key to a large file is filled."""
        return self._named[column].tell() > 0

    def dangling(self, name: str, known: pl.Series) -> Iterator[Problem]:
        """Yield the cells of a foreign key that name no row.

        Args:
            name: the column.
            known: the sorted hashes of the keys that are there.
        """
        spool = self._named[name]
        spool.seek(0)
        while piece := spool.read(MOST_AT_ONCE * _BYTES):
            rows, hashes = _unpacked(piece)
            yield from self._judged_again(rows.filter(~_is_among(hashes, known)), _dangling_check(self.table, name))

    def _judged_again(self, rows: pl.Series, check: Check) -> Iterator[Problem]:
        """Read some rows again and yield those that break a check."""
        if table_files := list(self._table_files(rows, {*self.table.primary_key, *check.fails.meta.root_names()})):
            yield from _judge_by(check, joined(table_files))

    def _table_files(self, rows: pl.Series, names: Collection[str]) -> Iterator[TableFile]:
        """Read some columns of some rows again, given in order."""
        firsts = [place.row for place in self._places]
        for at, wanted in groupby(rows.to_list(), key=lambda row: bisect_right(firsts, row) - 1):
            some = list(wanted)
            yield self._places[at].again(some, names).table_file(some)


def _name(key: Sequence[str]) -> str:
    return f"hash:{','.join(key)}"


def _numbers(part: Part) -> pl.Series:
    """Return the numbers of the rows of a part."""
    return pl.int_range(part.row, part.row + part.rows, eager=True)


def _packed(rows: pl.Series, hashes: pl.Series) -> bytes:
    """Return the numbers of rows and hashes as they are kept on disk."""
    import numpy as np

    named = np.empty(len(rows), _NAMED)
    named["row"], named["hash"] = rows, hashes
    return named.tobytes()


def _unpacked(kept: bytes) -> tuple[pl.Series, pl.Series]:
    import numpy as np

    named = np.frombuffer(kept, _NAMED)
    return pl.Series(named["row"]), pl.Series(named["hash"])


def sorted_hashes(files: Iterable[LargeFile], column: str, further: pl.Series) -> pl.Series:
    """Return the sorted hashes of the keys of some files, and of further ones."""
    return pl.concat([*(file.key_hashes(column) for file in files), further.hash().alias("")]).sort()


def _is_among(hashes: pl.Series, known: pl.Series) -> pl.Series:
    """Say for each hash whether it is among some that are sorted."""
    if not len(known):
        return pl.repeat(value=False, n=len(hashes), eager=True)
    return known.gather(known.search_sorted(hashes).clip(upper_bound=len(known) - 1)) == hashes


def _dangling_check(table: Table, name: str) -> Check:
    """Return the check that tells of a cell that names no row; of millions of keys, none is the nearest."""
    key = table.reference(name)
    target = key.table if key else ""
    return foreign_key_check(table[name], Reference(target, pl.Series([], dtype=pl.String)))


def _judge_by(check: Check, table_file: TableFile) -> Iterator[Problem]:
    """Yield the rows that break a check, but not where the cell breaks one of its own."""
    f = table_file.table[check.fields[0]]
    own = keyword_checks(f, required=table_file.table.required(f))
    yield from (p for p, _, _ in evaluate(table_file, [*own, check]) if p.rule == check.id)


def dangling(table_file: TableFile, name: str, known: pl.Series) -> Iterator[Problem]:
    """Yield the cells of a table_file that should name a row of a large file and do not.

    Args:
        table_file: the rows.
        name: the column.
        known: the sorted hashes of the keys that are there.
    """
    lost = ~_is_among(table_file.frame[name].hash(), known) & table_file.frame[name].is_not_null()
    yield from _judge_by(
        _dangling_check(table_file.table, name), replace(table_file, frame=table_file.frame.filter(lost))
    )
