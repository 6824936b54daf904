"""`summitry new`: create an empty contribution, with headers and a guide."""

from __future__ import annotations

import argparse
import shlex
from pathlib import Path

from summitry.cli.terminal import say


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("folder", type=Path, help="the folder to create; it must be new or empty")


def run(arguments: argparse.Namespace) -> int:
    """Create the folder."""
    from summitry.contribute import new

    guide = new.create(arguments.folder)
    command = f"summitry validate {shlex.quote(str(arguments.folder))}"
    say(f"created {arguments.folder}: fill the tables as {guide} says, then: {command}")
    return 0
