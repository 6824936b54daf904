"""The schemas in `schemas/` as frozen objects; everything else is derived from these."""

from summitry.schema.model import (
    Category,
    DecisionRule,
    Field,
    ForeignKey,
    Mark,
    Package,
    Table,
    Value,
    package,
    parse_field,
    parse_table,
    read_package,
)

__all__ = [
    "Category",
    "DecisionRule",
    "Field",
    "ForeignKey",
    "Mark",
    "Package",
    "Table",
    "Value",
    "package",
    "parse_field",
    "parse_table",
    "read_package",
]
