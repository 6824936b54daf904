"""The archive of the last release, which a checkout has in `releases/`, and what of the checkout is compared to it."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from summitry import paths
from summitry.dataset import released_ids, snapshot
from summitry.dataset.storage import csv_rows
from summitry.errors import DamagedFileError, InputError
from summitry.words import counted

AGAIN = "Get it again with: git checkout -- releases"


def archive(base: Path) -> Path | None:
    """Return the archive of the last release in a checkout; None where there is none, as in an installed package."""
    found = {file.stem.removeprefix("summitry-"): file for file in (base / "releases").glob("summitry-*.zip")}
    versions = [version for version in found if snapshot.VERSION.fullmatch(version)]
    return found[max(versions, key=lambda v: [int(part) for part in v.split(".")])] if versions else None


def unreleased_tables(base: Path) -> set[str]:
    """Return the tables of a checkout whose rows or schema are not those of the last release.

    Raises:
        InputError: when the archive of the last release cannot be read.
    """
    last = archive(base)
    if last is None:
        return set()
    released = _unpacked(last)
    files = [*paths.data(base).glob("*.csv"), *paths.schemas(base).glob("*.json")]
    return {f.stem for f in files if released.get(f.relative_to(base).as_posix()) != f.read_bytes()}


def _unpacked(last: Path) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(last) as packed:
            return {name: packed.read(name) for name in packed.namelist()}
    except (OSError, zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError) as e:
        raise InputError(f"{last} cannot be read: {e}. {AGAIN}") from e


def fault_of_ids(base: Path) -> str:
    """Say what is wrong with `releases/ids.csv` of a checkout; empty where nothing is, or where there is no release.

    Without that list nobody would hear of an id that vanishes, and a release would forget what was withdrawn.

    Raises:
        InputError: when the archive of the last release cannot be read.
    """
    last = archive(base)
    if last is None:
        return ""
    try:
        known = {(row["table_name"], row["id"]) for row in csv_rows(released_ids.path(base).read_bytes())}
    except (OSError, DamagedFileError, KeyError, ValueError):
        return f"it is missing, or no CSV with the columns {', '.join(released_ids.COLUMNS)}"
    if missing := sorted(set(_ids(last)) - known):
        table, id_ = missing[0]
        return f"{counted(len(missing), 'id')} of {last.name} not in it, such as {id_} of {table}"
    return ""


def _ids(last: Path) -> Iterator[released_ids.Id]:
    """Yield the (table, id) pairs of an archive, also those that were withdrawn."""
    for name, contents in snapshot.read(last).tables.items():
        if released_ids.has_id(contents.table):
            yield from ((name, id_) for id_ in contents.rows[contents.table.primary_key[0]])
        if name == "withdrawn":
            yield from zip(contents.rows["table_name"], contents.rows["id"], strict=True)
