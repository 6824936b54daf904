"""`python -m benchmarks site`: what `summitry site` costs with the rows that ship."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks import measure

if TYPE_CHECKING:
    import argparse

ROOT = Path(__file__).resolve().parents[1]
GOAL = 10  # seconds


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--no-pictures", action="store_true", help="without pictures")


def run(arguments: argparse.Namespace) -> int:
    """Write the site, with the guide, and print the time that it took."""
    with tempfile.TemporaryDirectory() as temporary:
        output = Path(temporary, "site")
        options = ["--no-pictures"] if arguments.no_pictures else []
        command = [sys.executable, "-m", "summitry", "site", str(output), "--guide", str(ROOT / "docs"), *options]
        cost = measure.measure(
            measure.Task(command, Path(temporary, "said.txt"), env=(("PYTHONPATH", str(ROOT / "src")),))
        )
        n = sum(1 for path in output.rglob("*") if path.is_file() and "latest" not in path.parts)
    print(f"{n:,} files in {cost.wall:.1f} s, of CPU {cost.cpu:.1f} s (the goal is {GOAL} s)")
    return 0
