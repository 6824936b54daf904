"""What a process costs: wall time, CPU time and peak memory, its children included.

A process that is started takes over the peak memory of the one that starts it, so whatever measures must stay small:
the modules that this package needs before and between measurements import the standard library only.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "benchmarks" / "results"
PEAK_UNIT = 1 if sys.platform == "darwin" else 1024  # macOS counts bytes, Linux kilobytes
Key = TypeVar("Key", str, tuple[str, str])
LAST_WORDS = 3000  # characters of a complaint that are shown


@dataclass(frozen=True)
class Cost:
    """The cost of a process: wall time and CPU time in seconds, peak memory in bytes."""

    wall: float
    cpu: float
    peak: int


@dataclass(frozen=True)
class Task:
    """A process to measure.

    Attributes:
        command: the program and its arguments, run from the checkout.
        output: the file that takes what it prints.
        allowed: the exit codes that mean that it did its work.
        env: variables of the environment beside those that are there.
    """

    command: Sequence[str]
    output: Path
    allowed: tuple[int, ...] = (0,)
    env: tuple[tuple[str, str], ...] = ()


class TaskError(RuntimeError):
    """A process did not do its work; the message has its command and what it complained of."""


def measure(task: Task) -> Cost:
    """Run a process to its end and return its cost.

    Raises:
        TaskError: when it ends with an exit code that is not allowed.
    """
    complaints = task.output.with_suffix(".err")
    # modules in a checkout must not be compiled anew in every process: those of installed packages are not
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment = {**kept, **dict(task.env)}
    with task.output.open("wb") as out, complaints.open("wb") as err:
        start = time.perf_counter()
        process = subprocess.Popen(task.command, stdout=out, stderr=err, cwd=ROOT, env=environment)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in task.allowed:
        said = complaints.read_text("utf-8", "replace")[-LAST_WORDS:]
        raise TaskError(f"{' '.join(task.command)} ended with {process.returncode}:\n{said}")
    return Cost(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * PEAK_UNIT)


def best(costs: Sequence[Cost]) -> Cost:
    """Return the least wall and CPU time of several runs, for noise only adds, and the highest peak of memory."""
    return Cost(min(c.wall for c in costs), min(c.cpu for c in costs), max(c.peak for c in costs))


def interleaved(
    tasks: Mapping[Key, Task], rounds: int, check: Callable[[Key], None] = lambda _: None
) -> dict[Key, Cost]:
    """Measure all tasks in turn, several times over, so that noise hits all alike.

    Args:
        tasks: by any key, what to measure.
        rounds: how often.
        check: called with the key after each measurement, to check what the process wrote.

    Returns:
        The best cost of each.
    """
    costs: dict[Key, list[Cost]] = {key: [] for key in tasks}
    for turn in range(1, rounds + 1):
        for key, task in tasks.items():
            print(f"round {turn} of {rounds}: {key if isinstance(key, str) else ', '.join(key)}", file=sys.stderr)
            costs[key].append(measure(task))
            check(key)
    return {key: best(several) for key, several in costs.items()}
