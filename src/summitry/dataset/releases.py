"""What the releases left in `releases/`, which only a checkout has: the archive of the last one, and the ids of all.

No id is ever reused; each stays in its table or is withdrawn with a reason. `releases/ids.csv` lists table, id and the
first version that had it; scripts/release.py writes it.
"""

from __future__ import annotations

import csv
import io
import zipfile
import zlib
from collections.abc import Iterable
from operator import itemgetter
from pathlib import Path

from summitry import paths, schema
from summitry.dataset import snapshot
from summitry.dataset.storage import csv_rows
from summitry.errors import DamagedFileError, InputError
from summitry.words import counted

AGAIN = "Get it again with: git checkout -- releases"
COLUMNS = ("table_name", "id", "version")

Id = tuple[str, str]


def ids_file(base: Path | None = None) -> Path:
    """Return the path of `releases/ids.csv`."""
    return (base or paths.root()) / "releases" / "ids.csv"


def has_id(table: schema.Table) -> bool:
    """Say whether the rows of a table have an id: a primary key of one column that is text; a day is no id."""
    return [table[name].type for name in table.primary_key] == ["string"]


def ids(of: snapshot.Snapshot) -> list[Id]:
    """Return the (table, id) pairs of the rows of a dataset."""
    named = [(name, c.rows[c.table.primary_key[0]]) for name, c in of.tables.items() if has_id(c.table)]
    return [(name, id_) for name, column in named for id_ in column]


def id_tables(package: schema.Package) -> list[str]:
    """Return the tables whose rows have an id."""
    return [name for name, table in package.tables.items() if has_id(table)]


def released_ids(base: Path | None = None) -> frozenset[Id]:
    """Return the (table, id) pairs of all releases; none outside a checkout."""
    return frozenset((table, id_) for table, id_, _ in _rows(ids_file(base)))


def withdrawn_ids(base: Path | None = None) -> frozenset[Id]:
    """Return the (table, id) pairs that data/withdrawn.csv lists."""
    return frozenset((table, id_) for table, id_, _ in _rows(paths.table_file("withdrawn", "csv", base)))


def _rows(file: Path) -> list[tuple[str, str, str]]:
    """Return table, id and version of each row; validation reports a malformed file."""
    if not file.is_file():
        return []
    lines = csv.reader(io.StringIO(file.read_bytes().decode("utf-8-sig", errors="replace"), newline=""))
    try:
        header = next(lines, [])
        at = [header.index(name) if name in header else -1 for name in COLUMNS]
        pick, missing = itemgetter(*at), [""] * len(header)
        rows = [pick([*row, *missing, ""]) for row in lines]
    except csv.Error:  # a cell of more than the 131,072 characters that the reader takes
        return []
    return [(table, id_, version) for table, id_, version in rows if table and id_]


def extended(file: Path, present: Iterable[Id], version: str) -> bytes:
    """Return the content of `releases/ids.csv` with the ids of a version added; earlier ones stay as they are."""
    known = {(table, id_): since for table, id_, since in _rows(file)}
    first = dict.fromkeys(present, version) | {key: since for key, since in known.items() if since != version}
    lines = io.StringIO()
    writer = csv.writer(lines, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows((*key, first[key]) for key in sorted(first))
    return lines.getvalue().encode()


def archive(base: Path, version: str) -> Path:
    """Return the path of the archive of a release, whether or not it exists: its schemas and its tables as CSV."""
    return ids_file(base).with_name(f"summitry-{version}.zip")


def last_archive(base: Path) -> Path | None:
    """Return the archive of the last release in a checkout; None where there is none, as in an installed package."""
    named = [file.stem.removeprefix("summitry-") for file in (base / "releases").glob("summitry-*.zip")]
    versions = [[int(part) for part in name.split(".")] for name in named if snapshot.VERSION.fullmatch(name)]
    return archive(base, ".".join(map(str, max(versions)))) if versions else None


def unreleased_tables(base: Path) -> set[str]:
    """Return the tables of a checkout whose rows or schema are not those of the last release.

    Raises:
        InputError: when the archive of the last release cannot be read.
    """
    last = last_archive(base)
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
    last = last_archive(base)
    if last is None:
        return ""
    try:
        known = {(row["table_name"], row["id"]) for row in csv_rows(ids_file(base).read_bytes())}
    except (OSError, DamagedFileError, KeyError, ValueError):
        return f"it is missing, or no CSV with the columns {', '.join(COLUMNS)}"
    before = snapshot.read(last)
    released = set(ids(before))
    if gone := before.tables.get("withdrawn"):
        released.update(zip(gone.rows["table_name"], gone.rows["id"], strict=True))
    if missing := sorted(released - known):
        table, id_ = missing[0]
        return f"{counted(len(missing), 'id')} of {last.name} not in it, such as {id_} of {table}"
    return ""
