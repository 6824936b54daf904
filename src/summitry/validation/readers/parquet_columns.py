"""How the columns of a Parquet file differ from the schema."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from summitry.schema import types
from summitry.validation.report import Problem, shorten
from summitry.validation.table_file import MOST_COLUMN_PROBLEMS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from summitry.schema import Field, Table


def has_type(column: pa.Field, f: Field) -> bool:
    """Say whether a column has the type of a field."""
    kind = column.type
    if f.enum and pa.types.is_dictionary(kind):
        kind = kind.value_type
    if f.type == "string":
        return any(is_text(kind) for is_text in (pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view))
    return bool(kind.equals(getattr(pa, types.TYPES[f.type].arrow)()))


def column_problems(table: Table, file: str, given: pa.Schema, sound: Collection[str]) -> Iterator[Problem]:
    """Yield the fields without a usable column, and the columns without a field; an optional one may be missing."""
    for f in table.fields:
        n = given.names.count(f.name)
        if f.name not in sound and (n or table.required(f)):
            wanted = types.TYPES[f.type].arrow.removesuffix("_")
            fix = (
                "The column is in the file twice; remove one."
                if n > 1
                else f"Give the column {f.name} the type {wanted}."
            )
            yield Problem(
                file,
                "header",
                "error",
                f"a column {f.name} of type {wanted}",
                fix,
                table=table.name,
                field=f.name,
                value=shorten(given.field(given.names.index(f.name)).type) if n else None,
            )
    unknown = [name for name in given.names if name not in table.names]
    expected = f"the columns {', '.join(table.names)}"
    for i, name in enumerate(unknown[: MOST_COLUMN_PROBLEMS + 1]):
        fix = f"Remove the {len(unknown) - i} further columns." if i == MOST_COLUMN_PROBLEMS else "Remove the column."
        yield Problem(file, "header", "error", expected, fix, table=table.name, value=shorten(name))
