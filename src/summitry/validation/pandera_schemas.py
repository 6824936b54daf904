"""pandera schemas of tables, compiled from the same checks that `summitry validate` evaluates."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

import polars as pl

from summitry import schema
from summitry.errors import missing_extra, unknown_name
from summitry.schema import types
from summitry.validation.checks import Reference, key_checks, table_checks
from summitry.validation.table_file import ROW, complete, raw_name

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import pandas as pd

    from summitry.schema import Table
    from summitry.validation.rules.model import Check

Engine = Literal["pandas", "polars"]


def pandera_schema(
    table: str | Table, engine: Engine = "pandas", references: Mapping[str, Sequence[str]] | None = None
) -> Any:
    """Compile a table schema to pandera.

    Every check that `summitry validate` makes of cells, keys and single rows is in it, and is evaluated by the same
    expression. A failure case has the rule as its `check`, the first column that the rule is about as its `column`,
    and the row as its `index`. Where `summitry validate` reports only the first failed check of a cell, pandera
    reports all of them. What compares rows of several tables, and spans in texts, is not in it.

    Args:
        table: the name of a table, or a schema of your own.
        engine: the kind of frame to check, "pandas" or "polars".
        references: by column, the values that its foreign key may name. By default the keys of the tables that
            ship; give `{}` to leave foreign keys unchecked.

    Returns:
        A `pandera.pandas.DataFrameSchema` or `pandera.polars.DataFrameSchema`; columns must be there in order
        and have the types of `load_<table>()`.

    Raises:
        UnknownNameError: for a table or engine that does not exist.
        MissingExtraError: when pandera is not installed.

    Example:
        >>> from summitry import load_roles, pandera_schema
        >>> len(pandera_schema("roles").validate(load_roles(), lazy=True)) == len(load_roles())
        True
    """
    if engine not in ("pandas", "polars"):
        raise unknown_name("engine", engine, ["pandas", "polars"])
    found = schema.package().table(table) if isinstance(table, str) else table
    try:
        return _pandas_schema(found, references) if engine == "pandas" else _polars_schema(found, references)
    except ModuleNotFoundError as e:
        raise missing_extra(str(e.name), "validate") from e


def _pandas_schema(table: Table, references: Mapping[str, Sequence[str]] | None) -> Any:
    import pandas as pd
    import pandera.pandas as pandera

    from summitry.validation.pandera_pandas import as_check

    def passes(check: Check) -> Callable[[pd.DataFrame], pd.Series[bool]]:
        needed = _needed(table, check)

        def run(rows: pd.DataFrame) -> pd.Series[bool]:
            return pd.Series(_passes(needed, check, pl.from_pandas(rows[needed.names])).to_numpy(), rows.index)

        return run

    columns = {
        name: pandera.Column(
            types.pandas_dtypes(table)[name], [as_check(c, passes(c)) for c in checks], nullable=True, name=name
        )
        for name, checks in _by_column(table, references).items()
    }
    return pandera.DataFrameSchema(columns, strict=True, ordered=True, name=table.name)


def _polars_schema(table: Table, references: Mapping[str, Sequence[str]] | None) -> Any:
    import pandera.polars as pandera

    from summitry.validation.pandera_polars import as_check

    def passes(check: Check) -> Callable[[pl.LazyFrame], pl.LazyFrame]:
        needed = _needed(table, check)
        return lambda rows: _passes(needed, check, rows.select(needed.names).collect()).to_frame().lazy()

    columns = {
        name: pandera.Column(
            types.polars_schema(table)[name], [as_check(c, passes(c)) for c in checks], nullable=True, name=name
        )
        for name, checks in _by_column(table, references).items()
    }
    return pandera.DataFrameSchema(columns, strict=True, ordered=True, name=table.name)


def _by_column(table: Table, references: Mapping[str, Sequence[str]] | None) -> dict[str, list[Check]]:
    """Return the checks of each column, those of several columns with the first."""
    keys = _shipped_keys(table) if references is None else references
    targets = {
        name: Reference(key.table if (key := table.reference(name)) else "", pl.Series(list(values), dtype=pl.String))
        for name, values in keys.items()
    }
    found: dict[str, list[Check]] = {name: [] for name in table.names}
    for check in [*table_checks(table, targets), *key_checks(table)]:
        found[check.fields[0]].append(check)
    return found


def _shipped_keys(table: Table) -> dict[str, list[str]]:
    from summitry.dataset.storage import read_arrow

    return {key.fields[0]: read_arrow(key.table).column(key.references[0]).to_pylist() for key in table.foreign_keys}


def _needed(table: Table, check: Check) -> Table:
    """Return the table with only those columns that a check reads."""
    read = set(check.fails.meta.root_names())
    return replace(table, fields=tuple(f for f in table.fields if read & {f.name, raw_name(f)}))


def _passes(table: Table, check: Check, rows: pl.DataFrame) -> pl.Series:
    """Return for each row whether it passes, cells read as `summitry validate` reads those of a typed file."""
    return complete(rows.with_row_index(ROW), table).select(check.passes).to_series()
