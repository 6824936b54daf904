"""Derive Parquet, datapackage.json, CODEBOOK.md and the type stub from data/*.csv and schemas/.

python scripts/build.py            write what is stale
python scripts/build.py --check    say what is stale, write nothing, exit 1 if anything is
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from summitry.publish import build
from summitry.validation import pipeline, reporters

ROOT = Path(__file__).resolve().parents[1]


def main() -> int:
    """Build, or check that nothing is stale; refuse to build from tables with errors."""
    parser = argparse.ArgumentParser(description="Build what is derived from data/*.csv and schemas/.")
    parser.add_argument("--check", action="store_true", help="say what is stale and exit 1; write nothing")
    check = parser.parse_args().check
    report = pipeline.validate_dataset(ROOT)
    if not report.valid:
        sys.stdout.write(reporters.render(report))
        return 1
    files = build.stale(ROOT) if check else build.write(ROOT)
    for file in files:
        print("stale:" if check else "wrote:", file.relative_to(ROOT))
    if check and files:
        print("Run: python scripts/build.py")
        return 1
    if not files:
        print("up to date")
    return 0


if __name__ == "__main__":
    sys.exit(main())
