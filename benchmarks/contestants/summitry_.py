"""Ours, as a user runs it: `summitry validate --quick FOLDER`, with its report as JSON."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.contestants.found import Found, print_found

CANNOT: dict[str, str] = {}


def command(folder: Path, report: Path) -> list[str]:
    """Return the process that is measured."""
    options = ["--quick", str(folder), "--format", "json", "--output", str(report), "--force"]
    return [sys.executable, "-m", "summitry", "validate", *options]


def found(report: Path) -> list[Found]:
    """Return every problem of a report; one of another table than the statements has its name before the rule."""
    problems = json.loads(report.read_text("utf-8"))["problems"]
    kinds = [p["rule"] if p["table"] == "statements" else f"{p['table']}: {p['rule']}" for p in problems]
    return [Found(k, p["field"], p["row"] and p["row"] - 1) for k, p in zip(kinds, problems, strict=True)]


def find(folder: Path, _: str) -> list[Found]:
    """Run the process and return its problems."""
    with tempfile.TemporaryDirectory() as temporary:
        report = Path(temporary, "report.json")
        subprocess.run(command(folder, report), check=False)
        return found(report)


if __name__ == "__main__":
    print_found(find)
