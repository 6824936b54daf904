"""How the header of a CSV file differs from the schema."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from summitry.validation.readers.columns import column_problems
from summitry.validation.report import Problem, shorten
from summitry.words import counted, nearest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from summitry.schema import Table
    from summitry.validation.readers.csv_file import CsvSource
    from summitry.validation.readers.csv_records import Cell

_STRAIGHT = "Save the file as CSV with quotation marks that are straight and double."
# what is around the names of columns, with what is expected, and what to do
AROUND = {
    " ": ("no blanks beside the commas", "Save the file as CSV with nothing but commas between the cells."),
    **{
        mark: (f'cells without quotation marks, or in "…"; here they are in {mark}', _STRAIGHT)
        for mark in ("'", "“”", "`")
    },
}
SEPARATORS = {
    ";": "the columns are separated by “;”",
    "\t": "the columns are separated by tabs",
    "|": "the columns are separated by “|”",
    ",": "quotation marks are around whole lines",
}


def other_form(source: CsvSource) -> Problem | None:
    """Return the problem that the whole file has another form: other separators, other line ends, or no header."""
    if not source.header:
        return None
    table, first, names = source.table, source.header[0], [cell.text for cell in source.header]
    draft = partial(_header_problem, table, source.file, first)
    if any("\r" in name for name in names):
        expected = "lines that end with LF; here they end with CR alone"
        return replace(draft("Save the file as CSV with the line ends of Unix or Windows."), expected=expected)
    for mark, (expected, fix) in AROUND.items():
        bare = {name.strip(mark) for name in names}
        if bare.issubset(table.names) and not bare.issuperset(names):
            return replace(draft(fix), expected=expected)
    for separator, separated in SEPARATORS.items():
        parts = {part.strip('" ').lower() for part in first.text.split(separator)} if len(names) == 1 else set()
        if len(parts.intersection(table.names)) > 1:
            expected = f"commas between the columns; here {separated}"
            fix = "Remove them." if separator == "," else "Save the file as CSV with commas."
            return replace(draft(fix), expected=expected)
    if any(nearest(shorten(name), table.names) for name in names[: 2 * len(table.names)] if name):
        return None
    fix = "Make the names of the columns the first line, with nothing above it."
    return draft(fix, ",".join(names).rstrip(","))


def header_problems(source: CsvSource) -> list[Problem]:
    """Compare the header with the table."""
    table, file, cells = source.table, source.file, source.header
    if not cells:
        fix = f"Begin the file with the line: {','.join(table.names)}"
        fatal = any(p.severity == "error" for p in source.form)
        return [] if fatal else [Problem(file, "header", "error", "a header line", fix, 1, 1, table=table.name)]
    names = [cell.text for cell in cells]
    nameless = cells[_end_of_names(names) :]
    problems = [_header_problem(table, file, nameless[0], _nameless_fix(len(nameless)))] if nameless else []
    del names[_end_of_names(names) :]
    return [*problems, *column_problems(table, file, names, place=lambda at: cells[at][1:])]


def _end_of_names(names: Sequence[str]) -> int:
    """Return where the columns without a name begin that are at the end of a header."""
    return max((i + 1 for i, name in enumerate(names) if name), default=1)


def _nameless_fix(number: int) -> str:
    return f"Remove the commas at the end of each line: they make {counted(number, 'column')} without a name."


def _header_problem(table: Table, file: str, cell: Cell, fix: str, value: str | None = None) -> Problem:
    expected, found = f"the columns {','.join(table.names)}", shorten(value or cell.text)
    return Problem(file, "header", "error", expected, fix, cell.line, cell.column, table=table.name, value=found)
