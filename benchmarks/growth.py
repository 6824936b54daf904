"""`python -m benchmarks growth`: how validation on Spark grows with rows, and shrinks with executors.

Executors are processes of their own on this machine, one core each (Spark's `local-cluster`), so what is measured
includes everything that travels between them, but no network.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks import compare, machine, measure, outcome, table, validate
from benchmarks.contestants.found import Found
from benchmarks.planted import FEWEST

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping

    from matplotlib.figure import Figure

FORM = "parquet"
MEMORY = 2048  # megabytes of each executor
Walls = dict[tuple[int, int], float]  # (rows, executors) → seconds


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    sizes = [validate.rows(n) for n in ("1e5", "1e6", "1e7")]
    parser.add_argument("--rows", nargs="+", type=validate.rows, default=sizes, help="sizes (1e5 1e6 1e7)")
    parser.add_argument("--executors", nargs="+", type=int, default=[1, 2], help="numbers of executors (1 2)")
    parser.add_argument("--folder", type=Path, help="where the data are kept and found again (a temporary folder)")
    parser.add_argument("--rounds", type=int, default=1, help="how often each runs (1)")
    parser.add_argument("--results", type=Path, default=measure.RESULTS, help="where to write (benchmarks/results)")


def run(arguments: argparse.Namespace) -> int:
    """Generate, measure in a process for each size and number of executors, check and write."""
    if machine.version("pyspark") is None:
        raise SystemExit("pyspark is not installed; pip install 'summitry[spark]' installs it")
    with ExitStack() as stack:
        home = arguments.folder or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        output = Path(stack.enter_context(tempfile.TemporaryDirectory()), "found.json")
        small = validate.prepared(home, FEWEST)[FORM]
        walls: Walls = {}
        for number in sorted(arguments.rows):
            folder = validate.prepared(home, number)[FORM]
            for turn in range(arguments.rounds):
                for executors in arguments.executors:
                    said = (
                        f"round {turn + 1} of {arguments.rounds}: {outcome.short(number)} rows, {executors} executors"
                    )
                    print(said, file=sys.stderr)
                    wall = _measured(folder, small, number, executors, output)
                    walls[number, executors] = min(wall, walls.get((number, executors), wall))
    write(walls, arguments.results)
    return 0


def _measured(folder: Path, small: Path, number: int, executors: int, output: Path) -> float:
    """Run a process, check what it found, and return how long validation took."""
    master = f"local-cluster[{executors},1,{MEMORY}]"
    command = [sys.executable, "-m", "benchmarks.growth", str(folder), str(small)]
    env = (("SPARK_MASTER", master), ("PYSPARK_PYTHON", sys.executable))
    measure.measure(measure.Task(command, output, env=env))
    given: dict[str, Any] = json.loads(output.read_text("utf-8"))
    wrong = compare.differences([Found(*f) for f in given["found"]], number, FORM)
    if wrong:
        raise SystemExit("\n  ".join([f"On {master} is not found what is planted:", *wrong]))
    return float(given["wall"])


def _child(folder: str, small: str) -> None:
    """Validate in this process, after a first run over few rows that starts everything; print time and findings."""
    from summitry.validation.spark import sessions, validate_uris

    with sessions.running() as session:
        validate_uris([small], session)
        start = time.perf_counter()
        report = validate_uris([folder], session)
        wall = time.perf_counter() - start
    found = [
        (p.rule if p.table == "statements" else f"{p.table}: {p.rule}", p.field, p.row and p.row - 1)
        for p in report.problems
    ]
    print(json.dumps({"wall": wall, "found": found}))


def write(walls: Walls, results: Path) -> None:
    """Write table and picture beside each other."""
    results.mkdir(parents=True, exist_ok=True)
    ratios = _ratios(walls)
    (results / "growth.md").write_text(document(ratios), "utf-8")
    import matplotlib as mpl

    with mpl.rc_context({"svg.hashsalt": "benchmarks"}):
        draw(ratios).savefig(results / "growth.svg", format="svg", metadata={"Date": None})
    print(f"written: {results / 'growth'}.md and .svg")


def _ratios(walls: Walls) -> Walls:
    """Return times as ratios to that of the fewest rows on the fewest executors."""
    unit = walls[min(walls)]
    return {key: wall / unit for key, wall in walls.items()}


def document(ratios: Mapping[tuple[int, int], float]) -> str:
    """Return the document of a run."""
    sizes, numbers = sorted({rows for rows, _ in ratios}), sorted({n for _, n in ratios})
    few, most = numbers[0], numbers[-1]
    gains = len(numbers) > 1
    titles = [f"{n} executor{'s' if n > 1 else ''}" for n in numbers]
    header = ["rows", *titles] + ([f"{few} over {most}"] if gains else [])
    cells = [
        [
            outcome.superscript(rows),
            *(table.number(ratios[rows, n]) for n in numbers),
            *([table.number(ratios[rows, few] / ratios[rows, most])] if gains else []),
        ]
        for rows in sizes
    ]
    about = machine.describe() | {"Spark": str(machine.version("pyspark"))}
    return f"""\
<!-- written by `python -m benchmarks growth` -->
# Validation on Spark as it grows

Wall time of validating statements in Parquet over that of {outcome.superscript(sizes[0])} rows on {titles[0]}, and
how many times faster {most} executors are than {few}. Spark and its workers run before the clock does. Executors are
processes on one machine with one core each, and the driver is another: with as many executors as cores, they share
a core with it. The run fails unless every planted mistake is found, and no other.

{table.grid(header, cells)}
## Measured on

{table.machine(about)}"""


def draw(ratios: Mapping[tuple[int, int], float]) -> Figure:
    """Draw time over rows on logarithmic axes, a line for each number of executors."""
    from matplotlib.figure import Figure
    from matplotlib.ticker import FuncFormatter, NullLocator

    from summitry.plots import style

    shades = (style.BLUE, style.ORANGE, style.GREEN)
    with style.drawing():
        figure = Figure(figsize=(4.6, 3.2), layout="constrained")
        axes = figure.subplots()
        for n, colour, marker in zip(sorted({n for _, n in ratios}), shades, "osD", strict=False):
            points = sorted((rows, ratio) for (rows, number), ratio in ratios.items() if number == n)
            label = f"{n} executor{'s' if n > 1 else ''}"
            axes.plot(*zip(*points, strict=True), color=colour, marker=marker, label=label)
        sizes = sorted({rows for rows, _ in ratios})
        axes.set_xscale("log")
        axes.set_yscale("log")
        axes.set_xticks(sizes, [outcome.superscript(rows) for rows in sizes])
        axes.xaxis.set_minor_locator(NullLocator())
        axes.yaxis.set_major_formatter(FuncFormatter(lambda y, _: f"{y:g}"))
        axes.yaxis.set_minor_formatter(FuncFormatter(lambda *_: ""))
        axes.set_xlabel("rows")
        axes.set_ylabel(f"wall time (1 = {outcome.superscript(sizes[0])} rows, fewest executors)")
        axes.set_title("Validation on Spark", loc="left", fontsize=style.TITLE)
        axes.legend()
    return figure


if __name__ == "__main__":
    _child(*sys.argv[1:3])
