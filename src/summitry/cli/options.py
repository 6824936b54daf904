"""Options that commands share, with messages that name the nearest value."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from typing import Any

from summitry.errors import UnknownNameError, choice


def one_of(parser: argparse.ArgumentParser, name: str, known: Sequence[str], **settings: Any) -> None:
    """Declare an option such as "--format", or an argument, that takes one of some values."""

    def value(given: str) -> str:
        try:
            return choice(name.lstrip("-"), given, known)
        except UnknownNameError as e:
            raise argparse.ArgumentTypeError(str(e)) from None

    parser.add_argument(name, type=value, choices=known, **settings)


def completed_by(option: argparse.Action, values: Callable[..., Sequence[str]]) -> None:
    """Say how a shell completes an option; argcomplete reads this attribute."""
    option.completer = values  # type: ignore[attr-defined]
