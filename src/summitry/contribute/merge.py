"""A valid contribution becomes part of `data/`: all of it, or nothing."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from summitry import paths
from summitry.dataset import storage, transaction
from summitry.errors import DamagedFileError, InputError
from summitry.publish import build
from summitry.validation import child_process, contribution
from summitry.validation.table_file import TableFile

if TYPE_CHECKING:
    from collections.abc import Callable

    from summitry.schema import Table
    from summitry.validation.contribution import Contribution
    from summitry.validation.report import Report


@dataclass
class Merged:
    """What a merge did: keys added and changed by table, texts added and replaced, and the report it rests on."""

    report: Report
    added: dict[str, list[str]] = field(default_factory=dict)
    changed: dict[str, list[str]] = field(default_factory=dict)
    texts: list[str] = field(default_factory=list)
    replaced_texts: list[str] = field(default_factory=list)


def _overlay(table: Table, old: list[dict[str, str]], new: list[dict[str, str]], merged: Merged) -> bytes:
    """Lay new rows over old ones by key, and note what that adds and changes; what a new row lacks, it keeps."""

    def key(row: dict[str, str]) -> tuple[str, ...]:
        return tuple(row[name] for name in table.primary_key)

    empty = dict.fromkeys(table.names, "")
    rows = {key(row): empty | row for row in old}
    for cells in new:
        before = rows.get(key(cells))
        row = (before or empty) | cells
        if before != row:
            kind = merged.added if before is None else merged.changed
            kind.setdefault(table.name, []).append(",".join(key(row)))
        rows[key(row)] = row
    return storage.csv_bytes(rows.values(), table)


def merge(
    folder: Path,
    base: Path | None = None,
    wait: float = transaction.WAIT,
    notice: Callable[[str], None] = lambda _: None,
) -> Merged:
    """Validate a contribution and merge it into a checkout, with everything derived.

    The checkout is by default that of this installation. The folder is read once: what was validated is what is merged.

    Returns:
        What was added and changed; nothing when the report has errors.

    Raises:
        InputError: when the folder does not exist, a file in it is too large to merge, a table was changed and not
            built, another merge or build does not end, or a file cannot be written; then nothing has changed.
        DamagedFileError: when an interrupted merge or build cannot be finished.
    """
    home = base or paths.root()
    with transaction.begin(home, build.may_write(home), wait, notice) as replace:
        build.require_built(home)
        given, report = child_process.read_and_validate([folder], home, contribution.Options(alone=False))
        merged = Merged(report)
        if report.valid:
            replace(_contents(given, home, merged))
        return merged


def _contents(given: list[Contribution], home: Path, merged: Merged) -> dict[Path, bytes]:
    """Return what the files of the checkout become, and note what that adds and changes.

    Raises:
        InputError: when a file is too large.
    """
    changed: dict[str, bytes] = {}
    for table_file in [file for part in given for file in part.table_files]:
        if not isinstance(table_file, TableFile):
            raise InputError(
                f"{table_file.file} is too large to be compared row with row. Split it into contributions."
            )
        source = paths.table_file(table_file.table.name, "csv", home)
        old = storage.csv_rows(source.read_bytes())
        changed[table_file.table.name] = _overlay(table_file.table, old, table_file.texts(), merged)
    contents = build.derive(home, changed)
    for path, content in {path: content for part in given for path, content in part.texts.items()}.items():
        known = home / path
        contents[known] = content
        if not known.is_file():
            merged.texts.append(Path(path).name)
        elif known.read_bytes() != content:
            merged.replaced_texts.append(Path(path).name)
    _require_all_rows(home, contents[paths.descriptor(home)], merged)
    return contents


def _require_all_rows(home: Path, described: bytes, merged: Merged) -> None:
    """Compare the numbers of rows of the old descriptor and the new one: a merge adds rows, and loses none.

    Raises:
        DamagedFileError: with the table of which another number is there.
    """
    before, after = (_row_counts(content) for content in (paths.descriptor(home).read_bytes(), described))
    for path, found in after.items():
        expected = before.get(path, 0) + len(merged.added.get(Path(path).stem, ()))
        if found != expected:
            raise DamagedFileError(
                f"{path} would have {found:,} rows, not {expected:,}. {transaction.UNCHANGED} "
                f"Build it first: {transaction.build_command(home)}"
            )


def _row_counts(described: bytes) -> dict[str, int]:
    return {resource["path"]: resource.get("rowCount", 0) for resource in json.loads(described)["resources"]}
