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
) -> Iterator[tuple[Problem, int, Check | None]]:
    """Yield the problems of one sheet's cells and rows, one for each mistake.

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
) -> Iterator[tuple[Problem, int, Check | None]]:
    """Yield the problems of rows that are flagged, as `judge` does."""
    names = sheet.frame.columns
    for cells in rows.iter_rows():
        row = dict(zip(names, cells, strict=False))
        already: set[str] = set()
        for broken in compress(asked, cells[len(names) :]):
            fields = (broken.field,) if isinstance(broken, Check) else broken.fields
            if already.isdisjoint(fields):
                already.update(fields)
                if isinstance(broken, Check):
                    yield _cell_problem(sheet, row, broken), row[ROW], broken
                else:
                    yield _row_problem(sheet, row, broken), row[ROW], None


def _cell_problem(sheet: Sheet, row: Mapping[str, Any], check: Check) -> Problem:
    value = row[raw_name(sheet.table[check.field])]
    given = value or ""
    if check.rule not in ("minLength", "maxLength"):  # these count the characters, the others name them
        given = given[:LONGEST_MENDED]
    draft = Problem(
        sheet.file, check.rule, "error", check.expected, check.mend(given),
        key=row_key(sheet.table, row), value=None if value is None else shorten(value),
    )  # fmt: skip
    return sheet.problem(row[ROW], check.field, draft)


def _row_problem(sheet: Sheet, row: Mapping[str, Any], rule: RowRule) -> Problem:
    value = row[raw_name(sheet.table[rule.fields[0]])]
    draft = Problem(
        sheet.file, rule.id, rule.severity, rule.expected, rule.mend,
        key=row_key(sheet.table, row), value=None if value is None else shorten(value),
    )  # fmt: skip
    return sheet.problem(row[ROW], rule.fields[0], draft)
