"""All tables as Parquet in one zip file, with plain types that every reader knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from summitry.dataset import storage
from summitry.export import archive

if TYPE_CHECKING:
    from summitry.export.tables import Tables

NOTE = """\
pandas.read_parquet gives dates as Python dates, and whole numbers with missing cells as floats. To get dates as dates
and whole numbers as whole numbers, read with: pandas.read_parquet(file, dtype_backend="pyarrow"). Or load the table
with this package, which does more.
"""


def content(tables: Tables) -> bytes:
    """Return a zip file with a Parquet file for each table, the same as in `data/`, and a note on types."""
    files = {
        f"{name}.parquet": storage.parquet_bytes(tables.arrow[name], table)
        for name, table in tables.package.tables.items()
    }
    return archive.zipped({**files, "README.txt": archive.readme(tables, NOTE)})
