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

import numpy as np
import polars as pl

from summitry.checks import Check, Reference, foreign_key_check, keyword_checks, repeated
from summitry.judgement import judge
from summitry.sheets import ROW, Sheet, joined
from summitry.sieve import SUSPECT

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from summitry.csvsheets import CsvPart, CsvSource
    from summitry.parquetsheets import ParquetPart, ParquetSource
    from summitry.report import Problem
    from summitry.rules.model import RowRule
    from summitry.schema import Table
    from summitry.sieve import Sieve

    Part = CsvPart | ParquetPart
    Hashes = NDArray[np.uint64]
    Numbers = NDArray[np.int64]

MOST_AT_ONCE = 100_000  # rows that are read again and held together
MOST_JUDGED = 10_000  # rows that are judged together
_NAMED = np.dtype([("row", np.uint32), ("hash", np.uint64)])


@dataclass(eq=False)
class LargeFile:
    """A file of a table of which only hashes are held.

    Attributes:
        source: reads it, part by part and again.
        rows: records read, broken ones included.
        keys: by columns that must be unique together, a hash for each row.
        further: keys in broken records, which other rows may name.
    """

    source: CsvSource | ParquetSource
    rows: int = 0
    keys: dict[tuple[str, ...], list[Hashes]] = field(default_factory=dict)
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

    def _hash(self, names: Sequence[str]) -> pl.Expr:
        """Return the hash of some columns, null where one of them is."""
        columns = [self.source.column(n) for n in names]
        value = columns[0].hash() if len(columns) == 1 else pl.struct(columns).hash()
        return pl.when(pl.all_horizontal(c.is_not_null() for c in columns)).then(value).alias(_name(names))

    def judge(
        self, sieve: Sieve, checks: Sequence[Check], keys: Sequence[tuple[str, ...]], named: Sequence[str]
    ) -> Iterator[Problem]:
        """Read the file once, keep the hashes, and yield what is wrong with cells and rows.

        Args:
            sieve: holds back the rows that `checks` and its rules then judge.
            checks: of cells.
            keys: columns that must be unique together.
            named: columns whose foreign keys name rows of large files.
        """
        self.keys = {key: [] for key in keys}
        self._named = {name: self._spool() for name in named}
        suspects: list[Sheet] = []
        for sheet in self._suspects(sieve, [self._hash(key) for key in dict.fromkeys([*keys, *((n,) for n in named)])]):
            yield from sheet.problems
            suspects.append(sheet)
            if sum(len(s.frame) for s in suspects) >= MOST_JUDGED:
                yield from _judge(suspects, checks, sieve.rules)
                suspects.clear()
        yield from _judge(suspects, checks, sieve.rules)
        yield from self.source.problems
        for key in keys:
            yield from self._repeated(key)

    def _suspects(self, sieve: Sieve, hashes: Sequence[pl.Expr]) -> Iterator[Sheet]:
        """Read all parts, some at a time, keep their hashes, and yield the rows that are held back."""
        workers = self.source.workers
        with ThreadPoolExecutor(workers) as pool:
            submit = lambda *task: pool.submit(*task).result  # noqa: E731 - as short as what it says
            for part, flags in self.source.sifted(sieve, hashes, submit, workers - 1):
                yield from self._held_back(part, flags, hashes)

    def _held_back(self, part: Part, flags: pl.DataFrame | None, hashes: Sequence[pl.Expr]) -> Iterator[Sheet]:
        """Keep the place and the hashes of a part, and yield its rows that are to be judged, if there are any."""
        self.rows += part.rows
        self._places.append(part.emptied())
        if flags is None:
            sheet = part.sheet()
            self._keep(part, sheet.frame[ROW].to_numpy(), sheet.frame.select(hashes))
        else:
            self._keep(part, np.arange(part.row, part.row + part.rows), flags)
            if not flags[SUSPECT].any():
                return
            sheet = part.suspects([part.row + i for i in flags[SUSPECT].arg_true()])
        self.further |= sheet.broken_keys
        yield sheet

    def _spool(self) -> IO[bytes]:
        """Return a temporary file that is open as long as this object lives."""
        spool = tempfile.TemporaryFile()  # noqa: SIM115 - as the docstring says
        weakref.finalize(self, spool.close)
        return spool

    def _keep(self, part: Part, rows: Numbers, hashes: pl.DataFrame) -> None:
        """Keep the hashes of some rows; a row without a key gets a number that is a key's by chance only."""
        for key, kept in self.keys.items():
            found = hashes[_name(key)]
            known = found.is_not_null().to_numpy()
            numbers = np.arange(part.row, part.row + part.rows, dtype=np.uint64)
            numbers[rows[known] - part.row] = found.drop_nulls().to_numpy()
            kept.append(numbers)
        for name, spool in self._named.items():
            found = hashes[_name((name,))]
            named = np.empty(len(found) - found.null_count(), _NAMED)
            named["row"], named["hash"] = rows[found.is_not_null().to_numpy()], found.drop_nulls().to_numpy()
            spool.write(named.tobytes())

    def _repeated(self, key: tuple[str, ...]) -> Iterator[Problem]:
        """Yield the rows whose key an earlier row has."""
        hashes = self._joined(key)
        ordered = _sorted(hashes)
        twice = np.unique(ordered[1:][ordered[1:] == ordered[:-1]])
        del ordered
        if not len(twice):
            return
        check = repeated(self.table, key)
        rows = pl.Series(hashes).is_in(pl.Series(twice).implode()).arg_true().to_numpy()
        shares = -(-len(rows) // MOST_AT_ONCE)
        # all rows of one key are in one share
        for share in range(shares):
            yield from self._judged_again(rows[hashes[rows] % np.uint64(shares) == share], check)

    def _joined(self, key: tuple[str, ...]) -> Hashes:
        """Return the hashes of a key in one piece."""
        kept = self.keys[key]
        if len(kept) > 1:
            kept[:] = [np.concatenate(kept)]
        return kept[0] if kept else np.empty(0, np.uint64)

    def key_hashes(self, column: str) -> Hashes:
        """Return the hashes of what a foreign key may name in this file."""
        own = self._joined((column,)) if (column,) in self.keys else np.empty(0, np.uint64)
        return np.concatenate([own, pl.Series(sorted(self.further), dtype=pl.String).hash().to_numpy()])

    def names(self, column: str) -> bool:
        """Say whether any cell of a foreign key to a large file is filled."""
        return self._named[column].tell() > 0

    def dangling(self, name: str, known: Hashes) -> Iterator[Problem]:
        """Yield the cells of a foreign key that name no row.

        Args:
            name: the column.
            known: the sorted hashes of the keys that are there.
        """
        spool = self._named[name]
        spool.seek(0)
        while piece := spool.read(MOST_AT_ONCE * _NAMED.itemsize):
            named = np.frombuffer(piece, _NAMED)
            rows = named["row"][~_is_among(named["hash"], known)]
            yield from self._judged_again(rows.astype(np.int64), _dangling_check(self.table, name))

    def _judged_again(self, rows: Numbers, check: Check) -> Iterator[Problem]:
        """Read some rows again and yield those that break a check."""
        if sheets := list(self._sheets(rows, {*self.table.primary_key, check.field})):
            yield from _judge_by(check, joined(sheets))

    def _sheets(self, rows: Numbers, names: Collection[str]) -> Iterator[Sheet]:
        """Read some columns of some rows again, given in order."""
        firsts = [place.row for place in self._places]
        for at, wanted in groupby(rows.tolist(), key=lambda row: bisect_right(firsts, row) - 1):
            yield self._places[at].again(names).sheet(list(wanted))


def _name(key: Sequence[str]) -> str:
    return f"hash:{','.join(key)}"


def sorted_hashes(files: Iterable[LargeFile], column: str, further: pl.Series) -> Hashes:
    """Return the sorted hashes of the keys of some files, and of further ones."""
    return _sorted(np.concatenate([*(file.key_hashes(column) for file in files), further.hash().to_numpy()]))


def _sorted(hashes: Hashes) -> Hashes:
    """Sort with all processors, which numpy does not."""
    return pl.Series(hashes).sort().to_numpy()


def _is_among(hashes: Hashes, known: Hashes) -> NDArray[np.bool_]:
    """Say for each hash whether it is among some that are sorted."""
    if not len(known):
        return np.zeros(len(hashes), np.bool_)
    at = np.searchsorted(known, hashes).clip(max=len(known) - 1)
    same: NDArray[np.bool_] = known[at] == hashes
    return same


def _dangling_check(table: Table, name: str) -> Check:
    """Return the check that tells of a cell that names no row; of millions of keys, none is the nearest."""
    key = table.reference(name)
    target = key.table if key else ""
    return foreign_key_check(table[name], Reference(target, pl.Series([], dtype=pl.String)))


def _judge(sheets: Sequence[Sheet], checks: Sequence[Check], rules: Sequence[RowRule]) -> Iterator[Problem]:
    """Yield what is wrong with the cells and rows of some sheets of one file."""
    if sheets:
        sheet = joined(sheets)
        yield from (p for p, _, _ in judge(sheet, checks, rules) if not sheet.tells(p))


def _judge_by(check: Check, sheet: Sheet) -> Iterator[Problem]:
    """Yield the rows that break a check, but not where the cell breaks one of its own."""
    f = sheet.table[check.field]
    own = keyword_checks(f, required=sheet.table.required(f))
    yield from (p for p, _, _ in judge(sheet, [*own, check], []) if p.rule == check.rule)


def dangling(sheet: Sheet, name: str, known: Hashes) -> Iterator[Problem]:
    """Yield the cells of a sheet that should name a row of a large file and do not.

    Args:
        sheet: the rows.
        name: the column.
        known: the sorted hashes of the keys that are there.
    """
    hashes = sheet.frame[name].hash().to_numpy()
    lost = pl.Series(~_is_among(hashes, known)) & sheet.frame[name].is_not_null()
    yield from _judge_by(_dangling_check(sheet.table, name), replace(sheet, frame=sheet.frame.filter(lost)))
