"""`summitry cite`: how to cite this version of the dataset."""

from __future__ import annotations

import argparse

from summitry.cli.options import one_of
from summitry.dataset.cite import STYLES


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    one_of(parser, "style", tuple(STYLES), nargs="?", default="text", help="how to write it (default: text)")


def run(arguments: argparse.Namespace) -> int:
    """Print the citation."""
    from summitry.dataset.cite import cite

    print(cite(arguments.style))
    return 0
