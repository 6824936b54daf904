"""Hashes of many rows: which rows have one that another row has, too."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial

import polars as pl

from summitry import machine

_NONE = pl.Series("", [], pl.UInt64)


class Hashes:
    """Hashes of 64 bits, one for each row, in order."""

    def __init__(self) -> None:
        """Begin with none."""
        self._kept: list[pl.Series] = []

    def add(self, some: pl.Series) -> None:
        """Add the hashes of further rows."""
        self._kept.append(some.alias(""))

    def all(self) -> pl.Series:
        """Return those of all rows."""
        return pl.concat([_NONE, *self._kept])

    def repeated(self) -> pl.Series:
        """Return the rows, in order, whose hash another row has, too."""
        return self.repeated_by_polars() if machine.native is None else self._repeated()

    def _repeated(self) -> pl.Series:
        """Sort both halves of the rows into buckets, and look through both halves of the buckets."""
        half = len(self._kept) // 2
        halves = [pl.concat([_NONE, *some]) for some in (self._kept[:half], self._kept[half:])]
        with ThreadPoolExecutor(len(halves)) as pool:
            stores = list(pool.map(_stored, halves))
            found = pool.map(lambda share: machine.native.twice(stores[0], stores[1], share, 2), range(2))
            twice = pl.concat(machine.series(some) for some in found)
            if not len(twice):
                return _NONE
            return pl.concat(pool.map(partial(_rows_among, twice), halves, (0, len(halves[0]))))

    def repeated_by_polars(self) -> pl.Series:
        """Return the same, where there is no machine code."""
        hashes = self.all()
        ordered = hashes.sort()
        twice = ordered.filter(ordered == ordered.shift()).unique()
        del ordered
        return hashes.is_in(twice.implode()).arg_true() if len(twice) else _NONE


def _stored(hashes: pl.Series) -> object:
    store = machine.native.store(len(hashes))
    machine.native.add(store, hashes.__arrow_c_stream__(None))
    return store


def _rows_among(mixed: pl.Series, hashes: pl.Series, row: int) -> pl.Series:
    """Return the rows whose hash is among some that are mixed; the first has a number."""
    return machine.series(machine.native.among(hashes.__arrow_c_stream__(None), mixed.__arrow_c_stream__(None), row))
