"""The options that limit how much a validation reads, lists and keeps in memory."""

from __future__ import annotations

import argparse
from contextlib import suppress
from dataclasses import replace

from summitry.validation.limits import LIMITS, Limits

GIGABYTE = 10**9


def _count(text: str) -> int:
    with suppress(ValueError):
        if (number := int(text)) >= 1:
            return number
    raise argparse.ArgumentTypeError(f"{text!r} is no whole number from 1.")


def _gigabytes(text: str) -> int:
    with suppress(ValueError):
        if 0 < (number := float(text)) < GIGABYTE:
            return int(number * GIGABYTE)
    raise argparse.ArgumentTypeError(f"{text!r} is no number of GB.")


# option → its type, the limit that it sets, and what it does
OPTIONS = {
    "--max-problems": (_count, "problems", "list so many problems; count further ones by rule"),
    "--max-size": (_gigabytes, "bytes", "read no file that is larger, in GB"),
    "--max-rows": (_count, "rows", "read no Parquet file that has more rows"),
    "--memory": (_gigabytes, "memory", "memory for reading Parquet files, in GB, on Linux"),
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    for option, (kind, name, does) in OPTIONS.items():
        default = getattr(LIMITS, name)
        shown = f"{default / GIGABYTE:g}" if kind is _gigabytes else f"{default:,}"
        metavar = "GB" if kind is _gigabytes else "N"
        parser.add_argument(
            option, dest=f"limit_{name}", type=kind, default=default, metavar=metavar, help=f"{does} (default: {shown})"
        )


def given(arguments: argparse.Namespace) -> Limits:
    """Return the limits that were asked for."""
    return replace(LIMITS, **{name: getattr(arguments, f"limit_{name}") for _, name, _ in OPTIONS.values()})
