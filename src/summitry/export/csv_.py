"""All tables as CSV in one zip file, as they are in `data/`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from summitry.dataset import storage
from summitry.export import archive

if TYPE_CHECKING:
    from summitry.export.tables import Tables

NOTE = """\
The files are UTF-8. A spreadsheet program that opens one by a double click may take them for something else: then
names such as Erdoğan are garbled. Import the file instead (Excel: Data, From Text/CSV, File Origin 65001: Unicode
UTF-8; LibreOffice asks), or use the Excel file: summitry export xlsx summitry.xlsx
"""


def content(tables: Tables) -> bytes:
    """Return a zip file with a CSV file for each table, and a note on the encoding."""
    files = {
        f"{name}.csv": storage.csv_bytes((storage.as_text(row) for row in tables.rows[name]), table)
        for name, table in tables.package.tables.items()
    }
    return archive.zipped({**files, "README.txt": archive.readme(tables, NOTE)})
