"""Check the dataset, or a contribution: the same as `summitry validate`."""

from __future__ import annotations

import sys

from summitry.cli import process

if __name__ == "__main__":
    sys.exit(process(["validate", *sys.argv[1:]]))
