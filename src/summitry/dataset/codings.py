"""What the table codings is about: the column that each of its variables is a coding of."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from summitry.schema import Field, Package, Table

CODED = ("statements", "mentions", "stances")  # the tables whose columns are coded
UNITIZING = "unitizing"  # the variable that is no column: which stances a coder found


def coded_columns(package: Package) -> dict[str, tuple[Table, Field]]:
    """Return the table and the column of each variable; a variable is called like its column, without `_id`.

    Example:
        >>> from summitry import schema
        >>> table, column = coded_columns(schema.package())["target"]
        >>> table.name, column.name
        ('statements', 'target_id')
    """
    variables = package.table("codings")["variable"].enum
    columns = {f.name.removesuffix("_id"): (t, f) for t in map(package.table, CODED) for f in t.fields}
    return {variable: columns[variable] for variable in variables if variable in columns}
