"""`summitry search`: find actors, demands, events and places by any of their names."""

from __future__ import annotations

import argparse
import sys

from summitry.cli import frames, show
from summitry.cli.options import one_of
from summitry.cli.terminal import say
from summitry.dataset.names import SEARCHED


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("text", help="a name or a part of one, in any spelling")
    one_of(parser, "--table", tuple(SEARCHED), noun="table to search", help="search only in this table")
    rows = "print at most this many rows (default: 10)"
    parser.add_argument("-n", "--rows", type=int, default=10, metavar="N", help=rows)
    parser.add_argument("--as-of", metavar="DAY", help="leave out events that were not known by this day")
    frames.add_format(parser)
    parser.epilog = "Exit code: 0 found, 1 nothing found, 2 error."


def run(arguments: argparse.Namespace) -> int:
    """Print what is found, the likeliest first, or that nothing is found and which names are near."""
    from summitry.dataset.search import nearest_names, search

    found = search(arguments.text, table=arguments.table, limit=arguments.rows, as_of=arguments.as_of)
    if not found.empty or arguments.format != show.TABLE:
        frames.write(found, arguments.format, ("id", "table", "name", "found_as"))
    if not found.empty:
        return 0
    near = [repr(name) for name in nearest_names(arguments.text, arguments.table, arguments.as_of)]
    hint = f" Did you mean {' or '.join(near)}?" if near else ""
    say(f"nothing found for {arguments.text!r}.{hint}", sys.stderr)
    return 1
