"""`summitry completion`: what a shell needs to complete commands, options, tables and ids."""

from __future__ import annotations

import argparse

from summitry.cli.options import one_of
from summitry.errors import extra

SHELLS = ("bash", "zsh", "fish")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    one_of(parser, "shell", SHELLS, help="your shell")
    parser.epilog = (
        'Put this into the file that your shell reads at its start. bash: eval "$(summitry completion bash)". '
        'zsh, after compinit: eval "$(summitry completion zsh)". fish: summitry completion fish | source'
    )


def run(arguments: argparse.Namespace) -> int:
    """Print the commands for the shell."""
    with extra("completion"):
        from argcomplete.shell_integration import shellcode
    print(shellcode(["summitry"], shell=arguments.shell))
    return 0
