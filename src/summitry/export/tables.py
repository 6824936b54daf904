"""The dataset as it is exported: its schemas, and its rows as they were known on a day."""

from __future__ import annotations

import datetime as dt
import json
import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from summitry import schema
from summitry.dataset import cite, expansion, names, storage

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    import pyarrow as pa

    from summitry.schema import ForeignKey, Package, Table

Row = dict[str, Any]
_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Tables:
    """The tables, and lookups in them that several formats need.

    Attributes:
        package: the schemas.
        arrow: the rows of each table, sorted by key, with the types of the schema.
        as_of: the day of the knowledge, or None for the whole dataset.
    """

    package: Package
    arrow: Mapping[str, pa.Table]
    as_of: dt.date | None = None

    @cached_property
    def rows(self) -> dict[str, list[Row]]:
        """Each table as rows of Python values; None where a cell is empty."""
        return {name: table.to_pylist() for name, table in self.arrow.items()}

    @cached_property
    def frames(self) -> dict[str, pd.DataFrame]:
        """The tables of the dataset as analyses take them."""
        own = schema.package().tables
        return {name: storage.to_pandas(rows, own[name]) for name, rows in self.arrow.items() if name in own}

    @cached_property
    def by_key(self) -> dict[str, dict[str, Row]]:
        """The rows of each table whose key is one column, by that key."""
        keys = {t.name: t.primary_key[0] for t in self.package.tables.values() if len(t.primary_key) == 1}
        return {name: {row[key]: row for row in self.rows[name]} for name, key in keys.items()}

    @cached_property
    def spellings(self) -> dict[tuple[str, str], list[str]]:
        """The other names of each actor, demand and place, by table and id."""
        return {
            (table, id_): found
            for table in names.OTHER_NAMES
            for id_, found in names.other_names(table, self.arrow.__getitem__).items()
        }

    @cached_property
    def by_family_name(self) -> dict[str, list[str]]:
        """The other names of the people whose usual name ends in a word, by this word in small letters."""
        found: dict[str, list[str]] = {}
        for actor in self.rows["actors"]:
            if actor["kind"] == "person" and ("actors", actor["actor_id"]) in self.spellings:
                word = str(actor["name"]).casefold().rpartition(" ")[2]
                found.setdefault(word, []).extend(self.spellings["actors", actor["actor_id"]])
        return found

    def spellings_in(self, text: str) -> list[str]:
        """Return the other names of the people whose family names are words of a text."""
        words = dict.fromkeys(_WORD.findall(text.casefold()))
        return [name for word in words for name in self.by_family_name.get(word, ())]

    def names_in(self, name: str, row: Row) -> list[str]:
        """Return every name and spelling of what a row of a table names, and of whom its statement names."""
        table = self.package.tables[name]
        found: list[str] = self.spellings.get((name, row[table.primary_key[0]]), [])
        for key in table.foreign_keys:
            id_ = row[key.fields[0]]
            if key.table in names.OTHER_NAMES and id_ is not None:
                found = [*found, str(self.label(key.table, id_)), *self.spellings.get((key.table, id_), [])]
            elif key.table == "statements" and id_ is not None and name != "statements":
                found = [*found, *self.names_in("statements", self.by_key["statements"][id_])]
        return list(dict.fromkeys(found))

    def grouped(self, name: str, column: str) -> dict[Any, list[Row]]:
        """Return the rows of a table by the value of a column."""
        groups: dict[Any, list[Row]] = {}
        for row in self.rows[name]:
            groups.setdefault(row[column], []).append(row)
        return groups

    def label(self, table: str, key: str | None) -> str | None:
        """Return what the row with this key is called, or None where it has no name."""
        column = expansion.label_column(self.package.tables[table])
        row = self.by_key[table].get(key) if key is not None else None
        return row[column] if row and column else None

    def named(self, row: Row, table: Table) -> Row:
        """Return a row with the name after each id: speaker_name after speaker_id, and so on.

        The columns are called as `load_<table>(expand=True)` calls them.
        """
        named: Row = {}
        for column, value in row.items():
            named[column] = value
            key = table.reference(column)
            label = expansion.label_column(self.package.tables[key.table]) if key else None
            if key and label:
                named[expansion.name_column(column, label)] = self.label(key.table, value)
        return named

    @property
    def about(self) -> dict[str, str]:
        """What a reader of the file must know of the dataset, by name."""
        said = self.package.json
        return {
            "name": self.package.name,
            "title": self.package.title,
            "version": self.package.version,
            "description": self.package.description,
            "creator": cite.creators(self.package),
            "citation": cite.citation(self.package),
            "licence": ", ".join(licence["path"] for licence in said["licenses"]),
            **({"as_of": self.as_of.isoformat()} if self.as_of else {}),
        }


def _cleared(rows: pa.Table, key: ForeignKey, known: pa.Table) -> pa.Table:
    """Empty the references to rows that are not there."""
    import pyarrow as pa
    import pyarrow.compute as pc

    (column,), (reference,) = key.fields, key.references
    there = pc.is_in(rows[column], known[reference].combine_chunks())
    cells = pc.if_else(there, rows[column], pa.scalar(None, rows.schema.field(column).type))
    return rows.set_column(rows.schema.get_field_index(column), rows.schema.field(column), cells)


def closed(package: Package, tables: Mapping[str, pa.Table]) -> dict[str, pa.Table]:
    """Return the tables with every optional reference to a row that is not among them emptied.

    On an early day a remark may be known and the one that quotes it not yet; that it is quoted was not known then.
    """
    whole = dict(tables)
    for table in package.tables.values():
        for key in table.foreign_keys:
            if not table.required(table[key.fields[0]]):
                whole[table.name] = _cleared(whole[table.name], key, tables[key.table])
    return whole


def to_json(value: Any, indent: int | None = None) -> str:
    """Return JSON with days as YYYY-MM-DD and letters of any script as themselves."""
    separators = None if indent else (",", ":")
    return json.dumps(
        value, ensure_ascii=False, allow_nan=False, indent=indent, separators=separators, default=dt.date.isoformat
    )
