"""`summitry show`: print a table in the terminal."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

    import pandas as pd

LEAST_WIDTH = 6


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("table", help="a table, such as statements")
    parser.add_argument("-n", "--rows", type=int, help="print at most this many rows")
    parser.add_argument("--columns", help="only these columns, separated by commas")


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 1] + "…"


def widths(columns: list[list[str]], available: int) -> list[int]:
    """Share the width of the terminal: short columns get what they need, long ones what is left."""
    wanted = [max(map(len, column)) for column in columns]
    shares = list(wanted)
    while sum(shares) + 2 * (len(shares) - 1) > available and max(shares) > LEAST_WIDTH:
        shares[shares.index(max(shares))] -= 1
    return shares


def text(frame: pd.DataFrame, types: list[str], available: int) -> str:
    """Return a frame as a table with a line of types under the header."""
    cells = frame.astype("string").fillna("").to_numpy().tolist()
    rows = [list(frame.columns), types, *cells]
    shares = widths([list(column) for column in zip(*rows, strict=True)], available)
    lines = ["  ".join(_cut(str(c), w).ljust(w) for c, w in zip(row, shares, strict=True)).rstrip() for row in rows]
    lines.insert(2, "  ".join("─" * w for w in shares))
    return "\n".join(lines)


def run(arguments: argparse.Namespace) -> int:
    """Print the table, then the number of its rows."""
    from summitry import loaders, schema

    table = schema.package().table(arguments.table)
    fields = [table[n.strip()] for n in arguments.columns.split(",")] if arguments.columns else list(table.fields)
    frame = loaders.load(table.name)[[f.name for f in fields]]
    shown = frame.head(arguments.rows) if arguments.rows is not None else frame
    width = shutil.get_terminal_size((120, 24)).columns
    print(text(shown, [loaders.column_type(f) for f in fields], width))
    print(f"\n{len(shown)} of {len(frame)} rows of {table.name}; one row is {table.one_row_is}.")
    return 0
