"""Frames of a caller as Arrow, whatever their library, and frames of ours as plain rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa

from summitry.errors import InputError

if TYPE_CHECKING:
    from summitry.schema import Table


def as_arrow(frame: Any, table: Table) -> pa.Table:
    """Return a frame of a table, of pandas or polars, or a relation of DuckDB, as Arrow.

    Of the row labels of pandas those that are columns of the table become columns, and others are left out.

    Raises:
        InputError: when it is no frame.
    """
    if isinstance(frame, pa.Table):
        return frame
    if isinstance(frame, pd.DataFrame):
        labels = [name for name in frame.index.names if name in table.names and name not in frame.columns]
        frame = frame.reset_index(labels) if labels else frame
        columns = [_arrow_column(frame.iloc[:, i]) for i in range(frame.shape[1])]
        return pa.Table.from_arrays(columns, [str(name) for name in frame.columns])
    for method in ("to_arrow", "to_arrow_table"):  # polars, and others that follow it; DuckDB
        found = getattr(frame, method)() if hasattr(frame, method) else None
        if isinstance(found, pa.Table):
            return found
    what = f"A {type(frame).__name__} is not a table"
    raise InputError(f"{what}: give a frame of pandas or polars, a table of pyarrow, a relation of DuckDB or a path.")


def _arrow_column(column: pd.Series[Any]) -> pa.Array:
    """Return a column as Arrow; one of values of several types, or of some that Arrow has not, as text."""
    try:
        found = pa.Array.from_pandas(column)
    except (pa.ArrowException, OverflowError, UnicodeError):
        found = pa.array([None if value is None else _as_text(value) for value in column], pa.string())
    return found.combine_chunks() if isinstance(found, pa.ChunkedArray) else found


def _as_text(value: object) -> str:
    """Return a value as text; half a character, which UTF-8 has not, as U+FFFD, which no cell may contain."""
    return str(value).encode("utf-8", "surrogatepass").decode("utf-8", "replace")


def rows_of(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a frame, a missing cell as None and a day as a date."""
    table = pa.Table.from_pandas(frame, preserve_index=False)
    for i, column in enumerate(table.schema):
        if pa.types.is_timestamp(column.type):
            table = table.set_column(i, column.name, table[i].cast(pa.date32(), safe=False))
    rows: list[dict[str, Any]] = table.to_pylist()
    return rows
