"""A valid contribution becomes part of `data/`: all of it, or nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from summitry import paths, schema
from summitry.dataset import storage
from summitry.errors import InputError
from summitry.publish import build
from summitry.validation import contribution
from summitry.validation.table_file import TableFile, raw_name

if TYPE_CHECKING:
    from pathlib import Path

    from summitry.schema import Table
    from summitry.validation.report import Report


@dataclass
class Merged:
    """What a merge did: keys added and changed by table, texts added, and the report it rests on."""

    report: Report
    added: dict[str, list[str]] = field(default_factory=dict)
    changed: dict[str, list[str]] = field(default_factory=dict)
    texts: list[str] = field(default_factory=list)


def _texts(table_file: TableFile) -> list[dict[str, str]]:
    """Return the rows of a table_file as the text of their cells."""
    columns = {raw_name(f): f.name for f in table_file.table.fields}
    return [
        {columns[k]: v or "" for k, v in row.items()}
        for row in table_file.frame.select(list(columns)).iter_rows(named=True)
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
    for table_file in together.table_files:
        if not isinstance(table_file, TableFile):
            raise InputError(
                f"{table_file.file} is too large to be compared row with row. Split it into contributions."
            )
        source = paths.table_file(table_file.table.name, "csv", home)
        old = storage.csv_rows(source.read_bytes())
        changed[table_file.table.name] = _overlay(table_file.table, old, _texts(table_file), merged)
    contents = build.derive(home, changed)
    for text in sorted((folder / contribution.TEXTS).glob("*.txt")):
        contents[home / contribution.TEXTS / text.name] = text.read_bytes()
        merged.texts.append(text.name)
    storage.replace_files(home, contents)
    return merged
