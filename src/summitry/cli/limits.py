"""The options that limit how much a validation reads, lists and keeps in memory."""

from __future__ import annotations

import argparse
from dataclasses import replace

from summitry.cli.options import number
from summitry.validation.limits import LIMITS, Limits

GIGABYTE = 10**9


_count = number(int, lambda given: given >= 1, "whole number of 1 or more")
_gigabytes = number(lambda text: int(float(text) * GIGABYTE), lambda given: 0 < given < GIGABYTE**2, "number of GB")

# option → its type, the limit that it sets, and what it does
OPTIONS = {
    "--max-problems": (_count, "problems", "list at most this many problems; count the others by rule"),
    "--max-size": (_gigabytes, "bytes", "do not read files larger than this, in GB"),
    "--max-rows": (_count, "rows", "do not read Parquet files with more rows than this"),
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
