"""The ids of every release. None is ever reused; each stays in its table or is withdrawn with a reason.

`releases/ids.csv` lists table, id and the first version that had it. scripts/release.py writes it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from operator import itemgetter
from pathlib import Path

from summitry import paths, schema

COLUMNS = ("table_name", "id", "version")

Id = tuple[str, str]


def path(base: Path | None = None) -> Path:
    """Return the path of `releases/ids.csv`, which only a checkout has."""
    return (base or paths.root()) / "releases" / "ids.csv"


def has_id(table: schema.Table) -> bool:
    """Say whether the rows of a table have an id: a primary key of one column that is text; a day is no id."""
    return [table[name].type for name in table.primary_key] == ["string"]


def id_tables(package: schema.Package) -> list[str]:
    """Return the tables whose rows have an id."""
    return [name for name, table in package.tables.items() if has_id(table)]


def released_ids(base: Path | None = None) -> frozenset[Id]:
    """Return the (table, id) pairs of all releases; none outside a checkout."""
    return frozenset((table, id_) for table, id_, _ in _rows(path(base)))


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
