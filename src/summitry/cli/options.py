"""Options that commands share, with messages that name the nearest value."""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

from summitry.errors import UnknownNameError, choice


def one_of(
    parser: argparse.ArgumentParser, name: str, known: Sequence[str], *, noun: str = "", **settings: Any
) -> None:
    """Declare an option such as "--format", or an argument, that takes one of some values.

    Args:
        parser: what it is an option of.
        name: as it is written.
        known: the values.
        noun: what a value is, where the name does not say it.
        **settings: as `ArgumentParser.add_argument` takes them.
    """

    def value(given: str) -> str:
        try:
            return choice(noun or name.lstrip("-"), given, known)
        except UnknownNameError as e:
            raise argparse.ArgumentTypeError(str(e)) from None

    parser.add_argument(name, type=value, choices=known, **settings)


def seconds(text: str) -> float:
    """Read a time to wait."""
    with suppress(ValueError):
        if 0 <= (number := float(text)) < math.inf:
            return number
    raise argparse.ArgumentTypeError(f"{text!r} is no number of seconds.")


def force(parser: argparse.ArgumentParser, name: str) -> None:
    """Declare the option that lets a file be replaced."""
    parser.add_argument("--force", action="store_true", help=f"replace {name} if it exists")


def completed_by(option: argparse.Action, values: Callable[..., Sequence[str]]) -> None:
    """Say how a shell completes an option; argcomplete reads this attribute."""
    option.completer = values  # type: ignore[attr-defined]


def completed_from(option: argparse.Action, table: str, column: str) -> None:
    """Let a shell complete an option with what a column may have."""

    def values(**_: object) -> list[str]:
        from summitry.dataset import conditions  # with much else, for completion alone
        from summitry.schema import package

        described = package().table(table)
        return conditions.known(described[column], described)

    completed_by(option, values)
