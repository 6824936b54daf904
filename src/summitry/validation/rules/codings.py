"""Rule 18: what coders coded is in the codebook."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

import polars as pl

from summitry.dataset.codings import UNITIZING, coded_columns
from summitry.validation.rules.model import DatasetRule, Finding, rows_of
from summitry.validation.table_file import EXPECTED, FORMS
from summitry.words import nearest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from summitry.schema import Field, Table
    from summitry.validation.rules.model import Dataset


def unknown_codes(data: Dataset) -> Iterator[Finding]:
    """Find codes that the column they are a coding of cannot have."""
    columns = coded_columns(data.package)
    codes = data.tables["codings"].with_columns(round=pl.col("coder").str.split("-").list.first())
    known = data.tables["coding_map"].select("round", "variable", value="original")
    unmapped = codes.filter(pl.col("value").is_not_null()).join(known, on=["round", "variable", "value"], how="anti")
    for (variable,), coded in unmapped.group_by("variable"):
        column = columns.get(variable)
        values = coded["value"].unique()
        faults = {value: fault for value in values if (fault := _fault(data, str(value), variable, column))}
        for row in rows_of(coded.filter(pl.col("value").is_in(list(faults))), "codings") if faults else ():
            expected, fix = faults[row["value"]]
            yield Finding(row, ("value", "variable", "coder"), expected, fix)


def _fault(data: Dataset, value: str, variable: object, coded: tuple[Table, Field] | None) -> tuple[str, str] | None:
    """Return what is expected in place of a value, and what to do; None where it is right."""
    if coded is None:
        is_odd = variable == UNITIZING and not _is_stance(data, value)
        return ("the ids of a party and a demand, with a space between", "") if is_odd else None
    table, field = coded
    if field.enum and value not in field.enum:
        near = nearest(value, field.enum, whole=True)
        fix = f"Write {near!r}." if near else ""
        return f"one of {', '.join(field.enum)}, or a code that coding_map translates", fix
    if field.type == "date" and not _is_day(value, field):
        return f"{EXPECTED['date']}, from {field.minimum} to {field.maximum}", ""
    if (key := table.reference(field.name)) and not _is_id(data, key.table, value):
        return f"an id of the table {key.table}", ""
    return None


def _is_stance(data: Dataset, value: str) -> bool:
    party, _, demand = value.partition(" ")
    return _is_id(data, "actors", party) and _is_id(data, "demands", demand)


def _is_id(data: Dataset, table: str, value: str) -> bool:
    """Say whether it is an id, or was one: a code stays what the coder wrote, also if its row is withdrawn later."""
    gone = ((row["table_name"], row["id"]) for row in data.rows("withdrawn"))
    return value in data.ids(table) or (table, value) in gone


def _is_day(value: str, field: Field) -> bool:
    try:
        dt.date.fromisoformat(value)
    except ValueError:
        return False
    return bool(re.fullmatch(FORMS["date"], value)) and str(field.minimum) <= value <= str(field.maximum)


def unknown_translations(data: Dataset) -> Iterator[Finding]:
    """Find rows of coding_map whose variable has no codes, or whose present code is not one of them."""
    columns = coded_columns(data.package)
    enums = {variable: field.enum for variable, (_, field) in columns.items() if field.enum}
    for row in data.rows("coding_map"):
        if row["variable"] not in enums:
            yield Finding(row, ("variable",), f"one of {', '.join(enums)}")
        elif row["value"] not in enums[row["variable"]]:
            yield Finding(row, ("value", "variable"), f"one of {', '.join(enums[row['variable']])}")


RULES = (
    DatasetRule(
        "coding-value",
        ("codings", "coding_map"),
        unknown_codes,
        relies_on=(
            ("coding_map", "original"),
            ("coding_map", "variable"),
            ("coding_map", "round"),
            ("actors", "actor_id"),
            ("demands", "demand_id"),
            ("events", "event_id"),
            ("withdrawn", "table_name"),
            ("withdrawn", "id"),
        ),
    ),
    DatasetRule("coding-map", ("coding_map",), unknown_translations),
)
