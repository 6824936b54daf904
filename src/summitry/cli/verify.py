"""`summitry verify`: compare the installed files with their published hashes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from summitry.cli.terminal import say

if TYPE_CHECKING:
    import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.epilog = "Exit code: 0 all as published, 1 a file is changed or missing, 2 there are no published hashes."


def run(arguments: argparse.Namespace) -> int:  # noqa: ARG001 - every command has this parameter
    """Print the state of each file, then a count."""
    from summitry import paths
    from summitry.dataset import integrity

    states = integrity.verify()
    for file in states:
        hashes = f": its SHA-256 is {file.found}, published was {file.expected}" if file.state == "changed" else ""
        say(f"{file.state:<8}{file.path}{hashes}")
    damaged = [file for file in states if file.state != "ok"]
    print()
    say(f"{len(states) - len(damaged)} of {len(states)} files in {paths.root()} are the published ones.")
    if damaged:
        print(integrity.FIX)
    return 1 if damaged else 0
