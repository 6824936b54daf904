"""The differences between two snapshots of the dataset: rows cell by cell, and the schemas."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from summitry.dataset import snapshot
from summitry.dataset.arguments import checked
from summitry.errors import InputError
from summitry.schema import types

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pandas as pd

    from summitry.dataset.snapshot import Contents, Snapshot
    from summitry.schema import Category, Field, Table

    Source = str | Path | Mapping[str, pd.DataFrame]
    Line = tuple[str, str, str, str, str, str]

COLUMNS = ("table", "key", "kind", "column", "old", "new")
ROW_KINDS = ("added", "removed", "changed", "filled", "dropped")
# what the columns of `COLUMNS` hold for each kind of difference
KINDS = {
    "table_added": "a table that only NEW has; new: its title",
    "table_removed": "a table that only OLD has; old: its title",
    "table_changed": "key: the keyword of the table's schema that differs",
    "column_added": "a column that only NEW has; new: its description",
    "column_removed": "a column that only OLD has; old: its description",
    "column_changed": "key: the keyword of the column's schema that differs",
    "value_added": "a value of an enumeration that only NEW has; new: the value",
    "value_removed": "a value of an enumeration that only OLD has; old: the value",
    "added": "a cell of a row that only NEW has",
    "removed": "a cell of a row that only OLD has",
    "changed": "a cell of a row that both have",
    "filled": "a cell, in a row that both have, of a column that only NEW has",
    "dropped": "a cell, in a row that both have, of a column that only OLD has",
}


@checked
def diff(old: Source, new: Source, releases: str | Path | None = None) -> pd.DataFrame:
    """Compare two versions of the dataset: rows by key, cell by cell, and the schemas.

    Args:
        old: a checkout, a folder of tables, a CSV or Parquet file, a wheel or zip, a version such as "0.1.0",
            or frames by the names of their tables.
        new: the same. If one of the two is a part of the dataset, only that part is compared.
        releases: the folder with the versions; by default `releases`, here or in the checkout. Nothing is fetched
            from the network.

    Returns:
        One row per difference, all text, an empty text where there is no value: table; key (the primary key, parts
        joined by commas as in CSV; for a schema the keyword that differs); kind (a key of
        `summitry.dataset.diff.KINDS`, which says what each means); column; old; new. Of a row that only one side has,
        each cell that is not empty is listed. No rows: equal.

    Raises:
        InputError: if one side cannot be read, or has a duplicate key.

    Example:
        >>> from summitry import diff, load_roles
        >>> new = load_roles()
        >>> new.loc[0, "title"] = "Envoy"
        >>> diff({"roles": load_roles()}, {"roles": new})[["table", "kind", "column", "new"]].values.tolist()
        [['roles', 'changed', 'title', 'Envoy']]
    """
    home = Path(releases) if releases is not None else None
    return compare(_snapshot(old, home), _snapshot(new, home))


def _snapshot(source: Source, releases: Path | None) -> Snapshot:
    if isinstance(source, Mapping):
        return snapshot.from_frames(source)
    return snapshot.read(source, releases)


def compare(old: Snapshot, new: Snapshot) -> pd.DataFrame:
    """Return the differences of two snapshots, as `diff` does."""
    import pandas as pd

    parts = []
    for name in _scope(old, new):
        before, after = old.tables.get(name), new.tables.get(name)
        lines = list(_schema_lines(name, before, after))
        parts += [pd.DataFrame(lines, columns=list(COLUMNS), dtype=types.text()), _rows(name, before, after)]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=list(COLUMNS), dtype=types.text())


def _scope(old: Snapshot, new: Snapshot) -> list[str]:
    """Return the tables to compare: all, or those of the side that is only a part of the dataset."""
    if old.scope == new.scope:
        tables = [*new.tables, *(n for n in old.tables if n not in new.tables)]
    else:
        tables = list(min(old, new, key=lambda s: s.scope).tables)
    if old.scope == new.scope == snapshot.FILE and len(tables) > 1:
        raise InputError(f"{old.label} is a file of {tables[1]}, {new.label} one of {tables[0]}: nothing to compare.")
    return tables


def _schema_lines(name: str, old: Contents | None, new: Contents | None) -> Iterator[Line]:
    """Yield the differences between two schemas of a table."""
    if old is None or new is None:
        title = (old or new).table.title  # type: ignore[union-attr] # one of the two has the table
        yield (name, "", "table_added", "", "", title) if old is None else (name, "", "table_removed", "", title, "")
        return
    given, known = list(new.rows.columns), list(old.rows.columns)
    if not (old.assumed or new.assumed):
        yield from _changed(name, "table_changed", "", _table_keywords(old.table), _table_keywords(new.table))
    for column in [*given, *(n for n in known if n not in given)]:
        if column not in known:
            yield name, "", "column_added", column, "", _description(new.table, column)
        elif column not in given:
            yield name, "", "column_removed", column, _description(old.table, column), ""
        elif not (old.assumed or new.assumed):
            yield from _field_lines(name, old.table, new.table, column)


def _description(table: Table, column: str) -> str:
    return table[column].description if column in table.names else ""


def _field_lines(name: str, old: Table, new: Table, column: str) -> Iterator[Line]:
    if column not in old.names or column not in new.names:  # the file has another header than its schema
        return
    before, after = old[column], new[column]
    both = [v for v in before.enum if v in after.enum]
    yield from ((name, "", "value_added", column, "", v) for v in after.enum if v not in both)
    yield from ((name, "", "value_removed", column, v, "") for v in before.enum if v not in both)
    old_words, new_words = _keywords(old, before, both), _keywords(new, after, both)
    yield from _changed(name, "column_changed", column, old_words, new_words)


def _changed(name: str, kind: str, column: str, old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[Line]:
    for keyword in {**old, **new}:
        before, after = old.get(keyword, ""), new.get(keyword, "")
        if before != after:
            yield name, keyword, kind, column, before, after


def _table_keywords(table: Table) -> dict[str, str]:
    keys = {(k.fields, k.table, k.references) for k in table.foreign_keys}
    return {
        "title": table.title,
        "description": table.description,
        "primaryKey": ",".join(table.primary_key),
        "uniqueKeys": _json(sorted(table.unique_keys)),
        "foreignKeys": _json(sorted(keys)),
    }


def _keywords(table: Table, f: Field, values: Sequence[str]) -> dict[str, str]:
    """Return what a schema says of a column, as text by keyword, of its values only those given."""
    limits = {
        "pattern": f.pattern,
        "minimum": f.minimum,
        "maximum": f.maximum,
        "minLength": f.min_length,
        "maxLength": f.max_length,
    }
    said = {
        "title": f.title,
        "type": f.type,
        "description": f.description,
        "example": str(f.example),
        "required": str(table.required(f)).lower(),
        "unique": str(f.unique).lower(),
        **{k: str(v) for k, v in limits.items() if v is not None},
        **({"identifies": "true"} if f.identifies else {}),
        "enum": ",".join(v for v in f.enum if v in values),
        "decisionRules": _json([(r.question, r.code, r.examples, r.near_miss) for r in f.decision_rules]),
    }
    for category in f.categories:
        if category.value in values:
            said |= {f"{category.value}.{key}": text for key, text in _category_keywords(category).items()}
    return said


def _category_keywords(category: Category) -> dict[str, str]:
    """Return what a schema says of a value, as text by keyword; what it does not say is left out."""
    said = {"label": category.label, "description": category.description, "group": category.group or None}
    said["sign"] = None if category.sign is None else str(category.sign)
    said["mark"] = None if category.mark is None else _json(category.mark._asdict())
    return {key: text for key, text in said.items() if text is not None}


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _widened(rows: pd.DataFrame, columns: pd.Index[str]) -> pd.DataFrame:
    """Return rows with these columns, new ones empty: `reindex` of pandas 3.0.0 cannot add two columns of text."""
    return rows.assign(**dict.fromkeys(columns.difference(rows.columns), ""))[list(columns)]


def _rows(name: str, old: Contents | None, new: Contents | None) -> pd.DataFrame:
    """Return the differences of the rows of a table."""
    import numpy as np
    import pandas as pd

    before, after = _keyed(old, new)
    keys = before.index.union(after.index, sort=True)
    columns = after.columns.append(before.columns.difference(after.columns, sort=False))
    a, b = (_widened(side.reindex(keys, fill_value=""), columns).to_numpy(object) for side in (before, after))
    row, column = np.nonzero(a != b)
    kinds = (
        ("added", ~keys.isin(before.index)[row]),
        ("removed", ~keys.isin(after.index)[row]),
        ("filled", ~columns.isin(before.columns)[column]),
        ("dropped", ~columns.isin(after.columns)[column]),
    )
    kind = np.select([where for _, where in kinds], [label for label, _ in kinds], "changed")
    found = {
        "table": name,
        "key": keys[row],
        "kind": kind,
        "column": columns[column],
        "old": a[row, column],
        "new": b[row, column],
    }
    return pd.DataFrame(found, columns=list(COLUMNS)).astype(types.text())


def _keyed(old: Contents | None, new: Contents | None) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the rows of both sides by their keys; where the primary key changed, by one that serves both."""
    import pandas as pd

    if old is None or new is None:
        own = _by_key(old or new)  # type: ignore[arg-type] # one of the two has the table
        none = pd.DataFrame(columns=own.columns, index=own.index[:0])
        return (own, none) if new is None else (none, own)
    for key in (new.table.primary_key, old.table.primary_key):
        sides = (old.rows, new.rows)
        if all(set(key) <= set(s.columns) and not s.duplicated(list(key)).any() for s in sides):
            return _by_key(old, key), _by_key(new, key)
    return _by_key(old), _by_key(new)


