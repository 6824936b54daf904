"""Who takes part in `validate`: the contestants, up to what size, and how each is run and read."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING

from benchmarks.contestants import found, summitry_
from benchmarks.measure import Task

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from benchmarks.contestants.found import Found


def _module_task(module: str, folder: Path, form: str, output: Path) -> Task:
    return Task([sys.executable, "-m", f"benchmarks.contestants.{module}", str(folder), form], output)


def _summitry_task(_: str, folder: Path, __: str, output: Path) -> Task:
    # exit code 1 says that something was found wrong
    return Task(summitry_.command(folder, output), output.with_suffix(".out"), allowed=(0, 1))


@dataclass(frozen=True)
class Contestant:
    """A library that validates, or the floor.

    Attributes:
        name: how it is called at the command line.
        title: how it is called in the table.
        module: its module in `benchmarks.contestants`.
        library: the distribution that it needs.
        most: the greatest number of rows that it does in bearable time.
        task: makes the process for a folder, a format and the file for its findings.
        read: reads that file.
    """

    name: str
    title: str
    module: str
    library: str
    most: float = float("inf")
    task: Callable[[str, Path, str, Path], Task] = field(default=_module_task, repr=False)
    read: Callable[[Path], list[Found]] = field(default=found.read, repr=False)

    @property
    def cannot(self) -> dict[str, str]:
        """The kinds of mistakes that it cannot find, each with the reason."""
        reasons: dict[str, str] = import_module(f"benchmarks.contestants.{self.module}").CANNOT
        return reasons


FLOOR = Contestant("floor", "reading alone (polars, streaming)", "floor", "polars")
OURS = Contestant(
    "summitry", "summitry validate --quick", "summitry_", "summitry", task=_summitry_task, read=summitry_.found
)
CONTESTANTS = (
    FLOOR,
    OURS,
    Contestant("dataframely", "dataframely", "dataframely_", "dataframely"),
    Contestant("patito", "patito", "patito_", "patito"),
    Contestant("pointblank", "pointblank", "pointblank_", "pointblank"),
    Contestant("pandera-polars", "pandera on polars", "pandera_polars", "pandera"),
    Contestant("pandera-pandas", "pandera on pandas", "pandera_pandas", "pandera", most=1e6),
    Contestant("frictionless", "frictionless", "frictionless_", "frictionless", most=1e5),
)
