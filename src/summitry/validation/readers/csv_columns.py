"""How the header of a CSV file differs from the schema."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from summitry.validation.report import Problem, shorten
from summitry.validation.table_file import MOST_COLUMN_PROBLEMS, ROW_NUMBERS, meant_columns, unknown_column_fix
from summitry.words import counted, nearest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from summitry.schema import Table
    from summitry.validation.readers.csv_file import CsvSource
    from summitry.validation.readers.csv_records import Cell

QUOTES = ("'", "“”", "`")
SEPARATORS = {";": "“;”", "\t": "tabs", "|": "“|”"}


def other_form(source: CsvSource) -> Problem | None:
    """Return the problem that the whole file has another form: other separators, other line ends, or no header."""
    if not source.header:
        return None
    table, first, names = source.table, source.header[0], [cell.text for cell in source.header]
    draft = partial(_header_problem, table, source.file, first)
    if any("\r" in name for name in names):
        expected = "lines that end with LF; here they end with CR alone"
        return replace(draft("", "Save the file as CSV with the line ends of Unix or Windows."), expected=expected)
    for mark in QUOTES:
        bare = {name.strip(mark) for name in names}
        if bare.issubset(table.names) and bare.isdisjoint(names):
            expected = f'cells without quotation marks, or in "…"; here they are in {mark}'
            fix = "Save the file as CSV with quotation marks that are straight and double."
            return replace(draft("", fix), expected=expected)
    for separator, separated in SEPARATORS.items():
        parts = {part.strip('" ').lower() for part in first.text.split(separator)} if len(names) == 1 else set()
        if len(parts.intersection(table.names)) > 1:
            expected = f"commas between the columns; here the columns are separated by {separated}"
            return replace(draft("", "Save the file as CSV with commas."), expected=expected)
    if any(nearest(shorten(name), table.names) for name in names[: 2 * len(table.names)] if name):
        return None
    fix = "Make the names of the columns the first line, with nothing above it."
    return draft(",".join(table.names), fix, ",".join(names).rstrip(","))


def header_problems(source: CsvSource) -> list[Problem]:
    """Compare the header with the table: required columns that are missing, unknown and repeated ones."""
    table, file, cells = source.table, source.file, source.header
    expected = ",".join(table.names)
    if not cells:
        fix = f"Begin the file with the line: {expected}"
        fatal = any(p.severity == "error" for p in source.form)
        return [] if fatal else [Problem(file, "header", "error", "a header line", fix, 1, 1, table=table.name)]
    names = [c.text for c in cells]
    del names[_end_of_names(names) :]
    known = set(table.names)
    missing = [n for n in table.names if n not in names]
    unknown = [n for n in names if n not in known]
    meant = meant_columns(unknown, missing)
    left = [n for n in missing if n not in meant.values()]
    needed = [n for n in left if n in table.required_names]
    nobodys = [n for n in unknown if n not in meant and n not in ROW_NUMBERS]
    if len(nobodys) == len(needed) == 1:  # one column that is unknown, and one that is missing, are the same
        meant[nobodys[0]] = needed.pop()
    likely = needed or (left if len(nobodys) == len(left) == 1 else [])
    problems = [_nameless(table, file, cells[len(names) :], expected)] if len(cells) > len(names) else []
    for i, cell in enumerate(cells[: len(names)]):
        if cell.text in known and cell.text not in names[:i]:
            continue
        if len(problems) == MOST_COLUMN_PROBLEMS:
            fix = f"Remove the {len(names) - i} further columns that do not belong here."
            problems.append(_header_problem(table, file, cell, expected, fix))
            break
        fix = unknown_column_fix(cell.text, likely, left)
        if cell.text in meant:
            fix = f"Rename it to {meant[cell.text]!r}."
        if cell.text in known:
            fix = "The column is in the file twice; remove one."
        problems.append(_header_problem(table, file, cell, expected, fix))
    if needed:
        fix = f"Add the columns {', '.join(needed)}: they are required."
        problems.append(_header_problem(table, file, cells[0], expected, fix, value=",".join(names)))
    return problems


def _end_of_names(names: Sequence[str]) -> int:
    """Return where the columns without a name begin that are at the end of a header."""
    return max((i + 1 for i, name in enumerate(names) if name), default=1)


def _nameless(table: Table, file: str, cells: Sequence[Cell], expected: str) -> Problem:
    fix = f"Remove the commas at the end of each line: they make {counted(len(cells), 'column')} without a name."
    return _header_problem(table, file, cells[0], expected, fix)


def _header_problem(table: Table, file: str, cell: Cell, expected: str, fix: str, value: str | None = None) -> Problem:
    return Problem(
        file=file,
        rule="header",
        severity="error",
        expected=f"the columns {expected}",
        fix=fix,
        line=cell.line,
        column=cell.column,
        table=table.name,
        value=shorten(value or cell.text),
    )
