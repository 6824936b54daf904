"""CREATE TABLE statements from the schemas, in the dialects of SQLite and DuckDB."""

from __future__ import annotations

from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING

from summitry.dataset import expansion
from summitry.errors import SchemaError
from summitry.schema.types import TYPES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from summitry.schema import Field, Package, Table, Value

# a limit of the schema → the condition that says it
_LIMITS = {
    "minimum": "{column} >= {limit}",
    "maximum": "{column} <= {limit}",
    "min_length": "length({column}) >= {limit}",
    "max_length": "length({column}) <= {limit}",
}


@dataclass(frozen=True)
class Dialect:
    """How a database differs from the common ground.

    Attributes:
        enum_types: whether an enumeration is a type of its own; else it is text with a check.
        type_checks: conditions that hold cells to their type, by type of the Table Schema.
    """

    enum_types: bool = False
    type_checks: Mapping[str, str] = field(default_factory=dict)


def quoted(name: str) -> str:
    """Return a name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(value: Value) -> str:
    """Return a value as an SQL literal; a date is given as its text."""
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    return str(value).upper()


def _names(columns: tuple[str, ...]) -> str:
    return ", ".join(map(quoted, columns))


def values(f: Field) -> str:
    """Return the values of an enumeration as a list of literals."""
    return ", ".join(map(literal, f.enum))


def enum_type(table: Table, f: Field) -> str:
    """Return the name of the type of an enumeration."""
    return f"{table.name}_{f.name}"


def column_type(table: Table, f: Field, dialect: Dialect) -> str:
    """Return the type of a column."""
    return quoted(enum_type(table, f)) if f.enum and dialect.enum_types else TYPES[f.type].sql


def _conditions(f: Field, dialect: Dialect) -> Iterator[str]:
    column = quoted(f.name)
    if f.type in dialect.type_checks:
        yield dialect.type_checks[f.type].format(column=column)
    if f.enum and not dialect.enum_types:
        yield f"{column} IN ({values(f)})"
    for limit, condition in _LIMITS.items():
        given = getattr(f, limit)
        if given is not None:
            yield condition.format(column=column, limit=literal(given))


def create_table(table: Table, dialect: Dialect) -> str:
    """Return the statement that creates a table with every key and constraint but patterns.

    Patterns are left to `summitry validate`: SQLite has no regular expressions.
    """
    lines = [
        f"{quoted(f.name)} {column_type(table, f, dialect)}{' NOT NULL' if table.required(f) else ''}"
        for f in table.fields
    ]
    first, *others = table.unique_sets()
    lines.append(f"PRIMARY KEY ({_names(first)})")
    lines += [f"UNIQUE ({_names(names)})" for names in others]
    lines += [
        f"FOREIGN KEY ({_names(key.fields)}) REFERENCES {quoted(key.table)} ({_names(key.references)})"
        for key in table.foreign_keys
    ]
    lines += [f"CHECK ({condition})" for f in table.fields for condition in _conditions(f, dialect)]
    return f"CREATE TABLE {quoted(table.name)} (\n  " + ",\n  ".join(lines) + "\n)"


def create_indexes(table: Table) -> list[str]:
    """Return the statements that index the foreign keys; the first column of the primary key has its index."""
    columns = [key.fields for key in table.foreign_keys if key.fields[0] != table.primary_key[0]]
    return [
        f"CREATE INDEX {quoted('_'.join((table.name, *names)))} ON {quoted(table.name)} ({_names(names)})"
        for names in columns
    ]


def create_views(package: Package) -> list[str]:
    """Return the statements for a view of each table that has ids: its columns, with the name after each id.

    The view of `stances` is `stances_with_names`; its columns are called as `load_stances(expand=True)` calls them,
    without the office of a speaker.
    """
    return [
        f"CREATE VIEW {quoted(f'{table.name}_with_names')} AS {_with_names(table, package)}"
        for table in package.tables.values()
        if expansion.labels(table)
    ]


def _with_names(table: Table, package: Package) -> str:
    columns = {f.name: f"t.{quoted(f.name)}" for f in table.fields}
    joins = []
    for number, (name, key) in enumerate(expansion.labels(table).items()):
        label = expansion.label_column(package.tables[key.table])
        columns[key.fields[0]] += f", n{number}.{quoted(str(label))} AS {quoted(name)}"
        on = f"n{number}.{quoted(key.references[0])} = t.{quoted(key.fields[0])}"
        joins.append(f"LEFT JOIN {quoted(key.table)} n{number} ON {on}")
    return f"SELECT {', '.join(columns.values())} FROM {quoted(table.name)} t {' '.join(joins)}"  # noqa: S608 - all quoted


def insert(table: str, columns: int) -> str:
    """Return the statement that inserts one row of so many columns, with a mark for each value."""
    return f"INSERT INTO {quoted(table)} VALUES ({', '.join('?' * columns)})"  # noqa: S608 - the name is quoted


def in_order(package: Package) -> list[Table]:
    """Return the tables such that each comes after those that its foreign keys name.

    Raises:
        SchemaError: when tables name each other in a circle.
    """
    needs = {t.name: {k.table for k in t.foreign_keys} - {t.name} for t in package.tables.values()}
    try:
        return [package.tables[name] for name in TopologicalSorter(needs).static_order()]
    except CycleError as e:
        raise SchemaError(f"The foreign keys of these tables go round in a circle: {e.args[1]}") from e
