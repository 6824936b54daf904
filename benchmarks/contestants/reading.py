"""How users of dataframe libraries read the statements: text first, then dates parsed strictly.

A parse that guesses takes `20250822` and `2025/08/22` for dates, and one that fails stops at the first bad cell, so
the form is checked before, and what is no date is reported with its row.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.contestants.found import Found
from summitry import schema

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd
    import polars as pl

    from summitry.schema import Table

DAY = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"


def statements() -> Table:
    """Return the schema of the statements."""
    return schema.package().table("statements")


def dates() -> list[str]:
    """Return the date columns."""
    return [f.name for f in statements().fields if f.type == "date"]


def foreign_keys() -> dict[str, tuple[str, str]]:
    """Return by column the table and column that it names; statements quoted in others are left out: there are none."""
    keys = statements().foreign_keys
    return {key.fields[0]: (key.table, key.references[0]) for key in keys if key.table != "statements"}


def polars_references(folder: Path, form: str) -> dict[str, list[str]]:
    """Return by column the values that its foreign key may name, read by polars."""
    import polars as pl

    read = pl.read_csv if form == "csv" else pl.read_parquet
    named = set(foreign_keys().values())
    ids = {place: read(folder / f"{place[0]}.{form}", columns=[place[1]])[place[1]].to_list() for place in named}
    return {column: ids[place] for column, place in foreign_keys().items()}


def polars_frame(folder: Path, form: str) -> tuple[pl.DataFrame, list[Found]]:
    """Read the statements with polars; return the typed frame, and the cells that are no date."""
    import polars as pl

    path = folder / f"statements.{form}"
    if form == "parquet":
        return pl.read_parquet(path), []
    text = pl.read_csv(path, infer_schema=False)
    days = [pl.when(pl.col(n).str.contains(DAY)).then(pl.col(n)).str.to_date("%Y-%m-%d", strict=False) for n in dates()]
    frame = text.with_columns(days)
    bad = {n: (frame[n].is_null() & text[n].is_not_null()).arg_true() for n in dates()}
    return frame, [Found("type", name, row) for name, rows in bad.items() for row in rows]


def pandas_references(folder: Path, form: str) -> dict[str, list[str]]:
    """Return by column the values that its foreign key may name, read by pandas."""
    import pandas as pd

    def ids(table: str, column: str) -> list[str]:
        path = folder / f"{table}.{form}"
        frame = pd.read_csv(path, usecols=[column]) if form == "csv" else pd.read_parquet(path, columns=[column])
        values: list[str] = frame[column].tolist()
        return values

    named = {place: ids(*place) for place in set(foreign_keys().values())}
    return {column: named[place] for column, place in foreign_keys().items()}


def pandas_frame(folder: Path, form: str) -> tuple[pd.DataFrame, list[Found]]:
    """Read the statements with pandas; return the typed frame, and the cells that are no date."""
    import pandas as pd

    path = folder / f"statements.{form}"
    if form == "parquet":
        frame = pd.read_parquet(path)
        return frame.astype(dict.fromkeys(dates(), "datetime64[us]")), []
    frame = pd.read_csv(path, dtype="str", keep_default_na=False, na_values=[""])
    bad = []
    for name in dates():
        text = frame[name]
        days = pd.to_datetime(text.where(text.str.fullmatch(DAY, na=False)), format="%Y-%m-%d", errors="coerce")
        bad += [Found("type", name, row) for row in (days.isna() & text.notna()).to_numpy().nonzero()[0].tolist()]
        frame[name] = days.astype("datetime64[us]")
    return frame, bad
