"""Options that commands share, with messages that name the nearest value."""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, TypeVar

from summitry.errors import UnknownNameError, choice

N = TypeVar("N", int, float)


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


def number(kind: Callable[[str], N], fits: Callable[[N], bool], what: str) -> Callable[[str], N]:
    """Return what reads a number of some kind that fits, or says that a text is none."""

    def read(text: str) -> N:
        with suppress(ValueError, OverflowError):
            if fits(given := kind(text)):
                return given
        raise argparse.ArgumentTypeError(f"{text!r} is not a {what}.")

    return read


seconds = number(float, lambda given: 0 <= given < math.inf, "number of seconds")


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
