"""`python -m benchmarks site`: what `summitry site` costs with ten times the rows, through most of a year."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks import measure, year

if TYPE_CHECKING:
    import argparse

ROOT = Path(__file__).resolve().parents[1]
NOT_COPIED = shutil.ignore_patterns(".*", "__pycache__", "*.egg-info", "dist", "results")
GOAL = 10  # seconds


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--times", type=int, default=10, help="how often each row is there (10)")
    parser.add_argument("--no-pictures", action="store_true", help="without pictures")


def run(arguments: argparse.Namespace) -> int:
    """Make a longer dataset in a copy of the checkout, write its site, and print the time that it took."""
    with tempfile.TemporaryDirectory() as temporary:
        checkout, output = Path(temporary, "checkout"), Path(temporary, "site")
        shutil.copytree(ROOT, checkout, ignore=NOT_COPIED)
        year.lengthen(checkout, arguments.times)
        env = {"PYTHONPATH": str(checkout / "src")}
        subprocess.run(
            [sys.executable, "scripts/build.py"], cwd=checkout, env=os.environ | env, check=True, stdout=sys.stderr
        )
        options = ["--no-pictures"] if arguments.no_pictures else []
        command = [sys.executable, "-m", "summitry", "site", str(output), "--guide", str(checkout / "docs"), *options]
        cost = measure.measure(measure.Task(command, Path(temporary, "said.txt"), env=tuple(env.items())))
        n = sum(1 for path in output.rglob("*") if path.is_file() and "latest" not in path.parts)
    print(f"{n:,} files in {cost.wall:.1f} s, of CPU {cost.cpu:.1f} s (the goal is {GOAL} s)")
    return 0
