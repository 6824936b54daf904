"""How much of a contribution is read, and how much of it is in memory at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from summitry.dataset import own_process

AT_ONCE = 3  # files that are read, or checked, at the same time


class ChildNeeded(Exception):  # noqa: N818 - no error: it says how to go on
    """A Parquet file is to be opened in this process."""


def refuse(_: Path) -> None:
    """Open no Parquet file in this process, if another can be started."""
    if own_process.POSSIBLE:
        raise ChildNeeded


def allow(_: Path) -> None:
    """Open Parquet files in this process."""


@dataclass(frozen=True)
class Limits:
    """Sizes that decide how files are read, and where reading ends; what is not read for that reason is said.

    Attributes:
        problems: problems that are listed; further ones are counted by rule.
        bytes: of a file; a larger one is not read.
        rows: of a Parquet file, which may be much smaller than what it contains; one with more is not read.
        resources: of a data package descriptor; one with more is not read.
        csv: bytes of a CSV file; a larger one is read in batches, without the rules that compare rows.
        parquet: rows of a Parquet file, likewise.
        csv_batch: bytes of a batch of a large CSV file.
        parquet_batch: rows of a batch of a large Parquet file.
        again: rows of a large file that are read again and compared together, because their hashes are equal.
        memory: bytes of address space that the process may have in which Parquet files are read (Linux).
        opening: called before a Parquet file is read; says whether that may be in this process.
    """

    problems: int = 100_000
    bytes: int = 20 * 10**9
    rows: int = 10**8
    resources: int = 1000
    csv: int = 32_000_000
    parquet: int = 131_072
    csv_batch: int = 16 << 20
    parquet_batch: int = 131_072
    again: int = 100_000
    memory: int = own_process.MEMORY
    opening: Callable[[Path], None] = refuse


LIMITS = Limits()
