"""Rule 18: what coders coded is in the codebook."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

from summitry import schema
from summitry.dataset.codings import UNITIZING, coded_columns
from summitry.errors import nearest
from summitry.validation.rules.model import DatasetRule, Finding
from summitry.validation.table_file import EXPECTED, FORMS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from summitry.schema import Field, Table
    from summitry.validation.rules.model import Dataset, Row


def unknown_codes(data: Dataset) -> Iterator[Finding]:
    """Find codes that the column they are a coding of cannot have."""
    columns = coded_columns(schema.package())
    mapped = {(row["round"], row["variable"], row["original"]) for row in data.rows("coding_map")}
    for row in data.rows("codings"):
        value, variable = row["value"], row["variable"]
        if value is None or ((row["coder"] or "").partition("-")[0], variable, value) in mapped:
            continue
        if variable in columns:
            yield from _unknown(data, row, value, *columns[variable])
        elif variable == UNITIZING and not _is_stance(data, value):
            yield Finding(row, ("value", "variable", "coder"), "the ids of a party and a demand, with a space between")


def _is_stance(data: Dataset, value: str) -> bool:
    party, _, demand = value.partition(" ")
    return data.get("actors", party) is not None and data.get("demands", demand) is not None


def _unknown(data: Dataset, row: Row, value: str, table: Table, field: Field) -> Iterator[Finding]:
    """Yield what is wrong with a value as one of a column."""
    if field.enum and value not in field.enum:
        near = nearest(value, field.enum)
        expected = f"one of {', '.join(field.enum)}, or a code that coding_map translates"
        yield Finding(row, ("value", "variable", "coder"), expected, f"Write {near!r}." if near else "")
    elif field.type == "date" and not _is_day(value, field):
        yield Finding(
            row, ("value", "variable", "coder"), f"{EXPECTED['date']}, from {field.minimum} to {field.maximum}"
        )
    elif (key := table.reference(field.name)) and data.get(key.table, value) is None:
        yield Finding(row, ("value", "variable", "coder"), f"an id of the table {key.table}")


def _is_day(value: str, field: Field) -> bool:
    try:
        dt.date.fromisoformat(value)
    except ValueError:
        return False
    return bool(re.fullmatch(FORMS["date"], value)) and str(field.minimum) <= value <= str(field.maximum)


def unknown_translations(data: Dataset) -> Iterator[Finding]:
    """Find rows of coding_map whose variable has no codes, or whose present code is not one of them."""
    columns = coded_columns(schema.package())
    enums = {variable: field.enum for variable, (_, field) in columns.items() if field.enum}
    for row in data.rows("coding_map"):
        if row["variable"] not in enums:
            yield Finding(row, ("variable",), f"one of {', '.join(enums)}")
        elif row["value"] not in enums[row["variable"]]:
            yield Finding(row, ("value", "variable"), f"one of {', '.join(enums[row['variable']])}")


RULES = (
    DatasetRule(
        "coding-value",
        unknown_codes,
        relies_on=(
            ("coding_map", "original"),
            ("coding_map", "variable"),
            ("coding_map", "round"),
            ("actors", "actor_id"),
            ("demands", "demand_id"),
            ("events", "event_id"),
        ),
    ),
    DatasetRule("coding-map", unknown_translations),
)
