"""Derive Parquet, datapackage.json, CODEBOOK.md and the type stub from data/*.csv and schemas/.

python scripts/build.py            write what is stale
python scripts/build.py --check    say what is stale, write nothing, exit 1 if anything is

Exit code: 0 up to date or written, 1 stale or not valid, 2 could not be carried out. What an interrupted build or merge
left half done is finished first.
"""

from __future__ import annotations

import argparse
import sys
from functools import partial
from pathlib import Path

from summitry.cli.options import seconds
from summitry.cli.output import guarded
from summitry.dataset import transaction
from summitry.publish import build
from summitry.validation import pipeline, reporters

ROOT = Path(__file__).resolve().parents[1]


def check() -> int:
    """Say what is stale."""
    report = pipeline.validate_dataset(ROOT, releases=True)
    if not report.valid:
        sys.stdout.write(reporters.render(report))
        return 1
    files = build.stale(ROOT)
    for file in files:
        print("stale:", file.relative_to(ROOT))
    print("Run: python scripts/build.py" if files else "up to date")
    return 1 if files else 0


def write(wait: float) -> int:
    """Write what is stale; refuse to build from tables with errors."""
    built = build.write(ROOT, wait, partial(print, file=sys.stderr))
    if not built.report.valid:
        sys.stdout.write(reporters.render(built.report))
        return 1
    for file in built.files:
        print("wrote:", file.relative_to(ROOT))
    if not built.files:
        print("up to date")
    return 0


def main() -> int:
    """Build, or check that nothing is stale."""
    parser = argparse.ArgumentParser(description="Build what is derived from data/*.csv and schemas/.")
    parser.add_argument("--check", action="store_true", help="say what is stale and exit 1; write nothing")
    parser.add_argument("--wait", type=seconds, default=transaction.WAIT, metavar="SECONDS", help=transaction.WAIT_HELP)
    given = parser.parse_args()
    return check() if given.check else write(given.wait)


if __name__ == "__main__":
    sys.exit(guarded(main, "build"))
