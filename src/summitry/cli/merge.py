"""`summitry merge`: validate a contribution and add it to data/."""

from __future__ import annotations

import argparse
import sys
from functools import partial
from pathlib import Path

from summitry.cli import terminal
from summitry.cli.options import seconds
from summitry.cli.terminal import say
from summitry.dataset import transaction
from summitry.errors import InputError, extra
from summitry.words import counted


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("folder", type=Path, help="the contribution")
    parser.add_argument("--wait", type=seconds, default=transaction.WAIT, metavar="SECONDS", help=transaction.WAIT_HELP)
    parser.epilog = "Nothing is written if the contribution has errors, or if a step fails."


def run(arguments: argparse.Namespace) -> int:
    """Merge, and print what was added and changed."""
    with extra("validate"):
        from summitry import paths
        from summitry.contribute import merge
        from summitry.validation import reporters
    if not (paths.root() / "scripts" / "build.py").is_file():
        raise InputError("Merging needs a checkout: clone the repository and install it with: pip install -e .")
    if not arguments.folder.is_dir():
        what = "is not a folder" if arguments.folder.exists() else "does not exist"
        raise InputError(f"{str(arguments.folder)!r} {what}. Give the folder of a contribution.")
    if paths.is_dataset(arguments.folder):
        raise InputError(f"{str(arguments.folder)!r} is the dataset itself. Give the folder of a contribution.")
    merged = merge.merge(arguments.folder, wait=arguments.wait, notice=partial(print, file=sys.stderr))
    sys.stdout.write(reporters.render(merged.report, colour=terminal.has_colour()))
    if not merged.report.valid:
        print("nothing was merged")
        return 1
    added, changed = (sum(map(len, found.values())) for found in (merged.added, merged.changed))
    for what, texts in (("new", merged.texts), ("replaced", merged.replaced_texts)):
        if texts:
            say(f"{what} texts: {', '.join(texts)}")
    if added or changed:
        print(f"merged: {counted(added, 'new row')}, {counted(changed, 'changed row')}")
    else:
        print("nothing new: all rows are already in the dataset")
    return 0