def _by_key(contents: Contents, key: Sequence[str] = ()) -> pd.DataFrame:
    import pandas as pd

    names = list(key or contents.table.primary_key)
    index = pd.Index([_csv(parts) for parts in contents.rows[names].itertuples(index=False)], dtype=types.text())
    where = contents.where or contents.table.name
    if (empty := contents.rows[names].isin([""]).all(axis=1)).any():
        raise InputError(f"Row {empty.to_numpy().argmax() + 1} of {where} has no key. {snapshot.SEE}")
    if not index.is_unique:
        twice = index[index.duplicated()][0]
        raise InputError(f"The key {twice} is a duplicate in {where}. {snapshot.SEE}")
    return contents.rows.set_index(index)


def _csv(parts: Sequence[str]) -> str:
    """Join the parts of a key with commas; a part with a comma is quoted as in CSV."""
    if not any(c in p for p in parts for c in ',"\r\n'):
        return ",".join(parts)
    line = io.StringIO()
    csv.writer(line, lineterminator="\r\n").writerow(parts)  # characters of the line end are quoted too
    return line.getvalue().removesuffix("\r\n")


def counts(differences: pd.DataFrame) -> dict[str, dict[str, int]]:
    """Return how many rows were added, removed and changed, by table; tables without any are left out.

    Args:
        differences: what `diff` returned.
    """
    rows = differences[differences["kind"].isin(["added", "removed", "changed"])]
    found: dict[str, dict[str, int]] = {}
    for table, kind, _ in rows[["table", "kind", "key"]].drop_duplicates().itertuples(index=False):
        kinds = found.setdefault(str(table), {})
        kinds[str(kind)] = kinds.get(str(kind), 0) + 1
    return found


def in_words(found: pd.DataFrame) -> list[str]:
    """Return each difference in a few words, the cells of a row together."""
    words = {
        "table_added": "table {table} added",
        "table_removed": "table {table} removed",
        "table_changed": "{key} of {table} changed",
        "column_added": "column {table}.{column} added",
        "column_removed": "column {table}.{column} removed",
        "column_changed": "{key} of {table}.{column} changed",
        "value_added": "value “{new}” of {table}.{column} added",
        "value_removed": "value “{old}” of {table}.{column} removed",
        "filled": "column {table}.{column} filled",
        "dropped": "column {table}.{column} dropped",
    }
    lines = (words.get(d["kind"], "{table} {key} {kind}").format(**d) for d in found.to_dict("records"))  # type: ignore[arg-type]
    return list(dict.fromkeys(lines))
