"""How the columns of a Parquet file differ from the schema."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from summitry.schema import types
from summitry.validation.report import Problem, shorten
from summitry.validation.table_file import MOST_COLUMN_PROBLEMS, meant_columns, unknown_column_fix

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from summitry.schema import Field, Table


# what a column of each type may be in a file of another program; each cell is checked: midnight is a day, 12.0 is 12
_ANY_TYPE = (pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view, pa.types.is_null)
_ACCEPTED: Mapping[str, tuple[Callable[[pa.DataType], bool], ...]] = {
    "string": (),
    "integer": (pa.types.is_integer, pa.types.is_floating, pa.types.is_decimal),
    "number": (pa.types.is_integer, pa.types.is_floating, pa.types.is_decimal),
    "boolean": (pa.types.is_boolean, pa.types.is_integer),
    "date": (pa.types.is_date, pa.types.is_timestamp),
}


def has_type(column: pa.Field, f: Field) -> bool:
    """Say whether a column can be read as a field, by its type."""
    kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
    return any(accepts(kind) for accepts in (*_ANY_TYPE, *_ACCEPTED[f.type]))


def column_problems(table: Table, file: str, given: pa.Schema, sound: Collection[str]) -> Iterator[Problem]:
    """Yield the fields without a usable column, and the columns without a field; an optional one may be missing."""
    unknown = [name for name in given.names if name not in table.names]
    missing = [name for name in table.names if name not in given.names]
    meant = meant_columns(unknown, missing)
    left = [name for name in missing if name not in meant.values()]
    needed = [name for name in left if name in table.required_names]
    for f in table.fields:
        n = given.names.count(f.name)
        if f.name not in sound and f.name not in meant.values() and (n or table.required(f)):
            yield _unusable(table, file, f, given)
    expected = f"the columns {', '.join(table.names)}"
    for i, name in enumerate(unknown[: MOST_COLUMN_PROBLEMS + 1]):
        fix = f"Rename it to {meant[name]!r}." if name in meant else unknown_column_fix(name, needed, left)
        if i == MOST_COLUMN_PROBLEMS:
            fix = f"Remove the {len(unknown) - i} further columns."
        yield Problem(file, "header", "error", expected, fix, table=table.name, value=shorten(name))


def _unusable(table: Table, file: str, f: Field, given: pa.Schema) -> Problem:
    """Return the problem that a field has no column, two, or one of another type."""
    n = given.names.count(f.name)
    wanted = types.TYPES[f.type].arrow.removesuffix("_")
    polars = f"pl.col({f.name!r}).cast(pl.{types.TYPES[f.type].polars})"
    cast = f"Give the column the type {wanted}, such as with polars: {polars}"
    twice = "The column is in the file twice; remove one."
    fix = twice if n > 1 else cast if n else f"Add the column {f.name}."
    value = shorten(given.field(given.names.index(f.name)).type) if n else None
    expected = f"a column {f.name} of type {wanted}"
    return Problem(file, "header", "error", expected, fix, table=table.name, field=f.name, value=value)
