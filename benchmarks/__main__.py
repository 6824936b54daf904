"""The command line: parse, call. Each command lives in a module of its own."""

from __future__ import annotations

import argparse
import sys
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

# command → what it does; the module of the same name has add_arguments(parser) and run(arguments)
COMMANDS = {
    "validate": "validate many statements, ours beside peers, over the time that reading alone takes",
    "prompt": "start fresh processes as a user does at a prompt, over the import that each rests on",
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure summitry beside its peers.")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name, does in COMMANDS.items():
        sub = commands.add_parser(name, help=does, description=f"{does[0].upper()}{does[1:]}.")
        import_module(f"benchmarks.{name}").add_arguments(sub)
    arguments = parser.parse_args(argv)
    code: int = import_module(f"benchmarks.{arguments.command}").run(arguments)
    return code


if __name__ == "__main__":
    sys.exit(main())
