"""The rows of a table file against checks: which rows fail which, and the problems to report of them."""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache, partial
from itertools import compress
from typing import TYPE_CHECKING, Any, Literal

import polars as pl

from summitry.errors import choice, extra
from summitry.validation.catalogue import rule
from summitry.validation.report import Problem, shorten
from summitry.validation.rules.model import Check
from summitry.validation.table_file import ROW, raw_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from summitry.schema import Table
    from summitry.validation.report import Kind, Problems
    from summitry.validation.table_file import TableFile

MOST_TOGETHER = 10_000  # rows whose problems are made or counted together
LONGEST_FIXED = 500  # characters; no text of a schema is longer, and likeness takes time

Engine = Literal["local", "pandera"]

# evaluates checks: the rows of a frame that fail any, with one more column for each check, true where the row fails it
Executor = Callable[[pl.DataFrame, Sequence[Check]], pl.DataFrame]


def flag_name(number: int) -> str:
    """Return the column that says which rows fail a check, by its number among those evaluated."""
    return f"fails:{number}"


def local(frame: pl.DataFrame, checks: Sequence[Check]) -> pl.DataFrame:
    """Ask which checks any row may fail, and evaluate these in one query. An `Executor`."""
    if not checks or frame.is_empty():
        return frame.clear()
    doubts = ((check.fails if check.may_fail is None else check.may_fail).any() for check in checks)
    doubtful = frame.select_seq(doubt.alias(flag_name(i)) for i, doubt in enumerate(doubts)).row(0)
    if not any(doubtful):
        return frame.clear()
    fails = (check.fails if doubt else pl.lit(value=False) for check, doubt in zip(checks, doubtful, strict=True))
    flags = [failed.alias(flag_name(i)) for i, failed in enumerate(fails)]  # null is no fault
    names = [flag_name(i) for i in compress(range(len(flags)), doubtful)]
    return frame.lazy().with_columns(flags).filter(pl.any_horizontal(names)).collect()


def executor(engine: Engine = "local") -> Executor:
    """Return the executor of an engine; both find the same rows, by the same expressions.

    Raises:
        UnknownNameError: for an engine that does not exist.
        MissingExtraError: when pandera is not installed.
    """
    if choice("engine", engine, ["local", "pandera"]) == "local":
        return local
    with extra("validate"), warnings.catch_warnings():
        # pandera imports pyspark where it is installed, which warns of every new version of pandas
        warnings.filterwarnings("ignore", message="PySpark does not yet fully support pandas")
        from summitry.validation.pandera_polars import execute
    return execute


def row_key(table: Table, row: Mapping[str, Any]) -> str | None:
    """Return the primary key of a row as reports show it, or None where it is empty."""
    parts = [row[n] for n in table.primary_key]
    return None if all(p is None for p in parts) else ",".join(shorten(p) for p in parts)


def evaluate(
    table_file: TableFile, checks: Sequence[Check], execute: Executor = local
) -> Iterator[tuple[Problem, int, Check]]:
    """Yield the problems of a table file's cells and rows, each with its row and the check that fails.

    Only the first failed check of a cell is reported; a check of several cells only where none of them has failed
    an earlier one.
    """
    yield from problems_of(table_file, checks, execute(table_file.frame, checks))


def problems_of(
    table_file: TableFile, checks: Sequence[Check], failing: pl.DataFrame
) -> Iterator[tuple[Problem, int, Check]]:
    """Yield the problems of the rows that an executor returned, as `evaluate` does."""
    names = table_file.frame.columns
    earlier = cache(partial(_earlier, table_file, failing[ROW]))
    for cells in failing.iter_rows():
        row = dict(zip(names, cells, strict=False))
        for check in _first_failed(checks, cells[len(names) :]):
            problem = _problem(table_file, row, check)
            if check.key and (first := earlier(check.key).get(row[ROW])) is not None:
                place = table_file.problem(first, None, problem)
                at = f"row {place.row}" if place.line is None else f"line {place.line}"
                problem = replace(problem, expected=f"{problem.expected}; {at} has it")
            yield problem, row[ROW], check


def _earlier(table_file: TableFile, rows: pl.Series, key: tuple[str, ...]) -> dict[int, int]:
    """Return, for those of some rows whose key an earlier row has, the first row that has it."""
    first = table_file.frame.select(ROW, first=pl.first(ROW).over(key))
    return dict(first.filter(pl.col(ROW).is_in(rows.implode()) & (pl.col(ROW) != pl.col("first"))).iter_rows())


def listed_problems(
    table_file: TableFile, checks: Sequence[Check], failing: pl.DataFrame, listed: Problems
) -> Iterator[tuple[Problem, int, Check]]:
    """Yield problems as `problems_of` does while there is room in a list of them; count the others there."""
    for some in failing.iter_slices(MOST_TOGETHER):
        if listed.room > 0:
            yield from problems_of(table_file, checks, some)
        else:
            listed.add_counts(_kinds(table_file, checks, some))


def _kinds(table_file: TableFile, checks: Sequence[Check], failing: pl.DataFrame) -> Counter[Kind]:
    """Count by kind the problems that `problems_of` would yield."""
    kinds: Counter[Kind] = Counter()
    flags = failing.columns[len(table_file.frame.columns) :]
    for *given, number in failing.group_by(flags).len().iter_rows():
        for check in _first_failed(checks, given):
            kinds[table_file.file, check.id, rule(check.id).severity] += number
    return kinds


def _first_failed(checks: Sequence[Check], flags: Sequence[bool | None]) -> Iterator[Check]:
    """Yield the checks that a row fails, none of a cell that has failed an earlier one, but for those of length."""
    reported: set[str] = set()
    for check in compress(checks, flags):
        if reported.isdisjoint(check.fields):
            if not check.of_length:
                reported.update(check.fields)
            yield check


def _problem(table_file: TableFile, row: Mapping[str, Any], check: Check) -> Problem:
    """Return the problem of a row that fails a check, at the check's first column."""
    name = check.fields[0]
    value = row[raw_name(table_file.table[name])]
    draft = Problem(
        table_file.file,
        check.id,
        rule(check.id).severity,
        check.expected,
        check.fix_for(_fixed_part(check, value or "")),
        key=row_key(table_file.table, row),
        value=None if value is None else shorten(value),
    )
    return table_file.problem(row[ROW], name, draft)


def _fixed_part(check: Check, value: str) -> str:
    """Return as much of a value as a fix is made from: some count its characters, the others name them."""
    return value if check.id in ("minLength", "maxLength") else value[:LONGEST_FIXED]
