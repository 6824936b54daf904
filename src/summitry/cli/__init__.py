"""The command line: parse, call, print, exit code. Each command lives in a module of its own."""

from __future__ import annotations

import argparse
import gc
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any, NoReturn

from summitry.cli.output import EXIT_USAGE, guarded
from summitry.errors import unknown_name
from summitry.words import did_you_mean, printable

# command → what it does; the module of the same name has add_arguments(parser) and run(arguments)
COMMANDS = {
    "show": "print a table",
    "describe": "print what a table or column means",
    "search": "find actors, demands, events and places by any of their names",
    "positions": "print the latest position of each actor on each demand",
    "cite": "print how to cite this version",
    "export": "write the dataset in another format",
    "validate": "report every problem of the dataset or of a contribution",
    "rules": "list every rule of validation",
    "new": "create an empty contribution",
    "locate": "find the start and end of words in a source's text",
    "site": "write the dataset as a static site",
    "review": "show a source's text with everything that is coded in it",
    "diff": "show the differences between two versions of the dataset",
    "verify": "compare the installed files with their published hashes",
    "merge": "validate a contribution and add it to data/",
    "completion": "print what a shell needs to complete commands, options and ids",
}
GC_THRESHOLD = 1_000_000  # objects made before the garbage collector runs: few form cycles, and each run takes long


class Parser(argparse.ArgumentParser):
    """A parser that repeats a wrong argument, which may be the name of a file, as it can be printed.

    It keeps the options that it knows, so that an unknown one can be answered with the nearest.
    """

    def __init__(self, *args: Any, **settings: Any) -> None:
        """Begin without options."""
        self.known: list[str] = []
        super().__init__(*args, **settings)

    def add_argument(self, *names: str, **settings: Any) -> argparse.Action:
        """Declare an option or an argument."""
        self.known += [name for name in names if name.startswith("-")]
        return super().add_argument(*names, **settings)

    def error(self, message: str) -> NoReturn:
        """Print the message, and exit with 2."""
        super().error(printable(message))

    def refuse(self, unknown: Sequence[str]) -> NoReturn:
        """Print which argument is unknown and which is nearest, and exit with 2."""
        name = unknown[0].partition("=")[0]
        kind = "option" if name.startswith("-") else "argument"
        self.error(f"there is no {kind} {name}.{did_you_mean(name, self.known)}")


def _parser(command: str | None) -> tuple[Parser, dict[str, Parser]]:
    """Return the parser of the command line, and that of each command; only that of the given one has options."""
    parser = Parser(
        prog="summitry",
        description="Who said what in the diplomacy of 2025: read, check and extend it.",
        epilog="The options of a command: summitry COMMAND --help",
    )
    parser.add_argument("-V", "--version", action="store_true", help="print the version and exit")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    for name, does in COMMANDS.items():
        sub = commands.add_parser(name, help=does, description=f"{does[0].upper()}{does[1:]}.")
        if name == command:  # only the command that runs is imported
            import_module(f"summitry.cli.{name}").add_arguments(sub)
    return parser, dict(commands.choices)


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command.

    Returns:
        0 if there is no error, 1 if errors were found, 2 if the command could not run, 130 after Ctrl-C.
    """
    return guarded(lambda: _run(argv), "summitry")


def complete() -> None:
    """Answer a shell that asks how the line can go on, and end the process."""
    try:
        import argcomplete
    except ModuleNotFoundError:
        return
    words = os.environ["COMP_LINE"].split()
    parser, _ = _parser(next((word for word in words if word in COMMANDS), None))
    argcomplete.autocomplete(parser)


def _run(argv: Sequence[str] | None) -> int:
    if "_ARGCOMPLETE" in os.environ:
        complete()
    given = list(sys.argv[1:] if argv is None else argv)
    command = next((word for word in given if not word.startswith("-")), None)
    parser, parsers = _parser(command)
    if "" in given:
        parser.error("an argument is empty. If it is a shell variable, it is not set.")
    if command is not None and command not in COMMANDS:
        parser.error(str(unknown_name("command", command, list(COMMANDS))))
    arguments, unknown = parser.parse_known_args(given)
    if unknown:
        parsers.get(str(command), parser).refuse(unknown)
    if arguments.version:
        from summitry import __version__

        print(__version__)
        return 0
    if not arguments.command:
        parser.print_help()
        return EXIT_USAGE
    code: int = import_module(f"summitry.cli.{arguments.command}").run(arguments)
    return code


def process(argv: Sequence[str] | None = None) -> int:
    """Run a command and end the process without a last run of the garbage collector."""
    os.environ.setdefault("MIMALLOC_PURGE_DELAY", "1000")  # ms; Arrow keeps freed memory so long, and uses it again
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # threads of numpy, which Arrow loads, would be idle
    gc.set_threshold(GC_THRESHOLD)
    try:
        return main(argv)
    finally:
        gc.freeze()
