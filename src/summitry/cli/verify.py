"""`summitry verify`: compare the installed files with the hashes that they were published with."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.epilog = "Exit code: 0 every file is as published, 1 one is changed or missing, 2 nothing to compare with."


def run(arguments: argparse.Namespace) -> int:  # noqa: ARG001 - every command is called alike
    """Print the state of each file, then a count."""
    from summitry import paths
    from summitry.dataset import integrity

    states = integrity.verify()
    for file in states:
        told = {"ok": "", "missing": "", "changed": f": its SHA-256 is {file.found}, published was {file.expected}"}
        print(f"{file.state:<8}{file.path}{told[file.state]}")
    damaged = [file for file in states if file.state != "ok"]
    print(f"\n{len(states) - len(damaged)} of {len(states)} files in {paths.root()} are as they were published.")
    if damaged:
        print(integrity.CURE)
    return 1 if damaged else 0
