"""pandera on a polars frame, with the schema that `summitry.pandera_schema` compiles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from benchmarks.contestants import reading
from benchmarks.contestants.found import Found, tell

if TYPE_CHECKING:
    from pathlib import Path

CANNOT: dict[str, str] = {}
KINDS = {"field_uniqueness": "primaryKey"}  # our schema names the other checks as we do


def find(folder: Path, form: str) -> list[Found]:
    """Validate lazily: every failure of every check. Enumerations stay text, so that pandera judges them."""
    import pandera.polars as pandera
    import polars as pl

    from summitry import pandera_schema

    def in_order(data: Any) -> pl.LazyFrame:
        fits = (pl.col("said_from") <= pl.col("said_to")).fill_null(value=True)
        checked: pl.LazyFrame = data.lazyframe.select(fits)
        return checked

    frame, bad = reading.polars_frame(folder, form)
    enums = {f.name: {"dtype": pl.String} for f in reading.statements().fields if f.enum}
    schema = pandera_schema("statements", "polars", reading.polars_references(folder, form)).update_columns(enums)
    schema.checks.append(pandera.Check(in_order, error="date-order"))
    try:
        schema.validate(frame, lazy=True)
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
    tell(find)
