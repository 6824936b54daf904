"""Frames in memory as table files, and their problems as a frame."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd
import pyarrow as pa

from summitry import paths, schema
from summitry.dataset import transaction
from summitry.dataset.arguments import checked
from summitry.dataset.frames import as_arrow
from summitry.errors import InputError, extra
from summitry.validation.report import Problem

if TYPE_CHECKING:
    import polars as pl

    from summitry.schema import Table
    from summitry.validation.report import Report
    from summitry.validation.table_file import TableFile

COLUMNS = ("file", "line", "column", "row", "table", "field", "key", "rule", "severity", "value", "expected", "fix")
_NUMBERS = ("line", "column", "row")


@checked
def validate(
    data: str | Path | pd.DataFrame | pl.DataFrame | pa.Table | Mapping[str, Any] | None = None,
    table: str | None = None,
    *,
    quick: bool = False,
    engine: Literal["local", "pandera"] = "local",
) -> pd.DataFrame:
    """Check tables as `summitry validate` does, and return every problem as a row of a frame.

    Rows are checked together with the dataset that ships: they may name its rows, and a row with a known key replaces
    the one that ships.

    Args:
        data: a pandas or polars frame, a pyarrow table, a relation of DuckDB, several of these by the name of their
            table, or the path of a table file, a folder or a data package; by default the dataset itself.
        table: the table that a single frame belongs to.
        quick: whether to skip the rules that compare rows.
        engine: what evaluates the checks of cells, keys and single rows, "local" or "pandera", which finds the same.

    Returns:
        One row for each problem, none where all is valid, in the order of files and rows. The columns are

        - `file`: the file, or the name of the table for a frame;
        - `line`, `column`: where the cell begins in a CSV file, from 1; missing elsewhere;
        - `row`: the number of the row, from 1; missing where it is no row's;
        - `table`, `field`, `key`: the table, the column and the primary key;
        - `rule`: what is broken (`summitry rules` lists all), `severity`: error or warning;
        - `value`, `expected`, `fix`: what was found, what is expected instead, and what to do.

    Raises:
        InputError: for a path that does not exist, a frame without the name of its table, or what is no table.
        UnknownNameError: for a table or engine that does not exist.
        MissingExtraError: when what validation needs is not installed.

    Example:
        >>> from summitry import load_roles, validate
        >>> roles = load_roles().head(3).assign(person_id=["nobody", "vladimir-putin", "vladimir-putin"])
        >>> validate(roles, "roles", quick=True)[["row", "field", "rule", "value"]].values.tolist()
        [[1, 'person_id', 'foreign-key', 'nobody']]
    """
    with extra("validate"):
        from summitry.validation import child_process, contribution, pipeline
    if table is not None and (data is None or isinstance(data, str | Path | Mapping)):
        raise InputError(f"table={table!r} is for one frame: a file, a folder and frames by name say their tables.")
    if data is None:
        return as_frame(pipeline.validate_dataset(quick=quick, engine=engine))
    if isinstance(data, str | Path):
        return as_frame(child_process.validate_paths([Path(data)], quick=quick, engine=engine))
    home = paths.root()
    with transaction.reading(home):
        package = schema.read_package(paths.schemas(home))
        given = contribution.Contribution(
            [table_file(frame, package.table(name)) for name, frame in _named(data, table).items()]
        )
        return as_frame(contribution.validate_read([given], package, home, contribution.Options(quick, engine)))


def _named(data: Any, table: str | None) -> Mapping[str, Any]:
    """Return frames by the names of their tables."""
    if isinstance(data, Mapping):
        return data
    if not isinstance(table, str):
        raise InputError('Give the table that the frame belongs to, such as table="statements".')
    return {table: data}


def as_frame(report: Report) -> pd.DataFrame:
    """Return the problems of a report as a frame."""
    found = pd.DataFrame([p.as_dict() for p in report.problems], columns=[f.name for f in fields(Problem)])
    kinds: dict[str, Any] = {name: "Int64" if name in _NUMBERS else "str" for name in COLUMNS}
    return found[list(COLUMNS)].astype(kinds)


def table_file(frame: Any, table: Table) -> TableFile:
    """Return a frame as a file of a table; it has the name of the table.

    Raises:
        InputError: when it is no frame.
    """
    import polars as pl

    from summitry.validation.readers.parquet_columns import has_type, typed_column_problems
    from summitry.validation.table_file import ROW, TableFile, as_read, no_rows

    given = as_arrow(frame, table)
    there = [f for f in table.fields if given.schema.names.count(f.name) == 1]
    sound = [f.name for f in there if has_type(given.schema.field(f.name), f) or _is_empty(given[f.name])]
    try:
        rows = pl.DataFrame(pl.from_arrow(given.select(sound))).with_row_index(ROW) if sound else None
    except pl.exceptions.PolarsError as e:
        raise InputError(f"The frame of {table.name} cannot be read: {e}.") from e
    problems = list(typed_column_problems(table, table.name, given.schema, sound))
    absent = frozenset(table.names).difference(sound)
    return TableFile(table, table.name, no_rows(table) if rows is None else as_read(rows, table), problems, absent)


def _is_empty(column: pa.ChunkedArray) -> bool:
    return column.null_count == len(column) and not pa.types.is_nested(column.type)
