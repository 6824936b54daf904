"""`summitry search`: find actors, demands, events and places by any of their names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from summitry.cli import frames
from summitry.cli.options import one_of
from summitry.dataset.names import SEARCHED

if TYPE_CHECKING:
    import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("text", help="a name or a part of one, in any spelling")
    one_of(parser, "--table", tuple(SEARCHED), help="search only in this table")
    parser.add_argument("-n", "--rows", type=int, default=10, metavar="N", help="at most so many (default: 10)")
    parser.add_argument("--as-of", metavar="DAY", help="leave out events that were not known by this day")
    frames.add_format(parser)
    parser.epilog = "Exit code: 0 found, 1 nothing found, 2 error."


def run(arguments: argparse.Namespace) -> int:
    """Print what is found, the likeliest first."""
    from summitry.dataset.search import search

    found = search(arguments.text, table=arguments.table, limit=arguments.rows, as_of=arguments.as_of)
    frames.write(found, arguments.format, ("id", "table", "name", "found_as"))
    return 1 if found.empty else 0
