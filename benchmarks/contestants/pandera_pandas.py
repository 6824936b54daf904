"""pandera on a pandas frame, with the schema that `summitry.pandera_schema` compiles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.contestants import reading
from benchmarks.contestants.found import Found, tell
from benchmarks.contestants.pandera_polars import failures

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

CANNOT: dict[str, str] = {}


def _in_order(frame: pd.DataFrame) -> pd.Series[bool]:
    return ~(frame["said_from"] > frame["said_to"])


def find(folder: Path, form: str) -> list[Found]:
    """Validate lazily: every failure of every check. Enumerations stay text, so that pandera judges them."""
    import pandera.pandas as pandera

    from summitry import pandera_schema

    frame, bad = reading.pandas_frame(folder, form)
    enums = {f.name: {"dtype": "str"} for f in reading.statements().fields if f.enum}
    schema = pandera_schema("statements", "pandas", reading.pandas_references(folder, form)).update_columns(enums)
    schema.checks.append(pandera.Check(_in_order, error="date-order"))
    try:
        schema.validate(frame, lazy=True)
    except pandera.errors.SchemaErrors as e:
        bad += failures(e.failure_cases.to_dict("records"))
    return bad


if __name__ == "__main__":
    tell(find)
