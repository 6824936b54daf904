"""One CSV file with a flat row per stance, for spreadsheets, R and rDNA."""

from __future__ import annotations

from typing import TYPE_CHECKING

from summitry.analysis import stances_table
from summitry.dataset import storage

if TYPE_CHECKING:
    from summitry.export.tables import Tables


def content(tables: Tables) -> bytes:
    """Return the rows of `summitry.stances_table` as CSV (UTF-8, LF): days are YYYY-MM-DD, signs whole numbers."""
    frames = {name: storage.to_pandas(rows, tables.package.tables[name]) for name, rows in tables.arrow.items()}
    flat = stances_table.stances_table(tables=frames).astype({"sign": "Int64"})
    return flat.to_csv(index=False, lineterminator="\n", date_format="%Y-%m-%d").encode()
