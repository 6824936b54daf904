"""The tables that ship, as table files: CSV, with the place of each cell, or Parquet that was built of it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TYPE_CHECKING

import polars as pl

from summitry import paths
from summitry.dataset import integrity
from summitry.errors import DamagedFileError
from summitry.validation.limits import AT_ONCE
from summitry.validation.readers.csv_file import read_csv
from summitry.validation.readers.parquet_file import scan
from summitry.validation.reporters.wording import sentence
from summitry.validation.table_file import ROW, TableFile, as_text, dtype, raw_name

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

    from summitry.schema import Package, Table


def read(base: Path, package: Package) -> list[TableFile]:
    """Read the CSV files of a dataset folder; a table without one is left out."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(lambda given: read_csv(*given), _there(base, package, package.tables, "data")))


def read_built(base: Path, package: Package, names: Collection[str]) -> list[TableFile]:
    """Read some tables of a dataset folder to compare others with; a table without a file is left out.

    The rows are those of the Parquet files, where both files of a table are what the descriptor says: then neither has
    been changed since the one was built from the other.

    Raises:
        DamagedFileError: when the form of one is wrong, so that its rows may not be those that were meant.
    """
    try:
        hashes = integrity.published_hashes(base)
    except DamagedFileError:
        hashes = {}
    found = []
    for csv, table, file in _there(base, package, names, str(paths.data(base))):
        parquet = paths.table_file(table.name, "parquet", base)
        expected = {f"data/{path.name}": path for path in (csv, parquet)}
        is_built = all(hashes.get(name) == integrity.digest(path) for name, path in expected.items())
        found.append(_read_parquet(parquet, csv, table, file) if is_built else read_csv(csv, table, file))
    for problem in (p for table_file in found for p in table_file.problems if p.severity == "error"):
        raise DamagedFileError(
            f"{problem.place}: {sentence(problem)} [{problem.rule}] This file is of the dataset itself: nothing can be "
            "compared with it. `summitry validate` lists all that is wrong there."
        )
    return found


def _there(base: Path, package: Package, names: Collection[str], folder: str) -> Iterator[tuple[Path, Table, str]]:
    """Yield the path, the table and the name in problems of each CSV file that is there."""
    for name, table in package.tables.items():
        path = paths.table_file(name, "csv", base)
        if name in names and path.is_file():
            yield path, table, f"{folder}/{name}.csv"


def _read_parquet(parquet: Path, csv: Path, table: Table, file: str) -> TableFile:
    """Return the rows of a CSV file from the Parquet file with the same rows, if it has the columns of the schema."""
    try:
        values = scan(parquet).collect().select(pl.col(f.name).cast(dtype(f)) for f in table.fields)
    except pl.exceptions.PolarsError:  # the schema was changed, and nothing was built of it yet
        return read_csv(csv, table, file)
    rows = values.with_row_index(ROW)
    texts = [as_text(rows[f.name]).alias(raw_name(f)) for f in table.fields if f.type != "string"]
    whole = cache(lambda: read_csv(csv, table, file))  # only where a row of it has a problem
    columns = {name: i for i, name in enumerate(table.names)}

    def place(row: int, at: int) -> tuple[int, int]:
        found = whole().place
        return found(row, at) if found else (0, 0)

    return TableFile(table, file, rows.with_columns(texts), place=place, columns=columns)
