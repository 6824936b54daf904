"""What a contribution does to the rows that ship: which are new, and which cells of others change."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from summitry.dataset.storage import written
from summitry.words import printable

if TYPE_CHECKING:
    from collections.abc import Collection

    from summitry.schema import Package, Table
    from summitry.validation.rules.model import Dataset, Row


@dataclass
class Changes:
    """What is new and what changes, by table.

    Attributes:
        added: the keys of new rows.
        changed: by key, the columns of a known row that change, each with its old and its new text.
        unchanged: how many rows are equal to those that ship.
    """

    added: dict[str, list[str]] = field(default_factory=dict)
    changed: dict[str, dict[str, dict[str, tuple[str, str]]]] = field(default_factory=dict)
    unchanged: int = 0

    def __bool__(self) -> bool:
        """Return whether there are any."""
        return bool(self.added or self.changed)

    def add(self, other: Changes) -> None:
        """Take in those of another part of a contribution."""
        for table, keys in other.added.items():
            self.added.setdefault(table, []).extend(keys)
        for table, rows in other.changed.items():
            self.changed.setdefault(table, {}).update(rows)
        self.unchanged += other.unchanged


def changes(data: Dataset, package: Package) -> Changes:
    """Return what a contribution changes; cells that have a problem are left out."""
    found = Changes()
    for row in data.added:
        if row.faulty.intersection(package.table(row.table).primary_key):
            continue  # it has no key by which to list it
        found.added.setdefault(row.table, []).append(_key(package.table(row.table), row))
    for old, new in data.replaced:
        if cells := _cells(old, new):
            found.changed.setdefault(new.table, {})[_key(package.table(new.table), new)] = cells
        elif not new.faulty:
            found.unchanged += 1
    return found


class News:
    """The rows of a contribution that are new or changed: one of them is why a row that ships breaks a rule."""

    def __init__(self, data: Dataset) -> None:
        """Note each such row with its first cell that is new, by the ids in it."""
        keys = {name: table.primary_key[0] for name, table in data.package.tables.items()}
        changed = [(row, next(iter(cells), "")) for old, row in data.replaced if (cells := _cells(old, row))]
        self._all = [*((row, keys[row.table]) for row in data.added), *changed]
        self._by_id: dict[object, list[tuple[Row, str]]] = defaultdict(list)
        for row, column in self._all:
            named = {row[keys[row.table]], *(row[k.fields[0]] for k in data.package.table(row.table).foreign_keys)}
            for id_ in named - {None}:
                self._by_id[id_].append((row, column))

    def behind(self, row: Row, tables: Collection[str]) -> list[tuple[Row, str]]:
        """Return those that may be the reason in some tables: those that share an id with a row, else all."""
        near = [found for cell in row.values() if isinstance(cell, str) for found in self._by_id.get(cell, ())]
        some, every = ([found for found in given if found[0].table in tables] for given in (near, self._all))
        return list({(new.table_file, new.number): (new, column) for new, column in some or every}.values())


def _key(table: Table, row: Row) -> str:
    return ",".join(_text(row[name]) for name in table.primary_key)


def _cells(old: Row, new: Row) -> dict[str, tuple[str, str]]:
    """Return the cells that differ, as the texts that a CSV file has."""
    names = [name for name in new if name not in new.faulty and old.get(name) != new[name]]
    return {name: (_text(old.get(name)), _text(new[name])) for name in names}


def _text(value: Any) -> str:
    return printable(written(value))
