"""pandera schemas, compiled from the same table schemas as everything else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from summitry import schema
from summitry.errors import missing_extra, unknown_name
from summitry.schema import types

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from summitry.schema import Field, Table

Engine = Literal["pandas", "polars"]


def pandera_schema(
    table: str | Table, engine: Engine = "pandas", references: Mapping[str, Sequence[str]] | None = None
) -> Any:
    """Compile a table schema to pandera, every constraint included.

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
    if references is None:
        references = _shipped_keys(found)
    try:
        if engine == "pandas":
            import pandera.pandas as pandera
        else:
            import pandera.polars as pandera  # type: ignore[no-redef]
    except ImportError as e:
        raise missing_extra(f"pandera.{engine}", "pandera") from e
    dtypes = types.pandas_dtypes(found) if engine == "pandas" else types.polars_schema(found)
    columns = {f.name: _column(pandera, found, f, dtypes[f.name], references) for f in found.fields}
    keys = [list(key) for key in found.unique_sets() if len(key) > 1]
    # pandera takes one set of columns here; further ones become checks of the whole frame
    checks = [_unique_together(pandera, key, engine) for key in keys[1:]]
    return pandera.DataFrameSchema(
        columns, checks=checks, strict=True, ordered=True, unique=keys[0] if keys else None, name=found.name
    )


def _shipped_keys(table: Table) -> dict[str, list[str]]:
    from summitry.dataset.storage import read_arrow

    return {key.fields[0]: read_arrow(key.table).column(key.references[0]).to_pylist() for key in table.foreign_keys}


def _bound(f: Field, value: Any, engine_dtype: Any) -> Any:
    """Return a limit as a value that compares with the column."""
    if f.type != "date":
        return value
    import datetime as dt

    day = dt.date.fromisoformat(value)
    return dt.datetime.combine(day, dt.time()) if isinstance(engine_dtype, str) else day


def _column(pandera: Any, table: Table, f: Field, dtype: Any, references: Mapping[str, Sequence[str]]) -> Any:
    check, checks = pandera.Check, []
    if f.enum:
        checks.append(check.isin(list(f.enum), error="enum"))
    if f.pattern is not None:
        checks.append(check.str_matches(f"^(?:{f.pattern})$", error="pattern"))
    if f.minimum is not None:
        checks.append(check.ge(_bound(f, f.minimum, dtype), error="minimum"))
    if f.maximum is not None:
        checks.append(check.le(_bound(f, f.maximum, dtype), error="maximum"))
    if f.min_length is not None:
        checks.append(check.str_length(min_value=f.min_length, error="minLength"))
    if f.max_length is not None:
        checks.append(check.str_length(max_value=f.max_length, error="maxLength"))
    if f.name in references:
        checks.append(check.isin(list(references[f.name]), error="foreign-key"))
    return pandera.Column(
        dtype, checks, nullable=not table.required(f), unique=(f.name,) in table.unique_sets(), name=f.name
    )


def _unique_together(pandera: Any, key: Sequence[str], engine: Engine) -> Any:
    if engine == "pandas":
        return pandera.Check(lambda frame: ~frame.duplicated(list(key), keep=False), error="uniqueKeys")
    import polars as pl

    return pandera.Check(
        lambda data: data.lazyframe.select(pl.struct(list(key)).is_duplicated().not_()), error="uniqueKeys"
    )
