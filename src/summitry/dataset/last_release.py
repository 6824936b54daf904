"""The archive of the last release, which a checkout has in `releases/`, and what of the checkout is compared to it."""

from __future__ import annotations

import json
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path

from summitry import paths, schema
from summitry.dataset import released_ids, snapshot
from summitry.errors import InputError
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
    from pyarrow import ArrowInvalid

    try:
        known = list(_columns(released_ids.path(base).read_bytes(), *released_ids.COLUMNS))
    except (OSError, ArrowInvalid, KeyError):
        return f"it is missing, or no CSV with the columns {', '.join(released_ids.COLUMNS)}"
    if missing := sorted(set(_ids(_unpacked(last))).difference((table, id_) for table, id_, _ in known)):
        table, id_ = missing[0]
        return f"{counted(len(missing), 'id')} of {last.name} not in it, such as {id_} of {table}"
    return ""


def _ids(files: Mapping[str, bytes]) -> Iterator[released_ids.Id]:
    """Yield the (table, id) pairs of an archive, also those that were withdrawn."""
    for path in files:
        if path.startswith("schemas/") and path != snapshot.ABOUT:
            table = schema.parse_table(json.loads(files[path]), Path(path).stem)
            if released_ids.has_id(table):
                yield from (
                    (table.name, id_) for (id_,) in _columns(files[f"data/{table.name}.csv"], *table.primary_key)
                )
    if "data/withdrawn.csv" in files:
        yield from ((table, id_) for table, id_ in _columns(files["data/withdrawn.csv"], "table_name", "id"))


def _columns(content: bytes, *names: str) -> Iterator[tuple[str, ...]]:
    """Return some columns of a table as text, row by row."""
    import pyarrow as pa
    from pyarrow import csv as arrow_csv

    text = arrow_csv.ConvertOptions(include_columns=names, column_types=dict.fromkeys(names, pa.string()))
    read = arrow_csv.read_csv(pa.BufferReader(content), convert_options=text)
    return zip(*(read[name].to_pylist() for name in names), strict=True)
