"""JSON Lines: one line a statement, with everything that hangs on it inside."""

from __future__ import annotations

from typing import TYPE_CHECKING

from summitry.export import flat
from summitry.export.tables import to_json

if TYPE_CHECKING:
    from collections.abc import Iterator

    from summitry.export.tables import Row, Tables
    from summitry.schema import Table

# Who asks for JSON Lines wants to stream documents into a search engine, a language model, jq or a data frame, where
# each line is read by itself and nothing can be joined. So a line is a whole statement with names beside ids. Who
# wants the tables has CSV, Parquet, SQLite and DuckDB; a line per row of mixed tables would be a worse copy of those.

# columns of the flat table that each stance has too: what takes days and offices to find out
OF_STANCES = ("speaker_party_id", "speaker_party_name", "holder_party_id", "holder_party_name", "sign")


def content(tables: Tables) -> bytes:
    """Return one line of JSON for each statement, sorted by statement_id.

    A line has the columns of statements, and the name for each id (speaker_id, speaker_name). The lists
    `mentions`, `stances` and `event_reports` have the rows of these tables, also with names; each mention has its
    `source` as an object, each stance the parties of its speaker and holder, and its sign. Every line has every key,
    null where a cell is empty, so that tools that guess a schema from the first lines guess right. Days are YYYY-MM-DD.
    What hangs on no statement (offices, groups, the codings of the reliability sample) is not in it.
    """
    return "".join(f"{to_json(statement)}\n" for statement in statements(tables)).encode()


def statements(tables: Tables) -> Iterator[Row]:
    """Yield each statement as one document."""
    about = tables.package.tables["statements"]
    parts = {t: tables.grouped(t.name, column) for t, column in _hanging_on(about, tables)}
    for row in tables.rows["statements"]:
        key = row[about.primary_key[0]]
        inside = {t.name: [_part(part, t, about, tables) for part in rows.get(key, [])] for t, rows in parts.items()}
        yield {**tables.named(row, about), **inside}


def _hanging_on(about: Table, tables: Tables) -> list[tuple[Table, str]]:
    """Return the other tables that name a row of this one, and the column in which they do."""
    return [
        (table, key.fields[0])
        for table in tables.package.tables.values()
        for key in table.foreign_keys
        if key.table == about.name != table.name
    ]


def _part(row: Row, table: Table, whole: Table, tables: Tables) -> Row:
    """Return a row for its statement: without the statement's id, and with its source as an object."""
    left_out = {key.fields[0] for key in table.foreign_keys if key.table == whole.name}
    part = tables.named({name: value for name, value in row.items() if name not in left_out}, table)
    if table.name == "stances" and flat.NAME in tables.by_key:
        whole_row = tables.by_key[flat.NAME][row["stance_id"]]
        part |= {name: whole_row[name] for name in OF_STANCES}
    if "source_id" in part:
        source = tables.by_key["sources"][part.pop("source_id")]
        del part["source_title"]
        part["source"] = tables.named(source, tables.package.tables["sources"])
    return part
