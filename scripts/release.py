"""Prepare a release, or check it.

python scripts/release.py                        write the CHANGELOG's data part, releases/ids.csv and the archive
python scripts/release.py --check                build wheel and sdist, run every check, exit 1 if one fails
python scripts/release.py --check --output DIR   also write what was built and checked, and the tables, to publish it
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from summitry.cli.output import guarded
from summitry.publish import release

if TYPE_CHECKING:
    from summitry.publish.release_checks import Candidate

ROOT = Path(__file__).resolve().parents[1]


def prepare(last: str | None) -> None:
    """Write what a release needs, and print the names of the files."""
    written = release.prepare(ROOT, last)
    for file in written:
        print("wrote:", file.relative_to(ROOT))
    if not written:
        print("up to date")


def check(candidate: Candidate) -> bool:
    """Print for each check ok, or what is wrong; return whether all pass."""
    passed = True
    for name, wrong in release.check(candidate):
        print(f"{'wrong' if wrong else 'ok':<7}{name}")
        for line in wrong:
            print(f"       - {line}")
        passed = passed and not wrong
    return passed


def main() -> int:
    """Prepare, or check and perhaps write what was checked."""
    parser = argparse.ArgumentParser(description="Prepare a release, or check it.")
    parser.add_argument("--check", action="store_true", help="build, run every check, and exit 1 if one fails")
    parser.add_argument("--last", help="the last release: a folder, a zip or a wheel (from releases/)")
    parser.add_argument("--tag", default="", help="the tag that is released; it must name the version")
    parser.add_argument("--output", type=Path, metavar="DIR", help="with --check, if every check passes: write it here")
    given = parser.parse_args()
    if not given.check:
        prepare(given.last)
        return 0
    candidate = release.candidate(ROOT, given.last, given.tag)
    if not check(candidate):
        return 1
    if given.output:
        release.publish(candidate, given.output)
    return 0


if __name__ == "__main__":
    sys.exit(guarded(main, "release"))
