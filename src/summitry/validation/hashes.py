"""Hashes of many rows: which rows have one that another row has, too."""

from __future__ import annotations

import polars as pl

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
        hashes = self.all()
        ordered = hashes.sort()
        twice = ordered.filter(ordered == ordered.shift()).unique()
        del ordered
        return hashes.is_in(twice.implode()).arg_true() if len(twice) else _NONE
