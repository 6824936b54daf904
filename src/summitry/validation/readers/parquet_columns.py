"""How the columns of a Parquet file differ from the schema."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from summitry.schema import types
from summitry.validation.readers.columns import column_problems
from summitry.validation.report import Problem, shorten

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


def typed_column_problems(table: Table, file: str, given: pa.Schema, sound: Collection[str]) -> Iterator[Problem]:
    """Compare columns with a table, their types too; `sound` are those that can be read."""

    def mistyped(name: str) -> Problem | None:
        return None if name in sound else _mistyped(table, file, table[name], given)

    return column_problems(table, file, given.names, mistyped)


def _mistyped(table: Table, file: str, f: Field, given: pa.Schema) -> Problem:
    kind, wanted = given.field(f.name).type, types.TYPES[f.type].arrow.removesuffix("_")
    fix = f"Give the column the type {wanted}."
    if pa.types.is_nested(kind):
        fix = f"Give each cell one value: the column needs the type {wanted}."
    elif f.type == "string" and (pa.types.is_integer(kind) or pa.types.is_date(kind)):
        fix = f"Give the column the type {wanted}, such as with polars: pl.col({f.name!r}).cast(pl.String)"
    elif f.type == "date" and (pa.types.is_integer(kind) or pa.types.is_floating(kind)):
        fix = "Write days, not numbers. A spreadsheet counts its days from 1899-12-30, other programs from 1970-01-01."
    expected = f"a column {f.name} of type {wanted}"
    return Problem(file, "header", "error", expected, fix, table=table.name, field=f.name, value=shorten(kind))
