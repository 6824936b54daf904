"""Excel: a worksheet a table, ready for people who double-click."""

from __future__ import annotations

import datetime as dt
import io
from typing import TYPE_CHECKING, Any

from summitry.errors import extra

if TYPE_CHECKING:
    from summitry.export.tables import Row, Tables
    from summitry.schema import Field, Table

CREATED = dt.datetime(2000, 1, 1)  # noqa: DTZ001 - the file has no clock in it, and Excel knows no time zones
# texts stay texts: no cell becomes a formula or a link
OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "default_date_format": "yyyy-mm-dd",
}
WIDTHS = {"date": 11, "integer": 10, "number": 10, "boolean": 10}
LONGEST, SHORTEST = 60, 8  # characters of a column's width
ABOUT = "about"


def content(tables: Tables) -> bytes:
    """Return an Excel file.

    The worksheet `about` has title, version, citation and licence; then there is a worksheet for each table, with a
    header that stays and has filters. Days are dates, numbers numbers. The same rows give the same bytes with the same
    version of XlsxWriter.

    Raises:
        MissingExtraError: when XlsxWriter is not installed.
    """
    with extra("excel"):
        import xlsxwriter
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, OPTIONS) as book:
        book.set_properties({"title": tables.package.title, "created": CREATED})
        bold = book.add_format({"bold": True})
        worksheet = book.add_worksheet(ABOUT)
        for number, (name, value) in enumerate(tables.about.items()):
            worksheet.write_row(number, 0, [name, value])
        worksheet.set_column(0, 0, 14, bold)
        for table in tables.package.tables.values():
            _fill(book.add_worksheet(table.name), table, tables.rows[table.name], bold)
    return made.getvalue()


def _fill(worksheet: Any, table: Table, rows: list[Row], bold: Any) -> None:
    worksheet.write_row(0, 0, table.names, bold)
    for number, row in enumerate(rows, 1):
        for column, name in enumerate(table.names):
            if row[name] is not None:
                worksheet.write(number, column, row[name])
    for column, f in enumerate(table.fields):
        worksheet.set_column(column, column, _width(f, rows))
    worksheet.freeze_panes(1, 1)
    worksheet.autofilter(0, 0, max(len(rows), 1), len(table.names) - 1)


def _width(f: Field, rows: list[Row]) -> int:
    if f.type in WIDTHS:
        return max(WIDTHS[f.type], len(f.name) + 3)  # the mark of the filter takes some
    longest = max((len(row[f.name]) for row in rows if row[f.name] is not None), default=0)
    return max(SHORTEST, len(f.name) + 3, min(longest, LONGEST))
