"""A frame that a command computes, as a table for the screen or in the formats of `summitry show`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from summitry.cli import show, terminal
from summitry.cli.options import one_of
from summitry.schema import Field, Table

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    import pandas as pd

# type of pandas → type of a column
KINDS = {"i": "integer", "u": "integer", "f": "number", "b": "boolean", "M": "date"}


def add_format(parser: argparse.ArgumentParser) -> None:
    """Declare the option for the output format."""
    formats = (show.TABLE, *show.WRITERS)
    one_of(parser, "--format", formats, default=show.TABLE, help="output format (default: table)")


def write(frame: pd.DataFrame, form: str, important: Sequence[str], most: int | None = None) -> None:
    """Print a frame in a format of `summitry show`.

    A narrow screen shows the important columns first, of which it always shows the first. At most so many rows are
    shown; None is all, a table on a terminal page by page.
    """
    fields = [Field(str(name), str(name), _kind(frame[name]), "", "") for name in frame.columns]
    from summitry.dataset.frames import rows_of  # with pandas

    rows = rows_of(frame[:most])
    table = Table("", "", "", tuple(fields), (important[0],))
    chosen = show.fitting(rows, fields, table, important[1:], terminal.width()) if form == show.TABLE else fields
    hidden = [f.name for f in fields if f not in chosen]
    below = _below(len(rows), len(frame), hidden)
    show.write(rows, chosen, table, form, below, paged=most is None)


def _below(shown: int, total: int, hidden: Sequence[str]) -> list[str]:
    """Count the rows, and name the columns that are not shown."""
    rows = f"{total} row{'s' if total != 1 else ''}"
    lines = [f"{shown} of {rows}", show.SEE_REST] if shown < total else [rows]
    return lines + ([f"not shown: {', '.join(hidden)} (see --format csv)"] if hidden else [])


def _kind(column: pd.Series) -> str:
    return KINDS.get(getattr(column.dtype, "kind", "O"), "string")
