"""The part of the package that is compiled (`summitry/native`), where this installation has it."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

try:
    from summitry import _native as native
except ImportError:  # no compiler was there when it was installed
    native = None  # type: ignore[assignment]

__all__ = ["native", "series"]

Capsules = tuple[object, object]


@dataclass(frozen=True)
class _Exported:
    """A column in Arrow's C data interface: capsules of its schema and of the array."""

    capsules: Capsules

    def __arrow_c_array__(self, requested_schema: object = None) -> Capsules:
        """Hand it on as it is."""
        return self.capsules


def series(capsules: Capsules) -> pl.Series:
    """Return a column that was made there."""
    return pl.Series(_Exported(capsules))
