"""`summitry verify`: compare the files with their published hashes, and a checkout with the last release."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

from summitry.cli.terminal import say
from summitry.words import counted


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.epilog = (
        "Exit code: 0 all as published, 1 a file is changed, missing or not of the last release, 2 there are no "
        "published hashes."
    )


def _differences(archive: Path, home: Path) -> Iterator[str]:
    """Yield by how much each table of a checkout differs from the last release."""
    from summitry.dataset import diff, snapshot

    found = diff.compare(snapshot.read(archive), snapshot.read(home))
    counts = diff.counts(found)
    for table, group in found.groupby("table", sort=False):
        parts = [f"{n:,} {kind}" for kind, n in counts.get(str(table), {}).items()]
        schemas = int((~group["kind"].isin(diff.ROW_KINDS)).sum())
        parts += [f"{counted(schemas, 'change')} of the schema"] if schemas else []
        yield f"  {table}: {', '.join(parts) or 'cells of new columns only'}"


def run(arguments: argparse.Namespace) -> int:  # noqa: ARG001 - every command has this parameter
    """Print the state of each file, then a count, and in a checkout what differs from the last release."""
    from summitry import paths
    from summitry.dataset import integrity, releases

    home, states = paths.root(), integrity.verify()
    for file in states:
        hashes = f": its SHA-256 is {file.found}, published was {file.expected}" if file.state == "changed" else ""
        say(f"{file.state:<8}{file.path}{hashes}")
    damaged = [file for file in states if file.state in ("changed", "missing")]
    archive, new = releases.last_archive(home), [file for file in states if file.state == "new"]
    print()
    kind = "those that datapackage.json describes" if archive else "the published ones"
    say(f"{len(states) - len(damaged)} of {len(states)} files in {home} are {kind}.")
    if damaged:
        print(integrity.FIX)
    elif archive and new:
        say(f"They are not those of the last release, {archive.relative_to(home)}:")
        for line in _differences(archive, home):
            say(line)
    elif archive:
        say(f"Every table is that of the last release, {archive.relative_to(home)}.")
    return 1 if damaged or new else 0
