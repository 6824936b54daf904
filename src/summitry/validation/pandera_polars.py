"""Checks as pandera runs them on polars frames, and pandera as an executor of checks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandera.polars as pandera
import polars as pl
from pandera.config import ValidationDepth, config_context

from summitry.validation.evaluate import flag_name

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pandera.api.polars.types import PolarsData

    from summitry.validation.rules.model import Check


def as_check(check: Check, names: Sequence[str], passes: Callable[[pl.DataFrame], pl.Series]) -> pandera.Check:
    """Return a check of a column for pandera, from a function that says which rows of some columns pass.

    Where one of the columns is missing every row passes, since pandera reports that itself.
    """

    def run(data: PolarsData) -> pl.LazyFrame:
        rows = data.lazyframe
        if set(rows.collect_schema().names()).issuperset(names):
            return passes(rows.select(names).collect()).to_frame().lazy()
        return rows.select(pl.repeat(value=True, n=pl.len()))

    return pandera.Check(run, error=check.id, ignore_na=False)


def _evaluated(check: Check) -> pandera.Check:
    """Return a check of rows as they are read from a file."""

    def run(data: PolarsData) -> pl.LazyFrame:
        return data.lazyframe.select(check.passes)

    return pandera.Check(run, error=check.id, ignore_na=False)


def execute(frame: pl.DataFrame, checks: Sequence[Check]) -> pl.DataFrame:
    """Evaluate checks by the pandera schema that is compiled from them. An `Executor`."""
    columns: dict[str, list[int]] = {}
    for number, check in enumerate(checks):
        columns.setdefault(check.fields[0], []).append(number)
    schema = pandera.DataFrameSchema(
        {
            name: pandera.Column(checks=[_evaluated(checks[i]) for i in numbers], nullable=True)
            for name, numbers in columns.items()
        }
    )
    # whatever the environment says of pandera
    with config_context(validation_enabled=True, validation_depth=ValidationDepth.SCHEMA_AND_DATA):
        try:
            schema.validate(frame, lazy=True)
        except pandera.errors.SchemaErrors as e:
            if e.failure_cases["index"].has_nulls():  # a failure of no row: a check could not be evaluated
                raise
            return _flagged(frame, columns, e.failure_cases)
    return frame.clear()


def _flagged(frame: pl.DataFrame, columns: dict[str, list[int]], failures: pl.DataFrame) -> pl.DataFrame:
    """Return the failing rows, with one more column for each check: whether it is among the row's failures."""
    rows = {
        (name, at): some["index"]
        for (name, at), some in failures.group_by("column", "check_number", maintain_order=True)
    }
    numbers = {number: (name, at) for name, some in columns.items() for at, number in enumerate(some)}
    every = pl.int_range(frame.height, eager=True)
    flags = [
        every.is_in(rows.get(numbers[n], pl.Series([], dtype=pl.Int32)).implode()).alias(flag_name(n))
        for n in range(len(numbers))
    ]
    return frame.with_columns(flags).filter(pl.any_horizontal(flags))
