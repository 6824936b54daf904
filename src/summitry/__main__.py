"""`python -m summitry` is the command `summitry`."""

import sys

from summitry.cli import process

if __name__ == "__main__":
    sys.exit(process())
