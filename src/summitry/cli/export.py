"""`summitry export`: the whole dataset as a file in another format."""

from __future__ import annotations

import argparse

from summitry.cli import progress
from summitry.cli.options import completed_by, force
from summitry.cli.terminal import say
from summitry.export import FORMATS
from summitry.words import size

EPILOG = "formats:\n" + "\n".join(f"  {name:<14} {f.content}" for name, f in FORMATS.items())


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = EPILOG
    completed_by(parser.add_argument("format", help="one of the formats below"), lambda **_: list(FORMATS))
    parser.add_argument("file", metavar="FILE", help="the file to write; its folder must exist")
    parser.add_argument("--as-of", metavar="DAY", help="only what was published by this day, such as 2025-08-20")
    force(parser, "FILE")


def run(arguments: argparse.Namespace) -> int:
    """Write the file, and print what it contains and how to open it."""
    from summitry.export import export

    with progress.shown(f"writing {arguments.file}"):
        path = export(arguments.format, arguments.file, arguments.as_of, force=arguments.force)
    about = FORMATS[arguments.format]
    say(f"wrote {path} ({size(path.stat().st_size)}): {about.content}")
    say(f"open it with: {about.opens.format(file=path)}")
    return 0
