"""The command line: parse, call, print, exit code. Each command lives in a module of its own."""

from __future__ import annotations

import argparse
import gc
import os
import sys
from importlib import import_module
from io import TextIOWrapper
from typing import TYPE_CHECKING

from summitry.errors import SummitryError

if TYPE_CHECKING:
    from collections.abc import Sequence

# command → what it does; the module of the same name has add_arguments(parser) and run(arguments)
COMMANDS = {
    "show": "print a table",
    "describe": "print what a table or column means",
    "export": "write the dataset in another format",
    "validate": "say everything that is wrong with the dataset or a contribution",
    "rules": "list every rule that validation knows",
    "new": "make an empty contribution",
    "locate": "find start and end of words in a source's text",
    "site": "write the dataset as a static site",
    "review": "show a source's text with everything that is coded in it",
    "diff": "say what differs between two states of the dataset",
    "verify": "compare the installed files with the hashes that they were published with",
    "merge": "validate a contribution and put it into data/",
}
EXIT_USAGE = 2
MANY_OBJECTS = 100_000  # are made before objects in circles are looked for: there are few, and looking takes long


def _parser(command: str | None) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="summitry",
        description="Who said what in the diplomacy of August 2025: read, check and extend it.",
    )
    parser.add_argument("--version", action="store_true", help="print the version and exit")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    for name, does in COMMANDS.items():
        sub = commands.add_parser(name, help=does, description=f"{does[0].upper()}{does[1:]}.")
        if name == command:  # only the command that runs is imported
            import_module(f"summitry.cli.{name}").add_arguments(sub)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command.

    Returns:
        0 when all is well, 1 when something was found wrong, 2 when the command could not be carried out.
    """
    given = list(sys.argv[1:] if argv is None else argv)
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")  # messages have letters that many code pages lack
    parser = _parser(next((a for a in given if a in COMMANDS), None))
    arguments = parser.parse_args(given)
    try:
        if arguments.version:
            from summitry import __version__

            print(__version__)
            return 0
        if not arguments.command:
            parser.print_help()
            return EXIT_USAGE
        code: int = import_module(f"summitry.cli.{arguments.command}").run(arguments)
    except SummitryError as e:
        print(f"summitry: {e}", file=sys.stderr)
        return EXIT_USAGE
    except BrokenPipeError:  # the reader of our output, such as head, has seen enough
        sys.stderr.close()
        return 0
    return code


def process(argv: Sequence[str] | None = None) -> int:
    """Run the command of this process, which ends with it: what then is left in memory is not looked through."""
    os.environ.setdefault("MIMALLOC_PURGE_DELAY", "1000")  # ms; until then Arrow keeps what it may need again
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # numpy, which Arrow loads, would start some that have no work
    gc.set_threshold(MANY_OBJECTS)
    try:
        return main(argv)
    finally:
        gc.freeze()
