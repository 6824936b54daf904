"""The rows of a sheet, judged one by one: each cell by the checks of its column, each row by the rules of its table."""

from __future__ import annotations

from itertools import compress
from typing import TYPE_CHECKING, Any

import polars as pl

from summitry.checks import Check
from summitry.report import Problem, shorten
from summitry.sheets import ROW, raw_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from summitry.report import Severity
    from summitry.rules.model import RowRule
    from summitry.schema import Table
    from summitry.sheets import Sheet

LONGEST_MENDED = 500  # characters; no text of a schema is longer, and likeness takes time


def row_key(table: Table, row: Mapping[str, Any]) -> str | None:
    """Return the primary key of a row as reports show it, or None where it is empty."""
    parts = [row[n] for n in table.primary_key]
    return None if all(p is None for p in parts) else ",".join(shorten(p) for p in parts)


def judge(
    sheet: Sheet, checks: Sequence[Check], rules: Sequence[RowRule]
) -> Iterator[tuple[Problem, int, Check | RowRule]]:
    """Yield the problems of one sheet's cells and rows, one for each mistake, with its row and what it breaks.

    A cell that fails one check is not told of the next; a rule over several cells is not told where one of
    them has a problem of its own.
    """
    asked: list[Check | RowRule] = [*checks, *rules]
    yield from told(sheet, asked, flagged(sheet, asked))


def flagged(sheet: Sheet, asked: Sequence[Check | RowRule]) -> pl.DataFrame:
    """Return the rows of a sheet that break anything, with a column more for all that was asked of them."""
    flags = [a.fails.alias(f"fails:{i}") for i, a in enumerate(asked)]  # null is no fault
    if not flags or sheet.frame.is_empty():
        return sheet.frame.clear()
    return sheet.frame.lazy().with_columns(flags).filter(pl.any_horizontal("^fails:[0-9]+$")).collect()


def told(
    sheet: Sheet, asked: Sequence[Check | RowRule], rows: pl.DataFrame
) -> Iterator[tuple[Problem, int, Check | RowRule]]:
    """Yield the problems of rows that are flagged, as `judge` does."""
    names = sheet.frame.columns
    for cells in rows.iter_rows():
        row = dict(zip(names, cells, strict=False))
        already: set[str] = set()
        for broken in compress(asked, cells[len(names) :]):
            fields = (broken.field,) if isinstance(broken, Check) else broken.fields
            if already.isdisjoint(fields):
                already.update(fields)
                yield _problem(sheet, row, broken, fields[0]), row[ROW], broken


def _problem(sheet: Sheet, row: Mapping[str, Any], broken: Check | RowRule, name: str) -> Problem:
    """Return what is to be said of a row that breaks something, at the cell of a column."""
    value = row[raw_name(sheet.table[name])]
    severity: Severity = "error"
    if isinstance(broken, Check):
        rule, mend = broken.rule, broken.mend(_looked_at(broken, value or ""))
    else:
        rule, mend, severity = broken.id, broken.mend, broken.severity
    draft = Problem(
        sheet.file, rule, severity, broken.expected, mend,
        key=row_key(sheet.table, row), value=None if value is None else shorten(value),
    )  # fmt: skip
    return sheet.problem(row[ROW], name, draft)


def _looked_at(check: Check, value: str) -> str:
    """Return as much of a value as its cure is made from: some count its characters, the others name them."""
    return value if check.rule in ("minLength", "maxLength") else value[:LONGEST_MENDED]
