"""`summitry diff`: the differences between two versions of the dataset."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from summitry import words
from summitry.cli.options import one_of
from summitry.cli.terminal import say

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    import pandas as pd

    from summitry.dataset.snapshot import Snapshot

FORMAT = 1  # of the JSON document: raised if a key changes its meaning
LONG = 80  # characters of two texts together; longer ones get a line each
SIGNS = {"added": "+", "removed": "-", "changed": "~"}
FORMATS = ("text", "json", "csv")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.epilog = "Exit code: 0 equal, 1 different, 2 error."
    states = "a checkout, a folder of tables, a CSV or Parquet file, a wheel or zip, or a version such as 0.1.0"
    default = "the same; by default the installed dataset"
    parser.add_argument("old", metavar="OLD", help=states)
    parser.add_argument("new", metavar="NEW", nargs="?", help=default)
    where = "where to find a version: folders <version>, wheels or zips (default: releases, here or in the checkout)"
    parser.add_argument("--releases", type=Path, metavar="DIR", help=where)
    parser.add_argument("--table", help="the table of a single file, if its name is not the table's")
    one_of(parser, "--format", FORMATS, default="text", help="output format (default: text)")


def run(arguments: argparse.Namespace) -> int:
    """Print every difference."""
    from summitry import paths, schema
    from summitry.dataset import diff, snapshot

    if arguments.table:
        schema.package().table(arguments.table)
    sides = (arguments.old, arguments.new or paths.root())
    old, new = (snapshot.read(side, arguments.releases, arguments.table) for side in sides)
    found = diff.compare(old, new)
    for side in (old, new):
        for file in side.ignored:
            say(f"summitry: {side.label}: {file} is not a table and was not compared", sys.stderr)
    render = {"text": text, "json": as_json, "csv": as_csv}[arguments.format]
    sys.stdout.write(render(found, old, new))
    return 1 if len(found) else 0


def text(found: pd.DataFrame, old: Snapshot, new: Snapshot) -> str:
    """Return the differences as text: each table with its counts, rows by key, changed cells below."""
    from summitry.dataset import diff

    counts = diff.counts(found)
    lines: list[str] = []
    for table, group in found.groupby("table", sort=False):
        rows = ", ".join(f"{n} {kind}" for kind, n in counts.get(str(table), {}).items())
        lines += [f"{table}: {rows or 'its schema'}", *_lines(group), ""]
    sides = f"{_name(old)} and {_name(new)}"
    end = f"{sides} differ: {_total(found)}" if len(found) else f"{sides} are equal"
    return "\n".join(map(words.printable, [*lines, end, ""]))


def _total(found: pd.DataFrame) -> str:
    """Count the rows that differ in all tables, and the changes of schemas."""
    from summitry.dataset import diff

    tables = diff.counts(found).values()
    rows = {kind: sum(kinds.get(kind, 0) for kinds in tables) for kind in SIGNS}
    parts = [f"{words.counted(n, 'row')} {kind}" for kind, n in rows.items() if n]
    schemas = int((~found["kind"].isin(diff.ROW_KINDS)).sum())
    return ", ".join([*parts, *([f"{words.counted(schemas, 'change')} of schemas"] if schemas else [])])


def _name(side: Snapshot) -> str:
    return f"{side.label} ({side.version})" if side.version and side.version != side.label else side.label


def _lines(group: pd.DataFrame) -> Iterator[str]:
    """Yield the lines of one table: its schema, then its rows."""
    from summitry.dataset import diff

    in_rows = group["kind"].isin(["added", "removed", "changed"])
    in_schema = group[~group["kind"].isin(diff.ROW_KINDS)]
    yield from (f"  {words}" for words in diff.in_words(in_schema))
    for kind in ("filled", "dropped"):
        columns = group.loc[group["kind"] == kind, "column"]
        yield from (f"  {(columns == column).sum()} cells of {column} {kind}" for column in columns.unique())
    for (key, change), cells in group[in_rows].groupby(["key", "kind"], sort=False):
        yield f"  {SIGNS[str(change)]} {key}"
        if change == "changed":
            yield from _cells(cells)


def _cells(cells: pd.DataFrame) -> Iterator[str]:
    """Yield a changed cell on one line, or on two where its texts are long."""
    for column, old, new in zip(cells["column"], cells["old"], cells["new"], strict=True):
        before, after = _shown(old), _shown(new)
        if len(before) + len(after) < LONG:
            yield f"      {column}: {before} → {after}"
        else:
            yield from (f"      {column}: {before}", f"      {'→':>{len(column) + 1}} {after}")


def _shown(cell: str) -> str:
    """Return a cell for the terminal: characters that cannot be printed are escaped."""
    return words.printable(cell) or "(empty)"


def as_json(found: pd.DataFrame, old: Snapshot, new: Snapshot) -> str:
    """Return the differences as a JSON document: format, equal, old, new, counts by table, differences."""
    from summitry.dataset import diff

    document = {
        "format": FORMAT,
        "equal": found.empty,
        "old": {"label": old.label, "version": old.version},
        "new": {"label": new.label, "version": new.version},
        "counts": diff.counts(found),
        "differences": found.to_dict("records"),
    }
    return words.json_text(document, indent=2) + "\n"


def as_csv(found: pd.DataFrame, old: Snapshot, new: Snapshot) -> str:  # noqa: ARG001 - every format has these parameters
    """Return the differences as CSV, in the columns of `summitry.diff`."""
    csv: str = found.map(words.printable).to_csv(index=False, lineterminator="\n")
    return csv
