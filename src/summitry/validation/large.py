"""Files too large for memory: part after part passes the prefilter, and only doubtful rows are evaluated.

What needs all rows at once, a key that an earlier row has or that names a row of another large file, is found by
64-bit hashes, eight bytes a row; rows whose hashes are equal are read again and compared as text.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import polars as pl

from summitry.validation.checks import Check, Reference, foreign_key_check, key_check, keyword_checks, unclear_key
from summitry.validation.evaluate import MOST_TOGETHER, evaluate, listed_problems, local
from summitry.validation.prefilter import doubtful, free_texts
from summitry.validation.table_file import TableFile, completed, joined

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from summitry.schema import Table
    from summitry.validation.evaluate import Executor
    from summitry.validation.readers.csv_file import CsvSource
    from summitry.validation.readers.parquet_file import ParquetSource
    from summitry.validation.report import Kind, Problem, Problems


DOUBTFUL = "doubtful"
MOST_WAITING = 3  # parts of which some rows are evaluated together: a row keeps the texts of its part in memory


@dataclass(eq=False)
class LargeFile:
    """A file of a table of which only hashes are in memory.

    Attributes:
        source: reads it, part by part and again.
        most_again: rows that are read again and compared together.
        rows: records read, broken ones included.
        broken_keys: keys in broken records, which other rows may name.
        unlisted: by kind, how many more mistakes of form there are.
        unclear: the keys that have a problem.
    """

    source: CsvSource | ParquetSource
    most_again: int
    rows: int = 0
    broken_keys: set[str] = field(default_factory=set)
    unlisted: Counter[Kind] = field(default_factory=Counter)
    unclear: list[str | None] = field(default_factory=list)
    _places: list[Any] = field(default_factory=list, repr=False)  # of the parts that were read
    _hashes: list[pl.DataFrame] = field(default_factory=list, repr=False)  # of the keys in each part

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

    def validate(
        self,
        checks: Sequence[Check],
        references: Mapping[str, Reference],
        large: Collection[str],
        below: Sequence[TableFile],
        execute: Executor,
        listed: Problems,
    ) -> Iterator[Problem]:
        """Read the file once, keep the hashes of its keys, and yield the problems of its form, cells, rows and keys.

        Args:
            checks: of cells and rows.
            references: by column, what its foreign key may name, as in the checks.
            large: the tables that have large files; foreign keys to those are checked by `dangling`.
            below: files of the table whose rows keep the values of optional columns that this one lacks.
            execute: evaluates the checks. Another executor than `local` gets every row.
            listed: a list of problems; those for which it has no room are only counted in it.
        """
        keys = [key for key in self.table.unique_sets() if key and self.absent.isdisjoint(key)]
        named = {(n,) for k in self.table.foreign_keys for n in k.fields if k.table in large and n not in self.absent}
        hashes = [_hash_of(key) for key in dict.fromkeys([*keys, *named])]
        kept = below if self.absent - self.unchecked else ()
        columns, known = frozenset(self.table.names) - self.unchecked, [_is_known(file) for file in kept]
        free = free_texts(checks, references)
        doubts = {
            plain: pl.any_horizontal(doubtful(self.table, checks, columns, references, plain=plain), *known)
            for plain in (True, False)
        }

        def examined(part: Any) -> tuple[pl.DataFrame, TableFile]:
            """Return the hashes of the rows of a part, and the rows to evaluate."""
            frame = self.source.frame(part)
            doubt = doubts[self.source.is_plain(part, frame, free)].alias(DOUBTFUL)
            found = self.source.values(frame).select(doubt, *hashes).collect(engine="streaming")  # some rows at a time
            some = frame.filter(found[DOUBTFUL]) if execute is local else frame
            return found.drop(DOUBTFUL), self.source.table_file(part, some)

        def table_files() -> Iterator[TableFile]:
            """Yield the rows to evaluate of each part."""
            for part, (found, table_file) in self.source.results(examined):
                self._places.append(part.place)
                self._hashes.append(found[[column.name for column in found if column.null_count() < len(column)]])
                self.rows += part.rows
                yield table_file

        for table_file in _lots(table_files()):
            self.broken_keys |= table_file.broken_keys
            self.unlisted += table_file.unlisted
            yield from table_file.problems
            whole = replace(table_file, frame=self.source.typed(table_file.frame))
            yield from self._problems(completed(whole, kept), checks, execute, listed)
        yield from self.source.problems
        for key in keys:
            yield from self._repeated(key)

    def _problems(
        self, table_file: TableFile, checks: Sequence[Check], execute: Executor, listed: Problems
    ) -> Iterator[Problem]:
        """Yield the problems of rows, some rows at a time, and note the keys that have them."""
        for frame in table_file.frame.iter_slices(MOST_TOGETHER):
            some = replace(table_file, frame=frame)
            for problem, _, check in listed_problems(some, checks, execute(frame, checks), listed):
                self.unclear += unclear_key(self.table, problem, check)
                if not some.already_reported(problem):
                    yield problem

    def _hashes_of(self, key: tuple[str, ...]) -> pl.Series:
        """Return the hashes of a key in all rows, or in all parts in which there are any."""
        return _joined(hashes[_hash_name(key)] for hashes in self._hashes if _hash_name(key) in hashes.columns)

    def has_values(self, column: str) -> bool:
        """Say whether a column of which there are hashes has any value."""
        return any(_hash_name((column,)) in hashes.columns for hashes in self._hashes)

    def key_hashes(self, column: str) -> pl.Series:
        """Return the hashes of what a foreign key may name in this file."""
        return _joined([self._hashes_of((column,)), pl.Series(sorted(self.broken_keys), dtype=pl.String).hash()])

    def _repeated(self, key: tuple[str, ...]) -> Iterator[Problem]:
        """Yield the rows whose key an earlier row has."""
        ordered = self._hashes_of(key).drop_nulls().sort()
        further = ordered[1:].filter(ordered[1:] == ordered[:-1])
        del ordered
        twice, shares = further.unique().sort(), -(-2 * len(further) // self.most_again)
        for share in range(shares):  # all rows of one key are in one share
            of_share = twice.filter(twice % shares == share)
            if table_files := list(self._again(key, partial(_is_among, known=of_share))):
                check = key_check(self.table, key)
                for problem in _own_problems(joined(table_files), check):
                    self.unclear += unclear_key(self.table, problem, check)
                    yield problem

    def _again(self, key: tuple[str, ...], chosen: Callable[[pl.Series], pl.Series]) -> Iterator[TableFile]:
        """Read the rows again whose hash of some columns is chosen: these columns, and the key."""
        can_be_read = bool(self.source.columns)  # a Parquet file that breaks off has none any more
        for place, hashes in zip(self._places, self._hashes, strict=True) if can_be_read else ():
            if _hash_name(key) in hashes.columns and len(at := chosen(hashes[_hash_name(key)]).arg_true()):
                yield self.source.again(place, at.to_list(), {*self.table.primary_key, *key})

    def dangling(self, name: str, known: pl.Series) -> Iterator[Problem]:
        """Yield the cells of a foreign key to large files that name no row.

        Args:
            name: the column.
            known: the sorted hashes of the keys that exist.
        """
        for table_file in self._again((name,), lambda hashes: hashes.is_not_null() & ~_is_among(hashes, known)):
            yield from dangling(table_file, name, known)


def _hash_name(columns: Sequence[str]) -> str:
    return ",".join(columns)


def _hash_of(columns: Sequence[str]) -> pl.Expr:
    """Return the hash of some columns together; null where one of them is."""
    values = [pl.col(n) for n in columns]
    value = values[0].hash() if len(values) == 1 else pl.struct(values).hash()
    return pl.when(pl.all_horizontal(v.is_not_null() for v in values)).then(value).alias(_hash_name(columns))


def _is_known(below: TableFile) -> pl.Expr:
    """Say which rows are known: they keep values that are not in the file."""
    key = below.table.primary_key[0]
    return pl.col(key).is_in(below.frame[key].implode())


def _lots(table_files: Iterable[TableFile]) -> Iterator[TableFile]:
    """Lay the rows of some parts together, so that they are evaluated at once."""
    waiting: list[TableFile] = []
    for table_file in table_files:
        waiting.append(table_file)
        if table_file.problems or len(waiting) == MOST_WAITING:
            yield joined(waiting)
            waiting.clear()
    if waiting:
        yield joined(waiting)


def _joined(hashes: Iterable[pl.Series]) -> pl.Series:
    return pl.concat([pl.Series(dtype=pl.UInt64), *(some.alias("") for some in hashes)])


def sorted_hashes(files: Iterable[LargeFile], column: str, further: pl.Series) -> pl.Series:
    """Return the sorted hashes of the keys of some files, and of further ones."""
    return _joined([*(file.key_hashes(column) for file in files), further.hash()]).drop_nulls().sort()


def _is_among(hashes: pl.Series, known: pl.Series) -> pl.Series:
    """Say for each hash whether it is among some that are sorted."""
    if not len(known):
        return pl.repeat(value=False, n=len(hashes), eager=True)
    return known.gather(known.search_sorted(hashes).clip(upper_bound=len(known) - 1)) == hashes


def _own_problems(table_file: TableFile, check: Check) -> Iterator[Problem]:
    """Yield the rows that fail a check, but not where the cell fails one of its own."""
    f = table_file.table[check.fields[0]]
    own = keyword_checks(f, required=table_file.table.required(f))
    yield from (p for p, _, _ in evaluate(table_file, [*own, check]) if p.rule == check.id)


def dangling(table_file: TableFile, name: str, known: pl.Series) -> Iterator[Problem]:
    """Yield the cells of a table file that should name a row of a large file and do not.

    Args:
        table_file: the rows.
        name: the column.
        known: the sorted hashes of the keys that exist.
    """
    key = table_file.table.reference(name)
    no_suggestion = Reference(key.table if key else "", pl.Series([], dtype=pl.String))  # of millions of keys
    cells = table_file.frame[name]
    lost = table_file.frame.filter(~_is_among(cells.hash(), known) & cells.is_not_null())
    for frame in lost.iter_slices(MOST_TOGETHER):
        check = foreign_key_check(table_file.table[name], no_suggestion)
        yield from _own_problems(replace(table_file, frame=frame), check)
