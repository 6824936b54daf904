"""A valid contribution becomes part of `data/`: all of it, or nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from summitry import build, contribution, paths, schema, storage
from summitry.errors import InputError
from summitry.sheets import Sheet, raw_name

if TYPE_CHECKING:
    from pathlib import Path

    from summitry.report import Report
    from summitry.schema import Table


@dataclass
class Merged:
    """What a merge did: keys added and changed by table, texts added, and the report it rests on."""

    report: Report
    added: dict[str, list[str]] = field(default_factory=dict)
    changed: dict[str, list[str]] = field(default_factory=dict)
    texts: list[str] = field(default_factory=list)


def _texts(sheet: Sheet) -> list[dict[str, str]]:
    """Return the rows of a sheet as the text of their cells."""
    columns = {raw_name(f): f.name for f in sheet.table.fields}
    return [
        {columns[k]: v or "" for k, v in row.items()} for row in sheet.frame.select(list(columns)).iter_rows(named=True)
    ]


def _overlay(table: Table, old: list[dict[str, str]], new: list[dict[str, str]], merged: Merged) -> bytes:
    """Lay new rows over old ones by key, and note what that adds and changes."""

    def key(row: dict[str, str]) -> tuple[str, ...]:
        return tuple(row[name] for name in table.primary_key)

    rows = {key(row): row for row in old}
    for row in new:
        before = rows.get(key(row))
        if before != row:
            kind = merged.added if before is None else merged.changed
            kind.setdefault(table.name, []).append(",".join(key(row)))
        rows[key(row)] = row
    return storage.csv_bytes(rows.values(), table)


def merge(folder: Path, base: Path | None = None) -> Merged:
    """Validate a contribution and merge it into a checkout, with everything derived.

    Args:
        folder: the contribution.
        base: the checkout to merge into; by default the one of this installation.

    Returns:
        What was added and changed; nothing when the report has errors.

    Raises:
        InputError: when the folder does not exist, or a file in it is too large to merge.
    """
    home = base or paths.root()
    storage.recover(home)
    package = schema.read_package(paths.schemas(home))
    merged = Merged(contribution.validate_paths([folder], home))
    if not merged.report.valid:
        return merged
    together, _ = contribution.read_paths([folder], package)
    changed: dict[str, bytes] = {}
    for sheet in together.sheets:
        if not isinstance(sheet, Sheet):
            raise InputError(f"{sheet.file} is too large to be compared row with row. Split it into contributions.")
        source = paths.table_file(sheet.table.name, "csv", home)
        old = storage.csv_rows(source.read_bytes())
        changed[sheet.table.name] = _overlay(sheet.table, old, _texts(sheet), merged)
    contents = build.derive(home, changed)
    for text in sorted((folder / contribution.TEXTS).glob("*.txt")):
        contents[home / contribution.TEXTS / text.name] = text.read_bytes()
        merged.texts.append(text.name)
    storage.replace_files(home, contents)
    return merged
