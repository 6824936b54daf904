"""SQLite: every table with its keys, checks and indexes, full-text search, and the codebook beside the data."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Any

from summitry.errors import DamagedFileError
from summitry.export import sql

if TYPE_CHECKING:
    from collections.abc import Iterator

    from summitry.export.tables import Tables
    from summitry.schema import Package, Table

# SQLite accepts any value in any column, so a check compares each cell with its type. STRICT tables would do so
# too, but they have no DATE and BOOLEAN, which pandas, R, SQLAlchemy and others need for the types of columns.
DIALECT = sql.Dialect(
    type_checks={
        "integer": "typeof({column}) IN ('integer', 'null')",
        "number": "typeof({column}) IN ('real', 'null')",
        "boolean": "{column} IN (0, 1)",
        "date": "{column} IS date({column}, '+0 days')",  # which turns 30 February into 2 March
    }
)
# table → the column to search, and how its words are taken apart: summaries are English, quotations of any language
ENGLISH, ANY = "porter unicode61 remove_diacritics 2", "unicode61 remove_diacritics 2"
SEARCHED = {
    "statements": ("summary", ENGLISH),
    "mentions": ("quote", ANY),
    "stances": ("condition", ENGLISH),
    "demands": ("label", ENGLISH),
    "events": ("name", ENGLISH),
    "locations": ("name", ANY),
    "actors": ("name", ANY),
    "sources": ("title", ANY),
}
# The index has no second copy of the text. It also has every spelling of the names that a row has or that its ids
# stand for, so that `zelenskyy` finds what Zelensky says; Datasette searches it when it is asked for the table. A
# rebuilt index would lack these names: write the database again instead.
FTS = """CREATE VIRTUAL TABLE "{table}_fts" USING fts5("{column}", content="{table}", tokenize='{tokenizer}')"""
FTS_COMMAND = """INSERT INTO "{table}_fts" ("{table}_fts") VALUES ('{command}')"""
# tables that describe the others: name → their columns and keys
CODEBOOK = {
    "dataset": "name TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL",
    "codebook": (
        "table_name TEXT NOT NULL, position INTEGER NOT NULL, column_name TEXT, title TEXT NOT NULL, type TEXT, "
        "constraints TEXT, description TEXT NOT NULL, example TEXT, PRIMARY KEY (table_name, position)"
    ),
    "codebook_values": (
        "table_name TEXT NOT NULL, column_name TEXT NOT NULL, value TEXT NOT NULL, label TEXT NOT NULL, "
        "description TEXT NOT NULL, PRIMARY KEY (table_name, column_name, value)"
    ),
}


def content(tables: Tables) -> bytes:
    """Return an SQLite database.

    Besides the tables there are views with the name beside each id (`stances_with_names`), indexes for full-text
    search by words and by any spelling of a name (`statements_fts` and others), and three tables that describe the
    rest: `dataset` (name, value: title, version, citation, licence), `codebook` (one row per table, with
    position 0 and no column_name, and one row per column) and `codebook_values` (one row per value of an enumeration).
    The same rows give the same bytes with the same version of SQLite.

    Raises:
        DamagedFileError: when a row breaks a constraint of its schema.
    """
    connection = sqlite3.connect(":memory:", isolation_level=None)
    try:
        connection.execute("PRAGMA temp_store = MEMORY")  # VACUUM needs no disk
        connection.execute("BEGIN")
        for table in sql.in_order(tables.package):
            _fill(connection, table, tables)
        _describe(connection, tables)
        _make_searchable(connection, tables)
        for view in sql.create_views(tables.package):
            connection.execute(view)
        connection.execute("COMMIT")
        _check_keys(connection)
        connection.execute("ANALYZE")
        connection.execute("VACUUM")
        return connection.serialize()
    except sqlite3.IntegrityError as e:
        raise DamagedFileError(f"The dataset does not fit its schemas: {e}. See: summitry validate") from e
    finally:
        connection.close()


def _stored(value: Any) -> Any:
    """Return a value as SQLite keeps it; its adapter for dates is deprecated, and this is what it did."""
    return value.isoformat() if hasattr(value, "isoformat") else value


def _fill(connection: sqlite3.Connection, table: Table, tables: Tables) -> None:
    connection.execute(sql.create_table(table, DIALECT))
    rows = ([_stored(row[name]) for name in table.names] for row in tables.rows[table.name])
    connection.executemany(sql.insert(table.name, len(table.names)), rows)
    for index in sql.create_indexes(table):
        connection.execute(index)


def _codebook_rows(package: Package) -> Iterator[tuple[Any, ...]]:
    for table in package.tables.values():
        yield table.name, 0, None, table.title, None, None, table.description, None
        for position, f in enumerate(table.fields, 1):
            said = "; ".join(table.constraints(f))
            kind = "enumeration" if f.enum else f.type
            yield table.name, position, f.name, f.title, kind, said, f.description, str(f.example)


def _describe(connection: sqlite3.Connection, tables: Tables) -> None:
    package = tables.package
    rows: dict[str, list[tuple[Any, ...]]] = {
        "dataset": list(tables.about.items()),
        "codebook": list(_codebook_rows(package)),
        "codebook_values": [
            (table.name, f.name, c.value, c.label, c.description)
            for table in package.tables.values()
            for f in table.fields
            for c in f.categories
        ],
    }
    for name, columns in CODEBOOK.items():
        connection.execute(f"CREATE TABLE {name} ({columns})")
        if rows[name]:
            connection.executemany(sql.insert(name, len(rows[name][0])), rows[name])


def _make_searchable(connection: sqlite3.Connection, tables: Tables) -> None:
    for table, (column, tokenizer) in SEARCHED.items():
        connection.execute(FTS.format(table=table, column=column, tokenizer=tokenizer))
        found = ((row[column] or "", tables.names_in(table, row)) for row in tables.rows[table])
        texts = (" ".join([text, *names, *tables.spellings_in(text)]) for text, names in found)
        fill = f"INSERT INTO {sql.quoted(f'{table}_fts')} (rowid, {sql.quoted(column)}) VALUES (?, ?)"  # noqa: S608 - quoted
        connection.executemany(fill, enumerate(texts, 1))
        connection.execute(FTS_COMMAND.format(table=table, command="optimize"))


def _check_keys(connection: sqlite3.Connection) -> None:
    """Refuse rows that name missing rows; SQLite checks this only on request."""
    broken = connection.execute("PRAGMA foreign_key_check").fetchall()
    if broken:
        listed = ", ".join(f"row {row} of {table} ({parent})" for table, row, parent, _ in broken[:10])
        raise DamagedFileError(
            f"{len(broken)} references of the dataset point to nothing: {listed}. See: summitry validate"
        )
