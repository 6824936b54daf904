"""pandera schemas of tables, compiled from the same checks that `summitry validate` evaluates."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

import polars as pl

from summitry import schema
from summitry.dataset.arguments import checked
from summitry.errors import choice, extra
from summitry.schema import types
from summitry.validation.checks import Reference, key_checks, table_checks
from summitry.validation.table_file import ROW, as_read, raw_name

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from summitry.schema import Table
    from summitry.validation.rules.model import Check

Engine = Literal["pandas", "polars"]


@checked
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
    choice("engine", engine, ["pandas", "polars"])
    found = table if isinstance(table, schema.Table) else schema.package().table(table)
    with extra("validate"):
        if engine == "pandas":
            import pandera.pandas as pandera

            from summitry.validation.pandera_pandas import as_check
        else:
            import pandera.polars as pandera  # type: ignore[no-redef]

            from summitry.validation.pandera_polars import as_check
    dtypes = types.pandas_dtypes(found) if engine == "pandas" else types.polars_schema(found)
    columns = {
        name: pandera.Column(dtypes[name], [as_check(c, *_condition(found, c)) for c in checks], nullable=True)
        for name, checks in _by_column(found, references).items()
    }
    return pandera.DataFrameSchema(columns, strict=True, ordered=True, name=found.name)


def _by_column(table: Table, references: Mapping[str, Sequence[str]] | None) -> dict[str, list[Check]]:
    """Return the checks of each column, those of several columns with the first."""
    keys = references
    if keys is None:
        from summitry.dataset.storage import read_arrow

        keys = {k.fields[0]: read_arrow(k.table).column(k.references[0]).to_pylist() for k in table.foreign_keys}
    targets = {
        name: Reference(key.table if (key := table.reference(name)) else "", pl.Series(list(values), dtype=pl.String))
        for name, values in keys.items()
    }
    found: dict[str, list[Check]] = {name: [] for name in table.names}
    for check in [*table_checks(table, targets), *key_checks(table)]:
        found[check.fields[0]].append(check)
    return found


def _condition(table: Table, check: Check) -> tuple[list[str], Callable[[pl.DataFrame], pl.Series]]:
    """Return the columns that a check reads, and a function that says of each row of these whether it passes.

    Cells are read as `summitry validate` reads those of a typed file.
    """
    read = set(check.fails.meta.root_names())
    part = replace(table, fields=tuple(f for f in table.fields if read & {f.name, raw_name(f)}))

    def passes(rows: pl.DataFrame) -> pl.Series:
        return as_read(rows.with_row_index(ROW), part).select(check.passes).to_series()

    return part.names, passes
