"""The rows of a table file, evaluated one by one: cells by the checks of their column, rows by the row rules."""

from __future__ import annotations

from itertools import compress
from typing import TYPE_CHECKING, Any

import polars as pl

from summitry.validation.checks import Check
from summitry.validation.report import Problem, shorten
from summitry.validation.table_file import ROW, raw_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from summitry.schema import Table
    from summitry.validation.report import Severity
    from summitry.validation.rules.model import RowRule
    from summitry.validation.table_file import TableFile

LONGEST_FIXED = 500  # characters; no text of a schema is longer, and likeness takes time


def row_key(table: Table, row: Mapping[str, Any]) -> str | None:
    """Return the primary key of a row as reports show it, or None where it is empty."""
    parts = [row[n] for n in table.primary_key]
    return None if all(p is None for p in parts) else ",".join(shorten(p) for p in parts)


def judge(
    table_file: TableFile, checks: Sequence[Check], rules: Sequence[RowRule]
) -> Iterator[tuple[Problem, int, Check | RowRule]]:
    """Yield the problems of one table_file's cells and rows, one for each mistake, with its row and what it breaks.

    A cell that fails one check is not told of the next; a rule over several cells is not told where one of
    them has a problem of its own.
    """
    asked: list[Check | RowRule] = [*checks, *rules]
    yield from told(table_file, asked, flagged(table_file, asked))


def flagged(table_file: TableFile, asked: Sequence[Check | RowRule]) -> pl.DataFrame:
    """Return the rows of a table_file that break anything, with a column more for all that was asked of them."""
    flags = [a.fails.alias(f"fails:{i}") for i, a in enumerate(asked)]  # null is no fault
    if not flags or table_file.frame.is_empty():
        return table_file.frame.clear()
    return table_file.frame.lazy().with_columns(flags).filter(pl.any_horizontal("^fails:[0-9]+$")).collect()


def told(
    table_file: TableFile, asked: Sequence[Check | RowRule], rows: pl.DataFrame
) -> Iterator[tuple[Problem, int, Check | RowRule]]:
    """Yield the problems of rows that are flagged, as `judge` does."""
    names = table_file.frame.columns
    for cells in rows.iter_rows():
        row = dict(zip(names, cells, strict=False))
        already: set[str] = set()
        for broken in compress(asked, cells[len(names) :]):
            fields = (broken.field,) if isinstance(broken, Check) else broken.fields
            if already.isdisjoint(fields):
                already.update(fields)
                yield _problem(table_file, row, broken, fields[0]), row[ROW], broken


def _problem(table_file: TableFile, row: Mapping[str, Any], broken: Check | RowRule, name: str) -> Problem:
    """Return what is to be said of a row that breaks something, at the cell of a column."""
    value = row[raw_name(table_file.table[name])]
    severity: Severity = "error"
    if isinstance(broken, Check):
        rule, fix = broken.rule, broken.fix(_looked_at(broken, value or ""))
    else:
        rule, fix, severity = broken.id, broken.fix, broken.severity
    draft = Problem(
        table_file.file, rule, severity, broken.expected, fix,
        key=row_key(table_file.table, row), value=None if value is None else shorten(value),
    )  # fmt: skip
    return table_file.problem(row[ROW], name, draft)


def _looked_at(check: Check, value: str) -> str:
    """Return as much of a value as its cure is made from: some count its characters, the others name them."""
    return value if check.rule in ("minLength", "maxLength") else value[:LONGEST_FIXED]
