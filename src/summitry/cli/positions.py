"""`summitry positions`: the latest positions, and by which statements."""

from __future__ import annotations

from typing import TYPE_CHECKING

from summitry.cli import frames

if TYPE_CHECKING:
    import argparse

IMPORTANT = ("holder_id", "position", "demand_id", "last_said", "n_statements", "mixed", "since")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--holder", action="append", metavar="ID", help="only this actor; may be repeated")
    parser.add_argument("--demand", action="append", metavar="ID", help="only this demand; may be repeated")
    who = "who says so: self, adversary, third_party or narrator; may be repeated (default: self)"
    parser.add_argument("--attribution", action="append", metavar="WHO", help=who)
    parser.add_argument("--as-of", metavar="DAY", help="only what was published by this day, such as 2025-08-20")
    frames.add_format(parser)
    parser.epilog = "An id: summitry search NAME. The stances behind a position: summitry show stances --where …"


def run(arguments: argparse.Namespace) -> int:
    """Print the latest position of each holder on each demand."""
    from summitry.analysis.positions import positions

    attribution = arguments.attribution or "self"
    found = positions(attribution, arguments.holder, arguments.demand, as_of=arguments.as_of)
    frames.write(found, arguments.format, IMPORTANT)
    return 0
