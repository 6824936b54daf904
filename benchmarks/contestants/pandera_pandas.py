"""pandera on a pandas frame, with the same schema as on polars."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.contestants import reading
from benchmarks.contestants.found import Found, print_found
from benchmarks.contestants.pandera_polars import failures, schema

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

CANNOT: dict[str, str] = {}


def _in_order(frame: pd.DataFrame) -> pd.Series[bool]:
    return ~(frame["said_from"] > frame["said_to"])


def find(folder: Path, form: str) -> list[Found]:
    """Validate lazily: every failure of every check."""
    import pandera.pandas as pandera

    frame, bad = reading.pandas_frame(folder, form)
    named = reading.pandas_references(folder, form)
    try:
        schema(pandera, "str", "datetime64[us]", named, _in_order).validate(frame, lazy=True)
    except pandera.errors.SchemaErrors as e:
        bad += failures(e.failure_cases.to_dict("records"))
    return bad


if __name__ == "__main__":
    print_found(find)
