"""`python -m benchmarks prompt`: what a fresh process costs, over a process that imports what it rests on."""

from __future__ import annotations

import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks import machine, measure, table
from benchmarks.measure import Task

if TYPE_CHECKING:
    import argparse

    from benchmarks.measure import Cost

NOTHING = "python -c pass"
READ = "polars reads the same CSV files"
MOST_MS = 10  # of CPU that `import summitry` may add
MILLISECONDS = 1000
_READ = """
import pathlib, polars
for file in sorted(pathlib.Path("data").glob("*.csv")):
    polars.read_csv(file, infer_schema=False)
"""
BASES = {
    NOTHING: ("-c", "pass"),
    "import pandas": ("-c", "import pandas"),
    "import polars": ("-c", "import polars"),
    "import pyarrow.parquet": ("-c", "import pyarrow.parquet"),
    READ: ("-c", _READ),
}


@dataclass(frozen=True)
class Start:
    """A process as a user starts it.

    Attributes:
        title: how it is called in the table.
        arguments: what Python is given.
        over: the base that it is compared with.
        goal: the greatest ratio that we allow ourselves; None for peers and where the goal is no ratio.
        library: the distribution that it needs.
    """

    title: str
    arguments: tuple[str, ...]
    over: str
    goal: float | None = None
    library: str = "summitry"


def _load(engine: str) -> tuple[str, str]:
    return ("-c", f"from summitry import load_statements\nload_statements({engine})")


IMPORT = Start("import summitry", ("-c", "import summitry"), NOTHING)
STARTS = (
    IMPORT,
    Start("load_statements()", _load(""), "import pandas", 1.1),
    Start('load_statements(engine="polars")', _load("engine='polars'"), "import polars", 1.1),
    Start('load_statements(engine="pyarrow")', _load("engine='pyarrow'"), "import pyarrow.parquet", 1.25),
    Start("summitry validate", ("-m", "summitry", "validate"), READ, 1.5),
    Start("frictionless validate", ("-m", "frictionless", "validate", "datapackage.json"), READ, None, "frictionless"),
    Start(
        "palmerpenguins: load_penguins()",
        ("-c", "from palmerpenguins import load_penguins\nload_penguins()"),
        "import pandas",
        None,
        "palmerpenguins",
    ),
    Start(
        "vega_datasets: data.iris()",
        ("-c", "from vega_datasets import data\ndata.iris()"),
        "import pandas",
        None,
        "vega_datasets",
    ),
    Start(
        "datasets: load_dataset() of our CSV",
        ("-c", "from datasets import load_dataset\nload_dataset('csv', data_files='data/statements.csv')"),
        "import pandas",
        None,
        "datasets",
    ),
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--rounds", type=int, default=15, help="how often each runs (15)")
    parser.add_argument("--results", type=Path, default=measure.RESULTS, help="where to write (benchmarks/results)")


def tasks(present: list[Start], home: Path) -> dict[str, Task]:
    """Return the processes to measure: the bases and those that are compared with them, all without a network."""
    # modules are compiled once, as where they are installed, whatever the environment says
    compiled = (("PYTHONDONTWRITEBYTECODE", ""), ("PYTHONPYCACHEPREFIX", str(home / "compiled")))
    env = (("HF_HOME", str(home)), ("HF_HUB_OFFLINE", "1"), *compiled)
    every = BASES | {start.title: start.arguments for start in present}
    return {
        title: Task([sys.executable, *arguments], home / f"{number}.out", env=env)
        for number, (title, arguments) in enumerate(every.items())
    }


def added_ms(costs: dict[str, Cost]) -> float:
    """Return how much CPU time `import summitry` adds, in milliseconds."""
    return (costs[IMPORT.title].cpu - costs[NOTHING].cpu) * MILLISECONDS


def row(start: Start, costs: dict[str, Cost]) -> list[str]:
    """Return the row of a process in the table."""
    title = f"`{start.title}`" if start.library == "summitry" else start.title
    if start.title not in costs:
        return [title, start.over, "", table.NONE, table.NONE]
    cost, base = costs[start.title], costs[start.over]
    wall, cpu = cost.wall / base.wall, cost.cpu / base.cpu
    goal = ""
    if start is IMPORT:
        goal = f"at most {MOST_MS} ms of CPU more: {'yes' if added_ms(costs) <= MOST_MS else 'no'}"
    elif start.goal is not None:
        goal = f"at most {start.goal:g}: {'yes' if wall <= start.goal else 'no'}"
    return [title, start.over, goal, table.number(wall), table.number(cpu)]


def document(costs: dict[str, Cost], rounds: int, about: dict[str, str]) -> str:
    """Return the document of a run of `prompt`.

    Args:
        costs: by title, what the bases and the processes cost; one that is not there is not installed.
        rounds: how often each ran.
        about: the machine.
    """
    missing = sorted({s.library for s in STARTS if s.title not in costs})
    note = (
        f"Not installed: {', '.join(missing)}; `pip install --group benchmarks` installs them.\n\n" if missing else ""
    )
    return f"""\
<!-- written by `python -m benchmarks prompt` -->
# At the prompt

Wall and CPU time of a fresh process over those of another one that imports what it rests on: what a user waits for.
Of {rounds} interleaved rounds the least is taken. Goals are for the wall time.

{table.grid(["process", "over", "goal", "wall", "CPU"], [row(s, costs) for s in STARTS], texts=3)}
{note}## Measured on

{table.machine(about)}"""


def run(arguments: argparse.Namespace) -> int:
    """Measure and write."""
    present = [s for s in STARTS if machine.version(s.library)]
    with tempfile.TemporaryDirectory() as temporary:
        costs = measure.interleaved(tasks(present, Path(temporary)), arguments.rounds)
    versions = {s.library: str(machine.version(s.library)) for s in present}
    about = machine.describe() | {"measured": ", ".join(f"{name} {version}" for name, version in versions.items())}
    arguments.results.mkdir(parents=True, exist_ok=True)
    path = arguments.results / "prompt.md"
    path.write_text(document(costs, arguments.rounds, about), "utf-8")
    print(f"import summitry adds {added_ms(costs):.1f} ms of CPU")  # a time, so here only
    print(f"written: {path}")
    return 0
