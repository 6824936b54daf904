"""pandera on a polars frame, with a schema of its own words made from ours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from benchmarks.contestants import reading
from benchmarks.contestants.found import Found, print_found

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from summitry.schema import Field

CANNOT: dict[str, str] = {}
KINDS = {"field_uniqueness": "primaryKey"}  # the other checks have our names


def _column(pandera: Any, f: Field, dtype: Any, named: Sequence[str] | None) -> Any:
    table, check = reading.statements(), pandera.Check
    checks = [
        *([check.isin(list(f.enum), error="enum")] if f.enum else []),
        *([check.str_matches(f"^(?:{f.pattern})$", error="pattern")] if f.pattern is not None else []),
        *([check.str_length(min_value=f.min_length, error="minLength")] if f.min_length is not None else []),
        *([check.str_length(max_value=f.max_length, error="maxLength")] if f.max_length is not None else []),
        *([check.isin(list(named), error="foreign-key")] if named is not None else []),
    ]
    key = f.name in table.primary_key
    return pandera.Column(dtype, checks, nullable=not table.required(f), unique=key)


def schema(pandera: Any, text: Any, day: Any, named: Mapping[str, Sequence[str]], in_order: Any) -> Any:
    """Make the schema of statements.

    Args:
        pandera: the module for the kind of frame.
        text: its type of text; enumerations stay text, so that pandera checks them.
        day: its type of days.
        named: by column, what a foreign key may name.
        in_order: the check that a range of days is in order.
    """
    columns = {
        f.name: _column(pandera, f, day if f.type == "date" else text, named.get(f.name))
        for f in reading.statements().fields
    }
    return pandera.DataFrameSchema(columns, checks=[pandera.Check(in_order, error="date-order")], ordered=True)


def find(folder: Path, form: str) -> list[Found]:
    """Validate lazily: every failure of every check."""
    import pandera.polars as pandera
    import polars as pl

    def in_order(data: Any) -> pl.LazyFrame:
        fits = (pl.col("said_from") <= pl.col("said_to")).fill_null(value=True)
        checked: pl.LazyFrame = data.lazyframe.select(fits)
        return checked

    frame, bad = reading.polars_frame(folder, form)
    named = reading.polars_references(folder, form)
    try:
        schema(pandera, pl.String, pl.Date, named, in_order).validate(frame, lazy=True)
    except pandera.errors.SchemaErrors as e:
        bad += failures(e.failure_cases.iter_rows(named=True))
    return bad


def failures(cases: Any) -> list[Found]:
    """Return pandera's failures as ours: a check of the frame once, and of equal keys only the later ones."""
    found, keys = set(), set()
    for case in sorted(cases, key=lambda c: -1 if c["index"] is None else c["index"]):
        kind = KINDS.get(case["check"], case["check"])
        if kind == "primaryKey" and case["failure_case"] not in keys:
            keys.add(case["failure_case"])
            continue
        found.add(Found(kind, "said_to" if kind == "date-order" else case["column"], case["index"]))
    return list(found)


if __name__ == "__main__":
    print_found(find)
